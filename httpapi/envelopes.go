package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A verb is what is asked of messages.
type verb struct {
	name string
	// answer appends the answer for one message, as JSON.
	answer func(d *dataCall, dst []byte, m *envelope.Message) ([]byte, error)
	// bytes returns the answer for one message as what was asked for alone: bytes, or JSON that was decoded.
	bytes func(d *dataCall, m *envelope.Message) ([]byte, error)
	// refused appends the answer for one of many messages that could not be answered.
	refused func(d *dataCall, dst []byte, m *envelope.Message, err error) []byte
	// json says that frames and raw bodies hold JSON, which is to become bytes.
	json bool
}

var (
	verbValidate = &verb{name: "validate", answer: answerVerdict, refused: refusedVerdict}
	verbDecode   = &verb{name: "decode", answer: answerResult(decoding), bytes: bytesOf(decoding), refused: refusedResult}
	verbEncode   = &verb{name: "encode", answer: answerResult(encoding), bytes: bytesOf(encoding), refused: refusedResult, json: true}
	verbUpcast   = &verb{name: "upcast", answer: answerResult(upcasting), bytes: bytesOf(upcasting), refused: refusedResult}
	verbInspect  = &verb{name: "inspect", answer: answerInspection, refused: refusedResult}
)

// An asking is one of the three calls that make something of a message.
type asking func(*envelope.Codec, context.Context, *envelope.Message) (envelope.Answer, error)

var (
	decoding  asking = (*envelope.Codec).Decode
	encoding  asking = (*envelope.Codec).Encode
	upcasting asking = (*envelope.Codec).Upcast
)

// A dataCall is a call about messages.
type dataCall struct {
	*call
	*verb
	codec    *envelope.Codec
	defaults envelope.Message // what the query says of every message
}

// messages answers one of the calls on messages, in whatever form they come.
func messages(v *verb) handler {
	return func(c *call) error {
		d := &dataCall{call: c, verb: v, codec: c.codecFor()}
		c.as = jsonAnswer
		if err := d.serve(); err != nil {
			d.refuseEarly(err)
		}
		return nil
	}
}

func (d *dataCall) serve() error {
	if err := d.parameters(); err != nil {
		return err
	}
	if err := readableCoding(d.r); err != nil {
		return err
	}
	kind := d.mediaType()
	read := bodies[kind]
	if d.verb != verbEncode && isBinaryEvent(d.r) {
		read = (*dataCall).binaryEvent
	}
	if read == nil || d.verb == verbEncode && events[kind] {
		return refuse(http.StatusUnsupportedMediaType, "HTTP 415 Unsupported Media Type: messages of type "+cutName(kind)+" cannot be read here; send "+d.readable())
	}
	return read(d)
}

// readable lists the types of bodies that the call reads.
func (d *dataCall) readable() string {
	kinds := slices.Sorted(maps.Keys(bodies))
	if d.verb == verbEncode {
		kinds = slices.DeleteFunc(kinds, func(kind string) bool { return events[kind] })
	}
	return strings.Join(kinds, ", ")
}

// refuseEarly answers with an error that need not have waited for the body.
func (d *dataCall) refuseEarly(err error) {
	control := http.NewResponseController(d.w)
	_ = control.EnableFullDuplex() // else the server drops the body by itself, or the connection
	_ = control.SetWriteDeadline(time.Now().Add(lingering))
	d.fail(err)
	d.leave(control)
}

// lingering is how long the rest of a body is read, and dropped, behind an answer that did not need it.
const lingering = 5 * time.Second

// leave sends what was answered and reads the rest of the body, within bounds: a client that only reads the answer when it
// has sent everything would otherwise see a broken connection. If there is more the connection is dropped, for the server
// would take it for another request.
func (d *dataCall) leave(control *http.ResponseController) {
	if control.Flush() != nil || d.r.ProtoMajor != 1 {
		return // HTTP/2 has streams of its own
	}
	_ = control.SetReadDeadline(time.Now().Add(lingering))
	if d.r.Context().Err() == nil && d.r.Header.Get("Expect") == "" {
		if _, err := io.CopyN(io.Discard, d.r.Body, drained*d.cfg.MaxBody); err == io.EOF {
			return
		}
	}
	if d.r.ContentLength != 0 {
		panic(http.ErrAbortHandler)
	}
}

// mediaType returns the media type of the body, JSON where the client says nothing.
func (c *call) mediaType() string {
	sent := c.r.Header.Get("Content-Type")
	if sent == "" || sent == mediaJSON {
		return mediaJSON
	}
	kind, _ := event.MediaType(sent)
	return kind
}

// jsonAnswer is the type of answers about messages.
var jsonAnswer = &produced{mediaJSON, 1, []string{mediaJSON}}

// The media types of messages.
const (
	mediaNDJSON = "application/x-ndjson"
	mediaFrames = "application/vnd.treaty.frames"
)

// bodies are the forms in which messages come.
var bodies = map[string]func(*dataCall) error{
	mediaJSON:            (*dataCall).object,
	mediaV1:              (*dataCall).object,
	mediaVendor:          (*dataCall).object,
	mediaNDJSON:          (*dataCall).lines,
	mediaFrames:          (*dataCall).frames,
	mediaUnknown:         (*dataCall).raw,
	event.PlainType:      (*dataCall).plainEvent,
	event.StructuredType: (*dataCall).structuredEvent,
	event.BatchType:      (*dataCall).eventBatch,
}

// events are the types of events. They are read, and not written.
var events = map[string]bool{event.PlainType: true, event.StructuredType: true, event.BatchType: true}

// one answers for a single message: its refusal is that of the request.
func (d *dataCall) one(m *envelope.Message) error {
	answer, err := d.answer(d, nil, m)
	if err != nil {
		return err
	}
	return d.replyBytes(answer)
}

// replyBytes answers 200 with JSON.
func (d *dataCall) replyBytes(answer []byte) error {
	d.preset(noStore)
	d.length(len(answer))
	_, err := d.w.Write(answer)
	return quiet(err)
}

// appendOne appends the answer for one of many messages, whatever becomes of it. The error says that it could not be read.
func (d *dataCall) appendOne(dst []byte, m *envelope.Message, err error) []byte {
	if err != nil {
		d.refusal(err)
		return d.refused(d, dst, m, err)
	}
	out, err := d.answer(d, dst, m)
	if err != nil {
		return d.refused(d, dst, m, err)
	}
	return out
}

// raw answers for one message that is the body, as octets.
func (d *dataCall) raw() error {
	text, err := d.whole(int64(d.cfg.MaxMessage))
	if err != nil {
		return err
	}
	m := d.defaults
	if m.Payload = text; d.json {
		m.Payload, m.Data = nil, text
	}
	if d.bytes == nil || !d.wantsBytes() {
		return d.one(&m)
	}
	return d.oneRaw(&m)
}

// oneRaw answers with the bytes that a message becomes.
func (d *dataCall) oneRaw(m *envelope.Message) error {
	out, err := d.bytes(d, m)
	if err != nil {
		return err
	}
	d.as = octets
	return d.replyBytes(out)
}

// octets is the type of an answer in bytes.
var octets = &produced{mediaUnknown, 1, []string{mediaUnknown}}

// wantsBytes reports whether the client asks for octets, and not for JSON rather than that.
func (d *dataCall) wantsBytes() bool {
	ranges := acceptRanges(d.r.Header["Accept"])
	named := slices.ContainsFunc(ranges, func(r acceptRange) bool { return r.kind+"/"+r.subtype == mediaUnknown && r.q > 0 })
	return named && quality(ranges, mediaUnknown) >= quality(ranges, mediaJSON)
}

// answerInspection appends what is known of a message.
func answerInspection(d *dataCall, dst []byte, m *envelope.Message) ([]byte, error) {
	in, err := d.codec.Inspect(d.r.Context(), m)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(in)
	return append(dst, text...), err
}

// answerVerdict appends whether a message honours its contract.
func answerVerdict(d *dataCall, dst []byte, m *envelope.Message) ([]byte, error) {
	a, err := d.codec.Validate(d.r.Context(), m)
	if d.count(&a, err); err != nil {
		return nil, err
	}
	return d.appendVerdict(dst, m, &a), nil
}

// answerResult appends what becomes of a message.
func answerResult(ask asking) func(*dataCall, []byte, *envelope.Message) ([]byte, error) {
	return func(d *dataCall, dst []byte, m *envelope.Message) ([]byte, error) {
		a, err := ask(d.codec, d.r.Context(), m)
		if d.count(&a, err); err != nil {
			return nil, err
		}
		return d.appendResult(dst, m, &a), nil
	}
}

// bytesOf returns what becomes of a message and nothing else.
func bytesOf(ask asking) func(*dataCall, *envelope.Message) ([]byte, error) {
	return func(d *dataCall, m *envelope.Message) ([]byte, error) {
		a, err := ask(d.codec, d.r.Context(), m)
		if d.count(&a, err); err != nil {
			return nil, err
		}
		if len(a.Headers) > 0 {
			return nil, unprocessable("the framing %s needs headers, which cannot be told in bytes alone: ask for JSON", a.Framing)
		}
		if a.Data != nil {
			return a.Data, nil
		}
		return a.Payload, nil
	}
}

// refusedVerdict appends the verdict on a message that cannot be read at all, or whose contract does not exist.
func refusedVerdict(d *dataCall, dst []byte, m *envelope.Message, err error) []byte {
	return d.appendVerdict(dst, m, &envelope.Answer{Findings: d.findingsOf(err)})
}

// findingsOf returns the findings that an error is.
func (d *dataCall) findingsOf(err error) []verdict.Finding {
	if found := findingsIn(err); len(found) > 0 {
		return found
	}
	status, code, message := d.explain(err)
	f := verdict.Errorf(refusalCodes[code], "", "%s", message)
	switch {
	case status >= http.StatusInternalServerError:
		f.Code, f.Class = "SCHEMA_UNAVAILABLE", verdict.Retriable
	case f.Code == "":
		f.Code = "MESSAGE_INVALID"
	}
	return []verdict.Finding{f}
}

// refusalCodes are the codes of findings that refusals become where they are about one message of many.
var refusalCodes = map[int]string{
	envelope.SubjectNotFound: "SUBJECT_NOT_FOUND", envelope.VersionNotFound: "VERSION_NOT_FOUND", envelope.SchemaNotFound: "SCHEMA_UNKNOWN",
	http.StatusBadRequest: "MESSAGE_MALFORMED", http.StatusRequestEntityTooLarge: "MESSAGE_TOO_LARGE",
}

// refusedResult appends the error of one of many messages.
func refusedResult(d *dataCall, dst []byte, _ *envelope.Message, err error) []byte {
	_, code, message := d.explain(err)
	text, _ := json.Marshal(errorAnswer{code, message, findingsIn(err)}) // strings and numbers alone
	return append(dst, text...)
}
