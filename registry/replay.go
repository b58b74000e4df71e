package registry

import (
	"context"
	"fmt"

	"github.com/treatyhq/treaty/registry/eventlog"
)

const (
	chunkRecords = 4096
	chunkText    = 16 << 20 // bytes of canonical texts after which a chunk is closed
)

// A chunk is a run of events with the blobs that applying them needs.
type chunk struct {
	records []eventlog.Record
	events  []event
	blobs   map[eventlog.Digest][]byte
	err     error // ended the run; the events before it are good
}

// replay applies everything behind the state and publishes the result, even if the log breaks off on the way. The
// caller holds moving. While one chunk is applied the next is read.
func (r *Registry) replay(from *State) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	chunks := make(chan chunk, 1)
	go func() {
		defer close(chunks)
		r.fetch(ctx, from.position, chunks)
	}()
	next := from.fork()
	var positions []eventlog.Position
	for c := range chunks {
		err := c.err
		for i := range c.events {
			if err := next.apply(c.records[i], c.events[i], c.blobs); err != nil {
				return &unreadableError{err} // next is of no use
			}
			positions = append(positions, c.records[i].Position())
		}
		if err != nil {
			r.publish(next, positions)
			return err
		}
	}
	r.publish(next, positions)
	return nil
}

// publish lets readers see the state that holds everything up to the last of the positions. The caller holds moving.
func (r *Registry) publish(next *State, positions []eventlog.Position) {
	if len(positions) == 0 {
		return
	}
	r.state.Store(next.publish())
	r.marks.note(positions)
}

// fetch sends the log's events behind a position, in chunks, until it has sent all or ctx ends.
func (r *Registry) fetch(ctx context.Context, after eventlog.Position, chunks chan<- chunk) {
	for {
		c := r.fetchChunk(ctx, after)
		if len(c.records) == 0 && c.err == nil {
			return
		}
		select {
		case chunks <- c:
		case <-ctx.Done():
			return
		}
		if c.err != nil {
			return
		}
		after = c.records[len(c.records)-1].Position()
	}
}

func (r *Registry) fetchChunk(ctx context.Context, after eventlog.Position) (c chunk) {
	var digests []eventlog.Digest
	size := 0
	for rec, err := range r.log.Read(ctx, after) {
		if err != nil {
			c.err = err
			break
		}
		ev, err := readable(rec)
		if err != nil {
			c.err = err
			break
		}
		c.records = append(c.records, rec)
		c.events = append(c.events, ev)
		digests = append(digests, needs(ev)...)
		if registered, ok := ev.(*schemaRegistered); ok {
			size += registered.Size
		}
		if len(c.records) == chunkRecords || size > chunkText {
			break
		}
	}
	if len(digests) > 0 {
		blobs, err := r.log.Blobs(ctx, digests)
		if err != nil {
			return chunk{err: err}
		}
		c.blobs = blobs
	}
	return c
}

// readable decodes a record, unless it raises the log to a level that is not this binary's to read.
func readable(rec eventlog.Record) (event, error) {
	ev, err := kinds.decode(rec)
	if err != nil {
		return nil, &unreadableError{err}
	}
	level := 0
	switch e := ev.(type) {
	case *logCreated:
		level = e.Level
	case *levelRaised:
		level = e.Level
	}
	if level > binaryLevel {
		return nil, &unreadableError{fmt.Errorf("event %d: level %d: %w", rec.Seq, level, errLevel)}
	}
	return ev, nil
}
