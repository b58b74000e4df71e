package protobuf

import (
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
)

// BenchmarkCheckAndParse holds a check next to reading the text of one of the two schemas, for a file whose first message has 60
// fields and more.
func BenchmarkCheckAndParse(b *testing.B) {
	for _, bb := range []struct{ name, latest, old string }{
		{"same", sixty(""), sixty("")},
		{"a field more", sixty("string added = 90;"), sixty("")},
		{"refused", sixty("string added = 90;"), sixty("int32 added = 90;")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			latest, old := parse(b, bb.latest), parse(b, bb.old)
			const texts = 20
			start := time.Now()
			for range texts {
				parse(b, bb.latest)
			}
			text := float64(time.Since(start)) / texts
			b.ReportAllocs()
			start, n := time.Now(), 0
			for b.Loop() {
				Check(latest, old, compat.NewReadsOld)
				n++
			}
			b.ReportMetric(text/(float64(time.Since(start))/float64(n)), "checks/parse")
		})
	}
}

// BenchmarkDiff holds the list of what has changed next to the two checks that it needs for the effects.
func BenchmarkDiff(b *testing.B) {
	for _, bb := range []struct{ name, latest, old string }{
		{"same", sixty(""), sixty("")},
		{"a field more", sixty("string added = 90;"), sixty("")},
		{"every doc", sixty("// a doc\nstring added = 90;"), sixty("// another\nstring added = 90;")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			latest, old := parse(b, bb.latest), parse(b, bb.old)
			const checks = 200
			start := time.Now()
			for range checks {
				Check(latest, old, compat.NewReadsOld)
				Check(old, latest, compat.OldReadsNew)
			}
			both := float64(time.Since(start)) / checks
			b.ReportAllocs()
			start, n := time.Now(), 0
			for b.Loop() {
				Diff(old, latest)
				n++
			}
			b.ReportMetric(float64(time.Since(start))/float64(n)/both, "x-checks")
		})
	}
}
