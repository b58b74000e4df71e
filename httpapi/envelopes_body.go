package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope"
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
		return d.array(r, text)
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
	r.Reset(text, jsontoken.Options{MaxDepth: maxArrayDepth})
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
func (d *dataCall) array(r *messageReader, text []byte) error {
	defaults, list, err := d.split(r, text)
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

// maxArrayDepth is the nesting up to which a message of an array that is nested too deep is one bad answer, and not the end.
const maxArrayDepth = 10_000

// split reads the defaults and the messages of a request, and sees to it that the whole of it is JSON. What else is wrong
// with a message is found when that is read.
func (d *dataCall) split(r *messageReader, text []byte) (defaults envelope.Message, list [][]byte, err error) {
	defaults = d.defaults
	var parts [2][]byte // the defaults and the messages
	if err := r.parts(text, &parts); err != nil {
		return defaults, nil, err
	}
	if parts[0] != nil {
		r.text.Reset(parts[0], jsontoken.Options{Unique: true, MaxDepth: maxMessageDepth})
		if err := r.options(&defaults); err != nil {
			return defaults, nil, err
		}
	}
	r.text.Reset(parts[1], jsontoken.Options{MaxDepth: maxArrayDepth})
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
	return defaults, list, nil
}

// parts finds the defaults, nil if there are none, and the messages of a request.
func (r *messageReader) parts(text []byte, parts *[2][]byte) error {
	r.text.Reset(text, jsontoken.Options{MaxDepth: maxArrayDepth})
	r.text.Next()
	for {
		t := r.text.Next()
		if t.Kind == jsontoken.ObjectEnd {
			if r.text.Next().Kind != jsontoken.End {
				return r.malformed("something follows the object")
			}
			return nil
		}
		i := slices.Index(partNames, string(t.Text))
		switch {
		case t.Kind != jsontoken.Key:
			return r.malformed("")
		case i < 0:
			return unprocessable("a request for many messages has no member %q", cutName(string(t.Text)))
		case parts[i] != nil:
			return unprocessable("the member %q is there twice", partNames[i])
		}
		raw, ok := r.text.Skip()
		if !ok {
			return r.malformed("")
		}
		parts[i] = raw
	}
}

var partNames = []string{"defaults", "messages"}

// options reads a message object without payload or data.
func (r *messageReader) options(m *envelope.Message) error {
	if r.text.Next().Kind != jsontoken.ObjectStart {
		return r.wrong("defaults is an object")
	}
	return r.each(func(name string) error {
		if name == "payload" || name == "data" {
			return unprocessable("%s is no default", name)
		}
		return r.member(m, name, new(given))
	})
}
