package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// A refusal is an answer that HTTP or the form of the request demands, before the registry is asked. Its error_code is
// the status.
type refusal struct {
	status  int
	message string
}

func (e *refusal) Error() string { return e.message }

func refuse(status int, message string) error { return &refusal{status, message} }

// ErrShutdown is the cause with which the context of a request is to be cancelled that ends because the server does.
var ErrShutdown = refuse(http.StatusServiceUnavailable, "The server is shutting down")

// statusClosed is what the log shows for a client that went away.
const statusClosed = 499

// fail answers with an error. Every error of every handler passes here.
func (c *call) fail(err error) {
	status, code, message := c.explain(err)
	if status >= http.StatusInternalServerError {
		c.cfg.Logger.ErrorContext(c.r.Context(), "request refused", "method", c.r.Method, "path", c.r.URL.Path,
			"request", c.requestID(), "error", err, "cause", errors.Unwrap(err))
	}
	if c.as == report {
		c.as = &productions[0]
	}
	c.preset(noStore)
	noteRefusal(c.w, code)
	c.send(status, errorAnswer{Code: code, Message: message, Findings: findingsIn(err)})
}

// explain maps an error to its status, its error_code and a message that shows nothing of the inside.
func (c *call) explain(err error) (status, code int, message string) {
	var (
		refused *refusal
		known   *registry.Error
		invalid *schema.Error
		large   *http.MaxBytesError
		unfit   *envelope.Error
	)
	switch {
	case errors.As(err, &refused):
		return refused.status, refused.status, refused.message
	case errors.As(err, &known):
		return known.Code.HTTPStatus(), c.errorCode(known.Code), known.Message
	case errors.As(err, &unfit):
		return statusOf(unfit.Code), unfit.Code, unfit.Message
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, int(registry.InvalidSchema), "Invalid schema, details: " + invalid.Error()
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, http.StatusRequestEntityTooLarge, fmt.Sprintf("The request body is larger than %d bytes", large.Limit)
	case errors.Is(err, context.Canceled):
		return statusClosed, statusClosed, "The client closed the request"
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusInternalServerError, int(registry.RegistrationTimedOut), "The operation timed out" + c.trace()
	}
	return http.StatusInternalServerError, int(registry.StoreUnavailable), "Error in the backend data store" + c.trace()
}

// errorCode is the error_code of a refusal. Releases before 8.0.4 gave 409 for an incompatible schema.
func (c *call) errorCode(code registry.Code) int {
	if code == registry.Incompatible {
		return c.cfg.IncompatibleCode
	}
	return int(code)
}

// trace names the request, so that an operator finds it in the log.
func (c *call) trace() string {
	if id := c.requestID(); id != "" {
		return "; request " + id
	}
	return ""
}

func (c *call) requestID() string { return c.w.Header().Get("X-Request-ID") }

// statusOf returns the status of a code, whose first three digits it is.
func statusOf(code int) int {
	for code > 999 {
		code /= 10
	}
	return code
}

// findingsIn returns what was found wrong with the message that was refused.
func findingsIn(err error) []verdict.Finding {
	var unfit *envelope.Error
	if errors.As(err, &unfit) {
		return unfit.Findings
	}
	return nil
}
