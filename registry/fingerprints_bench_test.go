package registry

import (
	"testing"
	"time"
)

// BenchmarkFingerprints asks for a fingerprint among 100,000 schemas: for the first time, once one more schema is there, and
// once more.
func BenchmarkFingerprints(b *testing.B) {
	r := run(b, loadedLog(b, 100_000), Config{})
	ask := func() time.Duration {
		start := time.Now()
		if _, _, err := r.byFingerprint(b.Context(), r.Current(), 1, Subject{Context: DefaultContext}); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	for range b.N {
		first := ask()
		if _, err := r.Register(b.Context(), submission("new", record("New", "a"))); err != nil {
			b.Fatal(err)
		}
		grown, again := ask(), ask()
		b.ReportMetric(first.Seconds(), "s/first")
		b.ReportMetric(float64(grown.Microseconds()), "µs/grown")
		b.ReportMetric(float64(again.Nanoseconds()), "ns/again")
		b.ReportMetric(float64(first)/float64(grown), "first-of-grown")
	}
}
