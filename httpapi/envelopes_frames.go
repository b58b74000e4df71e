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
	wait    func() // is called before more is waited for; may be nil
}

// frameHead is the length of a frame's length.
const frameHead = 4

// next returns the next frame, in memory that is good until the next call. At the end of the body it is io.EOF; a frame
// that is cut off or too long is an *envelope.Error, after which nothing more can be read.
func (f *framing) next() ([]byte, error) {
	if len(f.window) < frameHead {
		if err := f.refill(frameHead); err == io.EOF && len(f.window) == 0 {
			return nil, io.EOF
		} else if err != nil {
			return nil, truncated("the length of a frame", err)
		}
	}
	size := int(binary.BigEndian.Uint32(f.window))
	if size > f.cfg.MaxMessage {
		return nil, broken("MESSAGE_TOO_LARGE", "the frame has "+strconv.Itoa(size)+" bytes, and the limit is "+strconv.Itoa(f.cfg.MaxMessage))
	}
	whole := frameHead + size
	if len(f.window) < whole {
		if whole > f.in.Size() {
			return f.long(size)
		}
		if err := f.refill(whole); err != nil {
			return nil, truncated("a frame", err)
		}
	}
	payload := f.window[frameHead:whole:whole]
	f.window, f.used = f.window[whole:], f.used+whole
	return payload, nil
}

// truncated is the refusal of a frame that the body does not have whole.
func truncated(what string, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return broken("FRAME_TRUNCATED", "the body ends inside "+what)
	}
	return broken("FRAME_TRUNCATED", "the body cannot be read to the end of "+what+": "+cutOff(err))
}

// refill waits for at least so many bytes, which the buffer can hold.
func (f *framing) refill(need int) error {
	f.in.Discard(f.used) // they are there
	f.used = 0
	if f.wait != nil && f.in.Buffered() < need {
		f.wait()
	}
	_, err := f.in.Peek(need)
	f.window, _ = f.in.Peek(f.in.Buffered())
	return err
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
			return nil, truncated("a frame", err)
		}
	}
	return f.payload, nil
}

// each calls do for every frame, and bad once for one that ends the batch. It returns how the answer is to end.
func (f *framing) each(out *output, do func(payload []byte), bad func(error)) (end func() error) {
	for ; ; f.index++ {
		if f.index%256 == 0 && out.gone() {
			return out.abort
		}
		payload, err := f.next()
		switch {
		case err == nil:
			do(payload)
		case out.gone():
			return out.abort
		case err == io.EOF:
			return out.end
		default:
			bad(err)
			f.index++
			return out.endEarly
		}
	}
}

// verdicts answers {"invalid": […], "count", "valid"}: the list first, so that it need not be kept.
func (f *framing) verdicts() error {
	out := f.stream(jsonAnswer)
	defer out.close()
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
	end := f.each(out, func(payload []byte) {
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
	}, func(err error) { add(f.refusal(err)) })
	out.buf = strconv.AppendInt(append(out.buf, `],"count":`...), int64(f.index), 10)
	out.buf = strconv.AppendInt(append(out.buf, `,"valid":`...), int64(f.index-invalid), 10)
	if omitted := invalid - maxInvalid; omitted > 0 {
		out.buf = strconv.AppendInt(append(out.buf, `,"omitted":`...), int64(omitted), 10)
	}
	out.write('}')
	return end()
}

// maxInvalid is how many frames of a batch are told apart that are not valid. The others are counted, as omitted.
const maxInvalid = 100_000

// results answers with frames: a byte that is 0 for a message and 1 for an error, a length, and so many bytes.
func (f *framing) results() error {
	out := f.stream(frames)
	defer out.close()
	f.wait = func() {
		if len(out.buf) > 0 {
			out.flush()
		}
	}
	put := func(status byte, b []byte) {
		out.write(status)
		out.buf = append(binary.BigEndian.AppendUint32(out.buf, uint32(len(b))), b...)
		out.spill()
	}
	end := f.each(out, func(payload []byte) {
		m := f.messageOf(payload)
		b, err := f.bytes(f.dataCall, &m)
		if err != nil {
			put(1, f.refused(f.dataCall, nil, &m, err))
			return
		}
		put(0, b)
	}, func(err error) { f.refusal(err); put(1, f.refused(f.dataCall, nil, &f.defaults, err)) })
	return end()
}

var frames = &produced{mediaFrames, 1, []string{mediaFrames}}
