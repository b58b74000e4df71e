package registry

import (
	"context"
	"runtime"
	"sync"
)

// flights lets callers share a catch-up that began after they asked for it. One that is under way when a caller arrives
// may have asked the log too early for it; all who arrive meanwhile share the next one.
type flights struct {
	land func() error // the catch-up

	mu     sync.Mutex
	flying bool
	next   *flight // gathers callers
}

type flight struct {
	done chan struct{}
	err  error // set before done is closed
}

// join returns what a catch-up said that began after the call, or the error of ctx.
func (f *flights) join(ctx context.Context) error {
	f.mu.Lock()
	if f.next == nil {
		f.next = &flight{done: make(chan struct{})}
	}
	mine := f.next
	if !f.flying {
		f.flying = true
		go f.fly()
	}
	f.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fly runs one catch-up after the other while somebody waits for the next.
func (f *flights) fly() {
	for {
		runtime.Gosched() // whoever has come meanwhile joins: the more share a catch-up, the less it costs each of them
		f.mu.Lock()
		now := f.next
		f.next = nil
		f.flying = now != nil
		f.mu.Unlock()
		if now == nil {
			return
		}
		now.err = f.land()
		close(now.done)
	}
}

// A lock is a mutex that can be waited for with a context.
type lock chan struct{}

func newLock() lock { return make(lock, 1) }

func (l lock) lock() { l <- struct{}{} }

func (l lock) unlock() { <-l }
