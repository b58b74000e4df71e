package avro

import (
	"testing"
	"time"

	hamba "github.com/hamba/avro/v2"

	"github.com/treatyhq/treaty/compat"
)

// BenchmarkAgainstHamba compares a check, with all its findings, with the one of another implementation, which stops at the
// first: so it looks better the more there is to find. Both start cold, with nothing but parsed schemas; the peer's have
// their fingerprints. The metric is how many times as long as ours the peer's takes, each in its fastest batch.
func BenchmarkAgainstHamba(b *testing.B) {
	for _, bb := range []struct {
		name, reader, writer string
		findings             int
	}{
		{"compatible", sixty(`added "int","default":0`), sixty(), 0},
		{"refused", sixty(`added "int"`), sixty(), 1},
		{"refused_for_much", sixty(`a "int"`, `b "int"`, `c {"type":"fixed","name":"C","size":1}`, `d "int"`, `e "int"`), sixty(), 5},
	} {
		b.Run(bb.name, func(b *testing.B) {
			reader, writer := parse(b, bb.reader), parse(b, bb.writer)
			theirReader, theirWriter := parseHamba(b, bb.reader), parseHamba(b, bb.writer)
			if got := len(Check(reader, writer, compat.NewReadsOld).Findings); got != bb.findings {
				b.Fatalf("%d findings, want %d", got, bb.findings)
			}
			const batch = 16
			ours, theirs := time.Hour, time.Hour // of the fastest batch
			for b.Loop() {
				start := time.Now()
				for range batch {
					Check(reader, writer, compat.NewReadsOld)
				}
				between := time.Now()
				for range batch {
					if err := hamba.NewSchemaCompatibility().Compatible(theirReader, theirWriter); (err != nil) != (bb.findings > 0) {
						b.Fatal(err)
					}
				}
				ours, theirs = min(ours, between.Sub(start)), min(theirs, time.Since(between))
			}
			b.ReportMetric(float64(theirs)/float64(ours), "hamba/ours")
		})
	}
}

func parseHamba(b *testing.B, text string) hamba.Schema {
	b.Helper()
	s, err := hamba.ParseBytesWithCache([]byte(text), "", &hamba.SchemaCache{})
	if err != nil {
		b.Fatal(err)
	}
	return s
}
