package avro

import (
	"github.com/treatyhq/treaty/schema/avro"
)

// A Step leads from a type to one inside it.
type Step struct {
	Kind  StepKind
	Index int // of the field or the branch
}

// A StepKind says where a [Step] goes.
type StepKind uint8

// The kinds of steps.
const (
	IntoField StepKind = iota
	IntoItems
	IntoValues
	IntoBranch
)

// Smallest returns the smallest datum of a schema: with the fewest bytes and inner data. It is a value of the logical
// types in it, too: a decimal has a byte, a uuid is one. A schema that has no finite datum, such as a record that
// contains itself, and one whose smallest is more than 1 MiB, is an *[Error] of code [NoDatum].
func Smallest(writer avro.Use) (Datum, error) { return NewBuilder(writer).Smallest() }

// Reaching returns a small datum of a schema in which the type at the end of path occurs, with the smallest of
// everything else: one item in an array and a map where the path goes through it, the branches it names. What stands at
// the end is leaf or, if that is nil, the smallest datum. A path that does not lead through the schema is an *[Error]
// of code [NoPath].
func Reaching(writer avro.Use, path []Step, leaf Datum) (Datum, error) {
	return NewBuilder(writer).Reaching(path, leaf)
}

// A Builder makes small data of one writer's schema. It remembers what it made, so data from one Builder share their
// parts. It must not be used concurrently.
type Builder struct {
	matcher
	root  pair
	costs map[pair]cost
	made  map[pair]Datum
	left  cost // of the datum in the making
}

// NewBuilder returns a builder for a schema.
func NewBuilder(writer avro.Use) *Builder { return &Builder{root: pair{nil, writer.Node}} }

// NewBuilderFor returns a builder that prefers data which a reader can read. Smallest makes the smallest datum that
// [Resolve] reads. Reaching fills everything beside the path with data that the reader reads, as far as there are such:
// so what it cannot read lies on the path.
func NewBuilderFor(reader, writer avro.Use, resolution avro.Resolution) *Builder {
	b := &Builder{matcher: matcher{resolution: resolution}}
	b.root = b.pair(reader.Node, writer.Node)
	return b
}

// Smallest returns the smallest datum that the reader reads, if the builder has one, of the schema.
func (b *Builder) Smallest() (Datum, error) {
	b.left = maxCost
	return b.smallest(b.root)
}

func (b *Builder) smallest(p pair) (Datum, error) {
	c := b.cost(p)
	b.left -= min(c, maxCost)
	switch {
	case c == endless && p.reader == nil:
		return nil, &Error{Code: NoDatum, Offset: -1, Reason: "no datum of " + p.writer.TypeName() + " ends"}
	case c == endless:
		return nil, &Error{Code: NoDatum, Offset: -1, Reason: "the reader reads no datum of " + p.writer.TypeName()}
	case c > maxCost || b.left < 0:
		return nil, &Error{Code: NoDatum, Offset: -1, Reason: "the smallest datum of " + p.writer.TypeName() + " is too large"}
	}
	return b.build(p), nil
}

// nobody stands for a reader that cannot read what is written.
var nobody = &avro.Node{}

// pair returns the reader's type that a datum of the writer's is read as: the branch, if it is a union. The reader is nil
// where the datum is skipped, and nobody where it cannot be read.
func (b *Builder) pair(reader, writer *avro.Node) pair {
	if reader == nil || reader.Kind != avro.Union || writer.Kind == avro.Union {
		return pair{reader, writer}
	}
	if i := b.branch(reader, writer); i >= 0 {
		return pair{reader.Branches[i].Node, writer}
	}
	return pair{nobody, writer}
}

// field returns the pair of the writer's field i. Where several of the reader's fields take it, the first counts.
func (b *Builder) field(p pair, i int) pair {
	w := p.writer.Fields[i].Type.Node
	if p.reader == nil || p.reader.Kind != avro.Record {
		return pair{nil, w}
	}
	takers := b.pairing(p.reader, p.writer).readers[i]
	if len(takers) == 0 {
		return pair{nil, w}
	}
	return b.pair(p.reader.Fields[takers[0]].Type.Node, w)
}

func (b *Builder) items(p pair) pair {
	w := p.writer.Items.Node
	if p.reader == nil || p.reader.Kind != p.writer.Kind {
		return pair{nil, w}
	}
	return b.pair(p.reader.Items.Node, w)
}

func (b *Builder) branchOf(p pair, i int) pair {
	w := p.writer.Branches[i].Node
	if p.reader == nil || p.reader == nobody {
		return pair{p.reader, w}
	}
	return b.pair(p.reader, w)
}

// build returns the smallest datum of a pair that has one.
func (b *Builder) build(p pair) Datum {
	if d, ok := b.made[p]; ok {
		return d
	}
	var d Datum
	switch w := p.writer; w.Kind {
	case avro.Record:
		fields := make(Record, len(w.Fields))
		for i := range w.Fields {
			fields[i] = b.build(b.field(p, i))
		}
		d = fields
	case avro.Union:
		i := b.cheapest(p)
		d = Union{i, b.build(b.branchOf(p, i))}
	case avro.Enum:
		d = Enum(w.Symbols[readable(p)])
	default:
		d = smallestLeaf(w)
	}
	if b.made == nil {
		b.made = map[pair]Datum{}
	}
	b.made[p] = d
	return d
}

// cheapest returns the branch with the smallest datum, the first of several. It is smaller than that of the union.
func (b *Builder) cheapest(p pair) int {
	best := 0
	for i := range p.writer.Branches {
		if b.cost(b.branchOf(p, i)) < b.cost(b.branchOf(p, best)) {
			best = i
		}
	}
	return best
}

// readable returns the index of the first symbol that the reader reads, -1 if there is none.
func readable(p pair) int {
	if p.reader == nil {
		return min(0, len(p.writer.Symbols)-1)
	}
	for i, s := range readSymbols(p.reader, p.writer) {
		if s.known {
			return i
		}
	}
	return -1
}

// smallestLeaf returns the smallest datum of a type that is neither record, union nor enum.
func smallestLeaf(n *avro.Node) Datum {
	logical := ""
	if n.Logical != nil {
		logical = n.Logical.Name
	}
	switch n.Kind {
	case avro.Null:
		return Null{}
	case avro.Boolean:
		return Boolean(false)
	case avro.Int:
		return Int(0)
	case avro.Long:
		return Long(0)
	case avro.Float:
		return Float(0)
	case avro.Double:
		return Double(0)
	case avro.Bytes:
		switch logical {
		case "decimal":
			return Bytes{0}
		case "big-decimal":
			return Bytes{2, 0, 0} // a byte of digits and the scale
		}
		return Bytes{}
	case avro.String:
		if logical == "uuid" {
			return String("00000000-0000-0000-0000-000000000000")
		}
		return String("")
	case avro.Array:
		return Array{}
	case avro.Map:
		return Map{}
	default:
		return Fixed(make([]byte, n.Size))
	}
}
