package registry

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

const (
	appendTimeout = 10 * time.Second
	contention    = 10 * time.Second // how long a batch may lose against the writers of other replicas
)

// write carries out the queue's commands, batch by batch, until the queue stops. While one batch is being appended the
// next one gathers.
func (r *Registry) write() {
	var batch []*pending
	var rest *pending
	for {
		if len(batch) > 1 {
			// Those who were just answered may have more: the more commands in a batch, the less each of them costs.
			runtime.Gosched()
		}
		if batch, rest = r.queue.gather(rest); batch == nil {
			return
		}
		r.carryOut(batch)
	}
}

// A draft is a batch that is decided but not appended: readers see nothing of it.
type draft struct {
	base      eventlog.Position
	state     *State // base with the events
	batch     eventlog.Batch
	positions []eventlog.Position // of the events
	outcomes  []outcome           // of the batch's commands
}

type outcome struct {
	of     *pending
	answer any
	err    error
}

// carryOut decides a batch of commands one upon the other, appends their events, and answers when they are durable. If
// the log has grown meanwhile all are decided again.
func (r *Registry) carryOut(batch []*pending) {
	r.moving.lock()
	defer r.moving.unlock()
	deadline := r.cfg.Now().Add(contention)
	for {
		if err := r.writable(); err != nil {
			fail(batch, err)
			return
		}
		d, err := r.decide(batch)
		if err != nil {
			fail(batch, err)
			return
		}
		err = r.commit(d)
		if err == nil {
			r.publish(d.state, d.positions)
			r.succeeded(r.Current().position)
			d.answer()
			return
		}
		if errors.Is(err, eventlog.ErrStale) {
			err = r.pull()
			if err == nil && r.cfg.Now().Before(deadline) {
				continue
			}
		}
		if err == nil {
			err = context.DeadlineExceeded
		} else {
			r.failed(err)
		}
		fail(batch, unavailable(err))
		return
	}
}

// writable returns why nothing can be written: the registry has not caught up, or does not understand its log.
func (r *Registry) writable() error {
	if err := r.health.justFailed(r.cfg.Now()); err != nil {
		return unavailable(err)
	}
	status := r.health.status(r.cfg.Now())
	switch {
	case status.Ready:
		return nil
	case status.StoreErr != nil:
		return unavailable(status.StoreErr)
	}
	return &Error{Code: StoreUnavailable, Message: "The registry is still reading its log"}
}

// decide decides the commands in their order, each on the state that the ones before it leave.
func (r *Registry) decide(batch []*pending) (*draft, error) {
	base := r.Current()
	d := &draft{base: base.position, state: base.fork(), outcomes: make([]outcome, 0, len(batch))}
	now := r.cfg.Now().UTC().Truncate(time.Millisecond)
	for _, p := range batch {
		if !p.take() {
			continue
		}
		decided, err := p.decide(d.state, moment{now, p.actor})
		if err == nil {
			if err := d.add(decided, now, p.actor); err != nil {
				return nil, err
			}
		}
		d.outcomes = append(d.outcomes, outcome{p, decided.answer, err})
	}
	d.settleBlobs()
	return d, nil
}

// add appends a decision's events to the draft and folds them into its state.
func (d *draft) add(decided decision, now time.Time, actor string) error {
	blobs := make(map[eventlog.Digest][]byte, len(decided.puts))
	for _, b := range decided.puts {
		blobs[b.Digest] = b.Body
	}
	for _, ev := range decided.events {
		e, err := kinds.encode(ev, d.state.level)
		if err != nil {
			return err
		}
		e.Mark, e.Actor, e.Time = newMark(), actor, now
		rec := eventlog.Record{Seq: d.state.position.Seq + 1, Event: e}
		if err := d.state.apply(rec, ev, blobs); err != nil {
			return fmt.Errorf("a decision that does not apply: %w", err)
		}
		d.batch.Events = append(d.batch.Events, e)
		d.positions = append(d.positions, rec.Position())
	}
	d.batch.Puts = append(d.batch.Puts, decided.puts...)
	d.batch.Erases = append(d.batch.Erases, decided.erases...)
	return nil
}

// settleBlobs keeps the puts that something uses when all commands are carried out, and the erases that nothing does:
// a later command may have taken up a blob that an earlier one let go, or the other way round.
func (d *draft) settleBlobs() {
	if len(d.batch.Erases) == 0 {
		return
	}
	d.batch.Puts = slices.DeleteFunc(d.batch.Puts, func(b eventlog.Blob) bool { return !d.state.used(b.Digest) })
	d.batch.Erases = slices.DeleteFunc(d.batch.Erases, d.state.used)
}

// used reports whether anything uses a blob.
func (s *State) used(d eventlog.Digest) bool {
	_, ok := s.uses.Get(use(d))
	return ok
}

// answer gives every command its outcome.
func (d *draft) answer() {
	for _, o := range d.outcomes {
		o.of.finish(o.answer, o.err)
	}
}

// fail gives all commands that were not dropped the same error.
func fail(batch []*pending, err error) {
	for _, p := range batch {
		if p.take() {
			p.finish(nil, err)
		}
	}
}

// commit makes a draft durable, at the very place in the log that it was decided for. Without events it makes sure that
// this place is still the log's end. ErrStale says that it is not, and that nothing was written.
func (r *Registry) commit(d *draft) error {
	if len(d.outcomes) == 0 {
		return nil
	}
	if len(d.batch.Events) == 0 {
		head, err := r.head()
		if err == nil && head != d.base {
			return eventlog.ErrStale
		}
		return err
	}
	return r.append(d.base, d.batch)
}

// append appends a batch. If the outcome is unknown it looks for the batch in the log, and if the log still ends where
// it did, tries once more with the same marks: should the first attempt land after all, the second is stale, and is
// found by its marks.
func (r *Registry) append(after eventlog.Position, batch eventlog.Batch) error {
	var err error
	for attempt := range 2 {
		ctx, cancel := context.WithTimeout(context.Background(), appendTimeout)
		_, err = r.log.Append(ctx, after, batch)
		cancel()
		if err == nil || attempt == 0 && errors.Is(err, eventlog.ErrStale) {
			return err
		}
		found, lookErr := r.lookFor(batch.Events[0].Mark, after)
		switch {
		case lookErr != nil:
			return fmt.Errorf("append %d events after %d, outcome unknown: %w", len(batch.Events), after.Seq, errors.Join(err, lookErr))
		case found == landed:
			return nil
		case found == rival:
			return eventlog.ErrStale
		}
	}
	return fmt.Errorf("append %d events after %d: %w", len(batch.Events), after.Seq, err)
}

// What may stand behind a place in the log.
const (
	nothing = iota
	landed  // the batch
	rival   // another one
)

// lookFor says what stands in the log after a position: nothing yet, the batch whose first event has the mark, or a
// rival's.
func (r *Registry) lookFor(mark eventlog.Mark, after eventlog.Position) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), headTimeout)
	defer cancel()
	for rec, err := range r.log.Read(ctx, after) {
		switch {
		case errors.Is(err, eventlog.ErrSplit):
			return rival, nil
		case err != nil:
			return nothing, err
		case rec.Mark == mark:
			return landed, nil
		}
		return rival, nil
	}
	return nothing, nil
}

// newMark returns a mark that no other event has.
func newMark() (m eventlog.Mark) {
	binary.LittleEndian.PutUint64(m[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(m[8:], rand.Uint64())
	return m
}
