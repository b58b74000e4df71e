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

// A collection is what several comparisons have found.
type collection struct {
	findings []Finding
	at       map[key]int // where each is, from the second comparison on that has found something
}

// add adds what a comparison with one version has found, one of a kind. A finding that a newer version has shown already
// only gets the version's number.
func (c *collection) add(found []Finding, version int) {
	if len(c.findings) == 0 {
		c.findings = make([]Finding, 0, len(found))
		for i := range found {
			c.append(&found[i], version)
		}
		return
	}
	if c.at == nil && len(found) > 0 {
		c.at = make(map[key]int, len(c.findings))
		for i := range c.findings {
			c.at[c.findings[i].key()] = i
		}
	}
	for i := range found {
		f := &found[i]
		j, seen := c.at[f.key()]
		if !seen {
			c.at[f.key()] = len(c.findings)
			c.append(f, version)
			continue
		}
		known := &c.findings[j]
		known.Versions = append(known.Versions, version)
		if f.Severity == Error {
			known.Severity = Error
		}
	}
}

// append adds a finding with its locations told apart as old and new, and whom it hurts.
func (c *collection) append(f *Finding, version int) {
	c.findings = append(c.findings, *f)
	added := &c.findings[len(c.findings)-1]
	added.Breaks = words[f.Direction].breaks
	added.New, added.Old = f.Reader, f.Writer
	if f.Direction == OldReadsNew {
		added.New, added.Old = f.Writer, f.Reader
	}
	added.Old.Version = version
	added.Versions = []int{version}
}
