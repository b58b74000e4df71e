package client

import (
	"container/list"
	"sync"
)

// A cache keeps schemas that cannot change, the most recently used ones, up to a bound in bytes.
type cache struct {
	mu    sync.Mutex
	bound int
	size  int
	order *list.List // of *entry, most recently used first
	byKey map[cacheKey]*list.Element
}

// A cacheKey is what was asked: an ID with the subject that picks its context, or a GUID.
type cacheKey struct {
	id      int
	subject string
	guid    string
}

type entry struct {
	key    cacheKey
	schema Schema
	size   int
}

func newCache(bound int) *cache {
	return &cache{bound: bound, order: list.New(), byKey: map[cacheKey]*list.Element{}}
}

func (c *cache) get(key cacheKey) (Schema, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		return Schema{}, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*entry).schema, true
}

func (c *cache) put(key cacheKey, s Schema) {
	size := len(s.Text) + 200*(1+len(s.References))
	c.mu.Lock()
	defer c.mu.Unlock()
	if size > c.bound {
		return
	}
	if _, ok := c.byKey[key]; ok {
		return
	}
	c.byKey[key] = c.order.PushFront(&entry{key, s, size})
	for c.size += size; c.size > c.bound; {
		last := c.order.Back()
		oldest := c.order.Remove(last).(*entry)
		delete(c.byKey, oldest.key)
		c.size -= oldest.size
	}
}
