package event

import (
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
		text := textOf(m.Value)
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
	if e.Data != nil {
		return headers, e.Data
	}
	return headers, e.Binary
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
