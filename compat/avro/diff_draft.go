package avro

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// values are what was and what is; nil where there is nothing.
type values struct{ old, latest json.RawMessage }

// kind tells what has become of a value. ok is false if it is the same.
func (v values) kind() (kind compat.ChangeKind, ok bool) {
	switch {
	case string(v.old) == string(v.latest) && (v.old == nil) == (v.latest == nil):
		return "", false
	case v.old == nil:
		return compat.Added, true
	case v.latest == nil:
		return compat.Removed, true
	default:
		return compat.Changed, true
	}
}

// add notes a change of the types at hand, or of their field called member; thing is what the message calls it. A spot without a
// position stands for nothing there.
func (d *changes) add(kind compat.ChangeKind, what, member, thing string, v values, old, latest spot, clues ...string) {
	d.drafts.Add(compat.Draft{
		Change: compat.Change{
			Path:  path(d.root, d.steps, member),
			Kind:  kind,
			What:  what,
			Old:   v.old,
			New:   v.latest,
			OldAt: d.location(old, writerSide),
			NewAt: d.location(latest, readerSide),
		},
		Clues: clues,
	}, thing)
}

func (d *changes) location(s spot, of side) compat.Location {
	if s.pos == (schema.Position{}) {
		return compat.Location{}
	}
	return s.location(pointer(d.steps, of, s))
}

// thing is what messages call the type at hand: by the field that it is in or below, else by the root.
func (d *changes) thing() string {
	for i, s := range slices.Backward(d.steps) {
		if s.kind == intoField {
			return "`" + path(s.name, d.steps[i+1:], "") + "`"
		}
	}
	if len(d.steps) == 0 {
		return "the schema"
	}
	return "`" + path(d.root, d.steps, "") + "`"
}

// set notes a value that is added, removed or another one; nothing if it is the same.
func (d *changes) set(what, member, thing string, v values, old, latest spot, clues ...string) {
	if kind, ok := v.kind(); ok {
		d.add(kind, what, member, thing, v, old, latest, clues...)
	}
}

func docOf(doc string, has bool) json.RawMessage {
	if !has {
		return nil
	}
	return compat.JSON(doc)
}

func (d *changes) doc(member, thing string, old, latest json.RawMessage, oldSpot, newSpot spot) {
	d.set("doc", member, "the doc of "+thing, values{old, latest}, oldSpot, newSpot)
}

// aliases compares two sets of aliases.
func (d *changes) aliases(member, thing string, old, latest []string, oldSpot, newSpot spot, clues ...string) {
	for _, alias := range without(latest, old) {
		d.add(compat.Added, "alias", member, "an alias of "+thing, values{nil, compat.JSON(alias)}, oldSpot, newSpot, clues...)
	}
	for _, alias := range without(old, latest) {
		d.add(compat.Removed, "alias", member, "an alias of "+thing, values{compat.JSON(alias), nil}, oldSpot, newSpot, clues...)
	}
}

// without returns the names of list that are not among others, each once, in their order.
func without(list, others []string) []string {
	if slices.Equal(list, others) {
		return nil
	}
	known := make(map[string]bool, len(others)+len(list))
	for _, name := range others {
		known[name] = true
	}
	var left []string
	for _, name := range list {
		if !known[name] {
			known[name] = true
			left = append(left, name)
		}
	}
	return left
}

// reordered returns the names that both lists have, in the order of each. ok is false if the orders are the same.
func reordered(old, latest []string) (was, now []string, ok bool) {
	was, now = common(old, latest), common(latest, old)
	return was, now, !slices.Equal(was, now)
}

func common(list, others []string) []string {
	if slices.Equal(list, others) {
		return list
	}
	known := make(map[string]bool, len(others))
	for _, name := range others {
		known[name] = true
	}
	var both []string
	for _, name := range list {
		if known[name] {
			known[name] = false
			both = append(both, name)
		}
	}
	return both
}

// A clue is a code at a place of one side: what findings and changes have in common. It is by position, for paths and
// pointers depend on who reads.
func clue(code, side string, line, column int, reference string) string {
	return fmt.Sprintf("%s %s %d:%d %s", code, side, line, column, reference)
}

// namesOfFinding are the clues of a finding, by either place and with or without its direction.
func namesOfFinding(f compat.Finding) []string {
	old, latest := f.Writer, f.Reader
	if f.Direction == compat.OldReadsNew {
		old, latest = latest, old
	}
	code := f.Code + " " + string(f.Direction)
	return []string{
		clue(f.Code, "old", old.Line, old.Column, old.Reference),
		clue(f.Code, "new", latest.Line, latest.Column, latest.Reference),
		clue(code, "old", old.Line, old.Column, old.Reference),
		clue(code, "new", latest.Line, latest.Column, latest.Reference),
	}
}

// clues are the clues of a change for codes at two positions in the files at hand; one of them may be none.
func clues(old, latest schema.Position, d *changes, codes ...string) []string {
	var list []string
	for _, code := range codes {
		if old.Line > 0 {
			list = append(list, clue(code, "old", old.Line, old.Column, d.oldFile))
		}
		if latest.Line > 0 {
			list = append(list, clue(code, "new", latest.Line, latest.Column, d.newFile))
		}
	}
	return list
}

// in makes a code one that counts in a single direction.
func in(direction compat.Direction, code string) string { return code + " " + string(direction) }

// typeChanged notes that another type stands in the place of one. Findings may be about the uses, their definitions or
// the branches of a union.
func (d *changes) typeChanged(old, latest *avro.Use) {
	codes := []string{typeMismatch, missingBranch, lossyPromotion, logicalTypeChanged, nameMismatch}
	list := clues(old.Pos, latest.Pos, d, codes...)
	for i := range old.Node.Branches {
		list = append(list, clues(old.Node.Branches[i].Pos, schema.Position{}, d, codes...)...)
	}
	for i := range latest.Node.Branches {
		list = append(list, clues(schema.Position{}, latest.Node.Branches[i].Pos, d, codes...)...)
	}
	for _, code := range codes {
		if n := old.Node; n.Kind.Named() {
			list = append(list, clue(code, "old", n.Pos.Line, n.Pos.Column, n.Dependency))
		}
		if n := latest.Node; n.Kind.Named() {
			list = append(list, clue(code, "new", n.Pos.Line, n.Pos.Column, n.Dependency))
		}
	}
	d.add(compat.Changed, "type", "", "the type of "+d.thing(), values{typeText(old), typeText(latest)},
		spot{pos: old.Pos, reference: d.oldFile}, spot{pos: latest.Pos, reference: d.newFile}, list...)
}
