package registry

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// retryAfter is how long a failure of the store stands for the next callers, who would wait for the same time-outs.
const retryAfter = 250 * time.Millisecond

// health knows how the registry stands with its store.
type health struct {
	mu      sync.Mutex
	ready   chan struct{} // closed while the registry serves
	serving bool
	contact time.Time // the store was last in reach
	tried   time.Time // and last asked
	err     error     // why it is out of reach, nil while it is not
	head    eventlog.Position
}

func newHealth(now time.Time) health {
	return health{ready: make(chan struct{}), contact: now}
}

// caughtUp returns a channel that is closed while the registry serves.
func (h *health) caughtUp() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ready
}

// reached notes that the store was in reach, and where its log ended.
func (h *health) reached(now time.Time, head eventlog.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.contact, h.tried, h.err, h.head = now, now, nil, head
}

// failed notes that the store is out of reach, or what it holds cannot be read.
func (h *health) failed(now time.Time, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tried, h.err = now, err
}

// justFailed returns the failure of an attempt that is too fresh to be repeated.
func (h *health) justFailed(now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil && now.Sub(h.tried) < retryAfter {
		return h.err
	}
	return nil
}

// serve says whether the registry serves.
func (h *health) serve(serving bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case serving && !h.serving:
		close(h.ready)
	case !serving && h.serving:
		h.ready = make(chan struct{})
	}
	h.serving = serving
}

// status returns the part of a Status that health knows. A lag is never 0: clients are told whole seconds from 1.
func (h *health) status(now time.Time) Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := Status{Ready: h.serving, Head: h.head, StoreErr: h.err}
	if h.err != nil {
		s.Lag = max(now.Sub(h.contact), time.Millisecond)
	}
	return s
}

// unavailable returns the refusal of whatever cannot do without the store.
func unavailable(err error) error {
	var e *Error
	if errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Code: RegistrationTimedOut, Message: "The operation timed out", Err: err}
	}
	return &Error{Code: StoreUnavailable, Message: "The event log is out of reach", Err: err}
}
