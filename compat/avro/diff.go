package avro

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// Diff lists what has changed between two Avro schemas, docs and properties included; it is a [compat.Differ]. Both must
// be of this type. Where a named type is defined makes no difference, nor does an order that is spelled out or not.
func Diff(old, latest schema.Schema) compat.Diff {
	was, now := old.(*avro.Schema), latest.(*avro.Schema)
	before, after := was.Root(), now.Root()
	d := changes{old: was, latest: now, root: after.Node.TypeName(), visited: map[definitions]bool{}}
	d.types(&before, &after)
	backward, forward := Check(latest, old, compat.NewReadsOld), Check(old, latest, compat.OldReadsNew)
	return d.drafts.Judge(backward, forward, namesOfFinding)
}

// changes is the walk over what an old and a new schema have in common. Each pair of definitions is compared once, under
// the way by which it is reached first. It belongs to one diff. In a step the new schema is the reader.
type changes struct {
	old, latest *avro.Schema
	drafts      compat.Drafts
	root        string
	steps       []step
	visited     map[definitions]bool

	oldFile, newFile string // the reference whose text the types at hand are written in
}

func (d *changes) into(s step, old, latest *avro.Use) {
	d.steps = append(d.steps, s)
	d.types(old, latest)
	d.steps = d.steps[:len(d.steps)-1]
}

// types compares two types, wherever they stand.
func (d *changes) types(old, latest *avro.Use) {
	o, n := old.Node, latest.Node
	switch {
	case o.Kind == avro.Union && n.Kind == avro.Union:
		d.unions(o, n)
	case o.Kind == avro.Union || n.Kind == avro.Union:
		d.typeChanged(old, latest)
		d.branchKept(old, latest)
	case o.Kind != n.Kind || o.Kind.Named() && d.replaced(o, n):
		d.typeChanged(old, latest)
	case o.Kind.Named():
		d.definitions(o, n)
	default:
		d.annotations(old, latest)
		switch o.Kind {
		case avro.Array:
			d.into(step{kind: intoItems}, &o.Items, &n.Items)
		case avro.Map:
			d.into(step{kind: intoValues}, &o.Items, &n.Items)
		}
	}
}

// replaced reports whether another named type stands in the place of one that has kept its name: the one of the other, or
// both, are still in the other schema.
func (d *changes) replaced(o, n *avro.Node) bool {
	if avro.NamesMatch(n, o) || avro.NamesMatch(o, n) {
		return false
	}
	return d.latest.Named(o.Name) != nil || d.old.Named(n.Name) != nil
}

// branchKept compares a type that has become a branch of a union, or was one, with itself.
func (d *changes) branchKept(old, latest *avro.Use) {
	if latest.Node.Kind == avro.Union {
		if i := sameBranch(latest.Node.Branches, old.Node); i >= 0 {
			to := &latest.Node.Branches[i]
			d.into(step{intoBranch, to.Node.TypeName(), i, -1}, old, to)
		}
		return
	}
	if i := sameBranch(old.Node.Branches, latest.Node); i >= 0 {
		d.into(step{intoBranch, "", -1, i}, &old.Node.Branches[i], latest)
	}
}

// definitions compares two named types of one kind, once.
func (d *changes) definitions(o, n *avro.Node) {
	key := definitions{reader: n, writer: o}
	if o == n || d.visited[key] {
		return
	}
	d.visited[key] = true
	oldFile, newFile := d.oldFile, d.newFile
	d.oldFile, d.newFile = o.Dependency, n.Dependency
	if o.Name != n.Name {
		d.add(compat.Renamed, n.Kind.String(), "", "the "+n.Kind.String(), values{compat.JSON(o.Name), compat.JSON(n.Name)},
			definition(o, "/name"), definition(n, "/name"), clues(o.Pos, n.Pos, d, nameMismatch)...)
	}
	d.documented(o, n)
	switch n.Kind {
	case avro.Record:
		d.records(o, n)
	case avro.Enum:
		d.enums(o, n)
	case avro.Fixed:
		d.sizes(o, n)
	}
	d.oldFile, d.newFile = oldFile, newFile
}

// documented compares what every named type may have beside its members.
func (d *changes) documented(o, n *avro.Node) {
	oldSpot, newSpot := definition(o, ""), definition(n, "")
	thing := "`" + n.Name + "`"
	d.doc("", thing, docOf(o.Doc, o.HasDoc), docOf(n.Doc, n.HasDoc), oldSpot, newSpot)
	d.aliases("", thing, o.Alias, n.Alias, oldSpot, newSpot)
	if o.IsError != n.IsError {
		d.add(compat.Changed, "type", "", "the type of "+thing, values{compat.JSON(recordWord(o)), compat.JSON(recordWord(n))},
			oldSpot, newSpot)
	}
	d.annotations(&avro.Use{Node: o, Pos: o.Pos}, &avro.Use{Node: n, Pos: n.Pos})
}

func recordWord(n *avro.Node) string {
	if n.IsError {
		return "error"
	}
	return n.Kind.String()
}
