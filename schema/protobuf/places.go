package protobuf

import (
	"sort"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema"
)

// places turns offsets of a text into positions.
type places struct {
	lines []int // offsets at which lines start
	size  int
}

func newPlaces(text string) *places {
	p := &places{lines: []int{0}, size: len(text)}
	if strings.HasPrefix(text, "\ufeff") {
		p.lines[0] = len("\ufeff")
	}
	for i := range len(text) {
		if text[i] == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	return p
}

func (p *places) at(offset int) schema.Position {
	offset = min(max(offset, p.lines[0]), p.size)
	line := sort.SearchInts(p.lines, offset+1)
	return schema.Position{Line: line, Column: offset - p.lines[line-1] + 1, Offset: offset}
}

// declarations returns where everything that has a descriptor is declared, by full name.
func declarations(f *file, text string) map[protoreflect.FullName]schema.Position {
	d := &declared{places: newPlaces(text), at: map[protoreflect.FullName]schema.Position{}}
	pkg := protoreflect.FullName(f.pkg)
	d.types(pkg, f.messages, f.enums)
	d.extends(pkg, f.extends)
	for _, s := range f.services {
		name := d.add(pkg, s.name, s.at)
		for _, r := range s.rpcs {
			d.add(name, r.name, r.at)
		}
	}
	return d.at
}

type declared struct {
	places *places
	at     map[protoreflect.FullName]schema.Position
}

func (d *declared) add(scope protoreflect.FullName, name string, at int) protoreflect.FullName {
	full := scope.Append(protoreflect.Name(name))
	d.at[full] = d.places.at(at)
	return full
}

func (d *declared) types(scope protoreflect.FullName, messages []*message, enums []*enum) {
	for _, m := range messages {
		d.message(scope, m)
	}
	for _, e := range enums {
		d.add(scope, e.name, e.at)
		for _, v := range e.values {
			d.add(scope, v.name, v.at) // values live beside their enum
		}
	}
}

func (d *declared) message(scope protoreflect.FullName, m *message) {
	name := d.add(scope, m.name, m.at)
	d.fields(name, m.fields, m.groups)
	for _, o := range m.oneofs {
		d.add(name, o.name, o.at)
		d.fields(name, o.fields, o.groups)
	}
	d.extends(name, m.extends)
	d.types(name, m.messages, m.enums)
}

func (d *declared) fields(scope protoreflect.FullName, fields []*field, groups []*group) {
	for _, f := range fields {
		d.add(scope, f.name, f.at)
	}
	for _, g := range groups {
		d.message(scope, &g.message)
		d.add(scope, strings.ToLower(g.name), g.at)
	}
}

func (d *declared) extends(scope protoreflect.FullName, extends []*extend) {
	for _, e := range extends {
		d.fields(scope, e.fields, e.groups)
	}
}
