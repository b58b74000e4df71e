package avro

import (
	"slices"

	"github.com/treatyhq/treaty/schema/avro"
)

// A dropIn is the faithful walk: what Apache's SchemaCompatibility reports, in its order. It belongs to one check, and
// allocates next to nothing while all is well.
type dropIn struct {
	pairing   pairing
	memo      table[pair, *result]
	parts     []part // of the pairs being compared; those of the innermost come last
	first     int    // the first part of the innermost remembered pair
	way       way
	steps     int
	ambiguous *ambiguity // the first; the reference gives up there
}

// An incompatibility is one entry of the reference's list, not yet printed.
type incompatibility struct {
	code           string
	reader, writer *avro.Node
	at             *place
	field          string // READER_FIELD_MISSING_DEFAULT_VALUE
}

// A part is an incompatibility, or all those of an inner pair.
type part struct {
	incompatibility
	inner *result
}

// A result is what the reference remembers of a pair that is incompatible: its incompatibilities, those of inner pairs
// by reference, since they are repeated wherever the pair is met again. Written out the list can be exponential, as it
// stands it is not. A compatible pair has no result.
type result struct{ parts []part }

// An ambiguity is a reader's field that matches several of the writer's.
type ambiguity struct {
	field          *avro.Field
	pos            int
	reader, writer *avro.Node
}

// A pair names two types by identity: a named one by its definition, another by the place where it is written.
type pair struct {
	reader, writer         *avro.Node
	readerHere, writerHere *avro.Use
}

func pairOf(reader, writer *avro.Use) pair {
	p := pair{reader: reader.Node, writer: writer.Node}
	if !reader.Node.Kind.Named() {
		p.readerHere = reader
	}
	if !writer.Node.Kind.Named() {
		p.writerHere = writer
	}
	return p
}

// faithful is the number of pairs up to which branches of unions are compared as the reference does, in full although
// their names differ already. Past it a branch with the wrong name is refused at once. Only the text can differ, and
// only for schemas that would take the reference long.
const faithful = 1 << 12

// run compares the roots and returns what is to be printed.
func (d *dropIn) run(reader, writer *avro.Use) *result {
	d.compare(reader, writer)
	return d.since(0)
}

// since takes the parts from start on away; nil if there are none.
func (d *dropIn) since(start int) *result {
	if len(d.parts) == start {
		return nil
	}
	r := &result{parts: slices.Clone(d.parts[start:])}
	d.parts = d.parts[:start]
	return r
}

// add appends to what the innermost pair has; more than can ever be printed is dropped.
func (d *dropIn) add(p part) {
	if len(d.parts)-d.first >= maxPrinted {
		return
	}
	if d.parts == nil {
		d.parts = make([]part, 0, 8)
	}
	d.parts = append(d.parts, p)
}

func (d *dropIn) fail(code string, r, w *avro.Node) {
	d.add(part{incompatibility: incompatibility{code: code, reader: r, writer: w, at: d.way.here()}})
}

// compare adds what keeps reader from reading writer. Pairs that can be met again are remembered with the place where
// they were met first, and a pair that is met while it is being compared counts as compatible.
func (d *dropIn) compare(reader, writer *avro.Use) {
	r, w := reader.Node, writer.Node
	if !r.Kind.Named() && !w.Kind.Named() {
		d.calculate(reader, writer)
		return
	}
	if equalLeaves(r, w) {
		return
	}
	key := pairOf(reader, writer)
	known, ok := d.memo.get(key)
	if !ok {
		known = d.remember(key, reader, writer)
	}
	if known != nil {
		d.add(part{inner: known})
	}
}

func (d *dropIn) remember(key pair, reader, writer *avro.Use) *result {
	d.steps++
	d.memo.set(key, nil) // compatible, as long as it is being compared
	first := d.first
	d.first = len(d.parts)
	d.calculate(reader, writer)
	known := d.since(d.first)
	d.first = first
	if known != nil {
		d.memo.set(key, known)
	}
	return known
}

// reads reports whether a pair is compatible, all by itself: its places start at the root again.
func (d *dropIn) reads(reader, writer *avro.Use) bool {
	r, w := reader.Node, writer.Node
	if r.Kind != w.Kind && r.Kind != avro.Union && w.Kind != avro.Union && !(r.Kind.Named() && w.Kind.Named()) {
		return avro.Promotes(r.Kind, w.Kind)
	}
	if d.steps > faithful && r.Kind == w.Kind && r.Kind.Named() && !avro.NamesMatch(r, w) {
		return false
	}
	root, first := d.way.leave(), d.first
	d.first = len(d.parts)
	d.compare(reader, writer)
	ok := len(d.parts) == d.first
	d.parts = d.parts[:d.first]
	d.way.root, d.first = root, first
	return ok
}

func (d *dropIn) calculate(reader, writer *avro.Use) {
	r, w := reader.Node, writer.Node
	switch {
	case r.Kind == avro.Union && w.Kind == avro.Union:
		for i := range w.Branches {
			if b := &w.Branches[i]; !d.reads(reader, b) {
				d.way.push("", i, "")
				d.fail(missingBranch, r, b.Node)
				d.way.pop()
			}
		}
	case w.Kind == avro.Union:
		for i := range w.Branches {
			d.way.push("", i, "")
			d.compare(reader, &w.Branches[i])
			d.way.pop()
		}
	case r.Kind == avro.Union:
		if !d.branchReads(r, writer) {
			d.fail(missingBranch, r, w)
		}
	case r.Kind != w.Kind:
		if !avro.Promotes(r.Kind, w.Kind) {
			d.fail(typeMismatch, r, w)
		}
	case r.Kind == avro.Array || r.Kind == avro.Map:
		d.way.push(elements[r.Kind], -1, "")
		d.compare(&r.Items, &w.Items)
		d.way.pop()
	case r.Kind.Named():
		d.definitions(r, w)
	}
}

// branchReads reports whether a branch of the reader's union reads a type, no union: any of them, although a message will be
// read as one, as the reference has it; by the specification the one that it will be read as.
func (d *dropIn) branchReads(union *avro.Node, writer *avro.Use) bool {
	if d.pairing.resolution == avro.Specification {
		i := d.pairing.resolution.Branch(union, writer.Node)
		return i >= 0 && d.reads(&union.Branches[i], writer)
	}
	for i := range union.Branches {
		if d.reads(&union.Branches[i], writer) {
			return true
		}
	}
	return false
}

// elements is what the reference calls the place of what an array or a map holds.
var elements = map[avro.Kind]string{avro.Array: "items", avro.Map: "values"}

// definitions compares two named types of one kind.
func (d *dropIn) definitions(r, w *avro.Node) {
	if !avro.NamesMatch(r, w) {
		d.fail(nameMismatch, r, w)
	}
	switch r.Kind {
	case avro.Record:
		d.fields(r, w)
	case avro.Enum:
		if !r.HasDefault && len(missingSymbols(r, w)) > 0 {
			d.fail(missingEnumSymbols, r, w)
		}
	case avro.Fixed:
		if r.Size != w.Size {
			d.fail(fixedSizeMismatch, r, w)
		}
	}
}

// fields compares each of the reader's fields with the writer's that it matches.
func (d *dropIn) fields(r, w *avro.Node) {
	for _, p := range d.pairing.fields(r, w) {
		f := r.Fields[p.reader]
		if p.ambiguous && d.ambiguous == nil {
			d.ambiguous = &ambiguity{field: f, pos: p.reader, reader: r, writer: w}
		}
		if p.writer < 0 {
			d.unwritten(f, p.reader, r, w)
			continue
		}
		d.way.push("fields", p.reader, "type")
		d.compare(&f.Type, &w.Fields[p.writer].Type)
		d.way.pop()
	}
}

// unwritten reports a reader's field that the writer does not send and that has no default. Where it is an enum with a
// default of its own, which does not count, the reference compares the enum with the whole record.
func (d *dropIn) unwritten(f *avro.Field, i int, r, w *avro.Node) {
	switch {
	case f.Default != nil:
	case f.Type.Node.Kind == avro.Enum && f.Type.Node.HasDefault:
		d.way.push("fields", i, "type")
		d.compare(&f.Type, &avro.Use{Node: w})
		d.way.pop()
	default:
		d.way.push("fields", i, "")
		d.add(part{incompatibility: incompatibility{
			code: missingDefault, reader: r, writer: w, at: d.way.here(), field: f.Name,
		}})
		d.way.pop()
	}
}
