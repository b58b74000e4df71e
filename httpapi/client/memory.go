package client

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// forever is the life of an answer that cannot change.
const forever = time.Duration(-1)

const (
	// failureLife is how long a failure is the answer: nobody is asked more often for what is not there.
	failureLife = time.Second
	// questionTime bounds one question with all its repetitions.
	questionTime = time.Minute
)

// A memory keeps answers by what was asked, each for its life, within a bound in bytes. However many ask for the same at
// once, the question goes out once, and goes on when those who asked are gone. A failure is kept for a second.
type memory[K comparable, V any] struct {
	bound int
	size  func(K, V) int

	mu    sync.RWMutex
	bytes int
	kept  map[K]*answer[V]
	asked map[K]*answer[V] // questions that are under way
}

// An answer is read once done is closed.
type answer[V any] struct {
	done  chan struct{}
	value V
	err   error
	until time.Time // zero for ever
	bytes int
	used  atomic.Bool // since an eviction last came by
}

func newMemory[K comparable, V any](bound int, size func(K, V) int) *memory[K, V] {
	return &memory[K, V]{bound: bound, size: size, kept: map[K]*answer[V]{}, asked: map[K]*answer[V]{}}
}

// look returns the answer that is kept, nil if there is none.
func (m *memory[K, V]) look(key K) *answer[V] {
	m.mu.RLock()
	a := m.kept[key]
	m.mu.RUnlock()
	if a == nil || !a.stands() {
		return nil
	}
	if !a.used.Load() {
		a.used.Store(true)
	}
	return a
}

// get returns the answer that is kept, or what ask returns. It returns the error of ctx if that ends first.
func (m *memory[K, V]) get(ctx context.Context, key K, life time.Duration, ask func(context.Context) (V, error)) (V, error) {
	if a := m.look(key); a != nil {
		return a.value, a.err
	}
	a := m.join(ctx, key, life, ask)
	select {
	case <-a.done:
		return a.value, a.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

func (a *answer[V]) stands() bool { return a.until.IsZero() || time.Now().Before(a.until) }

// join returns the question that is under way, a new one if there is none.
func (m *memory[K, V]) join(ctx context.Context, key K, life time.Duration, ask func(context.Context) (V, error)) *answer[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.kept[key]; a != nil && a.stands() {
		return a
	}
	if a := m.asked[key]; a != nil {
		return a
	}
	a := &answer[V]{done: make(chan struct{})}
	m.asked[key] = a
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), questionTime)
		defer cancel()
		a.value, a.err = ask(ctx)
		if a.err != nil {
			life = failureLife
		}
		if life != forever {
			a.until = time.Now().Add(life)
		}
		m.keep(key, a)
	}()
	return a
}

// keep lets those who wait go on, and the answer be found by others.
func (m *memory[K, V]) keep(key K, a *answer[V]) {
	a.bytes = m.size(key, a.value)
	m.mu.Lock()
	defer m.mu.Unlock()
	close(a.done)
	delete(m.asked, key)
	m.drop(key)
	if a.bytes > m.bound {
		return
	}
	m.kept[key] = a
	if m.bytes += a.bytes; m.bytes > m.bound {
		m.evict()
	}
}

func (m *memory[K, V]) drop(key K) {
	if a := m.kept[key]; a != nil {
		delete(m.kept, key)
		m.bytes -= a.bytes
	}
}

// evict makes room, an eighth of the bound, so that it is not done for every answer. What is out of date or was not asked
// for since the last time goes first.
func (m *memory[K, V]) evict() {
	room := m.bound - m.bound/8
	for _, must := range []bool{false, true} {
		for key, a := range m.kept {
			if m.bytes <= room {
				return
			}
			if must || !a.used.Swap(false) || !a.stands() {
				m.drop(key)
			}
		}
	}
}
