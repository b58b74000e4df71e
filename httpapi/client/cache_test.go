package client

import (
	"strings"
	"testing"
)

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache(10_000)
	for id := range 100 {
		c.put(cacheKey{id: id}, Schema{Text: strings.Repeat("x", 1000)})
		if _, ok := c.get(cacheKey{id: 0}); !ok {
			t.Fatalf("the schema in use was dropped after %d others", id)
		}
		if c.size > 10_000 || len(c.byKey) != c.order.Len() {
			t.Fatalf("%d bytes in %d entries of %d", c.size, c.order.Len(), len(c.byKey))
		}
	}
	if _, ok := c.get(cacheKey{id: 50}); ok {
		t.Error("an old schema was kept")
	}
	c.put(cacheKey{id: 1000}, Schema{Text: strings.Repeat("x", 20_000)})
	if _, ok := c.get(cacheKey{id: 1000}); ok {
		t.Error("a schema larger than the cache was kept")
	}
}
