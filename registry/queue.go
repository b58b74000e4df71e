package registry

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

const (
	batchCommands = 256
	batchText     = 4 << 20 // bytes of blobs
)

// A command is a write that its caller has prepared: parsed, resolved, checked. What is left is to decide it.
type command interface {
	// decide returns the events that carry the command out on s, or a refusal. It is pure: it depends on s and its
	// arguments alone, keeps neither, and asks nobody. If what the caller prepared no longer holds, it returns errAgain.
	decide(s *State, at moment) (decision, error)
	// size returns how many bytes of blobs the command may write.
	size() int
}

// A moment is what a decision may know beside the state.
type moment struct {
	now   time.Time // of the events
	actor string
}

// A decision is what a command comes to.
type decision struct {
	events []event
	puts   []eventlog.Blob
	erases []eventlog.Digest // blobs that have lost a user, and go if it was their last
	answer any
}

// errAgain says that a command rests on what is no longer so: its caller has to prepare it again.
var errAgain = errors.New("prepared on another state")

var errStopped = &Error{Code: StoreUnavailable, Message: "The registry is shutting down"}

// queue is where commands wait for the writer.
type queue struct {
	commands chan *pending
	stopping chan struct{} // closed when no command is taken any more
	stopped  chan struct{} // closed when the writer has finished
}

func newQueue(size int) queue {
	return queue{make(chan *pending, size), make(chan struct{}), make(chan struct{})}
}

// A pending command belongs to its caller until it is taken, then to the writer until done is closed.
type pending struct {
	command
	actor  string
	stage  atomic.Int32
	done   chan struct{}
	answer any
	err    error
}

// The stages of a pending command. From waiting it goes either way, once.
const (
	waiting = iota
	taken   // by the writer: it will be decided
	dropped // by its caller: it will not
)

func (p *pending) take() bool {
	return p.stage.CompareAndSwap(waiting, taken) || p.stage.Load() == taken
}

func (p *pending) finish(answer any, err error) {
	p.answer, p.err = answer, err
	close(p.done)
}

// submit has a command decided and returns its answer once that is durable. When ctx ends before the command is decided
// it is dropped and nothing is written; after that the answer is waited for.
func (q *queue) submit(ctx context.Context, c command) (any, error) {
	p := &pending{command: c, actor: actorOf(ctx), done: make(chan struct{})}
	select {
	case <-q.stopping:
		return nil, errStopped
	default:
	}
	select {
	case q.commands <- p:
	case <-q.stopping:
		return nil, errStopped
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-p.done:
		return p.answer, p.err
	case <-q.stopped:
	case <-ctx.Done():
		if p.stage.CompareAndSwap(waiting, dropped) {
			return nil, ctx.Err()
		}
	}
	select {
	case <-p.done:
		return p.answer, p.err
	case <-q.stopped:
		if p.stage.CompareAndSwap(waiting, dropped) {
			return nil, errStopped
		}
		<-p.done
		return p.answer, p.err
	}
}

// gather returns the commands of one batch: all that wait, up to its bounds. It blocks while there are none, and returns
// nil once there are none and the queue stops. carry is a command that was taken out for the batch before and did not
// fit.
func (q *queue) gather(carry *pending) (batch []*pending, rest *pending) {
	size := 0
	for {
		p := carry
		carry = nil
		if p == nil {
			p = q.next(len(batch) == 0)
		}
		if p == nil {
			return batch, nil
		}
		if size += p.size(); size > batchText && len(batch) > 0 {
			return batch, p
		}
		if batch = append(batch, p); len(batch) == batchCommands {
			return batch, nil
		}
	}
}

// next returns a command that waits. If there is none it returns nil, or blocks if asked to, until the queue stops.
func (q *queue) next(block bool) *pending {
	select {
	case p := <-q.commands:
		return p
	default:
	}
	if !block {
		return nil
	}
	select {
	case p := <-q.commands:
		return p
	case <-q.stopping:
	}
	select {
	case p := <-q.commands:
		return p
	default:
		return nil
	}
}
