package sqlite_test

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

const textSize = 1400 // bytes of a schema, about the median of those in the wild

// registrations returns a batch of n registrations as the registry writes them: an event of about 300 bytes, the
// canonical text and the text as submitted.
func registrations(n int) eventlog.Batch {
	var batch eventlog.Batch
	for i := range n {
		event := eventlog.Event{Kind: "schema.registered", Version: 1, Actor: "anonymous", Time: time.UnixMilli(1772600767008)}
		rand.Read(event.Mark[:])
		text := eventlog.Blob{Body: make([]byte, textSize)}
		source := eventlog.Blob{Body: make([]byte, textSize)}
		for _, b := range [][]byte{text.Digest[:], source.Digest[:], text.Body, source.Body} {
			rand.Read(b)
		}
		event.Data = fmt.Appendf(nil, `{"context": ".", "subject": "orders-%d-value", "version": 1, "id": %d, "guid": "%x", "type": "AVRO", "text": "%x", "source": "%x", "size": %d}`,
			i, i, event.Mark, text.Digest, source.Digest, textSize)
		batch.Events = append(batch.Events, event)
		batch.Puts = append(batch.Puts, text, source)
	}
	return batch
}

// fresh gives the batch new marks and digests, so that it can be appended once more.
func fresh(batch eventlog.Batch) {
	for i := range batch.Events {
		rand.Read(batch.Events[i].Mark[:])
	}
	for i := range batch.Puts {
		rand.Read(batch.Puts[i].Digest[:])
	}
}

// BenchmarkAppend is to be compared with BenchmarkInsertBatch: an operation is one registration in both.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			log := open(b, b.TempDir())
			batch := registrations(size)
			var head eventlog.Position
			b.ResetTimer()
			for range (b.N + size - 1) / size {
				fresh(batch)
				var err error
				if head, err = log.Append(b.Context(), head, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkInsertBatch inserts the rows that BenchmarkAppend inserts, durably, one statement each.
func BenchmarkInsertBatch(b *testing.B) {
	for _, size := range []int{1, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			dir := b.TempDir()
			open(b, dir) // makes the tables
			dsn := "file:" + filepath.Join(dir, "treaty.db") + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
			db, err := sql.Open("sqlite", dsn)
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			batch := registrations(size)
			seq := 0
			b.ResetTimer()
			for range (b.N + size - 1) / size {
				fresh(batch)
				if err := insert(db, seq, batch); err != nil {
					b.Fatal(err)
				}
				seq += size
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func insert(db *sql.DB, seq int, batch eventlog.Batch) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	event, err := tx.Prepare(`INSERT INTO events (seq, mark, kind, version, actor, time, data) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	blob, err := tx.Prepare(`INSERT INTO blobs (digest, body) VALUES (?, ?)`)
	if err != nil {
		return err
	}
	for i, e := range batch.Events {
		if _, err := event.Exec(seq+i+1, e.Mark[:], e.Kind, e.Version, e.Actor, e.Time.UnixMilli(), string(e.Data)); err != nil {
			return err
		}
	}
	for _, p := range batch.Puts {
		if _, err := blob.Exec(p.Digest[:], p.Body); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// BenchmarkReplay reads 100,000 registrations and their canonical texts, as a registry does when it starts.
func BenchmarkReplay(b *testing.B) {
	dir := b.TempDir()
	log := open(b, dir)
	var head eventlog.Position
	var texts []eventlog.Digest
	const events, size = 100_000, 1000
	for range events / size {
		batch := registrations(size)
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
			n := 0
			for _, err := range log.Read(b.Context(), eventlog.Position{}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != events {
				b.Fatalf("read %d events, want %d", n, events)
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
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			log, err := sqlite.Open(b.Context(), dir)
			if err != nil {
				b.Fatal(err)
			}
			log.Close()
		}
	})
}
