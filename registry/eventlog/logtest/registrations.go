package logtest

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

const textSize = 1400 // bytes of a schema, about the median of those in the wild

// Registrations returns a batch of n registrations as a registry writes them: an event of about 300 bytes, the canonical
// text and the text as submitted.
func Registrations(n int) eventlog.Batch {
	var batch eventlog.Batch
	for i := range n {
		event := eventlog.Event{Kind: "schema.registered", Version: 1, Actor: "anonymous", Time: time.UnixMilli(1772600767008)}
		rand.Read(event.Mark[:])
		text, source := Blob(textSize), Blob(textSize)
		event.Data = fmt.Appendf(nil, `{"context": ".", "subject": "orders-%d-value", "version": 1, "id": %d, "guid": "%x", "type": "AVRO", "size": %d, "text": "%x", "source": "%x"}`,
			i, i+1, event.Mark, textSize, text.Digest, source.Digest)
		batch.Events = append(batch.Events, event)
		batch.Puts = append(batch.Puts, text, source)
	}
	return batch
}

// Renew gives the batch new marks and digests, so that it can be appended once more.
func Renew(batch eventlog.Batch) {
	for i := range batch.Events {
		rand.Read(batch.Events[i].Mark[:])
	}
	for i := range batch.Puts {
		rand.Read(batch.Puts[i].Digest[:])
	}
}

// BenchmarkAppend appends registrations to a log that open returns, in batches of several sizes. An operation is one
// registration.
func BenchmarkAppend(b *testing.B, open func(b *testing.B) eventlog.Log) {
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			log := open(b)
			batch := Registrations(size)
			var head eventlog.Position
			b.ResetTimer()
			for range (b.N + size - 1) / size {
				Renew(batch)
				var err error
				if head, err = log.Append(b.Context(), head, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "registrations/s")
		})
	}
}

// BenchmarkReplay reads 100,000 registrations and their canonical texts from a log, as a registry does when it starts.
func BenchmarkReplay(b *testing.B, log eventlog.Log) {
	const events, size = 100_000, 1000
	var head eventlog.Position
	var texts []eventlog.Digest
	for range events / size {
		batch := Registrations(size)
		for i := 0; i < len(batch.Puts); i += 2 {
			texts = append(texts, batch.Puts[i].Digest)
		}
		var err error
		if head, err = log.Append(b.Context(), head, batch); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("events", func(b *testing.B) {
		for b.Loop() {
			records, err := Collect(log.Read(b.Context(), eventlog.Position{}))
			if err != nil || len(records) != events {
				b.Fatalf("read %d events, want %d: %v", len(records), events, err)
			}
		}
	})
	b.Run("texts", func(b *testing.B) {
		for b.Loop() {
			for i := 0; i < events; i += size {
				bodies, err := log.Blobs(b.Context(), texts[i:i+size])
				if err != nil || len(bodies) != size {
					b.Fatalf("read %d texts, want %d: %v", len(bodies), size, err)
				}
			}
		}
	})
}
