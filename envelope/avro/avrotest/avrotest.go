// Package avrotest draws random schemas, what becomes of them, and data of them, for tests of all packages that compare,
// read or write Avro.
//
//	g := avrotest.Generator{Source: avrotest.Rapid(t)}
//	old := g.Schema()
//	latest := g.Evolve(old)
//
// A rapid source lets a failing property be made smaller; a seeded one is many times as fast, for tests that hold
// many thousands of pairs against another implementation.
package avrotest

import (
	"encoding/binary"
	"math"

	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// Datum draws a value of a schema: the ends of ranges and their middles, NaN and -0, empty and foreign strings. A schema
// without a finite datum fails the test.
func Datum(t *rapid.T, use avro.Use) envelope.Datum {
	d, err := Draw(Rapid(t), use)
	if err != nil {
		t.Fatalf("draw a datum: %v", err)
	}
	return d
}

// Draw is Datum from any source. A schema without a finite datum is an *envelope.Error of code NoDatum.
func Draw(source Source, use avro.Use) (envelope.Datum, error) {
	if _, err := envelope.Smallest(use); err != nil {
		return nil, err
	}
	d := drawer{source, map[*avro.Node]envelope.Datum{}}
	return d.datum(use.Node, 6), nil
}

// A drawer draws data of types that have some.
type drawer struct {
	n        Source
	smallest map[*avro.Node]envelope.Datum // nil for a type that has none
}

func pick[T any](d drawer, from ...T) T { return from[d.n(len(from))] }

// least returns the smallest datum of a type, nil if none is finite.
func (d drawer) least(n *avro.Node) envelope.Datum {
	v, ok := d.smallest[n]
	if !ok {
		v, _ = envelope.Smallest(avro.Use{Node: n}) // the one error there is says that there is none
		d.smallest[n] = v
	}
	return v
}

// datum draws a value; at depth 0 it is the smallest, so that recursion ends.
func (d drawer) datum(n *avro.Node, depth int) envelope.Datum {
	switch n.Kind {
	case avro.Record, avro.Array, avro.Map, avro.Union:
		if depth == 0 {
			return d.least(n)
		}
		return d.container(n, depth-1)
	case avro.Enum:
		return envelope.Enum(pick(d, n.Symbols...))
	case avro.Fixed:
		return envelope.Fixed(d.bytes(n.Size))
	default:
		return d.primitive(n.Kind)
	}
}

func (d drawer) container(n *avro.Node, depth int) envelope.Datum {
	switch n.Kind {
	case avro.Record:
		out := envelope.Record{}
		for _, f := range n.Fields {
			out = append(out, d.datum(f.Type.Node, depth))
		}
		return out
	case avro.Array:
		out := envelope.Array{}
		for range d.items(n) {
			out = append(out, d.datum(n.Items.Node, depth))
		}
		return out
	case avro.Map:
		out := envelope.Map{}
		first := d.n(len(texts))
		for i := range d.items(n) {
			key := texts[(first+i)%len(texts)]
			out = append(out, envelope.Entry{Key: key, Value: d.datum(n.Items.Node, depth)})
		}
		return out
	default:
		i := d.n(len(n.Branches))
		for d.least(n.Branches[i].Node) == nil {
			i = (i + 1) % len(n.Branches)
		}
		return envelope.Union{Branch: i, Value: d.datum(n.Branches[i].Node, depth)}
	}
}

// items draws how many an array or a map holds.
func (d drawer) items(n *avro.Node) int {
	if d.least(n.Items.Node) == nil {
		return 0
	}
	return d.n(3)
}

var (
	texts  = []string{"", "a", "int", "5", "9007199254740993", "NaN", "AAE=", "A", "\"\\\n\x00", "€🎉", "2026-01-01"}
	longs  = []int64{0, -1, 63, 64, -64, -65, 1<<53 + 1, math.MaxInt64, math.MinInt64}
	ints   = []int32{0, -1, 1<<24 + 1, math.MaxInt32, math.MinInt32}
	floats = []float64{0, math.Copysign(0, -1), 0.1, 5, 1e21, math.NaN(), math.Inf(1), math.Inf(-1)}
)

func (d drawer) bytes(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(d.n(256))
	}
	return out
}

// bits draws 64 of them.
func (d drawer) bits() uint64 { return binary.BigEndian.Uint64(d.bytes(8)) }

func (d drawer) primitive(kind avro.Kind) envelope.Datum {
	any := d.n(2) == 0
	switch kind {
	case avro.Null:
		return envelope.Null{}
	case avro.Boolean:
		return envelope.Boolean(any)
	case avro.Int:
		if any {
			return envelope.Int(d.bits())
		}
		return envelope.Int(pick(d, ints...))
	case avro.Long:
		if any {
			return envelope.Long(d.bits())
		}
		return envelope.Long(pick(d, longs...))
	case avro.Float:
		return envelope.Float(d.float(any))
	case avro.Double:
		return envelope.Double(d.float(any))
	case avro.Bytes:
		return envelope.Bytes(d.bytes(d.n(6)))
	default:
		return envelope.String(pick(d, texts...))
	}
}

func (d drawer) float(any bool) float64 {
	if any {
		return math.Float64frombits(d.bits())
	}
	return pick(d, floats...)
}
