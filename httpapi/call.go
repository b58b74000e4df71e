package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/treatyhq/treaty/registry"
)

// A call is one request on its way through a handler, and the means to answer it.
type call struct {
	*server
	w     http.ResponseWriter
	r     *http.Request
	as    *produced  // the type of the answer
	query url.Values // nil until it is asked for
}

// A handler answers one call, or returns why not. It decodes, asks the registry once and encodes.
type handler func(*call) error

// handle makes an http.Handler of h: its error becomes an answer.
func (s *server) handle(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := call{server: s, w: w, r: r, as: &productions[0]}
		if err := h(&c); err != nil {
			c.fail(err)
		}
	}
}

// negotiated returns h for clients that send JSON and accept it. GET and DELETE have no body, whatever they say of it.
func negotiated(h handler) handler {
	return func(c *call) error {
		if c.r.Method == http.MethodPost || c.r.Method == http.MethodPut {
			if err := consumes(c.r); err != nil {
				return err
			}
		}
		as := accepted(c.r.Header["Accept"])
		if as == nil {
			return refuse(http.StatusNotAcceptable, "HTTP 406 Not Acceptable")
		}
		c.as = as
		return h(c)
	}
}

// body reads the request's body with read.
func body[T any](c *call, read func(*decoder) T) (T, error) {
	var none T
	if c.r.ContentLength > c.cfg.MaxBody {
		c.drain()
		return none, &http.MaxBytesError{Limit: c.cfg.MaxBody}
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer recycle(buf)
	if _, err := buf.ReadFrom(http.MaxBytesReader(c.w, c.r.Body, c.cfg.MaxBody)); err != nil {
		return none, c.unread(err)
	}
	return decode(buf.Bytes(), read)
}

// unread tells a body that is too large from one that the client broke off.
func (c *call) unread(err error) error {
	if _, ok := err.(*http.MaxBytesError); ok {
		c.drain()
		return err
	}
	return refuse(http.StatusBadRequest, "The request body could not be read to its end")
}

// drained is how many times the largest body is read and dropped of one that is larger still.
const drained = 16

// drain drops the rest of a body that is too large: a client that only reads the answer once it has sent everything
// would otherwise see a broken connection instead of 413. It costs no more than as many bodies that are allowed. A client
// that asked before sending has nothing to be dropped.
func (c *call) drain() {
	if c.r.Header.Get("Expect") == "" {
		io.CopyN(io.Discard, c.r.Body, drained*c.cfg.MaxBody)
	}
}

// reply answers 200 with a JSON value.
func (c *call) reply(value any) error {
	c.preset(noStore)
	c.send(http.StatusOK, value)
	return nil
}

// replyText answers 200 with a text that is encoded already, or a schema's bare one: the reference gives that the type of
// a JSON answer, whatever it is.
func (c *call) replyText(text string) error {
	c.preset(noStore)
	c.length(len(text))
	_, err := io.WriteString(c.w, text)
	return quiet(err)
}

// send writes a status and a JSON value. The value is encoded before the first byte is written.
func (c *call) send(status int, value any) {
	buf := buffers.Get().(*bytes.Buffer)
	defer recycle(buf)
	encode(buf, value)
	c.length(buf.Len())
	c.w.WriteHeader(status)
	c.w.Write(buf.Bytes())
}

// encode writes a value as Jackson does: without escapes for HTML, without a line feed at the end.
func encode(buf *bytes.Buffer, value any) {
	e := json.NewEncoder(buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(fmt.Sprintf("httpapi: encode %T: %v", value, err))
	}
	buf.Truncate(buf.Len() - 1)
}

// The values of Cache-Control, as shared header values.
var (
	noStore   = []string{"no-cache, no-store, must-revalidate"}
	immutable = []string{"private, max-age=86400, immutable"}
)

var (
	protection   = []string{"1; mode=block"}
	varyOnAccept = []string{"Accept"}
)

// preset sets the headers that every answer has. The values are shared slices, which spares an allocation each.
func (c *call) preset(caching []string) {
	h := c.w.Header()
	h["Content-Type"] = c.as.header
	h["Cache-Control"] = caching
	h["X-Xss-Protection"] = protection
}

func (c *call) length(n int) { c.w.Header()["Content-Length"] = []string{strconv.Itoa(n)} }

// quiet drops the error of a write: the client has gone, and nobody is left to be told.
func quiet(error) error { return nil }

// stale marks an answer that rests on a state which could not be compared with the store.
func (c *call) stale(age time.Duration) {
	if age > 0 {
		c.w.Header().Set("Treaty-Stale", strconv.Itoa(int((age+time.Second-1)/time.Second)))
	}
}

// latest returns a state that is caught up, or one that is marked as stale.
func (c *call) latest() (*registry.State, error) {
	st, err := c.reg.Latest(c.r.Context())
	if err == nil {
		c.stale(st.Stale())
	}
	return st, err
}

// read calls f on the state in memory, and once more on a newer one if it finds nothing.
func (c *call) read(f func(*registry.State) error) error {
	return c.reg.Read(c.r.Context(), f)
}

// at calls f on a state that is as new as a version number needs: the newest for the latest version, else the one at
// hand, since a numbered version does not change.
func (c *call) at(number int, f func(*registry.State) error) error {
	if number != registry.LatestVersion {
		return c.read(f)
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	return f(st)
}

// subject returns the subject in the path, or the one that it is an alias of.
func (c *call) subject() registry.Subject {
	return c.reg.Current().ResolveAlias(c.plainSubject())
}

// parameter returns a path parameter. The router sees the path as it was sent, so that it is decoded exactly once.
func (c *call) parameter(name string) string { return pathParameter(c.r, name) }

// plainSubject returns the subject in the path as it stands there, for the settings of the alias itself.
func (c *call) plainSubject() registry.Subject {
	return subjectOf(c.r)
}

// version returns the version number in the path.
func (c *call) version() (int, error) { return registry.ParseVersion(c.parameter("version")) }

// buffers holds buffers for bodies, of requests and of answers.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled bounds the buffers that are kept for reuse.
const maxPooled = 64 << 10

func recycle(buf *bytes.Buffer) {
	if buf.Cap() <= maxPooled {
		buf.Reset()
		buffers.Put(buf)
	}
}
