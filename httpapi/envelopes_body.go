package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	jsontoken "github.com/treatyhq/treaty/envelope/token"
)

// readableCoding refuses a body that is compressed in a way that is not known.
func readableCoding(r *http.Request) error {
	if coding := r.Header.Get("Content-Encoding"); !zipped(r) && coding != "" && !strings.EqualFold(coding, "identity") {
		return refuse(http.StatusUnsupportedMediaType, "HTTP 415 Unsupported Media Type: bodies encoded as "+cutName(coding)+" cannot be read")
	}
	return nil
}

func zipped(r *http.Request) bool {
	coding := r.Header.Get("Content-Encoding")
	return strings.EqualFold(coding, "gzip") || strings.EqualFold(coding, "x-gzip")
}

// plain reads a body that may be compressed as if it were not. Limits count what comes out.
func (d *dataCall) plain(body io.Reader) (io.Reader, error) {
	if !zipped(d.r) {
		return body, nil
	}
	z, err := gzip.NewReader(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "The request body is not gzip: "+cutOff(err))
	}
	return z, nil
}

// whole reads a body of at most limit bytes, for as much memory as really arrives. What it returns is never nil.
func (d *dataCall) whole(limit int64) ([]byte, error) {
	announced := d.r.ContentLength
	if zipped(d.r) {
		announced = -1
	}
	if announced > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	body, err := d.plain(d.r.Body)
	if err != nil {
		return nil, err
	}
	text := make([]byte, 0, min(max(announced, 511), 1<<20)+1)
	for {
		n, err := body.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case int64(len(text)) > limit:
			return nil, &http.MaxBytesError{Limit: limit}
		case err == io.EOF:
			return text, nil
		case err != nil:
			return nil, refuse(http.StatusBadRequest, "The request body could not be read to its end: "+cutOff(err))
		case len(text) == cap(text):
			text = slices.Grow(text, len(text))
		}
	}
}

// maxMessages bounds the messages of one array.
const maxMessages = 100_000

// object answers for one message object, or for {"defaults", "messages"}.
func (d *dataCall) object() error {
	text, err := d.whole(d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	r := messageReaders.Get().(*messageReader)
	defer r.release()
	if isArray(text) {
		r.text.Reset(text, jsontoken.Options{Unique: true, MaxDepth: maxMessageDepth + 2})
		return d.array(r)
	}
	m := d.defaults
	if err := r.read(text, &m); err != nil {
		return err
	}
	return d.one(&m)
}

// isArray reports whether a text is an object with messages, by its first members: those of a message are others.
func isArray(text []byte) bool {
	if !bytes.Contains(text, messagesName) {
		return false
	}
	var r jsontoken.Reader
	r.Reset(text, jsontoken.Options{MaxDepth: maxMessageDepth + 2})
	if r.Next().Kind != jsontoken.ObjectStart {
		return false
	}
	for {
		t := r.Next()
		switch {
		case t.Kind != jsontoken.Key:
			return false
		case string(t.Text) == "messages":
			return true
		case string(t.Text) != "defaults":
			return false
		}
		if _, ok := r.Skip(); !ok {
			return false
		}
	}
}

// messagesName is what no single message need have.
var messagesName = []byte(`"messages"`)

// array answers for every message of an array with an array. One that is bad is one bad answer.
func (d *dataCall) array(r *messageReader) error {
	defaults, list, err := d.split(r)
	if err != nil {
		return err
	}
	if len(list) > maxMessages {
		return refuse(http.StatusRequestEntityTooLarge, "The request has more than 100000 messages")
	}
	out := d.stream(jsonAnswer)
	defer out.close()
	out.write('[')
	var one messageReader
	for i, raw := range list {
		if out.gone() {
			return out.abort()
		}
		if i > 0 {
			out.write(',')
		}
		m := defaults
		out.buf = d.appendOne(out.buf, &m, one.read(raw, &m))
		out.spill()
	}
	out.write(']')
	return out.end()
}

// split reads the defaults and the messages of a request, and sees to it that the whole of it is JSON.
func (d *dataCall) split(r *messageReader) (defaults envelope.Message, list [][]byte, err error) {
	defaults = d.defaults
	r.text.Next()
	for {
		t := r.text.Next()
		switch {
		case t.Kind == jsontoken.ObjectEnd:
			if r.text.Next().Kind != jsontoken.End {
				return defaults, nil, r.malformed("something follows the object")
			}
			return defaults, list, nil
		case t.Kind != jsontoken.Key:
			return defaults, nil, r.malformed("")
		case string(t.Text) == "defaults":
			if err := r.options(&defaults); err != nil {
				return defaults, nil, err
			}
		case string(t.Text) == "messages":
			if r.text.Next().Kind != jsontoken.ArrayStart {
				return defaults, nil, r.wrong("messages is an array of message objects")
			}
			for r.text.Peek() != jsontoken.ArrayEnd {
				raw, ok := r.text.Skip()
				if !ok {
					return defaults, nil, r.malformed("")
				}
				list = append(list, raw)
			}
			r.text.Next()
		default:
			return defaults, nil, unprocessable("a request for many messages has no member %q", cutName(string(t.Text)))
		}
	}
}

// options reads a message object without payload or data.
func (r *messageReader) options(m *envelope.Message) error {
	if r.text.Next().Kind != jsontoken.ObjectStart {
		return r.wrong("defaults is an object")
	}
	for {
		t := r.text.Next()
		switch t.Kind {
		case jsontoken.ObjectEnd:
			return nil
		case jsontoken.Key:
		default:
			return r.malformed("")
		}
		name := string(t.Text)
		if name == "payload" || name == "data" {
			return unprocessable("%s is no default", name)
		}
		if err := r.member(m, name, new(given)); err != nil {
			return err
		}
	}
}

// isBinaryEvent reports whether the request is a CloudEvent in HTTP's binary mode.
func isBinaryEvent(r *http.Request) bool {
	return (r.Header["Ce-Specversion"] != nil || r.Header["Ce-Id"] != nil) && event.IsHTTP(httpHeaders(r))
}

// httpHeaders returns the headers of the request as those of a message, names in lower case.
func httpHeaders(r *http.Request) []event.Header {
	var headers []event.Header
	for name, values := range r.Header {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "ce-") && lower != "content-type" {
			continue
		}
		for _, value := range values {
			headers = append(headers, event.Header{Name: lower, Value: []byte(value)})
		}
	}
	return headers
}

// binaryEvent answers for a CloudEvent in HTTP's binary mode.
func (d *dataCall) binaryEvent() error {
	text, err := d.whole(int64(d.cfg.MaxMessage))
	if err != nil {
		return err
	}
	m := d.defaults
	m.Framing, m.Headers, m.Payload = envelope.CloudEvents, httpHeaders(d.r), text
	return d.one(&m)
}

// structuredEvent answers for a CloudEvent that is the body.
func (d *dataCall) structuredEvent() error {
	text, err := d.whole(int64(d.cfg.MaxMessage))
	if err != nil {
		return err
	}
	return d.event(text, envelope.CloudEvents)
}

// event answers for one event. A text that is not JSON is the caller's mistake; a member that is there twice is a verdict.
func (d *dataCall) event(text []byte, f envelope.Framing) error {
	if err := notJSON(text); err != nil {
		return err
	}
	m := d.defaults
	m.Framing, m.Payload = f, text
	return d.one(&m)
}

func notJSON(text []byte) error {
	var r jsontoken.Reader
	r.Reset(text, jsontoken.Options{MaxDepth: maxMessageDepth})
	if _, ok := r.Skip(); ok {
		r.Next()
	}
	if bad := r.Err(); bad != nil && bad.Code != jsontoken.Depth {
		return refuse(http.StatusBadRequest, "The event is not JSON: "+bad.Message)
	}
	return nil
}

// plainEvent answers for one plain event, or an array of them.
func (d *dataCall) plainEvent() error { return d.eventsIn(envelope.Event, false) }

// eventBatch answers for an array of CloudEvents.
func (d *dataCall) eventBatch() error { return d.eventsIn(envelope.CloudEvents, true) }

func (d *dataCall) eventsIn(f envelope.Framing, many bool) error {
	text, err := d.whole(d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	items, isArray, bad := event.Batch(text)
	switch {
	case bad != nil:
		return refuse(http.StatusBadRequest, "The events are not JSON: "+bad.Message)
	case !isArray && many:
		if err := notJSON(text); err != nil {
			return err
		}
		return unprocessable("a batch of events is an array")
	case !isArray:
		return d.event(text, f)
	case len(items) > maxMessages:
		return refuse(http.StatusRequestEntityTooLarge, "The request has more than 100000 events")
	}
	out := d.stream(jsonAnswer)
	defer out.close()
	out.write('[')
	for i, item := range items {
		if out.gone() {
			return out.abort()
		}
		if i > 0 {
			out.write(',')
		}
		m := d.defaults
		m.Framing, m.Payload = f, item
		out.buf = d.appendOne(out.buf, &m, nil)
		out.spill()
	}
	out.write(']')
	return out.end()
}
