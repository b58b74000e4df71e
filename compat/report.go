package compat

import (
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// An Old is a stored version that a new schema is compared with.
type Old struct {
	Version int
	Schema  schema.Schema
	Text    string // what positions in it are of, for Options.Explain to quote; may be empty
}

// A Report is the verdict on one change.
type Report struct {
	Compatible bool
	// Messages is the list that the reference server prints in its 409 answer and for verbose=true; empty if compatible.
	Messages []string
	// Findings are sorted, one for each (code, path, direction).
	Findings []Finding
}

// Details prints the messages as the reference server's 409 answer does: [a, b].
func (r Report) Details() string { return "[" + strings.Join(r.Messages, ", ") + "]" }

// collect adds what a comparison with one version has found. A finding that a newer version has shown already only
// gets the version's number.
func collect(findings []Finding, at map[key]int, found []Finding, version int) []Finding {
	for _, f := range found {
		i, seen := at[f.key()]
		if !seen {
			i = len(findings)
			at[f.key()] = i
			findings = append(findings, f.ofVersion(version))
		}
		findings[i].Versions = append(findings[i].Versions, version)
		if f.Severity == Error {
			findings[i].Severity = Error
		}
	}
	return findings
}

// ofVersion returns f with its locations told apart as old and new, and whom it hurts.
func (f Finding) ofVersion(version int) Finding {
	f.Breaks = words[f.Direction].breaks
	f.New, f.Old = f.Reader, f.Writer
	if f.Direction == OldReadsNew {
		f.New, f.Old = f.Writer, f.Reader
	}
	f.Old.Version = version
	f.Versions = nil
	return f
}
