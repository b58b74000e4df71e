package lint

import (
	"cmp"
	"slices"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// A Source is a schema to be looked at.
type Source struct {
	// File is its slash-separated path; rules on names of files are skipped without one.
	File   string
	Text   string        // what Schema was parsed from
	Schema schema.Schema // of the type Avro or Protobuf; others have no rules
	Old    schema.Schema // the version before, of the same type; nil if there is none
}

// A Finding is one breach of a rule.
type Finding struct {
	Code     string
	Severity Severity // Warning or Error
	// Path is the place in the schema, in the form that compatibility findings have: shop.Order.lines[].price, #/Order/3.
	Path         string
	Line, Column int // from 1, columns in bytes
	Message      string
}

// A Report is what was found, in the order of the text.
type Report struct {
	Findings  []Finding
	Truncated bool // there is more than is listed
}

// maxFound bounds the findings in one schema, in bytes: a path can be as long as the schema is deep.
const maxFound = 8 << 20

// Lint looks at a schema by the rules whose severity is not off.
func Lint(src Source, severities Severities) Report {
	l := &linter{src: src, severities: severities}
	switch s := src.Schema.(type) {
	case *avro.Schema:
		old, _ := src.Old.(*avro.Schema)
		lintAvro(l, s, old)
	case *protobuf.Schema:
		old, _ := src.Old.(*protobuf.Schema)
		lintProtobuf(l, s, old)
	}
	slices.SortStableFunc(l.report.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Code, b.Code))
	})
	return l.report
}

// A linter is one call of [Lint].
type linter struct {
	src        Source
	severities Severities
	report     Report
	size       int // of the findings, in bytes
}

// on reports whether a rule is looked at.
func (l *linter) on(code string) bool {
	s := l.severities[code]
	return s == Warning || s == Error
}

// add reports a breach of a rule, unless it is off.
func (l *linter) add(code string, at schema.Position, path, message string) {
	if !l.on(code) {
		return
	}
	const rest = 64 // what a finding has beside its texts
	if l.size += rest + len(path) + len(message); l.size > maxFound {
		l.report.Truncated = true
		return
	}
	l.report.Findings = append(l.report.Findings, Finding{
		Code: code, Severity: l.severities[code], Path: path, Line: at.Line, Column: at.Column, Message: message,
	})
}
