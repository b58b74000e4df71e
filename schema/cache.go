package schema

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// A Cache keeps what is expensive to make and depends on its key alone, such as parsed schemas by content. It is bounded
// by bytes and safe for concurrent use. Values are shared, so they must be immutable.
//
// What was asked for least recently goes first, by the clock algorithm: a hit sets a mark and moves nothing, so that
// concurrent hits share only a read lock. What was never asked for again goes before what was, so a walk through many
// schemas does not empty the cache.
type Cache[K comparable, V any] struct {
	max    int64
	size   func(V) int
	seed   maphash.Seed
	bytes  atomic.Int64
	shards [cacheShards]cacheShard[K, V]
}

const cacheShards = 16

// entryOverhead is about what an entry costs beside its value, in bytes.
const entryOverhead = 128

type cacheShard[K comparable, V any] struct {
	mu      sync.RWMutex
	entries map[K]*cacheEntry[K, V]
	making  map[K]*cacheCall[V]
	ring    []*cacheEntry[K, V] // the clock; entries in no order
	hand    int                 // index in ring

	hits, misses, evictions atomic.Uint64
	_                       [64]byte // keeps the counters of neighbours apart
}

type cacheEntry[K comparable, V any] struct {
	key   K
	value V
	bytes int64
	used  atomic.Bool
}

// A cacheCall is a value in the making, which everybody who asks for it meanwhile waits for.
type cacheCall[V any] struct {
	done  chan struct{}
	value V
	err   error
	ended bool // make returned; else it panicked
}

// CacheStats count what a cache has done and holds.
type CacheStats struct {
	Hits, Misses, Evictions uint64
	Entries                 int
	Bytes                   int64
}

// NewCache returns a cache that holds at most maxBytes, as size estimates them. A value that is larger by itself is never
// kept; with maxBytes of 0 none is, and concurrent demand is still met by making it once.
func NewCache[K comparable, V any](maxBytes int64, size func(V) int) *Cache[K, V] {
	c := &Cache[K, V]{max: maxBytes, size: size, seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].entries = make(map[K]*cacheEntry[K, V])
		c.shards[i].making = make(map[K]*cacheCall[V])
	}
	return c
}

// Get returns the value of a key, made by make if it is not there. However many ask for a key at once, make runs once at
// a time, and all get what it returns; errors are not kept. An error of the context of the one who made it, canceled or
// out of time, is his alone: the next one tries again.
func (c *Cache[K, V]) Get(key K, make func() (V, error)) (V, error) {
	at := int(maphash.Comparable(c.seed, key) % cacheShards)
	s := &c.shards[at]
	for {
		if v, ok := s.lookUp(key); ok {
			return v, nil
		}
		call, ours := s.call(key)
		if ours {
			return c.fill(at, key, call, make)
		}
		if call == nil {
			continue // it has been put there since
		}
		<-call.done
		if call.ended && !errors.Is(call.err, context.Canceled) && !errors.Is(call.err, context.DeadlineExceeded) {
			return call.value, call.err
		}
	}
}

func (s *cacheShard[K, V]) lookUp(key K) (v V, ok bool) {
	s.mu.RLock()
	e := s.entries[key]
	s.mu.RUnlock()
	if e == nil {
		return v, false
	}
	if !e.used.Load() {
		e.used.Store(true)
	}
	s.hits.Add(1)
	return e.value, true
}

// call returns the call that makes the key's value: a new one, which is the caller's to end, or one under way; nil if the
// value is there.
func (s *cacheShard[K, V]) call(key K) (call *cacheCall[V], ours bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[key] != nil {
		return nil, false
	}
	if call := s.making[key]; call != nil {
		return call, false
	}
	call = &cacheCall[V]{done: make(chan struct{})}
	s.making[key] = call
	s.misses.Add(1)
	return call, true
}

// fill makes a value, keeps it, and lets those who wait go on.
func (c *Cache[K, V]) fill(at int, key K, call *cacheCall[V], make func() (V, error)) (V, error) {
	s := &c.shards[at]
	var added int64
	defer func() {
		s.mu.Lock()
		delete(s.making, key)
		if call.ended && call.err == nil {
			added = c.keep(s, key, call.value)
		}
		s.mu.Unlock()
		close(call.done)
		if added > 0 && c.bytes.Add(added) > c.max {
			c.evict(at)
		}
	}()
	call.value, call.err = make()
	call.ended = true
	return call.value, call.err
}

// keep puts a value into its shard, which is locked, and returns its bytes, 0 if it is too large to be kept.
func (c *Cache[K, V]) keep(s *cacheShard[K, V], key K, value V) int64 {
	bytes := int64(c.size(value)) + entryOverhead
	if bytes > c.max {
		return 0
	}
	e := &cacheEntry[K, V]{key: key, value: value, bytes: bytes}
	s.entries[key] = e
	s.ring = append(s.ring, e)
	return bytes
}

// evict drops values until the cache is within its bound, one from each shard in turn, beginning behind the one that has
// just grown. Shards in which everything is in use are passed over twice before they must give something.
func (c *Cache[K, V]) evict(at int) {
	for i := 1; c.bytes.Load() > c.max; i++ {
		s := &c.shards[(at+i)%cacheShards]
		s.mu.Lock()
		c.bytes.Add(-s.turn(i > 2*cacheShards))
		s.mu.Unlock()
	}
}

// turn moves the clock's hand to the first entry that was not used since it last came by, drops it and returns its bytes.
// If all were used it drops none and returns 0, unless it must.
func (s *cacheShard[K, V]) turn(must bool) int64 {
	for range len(s.ring) {
		if s.hand >= len(s.ring) {
			s.hand = 0
		}
		e := s.ring[s.hand]
		if e.used.CompareAndSwap(true, false) && !must {
			s.hand++
			continue
		}
		last := len(s.ring) - 1
		s.ring[s.hand], s.ring[last] = s.ring[last], nil
		s.ring = s.ring[:last]
		delete(s.entries, e.key)
		s.evictions.Add(1)
		return e.bytes
	}
	return 0
}

// Stats returns the counts since the cache was made.
func (c *Cache[K, V]) Stats() CacheStats {
	st := CacheStats{Bytes: c.bytes.Load()}
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.RLock()
		st.Entries += len(s.entries)
		s.mu.RUnlock()
		st.Hits += s.hits.Load()
		st.Misses += s.misses.Load()
		st.Evictions += s.evictions.Load()
	}
	return st
}
