package httpapi

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// An input is the body of a stream. It is to be closed, before the handler returns.
type input struct {
	*bufio.Reader
	close func()
}

// open makes the request one in which both sides speak at once, as long as both go on.
func (d *dataCall) open() (*input, error) {
	control := http.NewResponseController(d.w)
	if err := control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, err
	}
	if d.r.Header.Get("Expect") != "" {
		d.w.WriteHeader(http.StatusContinue) // which an answer that begins before the body was read would leave out
	}
	body, err := d.plain(&patient{Reader: d.r.Body, control: control, ctx: d.r.Context()})
	if err != nil {
		return nil, err
	}
	unhook := hook(d.r.Context(), func() { _ = control.SetReadDeadline(past) }) // which ends a read that waits
	return &input{bufio.NewReaderSize(body, 64<<10), unhook}, nil
}

// A patient reader gives each read its own time, as long as the request goes on.
type patient struct {
	io.Reader
	control *http.ResponseController
	ctx     context.Context
	set     time.Time // when the deadline was set last
}

func (p *patient) Read(b []byte) (int, error) {
	if now := time.Now(); now.Sub(p.set) > streamIdle/20 {
		p.set = now
		_ = p.control.SetReadDeadline(now.Add(streamIdle)) // not every connection has one
	}
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}

// cutOff says why a body cannot be read to its end.
func cutOff(err error) string {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "nothing came for " + streamIdle.String()
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, new(flate.CorruptInputError)):
		return "it is not gzip: " + err.Error()
	}
	return "it was cut off"
}

// lines answers for one message object a line with one answer a line, each as soon as nothing more is there to be read.
func (d *dataCall) lines() error {
	in, err := d.open()
	if err != nil {
		return err
	}
	defer in.close()
	out := d.stream(ndjson)
	defer out.close()
	var one messageReader
	var long []byte
	limit := d.cfg.MaxMessage/3*4 + 64<<10
	for {
		if !in.hasLine() {
			out.flush()
		}
		line, tooLong, err := in.line(&long, limit)
		if out.gone() {
			return out.abort()
		}
		line = bytes.TrimSpace(line)
		m := d.defaults
		switch {
		case err != nil && err != io.EOF:
			out.buf = append(d.appendOne(out.buf, &m, broken("BODY_TRUNCATED", "the body cannot be read to its end: "+cutOff(err))), '\n')
		case tooLong:
			out.buf = append(d.appendOne(out.buf, &m, tooLarge(d.cfg.MaxMessage)), '\n')
		case len(line) > 0:
			out.buf = append(d.appendOne(out.buf, &m, one.read(line, &m)), '\n')
		}
		switch err {
		case nil:
			out.spill()
		case io.EOF:
			return out.end()
		default:
			return out.endEarly()
		}
	}
}

var ndjson = &produced{mediaNDJSON, 1, []string{mediaNDJSON}}

func tooLarge(limit int) error {
	return broken("MESSAGE_TOO_LARGE", "the line is longer than a message of "+strconv.Itoa(limit)+" bytes can be, which is the limit")
}

// broken is the refusal of a message that cannot be read, and may be the last one.
func broken(code, message string) error {
	finding := verdict.Errorf(code, "", "%s", message)
	return &envelope.Error{Code: envelope.InvalidMessage, Message: message, Findings: []verdict.Finding{finding}}
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

// frames answers for messages that are frames of the body: a length of 4 bytes, big endian, and so many bytes. Who names what
// does not exist is refused, for that is so of every frame.
func (d *dataCall) frames() error {
	if d.name == "inspect" {
		return refuse(http.StatusUnsupportedMediaType, "HTTP 415 Unsupported Media Type: frames cannot be inspected")
	}
	probe := d.defaults
	if _, err := d.codec.Validate(d.r.Context(), &probe); err != nil { // a tombstone: only what is named counts
		return err
	}
	in, err := d.open()
	if err != nil {
		return err
	}
	defer in.close()
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
