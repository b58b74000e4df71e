package registry

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

// distinct is the text of an Avro record of about 1.4 KB that no other number gives.
func distinct(n int) string {
	return `{"type":"record","name":"Order` + strconv.Itoa(n) + orderFields
}

var orderFields = func() string {
	text := []byte(`","namespace":"shop.orders","doc":"An order as it was placed.","fields":[`)
	for i := range 14 {
		text = fmt.Appendf(text, `{"name":"field_%02d","type":["null","string"],"doc":"What the customer said.","default":null},`, i)
	}
	return string(append(text, `{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}}]}`...))
}()

// A recorder keeps what is appended through it.
type recorder struct {
	eventlog.Log
	batches []eventlog.Batch
}

func (r *recorder) Append(ctx context.Context, after eventlog.Position, batch eventlog.Batch) (eventlog.Position, error) {
	r.batches = append(r.batches, batch)
	return r.Log.Append(ctx, after, batch)
}

func openSQLite(b *testing.B) *sqlite.Log {
	b.Helper()
	log, err := sqlite.Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { log.Close() })
	return log
}

// insert appends the rows of batches in batches of 1,000 events and returns the events a second.
func insert(b *testing.B, batches []eventlog.Batch) float64 {
	b.Helper()
	var big []eventlog.Batch
	var next eventlog.Batch
	events := 0
	for _, batch := range batches {
		next.Events = append(next.Events, batch.Events...)
		next.Puts = append(next.Puts, batch.Puts...)
		events += len(batch.Events)
		if len(next.Events) >= 1000 {
			big, next = append(big, next), eventlog.Batch{}
		}
	}
	if len(next.Events) > 0 {
		big = append(big, next)
	}
	log := openSQLite(b)
	var head eventlog.Position
	start := time.Now()
	for _, batch := range big {
		var err error
		if head, err = log.Append(b.Context(), head, batch); err != nil {
			b.Fatal(err)
		}
	}
	return float64(events) / time.Since(start).Seconds()
}

// BenchmarkRegister64 registers different schemas from 64 goroutines, durably, and compares the rate with that at which
// the same rows are inserted in batches of 1,000. An operation is a registration.
func BenchmarkRegister64(b *testing.B) {
	log := &recorder{Log: openSQLite(b)}
	r := run(b, log, Config{})
	b.ResetTimer()
	var callers sync.WaitGroup
	for g := range 64 {
		callers.Go(func() {
			for i := g; i < b.N; i += 64 {
				if _, err := r.Register(b.Context(), submission(fmt.Sprintf("orders-%d-value", i), distinct(i))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	callers.Wait()
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "registrations/s")
	b.ReportMetric(float64(b.N)/float64(len(log.batches)), "registrations/append")
	b.ReportMetric(rate/insert(b, log.batches), "of-batched-inserts")
}

// BenchmarkGrowingSubject registers version after version of one subject under BACKWARD and compares the rate of the last
// tenth with that of the first.
func BenchmarkGrowingSubject(b *testing.B) {
	const versions = 5000
	for _, others := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("%d other subjects", others), func(b *testing.B) {
			for range b.N {
				r := run(b, loadedLog(b, others), Config{})
				took := make([]time.Duration, versions)
				for i := range versions {
					text := record("R", "a", fmt.Sprintf("f%d", i))
					start := time.Now()
					if _, err := r.Register(b.Context(), submission("growing", text)); err != nil {
						b.Fatal(err)
					}
					took[i] = time.Since(start)
				}
				b.ReportMetric(float64(sum(took[:versions/10]))/float64(sum(took[versions*9/10:])), "last-of-first")
			}
		})
	}
}

func sum(ds []time.Duration) (total time.Duration) {
	for _, d := range ds {
		total += d
	}
	return total
}

// loadedLog returns a log with so many subjects of one version each.
func loadedLog(b *testing.B, subjects int) eventlog.Log {
	b.Helper()
	log := openSQLite(b)
	if subjects == 0 {
		return log
	}
	key := newKey()
	batch := eventlog.Batch{Events: []eventlog.Event{encoded(b, &logCreated{Level: binaryLevel, Key: key})}}
	var head eventlog.Position
	for i := range subjects {
		texts := blobs{key: key}
		text := distinct(i)
		c := candidate{subject: ParseSubject(fmt.Sprintf("orders-%d-value", i)), text: text}
		c.say(nil, nil)
		batch.Events = append(batch.Events, encoded(b, &schemaRegistered{
			scope: scope(c.subject), Version: 1, ID: i + 1, GUID: c.identity(), Type: "AVRO", Size: len(text), Text: texts.put([]byte(text)),
		}))
		batch.Puts = append(batch.Puts, texts.puts...)
		if len(batch.Events) < 1000 && i < subjects-1 {
			continue
		}
		var err error
		if head, err = log.Append(b.Context(), head, batch); err != nil {
			b.Fatal(err)
		}
		batch = eventlog.Batch{}
	}
	return log
}

func encoded(b *testing.B, ev event) eventlog.Event {
	b.Helper()
	e, err := kinds.encode(ev, binaryLevel)
	if err != nil {
		b.Fatal(err)
	}
	e.Mark, e.Actor, e.Time = newMark(), "ci", time.Now().UTC().Truncate(time.Millisecond)
	return e
}

// BenchmarkStart starts a registry over 100,000 versions of 1.4 KB.
func BenchmarkStart(b *testing.B) {
	log := loadedLog(b, 100_000)
	b.ResetTimer()
	for range b.N {
		r := New(log, Config{DefaultLevel: compat.Backward})
		r.moving.lock()
		if err := r.replay(r.Current()); err != nil {
			b.Fatal(err)
		}
		if got := r.Current().counts.versions; got != 100_000 {
			b.Fatalf("%d versions, want 100,000", got)
		}
	}
}
