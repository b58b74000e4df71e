package compat

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Draft is a change on its way into a [Diff], before it is known whom it hurts.
type Draft struct {
	Change
	// Clues are the names of the findings that this change explains, in the words of a [Naming].
	Clues []string
}

// A Naming returns the names that the drafts of one schema type may know a finding by.
type Naming func(Finding) []string

// maxDrafts bounds the changes of one diff, in bytes: in a chain of definitions paths are as long as the chain.
const maxDrafts = 8 << 20

// Drafts collects changes up to a bound.
type Drafts struct {
	list      []Draft
	size      int
	truncated bool
}

// Add adds a draft. thing is what the message calls that which has changed, such as "the doc of `a`".
func (d *Drafts) Add(draft Draft, thing string) {
	if d.size > maxDrafts {
		d.truncated = true
		return
	}
	draft.Message = draft.sentence(thing)
	d.list = append(d.list, draft)
	d.size += len(draft.Path) + len(draft.Old) + len(draft.New) + len(draft.Message) +
		len(draft.OldAt.Pointer) + len(draft.NewAt.Pointer)
}

// sentence says what has become of a thing.
func (c *Change) sentence(thing string) string {
	switch c.Kind {
	case Added:
		return thing + " is added" + shownAs(": ", c.New)
	case Removed:
		return thing + " is removed" + shownAs(": it was ", c.Old)
	case Renamed:
		return thing + " is renamed" + shownAs(" from ", c.Old) + shownAs(" to ", c.New)
	case Reordered:
		return thing + " stand in another order"
	default:
		return thing + " changes" + shownAs(" from ", c.Old) + shownAs(" to ", c.New)
	}
}

// maxShown is how much of a value a sentence quotes, in bytes.
const maxShown = 80

func shownAs(before string, value json.RawMessage) string {
	text := string(value)
	if text == "" {
		return ""
	}
	if len(text) > maxShown {
		end := maxShown
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…"
	}
	return before + text
}

// Judge makes a diff of the drafts. The effect of each follows from the findings that it explains: those that share a
// name with it and, if nobody does, the changes at the finding's path or at the nearest one above it.
func (d *Drafts) Judge(backward, forward Comparison, naming Naming) Diff {
	j := judge{drafts: d.list, byClue: map[string][]int{}, byPath: map[string][]int{}}
	for i := range d.list {
		draft := &d.list[i]
		draft.Backward, draft.Forward = Harmless, Harmless
		for _, clue := range draft.Clues {
			j.byClue[clue] = append(j.byClue[clue], i)
		}
		j.byPath[draft.Path] = append(j.byPath[draft.Path], i)
	}
	for _, found := range [][]Finding{backward.Findings, forward.Findings} {
		for _, f := range found {
			j.blame(f, naming(f))
		}
	}
	changes := make([]Change, len(d.list))
	for i := range d.list {
		changes[i] = d.list[i].Change
	}
	return Diff{
		Backward:  len(backward.DropIn) == 0,
		Forward:   len(forward.DropIn) == 0,
		Changes:   changes,
		Truncated: d.truncated,
	}
}

// A judge finds the changes that a finding is due to.
type judge struct {
	drafts         []Draft
	byClue, byPath map[string][]int
}

func (j *judge) blame(f Finding, names []string) {
	var due []int
	for _, name := range names {
		due = append(due, j.byClue[name]...)
	}
	if due == nil && f.Severity == Error {
		due = j.near(f.Path)
	}
	for _, i := range due {
		j.drafts[i].effect(f)
	}
}

// near returns the changes at a path, or at the nearest one above it that has some. Old readers may know all of it by
// other names: then it is the first change, the outermost.
func (j *judge) near(path string) []int {
	for path != "" {
		if at, ok := j.byPath[path]; ok {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".[{</"), 0)]
	}
	if len(j.drafts) > 0 {
		return []int{0}
	}
	return nil
}

// effect notes what a finding says of the change.
func (c *Change) effect(f Finding) {
	on := &c.Backward
	if f.Direction == OldReadsNew {
		on = &c.Forward
	}
	if f.Severity == Error {
		*on = Breaking
	} else if *on == Harmless {
		*on = Risky
	}
	if at, ok := slices.BinarySearch(c.Codes, f.Code); !ok {
		c.Codes = slices.Insert(c.Codes, at, f.Code)
	}
}

// Last returns the draft that was added last, to be given more clues; a draft of its own if there is none.
func (d *Drafts) Last() *Draft {
	if len(d.list) == 0 {
		return new(Draft)
	}
	return &d.list[len(d.list)-1]
}
