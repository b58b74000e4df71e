package avrotest

import (
	"slices"
	"strconv"
)

// A Generator draws schemas and what becomes of them. It belongs to one history: no two names that it gives are the same.
type Generator struct {
	Source Source
	Plain  bool // without logical types and namespaces

	serial int
	space  string
	open   []*Type // the records that the place at hand is inside of
	known  []*Type // definitions that are complete
}

// Schema draws a schema, most often a record. Every value of it can end.
func (g *Generator) Schema() *Type {
	if g.space = ""; !g.Plain && g.Source(2) == 0 {
		g.space = []string{"n.", "n.m.", "x_1.Y."}[g.Source(3)]
	}
	if g.Source(8) == 0 {
		return g.typ(3)
	}
	return g.record(3)
}

func (g *Generator) name(prefix string) string {
	g.serial++
	return g.space + prefix + strconv.Itoa(g.serial)
}

var primitives = []string{"int", "long", "string", "bytes", "float", "double", "boolean", "null"}

// logicals are the logical types by the kinds that they apply to.
var logicals = map[string][]string{
	"int":    {`"logicalType":"date"`, `"logicalType":"time-millis"`},
	"long":   {`"logicalType":"timestamp-millis"`, `"logicalType":"timestamp-micros"`, `"logicalType":"time-micros"`},
	"string": {`"logicalType":"uuid"`},
	"bytes":  {decimal("9", "2"), decimal("9", "4"), decimal("12", "2")},
	"fixed":  {decimal("2", "1"), decimal("2", "0")},
}

func decimal(precision, scale string) string {
	return `"logicalType":"decimal","precision":` + precision + `,"scale":` + scale
}

// typ draws a type for a place with depth levels below it.
func (g *Generator) typ(depth int) *Type {
	k := g.Source(18)
	switch {
	case k < 7 || depth == 0:
		return g.primitive()
	case k == 7:
		return g.define(&Type{Kind: "enum", Name: g.name("E"), Symbols: slices.Clone(symbols[:1+g.Source(3)]), Default: g.symbolOrNone()})
	case k == 8:
		return g.define(g.meaning(&Type{Kind: "fixed", Name: g.name("F"), Size: 1 + g.Source(3)}))
	case k == 9:
		return &Type{Kind: "array", Items: g.typ(depth - 1)}
	case k == 10:
		return &Type{Kind: "map", Items: g.typ(depth - 1)}
	case k < 13:
		return g.record(depth - 1)
	case k == 13 && len(g.open) > 0:
		return g.recursion()
	case k == 14 && len(g.known) > 0:
		return g.known[g.Source(len(g.known))]
	default:
		return g.union(depth)
	}
}

var symbols = []string{"A", "B", "C", "D"}

// symbolOrNone draws the default of an enum, which has the symbol A.
func (g *Generator) symbolOrNone() string { return []string{"", "A"}[g.Source(2)] }

func (g *Generator) primitive() *Type {
	return g.meaning(&Type{Kind: primitives[g.Source(len(primitives))]})
}

// meaning gives a type a logical type, now and then.
func (g *Generator) meaning(t *Type) *Type {
	t.Logical = ""
	if some := logicals[t.Kind]; !g.Plain && len(some) > 0 && g.Source(4) == 0 && (t.Kind != "fixed" || t.Size > 0) {
		t.Logical = some[g.Source(len(some))]
	}
	return t
}

func (g *Generator) define(t *Type) *Type {
	g.known = append(g.known, t)
	return t
}

// recursion draws a way back to a record that the place is inside of, which a value need not go.
func (g *Generator) recursion() *Type {
	back := g.open[g.Source(len(g.open))]
	switch g.Source(3) {
	case 0:
		return &Type{Kind: "array", Items: back}
	case 1:
		return &Type{Kind: "map", Items: back}
	default:
		return &Type{Kind: "union", Branches: []*Type{{Kind: "null"}, back}}
	}
}

func (g *Generator) union(depth int) *Type {
	u := &Type{Kind: "union"}
	for range 1 + g.Source(4) {
		b := g.typ(depth - 1)
		if b.Kind != "union" && !slices.ContainsFunc(u.Branches, b.alike) {
			u.Branches = append(u.Branches, b)
		}
	}
	if len(u.Branches) == 0 {
		u.Branches = []*Type{{Kind: "null"}, g.record(0)}
	}
	return u
}

// alike reports whether a union may not hold both types.
func (t *Type) alike(other *Type) bool { return t.Kind == other.Kind && t.Name == other.Name }

func (g *Generator) record(depth int) *Type {
	r := &Type{Kind: "record", Name: g.name("R")}
	g.open = append(g.open, r)
	for i := range 1 + g.Source(4) {
		r.Fields = append(r.Fields, g.field("f"+strconv.Itoa(i), depth))
	}
	g.open = g.open[:len(g.open)-1]
	return g.define(r)
}

func (g *Generator) field(name string, depth int) *Field {
	return &Field{Name: name, Type: g.typ(depth), Default: g.Source(3) == 0}
}
