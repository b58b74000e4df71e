package compat

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema"
)

// An Explanation is what a check needs to explain its findings.
type Explanation struct {
	Explainer
	// Text is the text of the new schema that its positions are of, and that fixes edit.
	Text string
	// Parse reads an edited text in place of the new schema, as strictly as one that is to be registered. If it is nil,
	// there are no fixes.
	Parse func(text string) (schema.Schema, error)
}

// An Explainer knows how to explain the findings of one schema type. Any of its functions may be nil.
type Explainer struct {
	// Prove sets the witnesses of findings between two schemas, all of one direction.
	Prove func(reader, writer schema.Schema, found []*Finding)
	// Fixes returns edits of text, which latest was read from, that may mend a finding between it and old, the best one
	// first and without a verdict.
	Fixes func(latest schema.Schema, text string, old schema.Schema, f Finding) []Fix
	// Apply returns the text with the edits made.
	Apply func(text string, edits []Edit) (string, error)
}

// explained checks and then explains what was found.
func explained(check Checker, latest schema.Schema, olds iter.Seq2[Old, error], opts Options) (Report, error) {
	x := explaining{Explanation: *opts.Explain, check: check, latest: latest, opts: opts, room: maxTried}
	x.opts.Explain = nil
	report, err := Check(check, latest, x.kept(olds), x.opts)
	if err != nil {
		return Report{}, err
	}
	x.quote(report.Findings)
	x.prove(report.Findings)
	x.fix(report.Findings)
	return report, nil
}

// An explaining is one explanation in the making.
type explaining struct {
	Explanation
	check  Checker
	latest schema.Schema
	olds   []Old // those that were compared
	opts   Options
	room   int // bytes of texts that may still be compared to try fixes
}

// kept yields olds and keeps them, since fixes are checked against all of them again.
func (x *explaining) kept(olds iter.Seq2[Old, error]) iter.Seq2[Old, error] {
	return func(yield func(Old, error) bool) {
		for old, err := range olds {
			if err == nil {
				x.olds = append(x.olds, old)
			}
			if !yield(old, err) {
				return
			}
		}
	}
}

func (x *explaining) old(version int) Old {
	i := slices.IndexFunc(x.olds, func(o Old) bool { return o.Version == version })
	return x.olds[i]
}

// quote fills in the lines of both texts.
func (x *explaining) quote(findings []Finding) {
	latest, olds := strings.Split(x.Text, "\n"), map[int][]string{}
	for _, old := range x.olds {
		olds[old.Version] = strings.Split(old.Text, "\n")
	}
	for i := range findings {
		f := &findings[i]
		f.New.Text = quoted(latest, f.New)
		f.Old.Text = quoted(olds[f.Old.Version], f.Old)
	}
}

// maxQuoted is the length of a quoted line in bytes.
const maxQuoted = 200

// quoted returns the line that l is in, without the space around it, cut at a rune; empty if it is of another text.
func quoted(lines []string, l Location) string {
	if l.Line == 0 || l.Line > len(lines) || l.Reference != "" {
		return ""
	}
	line := lines[l.Line-1]
	if len(line) > maxQuoted && l.Column-1 < len(line) { // a schema on one line: begin where the finding is
		line = line[l.Column-1:]
	}
	line = strings.TrimSpace(line)
	if len(line) <= maxQuoted {
		return line
	}
	end := maxQuoted
	for end > 0 && !utf8.RuneStart(line[end]) {
		end--
	}
	return line[:end]
}

// prove has the findings of each version and direction proved.
func (x *explaining) prove(findings []Finding) {
	if x.Prove == nil {
		return
	}
	for _, old := range x.olds {
		if old.Schema.Type() != x.latest.Type() {
			continue
		}
		for _, d := range []Direction{NewReadsOld, OldReadsNew} {
			var found []*Finding
			for i := range findings {
				if f := &findings[i]; f.Old.Version == old.Version && f.Direction == d {
					found = append(found, f)
				}
			}
			reader, writer := x.latest, old.Schema
			if d == OldReadsNew {
				reader, writer = writer, reader
			}
			if len(found) > 0 {
				x.Prove(reader, writer, found)
			}
		}
	}
}
