package registry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

const (
	headTimeout = 5 * time.Second        // for what is answered in a tenth of a millisecond
	pause       = 500 * time.Millisecond // after a failure
	busyPause   = 20 * time.Millisecond  // while this registry itself makes the log grow
)

// Current returns the state in memory. It asks nobody.
func (r *Registry) Current() *State { return r.state.Load() }

// Latest returns a state that holds everything that was written, anywhere, before the call. With the store out of reach
// it is the state in memory, and Stale says for how long. Before the registry is ready, and when ctx ends, it is an error.
func (r *Registry) Latest(ctx context.Context) (*State, error) {
	err := r.flights.join(ctx)
	switch status := r.health.status(r.cfg.Now()); {
	case err == nil:
		return r.Current(), nil
	case ctx.Err() != nil || !status.Ready:
		return nil, unavailable(err)
	default:
		return r.Current().staleFor(max(status.Lag, time.Millisecond)), nil
	}
}

// staleFor returns the same moment, told apart as one that the store could not confirm.
func (s *State) staleFor(d time.Duration) *State {
	stale := *s
	stale.stale = d
	return &stale
}

// Read calls f with the state in memory, and if f does not find something, once more with one that holds everything that
// was written before. Where that cannot be had, what is missing may be there: the error is StoreUnavailable then.
func (r *Registry) Read(ctx context.Context, f func(*State) error) error {
	err := f(r.Current())
	if !notFound(err) {
		return err
	}
	if err := r.flights.join(ctx); err != nil {
		return unavailable(err)
	}
	return f(r.Current())
}

// follow keeps the state up with the log until ctx ends.
func (r *Registry) follow(ctx context.Context) {
	for ctx.Err() == nil {
		err := r.flights.join(ctx)
		if err == nil {
			err = r.waitForOthers(ctx)
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		r.failed(err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// waitForOthers returns when the log may have grown by more than what this registry has written, or when the log was
// waited for in vain.
func (r *Registry) waitForOthers(ctx context.Context) error {
	for {
		at := r.Current().position
		if err := r.log.Wait(ctx, at); err != nil {
			return err
		}
		r.moving.lock() // a batch that has just been appended is published first
		moved := r.Current().position != at
		r.moving.unlock()
		if !moved {
			return nil
		}
		select { // a busy writer would wake it for every batch
		case <-time.After(busyPause):
		case <-ctx.Done():
		}
	}
}

// catchUp brings the state up to the head that the log has during the call.
func (r *Registry) catchUp() error {
	if err := r.health.justFailed(r.cfg.Now()); err != nil {
		return err
	}
	before := r.Current().position
	head, err := r.head()
	if err != nil {
		return r.failed(err)
	}
	if head != before {
		if err := r.reach(before, head); err != nil {
			return r.failed(err)
		}
	}
	r.succeeded(head)
	return nil
}

func (r *Registry) head() (eventlog.Position, error) {
	ctx, cancel := context.WithTimeout(context.Background(), headTimeout)
	defer cancel()
	return r.log.Head(ctx)
}

// reach moves the state to a head that the log was seen to have when the state was at before. If the writer or another
// catch-up has moved it so far meanwhile, nothing is read.
func (r *Registry) reach(before, head eventlog.Position) error {
	r.moving.lock()
	defer r.moving.unlock()
	now := r.Current().position
	if now.Seq > head.Seq && head.Seq >= before.Seq || now == head {
		return nil
	}
	return r.pull()
}

// pull applies what the log holds behind the state. The caller holds moving.
func (r *Registry) pull() error {
	err := r.replay(r.Current())
	if errors.Is(err, eventlog.ErrSplit) {
		return r.startOver()
	}
	return err
}

// startOver gives up a state that the log knows nothing of, and reads the log from its beginning. The registry does not
// serve until that is done. What is not there any more is logged.
func (r *Registry) startOver() error {
	lost := r.Current()
	r.cfg.Logger.Error("the log holds another history: reading it from its beginning", "seq", lost.position.Seq)
	r.health.serve(false)
	r.state.Store(newState(r.cfg.DefaultLevel).publish())
	r.marks.reset()
	r.fingerprints.Store(newFingerprints())
	if err := r.replay(r.Current()); err != nil {
		return err
	}
	r.logVanished(lost, r.Current())
	return nil
}

// vanishedShown bounds how many versions are named when a history is lost.
const vanishedShown = 100

func (r *Registry) logVanished(lost, found *State) {
	vanished := 0
	for _, old := range lost.Schemas(SchemaFilter{Prefix: ":*:", Deleted: true}) {
		now, err := found.Version(old.Subject, old.Number, true)
		if err == nil && now.GUID == old.GUID && now.ID == old.ID {
			continue
		}
		if vanished++; vanished <= vanishedShown {
			r.cfg.Logger.Error("a version has vanished from the log",
				"subject", old.Subject.String(), "version", old.Number, "id", old.ID, "guid", old.GUID.String())
		}
	}
	r.cfg.Logger.Log(context.Background(), slog.LevelError, "the log holds another history: read",
		"seq", found.position.Seq, "vanished", vanished)
}

// succeeded notes that the state has caught up with head.
func (r *Registry) succeeded(head eventlog.Position) {
	if status := r.health.status(r.cfg.Now()); status.StoreErr != nil {
		r.cfg.Logger.Info("the log is in reach again", "seq", head.Seq)
	}
	r.health.reached(r.cfg.Now(), head)
	r.health.serve(true)
}

// failed notes that the log is out of reach or unreadable, and returns the reason. An unreadable log is not served from.
func (r *Registry) failed(err error) error {
	if status := r.health.status(r.cfg.Now()); status.StoreErr == nil {
		r.cfg.Logger.Error("the log is out of reach", "error", err, "seq", r.Current().position.Seq)
	}
	r.health.failed(r.cfg.Now(), err)
	var unreadable *unreadableError
	if errors.As(err, &unreadable) {
		r.health.serve(false)
	}
	return err
}

// An unreadableError says that the log holds an event that this binary does not understand: one of a higher level. The
// state stays before it.
type unreadableError struct{ err error }

func (e *unreadableError) Error() string {
	return fmt.Sprintf("the log was written by a later release: %v", e.err)
}

func (e *unreadableError) Unwrap() error { return e.err }
