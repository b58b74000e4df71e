package protobuf

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// scalars are types that every generated field may have; the last ones name messages and enums that are always there.
var scalars = []string{"string", "bytes", "int32", "sint64", "fixed32", "double", "bool", "Leaf", ".g.Leaf", "Kind", "google.type.Money"}

// A generator draws trees of valid files.
type generator struct {
	t      *rapid.T
	serial int
}

func (g *generator) n(most int) int         { return rapid.IntRange(0, most).Draw(g.t, "n") }
func (g *generator) pick(s []string) string { return rapid.SampledFrom(s).Draw(g.t, "pick") }

func (g *generator) name(prefix string) string {
	g.serial++
	return fmt.Sprintf("%s_%d", prefix, g.serial)
}

func (g *generator) file() *file {
	f := &file{syntax: g.pick([]string{"proto2", "proto3"}), pkg: "g"}
	for _, path := range rapid.Permutation([]string{"google/type/money.proto", "google/protobuf/any.proto", "confluent/meta.proto"}).Draw(g.t, "imports") {
		f.imports = append(f.imports, importing{path: path, kind: g.pick([]string{"", "public"})})
	}
	f.options = rapid.Permutation([]option{
		standardOption("java_package", value{kind: stringValue, text: "a\"b\n\x00é"}),
		standardOption("deprecated", value{kind: identValue, text: "true"}),
		{name: []namePart{{"nobody.knows", true}, {"x", false}}, value: value{kind: numberValue, text: "-1.50"}},
	}).Draw(g.t, "options")[:g.n(3)]
	for range 1 + g.n(3) {
		f.messages = append(f.messages, g.message(f, 2))
	}
	f.messages = append(f.messages, &message{name: "Leaf"})
	f.enums = append(f.enums, &enum{name: "Kind", values: []*enumValue{{name: "K_ZERO"}, {name: "K_TWO", number: 2}, {name: "K_ONE", number: 1}}})
	return f
}

func (g *generator) message(f *file, depth int) *message {
	m := &message{name: g.name("M")}
	numbers := rapid.Permutation([]int32{1, 2, 3, 4, 5, 6, 7, 8}).Draw(g.t, "numbers")
	take := func() int32 { n := numbers[0]; numbers = numbers[1:]; return n }
	for range g.n(4) {
		m.fields = append(m.fields, g.field(f, take()))
	}
	for range g.n(2) {
		o := &oneof{name: g.name("o"), fields: []*field{g.member(take())}}
		if g.n(1) == 0 {
			o.fields = append(o.fields, g.member(take()))
		}
		m.oneofs = append(m.oneofs, o)
	}
	if g.n(1) == 0 {
		m.reserved = append(m.reserved, reserved{ranges: []span{{first: 30, last: 40}, {first: 20, last: 20, single: true}}}, reserved{names: []string{"z", "a"}})
	}
	if f.syntax == "proto2" && g.n(1) == 0 {
		m.extensions = append(m.extensions, extensions{ranges: []span{{first: 200, last: 1<<31 - 1, max: true}, {first: 100, last: 150}}})
	}
	for range depth - 1 {
		if g.n(1) == 0 {
			m.messages = append(m.messages, g.message(f, depth-1))
		}
	}
	return m
}

func (g *generator) member(number int32) *field {
	return &field{typ: g.pick(scalars), name: g.name("f"), number: number}
}

func (g *generator) field(f *file, number int32) *field {
	out := g.member(number)
	switch g.n(3) {
	case 0:
		out.key = g.pick([]string{"string", "int32", "bool"})
		return out
	case 1:
		out.label = "repeated"
	default:
		if out.label = "optional"; f.syntax == "proto3" && g.n(1) == 0 {
			out.label = ""
		}
	}
	if g.n(2) == 0 {
		out.options = append(out.options, option{name: []namePart{{"confluent.field_meta", true}}, value: value{kind: messageValue, members: []member{
			{"doc", value{kind: stringValue, text: "it's"}}, {"tags", value{kind: listValue, items: []value{{kind: stringValue, text: "PII"}, {kind: stringValue, text: "ID"}}}},
		}}})
	}
	if g.n(2) == 0 {
		out.options = append(out.options, standardOption("deprecated", value{kind: identValue, text: "true"}))
	}
	return out
}

// shuffle returns f with everything in another order whose order means nothing.
func (g *generator) shuffle(f *file) *file {
	out := *f
	out.imports = shuffled(g, f.imports)
	out.options = shuffled(g, f.options)
	out.messages = g.shuffleMessages(f.messages)
	out.enums = nil
	for _, e := range f.enums {
		out.enums = append(out.enums, &enum{name: e.name, values: shuffledFrom(g, e.values)})
	}
	return &out
}

func (g *generator) shuffleMessages(list []*message) []*message {
	var out []*message
	for _, m := range list {
		c := *m
		c.fields, c.reserved, c.extensions = shuffled(g, m.fields), shuffled(g, m.reserved), shuffled(g, m.extensions)
		c.oneofs = nil
		for _, o := range shuffled(g, m.oneofs) {
			co := *o
			co.fields = shuffled(g, o.fields)
			c.oneofs = append(c.oneofs, &co)
		}
		for i, fd := range c.fields {
			cf := *fd
			cf.options = shuffled(g, fd.options)
			c.fields[i] = &cf
		}
		c.messages = g.shuffleMessages(m.messages)
		out = append(out, &c)
	}
	return out
}

func shuffled[T any](g *generator, list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return rapid.Permutation(list).Draw(g.t, "order")
}

// shuffledFrom shuffles all but the first, which proto3 wants to be zero.
func shuffledFrom(g *generator, list []*enumValue) []*enumValue {
	return append(list[:1:1], shuffled(g, list[1:])...)
}

func TestLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := &generator{t: t}
		f := g.file()
		text, _ := printFile(f, 1<<20)
		s, err := tryParse(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if d := cmp.Diff(text, s.Canonical()); d != "" {
			t.Fatalf("a print is not canonical (-print +canonical):\n%s", d)
		}
		d, err := tryParse(s.Format("serialized"))
		if err != nil {
			t.Fatalf("descriptor: %v\n%s", err, text)
		}
		checkLaws(t, s, d, nil)
		other, _ := printFile(g.shuffle(f), 1<<20)
		o, err := tryParse(other)
		if err != nil {
			t.Fatalf("shuffled: %v\n%s", err, other)
		}
		if diff := cmp.Diff(s.Normalized(), o.Normalized()); diff != "" {
			t.Fatalf("the order changes the normal form:\n%s", diff)
		}
	})
}
