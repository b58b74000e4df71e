package httpapi

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// The cache never holds more than it may, knows exactly what it holds, and returns what was put under a key.
func TestContentsAreBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cache := newContents(3000)
		for range rapid.IntRange(0, 60).Draw(t, "puts") {
			key := contentKey{seq: eventlog.Seq(rapid.IntRange(1, 20).Draw(t, "seq")), format: rapid.SampledFrom([]string{"", "resolved"}).Draw(t, "format")}
			size := rapid.IntRange(0, 4000).Draw(t, "size")
			cache.put(key, &content{body: []byte(strings.Repeat("x", size))})
			if got := cache.get(key); got == nil && size < 2500 {
				t.Fatalf("nothing under %v", key)
			}
		}
		var used int64
		for key, c := range cache.items {
			used += cost(key, c)
		}
		if used != cache.used || used > cache.max {
			t.Fatalf("the cache holds %d bytes, counts %d, may hold %d", used, cache.used, cache.max)
		}
	})
}

func TestMatches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header []string
		want   bool
	}{
		{"the same", []string{`"a"`}, true},
		{"weak", []string{`W/"a"`}, true},
		{"one of a list", []string{`"b", "a"`}, true},
		{"in a second header", []string{`"b"`, `"a"`}, true},
		{"any", []string{`*`}, true},
		{"another", []string{`"b"`}, false},
		{"without quotes", []string{`a`}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := matches(tt.header, `"a"`); got != tt.want {
				t.Errorf("matches(%q) = %v, want %v", tt.header, got, tt.want)
			}
		})
	}
}
