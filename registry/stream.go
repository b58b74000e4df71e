package registry

import (
	"context"
	"encoding/json"
	"iter"
	"sort"
	"sync"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// Events yields the log's events after a seq, up to its head at the time of the call, as they are kept but for the key
// of the hash that names blobs. If the log is shorter, or was replaced while it was read, it yields an error.
func (r *Registry) Events(ctx context.Context, after eventlog.Seq) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		for rec, err := range r.log.Read(ctx, r.marks.before(after)) {
			if err != nil {
				yield(eventlog.Record{}, unavailable(err))
				return
			}
			if rec.Seq <= after {
				continue
			}
			if rec, err = withoutKey(rec); err != nil {
				yield(eventlog.Record{}, err)
				return
			}
			if !yield(rec, nil) {
				return
			}
		}
	}
}

// withoutKey returns the record without the secret that the first event of a log holds.
func withoutKey(rec eventlog.Record) (eventlog.Record, error) {
	if rec.Kind != (*logCreated)(nil).kind() {
		return rec, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(rec.Data, &members); err != nil {
		return rec, err
	}
	delete(members, "key")
	data, err := json.Marshal(members)
	rec.Data = data
	return rec, err
}

// Wait returns nil once the state holds an event after the seq, or the error of ctx.
func (r *Registry) Wait(ctx context.Context, after eventlog.Seq) error {
	for {
		moved := r.marks.moved()
		if r.Current().position.Seq > after {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// checkpointEvery is how many events lie between two checkpoints.
const checkpointEvery = 256

// checkpoints remembers some positions of the log, so that reading from a seq needs not begin at the log's beginning.
type checkpoints struct {
	mu        sync.Mutex
	positions []eventlog.Position // ascending
	change    chan struct{}       // closed when the state moves; nil if nobody waits
}

// note takes up the positions of events that have become part of the state.
func (c *checkpoints) note(positions []eventlog.Position) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range positions {
		if p.Seq%checkpointEvery == 0 {
			c.positions = append(c.positions, p)
		}
	}
	if c.change != nil {
		close(c.change)
		c.change = nil
	}
}

// reset forgets all positions: the log holds another history.
func (c *checkpoints) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.positions = nil
}

// before returns the last known position that is not after seq.
func (c *checkpoints) before(seq eventlog.Seq) eventlog.Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := sort.Search(len(c.positions), func(i int) bool { return c.positions[i].Seq > seq })
	if i == 0 {
		return eventlog.Position{}
	}
	return c.positions[i-1]
}

// moved returns a channel that is closed when the state moves.
func (c *checkpoints) moved() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.change == nil {
		c.change = make(chan struct{})
	}
	return c.change
}
