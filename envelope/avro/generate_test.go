package avro_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// parse returns the root of a schema.
func parse(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) avro.Use {
	t.Helper()
	s, err := avro.Parse(context.Background(), schema.Source{Text: text}, schema.Options{New: true})
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return s.Root()
}

type use = avro.Use

// A typ is a schema in the making.
type typ struct {
	kind     string
	name     string
	alias    string // of a named type
	fields   []fld
	symbols  []string
	def      bool // the enum has its first symbol as default
	size     int
	items    *typ
	branches []*typ
}

type fld struct {
	name, alias, def string
	typ              *typ
}

func (x *typ) named() bool { return x.name != "" }

// render writes the schema; a named type that has stood before is written as its name.
func (x *typ) render(seen map[*typ]bool) string {
	switch {
	case x.named() && seen[x]:
		return `"` + x.name + `"`
	case x.kind == "union":
		parts := make([]string, len(x.branches))
		for i, b := range x.branches {
			parts[i] = b.render(seen)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case x.kind == "array":
		return `{"type":"array","items":` + x.items.render(seen) + "}"
	case x.kind == "map":
		return `{"type":"map","values":` + x.items.render(seen) + "}"
	case !x.named():
		return `"` + x.kind + `"`
	}
	seen[x] = true
	head := fmt.Sprintf(`{"type":%q,"name":%q`, x.kind, x.name)
	if x.alias != "" {
		head += fmt.Sprintf(`,"aliases":[%q]`, x.alias)
	}
	switch x.kind {
	case "enum":
		if x.def {
			head += fmt.Sprintf(`,"default":%q`, x.symbols[0])
		}
		return head + `,"symbols":["` + strings.Join(x.symbols, `","`) + `"]}`
	case "fixed":
		return head + fmt.Sprintf(`,"size":%d}`, x.size)
	}
	parts := make([]string, len(x.fields))
	for i, f := range x.fields {
		parts[i] = fmt.Sprintf(`{"name":%q,"type":%s`, f.name, f.typ.render(seen))
		if f.alias != "" {
			parts[i] += fmt.Sprintf(`,"aliases":[%q]`, f.alias)
		}
		if f.def != "" {
			parts[i] += `,"default":` + f.def
		}
		parts[i] += "}"
	}
	return head + `,"fields":[` + strings.Join(parts, ",") + "]}"
}

func (x *typ) String() string { return x.render(map[*typ]bool{}) }

type generator struct {
	t      *rapid.T
	serial int
	open   []*typ // records that the one at hand is inside of
}

// n draws a number below n, all of them as often: ranges prefer small ones.
func (g *generator) n(name string, n int) int {
	return rapid.Permutation(indices[:n]).Draw(g.t, name)[0]
}

var indices = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

var primitives = []string{"int", "long", "string", "bytes", "float", "double", "boolean", "null"}

// drawSchema draws a schema in which every datum can end.
func drawSchema(t *rapid.T) *typ {
	g := generator{t: t}
	return g.record(3)
}

func (g *generator) name(prefix string) string {
	g.serial++
	return fmt.Sprintf("%s%d", prefix, g.serial)
}

func (g *generator) typ(depth int) *typ {
	k := g.n("kind", 16)
	switch {
	case k < 7 || depth == 0:
		return &typ{kind: primitives[g.n("primitive", len(primitives))]}
	case k == 7:
		return &typ{kind: "enum", name: g.name("E"), symbols: []string{"A", "B", "C"}[:1+g.n("symbols", 3)], def: g.n("default", 2) == 0}
	case k == 8:
		return &typ{kind: "fixed", name: g.name("F"), size: g.n("size", 4)}
	case k == 9:
		return &typ{kind: "array", items: g.typ(depth - 1)}
	case k == 10:
		return &typ{kind: "map", items: g.typ(depth - 1)}
	case k < 13:
		return g.record(depth - 1)
	case k == 13:
		return &typ{kind: "union", branches: []*typ{{kind: "null"}, g.open[g.n("open", len(g.open))]}}
	default:
		return g.union(depth)
	}
}

func (g *generator) union(depth int) *typ {
	u := &typ{kind: "union"}
	for range 1 + g.n("branches", 4) {
		b := g.typ(depth - 1)
		same := func(x *typ) bool { return x.kind == b.kind && x.name == b.name }
		if b.kind != "union" && !slices.ContainsFunc(u.branches, same) {
			u.branches = append(u.branches, b)
		}
	}
	if len(u.branches) == 0 {
		u.branches = []*typ{{kind: "null"}}
	}
	return u
}

func (g *generator) record(depth int) *typ {
	r := &typ{kind: "record", name: g.name("R")}
	g.open = append(g.open, r)
	for i := range 1 + g.n("fields", 4) {
		r.fields = append(r.fields, fld{name: fmt.Sprintf("f%d", i), typ: g.typ(depth)})
	}
	g.open = g.open[:len(g.open)-1]
	return r
}

// evolve returns a copy of a schema with edits such as people make.
func (g *generator) evolve(x *typ, copies map[*typ]*typ) *typ {
	if c := copies[x]; c != nil {
		return c
	}
	c := *x
	copies[x] = &c
	c.items = nil
	if x.items != nil {
		c.items = g.evolve(x.items, copies)
	}
	c.branches, c.fields = nil, nil
	for _, b := range x.branches {
		c.branches = append(c.branches, g.evolve(b, copies))
	}
	for _, f := range x.fields {
		f.typ = g.evolve(f.typ, copies)
		c.fields = append(c.fields, f)
	}
	g.edit(&c)
	return &c
}

var wider = map[string][]string{"int": {"long", "float", "double"}, "long": {"float", "double"}, "float": {"double"}, "string": {"bytes"}, "bytes": {"string"}}

func (g *generator) edit(c *typ) {
	if g.n("edit", 3) > 0 {
		return
	}
	switch c.kind {
	case "record":
		g.editRecord(c)
	case "enum":
		c.symbols = [][]string{{"C", "A"}, {"A", "B", "C", "D"}, {"A"}}[g.n("symbols", 3)]
		c.def = g.n("default", 2) == 0
	case "fixed":
		c.size = g.n("size", 4)
	case "union":
		if i := g.n("branch", len(c.branches)); len(c.branches) > 1 && c.branches[i].name == "" {
			c.branches = slices.Delete(c.branches, i, i+1)
		}
	default:
		if to := wider[c.kind]; to != nil {
			c.kind = to[g.n("wider", len(to))]
		}
	}
}

func (g *generator) editRecord(c *typ) {
	switch g.n("record", 5) {
	case 0:
		c.fields = append(c.fields, []fld{
			{name: "n1", def: `"x"`, typ: &typ{kind: "string"}},
			{name: "n2", def: `[{"k":null}]`, typ: &typ{kind: "array", items: &typ{kind: "map", items: &typ{kind: "null"}}}},
			{name: "n3", typ: &typ{kind: "int"}},
			{name: "n4", def: `"ÿ"`, typ: &typ{kind: "union", branches: []*typ{{kind: "null"}, {kind: "bytes"}}}},
		}[g.n("added", 4)])
	case 1:
		if len(c.fields) > 0 {
			i := g.n("renamed", len(c.fields))
			c.fields[i].alias, c.fields[i].name = c.fields[i].name, "x"+c.fields[i].name
		}
	case 2:
		slices.Reverse(c.fields)
	case 3:
		c.alias, c.name = c.name, "X"+c.name
	default:
		if i := len(c.fields) - 1; i >= 0 && c.fields[i].typ.named() == false {
			c.fields = c.fields[:i]
		}
	}
}

// drawEvolution draws a schema and one that came of it.
func drawEvolution(t *rapid.T) (reader, writer *typ) {
	g := generator{t: t}
	writer = g.record(3)
	return g.evolve(writer, map[*typ]*typ{}), writer
}

// drawParsed draws a schema and one that came of it, parsed. An edit can put a type twice into a union: another is drawn.
func drawParsed(t *rapid.T) (reader, writer avro.Use, texts string) {
	r, w := drawEvolution(t)
	return parseOrSkip(t, r), parse(t, w.String()), fmt.Sprintf("reader %s\nwriter %s", r, w)
}

func parseOrSkip(t *rapid.T, x *typ) avro.Use {
	t.Helper()
	s, err := avro.Parse(context.Background(), schema.Source{Text: x.String()}, schema.Options{New: true})
	if err != nil {
		t.Skip(err)
	}
	return s.Root()
}
