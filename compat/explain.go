package compat

import (
	"iter"
	"slices"
	"strconv"
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
	// Weight is how many times as long as a text of Avro it takes to read one; zero is one.
	Weight int
}

// explained checks and then explains what was found.
func explained(check Checker, latest schema.Schema, olds iter.Seq2[Old, error], opts Options) (Report, error) {
	x := explaining{Explanation: *opts.Explain, check: check, latest: latest, opts: opts, Budget: opts.budget()}
	opts.Budget = x.Budget
	opts.Explain, x.opts.Explain, x.opts.Budget = nil, nil, nil
	report, err := Check(check, latest, x.kept(olds), opts)
	if err != nil {
		return Report{}, err
	}
	x.quote(report.Findings)
	x.prove(report.Findings)
	x.fix(report.Findings)
	report.Unexplained = x.spent()
	return report, nil
}

// An explaining is one explanation in the making.
type explaining struct {
	Explanation
	check  Checker
	latest schema.Schema
	*Budget
	olds []Old // those that were compared
	opts Options
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

// quote sets the text of every location.
func (x *explaining) quote(findings []Finding) {
	texts := map[string][]string{"0 ": strings.Split(x.Text, "\n")}
	schemas := map[int]schema.Schema{0: x.latest}
	for _, old := range x.olds {
		texts[strconv.Itoa(old.Version)+" "] = strings.Split(old.Text, "\n")
		schemas[old.Version] = old.Schema
	}
	for i := range findings {
		for _, l := range []*Location{&findings[i].New, &findings[i].Old} {
			key := strconv.Itoa(l.Version) + " " + l.Reference
			if _, split := texts[key]; !split {
				texts[key] = strings.Split(referenceText(schemas[l.Version], l.Reference), "\n")
			}
			l.Text = quoted(texts[key], *l)
		}
	}
}

// A referrer is a schema that keeps the texts of its references. It returns "" for one that it does not have.
type referrer interface {
	ReferenceText(name string) string
}

func referenceText(s schema.Schema, name string) string {
	if r, ok := s.(referrer); ok {
		return r.ReferenceText(name)
	}
	return ""
}

// maxQuoted is the length of a quoted line in bytes.
const maxQuoted = 200

// quoted returns the line that l is in, without the space around it, cut at a rune; empty if there is none.
func quoted(lines []string, l Location) string {
	if l.Line == 0 || l.Line > len(lines) {
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

// What is spent on the witnesses of one report is bounded: that many findings may get one, and that many bytes of messages.
// The newest versions come first.
const (
	maxProved      = 2000
	maxProvedBytes = 8 << 20
)

// A pair names one comparison: with which version, and who reads whom.
type pair struct {
	version   int
	direction Direction
}

// prove has the findings of each version and direction proved.
func (x *explaining) prove(findings []Finding) {
	if x.Prove == nil {
		return
	}
	shown := map[pair][]*Finding{}
	for i := range findings {
		f := &findings[i]
		in := pair{f.Old.Version, f.Direction}
		shown[in] = append(shown[in], f)
	}
	for _, old := range x.olds {
		if old.Schema.Type() != x.latest.Type() {
			continue
		}
		for _, d := range []Direction{NewReadsOld, OldReadsNew} {
			found := shown[pair{old.Version, d}]
			if found = found[:min(x.proved, len(found))]; len(found) == 0 || x.proofs < 0 {
				continue
			}
			reader, writer := x.latest, old.Schema
			if d == OldReadsNew {
				reader, writer = writer, reader
			}
			x.Prove(reader, writer, found)
			x.proved -= len(found)
			for _, f := range found {
				x.proofs -= f.Witness.size()
			}
		}
	}
}

func (w *Witness) size() int {
	if w == nil {
		return 0
	}
	return len(w.Message) + len(w.Error)
}
