package avro

import (
	"strconv"
	"strings"
	"unsafe"

	"github.com/treatyhq/treaty/schema"
)

// fields reads the fields of a record.
func (p *parser) fields(n *Node, i, list uint32) error {
	if list == 0 {
		return p.errorf(i, "the record %s has no \"fields\"", quote(n.Name))
	}
	t := &p.tokens[list]
	if t.kind != '[' {
		return p.errorf(list, "the fields of record %s are %s, not an array", quote(n.Name), p.show(list))
	}
	if int(t.n) > p.limits.Fields {
		return p.limit(list, "fields", p.limits.Fields, "the record %s has %d fields", quote(n.Name), t.n)
	}
	record, field := p.record, p.field
	p.record = n.Name
	fields := make([]Field, t.n)
	n.Fields = make([]*Field, t.n)
	p.size += int(t.n) * int(unsafe.Sizeof(Field{})+unsafe.Sizeof(&fields))
	ns, _ := splitName(n.Name)
	k := list + 1
	for f := range fields {
		p.field = ""
		if err := p.readField(&fields[f], k, ns); err != nil {
			return err
		}
		if fields[f].Default != nil && p.strict {
			p.defaults = append(p.defaults, defaulted{&fields[f], n})
		}
		n.Fields[f] = &fields[f]
		k = p.tokens[k].next
	}
	p.record, p.field = record, field
	return p.distinctFields(n)
}

// readField reads the field at token i.
func (p *parser) readField(f *Field, i uint32, ns string) error {
	if p.tokens[i].kind != '{' {
		return p.errorf(i, "%s stands among the fields%s, which are objects", p.show(i), p.place())
	}
	a := p.fieldAttributes(i)
	if a.name == 0 {
		return p.errorf(i, "a field%s has no \"name\"", p.place())
	}
	if p.tokens[a.name].kind != '"' {
		return p.errorf(a.name, "the name of a field%s is %s, not a string", p.place(), p.show(a.name))
	}
	f.Name, f.Pos, f.NamePos = p.str(a.name), p.tokens[i].position(), p.tokens[a.name].position()
	if !validName(f.Name) {
		return p.checkName(a.name, f.Name, "a field"+p.place())
	}
	p.field = f.Name
	if a.typ == 0 {
		return p.errorf(i, "the \"type\"%s is missing", p.place())
	}
	f.Doc, f.HasDoc = p.optional(a.doc)
	var err error
	if f.Type, err = p.use(a.typ, ns); err != nil {
		return err
	}
	p.field = f.Name
	if f.Order, err = p.order(a.order); err != nil {
		return err
	}
	if f.Aliases, err = p.fieldAliases(a.aliases); err != nil {
		return err
	}
	if a.fieldDefault != 0 {
		v := p.value(a.fieldDefault)
		p.size += int(unsafe.Sizeof(v))
		f.Default = textAsFloat(f.Type.Node.Kind, &v)
	}
	if a.prop == 0 {
		return nil
	}
	f.Props, err = p.collect(i, int(a.prop), isFieldAttribute)
	return err
}

func isFieldAttribute(key string) bool {
	switch key {
	case "name", "type", "doc", "default", "order", "aliases":
		return true
	default:
		return false
	}
}

// fieldAttributes reads the members of the field at token i.
func (p *parser) fieldAttributes(i uint32) (a attributes) {
	k := i + 1
	for range p.tokens[i].n {
		v := k + 1
		switch p.str(k) {
		case "name":
			a.name = v
		case "type":
			a.typ = v
		case "doc":
			a.doc = v
		case "default":
			a.fieldDefault = v
		case "order":
			a.order = v
		case "aliases":
			a.aliases = v
		default:
			a.prop++
		}
		k = p.tokens[v].next
	}
	return a
}

// order reads the sort order of a field in any case of letters, as the reference does.
func (p *parser) order(i uint32) (string, error) {
	if i == 0 {
		return "", nil
	}
	text, _ := p.optional(i)
	switch order := strings.ToLower(text); order {
	case "ascending", "descending", "ignore":
		return order, nil
	default:
		return "", p.errorf(i, "the order%s is %s, not ascending, descending or ignore", p.place(), p.show(i))
	}
}

func (p *parser) fieldAliases(i uint32) ([]string, error) {
	if i == 0 {
		return nil, nil
	}
	aliases, err := p.strings(i, func() string { return "the aliases" + p.place() })
	if err != nil {
		return nil, err
	}
	for k, alias := range aliases {
		if p.strict && !validName(alias) {
			return nil, p.checkName(i+1+uint32(k), alias, "an alias"+p.place())
		}
	}
	return unique(aliases), nil
}

// distinctFields refuses a record that has a field twice.
func (p *parser) distinctFields(n *Node) error {
	var few [manyKeys]string
	names := few[:0]
	for _, f := range n.Fields {
		names = append(names, f.Name)
	}
	k := duplicate(names)
	if k < 0 {
		return nil
	}
	return &schema.Error{
		Position: n.Fields[k].NamePos,
		Message:  "the record " + quote(n.Name) + " has the field " + quote(names[k]) + " twice",
	}
}

// textAsFloat turns the default of a float or double that is written as a string into the number that it spells, as the
// reference does. NaN and the infinities, which JSON has no numbers for, stay strings.
func textAsFloat(kind Kind, v *Value) *Value {
	if kind != Float && kind != Double || v.Kind != StringValue {
		return v
	}
	text := strings.TrimSpace(v.Text)
	switch text {
	case "NaN", "Infinity", "-Infinity":
		v.Text = text
		return v
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "_xXnN") {
		return v
	}
	v.Kind, v.Text = NumberValue, javaFloat(f, 64)
	return v
}
