package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	mediaType = "application/vnd.schemaregistry.v1+json"
	// maxAnswer bounds what is read of one answer, in bytes.
	maxAnswer = 256 << 20
	// firstPause is the middle of the pause before the first repetition; each further one is twice as long.
	firstPause = 50 * time.Millisecond
	maxPause   = 2 * time.Second
)

// A Client speaks to one registry. It is safe for concurrent use.
type Client struct {
	base     string
	http     *http.Client
	sign     func(*http.Request)
	attempts int
	cache    *cache
}

// An Option changes how a Client works.
type Option func(*Client)

// WithHTTPClient uses h for every request: its transport, its TLS, its timeout. The default is http.DefaultClient's
// transport with a timeout of 30 seconds an attempt.
func WithHTTPClient(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithBearer sends a token with every request.
func WithBearer(token string) Option {
	return func(c *Client) {
		c.sign = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
}

// WithBasic sends a user name and password with every request.
func WithBasic(user, password string) Option {
	return func(c *Client) { c.sign = func(r *http.Request) { r.SetBasicAuth(user, password) } }
}

// WithAttempts bounds how often a call is tried, the first time included. The default is 4.
func WithAttempts(n int) Option { return func(c *Client) { c.attempts = max(n, 1) } }

// WithCacheBytes bounds the texts that are kept. The default is 32 MiB; zero keeps none.
func WithCacheBytes(n int) Option { return func(c *Client) { c.cache = newCache(n) } }

// New returns a client of the registry at base, an http or https URL.
func New(base string, options ...Option) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("registry URL: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("registry URL %q: want http://host or https://host", u.Redacted())
	}
	c := &Client{
		base:     strings.TrimRight(base, "/"),
		http:     &http.Client{Timeout: 30 * time.Second},
		sign:     func(*http.Request) {},
		attempts: 4,
		cache:    newCache(32 << 20),
	}
	if u.User != nil {
		password, _ := u.User.Password()
		WithBasic(u.User.Username(), password)(c)
		u.User = nil
		c.base = strings.TrimRight(u.String(), "/")
	}
	for _, option := range options {
		option(c)
	}
	return c, nil
}

// An Error is the registry's refusal.
type Error struct {
	Status  int    // of HTTP
	Code    int    // the registry's error code, such as 40401; the status where the body held none
	Message string // as the registry put it
}

func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Code) }

// IsNotFound reports whether err says that a subject, version or schema is not there.
func IsNotFound(err error) bool {
	var refusal *Error
	return errors.As(err, &refusal) && refusal.Status == http.StatusNotFound
}

// A call is one request of the API.
type call struct {
	method string
	path   []string // segments, not yet escaped
	query  url.Values
	body   any
	once   bool // not to be repeated
}

// do sends the call, repeats it where that is safe, and decodes the answer into result unless that is nil.
func (c *Client) do(ctx context.Context, k call, result any) error {
	var body []byte
	if k.body != nil {
		var err error
		if body, err = json.Marshal(k.body); err != nil {
			return fmt.Errorf("%s %s: %w", k.method, c.url(k), err)
		}
	}
	for attempt := 1; ; attempt++ {
		pause, err := c.attempt(ctx, k, body, result)
		if err == nil {
			return nil
		}
		if pause < 0 || k.once || attempt >= c.attempts {
			return err
		}
		if !sleep(ctx, max(pause, backoff(attempt))) {
			return err
		}
	}
}

// attempt sends the call once. With an error, pause tells how long the registry asks to wait, and is negative if
// another attempt would not help.
func (c *Client) attempt(ctx context.Context, k call, body []byte, result any) (pause time.Duration, err error) {
	address := c.url(k)
	request, err := http.NewRequestWithContext(ctx, k.method, address, bytes.NewReader(body))
	if err != nil {
		return -1, err
	}
	request.Header.Set("Accept", mediaType)
	if k.body != nil {
		request.Header.Set("Content-Type", mediaType)
	}
	c.sign(request)
	response, err := c.http.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return -1, err
		}
		return 0, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return 0, fmt.Errorf("%s %s: read the answer: %w", k.method, address, err)
	}
	if len(answer) > maxAnswer {
		return -1, fmt.Errorf("%s %s: the answer is larger than %d bytes", k.method, address, maxAnswer)
	}
	if response.StatusCode >= 300 {
		return retryAfter(response), refusal(response.StatusCode, answer)
	}
	if result == nil || response.StatusCode == http.StatusNoContent {
		return 0, nil
	}
	if text, ok := result.(*string); ok {
		*text = string(answer)
		return 0, nil
	}
	if err := json.Unmarshal(answer, result); err != nil {
		return -1, fmt.Errorf("%s %s: %w", k.method, address, err)
	}
	return 0, nil
}

func (c *Client) url(k call) string {
	var b strings.Builder
	b.WriteString(c.base)
	for _, segment := range k.path {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(segment))
	}
	if len(k.query) > 0 {
		b.WriteByte('?')
		b.WriteString(k.query.Encode())
	}
	return b.String()
}

func refusal(status int, body []byte) *Error {
	var answer struct {
		Code    int    `json:"error_code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Code == 0 {
		return &Error{Status: status, Code: status, Message: "HTTP " + strconv.Itoa(status) + " " + http.StatusText(status)}
	}
	return &Error{Status: status, Code: answer.Code, Message: answer.Message}
}

// retryAfter returns the pause that a refusal asks for, zero if it names none, and -1 if the refusal is final.
func retryAfter(response *http.Response) time.Duration {
	if response.StatusCode < 500 && response.StatusCode != http.StatusTooManyRequests {
		return -1
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, 30*time.Second)
}

// backoff returns the pause after the given attempt, with jitter, so that clients that failed together do not return
// together.
func backoff(attempt int) time.Duration {
	middle := min(firstPause<<min(attempt-1, 10), maxPause)
	return middle/2 + rand.N(middle)
}

// sleep waits for d and reports whether ctx is still alive; it does not start a pause that would outlive ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
