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
	slot    int                       // one for all spellings of a member
}

var spellings = [...]spelling{
	{"eventId", "id", false, func(e *Envelope) *string { return &e.ID }, 0},
	{"id", "id", false, func(e *Envelope) *string { return &e.ID }, 0},
	{"eventType", "type", false, func(e *Envelope) *string { return &e.Type }, 0},
	{"type", "type", false, func(e *Envelope) *string { return &e.Type }, 0},
	{"occurredAt", "time", false, nil, 0},
	{"timestamp", "time", false, nil, 0},
	{"version", "version", true, func(e *Envelope) *string { return &e.Version }, 0},
	{"source", "source", false, func(e *Envelope) *string { return &e.Source }, 0},
	{"correlationId", "correlationId", false, func(e *Envelope) *string { return &e.CorrelationID }, 0},
	{"causationId", "causationId", false, func(e *Envelope) *string { return &e.CausationID }, 0},
	{"traceparent", "traceparent", false, func(e *Envelope) *string { return &e.TraceParent }, 0},
	{"aggregateId", "aggregateId", true, func(e *Envelope) *string { return &e.Subject }, 0},
	{"sequence", "sequence", true, func(e *Envelope) *string { return &e.Sequence }, 0},
	{"data", "data", false, nil, 0},
	{"dataRef", "dataRef", false, nil, 0},
}

// ParsePlain reads a plain event: an object whose members id, type, time and data are spelt in one of two ways. It returns
// what could be read and all that is wrong with the object, not yet what [Envelope.Check] finds; an object that is not
// JSON at all has one finding, with a code of [token.Error], and nothing in it. Members that it does not know are kept.
func ParsePlain(data []byte) (*Envelope, []verdict.Finding) {
	var memory [usual]field
	fields, findings := readObject(data, memory[:0])
	e := &Envelope{Form: Plain, Members: make([]Member, 0, len(fields))}
	if fields == nil {
		return e, findings
	}
	findings = add(findings, ambiguous(fields)...)
	for _, f := range fields {
		findings = add(findings, e.plainField(f)...)
	}
	return e, append(findings, e.missing()...)
}

// exact and folded find a spelling by its name, and by its name without regard to case.
var exact, folded = func() (map[string]*spelling, map[string]*spelling) {
	exact, folded := map[string]*spelling{}, map[string]*spelling{}
	for i := range spellings {
		s := &spellings[i]
		s.slot = slices.IndexFunc(spellings[:], func(other spelling) bool { return other.member == s.member })
		exact[s.name], folded[fold(s.name)] = s, s
	}
	return exact, folded
}()

// fold returns a name without regard to case, as encoding/json has it: the long s is an s.
func fold(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// ambiguous finds members that can be taken for others: a second spelling, and another case.
func ambiguous(fields []field) []verdict.Finding {
	var findings []verdict.Finding
	var spelt [len(spellings)]string // by slot
	for _, f := range fields {
		s := exact[f.name]
		if s == nil {
			continue
		}
		if other := spelt[s.slot]; other != "" {
			findings = append(findings, errorf(DuplicateKey, f.name, "%s is another spelling of %s, and both are there", f.name, other))
		}
		spelt[s.slot] = f.name
	}
	for _, f := range fields {
		if exact[f.name] != nil {
			continue
		}
		s := folded[fold(f.name)]
		if s == nil {
			continue
		}
		code := AttributeName
		if spelt[s.slot] != "" {
			code = DuplicateKey
		}
		findings = add(findings, errorf(code, f.name, "%s differs from %s only in case", f.name, s.name))
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
	e.keep(f)
	s := exact[f.name]
	switch {
	case s == nil:
		return nil
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
		return []verdict.Finding{wrongKind(f)}
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
		return []verdict.Finding{errorf(VersionSyntax, f.name, "version is %s, and not a number from 1 on", cut(string(f.raw)))}
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
