package sqlite

import (
	"context"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// Wait implements [eventlog.Log]. It is woken by the Appends of this Log, and asks each second for those of others.
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		grown := l.growth()
		head, err := l.Head(ctx)
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

// growth returns a channel that is closed when the log grows.
func (l *Log) growth() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.grown
}

func (l *Log) announce() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.grown)
	l.grown = make(chan struct{})
}
