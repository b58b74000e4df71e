package event

import (
	"encoding/base64"
	"strings"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// ParseStructured reads a CloudEvent that is one JSON object. What it returns is what [ParsePlain] returns.
// Source: CloudEvents 1.0 JSON format, 3.
func ParseStructured(data []byte) (*Envelope, []verdict.Finding) {
	var memory [usual]field
	fields, findings := readObject(data, memory[:0])
	e := &Envelope{Form: Structured, Members: make([]Member, 0, len(fields))}
	if fields == nil {
		return e, findings
	}
	for _, f := range fields {
		switch {
		case f.name == "data":
			e.Data = f.raw
		case f.kind == token.Null: // an attribute that is null is not set
		case f.name == "data_base64":
			findings = add(findings, e.dataBase64(f)...)
		default:
			findings = add(findings, e.attribute(f)...)
		}
	}
	if e.Data != nil && e.Binary != nil {
		findings = append(findings, errorf(DataXOR, "data_base64", "the event has data and data_base64"))
	}
	return e, append(findings, e.required()...)
}

// dataBase64 reads the data of an event that are not JSON.
func (e *Envelope) dataBase64(f field) []verdict.Finding {
	raw, err := base64.StdEncoding.Strict().DecodeString(f.text)
	if f.kind != token.String || err != nil || strings.ContainsAny(f.text, "\r\n") {
		return []verdict.Finding{errorf(AttributeType, f.name, "data_base64 is not base64 in the standard alphabet with padding")}
	}
	e.Binary = raw
	return nil
}

// attribute takes one attribute, of whichever form, if its name and its value can be an attribute's.
func (e *Envelope) attribute(f field) []verdict.Finding {
	e.keep(f)
	if !isAttributeName(f.name) {
		return []verdict.Finding{errorf(AttributeName, f.name, "%s is no name of an attribute: lower-case letters and digits, and not data", quote(f.name))}
	}
	if reason := unfit(f); reason != "" {
		return []verdict.Finding{errorf(AttributeType, f.name, "%s is %s", cut(f.name), reason)}
	}
	a, known := attributes[f.name]
	switch {
	case !known:
		return nil
	case f.kind != token.String:
		return []verdict.Finding{wrongKind(f)}
	case a.to != nil:
		*a.to(e) = f.text
	case f.name == "time":
		e.time = timeText{member: f.name, text: f.text}
	case f.name == "dataref":
		e.Ref = &Reference{URI: f.text, Size: -1, member: f.name}
	}
	if a.holds != nil && !a.holds(f.text) {
		return []verdict.Finding{errorf(a.code, f.name, "%s is %s, which is not %s", f.name, quote(f.text), a.is)}
	}
	return nil
}

// wrongKind says that a member is no string. Of a trace it is a warning, for traces must not stop what is traced.
func wrongKind(f field) verdict.Finding {
	if f.name == "traceparent" || f.name == "tracestate" {
		return warningf(TraceFormat, f.name, "%s is %s, and not a string", f.name, f.kind)
	}
	return errorf(AttributeType, f.name, "%s is %s, and not a string", f.name, f.kind)
}

// An attribute is one that CloudEvents or an extension of theirs defines.
type attribute struct {
	to    func(e *Envelope) *string // where it goes; nil for what is read otherwise
	holds func(s string) bool       // whether a text can be its value; nil if every text can
	code  string                    // of the finding if it cannot
	is    string                    // what it must be
}

var attributes = map[string]attribute{
	"specversion":     {nil, func(s string) bool { return s == "1.0" }, SpecVersion, "1.0"},
	"id":              {to: func(e *Envelope) *string { return &e.ID }},
	"type":            {to: func(e *Envelope) *string { return &e.Type }},
	"source":          {to: func(e *Envelope) *string { return &e.Source }},
	"time":            {},
	"subject":         {func(e *Envelope) *string { return &e.Subject }, filled, AttributeType, "a text of one character or more"},
	"dataschema":      {func(e *Envelope) *string { return &e.DataSchema }, IsURI, AttributeType, "an absolute URI"},
	"datacontenttype": {func(e *Envelope) *string { return &e.ContentType }, isMedia, AttributeType, "a media type"},
	"schemaversion":   {func(e *Envelope) *string { return &e.Version }, filled, AttributeType, "a text of one character or more"},
	"sequence":        {func(e *Envelope) *string { return &e.Sequence }, filled, AttributeType, "a text of one character or more"},
	"partitionkey":    {nil, filled, AttributeType, "a text of one character or more"},
	"correlationid":   {func(e *Envelope) *string { return &e.CorrelationID }, filled, AttributeType, "a text of one character or more"},
	"causationid":     {func(e *Envelope) *string { return &e.CausationID }, filled, AttributeType, "a text of one character or more"},
	"traceparent":     {to: func(e *Envelope) *string { return &e.TraceParent }},
	"tracestate":      {to: func(e *Envelope) *string { return &e.TraceState }},
	"dataref":         {nil, filled, AttributeType, "a URI"},
	"datarefsha256":   {nil, isDigest, RefFormat, "64 hexadecimal digits"},
}

func filled(s string) bool { return s != "" }

func isMedia(s string) bool {
	_, ok := MediaType(s)
	return ok
}

var attributeText = charset("abcdefghijklmnopqrstuvwxyz0123456789")

// isAttributeName reports whether a text can be the name of an attribute. That it should have no more than 20 characters
// is advice.
// Source: CloudEvents 1.0, naming conventions.
func isAttributeName(s string) bool {
	return s != "" && s != "data" && only(s, attributeText)
}

// unfit says why a value cannot be an attribute's: "a number beyond 32 bits"; "" if it can.
// Source: CloudEvents 1.0, type system.
func unfit(f field) string {
	switch f.kind {
	case token.ObjectStart, token.ArrayStart:
		return f.kind.String() + ", and attributes are strings, whole numbers and booleans"
	case token.Number:
		if strings.ContainsAny(string(f.raw), ".eE") {
			return "a number that is not written as a whole one"
		}
		if _, fit := token.Int(f.raw, 32); fit != token.Fits {
			return "a number beyond 32 bits"
		}
	case token.String:
		if !isText(f.text) {
			return "a text with control characters or with what is no character"
		}
	default:
	}
	return ""
}

// required finds what a CloudEvent must have.
func (e *Envelope) required() []verdict.Finding {
	var findings []verdict.Finding
	for _, r := range []struct{ name, code string }{
		{"specversion", SpecVersion}, {"id", IDMissing}, {"source", SourceMissing}, {"type", TypeMissing},
	} {
		if _, ok := e.member(r.name); !ok {
			findings = append(findings, errorf(r.code, r.name, "the event has no %s", r.name))
		}
	}
	return append(findings, e.referenceParts()...)
}

// referenceParts adds to the reference what other attributes say of it.
func (e *Envelope) referenceParts() []verdict.Finding {
	if e.Ref == nil {
		return nil
	}
	e.Ref.SHA256, _ = e.member("datarefsha256")
	size, ok := e.member("datarefsize")
	if !ok {
		return nil
	}
	n, fit := token.Int([]byte(size), 64)
	if fit != token.Fits || n < 0 {
		return []verdict.Finding{errorf(RefFormat, "datarefsize", "datarefsize is %s, and not a number of bytes", quote(size))}
	}
	e.Ref.Size = n
	return nil
}
