package registry

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/treatyhq/treaty/registry/eventlog"
)

var errFault = errors.New("the store is gone")

// A faultyLog is a log whose store fails as it is told to.
type faultyLog struct {
	mu   sync.Mutex
	log  eventlog.Log
	down bool // every call fails

	lose    atomic.Int32 // so many appends are written and then fail
	refuse  atomic.Int32 // so many appends fail and write nothing
	appends atomic.Int32
	heads   atomic.Int32
	slow    func() // called by every append before it writes, may be nil
}

func (f *faultyLog) set(down bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = down
}

// replace puts another log in the place of the one behind f.
func (f *faultyLog) replace(log eventlog.Log) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = log
}

func (f *faultyLog) inner() (eventlog.Log, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down {
		return nil, errFault
	}
	return f.log, nil
}

func (f *faultyLog) Append(ctx context.Context, after eventlog.Position, batch eventlog.Batch) (eventlog.Position, error) {
	log, err := f.inner()
	if err != nil {
		return eventlog.Position{}, err
	}
	f.appends.Add(1)
	if f.slow != nil {
		f.slow()
	}
	if f.refuse.Add(-1) >= 0 {
		return eventlog.Position{}, errFault
	}
	head, err := log.Append(ctx, after, batch)
	if err == nil && f.lose.Add(-1) >= 0 {
		return eventlog.Position{}, errFault
	}
	return head, err
}

func (f *faultyLog) Read(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	log, err := f.inner()
	if err != nil {
		return func(yield func(eventlog.Record, error) bool) { yield(eventlog.Record{}, err) }
	}
	return log.Read(ctx, after)
}

func (f *faultyLog) Blobs(ctx context.Context, digests []eventlog.Digest) (map[eventlog.Digest][]byte, error) {
	log, err := f.inner()
	if err != nil {
		return nil, err
	}
	return log.Blobs(ctx, digests)
}

func (f *faultyLog) Head(ctx context.Context) (eventlog.Position, error) {
	log, err := f.inner()
	if err != nil {
		return eventlog.Position{}, err
	}
	f.heads.Add(1)
	return log.Head(ctx)
}

func (f *faultyLog) Wait(ctx context.Context, after eventlog.Position) error {
	log, err := f.inner()
	if err != nil {
		return err
	}
	return log.Wait(ctx, after)
}
