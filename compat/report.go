package compat

import (
	"strconv"
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
	// Findings are sorted, one for each (code, path, direction). If Truncated they are not all, or not with all versions:
	// what many versions show is bounded in bytes.
	Findings  []Finding
	Truncated bool
	// Unexplained tells that findings may lack a witness or fixes for one reason alone: the budget was spent.
	Unexplained bool
}

// Details prints the messages as the reference server's 409 answer does: [a, b].
func (r Report) Details() string { return "[" + strings.Join(r.Messages, ", ") + "]" }

// maxCollected bounds what the findings of one report hold, in bytes, and findingBytes is about what one of them does beside
// its texts.
const (
	maxCollected = 32 << 20
	findingBytes = 512
)

// A collection is what several comparisons have found.
type collection struct {
	*Budget
	findings  []Finding
	at        map[key]int // where each is, from the second comparison on that has found something
	truncated bool        // more was found than that
}

// add adds what a comparison with one version has found, one of a kind. A finding that a newer version has shown already
// only gets the version's number, and what is said of it otherwise.
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
		if j, seen := c.at[f.key()]; seen {
			c.again(&c.findings[j], f, version)
		} else if c.append(f, version) {
			c.at[f.key()] = len(c.findings) - 1
		}
	}
}

// room reports whether n more bytes may be held, and counts them.
func (c *collection) room(n int) bool {
	if c.Budget.findings < n {
		c.truncated = true
		return false
	}
	c.Budget.findings -= n
	return true
}

// append adds a finding with its locations told apart as old and new, and whom it hurts; false if there is no room for it.
func (c *collection) append(f *Finding, version int) bool {
	if !c.room(findingBytes + len(f.Path) + len(f.Message) + len(f.Reader.Pointer) + len(f.Writer.Pointer)) {
		return false
	}
	c.findings = append(c.findings, *f)
	added := &c.findings[len(c.findings)-1]
	added.Breaks = words[f.Direction].breaks
	added.New, added.Old = f.Reader, f.Writer
	if f.Direction == OldReadsNew {
		added.New, added.Old = f.Writer, f.Reader
	}
	added.Old.Version = version
	added.Versions = []int{version}
	return true
}

// again notes that an older version shows a finding too, f there.
func (c *collection) again(known, f *Finding, version int) {
	if f.Severity == Error {
		known.Severity = Error
	}
	if !c.room(strconv.IntSize / 8) {
		return
	}
	known.Versions = append(known.Versions, version)
	if f.Message != known.Message && len(known.Message) < maxMessage && !strings.Contains(known.Message, f.Message) && c.room(len(f.Message)) {
		known.Message += "; version " + strconv.Itoa(version) + ": " + f.Message
	}
}
