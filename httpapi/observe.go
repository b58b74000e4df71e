package httpapi

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
)

// An Observer gives every request an ID, counts it, logs it where that is asked for, and turns a panic into an answer.
type Observer struct {
	logger    *slog.Logger
	meter     Meter
	accessLog bool
}

// A Meter counts requests, and serves the counts as GET /metrics.
type Meter interface {
	http.Handler
	// Observe counts a request that was answered. route is a pattern, of which there are few; code is the error_code of a
	// refusal, else 0. It is called once for every request, concurrently.
	Observe(route, method string, status, code int, took time.Duration)
}

// NewObserver returns an Observer. With accessLog every request is logged when it is answered.
func NewObserver(logger *slog.Logger, meter Meter, accessLog bool) *Observer {
	return &Observer{logger, meter, accessLog}
}

// Middleware wraps everything else. It stands on the router itself, so that it sees the pattern of the route that was
// taken.
func (o *Observer) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		header := w.Header()
		header[requestIDHeader] = requestID(r)
		rec := newRecorder(w)
		defer func() {
			cause := recover()
			if cause != nil && cause != http.ErrAbortHandler {
				o.recovered(rec, r, cause)
			}
			o.finish(rec, r, time.Since(start))
			rec.release()
			if cause == http.ErrAbortHandler { // which is how a handler drops a connection
				panic(cause)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// recovered answers a request whose handler panicked.
func (o *Observer) recovered(rec *recorder, r *http.Request, cause any) {
	o.logger.ErrorContext(r.Context(), "handler panicked", "request", rec.Header().Get(requestIDHeader),
		"method", r.Method, "path", r.URL.Path, "panic", cause, "stack", string(debug.Stack()))
	if rec.status == 0 {
		writeRefusal(rec, http.StatusInternalServerError, "Internal Server Error")
	}
}

func (o *Observer) finish(rec *recorder, r *http.Request, took time.Duration) {
	status := rec.status
	if status == 0 {
		status = http.StatusOK
	}
	route := routeOf(r)
	o.meter.Observe(route, r.Method, status, rec.code, took)
	if !o.accessLog {
		return
	}
	o.logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
		slog.String("request", rec.Header().Get(requestIDHeader)),
		slog.String("method", r.Method),
		slog.String("path", r.URL.Path),
		slog.String("route", route),
		slog.Int("status", status),
		slog.Int("code", rec.code),
		slog.Int64("bytes", rec.bytes),
		slog.Duration("took", took),
		slog.String("remote", r.RemoteAddr),
		slog.String("actor", rec.actor),
	)
}

// unmatched is the route of a request that no pattern took.
const unmatched = "unmatched"

// routeOf returns the pattern that took the request. The number of patterns is fixed, so it is safe as a label.
func routeOf(r *http.Request) string {
	rctx := chi.RouteContext(r.Context())
	switch {
	case rctx == nil || len(rctx.RoutePatterns) == 0:
		return unmatched
	case len(rctx.RoutePatterns) == 1:
		return rctx.RoutePatterns[0]
	}
	return rctx.RoutePattern()
}

// crossOrigin refuses unsafe requests that a browser sends from another origin's page.
func crossOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeRefusal(w, http.StatusForbidden, "Cross-origin request refused")
	}))
	return protection.Handler(next)
}
