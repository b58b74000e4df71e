// Package memory keeps the event log in memory: the reference for the durable logs, and the log of tests. Nothing
// survives the process.
package memory

import (
	"context"
	"iter"
	"sync"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// A Log is an [eventlog.Log] in memory. It keeps the slices of the batches it is given; the caller leaves them
// unchanged, and so do readers.
type Log struct {
	mu      sync.Mutex
	records []eventlog.Record // records[i].Seq == i+1; grows, and what is there stays as it is
	blobs   map[eventlog.Digest][]byte
	grown   chan struct{} // closed and replaced when records grow
}

var _ eventlog.Log = (*Log)(nil)

// New returns an empty log.
func New() *Log {
	return &Log{blobs: make(map[eventlog.Digest][]byte), grown: make(chan struct{})}
}

// Append implements [eventlog.Log].
func (l *Log) Append(_ context.Context, after eventlog.Position, batch eventlog.Batch) (eventlog.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.head() != after {
		return eventlog.Position{}, eventlog.ErrStale
	}
	for i, event := range batch.Events {
		l.records = append(l.records, eventlog.Record{Seq: after.Seq + eventlog.Seq(i) + 1, Event: event})
	}
	for _, digest := range batch.Erases {
		delete(l.blobs, digest)
	}
	for _, blob := range batch.Puts {
		if _, ok := l.blobs[blob.Digest]; !ok {
			l.blobs[blob.Digest] = blob.Body
		}
	}
	close(l.grown)
	l.grown = make(chan struct{})
	return l.head(), nil
}

// Read implements [eventlog.Log].
func (l *Log) Read(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		l.mu.Lock()
		records := l.records
		l.mu.Unlock()
		if !contains(records, after) {
			yield(eventlog.Record{}, eventlog.ErrSplit)
			return
		}
		for _, record := range records[after.Seq:] {
			if err := ctx.Err(); err != nil {
				yield(eventlog.Record{}, err)
				return
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

// Blobs implements [eventlog.Log].
func (l *Log) Blobs(_ context.Context, digests []eventlog.Digest) (map[eventlog.Digest][]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := make(map[eventlog.Digest][]byte, len(digests))
	for _, digest := range digests {
		if body, ok := l.blobs[digest]; ok {
			found[digest] = body
		}
	}
	return found, nil
}

// Head implements [eventlog.Log].
func (l *Log) Head(context.Context) (eventlog.Position, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head(), nil
}

// Wait implements [eventlog.Log].
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	l.mu.Lock()
	head, grown := l.head(), l.grown
	l.mu.Unlock()
	if head != after {
		return nil
	}
	select {
	case <-grown:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Log) head() eventlog.Position {
	if len(l.records) == 0 {
		return eventlog.Position{}
	}
	return l.records[len(l.records)-1].Position()
}

func contains(records []eventlog.Record, p eventlog.Position) bool {
	if p.Seq == 0 {
		return p == eventlog.Position{}
	}
	return p.Seq > 0 && int(p.Seq) <= len(records) && records[p.Seq-1].Position() == p
}
