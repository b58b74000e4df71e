package event

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A spelling is a member that plain events know. A member of the event may have one of several spellings.
type spelling struct {
	name    string
	member  string                    // what it is called without regard to spelling
	numbers bool                      // a number will do in the place of a string
	to      func(e *Envelope) *string // where it goes; nil for what is read otherwise
}

var spellings = []spelling{
	{"eventId", "id", false, func(e *Envelope) *string { return &e.ID }},
	{"id", "id", false, func(e *Envelope) *string { return &e.ID }},
	{"eventType", "type", false, func(e *Envelope) *string { return &e.Type }},
	{"type", "type", false, func(e *Envelope) *string { return &e.Type }},
	{"occurredAt", "time", false, nil},
	{"timestamp", "time", false, nil},
	{"version", "version", true, func(e *Envelope) *string { return &e.Version }},
	{"source", "source", false, func(e *Envelope) *string { return &e.Source }},
	{"correlationId", "correlationId", false, func(e *Envelope) *string { return &e.CorrelationID }},
	{"causationId", "causationId", false, func(e *Envelope) *string { return &e.CausationID }},
	{"traceparent", "traceparent", false, func(e *Envelope) *string { return &e.TraceParent }},
	{"aggregateId", "aggregateId", true, func(e *Envelope) *string { return &e.Subject }},
	{"sequence", "sequence", true, func(e *Envelope) *string { return &e.Sequence }},
	{"data", "data", false, nil},
	{"dataRef", "dataRef", false, nil},
}

// ParsePlain reads a plain event: an object whose members id, type, time and data are spelt in one of two ways. It returns
// what could be read and all that is wrong with the object, not yet what [Envelope.Check] finds; an object that is not
// JSON at all has one finding, with a code of [token.Error], and nothing in it. Members that it does not know are kept.
func ParsePlain(data []byte) (*Envelope, []verdict.Finding) {
	fields, findings := readObject(data)
	e := &Envelope{Form: Plain}
	if fields == nil && findings != nil {
		return e, findings
	}
	findings = append(findings, ambiguous(fields)...)
	for _, f := range fields {
		findings = append(findings, e.plainField(f)...)
	}
	return e, append(findings, e.missing()...)
}

// ambiguous finds members that can be taken for others: a second spelling, and another case.
func ambiguous(fields []field) []verdict.Finding {
	var findings []verdict.Finding
	spelt := map[string]string{} // member to the spelling that is used
	for _, f := range fields {
		i := slices.IndexFunc(spellings, func(s spelling) bool { return s.name == f.name })
		if i < 0 {
			continue
		}
		if other, ok := spelt[spellings[i].member]; ok {
			findings = append(findings, errorf(DuplicateKey, f.name, "%s is another spelling of %s, and both are there", f.name, other))
		}
		spelt[spellings[i].member] = f.name
	}
	for _, f := range fields {
		i := slices.IndexFunc(spellings, func(s spelling) bool { return s.name != f.name && strings.EqualFold(s.name, f.name) })
		if i < 0 {
			continue
		}
		code := AttributeName
		if spelt[spellings[i].member] != "" {
			code = DuplicateKey
		}
		findings = append(findings, errorf(code, f.name, "%s differs from %s only in case", f.name, spellings[i].name))
	}
	return findings
}

// plainField puts one member where it belongs.
func (e *Envelope) plainField(f field) []verdict.Finding {
	if f.name == "data" {
		e.Data = f.raw
		return nil
	}
	if f.kind == token.Null {
		return nil
	}
	e.Members = append(e.Members, Member{f.name, f.raw})
	i := slices.IndexFunc(spellings, func(s spelling) bool { return s.name == f.name })
	if i < 0 {
		return nil
	}
	s := spellings[i]
	switch {
	case f.name == "dataRef":
		var findings []verdict.Finding
		e.Ref, findings = parseReference(f)
		return findings
	case s.member == "time" && f.kind == token.Number:
		e.time = timeText{f.name, string(f.raw), true}
		return nil
	case s.member == "version" && f.kind == token.Number:
		return e.versionNumber(f)
	case f.kind != token.String && !(s.numbers && f.kind == token.Number):
		return []verdict.Finding{errorf(AttributeType, f.name, "%s is %s, and not a string", f.name, f.kind)}
	case s.member == "time":
		e.time = timeText{member: f.name, text: f.text}
	case f.kind == token.Number:
		*s.to(e) = string(f.raw)
	default:
		*s.to(e) = f.text
	}
	return nil
}

// versionNumber reads a version that is no label.
func (e *Envelope) versionNumber(f field) []verdict.Finding {
	n, fit := token.Int(f.raw, 32)
	if fit != token.Fits || n < 1 {
		return []verdict.Finding{errorf(VersionSyntax, f.name, "version is %s, and not a number from 1 on", f.raw)}
	}
	e.Version = string(token.AppendInt(nil, n))
	return nil
}

// missing finds what a plain event must have. What is there in a form that cannot be read is not missing.
func (e *Envelope) missing() []verdict.Finding {
	var findings []verdict.Finding
	has := func(names ...string) bool {
		return slices.ContainsFunc(e.Members, func(m Member) bool { return slices.Contains(names, m.Name) })
	}
	if !has("eventId", "id") {
		findings = append(findings, errorf(IDMissing, "id", "the event has no id: neither eventId nor id"))
	}
	if !has("eventType", "type") {
		findings = append(findings, errorf(TypeMissing, "type", "the event has no type: neither eventType nor type"))
	}
	if !has("occurredAt", "timestamp") {
		findings = append(findings, errorf(TimeMissing, "time", "the event has no time: neither occurredAt nor timestamp"))
	}
	switch {
	case e.Data == nil && !has("dataRef"):
		findings = append(findings, errorf(DataMissing, "data", "the event has no data and no dataRef"))
	case e.Data != nil && has("dataRef"):
		findings = append(findings, errorf(DataXOR, "dataRef", "the event has data and a dataRef to other data"))
	}
	return findings
}
