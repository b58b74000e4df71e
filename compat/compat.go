package compat

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A Severity says what a finding does to a change.
type Severity string

// The severities. An error refuses the change.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// A Finding is one thing wrong between a reader and a writer schema.
type Finding struct {
	Code      string    `json:"code"`
	Severity  Severity  `json:"severity"`
	Policy    string    `json:"policy,omitempty"` // the one that refuses it where it is on, the reference does not
	Breaks    string    `json:"breaks,omitempty"` // whom it hurts, in words
	Direction Direction `json:"direction"`
	// Path is by name in the reader schema, so that it survives an inserted field: orders.OrderPlaced.items[].status,
	// {} for map values, <branch> for a union's; for Protobuf #/Message/5.
	Path     string   `json:"path"`
	Wire     bool     `json:"wire"`               // whether bytes can break, and not only names or JSON
	Versions []int    `json:"versions,omitempty"` // the compared versions that show it, newest first
	Reader   Location `json:"-"`
	Writer   Location `json:"-"`
	Old      Location `json:"old"` // in the newest version that shows it
	New      Location `json:"new"`
	Message  string   `json:"message"`
	// Witness proves a finding of the wire, and Fixes are edits that make the change compatible. Both are made only if
	// Options.Explain asks for them.
	Witness *Witness `json:"witness,omitempty"`
	Fixes   []Fix    `json:"fixes,omitempty"`
}

// A Witness is a smallest message that proves a finding: it was encoded with the writer's schema, and the reader refused
// or altered it.
type Witness struct {
	Writer  string          `json:"writer"`  // whose schema wrote it: "old" or "new"
	Message json.RawMessage `json:"message"` // in plain JSON
	Error   string          `json:"error"`   // what the reader said, or what it made of the message
}

// A Fix is an edit of the submitted text. It is offered only after it was applied and checked again.
type Fix struct {
	Title   string `json:"title"` // what it does, in words
	Patch   []Edit `json:"patch"`
	Verdict string `json:"verdict"` // of the text with the patch applied: always Compatible
}

// Compatible is the verdict of a fix.
const Compatible = "compatible"

// An Edit is one operation of a JSON patch (RFC 6902): add, replace or remove at a JSON pointer. In a text that is no JSON it
// replaces a range, which may be empty, by Value, a JSON string. Edits apply in order, each to what the one before has made.
type Edit struct {
	Op     string          `json:"op"`
	Path   string          `json:"path"`
	*Range                 // nil for an operation of a JSON patch, which has a Path instead
	Value  json.RawMessage `json:"value,omitempty"`
}

// A Range is a part of a text, from a place up to another. Lines and columns count from 1, columns in bytes.
type Range struct {
	Line      int `json:"line"`
	Column    int `json:"column"`
	EndLine   int `json:"endLine"`
	EndColumn int `json:"endColumn"`
}

// MarshalJSON leaves out the path of an edit that has a range.
func (e Edit) MarshalJSON() ([]byte, error) {
	if e.Range == nil {
		type operation Edit
		return JSON(operation(e)), nil
	}
	return JSON(struct {
		Op string `json:"op"`
		Range
		Value json.RawMessage `json:"value"`
	}{e.Op, *e.Range, e.Value}), nil
}

// A Location is a place in a schema. Pointer is a JSON pointer for Avro, which goes through the names of types as if
// they were written out; it is empty for Protobuf. Line and Column are those of the text, from 1; zero if unknown.
type Location struct {
	Version   int    `json:"version,omitempty"` // of the old schema
	Pointer   string `json:"pointer,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	Text      string `json:"text,omitempty"`      // the line's text without the space around it, 200 bytes at most; explained only
	Reference string `json:"reference,omitempty"` // the reference whose text the line is of, empty for the schema's own
}

// A Comparison is what a checker says of one reader and one writer, whatever policies are on.
type Comparison struct {
	// DropIn is the list of incompatibilities as the reference server prints them, in its order and with its quirks. The
	// pair is compatible exactly if it is empty.
	DropIn []string
	// Findings are all that is wrong, sorted by path and code, one for each (code, path). One of them is an Error exactly
	// if DropIn is not empty. If Truncated there is more than is listed, for lists are bounded in bytes.
	Findings  []Finding
	Truncated bool
}

// A Checker compares two schemas of its own type. direction tells which of the two is the new one, for the wording.
// It is pure, never stops at the first finding, and ends in time polynomial in the size of the schemas.
type Checker func(reader, writer schema.Schema, direction Direction) Comparison

// A Rule explains one code. Rules are data: walkers find, tables name.
type Rule struct {
	ID      string
	Purpose string // what holds where the rule is kept, one clause
	DropIn  bool   // the reference server refuses what breaks the rule
	Policy  string // the policy that refuses it, for those that the reference does not refuse; empty if nothing does
	Wire    bool   // breaking it can break or alter what is read from bytes
}

// Severity returns what breaking the rule does to a change while no policy is on.
func (r Rule) Severity() Severity {
	if r.DropIn {
		return Error
	}
	return Warning
}

// SortFindings returns findings sorted by path, code and direction. Of those that have all three in common it makes one:
// the first, with what the others say added to its message.
func SortFindings(findings []Finding) []Finding {
	if strictlySorted(findings) {
		return findings
	}
	order := make([]*Finding, len(findings)) // a finding is large, and moved once
	for i := range findings {
		order[i] = &findings[i]
	}
	slices.SortStableFunc(order, (*Finding).compare)
	sorted := make([]Finding, 0, len(findings))
	for _, f := range order {
		n := len(sorted)
		if n == 0 || sorted[n-1].compare(f) != 0 {
			sorted = append(sorted, *f)
			continue
		}
		last := &sorted[n-1]
		if len(last.Message) < maxMessage && !strings.Contains(last.Message, f.Message) {
			last.Message += "; " + f.Message
		}
		if f.Severity == Error {
			last.Severity = Error
		}
	}
	return sorted
}

func strictlySorted(findings []Finding) bool {
	for i := 1; i < len(findings); i++ {
		if findings[i-1].compare(&findings[i]) >= 0 {
			return false
		}
	}
	return true
}

// compare orders findings by path, code and direction. Those that are equal have the same key.
func (f *Finding) compare(g *Finding) int {
	if c := strings.Compare(f.Path, g.Path); c != 0 {
		return c
	}
	if c := strings.Compare(f.Code, g.Code); c != 0 {
		return c
	}
	return strings.Compare(string(f.Direction), string(g.Direction))
}

// maxMessage is the length in bytes past which nothing is added to a message.
const maxMessage = 1000

// A key is what makes a finding one and the same whatever version it is seen in.
type key struct {
	code, path string
	direction  Direction
}

func (f *Finding) key() key { return key{f.Code, f.Path, f.Direction} }
