package avro

import "github.com/treatyhq/treaty/schema/avro"

// Reaching returns a small datum in which the type at the end of path occurs; see [Reaching] and [NewBuilderFor].
func (b *Builder) Reaching(path []Step, leaf Datum) (Datum, error) {
	b.left = maxCost
	return b.reach(b.root, path, leaf)
}

func (b *Builder) reach(p pair, path []Step, leaf Datum) (Datum, error) {
	w := p.writer
	if len(path) == 0 {
		if leaf == nil {
			return b.fill(p)
		}
		_, err := Encode(avro.Use{Node: w}, leaf)
		return leaf, err
	}
	step, rest := path[0], path[1:]
	switch {
	case step.Kind == IntoField && w.Kind == avro.Record && step.Index >= 0 && step.Index < len(w.Fields):
		return b.reachField(p, step.Index, rest, leaf)
	case step.Kind == IntoItems && w.Kind == avro.Array:
		d, err := b.reach(b.items(p), rest, leaf)
		return Array{d}, err
	case step.Kind == IntoValues && w.Kind == avro.Map:
		d, err := b.reach(b.items(p), rest, leaf)
		return Map{{"key", d}}, err
	case step.Kind == IntoBranch && w.Kind == avro.Union && step.Index >= 0 && step.Index < len(w.Branches):
		d, err := b.reach(b.branchOf(p, step.Index), rest, leaf)
		return Union{step.Index, d}, err
	default:
		return nil, &Error{Code: NoPath, Offset: -1, Reason: "no such step into " + w.TypeName()}
	}
}

func (b *Builder) reachField(p pair, index int, path []Step, leaf Datum) (Datum, error) {
	out := make(Record, len(p.writer.Fields))
	for i := range out {
		var err error
		if q := b.field(p, i); i == index {
			out[i], err = b.reach(q, path, leaf)
		} else {
			out[i], err = b.fill(q)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fill returns the smallest datum that the reader reads, or one that it reads as much of as can be: a record that it
// cannot read has fields that it can.
func (b *Builder) fill(p pair) (Datum, error) {
	if b.cost(p) != endless || p.reader == nil {
		return b.smallest(p)
	}
	if p.writer.Kind != avro.Record || p.reader.Kind != avro.Record {
		return b.smallest(pair{nil, p.writer})
	}
	out := make(Record, len(p.writer.Fields))
	for i := range out {
		q := b.field(p, i)
		if b.cost(q) == endless {
			q.reader = nil
		}
		var err error
		if out[i], err = b.smallest(q); err != nil {
			return nil, err
		}
	}
	return out, nil
}
