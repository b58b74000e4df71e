package avro_test

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// A tree is a JSON text in the making: an object of members, an array of items, or a scalar as it is written.
type tree struct {
	members []member
	items   []*tree
	raw     string
	array   bool
}

type member struct {
	key   string
	value *tree
}

func raw(format string, args ...any) *tree { return &tree{raw: fmt.Sprintf(format, args...)} }

func (n *tree) with(key string, value *tree) *tree {
	n.members = append(n.members, member{key, value})
	return n
}

// render writes the tree with the members of every object in the order that permute gives, and space between tokens.
func (n *tree) render(permute func(n int) []int, space string) string {
	switch {
	case n.raw != "":
		return n.raw
	case n.array:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = item.render(permute, space)
		}
		return "[" + space + strings.Join(parts, ","+space) + "]"
	default:
		parts := make([]string, len(n.members))
		for i, at := range permute(len(n.members)) {
			m := n.members[at]
			parts[i] = strconv.Quote(m.key) + ":" + space + m.value.render(permute, space)
		}
		return "{" + strings.Join(parts, space+",") + "}"
	}
}

// inOrder is the order in which members were added.
func inOrder(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// shuffled draws the order of each object's members.
func shuffled(t *rapid.T) func(n int) []int {
	return func(n int) []int { return rapid.Permutation(inOrder(n)).Draw(t, "order") }
}

// A generator draws valid schemas. Each definition knows a default that fits it.
type generator struct {
	t       *rapid.T
	n       int // makes names distinct
	defined []generated
}

// A generated type, with a value that fits it; nil if it has none that ends.
type generated struct {
	typ   *tree
	value *tree
	full  string // of a definition
	kind  string // what stands once in a union
}

var namespaces = rapid.SampledFrom([]string{"", "n", "n.m", "x_1.Y"})

func (g *generator) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(g.t, what) }

// drawSchema draws a schema.
func drawSchema(t *rapid.T) *tree {
	g := generator{t: t}
	return g.schema("", 4).typ
}

// schema draws a type that stands in namespace ns.
func (g *generator) schema(ns string, depth int) generated {
	kinds := 13
	if depth == 0 {
		kinds = 8
	}
	switch k := g.pick("kind", kinds); k {
	case 8, 9:
		return g.record(ns, depth)
	case 10:
		items := g.schema(ns, depth-1)
		return generated{typ: g.props((&tree{}).with("type", raw(`"array"`)).with("items", items.typ)), value: &tree{array: true, items: g.some(items.value)}, kind: "array"}
	case 11:
		values := g.schema(ns, depth-1)
		value := &tree{}
		for i, v := range g.some(values.value) {
			value.with(strings.Repeat("k", i+1), v)
		}
		return generated{typ: g.props((&tree{}).with("type", raw(`"map"`)).with("values", values.typ)), value: value, kind: "map"}
	case 12:
		return g.union(ns, depth)
	default:
		return g.leaf(ns, k)
	}
}

// some repeats a value up to twice.
func (g *generator) some(v *tree) []*tree {
	if v == nil {
		return nil
	}
	return []*tree{v, v}[:g.pick("items", 3)]
}

func (g *generator) leaf(ns string, k int) generated {
	switch {
	case k == 0 && len(g.defined) > 0:
		d := g.defined[g.pick("reference", len(g.defined))]
		d.typ = raw("%q", d.full)
		if space, simple, _ := cutLast(d.full); space == ns && g.pick("short", 2) == 0 {
			d.typ = raw("%q", simple)
		}
		return d
	case k == 1:
		return g.enum(ns)
	case k == 2:
		return g.fixed(ns)
	}
	p := rapid.SampledFrom([]generated{
		{kind: "null", value: raw("null")}, {kind: "boolean", value: raw("true")}, {kind: "int", value: raw("-7")}, {kind: "long", value: raw("9007199254740993")},
		{kind: "float", value: raw("1.50")}, {kind: "double", value: raw("1e-7")}, {kind: "double", value: raw("3")},
		{kind: "bytes", value: raw(`"\u00ff\u0000a"`)}, {kind: "string", value: raw(`"\"\\\n\u20ac"`)},
	}).Draw(g.t, "primitive")
	if g.pick("spelling", 2) == 0 {
		p.typ = raw("%q", p.kind)
	} else {
		p.typ = g.props((&tree{}).with("type", raw("%q", p.kind)))
	}
	return p
}

func cutLast(full string) (ns, simple string, ok bool) {
	i := strings.LastIndexByte(full, '.')
	return full[:max(i, 0)], full[i+1:], i >= 0
}

// props adds properties, and now and then a logical type.
func (g *generator) props(n *tree) *tree {
	for i := range g.pick("props", 3) {
		n.with("p"+strconv.Itoa(i), rapid.SampledFrom([]*tree{
			raw("1"), raw("1.10"), raw("1E22"), raw("null"), raw(`"s"`), {array: true, items: []*tree{raw("false"), raw(`{"b":1,"a":2}`)}},
			(&tree{}).with("z", raw("0")).with("y", raw("[]")),
		}).Draw(g.t, "prop"))
	}
	if g.pick("logical", 4) == 0 {
		n.with("logicalType", raw("%q", rapid.SampledFrom([]string{"date", "timestamp-millis", "uuid", "made-up"}).Draw(g.t, "logicalType")))
	}
	return n
}

// name adds the name of a definition in one of its spellings, with doc and aliases, and returns the full name.
func (g *generator) name(n *tree, prefix, ns string) (full, space string) {
	g.n++
	simple := prefix + strconv.Itoa(g.n)
	switch g.pick("naming", 3) {
	case 0:
		n.with("name", raw("%q", simple))
		space = ns
	case 1:
		space = namespaces.Draw(g.t, "namespace")
		n.with("name", raw("%q", simple)).with("namespace", raw("%q", space))
	default:
		if space = namespaces.Draw(g.t, "namespace"); space == "" {
			n.with("namespace", raw(`""`)).with("name", raw("%q", simple))
		} else {
			n.with("name", raw("%q", space+"."+simple))
		}
	}
	full = simple
	if space != "" {
		full = space + "." + simple
	}
	if g.pick("doc", 3) == 0 {
		n.with("doc", raw("%q", rapid.SampledFrom([]string{"", "doc", "ä"}).Draw(g.t, "text")))
	}
	if g.pick("aliases", 3) == 0 {
		n.with("aliases", raw(`["Z%d","n.A%d","B"]`, g.n, g.n))
	}
	return full, space
}

func (g *generator) enum(ns string) generated {
	n := (&tree{}).with("type", raw(`"enum"`))
	full, _ := g.name(n, "E", ns)
	n.with("symbols", raw(`["B","A"]`))
	if g.pick("default", 2) == 0 {
		n.with("default", raw(`"A"`))
	}
	return g.define(generated{typ: g.props(n), value: raw(`"B"`), full: full, kind: full})
}

func (g *generator) fixed(ns string) generated {
	n := (&tree{}).with("type", raw(`"fixed"`))
	full, _ := g.name(n, "F", ns)
	n.with("size", raw("2"))
	if g.pick("decimal", 3) == 0 {
		n.with("precision", raw("4")).with("logicalType", raw(`"decimal"`)).with("scale", raw("1"))
	}
	return g.define(generated{typ: n, value: raw(`"ab"`), full: full, kind: full})
}

func (g *generator) define(d generated) generated {
	g.defined = append(g.defined, d)
	return d
}

func (g *generator) record(ns string, depth int) generated {
	n := (&tree{}).with("type", raw(`"record"`))
	full, space := g.name(n, "R", ns)
	at := len(g.defined)
	g.define(generated{full: full, kind: full}) // inside itself no value of it ends
	fields, value := &tree{array: true}, &tree{}
	ends := true
	for i := range g.pick("fields", 4) {
		f, v := g.field(i, space, depth)
		fields.items = append(fields.items, f)
		if v == nil {
			ends = false
		} else {
			value.with("f"+strconv.Itoa(i), v)
		}
	}
	n.with("fields", fields)
	d := generated{typ: g.props(n), full: full, kind: full}
	if ends {
		d.value = value
	}
	g.defined[at] = d
	return d
}

// field draws a field and a value of it.
func (g *generator) field(i int, ns string, depth int) (field, value *tree) {
	typ := g.schema(ns, depth-1)
	f := (&tree{}).with("name", raw(`"f%d"`, i)).with("type", typ.typ)
	if typ.value != nil && g.pick("default", 2) == 0 {
		f.with("default", typ.value)
	}
	if g.pick("doc", 4) == 0 {
		f.with("doc", raw(`""`))
	}
	if g.pick("order", 4) == 0 {
		f.with("order", raw("%q", rapid.SampledFrom([]string{"ascending", "descending", "ignore"}).Draw(g.t, "sort")))
	}
	if g.pick("aliases", 4) == 0 {
		f.with("aliases", raw(`["z%d","b%d"]`, i, i))
	}
	return g.props(f), typ.value
}

func (g *generator) union(ns string, depth int) generated {
	n := &tree{array: true}
	out := generated{typ: n, kind: "union"}
	seen := map[string]bool{"union": true}
	for range 1 + g.pick("branches", 4) {
		known := len(g.defined)
		b := g.schema(ns, depth-1)
		if seen[b.kind] {
			g.defined = g.defined[:known] // what it defined is lost with it
			continue
		}
		seen[b.kind] = true
		n.items = append(n.items, b.typ)
		if len(n.items) == 1 {
			out.value = b.value
		}
	}
	return out
}
