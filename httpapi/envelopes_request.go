package httpapi

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"

	"github.com/treatyhq/treaty/envelope"
	jsontoken "github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// unprocessable refuses a message object that is JSON and makes no sense.
func unprocessable(format string, args ...any) error {
	return &envelope.Error{Code: envelope.Unprocessable, Message: fmt.Sprintf(format, args...)}
}

// parameters reads what the query says of every message.
func (d *dataCall) parameters() error {
	if d.r.URL.RawQuery == "" {
		return nil
	}
	values := d.values()
	d.defaults.Context = values.Get("context")
	for name, set := range messageOptions {
		if !values.Has(name) {
			continue
		}
		if err := set(&d.defaults, values.Get(name)); err != nil {
			return err
		}
	}
	return nil
}

// messageOptions are the members of a message that are texts, or can be written as one in a query.
var messageOptions = map[string]func(*envelope.Message, string) error{
	"subject":  text(func(m *envelope.Message) *string { return &m.Subject }),
	"version":  text(func(m *envelope.Message) *string { return &m.Version }),
	"framing":  text(func(m *envelope.Message) *envelope.Framing { return &m.Framing }),
	"binding":  text(func(m *envelope.Message) *string { return &m.Binding }),
	"encoding": text(func(m *envelope.Message) *envelope.Encoding { return &m.Encoding }),
	"message":  text(func(m *envelope.Message) *string { return &m.Type }),
	"target": func(m *envelope.Message, s string) error {
		m.Target = envelope.Target{Version: s}
		return nil
	},
	"applyDefaults": toggle("applyDefaults", func(m *envelope.Message) *bool { return &m.ApplyDefaults }),
	"explain":       toggle("explain", func(m *envelope.Message) *bool { return &m.Explain }),
	"unknown":       choice("unknown", "error", "drop", func(m *envelope.Message, second bool) { m.DropUnknown = second }),
	"bytes":         choice("bytes", "base64", "latin1", func(m *envelope.Message, second bool) { m.Latin1 = second }),
	"logical":       choice("logical", "iso", "raw", func(m *envelope.Message, second bool) { m.Raw = second }),
	"resolution": choice("resolution", "practice", "spec", func(m *envelope.Message, second bool) {
		if m.Resolution = avro.Practice; second {
			m.Resolution = avro.Specification
		}
	}),
	"maxFindings": func(m *envelope.Message, s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 10_000 {
			return unprocessable("maxFindings must be a number from 1 to 10000")
		}
		m.MaxFindings = n
		return nil
	},
}

func text[T ~string](of func(*envelope.Message) *T) func(*envelope.Message, string) error {
	return func(m *envelope.Message, s string) error {
		*of(m) = T(s)
		return nil
	}
}

func toggle(name string, of func(*envelope.Message) *bool) func(*envelope.Message, string) error {
	return func(m *envelope.Message, s string) error {
		if s != "true" && s != "false" {
			return unprocessable("%s must be true or false", name)
		}
		*of(m) = s == "true"
		return nil
	}
}

func choice(name, first, second string, set func(*envelope.Message, bool)) func(*envelope.Message, string) error {
	return func(m *envelope.Message, s string) error {
		if s != first && s != second {
			return unprocessable("%s must be %s or %s", name, first, second)
		}
		set(m, s == second)
		return nil
	}
}

// A messageReader reads message objects, one after the other, into memory of its own.
type messageReader struct {
	text    jsontoken.Reader
	payload []byte
}

// messageReaders are kept for reuse, since each request has one.
var messageReaders = sync.Pool{New: func() any { return new(messageReader) }}

func (r *messageReader) release() {
	if cap(r.payload) > maxPooled {
		r.payload = nil
	}
	r.text.Reset(nil, jsontoken.Options{})
	messageReaders.Put(r)
}

// A given says which of the two forms of a message an object has.
type given struct{ payload, data bool }

// read reads a text that is one message object into m, which holds the defaults.
func (r *messageReader) read(text []byte, m *envelope.Message) error {
	r.text.Reset(text, jsontoken.Options{Unique: true, MaxDepth: maxMessageDepth})
	if err := r.object(m); err != nil {
		return err
	}
	if r.text.Next().Kind != jsontoken.End {
		return r.malformed("something follows the message object")
	}
	return nil
}

// maxMessageDepth is the nesting of a message object: that of its data and the few levels around them.
const maxMessageDepth = jsontoken.MaxDepth + 4

// malformed is the refusal of a text that is not JSON, or holds a member twice or half a character: that one is JSON, and
// makes no sense.
func (r *messageReader) malformed(otherwise string) error {
	e := r.text.Err()
	switch {
	case e == nil:
		return refuse(http.StatusBadRequest, "The message is not a JSON object: "+otherwise)
	case e.Code == jsontoken.Duplicate || e.Code == jsontoken.Unicode || e.Code == jsontoken.Depth:
		f := e.Finding()
		return &envelope.Error{Code: envelope.Unprocessable, Message: f.Message, Findings: []verdict.Finding{f}}
	}
	return refuse(http.StatusBadRequest, fmt.Sprintf("The message is not JSON: %s (offset %d)", e.Message, e.Offset))
}

// object reads the message object at hand.
func (r *messageReader) object(m *envelope.Message) error {
	if r.text.Next().Kind != jsontoken.ObjectStart {
		return r.malformed("an object was expected")
	}
	var have given
	if err := r.each(func(name string) error { return r.member(m, name, &have) }); err != nil {
		return err
	}
	if have.payload == have.data {
		return unprocessable("a message has either payload or data")
	}
	return nil
}

// each calls member for every name of the object whose start was read; member reads the value.
func (r *messageReader) each(member func(name string) error) error {
	for {
		switch t := r.text.Next(); t.Kind {
		case jsontoken.ObjectEnd:
			return nil
		case jsontoken.Key:
			if err := member(string(t.Text)); err != nil {
				return err
			}
		default:
			return r.malformed("a member was expected")
		}
	}
}

func (r *messageReader) member(m *envelope.Message, name string, have *given) error {
	switch name {
	case "payload":
		have.payload = true
		return r.readPayload(m)
	case "data":
		raw, ok := r.text.Skip()
		if !ok {
			return r.malformed("")
		}
		m.Data, have.data = raw, true
		return nil
	case "headers":
		return r.headers(m)
	case "target":
		if r.text.Peek() == jsontoken.ObjectStart {
			return r.target(m)
		}
	}
	set, known := messageOptions[name]
	if !known {
		return unprocessable("a message has no member %q", cutName(name))
	}
	value, err := r.scalar(name)
	if err != nil {
		return err
	}
	return set(m, value)
}

// numeric are the members that may be written as numbers, and booleans those that are true or false.
var (
	numeric  = map[string]bool{"version": true, "target": true, "maxFindings": true}
	booleans = map[string]bool{"applyDefaults": true, "explain": true}
)

// scalar reads a value as the text that a query would have.
func (r *messageReader) scalar(name string) (string, error) {
	switch t := r.text.Next(); {
	case t.Kind == jsontoken.String && !booleans[name], t.Kind == jsontoken.Number && numeric[name]:
		return string(t.Text), nil
	case t.Kind == jsontoken.True && booleans[name]:
		return "true", nil
	case t.Kind == jsontoken.False && booleans[name]:
		return "false", nil
	case t.Kind == jsontoken.Invalid || t.Kind == jsontoken.End:
		return "", r.malformed("")
	default:
		return "", unprocessable("%s cannot be %s", name, t.Kind)
	}
}

// readPayload reads base64 of the standard alphabet, padded, or null.
func (r *messageReader) readPayload(m *envelope.Message) error {
	t := r.text.Next()
	switch t.Kind {
	case jsontoken.Null:
		m.Payload = nil
		return nil
	case jsontoken.String:
		decoded, err := unbase64(r.payload[:0], t.Text)
		if err != nil {
			return unprocessable("payload is not base64: %v", err)
		}
		r.payload, m.Payload = decoded, decoded
		return nil
	case jsontoken.Invalid, jsontoken.End:
		return r.malformed("")
	}
	return unprocessable("payload is base64 or null, not %s", t.Kind)
}

var errLineFeed = errors.New("it has line feeds")

// unbase64 decodes into dst, which it lets grow. What it returns is never nil.
func unbase64(dst, text []byte) ([]byte, error) {
	need := base64.StdEncoding.DecodedLen(len(text))
	if cap(dst) < need || dst == nil {
		dst = make([]byte, max(need, 64))
	}
	if bytes.IndexByte(text, '\n') >= 0 || bytes.IndexByte(text, '\r') >= 0 { // which the decoder would pass over
		return nil, errLineFeed
	}
	n, err := base64.StdEncoding.Strict().Decode(dst[:need], text)
	return dst[:n], err
}

// headers reads an object of header values: texts, {"base64": "…"}, or lists of these for a header that is repeated.
func (r *messageReader) headers(m *envelope.Message) error {
	if t := r.text.Next(); t.Kind != jsontoken.ObjectStart {
		if t.Kind == jsontoken.Null {
			return nil
		}
		return r.wrong("headers is an object of values")
	}
	m.Headers = nil
	return r.each(func(name string) error { return r.header(m, name) })
}

func (r *messageReader) header(m *envelope.Message, name string) error {
	if r.text.Peek() != jsontoken.ArrayStart {
		return r.headerValue(m, name)
	}
	r.text.Next()
	for r.text.Peek() != jsontoken.ArrayEnd {
		if err := r.headerValue(m, name); err != nil {
			return err
		}
	}
	r.text.Next()
	return nil
}

func (r *messageReader) headerValue(m *envelope.Message, name string) error {
	t := r.text.Next()
	switch t.Kind {
	case jsontoken.String:
		m.Headers = append(m.Headers, envelope.Header{Name: name, Value: append([]byte{}, t.Text...)})
		return nil
	case jsontoken.ObjectStart:
		if key := r.text.Next(); key.Kind != jsontoken.Key || string(key.Text) != "base64" {
			return r.wrong("the object of the header " + cutName(name) + " has base64 and nothing else")
		}
		t = r.text.Next()
		if t.Kind != jsontoken.String {
			return r.wrong("the base64 of the header " + cutName(name) + " is a string")
		}
		value, err := unbase64(nil, t.Text)
		if err != nil {
			return unprocessable("the header %s is not base64: %v", cutName(name), err)
		}
		m.Headers = append(m.Headers, envelope.Header{Name: name, Value: value})
		if r.text.Next().Kind != jsontoken.ObjectEnd {
			return r.wrong("the object of the header " + cutName(name) + " has base64 and nothing else")
		}
		return nil
	}
	return r.wrong("the header " + cutName(name) + " is a string, an object with base64, or a list of these")
}

// wrong refuses a value that is of another kind, unless the text is not JSON at all.
func (r *messageReader) wrong(want string) error {
	if r.text.Err() != nil {
		return r.malformed("")
	}
	return unprocessable("%s", want)
}

// target reads {"id": 7} or an inline schema.
func (r *messageReader) target(m *envelope.Message) error {
	raw, ok := r.text.Skip()
	if !ok {
		return r.malformed("")
	}
	type inline struct {
		id               int
		text             string
		typ              schema.Type
		references       []schema.Reference
		hasID, hasSchema bool
	}
	in, err := decode(raw, func(d *decoder) (in inline) {
		d.object(func(name string) {
			switch name {
			case "id":
				in.id, in.hasID = d.integer(0), true
			case "schema":
				in.text, in.hasSchema = d.str(), true
			case "schemaType":
				in.typ = schema.Type(d.str())
			case "references":
				d.list(func() { in.references = append(in.references, d.reference()) })
			default:
				d.err = unprocessable("a target has no member %q", cutName(name))
			}
		})
		return in
	})
	switch {
	case err != nil:
		return err
	case in.hasID == in.hasSchema || in.hasID && in.id < 1:
		return unprocessable("a target is a version, an id, or a schema")
	case in.hasID:
		m.Target = envelope.Target{ID: in.id}
		return nil
	}
	if in.typ == "" {
		in.typ = schema.Avro
	}
	m.Target = envelope.Target{Inline: &envelope.Inline{Text: in.text, Type: in.typ, References: in.references}}
	return nil
}

// cutName shortens a name from outside.
func cutName(name string) string {
	const most = 100
	if len(name) > most {
		return name[:most] + "…"
	}
	return name
}
