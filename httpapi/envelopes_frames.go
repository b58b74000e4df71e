package httpapi

import (
	"encoding/binary"
	"io"
	"strconv"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A framing reads frames.
type framing struct {
	*dataCall
	in      *input
	window  []byte // what the buffer of in holds, from the next frame on
	used    int    // bytes of the buffer before window
	payload []byte // of frames that are longer than the buffer
	index   int    // of the frame at hand
}

// frameHead is the length of a frame's length.
const frameHead = 4

// next returns the next frame, in memory that is good until the next call. At the end of the body it is io.EOF; a frame
// that is cut off or too long is an *envelope.Error, after which nothing more can be read.
func (f *framing) next() ([]byte, error) {
	if len(f.window) < frameHead && !f.refill(frameHead) {
		if len(f.window) == 0 {
			return nil, io.EOF
		}
		return nil, f.broken("FRAME_TRUNCATED", "the body ends inside the length of a frame")
	}
	size := int(binary.BigEndian.Uint32(f.window))
	if size > f.cfg.MaxMessage {
		return nil, f.broken("MESSAGE_TOO_LARGE", "the frame has "+strconv.Itoa(size)+" bytes, and the limit is "+strconv.Itoa(f.cfg.MaxMessage))
	}
	whole := frameHead + size
	if len(f.window) < whole {
		if whole > f.in.Size() {
			return f.long(size)
		}
		if !f.refill(whole) {
			return nil, f.broken("FRAME_TRUNCATED", "the body ends inside a frame")
		}
	}
	payload := f.window[frameHead:whole:whole]
	f.window, f.used = f.window[whole:], f.used+whole
	return payload, nil
}

// refill waits for at least so many bytes, which the buffer can hold, and reports whether they came.
func (f *framing) refill(need int) bool {
	f.in.Discard(f.used) // they are there
	f.used = 0
	if _, err := f.in.Peek(need); err != nil {
		f.window, _ = f.in.Peek(f.in.Buffered())
		return false
	}
	f.window, _ = f.in.Peek(f.in.Buffered())
	return true
}

// long reads a frame that is longer than the buffer, for as much memory as really arrives.
func (f *framing) long(size int) ([]byte, error) {
	f.in.Discard(f.used + frameHead)
	f.window, f.used, f.payload = nil, 0, f.payload[:0]
	for len(f.payload) < size {
		want := min(size-len(f.payload), max(64<<10, len(f.payload)))
		at := len(f.payload)
		f.payload = append(f.payload, make([]byte, want)...)
		n, err := io.ReadFull(f.in, f.payload[at:])
		f.payload = f.payload[:at+n]
		if err != nil {
			return nil, f.broken("FRAME_TRUNCATED", "the body ends inside a frame")
		}
	}
	return f.payload, nil
}

// broken is the end of a batch that cannot be read on.
func (f *framing) broken(code, message string) error {
	finding := verdict.Errorf(code, "", "%s", message)
	return &envelope.Error{Code: envelope.InvalidMessage, Message: message, Findings: []verdict.Finding{finding}}
}

// each calls do for every frame, and bad once for one that ends the batch.
func (f *framing) each(do func(payload []byte), bad func(error)) {
	for ; ; f.index++ {
		if f.index%256 == 0 && f.r.Context().Err() != nil {
			return
		}
		payload, err := f.next()
		switch {
		case err == io.EOF:
			return
		case err != nil:
			bad(err)
			f.index++
			return
		}
		do(payload)
	}
}

// verdicts answers {"invalid": […], "count", "valid"}: the list first, so that it need not be kept. Who names what does not
// exist is refused, for that is so of every frame.
func (f *framing) verdicts() error {
	if err := f.nameable(); err != nil {
		return err
	}
	out := f.stream(jsonAnswer)
	out.buf = append(out.buf, `{"invalid":[`...)
	batch := f.codec.Batch(f.defaults)
	batch.Tell(f.clean)
	defer batch.Tell(f.clean)
	invalid := 0
	add := func(findings []verdict.Finding) {
		switch invalid++; {
		case invalid > maxInvalid:
			return
		case invalid > 1:
			out.write(',')
		}
		out.buf = strconv.AppendInt(append(out.buf, `{"index":`...), int64(f.index), 10)
		out.buf = append(append(out.buf, `,"disposition":"`...), envelope.DispositionOf(findings)...)
		out.buf = appendFindings(append(out.buf, `","findings":`...), findings)
		out.write('}')
		out.spill()
	}
	ctx := f.r.Context()
	f.each(func(payload []byte) {
		if batch.Clean(ctx, payload) {
			return
		}
		m := f.messageOf(payload)
		a, err := f.codec.Validate(ctx, &m)
		if err != nil {
			a.Findings = f.findingsOf(err)
		}
		f.count(&a, nil)
		if !verdict.Valid(a.Findings) {
			add(a.Findings)
		}
	}, func(err error) { add(f.findingsOf(err)) })
	out.buf = strconv.AppendInt(append(out.buf, `],"count":`...), int64(f.index), 10)
	out.buf = strconv.AppendInt(append(out.buf, `,"valid":`...), int64(f.index-invalid), 10)
	if omitted := invalid - maxInvalid; omitted > 0 {
		out.buf = strconv.AppendInt(append(out.buf, `,"omitted":`...), int64(omitted), 10)
	}
	out.write('}')
	return out.end()
}

// maxInvalid is how many frames of a batch are told apart that are not valid. The others are counted, as omitted.
const maxInvalid = 100_000

// nameable refuses a batch whose parameters name what does not exist.
func (f *framing) nameable() error {
	probe := f.defaults
	_, err := f.codec.Validate(f.r.Context(), &probe) // a tombstone: nothing of it counts but what is named
	return err
}

// results answers with frames: a byte that is 0 for a message and 1 for an error, a length, and so many bytes.
func (f *framing) results() error {
	if err := f.nameable(); err != nil {
		return err
	}
	out := f.stream(frames)
	put := func(status byte, b []byte) {
		out.write(status)
		out.buf = append(binary.BigEndian.AppendUint32(out.buf, uint32(len(b))), b...)
		out.spill()
	}
	f.each(func(payload []byte) {
		m := f.messageOf(payload)
		b, err := f.bytes(f.dataCall, &m)
		if err != nil {
			put(1, f.refused(f.dataCall, nil, err))
			return
		}
		put(0, b)
	}, func(err error) { put(1, f.refused(f.dataCall, nil, err)) })
	return out.end()
}

var frames = &produced{mediaFrames, 1, []string{mediaFrames}}
