package httpapi

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// streamIdle is how long a stream may stand still, in either direction, before it is given up.
const streamIdle = 2 * time.Minute

// An output is the answer to many messages. It keeps what it is given until there is much of it, or until it is flushed; then
// a goroutine of its own writes it, so that a client which first sends everything and then reads is not waited for while it
// sends. That holds within bounds: see backlog.
type output struct {
	d       *dataCall
	control *http.ResponseController
	buf     []byte // the end of the answer, which the writer has not seen
	started bool
	unhook  func() // of the request's end; nil until started

	mu      sync.Mutex
	changed sync.Cond
	queue   [][]byte // to be written; the last one grows while it is short
	spare   []byte   // was written, and is used again
	held    int      // bytes of queue, and of what is being written
	busy    bool     // something is being written
	granted int      // of the backlog, in bytes
	ended   bool
	failed  bool // the client has gone
	done    chan struct{}
}

// kept is how much of an answer is kept before it is written, in bytes, and how much of it may wait in any case.
const kept = 64 << 10

// stream begins an answer of a type. It is to be ended or aborted, and closed in any case.
func (d *dataCall) stream(as *produced) *output {
	d.as = as
	o := &output{d: d, control: http.NewResponseController(d.w), done: make(chan struct{})}
	o.changed.L = &o.mu
	return o
}

func (o *output) write(b byte) { o.buf = append(o.buf, b) }

// spill has what is kept written if it is much.
func (o *output) spill() {
	if len(o.buf) >= kept {
		o.flush()
	}
}

// flush has the client see all that there is so far. It waits only for a client that leaves much unread.
func (o *output) flush() {
	if !o.started {
		o.start()
	}
	if len(o.buf) == 0 {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.held += len(o.buf)
	if n := len(o.queue); n > 0 && len(o.queue[n-1]) < kept {
		o.queue[n-1] = append(o.queue[n-1], o.buf...)
		o.buf = o.buf[:0]
	} else {
		o.queue = append(o.queue, o.buf)
		o.buf, o.spare = o.spare[:0], nil
	}
	o.changed.Broadcast()
	for o.held > kept+o.granted && !o.failed && !o.grant() {
		o.changed.Wait()
	}
}

// start sends the header and begins to write. From now on the end of the request ends what waits to be written.
func (o *output) start() {
	o.started = true
	o.d.preset(noStore)
	o.d.w.WriteHeader(http.StatusOK)
	o.busy = true // with the header
	o.unhook = hook(o.d.r.Context(), func() { _ = o.control.SetWriteDeadline(past) })
	go o.writing()
}

// past is a deadline that ends whatever waits for one.
var past = time.Unix(1, 0)

// hook calls f when ctx ends, unless the function that it returns was called before. When that returns f runs no more, which
// matters where the writer of the answer goes on to serve another request.
func hook(ctx context.Context, f func()) (unhook func()) {
	ran := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(ran); f() })
	return func() {
		if !stop() {
			<-ran
		}
	}
}

// writing writes what is queued, until the answer has ended or the client has gone.
func (o *output) writing() {
	defer close(o.done)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unlocked(o.control.Flush) // the header
	for {
		for len(o.queue) == 0 && !o.ended && !o.failed {
			o.changed.Wait()
		}
		if len(o.queue) == 0 || o.failed {
			return
		}
		b, last := o.queue[0], len(o.queue) == 1
		o.queue = o.queue[1:]
		o.unlocked(func() error { return o.send(b, last) })
		o.held -= len(b)
		if cap(b) <= 4*kept {
			o.spare = b
		}
	}
}

// unlocked does what may take long. If it fails the client has gone, and nothing more is to be read from it.
func (o *output) unlocked(write func() error) {
	o.busy = true
	o.mu.Unlock()
	err := write()
	if err != nil {
		_ = o.control.SetReadDeadline(past)
	}
	o.mu.Lock()
	o.busy, o.failed = false, o.failed || err != nil
	o.changed.Broadcast()
}

// send writes bytes to the client, which has some time for each piece of them.
func (o *output) send(b []byte, flush bool) error {
	for len(b) > 0 {
		piece := b[:min(len(b), 4*kept)]
		b = b[len(piece):]
		if err := o.d.r.Context().Err(); err != nil {
			return err
		}
		_ = o.control.SetWriteDeadline(time.Now().Add(streamIdle)) // not every writer has one
		if _, err := o.d.w.Write(piece); err != nil {
			return err
		}
	}
	if flush {
		return o.control.Flush()
	}
	return nil
}

// gone reports whether nobody is left to be answered.
func (o *output) gone() bool {
	if o.d.r.Context().Err() != nil {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}

// end sends the rest, and waits until it is written. An answer that was kept whole has a length.
func (o *output) end() error {
	if !o.started {
		return o.d.replyBytes(o.buf)
	}
	o.flush()
	if o.finish(); o.failed {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// endEarly sends the rest of an answer to a body that was not read to its end.
func (o *output) endEarly() error {
	if !o.started {
		err := o.d.replyBytes(o.buf)
		o.d.leave(o.control)
		return err
	}
	o.flush()
	o.settle()
	o.d.leave(o.control)
	return o.end()
}

// settle waits until everything is written: the writer and others must not use the connection at once.
func (o *output) settle() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for (o.busy || len(o.queue) > 0) && !o.failed {
		o.changed.Wait()
	}
}

// close stops the writer of an answer that was left, by a panic too.
func (o *output) close() {
	if o.started && !o.ended {
		_ = o.control.SetWriteDeadline(past)
		o.finish()
	}
}

// abort ends an answer that is not complete. The client must not take it for one: where some of it was sent the connection
// is dropped.
func (o *output) abort() error {
	if !o.started {
		return context.Cause(o.d.r.Context())
	}
	panic(http.ErrAbortHandler)
}

// finish waits for the writer.
func (o *output) finish() {
	o.mu.Lock()
	o.ended = true
	o.changed.Broadcast()
	o.mu.Unlock()
	<-o.done
	o.unhook()
	o.d.backlog.Add(-int64(o.granted))
}

// The bounds of the backlog: of what all clients together have not read yet, and of what a single one has not, in bytes.
const (
	maxBacklog    = 512 << 20
	maxBacklogOne = 64 << 20
	backlogStep   = 1 << 20
)

// grant lets more of the answer wait, and reports whether it may.
func (o *output) grant() bool {
	if o.granted >= maxBacklogOne {
		return false
	}
	if o.d.backlog.Add(backlogStep) > maxBacklog {
		o.d.backlog.Add(-backlogStep)
		return false
	}
	o.granted += backlogStep
	return true
}
