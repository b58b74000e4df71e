// Package eventlog is the seam between the registry and where it is kept: an append-only sequence of events and the
// texts they speak of. The registry folds the events into its state; nothing else is durable.
//
// There are three logs, [github.com/treatyhq/treaty/registry/eventlog/memory],
// [github.com/treatyhq/treaty/registry/eventlog/sqlite] and [github.com/treatyhq/treaty/registry/eventlog/postgres]. All
// three pass [github.com/treatyhq/treaty/registry/eventlog/logtest].
package eventlog

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"
)

// A Seq numbers an event, from 1. Zero is the place before the first.
type Seq int64

// A Mark is 16 random bytes that the writer gives an event, so that it can tell its own events from a rival's and one
// history from another.
type Mark [16]byte

// A Position names a place in the log: the seq of an event and that event's mark. The zero Position is the place before
// the first event.
type Position struct {
	Seq  Seq
	Mark Mark
}

// A Digest names a blob.
type Digest [32]byte

// An Event is one fact. Data is a JSON object of names, numbers and digests; any text that a client supplied is a blob.
type Event struct {
	Mark    Mark
	Kind    string
	Version int // of the form of Data
	Actor   string
	Time    time.Time // UTC, whole milliseconds
	Data    json.RawMessage
}

// A Record is an event in its place.
type Record struct {
	Seq Seq
	Event
}

// Position returns the place of the record.
func (r Record) Position() Position { return Position{r.Seq, r.Mark} }

// A Blob is a text that events name by its digest.
type Blob struct {
	Digest Digest
	Body   []byte
}

// A Batch is what one Append writes: events in order, blobs to keep and blobs to erase. A blob that is there already is
// left as it is; one that is both put and erased is kept.
type Batch struct {
	Events []Event // at least one
	Puts   []Blob
	Erases []Digest
}

// A Log is the registry's only durable state: a gapless sequence of events numbered from 1. It is safe for concurrent
// use, by any number of processes where the store allows several.
type Log interface {
	// Append durably writes the batch right after the given position, all of it or nothing, and returns the new head.
	// Unless the log ends exactly there it returns ErrStale and has written nothing. Any other error says that the
	// outcome is unknown: the caller reads on from after and looks for its marks. If nothing stands there yet the batch may
	// still land, until another has taken its place. The write itself does not stop when ctx ends.
	Append(ctx context.Context, after Position, batch Batch) (Position, error)
	// Read yields the records after the given position, oldest first, up to the head that the log had when it was
	// called. It yields ErrSplit if the log does not contain the position.
	Read(ctx context.Context, after Position) iter.Seq2[Record, error]
	// Blobs returns the bodies of those digests that the log has.
	Blobs(ctx context.Context, digests []Digest) (map[Digest][]byte, error)
	// Head returns the position of the last event, the zero Position for an empty log. It reflects every Append that
	// has returned anywhere.
	Head(ctx context.Context) (Position, error)
	// Wait returns when the log may have grown past after, or when ctx ends; it may return early. Any other error than
	// that of ctx says that the store does not answer.
	Wait(ctx context.Context, after Position) error
}

var (
	// ErrStale says that the log does not end where the writer thought: nothing was written.
	ErrStale = errors.New("the log has grown")
	// ErrSplit says that the log holds another history than the reader's: it was restored, or a failover lost its tail.
	ErrSplit = errors.New("the log holds another history")
)
