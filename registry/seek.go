package registry

import (
	"context"
	"sync"
	"time"
)

// seekEvery is how often at most messages make the registry look for what they name and it does not know.
const seekEvery = time.Second

// searches lets all who miss something within a second share one catch-up: messages can name what nobody has, a million
// times a second.
type searches struct {
	mu    sync.Mutex
	began time.Time
	last  *flight // nil before the first
}

// seek catches up with the log, unless that was done within the last second; then it returns what that came to. The error is
// StoreUnavailable, or that of ctx.
func (r *Registry) seek(ctx context.Context) error {
	f := r.searches.join(r.cfg.Now(), func() error { return r.flights.join(context.Background()) })
	select {
	case <-f.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if f.err != nil {
		return unavailable(f.err)
	}
	return nil
}

// landed reports whether the catch-up is over.
func (f *flight) landed() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// join returns the catch-up of this second, which it begins if nobody has.
func (s *searches) join(now time.Time, land func() error) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || s.last.landed() && (now.Sub(s.began) >= seekEvery || now.Before(s.began)) {
		f := &flight{done: make(chan struct{})}
		s.began, s.last = now, f
		go func() {
			f.err = land()
			close(f.done)
		}()
	}
	return s.last
}
