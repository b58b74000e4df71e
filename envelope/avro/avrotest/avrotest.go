// Package avrotest draws random data of Avro schemas for property tests.
package avrotest

import (
	"math"

	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// Datum draws a value of a schema: the ends of ranges and their middles, NaN and -0, empty and foreign strings. A schema
// without a finite datum fails the test.
func Datum(t *rapid.T, use avro.Use) envelope.Datum {
	d := drawer{t}
	return d.datum(use.Node, 6)
}

type drawer struct {
	t *rapid.T
}

func draw[T any](d drawer, name string, g *rapid.Generator[T]) T { return g.Draw(d.t, name) }

func (d drawer) pick(name string, n int) int { return draw(d, name, rapid.IntRange(0, n-1)) }

// datum draws a value; at depth 0 it is the smallest, so that recursion ends.
func (d drawer) datum(n *avro.Node, depth int) envelope.Datum {
	switch n.Kind {
	case avro.Record, avro.Array, avro.Map, avro.Union:
		if depth == 0 {
			v, err := envelope.Smallest(avro.Use{Node: n})
			if err != nil {
				d.t.Fatalf("draw a datum: %v", err)
			}
			return v
		}
		return d.container(n, depth-1)
	case avro.Enum:
		return envelope.Enum(n.Symbols[d.pick("symbol", len(n.Symbols))])
	case avro.Fixed:
		return envelope.Fixed(draw(d, "fixed", rapid.SliceOfN(rapid.Byte(), n.Size, n.Size)))
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
		for range d.pick("items", 3) {
			out = append(out, d.datum(n.Items.Node, depth))
		}
		return out
	case avro.Map:
		out := envelope.Map{}
		for _, key := range draw(d, "keys", rapid.SliceOfNDistinct(texts, 0, 2, rapid.ID)) {
			out = append(out, envelope.Entry{Key: key, Value: d.datum(n.Items.Node, depth)})
		}
		return out
	default:
		i := d.pick("branch", len(n.Branches))
		return envelope.Union{Branch: i, Value: d.datum(n.Branches[i].Node, depth)}
	}
}

var (
	texts  = rapid.SampledFrom([]string{"", "a", "int", "5", "9007199254740993", "NaN", "AAE=", "A", "\"\\\n\x00", "€🎉", "2026-01-01"})
	longs  = rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, -1, 63, 64, -64, -65, 1<<53 + 1, math.MaxInt64, math.MinInt64}))
	floats = rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 0.1, 5, 1e21, math.NaN(), math.Inf(1), math.Inf(-1)}))
)

func (d drawer) primitive(kind avro.Kind) envelope.Datum {
	switch kind {
	case avro.Null:
		return envelope.Null{}
	case avro.Boolean:
		return envelope.Boolean(draw(d, "boolean", rapid.Bool()))
	case avro.Int:
		return envelope.Int(draw(d, "int", rapid.OneOf(rapid.Int32(), rapid.SampledFrom([]int32{0, -1, 1<<24 + 1, math.MaxInt32, math.MinInt32}))))
	case avro.Long:
		return envelope.Long(draw(d, "long", longs))
	case avro.Float:
		return envelope.Float(draw(d, "float", floats))
	case avro.Double:
		return envelope.Double(draw(d, "double", floats))
	case avro.Bytes:
		return envelope.Bytes(draw(d, "bytes", rapid.SliceOfN(rapid.Byte(), 0, 5)))
	default:
		return envelope.String(draw(d, "string", texts))
	}
}
