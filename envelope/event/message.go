package event

import (
	"bytes"
	"encoding/base64"

	"github.com/treatyhq/treaty/envelope/token"
)

// Message writes the event in its form: headers, and the body, which is nil where a binary form has no data. What it
// writes are [Envelope.Members] and the data; the other fields say what was read. The form of a CloudEvent may be changed
// before, which loses nothing but whether an extension was a number or a string. A content type is said in a binary form
// even where the JSON form implies it.
func (e *Envelope) Message() ([]Header, []byte) {
	if e.Form == Plain || e.Form == Structured {
		return e.structuredHeaders(), e.object()
	}
	var headers []Header
	said := false
	for _, m := range e.Members {
		text := m.text
		switch {
		case m.Name == "datacontenttype":
			said = true
			headers = append(headers, Header{contentType, []byte(text)})
		case e.Form == Kafka:
			headers = append(headers, Header{kafkaPrefix + m.Name, []byte(text)})
		default:
			headers = append(headers, Header{httpPrefix + m.Name, encodeHeader(text)})
		}
	}
	switch {
	case e.Data != nil && !said:
		headers = append(headers, Header{contentType, []byte("application/json")})
	case e.Binary != nil && !said:
		headers = append(headers, Header{contentType, []byte("application/octet-stream")})
	}
	return headers, e.body()
}

// body returns the data as a binary form has them: a string that is not said to be JSON is its text.
// Source: CloudEvents 1.0 JSON format, 3.1.
func (e *Envelope) body() []byte {
	if e.Data == nil {
		return e.Binary
	}
	if e.hasJSON() || e.Data[0] != '"' {
		return e.Data
	}
	var r token.Reader
	r.Reset(e.Data, token.Options{})
	return bytes.Clone(r.Next().Text)
}

// The media types of events in one piece.
const (
	PlainType      = "application/vnd.treaty.event+json"
	StructuredType = "application/cloudevents+json"
	BatchType      = "application/cloudevents-batch+json"
)

func (e *Envelope) structuredHeaders() []Header {
	if e.Form == Plain {
		return []Header{{contentType, []byte(PlainType)}}
	}
	return []Header{{contentType, []byte(StructuredType)}}
}

// object writes the event as one JSON object, the data last.
func (e *Envelope) object() []byte {
	dst := e.appendMembers([]byte{'{'})
	comma := func() {
		if len(e.Members) > 0 {
			dst = append(dst, ',')
		}
	}
	switch {
	case e.Data != nil:
		comma()
		dst = append(append(dst, `"data":`...), e.Data...)
	case e.Binary != nil:
		comma()
		dst = append(dst, `"data_base64":`...)
		dst = token.AppendString(dst, base64.StdEncoding.EncodeToString(e.Binary))
	}
	return append(dst, '}')
}
