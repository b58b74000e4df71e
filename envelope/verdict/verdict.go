// Package verdict is what all that reads messages says of them: findings, and the steps that took a message from one
// version to another. It knows no format and no registry.
package verdict

import (
	"fmt"
	"slices"
)

// A Severity says what a finding does to a message. An error makes it invalid.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// A Class says whether it helps to try again.
type Class string

// The classes.
const (
	Permanent Class = "permanent" // the message will never be read: it goes to the dead letters
	Retriable Class = "retriable" // what is missing may still arrive
)

// A Finding is one thing wrong with a message.
type Finding struct {
	Code     string   `json:"code"` // public; stays
	Severity Severity `json:"severity"`
	Class    Class    `json:"class"`
	// Path leads to the datum: names joined by dots, [3] for elements, ["key"] for the entries of maps; a union's branch is
	// not shown. It is empty for the whole datum. Fields of an envelope begin with "envelope.".
	Path       string   `json:"path"`
	SchemaPath string   `json:"schemaPath,omitempty"` // a JSON pointer for Avro, #/Message/5 for Protobuf
	Offset     *int     `json:"offset,omitempty"`     // of the datum's first byte in the body; nil where there are no bytes
	Message    string   `json:"message"`              // one sentence that names the thing at fault
	Candidates []string `json:"candidates,omitempty"` // what it could have been: branches of a union, framings
}

// Errorf returns an error that is permanent, without a place in bytes.
func Errorf(code, path, format string, args ...any) Finding {
	return Finding{Code: code, Severity: Error, Class: Permanent, Path: path, Message: fmt.Sprintf(format, args...)}
}

// Warningf returns a warning.
func Warningf(code, path, format string, args ...any) Finding {
	f := Errorf(code, path, format, args...)
	f.Severity = Warning
	return f
}

// At returns the finding with the offset of the datum's first byte.
func (f Finding) At(offset int) Finding {
	f.Offset = &offset
	return f
}

// Valid reports whether none of the findings is an error.
func Valid(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}

// A Step is one part of the way of a message from one version to another. Its lists name fields as paths of the schema,
// items[].qty for those of elements and {} for the entries of maps, once each, sorted; they tell what was done to the
// message at hand, not what could have been.
type Step struct {
	From      int      `json:"from"`
	To        int      `json:"to"`
	Kind      StepKind `json:"kind"`
	Promoted  []string `json:"promoted"`  // read as another type; reader's paths
	Defaulted []string `json:"defaulted"` // not in the message, given by the reader's default; reader's paths
	Dropped   []string `json:"dropped"`   // in the message, not in the reader; writer's paths
	Renamed   []string `json:"renamed"`   // read under another name; reader's paths
}

// A StepKind says how a step is taken.
type StepKind string

// The kinds.
const (
	Resolution StepKind = "resolution" // the schemas' own rules
	Edge       StepKind = "edge"       // a declared upcast
)
