package schema_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

func sizeOf(s string) int { return len(s) }

func TestCacheMakesOnceUnderConcurrentDemand(t *testing.T) {
	t.Parallel()
	c := schema.NewCache[string](1<<20, sizeOf)
	var made atomic.Int32
	release := make(chan struct{})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got, err := c.Get("k", func() (string, error) {
				made.Add(1)
				<-release
				return "v", nil
			})
			if got != "v" || err != nil {
				t.Errorf("Get = %q, %v", got, err)
			}
		})
	}
	close(release)
	wg.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("made %d times, want once", n)
	}
}

func TestCacheKeepsNoErrors(t *testing.T) {
	t.Parallel()
	c := schema.NewCache[int](1<<20, sizeOf)
	broken := errors.New("broken")
	if _, err := c.Get(1, func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Fatalf("err = %v, want %v", err, broken)
	}
	got, err := c.Get(1, func() (string, error) { return "good", nil })
	if got != "good" || err != nil {
		t.Errorf("Get = %q, %v, want the value that was made after the error", got, err)
	}
}

func TestCacheDoesNotShareAContextsEnd(t *testing.T) {
	t.Parallel()
	c := schema.NewCache[int](1<<20, sizeOf)
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = c.Get(1, func() (string, error) {
			close(started)
			<-release
			return "", fmt.Errorf("parse: %w", context.Canceled)
		})
	})
	<-started
	wg.Go(func() {
		got, err := c.Get(1, func() (string, error) { return "mine", nil })
		if got != "mine" || err != nil {
			t.Errorf("Get = %q, %v, want the second caller's own value", got, err)
		}
	})
	close(release)
	wg.Wait()
}

func TestCacheSurvivesAPanic(t *testing.T) {
	t.Parallel()
	c := schema.NewCache[int](1<<20, sizeOf)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _ = c.Get(1, func() (string, error) { panic("boom") })
	}()
	if got, err := c.Get(1, func() (string, error) { return "v", nil }); got != "v" || err != nil {
		t.Errorf("Get = %q, %v", got, err)
	}
}

func TestCacheStaysWithinItsBound(t *testing.T) {
	t.Parallel()
	const max = 100_000
	c := schema.NewCache[int](max, sizeOf)
	value := string(make([]byte, 1000))
	hot := func() { _, _ = c.Get(-1, func() (string, error) { return value, nil }) }
	hot()
	for i := range 2000 {
		_, _ = c.Get(i, func() (string, error) { return value, nil })
		if st := c.Stats(); st.Bytes > max {
			t.Fatalf("%d bytes after %d values, want at most %d", st.Bytes, i+1, max)
		}
		hot()
	}
	st := c.Stats()
	if st.Entries < 50 {
		t.Errorf("only %d values are kept", st.Entries)
	}
	// The one value that is used all the time must hardly ever be made again.
	if remade := int(st.Misses) - 2000; remade > 20 {
		t.Errorf("the value in use was made %d times", remade)
	}
}

func TestCacheDoesNotKeepWhatIsTooLarge(t *testing.T) {
	t.Parallel()
	c := schema.NewCache[int](1000, sizeOf)
	_, _ = c.Get(1, func() (string, error) { return "small", nil })
	_, _ = c.Get(2, func() (string, error) { return string(make([]byte, 2000)), nil })
	want := schema.CacheStats{Misses: 2, Entries: 1, Bytes: 5 + 128}
	if diff := cmp.Diff(want, c.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
}

func BenchmarkCacheHit(b *testing.B) {
	c := schema.NewCache[[16]byte](1<<20, sizeOf)
	made := func() (string, error) { return "v", nil }
	_, _ = c.Get([16]byte{1}, made)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			_, _ = c.Get([16]byte{1}, made)
		}
	})
}
