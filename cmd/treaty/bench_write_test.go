package main

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
	"github.com/treatyhq/treaty/schema"
)

// benchText returns an Avro record of about 1.4 KB that differs for every n, as a person would have written it.
func benchText(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `{"type":"record","name":"Event%d","namespace":"shop.orders","doc":"What happened to an order, number %d.","fields":[`, n, n)
	for i := range 12 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"name":"field%d","type":["null","string"],"doc":"The part of the order that stands at place %d.","default":null}`, i, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

// An openRegistry is a registry on SQLite that runs.
type openRegistry struct {
	*registry.Registry
	close func()
}

func openBench(b *testing.B, dir string) openRegistry {
	b.Helper()
	log, err := sqlite.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	r := registry.New(log, registry.Config{Logger: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	if err := r.Ready(b.Context()); err != nil {
		b.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		cancel()
		<-done
		log.Close()
	})
	b.Cleanup(stop)
	return openRegistry{r, stop}
}

// benchTexts returns the first n texts: what is measured is not the making of them.
func benchTexts(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = benchText(i)
	}
	return texts
}

// registerAll registers texts in as many subjects from the given number of goroutines, and returns how long it took.
func registerAll(b *testing.B, r *registry.Registry, goroutines int, texts []string) time.Duration {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range goroutines {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(texts); i = int(next.Add(1)) - 1 {
				if err := registerOne(b.Context(), r, "subject-"+strconv.Itoa(i), texts[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func registerOne(ctx context.Context, r *registry.Registry, subject, text string) error {
	_, err := r.Register(ctx, registry.RegisterCommand{
		Submission: registry.Submission{Subject: registry.ParseSubject(subject), Type: schema.Avro, Text: text},
		ID:         -1,
	})
	return err
}

// reinsert copies the rows of one store into a fresh one, durably, the given number of events and their blobs in a
// transaction, and returns how many events a second were inserted.
func reinsert(b *testing.B, from string, size, limit int) float64 {
	b.Helper()
	to := b.TempDir()
	if log, err := sqlite.Open(b.Context(), to); err != nil { // makes the tables
		b.Fatal(err)
	} else {
		log.Close()
	}
	events, blobs := rowsOf(b, from, limit)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(to, "treaty.db")+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	perEvent, all := len(blobs)/len(events), float64(len(events))
	start := time.Now()
	for len(events) > 0 {
		n := min(size, len(events))
		if err := insertRows(db, events[:n], blobs[:min(n*perEvent, len(blobs))]); err != nil {
			b.Fatal(err)
		}
		events, blobs = events[n:], blobs[min(n*perEvent, len(blobs)):]
	}
	return all / time.Since(start).Seconds()
}

type row []any

func rowsOf(b *testing.B, dir string, limit int) (events, blobs []row) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "treaty.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	read := func(query string, columns int) (all []row) {
		rows, err := db.Query(query, limit)
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			r := make(row, columns)
			to := make([]any, columns)
			for i := range r {
				to[i] = &r[i]
			}
			if err := rows.Scan(to...); err != nil {
				b.Fatal(err)
			}
			all = append(all, r)
		}
		return all
	}
	return read("SELECT seq, mark, kind, version, actor, time, data FROM events ORDER BY seq LIMIT ?", 7),
		read("SELECT digest, body FROM blobs ORDER BY id LIMIT ?", 2)
}

func insertRows(db *sql.DB, events, blobs []row) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, into := range []struct {
		query string
		rows  []row
	}{
		{"INSERT INTO events (seq, mark, kind, version, actor, time, data) VALUES (?, ?, ?, ?, ?, ?, ?)", events},
		{"INSERT INTO blobs (digest, body) VALUES (?, ?)", blobs},
	} {
		stmt, err := tx.Prepare(into.query)
		if err != nil {
			return err
		}
		for _, r := range into.rows {
			if _, err := stmt.Exec(r...); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// BenchmarkRegister compares durable registrations of distinct schemas, in-process from 64 goroutines, with plain inserts
// of the same rows in batches of 1,000 and one at a time.
func BenchmarkRegister(b *testing.B) {
	const n = 20_000
	texts := benchTexts(n)
	var ofBatches, ofSingles, rate float64
	for b.Loop() {
		dir := b.TempDir()
		r := openBench(b, dir)
		took := registerAll(b, r.Registry, 64, texts)
		alone := timeAlone(b, r.Registry)
		r.close()
		batches := reinsert(b, dir, 1000, n)
		singles := reinsert(b, dir, 1, 1000)
		rate = n / took.Seconds()
		ofBatches, ofSingles = rate/batches, rate/singles
		b.ReportMetric(alone.Seconds()*singles, "lone/single-insert")
	}
	b.ReportMetric(rate, "registrations/s")
	b.ReportMetric(ofBatches, "of-batched-inserts")
	b.ReportMetric(ofSingles, "of-single-inserts")
}

// timeAlone returns how long a registration takes that nobody else is beside.
func timeAlone(b *testing.B, r *registry.Registry) time.Duration {
	const n = 500
	start := time.Now()
	for i := range n {
		if err := registerOne(b.Context(), r, fmt.Sprintf("alone-%d", i), benchText(1_000_000+i)); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / n
}

// BenchmarkGrowth registers 5,000 compatible versions of one subject under BACKWARD and compares the rate of the last 500
// with that of the first 500: with nothing else in the registry, and beside 100,000 subjects.
func BenchmarkGrowth(b *testing.B) {
	for _, others := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("beside-%d", others), func(b *testing.B) {
			texts := benchTexts(others)
			var ratio float64
			for b.Loop() {
				r := openBench(b, b.TempDir())
				registerAll(b, r.Registry, 64, texts)
				ratio = growth(b, r.Registry)
				r.close()
			}
			b.ReportMetric(ratio, "last/first")
		})
	}
}

// growth alternates the place of one field's default, so that every version is new and as large as the others.
func growth(b *testing.B, r *registry.Registry) float64 {
	const versions, window = 5000, 500
	var first, last time.Duration
	for i := range versions {
		text := strings.Replace(benchText(0), `The part of the order that stands at place 3.`, fmt.Sprintf(`Version %d of this.`, 10_000+i), 1)
		start := time.Now()
		if err := registerOne(b.Context(), r, "growing", text); err != nil {
			b.Fatal(err)
		}
		switch took := time.Since(start); {
		case i < window:
			first += took
		case i >= versions-window:
			last += took
		}
	}
	return first.Seconds() / last.Seconds()
}
