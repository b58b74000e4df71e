package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/treatyhq/treaty/envelope"
)

// streamIdle is how long a stream may stand still, in either direction, before it is given up.
const streamIdle = 2 * time.Minute

// An output is the answer to many messages. It keeps what it is given until there is much of it, or until it is flushed:
// a client that first sends everything and then reads must not be waited for while it sends.
type output struct {
	d       *dataCall
	control *http.ResponseController
	buf     []byte
	most    int // bytes that are kept at most
	started bool
	failed  bool // the client has gone
}

// kept is how much of an answer is kept, and keptLong of a few at a time. It bounds what streams take of memory.
const (
	kept     = 1 << 20
	keptLong = 64 << 20
)

// stream begins an answer of a type. It is to be ended.
func (d *dataCall) stream(as *produced) *output {
	d.as = as
	return &output{d: d, control: http.NewResponseController(d.w), most: kept}
}

// longs is how many answers may be kept until they are long.
const longs = 8

func (o *output) write(b byte) { o.buf = append(o.buf, b) }

// spill sends what is kept if it is much.
func (o *output) spill() {
	if len(o.buf) < o.most {
		return
	}
	if o.most == kept && !o.started && o.d.longAnswers.Add(1) <= longs {
		o.most = keptLong
		return
	} else if o.most == kept && !o.started {
		o.d.longAnswers.Add(-1)
	}
	o.send()
}

// send writes what is kept to the client, which has some time to take it.
func (o *output) send() {
	if !o.started {
		o.started = true
		o.d.preset(noStore)
		o.d.w.WriteHeader(http.StatusOK)
	}
	if len(o.buf) == 0 || o.failed {
		return
	}
	_ = o.control.SetWriteDeadline(time.Now().Add(streamIdle)) // not every writer has one
	if _, err := o.d.w.Write(o.buf); err != nil {
		o.failed = true
	}
	o.buf = o.buf[:0]
}

// flush has the client see all that was written so far.
func (o *output) flush() {
	o.send()
	if !o.failed && o.control.Flush() != nil {
		o.failed = true
	}
}

// end sends the rest. An answer that was kept whole has a length.
func (o *output) end() error {
	if !o.started {
		o.d.length(len(o.buf))
	}
	o.send()
	if o.most == keptLong {
		o.d.longAnswers.Add(-1)
	}
	return nil
}

// An input is the body of a stream.
type input struct{ *bufio.Reader }

// open makes the request one in which both sides speak at once, as long as both go on.
func (d *dataCall) open() (*input, error) {
	control := http.NewResponseController(d.w)
	if err := control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	ctx := d.r.Context()
	context.AfterFunc(ctx, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) }) // which ends a read that waits
	return &input{bufio.NewReaderSize(&patient{d.r.Body, control, ctx}, 64<<10)}, nil
}

// A patient reader gives each read its own time, as long as the request goes on.
type patient struct {
	io.Reader
	control *http.ResponseController
	ctx     context.Context
}

func (p *patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(streamIdle)) // not every connection has one
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}

// lines answers for one message object a line with one answer a line, each as soon as nothing more is there to be read.
func (d *dataCall) lines() error {
	in, err := d.open()
	if err != nil {
		return err
	}
	out := d.stream(ndjson)
	var one messageReader
	var long []byte
	limit := d.cfg.MaxMessage*4/3 + 64<<10
	for d.r.Context().Err() == nil && !out.failed {
		if !in.hasLine() {
			out.flush()
		}
		line, tooLong, err := in.line(&long, limit)
		if line = bytes.TrimSpace(line); len(line) > 0 || tooLong {
			m := d.defaults
			var bad error
			if tooLong {
				bad = tooLarge(d.cfg.MaxMessage)
			} else {
				bad = one.read(line, &m)
			}
			out.buf = append(d.appendOne(out.buf, &m, bad), '\n')
			out.spill()
		}
		if err != nil {
			break
		}
	}
	return out.end()
}

var ndjson = &produced{mediaNDJSON, 1, []string{mediaNDJSON}}

func tooLarge(limit int) error {
	return &http.MaxBytesError{Limit: int64(limit)}
}

// hasLine reports whether a whole line is there without waiting.
func (in *input) hasLine() bool {
	waiting, _ := in.Peek(in.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}

// line returns the next line, in memory that is good until the next call. One that is longer than limit is passed over. The
// error says that it was the last one.
func (in *input) line(long *[]byte, limit int) (line []byte, tooLong bool, err error) {
	line, err = in.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, false, err
	}
	*long = append((*long)[:0], line...)
	for err == bufio.ErrBufferFull {
		line, err = in.ReadSlice('\n')
		if tooLong = tooLong || len(*long)+len(line) > limit; !tooLong {
			*long = append(*long, line...)
		}
	}
	if tooLong {
		*long = nil
	}
	return *long, tooLong, err
}

// frames answers for messages that are frames of the body: a length of 4 bytes, big endian, and so many bytes.
func (d *dataCall) frames() error {
	if d.name == "inspect" {
		return refuse(http.StatusUnsupportedMediaType, "HTTP 415 Unsupported Media Type: frames cannot be inspected")
	}
	in, err := d.open()
	if err != nil {
		return err
	}
	f := framing{dataCall: d, in: in}
	if d.name == "validate" {
		return f.verdicts()
	}
	return f.results()
}

// messageOf returns the message of one frame.
func (d *dataCall) messageOf(payload []byte) envelope.Message {
	m := d.defaults
	if m.Payload = payload; d.json {
		m.Payload, m.Data = nil, payload
	}
	return m
}
