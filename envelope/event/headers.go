package event

import (
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// The prefixes of headers that are attributes.
const (
	httpPrefix  = "ce-"
	kafkaPrefix = "ce_"
	contentType = "content-type"
)

// IsHTTP reports whether headers say that a message is a CloudEvent in HTTP's binary mode. Case does not matter. An event
// whose content type is that of events is in one piece, and its headers only repeat what it says.
func IsHTTP(headers []Header) bool { return isBinary(&Envelope{Form: HTTPBinary}, headers) }

// IsKafka is [IsHTTP] for Kafka's binary mode, where case matters.
func IsKafka(headers []Header) bool { return isBinary(&Envelope{Form: Kafka}, headers) }

func isBinary(e *Envelope, headers []Header) bool {
	attributes, whole := false, false
	for _, h := range headers {
		name, ok := e.attributeName(h.Name)
		if !ok {
			continue
		}
		if name == dataContentType {
			_, whole = cutPrefixFold(string(h.Value), "application/cloudevents")
			continue
		}
		attributes = true
	}
	return attributes && !whole
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// ParseHTTP reads a CloudEvent whose attributes are headers of HTTP. Names compare without case; values are unquoted, then
// percent-decoded once, and must be UTF-8 after that. An empty body is none. Of a repeated header the last one counts.
// What it returns is what [ParsePlain] returns.
// Source: CloudEvents 1.0 HTTP binding, 3.1.
func ParseHTTP(headers []Header, body []byte) (*Envelope, []verdict.Finding) {
	e := &Envelope{Form: HTTPBinary}
	if len(body) == 0 {
		body = nil
	}
	return e, e.binary(headers, body)
}

// ParseKafka reads a CloudEvent whose attributes are headers of Kafka, names exactly as they are, values in UTF-8. A value
// of nil is an event without data. What it returns is what [ParsePlain] returns.
// Source: CloudEvents 1.0 Kafka binding, 3.2.
func ParseKafka(headers []Header, value []byte) (*Envelope, []verdict.Finding) {
	e := &Envelope{Form: Kafka}
	return e, e.binary(headers, value)
}

// binary reads a binary form.
func (e *Envelope) binary(headers []Header, body []byte) []verdict.Finding {
	var findings []verdict.Finding
	last := map[string]int{}
	for i, h := range headers {
		if name, ok := e.attributeName(h.Name); ok {
			last[name] = i
		}
	}
	for i, h := range headers {
		if name, ok := e.attributeName(h.Name); ok && last[name] == i {
			findings = add(findings, e.header(name, h)...)
		}
	}
	if body != nil && e.hasJSON() {
		e.Data = body
	} else {
		e.Binary = body
	}
	return append(findings, e.required()...)
}

// header takes the attribute that a header says.
func (e *Envelope) header(name string, h Header) []verdict.Finding {
	text, reason := string(h.Value), ""
	switch {
	case name == prefixedType || name == "data":
		return []verdict.Finding{errorf(AttributeName, strings.TrimPrefix(name, kafkaPrefix), "the header %s is no attribute: the body is the data, and %s says what they are", cut(h.Name), contentType)}
	case name != dataContentType && e.Form == HTTPBinary:
		text, reason = decodeHeader(text)
	}
	if reason == "" && !utf8.ValidString(text) {
		reason = "is not UTF-8"
	}
	if reason != "" {
		e.keep(field{name, token.String, token.AppendString(nil, h.Value), text})
		return []verdict.Finding{errorf(AttributeType, name, "the header %s %s", cut(h.Name), reason)}
	}
	return e.attribute(field{name, token.String, token.AppendString(nil, text), text})
}

const (
	dataContentType = "datacontenttype"
	prefixedType    = kafkaPrefix + dataContentType // what no attribute is called
)

// attributeName returns the attribute that a header says, and false for other headers. The data's content type has a
// header without a prefix; one with the prefix is prefixedType.
func (e *Envelope) attributeName(header string) (string, bool) {
	fold := e.Form == HTTPBinary
	if header == contentType || fold && strings.EqualFold(header, contentType) {
		return dataContentType, true
	}
	name, ok := strings.CutPrefix(header, kafkaPrefix)
	if fold {
		name, ok = cutPrefixFold(header, httpPrefix)
		name = strings.ToLower(name)
	}
	if name == dataContentType {
		return prefixedType, ok
	}
	return name, ok
}

// decodeHeader returns what the value of a header of HTTP says, or why it says nothing.
func decodeHeader(value string) (text, reason string) {
	value = strings.Trim(value, " \t")
	if strings.HasPrefix(value, `"`) {
		unquoted, rest, ok := quotedString(value)
		if !ok || rest != "" {
			return "", "begins with a quote and is no text in quotes"
		}
		value = unquoted
	}
	if strings.IndexByte(value, '%') < 0 {
		return value, ""
	}
	decoded := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		if value[i] != '%' {
			decoded = append(decoded, value[i])
			continue
		}
		if i+2 >= len(value) || !isHex(value[i+1]) || !isHex(value[i+2]) {
			return "", "has a % without two hexadecimal digits behind it"
		}
		decoded = append(decoded, fromHex(value[i+1])<<4|fromHex(value[i+2]))
		i += 2
	}
	return string(decoded), ""
}

func fromHex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return (c | 0x20) - 'a' + 10
}

// encodeHeader is the other way of decodeHeader.
func encodeHeader(text string) []byte {
	const digits = "0123456789ABCDEF"
	var encoded []byte
	for i := range len(text) {
		c := text[i]
		if c <= ' ' || c > '~' || c == '"' || c == '%' {
			encoded = append(encoded, '%', digits[c>>4], digits[c&15])
			continue
		}
		encoded = append(encoded, c)
	}
	return encoded
}
