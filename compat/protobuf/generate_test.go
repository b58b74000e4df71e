package protobuf

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// A drawn file is what the oracle edits and prints: types that use each other, of one syntax.
type drawnFile struct {
	syntax   string // proto2, proto3 or edition
	pkg      string
	imports  string // an import path, "" for none
	messages []*drawnMessage
	enums    []*drawnEnum
	extend   []*drawnField // extensions of extended
}

// extended is the message that has extensions, as long as it is called so.
const extended = "M0"

type drawnMessage struct {
	name   string
	fields []*drawnField
	inner  *drawnMessage // nested in it, called In
}

type drawnField struct {
	name   string
	number int
	label  string // "", optional, required, repeated; an edition spells them its own way
	typ    string // a scalar, a name, or map<key, value>
	oneof  string
	option string
	group  bool          // delimited, in an edition
	body   []*drawnField // of a group of proto2, whose type it is
}

type drawnEnum struct {
	name   string
	values []drawnValue
	closed bool
}

type drawnValue struct {
	name   string
	number int
}

var (
	drawnScalars = []string{"int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool", "fixed32", "sfixed32", "fixed64",
		"sfixed64", "float", "double", "string", "bytes"}
	drawnKeys = []string{"string", "int32", "int64", "uint32", "sint64", "bool", "fixed32"}
)

func pick[T any](t *rapid.T, from []T, label string) T { return rapid.SampledFrom(from).Draw(t, label) }

// drawFile draws a file of three messages and two enums.
func drawFile(t *rapid.T, syntax, pkg, imports string) *drawnFile {
	f := &drawnFile{syntax: syntax, pkg: pkg, imports: imports}
	for i := range 2 {
		e := &drawnEnum{name: fmt.Sprintf("E%d", i), closed: rapid.Bool().Draw(t, "closed")}
		for n := range rapid.IntRange(1, 3).Draw(t, "values") {
			e.values = append(e.values, drawnValue{fmt.Sprintf("%s_V%d", e.name, n), n})
		}
		f.enums = append(f.enums, e)
	}
	for i := range 3 {
		f.messages = append(f.messages, &drawnMessage{name: fmt.Sprintf("M%d", i)})
	}
	for i, m := range f.messages {
		for n := range rapid.IntRange(1, 4).Draw(t, "fields") {
			m.fields = append(m.fields, f.drawField(t, i, n+1))
		}
		m.inner = &drawnMessage{name: "In"}
		for n := range rapid.IntRange(1, 2).Draw(t, "inner fields") {
			m.inner.fields = append(m.inner.fields, f.drawField(t, i, n+1))
		}
	}
	if syntax != "proto3" && rapid.Bool().Draw(t, "extends") {
		x := f.drawField(t, len(f.messages), 100)
		x.name, x.label, x.oneof, x.group, x.option = "x100", pick(t, []string{"optional", "repeated"}, "label"), "", false, ""
		if x.body == nil && !strings.HasPrefix(x.typ, "map<") {
			f.extend = append(f.extend, x)
		}
	}
	return f
}

// drawField draws a field of message i. Required fields hold messages further down only, so that all messages end.
func (f *drawnFile) drawField(t *rapid.T, i, number int) *drawnField {
	d := &drawnField{name: fmt.Sprintf("f%d", number), number: number}
	d.typ = f.drawType(t)
	f.drawLabel(t, d)
	if rapid.IntRange(0, 4).Draw(t, "oneof") == 0 && !strings.HasPrefix(d.typ, "map<") {
		d.oneof, d.label = pick(t, []string{"o", "p"}, "oneof name"), ""
	}
	f.drawGroup(t, d)
	return d
}

// drawGroup makes a field of proto2 a group now and then.
func (f *drawnFile) drawGroup(t *rapid.T, d *drawnField) {
	if f.syntax != "proto2" || d.oneof != "" || rapid.IntRange(0, 7).Draw(t, "group") > 0 {
		return
	}
	d.label, d.option, d.typ, d.body = pick(t, []string{"optional", "repeated"}, "label"), "", "group", nil
	for n := range rapid.IntRange(1, 2).Draw(t, "group fields") {
		d.body = append(d.body, &drawnField{name: fmt.Sprintf("f%d", n+1), number: n + 1, label: "optional", typ: pick(t, drawnScalars, "scalar")})
	}
}

func (f *drawnFile) drawType(t *rapid.T) string {
	switch rapid.IntRange(0, 9).Draw(t, "type") {
	case 0, 1, 2, 3, 4:
		return pick(t, drawnScalars, "scalar")
	case 5, 6:
		return f.drawName(t, "E")
	case 7, 8:
		return f.drawName(t, "M")
	default:
		value := pick(t, drawnScalars, "value")
		if rapid.Bool().Draw(t, "named value") {
			value = f.drawName(t, pick(t, []string{"M", "E"}, "value type"))
		}
		return "map<" + pick(t, drawnKeys, "key") + ", " + value + ">"
	}
}

func (f *drawnFile) drawName(t *rapid.T, prefix string) string {
	name := fmt.Sprintf("%s%d", prefix, rapid.IntRange(0, 1).Draw(t, "which"))
	if prefix == "M" && rapid.IntRange(0, 2).Draw(t, "nested") == 0 {
		name += ".In"
	}
	if f.imports != "" && rapid.IntRange(0, 2).Draw(t, "imported") == 0 {
		return "dep." + name
	}
	return name
}

func (f *drawnFile) drawLabel(t *rapid.T, d *drawnField) {
	d.label, d.option, d.group = "", "", false
	d.body = nil
	isMessage := strings.Contains(d.typ, "M") && !strings.HasPrefix(d.typ, "map<")
	labels := []string{"optional", "repeated", "required"}
	if isMessage {
		labels = labels[:2]
		d.group = f.syntax == "edition" && rapid.IntRange(0, 3).Draw(t, "delimited") == 0
	}
	if f.syntax == "proto3" {
		labels = []string{"", "optional", "repeated"}
	}
	if !strings.HasPrefix(d.typ, "map<") {
		d.label = pick(t, labels, "label")
		d.drawDefault(t, f.syntax)
	}
}

// drawDefault gives a number of proto2 or an edition a default now and then.
func (d *drawnField) drawDefault(t *rapid.T, syntax string) {
	numeric := slices.Contains(drawnScalars[:6], d.typ)
	if syntax != "proto3" && d.label == "optional" && numeric && rapid.Bool().Draw(t, "default") {
		d.option = fmt.Sprintf("default = %d", rapid.IntRange(0, 2).Draw(t, "default value"))
	}
}

func (f *drawnFile) String() string {
	var b strings.Builder
	if f.syntax == "edition" {
		b.WriteString("edition = \"2023\";\n")
	} else {
		fmt.Fprintf(&b, "syntax = %q;\n", f.syntax)
	}
	fmt.Fprintf(&b, "package %s;\n", f.pkg)
	if f.imports != "" {
		fmt.Fprintf(&b, "import %q;\n", f.imports)
	}
	for _, m := range f.messages {
		f.printMessage(&b, m)
	}
	if len(f.extend) > 0 && slices.ContainsFunc(f.messages, func(m *drawnMessage) bool { return m.name == extended }) {
		fmt.Fprintf(&b, "extend %s {\n", extended)
		f.printFields(&b, f.extend)
		b.WriteString("}\n")
	}
	for _, e := range f.enums {
		f.printEnum(&b, e)
	}
	return b.String()
}

func (f *drawnFile) printMessage(b *strings.Builder, m *drawnMessage) {
	fmt.Fprintf(b, "message %s {\n", m.name)
	if m.name == extended && f.syntax != "proto3" {
		first := 100
		for slices.ContainsFunc(m.fields, func(d *drawnField) bool { return d.number >= first }) {
			first++ // an extension has become a field
		}
		fmt.Fprintf(b, "  extensions %d to 200;\n", first)
	}
	f.printFields(b, m.fields)
	if m.inner != nil {
		f.printMessage(b, m.inner)
	}
	b.WriteString("}\n")
}

func (f *drawnFile) printEnum(b *strings.Builder, e *drawnEnum) {
	fmt.Fprintf(b, "enum %s {\n", e.name)
	if f.syntax == "edition" && e.closed {
		b.WriteString("  option features.enum_type = CLOSED;\n")
	}
	for _, v := range e.values {
		fmt.Fprintf(b, "  %s = %d;\n", v.name, v.number)
	}
	b.WriteString("}\n")
}

func (f *drawnFile) printFields(b *strings.Builder, fields []*drawnField) {
	for _, d := range fields {
		if d.oneof == "" {
			f.printField(b, d)
		}
	}
	for _, o := range []string{"o", "p", "q"} {
		members := slices.DeleteFunc(slices.Clone(fields), func(d *drawnField) bool { return d.oneof != o })
		if len(members) == 0 {
			continue
		}
		fmt.Fprintf(b, "  oneof %s {\n", o)
		for _, d := range members {
			f.printField(b, d)
		}
		b.WriteString("  }\n")
	}
}

func (f *drawnFile) printField(b *strings.Builder, d *drawnField) {
	if d.body != nil {
		f.printGroup(b, d)
		return
	}
	label, options := d.label, []string{}
	if d.option != "" {
		options = append(options, d.option)
	}
	if f.syntax == "edition" {
		switch label {
		case "optional":
			label = ""
		case "required":
			label, options = "", append(options, "features.field_presence = LEGACY_REQUIRED")
		}
		if d.group {
			options = append(options, "features.message_encoding = DELIMITED")
		}
	}
	if label != "" {
		label += " "
	}
	fmt.Fprintf(b, "  %s%s %s = %d", label, d.typ, d.name, d.number)
	if len(options) > 0 {
		fmt.Fprintf(b, " [%s]", strings.Join(options, ", "))
	}
	b.WriteString(";\n")
}

// printGroup prints a group, in an edition as a delimited field and its type.
func (f *drawnFile) printGroup(b *strings.Builder, d *drawnField) {
	if f.syntax == "edition" {
		label := strings.TrimPrefix(d.label+" ", "optional ")
		fmt.Fprintf(b, "  %sG%s g%s = %d [features.message_encoding = DELIMITED];\n  message G%s {\n", label, d.name, d.name, d.number, d.name)
	} else {
		fmt.Fprintf(b, "  %s group G%s = %d {\n", d.label, d.name, d.number)
	}
	f.printFields(b, d.body)
	b.WriteString("  }\n")
}

func (f *drawnFile) clone() *drawnFile {
	out := *f
	out.messages, out.enums, out.extend = nil, nil, cloneFields(f.extend)
	for _, m := range f.messages {
		out.messages = append(out.messages, m.clone())
	}
	for _, e := range f.enums {
		out.enums = append(out.enums, &drawnEnum{e.name, slices.Clone(e.values), e.closed})
	}
	return &out
}

func (m *drawnMessage) clone() *drawnMessage {
	out := &drawnMessage{name: m.name, fields: cloneFields(m.fields)}
	if m.inner != nil {
		out.inner = m.inner.clone()
	}
	return out
}

func cloneFields(fields []*drawnField) []*drawnField {
	var out []*drawnField
	for _, d := range fields {
		c := *d
		c.body = cloneFields(d.body)
		out = append(out, &c)
	}
	return out
}
