package compat

import (
	"slices"

	"github.com/treatyhq/treaty/schema"
)

const (
	maxTried = 8 << 20 // bytes of texts that are compared in all to try fixes, each as often as the type's weight says
	maxFixes = 4       // of one finding
	maxSteps = 8       // candidates that one fix is made of
)

// fix offers for every finding the edits after which the whole change is compatible, and the finding gone.
func (x *explaining) fix(findings []Finding) {
	if x.Parse == nil || x.Fixes == nil || x.Apply == nil || len(x.opts.Before) > 0 {
		return
	}
	for i := range findings {
		f, made := &findings[i], map[string]bool{} // texts: two ways to the same one are one
		for _, candidate := range x.candidates(x.latest, x.Text, *f) {
			if fix, text := x.mend(*f, candidate); text != "" && !made[text] && len(f.Fixes) < maxFixes {
				f.Fixes, made[text] = append(f.Fixes, fix), true
			}
		}
	}
}

func (x *explaining) candidates(latest schema.Schema, text string, f Finding) []Fix {
	old := x.old(f.Old.Version)
	if x.tried -= x.cost(text); x.tried < 0 || old.Schema.Type() != latest.Type() {
		return nil
	}
	return x.Fixes(latest, text, old.Schema, f)
}

// mend applies a candidate and checks again. Where f is still shown by an older version, or other findings still refuse the
// change, their first candidates are added one by one, until it is compatible and f gone. Each must leave fewer versions that
// show what it mends. It returns the text that is; "" if none helps.
func (x *explaining) mend(f Finding, candidate Fix) (Fix, string) {
	fix, text, goal := Fix{Verdict: Compatible}, x.Text, f
	seen := map[string]bool{text: true}
	for range maxSteps {
		edited, err := x.Apply(text, candidate.Patch)
		if err != nil || seen[edited] {
			return Fix{}, ""
		}
		text, seen[edited] = edited, true
		latest, report, ok := x.again(text)
		left := find(report.Findings, f)
		if !ok || len(left.Versions) > len(f.Versions) || len(find(report.Findings, goal).Versions) >= len(goal.Versions) {
			return Fix{}, ""
		}
		fix.Patch = append(fix.Patch, candidate.Patch...)
		if fix.Title != "" {
			fix.Title += "; "
		}
		fix.Title += candidate.Title
		f.Versions = left.Versions
		if report.Compatible && len(f.Versions) == 0 {
			return fix, text
		}
		goal, candidate, ok = x.next(latest, text, left, report.Findings)
		if !ok || takesBack(candidate.Patch, fix.Patch) {
			return Fix{}, ""
		}
	}
	return Fix{}, ""
}

// takesBack reports whether edits replace what others have put somewhere. Of ranges of a text it is not known: places move.
func takesBack(edits, others []Edit) bool {
	return slices.ContainsFunc(edits, func(e Edit) bool {
		return e.Op == "replace" && e.Range == nil && slices.ContainsFunc(others, func(o Edit) bool { return o.Path == e.Path })
	})
}

// next returns the finding that is to be mended next with its candidate: what is left of the one that a fix is for, or else
// the first that refuses and has a candidate.
func (x *explaining) next(latest schema.Schema, text string, left Finding, findings []Finding) (Finding, Fix, bool) {
	if len(left.Versions) > 0 {
		findings = []Finding{left}
	}
	for _, f := range findings {
		if f.Severity != Error && len(left.Versions) == 0 {
			continue
		}
		if candidates := x.candidates(latest, text, f); len(candidates) > 0 {
			return f, candidates[0], true
		}
	}
	return Finding{}, Fix{}, false
}

// cost returns what it takes of the room to read a text.
func (x *explaining) cost(text string) int { return len(text) * max(1, x.Weight) }

// again checks an edited text as the submitted one was; false if it is no schema, or too much was checked already.
func (x *explaining) again(text string) (schema.Schema, Report, bool) {
	for _, old := range x.olds {
		x.tried -= x.cost(text) + x.cost(old.Schema.Canonical())
	}
	if x.tried < 0 {
		return nil, Report{}, false
	}
	latest, err := x.Parse(text)
	if err != nil {
		return nil, Report{}, false
	}
	report, err := Check(x.check, latest, Versions(x.olds...), x.opts)
	return latest, report, err == nil
}

// find returns what findings have of f: the zero value, which no version shows, if it is gone.
func find(findings []Finding, f Finding) Finding {
	for i := range findings {
		if findings[i].key() == f.key() {
			return findings[i]
		}
	}
	return Finding{}
}
