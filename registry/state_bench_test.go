package registry

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// recorded returns the record that registers text number i as a version of a subject, and its blobs.
func recorded(tb tester, seq int, subject string, version, id int, text string) (eventlog.Record, map[eventlog.Digest][]byte) {
	tb.Helper()
	e := &schemaRegistered{
		scope: scope{DefaultContext, subject}, Version: version, ID: id, GUID: schema.Identify(text, nil, nil, nil),
		Type: schema.Avro, Size: len(text), Text: digestOf(text), Source: digestOf("source of " + text),
	}
	ev, err := kinds.encode(e, binaryLevel)
	if err != nil {
		tb.Fatal(err)
	}
	ev.Actor, ev.Time = "ci", time.UnixMilli(1_700_000_000_000+int64(seq)).UTC()
	return eventlog.Record{Seq: eventlog.Seq(seq), Event: ev}, map[eventlog.Digest][]byte{e.Text: []byte(text)}
}

func longText(i int) string {
	return fmt.Sprintf(`{"type":"record","name":"R%d","doc":"%s","fields":[]}`, i, strings.Repeat("x", 1350))
}

// loaded returns a state of so many subjects with one version each.
func loaded(tb tester, subjects int) *State {
	s := newState(compat.Backward)
	for i := range subjects {
		rec, blobs := recorded(tb, i+1, fmt.Sprintf("subject-%06d", i), 1, i+1, fmt.Sprintf(`"text %d"`, i))
		mustApply(tb, s, rec, blobs)
	}
	return s.publish()
}

func mustApply(tb tester, s *State, rec eventlog.Record, blobs map[eventlog.Digest][]byte) {
	tb.Helper()
	ev, err := kinds.decode(rec)
	if err == nil {
		err = s.apply(rec, ev, blobs)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// BenchmarkApply is one registration into one subject, each published, with few and with many subjects loaded.
func BenchmarkApply(b *testing.B) {
	for _, subjects := range []int{10, 100_000} {
		b.Run(fmt.Sprint(subjects), func(b *testing.B) {
			s := loaded(b, subjects)
			records := make([]eventlog.Record, b.N)
			blobs := make([]map[eventlog.Digest][]byte, b.N)
			for i := range records {
				records[i], blobs[i] = recorded(b, subjects+i+1, "grows", i+1, subjects+i+1, fmt.Sprintf(`"version %d"`, i))
			}
			runtime.GC()
			b.ReportAllocs()
			b.ResetTimer()
			for i, rec := range records {
				next := s.fork()
				mustApply(b, next, rec, blobs[i])
				s = next.publish()
			}
		})
	}
}

// BenchmarkReplay folds 100,000 registrations of 1.4 KB, and says what the state takes beside the texts.
func BenchmarkReplay(b *testing.B) {
	const n = 100_000
	for _, versions := range []int{1, 10} {
		b.Run(fmt.Sprintf("%d_a_subject", versions), func(b *testing.B) {
			records := make([]eventlog.Record, n)
			texts := make(map[eventlog.Digest][]byte, n)
			bytes := 0
			for i := range records {
				rec, blobs := recorded(b, i+1, fmt.Sprintf("team.subject-%06d-value", i/versions), i%versions+1, i+1, longText(i))
				records[i] = rec
				for d, body := range blobs {
					texts[d] = body
					bytes += len(body)
				}
			}
			var before, after runtime.MemStats
			for b.Loop() {
				runtime.GC()
				runtime.ReadMemStats(&before)
				s := newState(compat.Backward)
				for _, rec := range records {
					mustApply(b, s, rec, texts)
				}
				b.StopTimer()
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/version")
				runtime.KeepAlive(s)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/version")
		})
	}
}

// BenchmarkDecode reads one event of the kind that logs consist of.
func BenchmarkDecode(b *testing.B) {
	rec, _ := recorded(b, 1, "team.subject-000001-value", 7, 70_000, `"x"`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := kinds.decode(rec); err != nil {
			b.Fatal(err)
		}
	}
}

func digestOf(text string) eventlog.Digest { return sha256.Sum256([]byte(text)) }
