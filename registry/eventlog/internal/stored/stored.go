// Package stored is what the logs that are kept in a database have in common: they read a page at a time, and they wait
// by asking again and again.
package stored

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// PageSize is how many records are read at a time. A reader that is slow with one page holds nothing up in the database.
const PageSize = 1024

// A Source is a database that holds a log.
type Source interface {
	// Head is that of [eventlog.Log].
	Head(ctx context.Context) (eventlog.Position, error)
	// Page returns the records with the seqs from first to last, oldest first, and of those at most PageSize.
	Page(ctx context.Context, first, last eventlog.Seq) ([]eventlog.Record, error)
}

// Read implements Read of [eventlog.Log]. Every page begins with the record that is known already, to see that the
// history is still the same.
func Read(ctx context.Context, source Source, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		head, err := source.Head(ctx)
		if err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		for at := after; ; {
			records, err := next(ctx, source, at, head.Seq)
			if err != nil {
				yield(eventlog.Record{}, err)
				return
			}
			for _, record := range records {
				if !yield(record, nil) {
					return
				}
				at = record.Position()
			}
			if at.Seq >= head.Seq {
				return
			}
		}
	}
}

// next returns the first records after at, up to last.
func next(ctx context.Context, source Source, at eventlog.Position, last eventlog.Seq) ([]eventlog.Record, error) {
	records, err := source.Page(ctx, at.Seq, max(at.Seq, last))
	switch {
	case err != nil:
		return nil, err
	case at == eventlog.Position{}:
		return records, nil
	case len(records) == 0 || records[0].Position() != at:
		return nil, eventlog.ErrSplit
	}
	return records[1:], nil
}

// Growth lets readers wait for a log to grow. The zero Growth is ready to use.
type Growth struct {
	mu    sync.Mutex
	grown chan struct{} // closed, and forgotten, when the log may have grown; nil if nobody has asked for it
}

// Announce wakes all who wait.
func (g *Growth) Announce() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.grown != nil {
		close(g.grown)
		g.grown = nil
	}
}

// next returns a channel that the next Announce closes.
func (g *Growth) next() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.grown == nil {
		g.grown = make(chan struct{})
	}
	return g.grown
}

// Wait implements Wait of [eventlog.Log]: an Announce ends it, and each second it asks the source.
func (g *Growth) Wait(ctx context.Context, source Source, after eventlog.Position) error {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		grown := g.next() // before asking, so that nothing falls between the two
		head, err := source.Head(ctx)
		if err != nil || head != after {
			return err
		}
		select {
		case <-grown:
			return nil
		case <-poll.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
