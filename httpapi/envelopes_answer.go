package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope"
	jsontoken "github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// The answers about messages are appended piece by piece, since there may be hundreds of thousands of them a second.

// appendVerdict appends {"valid", "disposition", "schema", "framing", "findings", "deadLetter"}.
func (d *dataCall) appendVerdict(dst []byte, m *envelope.Message, a *envelope.Answer) []byte {
	disposition := envelope.DispositionOf(a.Findings)
	dst = append(dst, `{"valid":`...)
	dst = strconv.AppendBool(dst, verdict.Valid(a.Findings))
	dst = append(dst, `,"disposition":"`...)
	dst = append(append(dst, disposition...), '"')
	dst = appendHead(dst, a)
	dst = append(dst, `,"findings":`...)
	dst = appendFindings(dst, a.Findings)
	if disposition == envelope.DeadLetter {
		dst = append(dst, `,"deadLetter":{"headers":`...)
		dst = appendHeaders(dst, d.codec.DeadLetter(m, *a, d.cfg.Version))
		dst = append(dst, `,"payload":`...)
		dst = append(appendPayload(dst, m.Payload), '}')
	}
	return append(appendEvidence(dst, m, a), '}')
}

// appendResult appends {"schema", "framing", "payload" | "data", "headers", "steps", "findings"}, and for an event its
// envelope.
func (d *dataCall) appendResult(dst []byte, m *envelope.Message, a *envelope.Answer) []byte {
	dst = append(dst, '{')
	start := len(dst)
	if a.Envelope != nil {
		dst = append(append(dst, `,"envelope":`...), a.Envelope...)
	}
	switch {
	case m.Payload == nil && m.Data == nil: // a tombstone
		dst = append(dst, `,"payload":null`...)
	case a.Data != nil:
		dst = append(append(dst, `,"data":`...), a.Data...)
	case a.Payload != nil:
		dst = appendPayload(append(dst, `,"payload":`...), a.Payload)
	case d.name == "decode":
		dst = append(dst, `,"data":null`...)
	}
	dst = appendHead(dst, a)
	dst = appendHeaders(append(dst, `,"headers":`...), a.Headers)
	dst = append(dst, `,"steps":`...)
	dst = appendSteps(dst, a.Steps)
	dst = append(dst, `,"findings":`...)
	dst = appendFindings(dst, a.Findings)
	dst = append(appendEvidence(dst, m, a), '}')
	return append(dst[:start], dst[start+1:]...) // the first comma
}

// appendHead appends the schema and the framing, where they are known.
func appendHead(dst []byte, a *envelope.Answer) []byte {
	if s := a.Schema; s != nil {
		dst = append(dst, `,"schema":{`...)
		if s.ID > 0 {
			dst = strconv.AppendInt(append(dst, `"id":`...), int64(s.ID), 10)
			dst = append(append(dst, `,"guid":"`...), s.GUID...)
			dst = append(dst, `",`...)
		}
		dst = append(append(append(dst, `"type":"`...), s.Type...), '"')
		if s.Subject != "" {
			dst = jsontoken.AppendString(append(dst, `,"subject":`...), s.Subject)
			dst = strconv.AppendInt(append(dst, `,"version":`...), int64(s.Version), 10)
		}
		if s.Message != "" {
			dst = jsontoken.AppendString(append(dst, `,"message":`...), s.Message)
		}
		dst = append(dst, '}')
	}
	if a.Framing != "" {
		dst = append(append(append(dst, `,"framing":"`...), a.Framing...), '"')
	}
	return dst
}

// appendEvidence appends how the framing is known, to those who want it explained.
func appendEvidence(dst []byte, m *envelope.Message, a *envelope.Answer) []byte {
	if m.Explain && a.Evidence != "" {
		dst = append(append(append(dst, `,"evidence":"`...), a.Evidence...), '"')
	}
	return dst
}

func appendFindings(dst []byte, findings []verdict.Finding) []byte {
	if len(findings) == 0 {
		return append(dst, "[]"...)
	}
	text, _ := json.Marshal(findings) // strings and numbers alone
	return append(dst, text...)
}

func appendSteps(dst []byte, steps []verdict.Step) []byte {
	if len(steps) == 0 {
		return append(dst, "[]"...)
	}
	text, _ := json.Marshal(steps)
	return append(dst, text...)
}

func appendPayload(dst, payload []byte) []byte {
	if payload == nil {
		return append(dst, "null"...)
	}
	return appendBase64(dst, payload)
}

func appendBase64(dst, raw []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), raw), '"')
}

// appendHeaders appends headers as an object, a list for each name that is repeated.
func appendHeaders(dst []byte, headers []envelope.Header) []byte {
	dst = append(dst, '{')
	for i, h := range headers {
		if before(headers[:i], h.Name) {
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(jsontoken.AppendString(dst, h.Name), ':')
		if !before(headers[i+1:], h.Name) {
			dst = appendHeader(dst, h.Value)
			continue
		}
		dst = append(dst, '[')
		for _, other := range headers[i:] {
			if other.Name == h.Name {
				dst = append(appendHeader(dst, other.Value), ',')
			}
		}
		dst[len(dst)-1] = ']'
	}
	return append(dst, '}')
}

func before(headers []envelope.Header, name string) bool {
	for _, h := range headers {
		if h.Name == name {
			return true
		}
	}
	return false
}

// appendHeader appends a value as text, or as base64 if it is none.
func appendHeader(dst, value []byte) []byte {
	if isText(value) {
		return jsontoken.AppendString(dst, value)
	}
	return append(appendBase64(append(dst, `{"base64":`...), value), '}')
}

// isText reports whether bytes are UTF-8 without control characters.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return utf8.Valid(b)
}
