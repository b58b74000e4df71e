package avro

import (
	"slices"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// called names a type in a title: by its logical type, if it has one.
func called(n *avro.Node) string {
	if n.Logical == nil {
		return n.TypeName()
	}
	return n.Logical.Name
}

// symbols is for symbols that the reader does not know.
func (x *fixer) symbols() {
	if x.newReads() {
		x.knowSymbols()
		return
	}
	missing := missingSymbols(x.before.Node, x.now.Node)
	if len(missing) > listed || len(missing) == len(x.now.Node.Symbols) {
		return
	}
	var edits []compat.Edit
	for i, s := range slices.Backward(x.now.Node.Symbols) {
		if slices.Contains(missing, s) {
			edits = append(edits, remove(x.place+"/symbols/"+strconv.Itoa(i)))
		}
	}
	x.keep("leave out "+strings.Join(missing, ", ")+" until all readers know them", edits...)
}

// knowSymbols lets the new enum read all that the old one could write.
func (x *fixer) knowSymbols() {
	missing := missingSymbols(x.now.Node, x.before.Node)
	if n := len(missing); n <= listed {
		x.propose("put " + strings.Join(missing, ", ") + " back")
		last := &x.found[len(x.found)-1]
		for _, s := range missing {
			last.Patch = append(last.Patch, add(x.place+"/symbols/-", quoted(s)))
		}
	}
	if len(x.now.Node.Symbols) > 0 && x.finding.Code == missingEnumSymbols {
		stand := standIn(x.now.Node.Symbols)
		x.propose("read unknown symbols as `"+stand+"`, by a default of the enum", x.set(x.place, "default", quoted(stand)))
	}
}

// standIn returns the symbol that says that nothing is known, or else the first.
func standIn(symbols []string) string {
	for _, s := range symbols {
		if upper := strings.ToUpper(s); strings.Contains(upper, "UNKNOWN") || strings.Contains(upper, "UNSPECIFIED") || upper == "OTHER" {
			return s
		}
	}
	return symbols[0]
}

// types is for a type that the reader does not read as it was meant: keep the old one, or read both.
func (x *fixer) types() {
	old := x.before.Node
	if union, ok := x.union(x.old, x.finding.Old.Pointer); ok {
		old = union
	}
	place, inUnion := x.place, false
	if _, ok := x.union(x.latest, x.finding.New.Pointer); ok {
		inUnion = true
	}
	switch {
	case x.newReads() && !inUnion && x.now.Node.Kind != avro.Union && x.before.Node.Kind != avro.Union:
		x.keep("keep the type "+called(old), replace(place, x.spell(old)))
		if x.finding.Code == typeMismatch {
			x.propose("read both "+called(x.now.Node)+" and "+called(x.before.Node)+", as a union",
				replace(place, "["+x.raw(place)+", "+x.spell(x.before.Node)+"]"))
		}
	case inUnion && !x.newReads():
		x.keep("keep the type "+called(old), replace(parent(place), x.spell(old)))
		x.keep("leave "+called(x.now.Node)+" out of the union", remove(place))
	default:
		x.keep("keep the type "+called(old), replace(place, x.spell(x.before.Node)))
	}
}

// union returns the union that a pointer leads to a branch of.
func (x *fixer) union(s *avro.Schema, pointer string) (*avro.Node, bool) {
	if pointer == "" {
		return nil, false
	}
	use, steps := follow(s.Root(), parent(pointer))
	_, all := follow(s.Root(), pointer)
	return use.Node, use.Node.Kind == avro.Union && len(all) == len(steps)+1
}

func parent(pointer string) string { return pointer[:strings.LastIndexByte(pointer, '/')] }

// branch is for a type that no branch of the reader's union reads, or not the first that matches.
func (x *fixer) branch() {
	if x.newReads() {
		x.reorder()
		x.propose("add "+called(x.before.Node)+" to the union", add(x.place+"/-", x.spell(x.before.Node)))
		return
	}
	if _, ok := x.union(x.latest, x.finding.New.Pointer); ok {
		x.keep("leave "+called(x.now.Node)+" out of the union", remove(x.place))
		return
	}
	x.keep("keep the union", replace(x.place, x.spell(x.before.Node)))
}

// reorder puts the branch that fits best before the one that readers by the specification take.
func (x *fixer) reorder() {
	union, written := x.now.Node, x.before.Node
	if union.Kind != avro.Union {
		return
	}
	first, best := avro.Specification.Branch(union, written), avro.Practice.Branch(union, written)
	if first < 0 || best <= first {
		return
	}
	from := x.place + "/" + strconv.Itoa(best)
	x.propose("put "+called(union.Branches[best].Node)+" before "+called(union.Branches[first].Node)+" in the union",
		remove(from), add(x.place+"/"+strconv.Itoa(first), x.raw(from)))
}

// name is for a named type that was renamed.
func (x *fixer) name() {
	if x.newReads() {
		x.propose("give `"+x.now.Node.Name+"` the alias `"+x.before.Node.Name+"`", x.alias(x.place, x.before.Node.Name))
	}
	path, name := x.place+"/name", avro.Unqualified(x.before.Node.Name)
	if v := x.doc.at(path); v != nil {
		written := strings.Trim(x.raw(path), `"`)
		x.propose("keep the name `"+name+"`", replace(path, quoted(strings.TrimSuffix(written, avro.Unqualified(written))+name)))
	}
}

// size is for a fixed of another size.
func (x *fixer) size() {
	n := x.before.Node.Size
	x.keep("keep the size of "+strconv.Itoa(n)+" bytes", x.set(x.place, "size", strconv.Itoa(n)))
}

// decimal is for a decimal of another precision or scale.
func (x *fixer) decimal() {
	old, now := x.before.Node.Logical, x.now.Node.Logical
	var kept []string
	var edits []compat.Edit
	for _, m := range []struct {
		name     string
		was, now int
	}{{"precision", old.Precision, now.Precision}, {"scale", old.Scale, now.Scale}} {
		if m.was != m.now {
			kept = append(kept, "the "+m.name+" "+strconv.Itoa(m.was))
			edits = append(edits, x.set(x.place, m.name, strconv.Itoa(m.was)))
		}
	}
	x.propose("keep "+strings.Join(kept, " and "), edits...)
}

// aliases is for a field that is matched twice.
func (x *fixer) aliases() {
	if x.newReads() {
		x.propose("remove the aliases, which the old schema has as fields", remove(x.place+"/aliases"))
	}
}

// maxZero is the size in bytes of the largest fixed that a default is written for.
const maxZero = 64

// zero returns the plainest default of a type; false if there is none. A union's is that of its first branch.
func zero(n *avro.Node, within []*avro.Node) (string, bool) {
	switch n.Kind {
	case avro.Null:
		return "null", true
	case avro.Boolean:
		return "false", true
	case avro.Int, avro.Long, avro.Float, avro.Double:
		return "0", true
	case avro.Bytes:
		if n.Logical != nil {
			return `"\u0000"`, true
		}
		return `""`, true
	case avro.String:
		return `""`, true
	case avro.Array:
		return "[]", true
	case avro.Map:
		return "{}", true
	case avro.Enum:
		if n.HasDefault {
			return quoted(n.Default), true
		}
		return quoted(append(n.Symbols, "")[0]), len(n.Symbols) > 0
	case avro.Fixed:
		return `"` + strings.Repeat(`\u0000`, min(n.Size, maxZero)) + `"`, n.Size <= maxZero
	case avro.Union:
		if len(n.Branches) == 0 {
			return "", false
		}
		return zero(n.Branches[0].Node, within)
	default:
		return zeroRecord(n, within)
	}
}

// maxZeroFields bounds the records that defaults are written for.
const maxZeroFields = 20

func zeroRecord(n *avro.Node, within []*avro.Node) (string, bool) {
	if slices.Contains(within, n) || len(n.Fields) > maxZeroFields || len(within) > 3 {
		return "", false
	}
	within = append(within, n)
	members := make([]string, 0, len(n.Fields))
	for _, f := range n.Fields {
		if f.Default != nil {
			continue
		}
		value, ok := zero(f.Type.Node, within)
		if !ok {
			return "", false
		}
		members = append(members, quoted(f.Name)+": "+value)
	}
	return "{" + strings.Join(members, ", ") + "}", true
}
