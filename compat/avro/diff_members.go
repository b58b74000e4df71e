package avro

import (
	"slices"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// nowhere is the position of what is not there.
var nowhere schema.Position

// records compares the fields of two records: those of the new one in their order, then those that are gone.
func (d *changes) records(o, n *avro.Node) {
	pairs := pairFields(o, n)
	kept := make([]bool, len(o.Fields))
	for i, field := range n.Fields {
		if j := pairs[i]; j >= 0 {
			kept[j] = true
			d.field(o, n, j, i)
			continue
		}
		d.add(compat.Added, "field", field.Name, "field `"+field.Name+"`", values{nil, fieldText(field)},
			definition(o, ""), fieldSpot(n, i), clues(nowhere, field.Pos, d, missingDefault, defaultNotFirst, ambiguousField)...)
	}
	for j, field := range o.Fields {
		if !kept[j] {
			d.add(compat.Removed, "field", field.Name, "field `"+field.Name+"`", values{fieldText(field), nil},
				fieldSpot(o, j), definition(n, ""), clues(field.Pos, nowhere, d, missingDefault, defaultNotFirst, ambiguousField)...)
		}
	}
	d.fieldOrder(o, n, pairs)
}

// pairFields returns for each of the new record's fields the index of the old one that it was, -1 if it is new: the field
// of its name, else of one of its aliases, else one that had its name for an alias. Each is paired once.
func pairFields(o, n *avro.Node) []int {
	index := make(map[string]int, len(o.Fields))
	for j, field := range o.Fields {
		index[field.Name] = j
	}
	pairs, free := make([]int, len(n.Fields)), make([]bool, len(o.Fields))
	for j := range free {
		free[j] = true
	}
	take := func(i int, name string) {
		if j, ok := index[name]; ok && pairs[i] < 0 && free[j] {
			pairs[i], free[j] = j, false
		}
	}
	names := make(map[string]int, len(n.Fields))
	for i, field := range n.Fields {
		names[field.Name] = i
		pairs[i] = -1
		take(i, field.Name)
	}
	for i, field := range n.Fields {
		for _, alias := range field.Aliases {
			take(i, alias)
		}
	}
	for _, field := range o.Fields {
		for _, alias := range field.Aliases {
			if i, ok := names[alias]; ok {
				take(i, field.Name)
			}
		}
	}
	return pairs
}

// fieldOrder notes that fields which both records have stand in another order, by their new names.
func (d *changes) fieldOrder(o, n *avro.Node, pairs []int) {
	var at []int // in the new record, by the old one's order
	latest := make(map[int]int, len(pairs))
	for i, j := range pairs {
		if j >= 0 {
			latest[j] = i
		}
	}
	for j := range o.Fields {
		if i, ok := latest[j]; ok {
			at = append(at, i)
		}
	}
	if slices.IsSorted(at) {
		return
	}
	was, now := make([]string, len(at)), make([]string, len(at))
	for k, i := range at {
		was[k] = n.Fields[i].Name
	}
	slices.Sort(at)
	for k, i := range at {
		now[k] = n.Fields[i].Name
	}
	d.add(compat.Reordered, "field", "", "the fields of `"+n.Name+"`", values{compat.JSON(was), compat.JSON(now)},
		definition(o, "/fields"), definition(n, "/fields"))
}

// field compares field j of the old record with field i of the new one, which it has become.
func (d *changes) field(o, n *avro.Node, j, i int) {
	old, latest := o.Fields[j], n.Fields[i]
	oldSpot, newSpot := fieldSpot(o, j), fieldSpot(n, i)
	member, thing := latest.Name, "`"+latest.Name+"`"
	if old.Name != latest.Name {
		d.add(compat.Renamed, "field", member, "a field", values{compat.JSON(old.Name), compat.JSON(latest.Name)}, oldSpot, newSpot,
			clues(old.Pos, latest.Pos, d, missingDefault, ambiguousField)...)
	}
	d.doc(member, thing, docOf(old.Doc, old.HasDoc), docOf(latest.Doc, latest.HasDoc), oldSpot, newSpot)
	d.aliases(member, thing, old.Aliases, latest.Aliases, oldSpot, newSpot, clues(old.Pos, latest.Pos, d, ambiguousField)...)
	d.set("default", member, "the default of "+thing, values{valueText(old.Default), valueText(latest.Default)},
		oldSpot, newSpot, clues(old.Pos, latest.Pos, d, defaultNotFirst)...)
	d.set("order", member, "the sort order of "+thing, values{orderText(old), orderText(latest)}, oldSpot, newSpot)
	d.properties(member, thing, old.Props, latest.Props, nil, oldSpot, newSpot)
	if plain(old.Type.Node, latest.Type.Node) && len(old.Type.Node.Props)+len(latest.Type.Node.Props) == 0 {
		return
	}
	d.into(step{intoField, latest.Name, i, j}, &old.Type, &latest.Type)
}

// enums compares symbols and defaults.
func (d *changes) enums(o, n *avro.Node) {
	oldSpot, newSpot := definition(o, "/symbols"), definition(n, "/symbols")
	codes := []string{missingEnumSymbols, enumDefaultStandsFor}
	for _, s := range without(n.Symbols, o.Symbols) {
		d.add(compat.Added, "symbol", "", "a symbol of `"+n.Name+"`", values{nil, compat.JSON(s)}, oldSpot, newSpot,
			clues(o.Pos, n.Pos, d, in(compat.OldReadsNew, codes[0]), in(compat.OldReadsNew, codes[1]))...)
	}
	for _, s := range without(o.Symbols, n.Symbols) {
		d.add(compat.Removed, "symbol", "", "a symbol of `"+n.Name+"`", values{compat.JSON(s), nil}, oldSpot, newSpot,
			clues(o.Pos, n.Pos, d, in(compat.NewReadsOld, codes[0]), in(compat.NewReadsOld, codes[1]))...)
	}
	if was, now, ok := reordered(o.Symbols, n.Symbols); ok {
		d.add(compat.Reordered, "symbol", "", "the symbols of `"+n.Name+"`", values{compat.JSON(was), compat.JSON(now)},
			oldSpot, newSpot)
	}
	d.set("default", "", "the default of `"+n.Name+"`", values{enumDefault(o), enumDefault(n)},
		definition(o, "/default"), definition(n, "/default"))
}

func (d *changes) sizes(o, n *avro.Node) {
	if o.Size != n.Size {
		d.add(compat.Changed, "size", "", "the size of `"+n.Name+"`", values{compat.JSON(o.Size), compat.JSON(n.Size)},
			definition(o, "/size"), definition(n, "/size"), clues(o.Pos, n.Pos, d, fixedSizeMismatch)...)
	}
}

// unions pairs the branches of two unions: a named type with the one of its name or of an alias, any other with the one
// of its kind.
func (d *changes) unions(o, n *avro.Node) {
	codes := []string{missingBranch, typeMismatch, lossyPromotion, logicalTypeChanged, nameMismatch}
	kept := make([]bool, len(o.Branches))
	var at []int
	for i := range n.Branches {
		branch := &n.Branches[i]
		j := d.branchOf(o, branch.Node, kept)
		if j < 0 {
			d.add(compat.Added, "branch", "", "a branch", values{nil, typeText(branch)}, spot{},
				branchSpot(n, i, d.newFile), clues(nowhere, branch.Pos, d, codes...)...)
			continue
		}
		kept[j] = true
		at = append(at, j)
		d.into(step{intoBranch, branch.Node.TypeName(), i, j}, &o.Branches[j], branch)
	}
	for j := range o.Branches {
		if branch := &o.Branches[j]; !kept[j] {
			d.add(compat.Removed, "branch", "", "a branch", values{typeText(branch), nil},
				branchSpot(o, j, d.oldFile), spot{}, clues(branch.Pos, nowhere, d, codes...)...)
		}
	}
	if !slices.IsSorted(at) {
		d.add(compat.Reordered, "branch", "", "the branches", values{branchNames(o, slices.Sorted(slices.Values(at))), branchNames(o, at)},
			spot{}, spot{})
	}
}

// branchOf returns the index of the branch that a type was, among those that are not taken; -1 if there is none.
func (d *changes) branchOf(union, n *avro.Node, taken []bool) int {
	if i := sameBranch(union.Branches, n); i >= 0 && !taken[i] {
		return i
	}
	if !n.Kind.Named() {
		return -1
	}
	for i := range union.Branches {
		b := union.Branches[i].Node
		if b.Kind == n.Kind && !taken[i] && (avro.NamesMatch(n, b) || avro.NamesMatch(b, n)) && !d.replaced(b, n) {
			return i
		}
	}
	return -1
}

// sameBranch returns the index of the branch that is the same named type, or of the same kind, as n; -1 if there is none.
func sameBranch(branches []avro.Use, n *avro.Node) int {
	return slices.IndexFunc(branches, func(b avro.Use) bool {
		return b.Node.Kind == n.Kind && (!n.Kind.Named() || b.Node.Name == n.Name)
	})
}
