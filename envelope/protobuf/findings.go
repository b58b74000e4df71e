package protobuf

import (
	"cmp"
	"errors"
	"slices"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// Findings returns what is wrong with a body, in the order of its bytes, what is missing last; at most max. What readers
// accept and do not read as it was sent is a warning. Where a fault ends at its field the rest is looked at as well.
func (p *Program) Findings(body []byte, max int) []verdict.Finding {
	w := walker{data: body, types: typesOf(p.md), depth: p.limits.Depth, goOn: true}
	var findings []verdict.Finding
	_, err := w.message(p.md, span{0, len(body)}, 0)
	for _, e := range w.warnings {
		findings = append(findings, e.finding(verdict.Warning))
	}
	for _, e := range w.faults {
		findings = append(findings, e.finding(verdict.Error))
	}
	var last *Error
	if errors.As(err, &last) {
		findings = append(findings, last.finding(verdict.Error))
	}
	slices.SortStableFunc(findings, func(a, b verdict.Finding) int { return cmp.Compare(*a.Offset, *b.Offset) })
	if len(w.faults) == 0 && err == nil {
		findings = append(findings, p.missing(body, &w)...)
	}
	return findings[:min(len(findings), max)]
}

// missing returns the findings of required fields that a message whose bytes are right does not have.
func (p *Program) missing(body []byte, w *walker) []verdict.Finding {
	if !slices.ContainsFunc(p.messages, func(m message) bool { return m.required != 0 }) {
		return nil // and a message takes many times its bytes
	}
	m, err := unmarshal(p.md, body, w.types)
	if err != nil {
		e := Error{Code: internal, Offset: -1, Reason: err.Error()}
		return []verdict.Finding{e.finding(verdict.Error)}
	}
	closeEnums(m)
	var findings []verdict.Finding
	_ = eachMissing(m, nil, func(e *Error) error {
		findings = append(findings, e.finding(verdict.Error))
		if len(findings) == maxWarnings {
			return e
		}
		return nil
	})
	return findings
}

func (e *Error) finding(s verdict.Severity) verdict.Finding {
	f := verdict.Finding{
		Code: string(e.Code), Severity: s, Class: verdict.Permanent,
		Path: e.Path, SchemaPath: e.Schema, Message: e.Error(),
	}
	if e.Offset >= 0 {
		f.Offset = &e.Offset
	}
	return f
}
