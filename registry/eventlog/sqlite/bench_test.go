package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

// BenchmarkAppend is to be compared with BenchmarkInsertBatch.
func BenchmarkAppend(b *testing.B) {
	logtest.BenchmarkAppend(b, func(b *testing.B) eventlog.Log { return open(b, b.TempDir()) })
}

// BenchmarkInsertBatch inserts the rows that BenchmarkAppend inserts, durably, by one plain statement each.
func BenchmarkInsertBatch(b *testing.B) {
	for _, size := range []int{1, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			dir := b.TempDir()
			open(b, dir) // makes the tables
			dsn := "file:" + filepath.Join(dir, "treaty.db") + "?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
			db, err := sql.Open("sqlite", dsn)
			check(b, err)
			defer db.Close()
			batch := logtest.Registrations(size)
			seq := 0
			b.ResetTimer()
			for range (b.N + size - 1) / size {
				logtest.Renew(batch)
				check(b, insert(db, seq, batch))
				seq += size
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "registrations/s")
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

func BenchmarkReplay(b *testing.B) {
	logtest.BenchmarkReplay(b, open(b, b.TempDir()))
}

// BenchmarkOpen opens an empty log that is up to date.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	open(b, dir)
	for b.Loop() {
		log, err := sqlite.Open(b.Context(), dir)
		check(b, err)
		check(b, log.Close())
	}
}
