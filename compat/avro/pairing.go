package avro

import (
	"slices"

	"github.com/treatyhq/treaty/schema/avro"
)

// A pairing is how the fields of records match, of every two records that a check meets. It belongs to one check. Most of
// most schemas is as it was: what the two walks would have nothing to say about is left out here, once for both of them.
type pairing struct {
	resolution avro.Resolution
	index      fieldIndex
	known      table[definitions, []fieldPair]
}

// A fieldPair is a field of the reader's record, by index, and the one of the writer's that it reads, -1 if there is none.
type fieldPair struct {
	reader, writer int
	ambiguous      bool // it matches several of the writer's
}

// underway stands for the fields of two records that are being paired. It is not empty: as long as nothing is known of
// them, there may be something to say.
var underway = []fieldPair{{-1, -1, false}}

// fields returns the pairs of two records' fields that there may be something to say about, in the reader's order. The
// caller must not change them.
func (p *pairing) fields(reader, writer *avro.Node) []fieldPair {
	key := definitions{reader, writer}
	if pairs, ok := p.known.get(key); ok {
		return pairs
	}
	p.known.set(key, underway)
	var pairs []fieldPair
	near := 0
	for i, f := range reader.Fields {
		j, ambiguous := p.index.match(f, writer, near)
		if j >= 0 {
			near = j + 1
		}
		if ambiguous || p.matters(f, j, writer) {
			pairs = append(pairs, fieldPair{i, j, ambiguous})
		}
	}
	p.known.set(key, pairs)
	return pairs
}

// matters reports whether there may be something to say about the reader's field that reads the writer's field j.
func (p *pairing) matters(f *avro.Field, j int, writer *avro.Node) bool {
	switch {
	case j < 0 && f.Default == nil:
		return true
	case j >= 0 && !p.alike(f.Type.Node, writer.Fields[j].Type.Node):
		return true
	default:
		return notFirst(f)
	}
}

// alike reports whether a type reads another one, all of it, with nothing to say about. A false answer means nothing; it is
// given of records that contain themselves.
func (p *pairing) alike(r, w *avro.Node) bool {
	switch {
	case r.Kind == avro.Union && w.Kind == avro.Union:
		for i := range w.Branches {
			if !p.branchAlike(r, w.Branches[i].Node) {
				return false
			}
		}
		return true
	case r.Kind == avro.Union:
		return p.branchAlike(r, w)
	case r.Kind != w.Kind || !sameMeaning(r.Logical, w.Logical):
		return false
	}
	switch r.Kind {
	case avro.Record:
		return avro.NamesMatch(r, w) && len(p.fields(r, w)) == 0
	case avro.Enum, avro.Fixed:
		return equalLeaves(r, w)
	case avro.Array, avro.Map:
		return p.alike(r.Items.Node, w.Items.Node)
	default:
		return true
	}
}

// branchAlike reports whether the branch of the reader's union that a writer's type, no union, is read as is alike. In practice
// the records before it are tried too, where a field may match twice, which is all the reference says then.
func (p *pairing) branchAlike(union, w *avro.Node) bool {
	i := p.resolution.Branch(union, w)
	if i < 0 || !p.alike(union.Branches[i].Node, w) {
		return false
	}
	return p.resolution != avro.Practice || w.Kind != avro.Record ||
		!slices.ContainsFunc(union.Branches[:i], func(b avro.Use) bool { return b.Node.Kind == avro.Record })
}

func sameMeaning(r, w *avro.Logical) bool { return r == w || r != nil && w != nil && *r == *w }

// notFirst reports whether a field's default is not of the first branch of its union.
func notFirst(f *avro.Field) bool {
	n := f.Type.Node
	return n.Kind == avro.Union && f.Default != nil && len(n.Branches) > 0 && !fits(f.Default, n.Branches[0].Node)
}
