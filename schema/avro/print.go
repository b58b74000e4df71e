package avro

import (
	"slices"
	"strconv"
)

// A printer writes a schema as compact JSON. Its zero value writes the canonical text: what the reference prints, with
// the attributes of each type in a fixed order, its custom properties in theirs, and every name as short as the
// enclosing namespace allows.
// Source: Apache's Java implementation, Schema.toString.
type printer struct {
	buf []byte
	// resolve writes the definitions of references where they are used first.
	resolve bool
	// sorted writes properties and aliases sorted and numbers as the type of their field has them, and leaves out empty docs.
	sorted bool
	tags   map[any][]string // by *Node or *Field: the inline tags to print instead of its own

	seen   map[*Node]struct{}          // resolve: what has been written
	fields map[*Node]map[string]*Field // sorted: the fields of records that occur in defaults
}

// render writes a schema.
func render(u Use, p printer) string {
	p.use(u, "")
	return string(p.buf)
}

func (p *printer) raw(s string) { p.buf = append(p.buf, s...) }

func (p *printer) str(s string) { p.buf = appendString(p.buf, s) }

// use writes what stands in namespace ns.
func (p *printer) use(u Use, ns string) {
	n := u.Node
	switch {
	case n.Kind == Union:
		p.buf = append(p.buf, '[')
		for i := range n.Branches {
			if i > 0 {
				p.buf = append(p.buf, ',')
			}
			p.use(n.Branches[i], ns)
		}
		p.buf = append(p.buf, ']')
	case n.Kind.Named():
		p.named(u, ns)
	case n.Kind <= String && len(n.Props) == 0:
		p.str(n.Kind.String())
	default:
		p.raw(`{"type":`)
		p.str(n.Kind.String())
		if n.Kind == Array {
			p.raw(`,"items":`)
			p.use(n.Items, ns)
		} else if n.Kind == Map {
			p.raw(`,"values":`)
			p.use(n.Items, ns)
		}
		p.props(n.Props, n.leading())
		p.buf = append(p.buf, '}')
	}
}

// byName reports whether a use of a definition is written as a name.
func (p *printer) byName(u Use) bool {
	if !p.resolve {
		return u.ByName
	}
	if _, written := p.seen[u.Node]; written {
		return true
	}
	if p.seen == nil {
		p.seen = make(map[*Node]struct{})
	}
	p.seen[u.Node] = struct{}{}
	return false
}

// named writes a record, enum or fixed, or its name.
func (p *printer) named(u Use, ns string) {
	n := u.Node
	if p.byName(u) {
		p.str(shortName(n.Name, ns))
		return
	}
	space, simple := splitName(n.Name)
	p.raw(`{"type":`)
	if n.IsError && !p.sorted {
		p.raw(`"error"`)
	} else {
		p.str(n.Kind.String())
	}
	p.raw(`,"name":`)
	p.str(simple)
	if space != ns {
		p.raw(`,"namespace":`)
		p.str(space)
	}
	if n.HasDoc && (n.Doc != "" || !p.sorted) {
		p.raw(`,"doc":`)
		p.str(n.Doc)
	}
	switch n.Kind {
	case Record:
		p.record(n, space)
	case Enum:
		p.raw(`,"symbols":`)
		p.strings(n.Symbols)
		if n.HasDefault {
			p.raw(`,"default":`)
			p.str(n.Default)
		}
	default:
		p.raw(`,"size":`)
		p.buf = strconv.AppendInt(p.buf, int64(n.Size), 10)
	}
	p.tagged(n, n.Props, n.leading())
	p.aliases(n.Alias, space)
	p.buf = append(p.buf, '}')
}

// shortName returns the name that means a full name in a namespace.
func shortName(full, ns string) string {
	space, simple := splitName(full)
	if space == ns && space != "" && kindOf(simple) == 0 && simple != "union" {
		return simple
	}
	return full
}

func (p *printer) record(n *Node, ns string) {
	p.raw(`,"fields":[`)
	for i, f := range n.Fields {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.raw(`{"name":`)
		p.str(f.Name)
		p.raw(`,"type":`)
		p.use(f.Type, ns)
		if f.HasDoc {
			p.raw(`,"doc":`)
			p.str(f.Doc)
		}
		if f.Default != nil {
			p.raw(`,"default":`)
			if p.sorted {
				p.typed(f.Type.Node, f.Default)
			} else {
				p.value(f.Default)
			}
		}
		if f.Order != "" && f.Order != "ascending" {
			p.raw(`,"order":`)
			p.str(f.Order)
		}
		if len(f.Aliases) > 0 {
			p.raw(`,"aliases":`)
			p.strings(p.inOrder(f.Aliases))
		}
		p.tagged(f, f.Props, nil)
		p.buf = append(p.buf, '}')
	}
	p.buf = append(p.buf, ']')
}

func (p *printer) strings(list []string) {
	p.buf = append(p.buf, '[')
	for i, s := range list {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.str(s)
	}
	p.buf = append(p.buf, ']')
}

// inOrder returns names as they stand, or sorted.
func (p *printer) inOrder(names []string) []string {
	if p.sorted {
		names = slices.Clone(names)
		slices.SortFunc(names, compareUTF16)
	}
	return names
}

func (p *printer) aliases(aliases []string, ns string) {
	if len(aliases) == 0 {
		return
	}
	p.raw(`,"aliases":[`)
	for i, alias := range p.inOrder(aliases) {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.str(shortName(alias, ns))
	}
	p.buf = append(p.buf, ']')
}

// leading returns the keys of the properties that make up the node's logical type, which come before the others where
// properties are sorted; a scale of 0 is none of them. Source: Confluent's normalization.
func (n *Node) leading() []string {
	switch {
	case n.Logical == nil:
		return nil
	case n.Logical.Name != "decimal":
		return leadingProps[:1]
	case n.Logical.Scale == 0:
		return leadingProps[:2]
	default:
		return leadingProps[:]
	}
}

var leadingProps = [...]string{"logicalType", "precision", "scale"}

// tagged writes the properties of a node or field, its inline tags changed if there is a change of them.
func (p *printer) tagged(owner any, props []Prop, leading []string) {
	if p.tags != nil {
		if tags, ok := p.tags[owner]; ok {
			props = withTags(props, tags)
		}
	}
	p.props(props, leading)
}

func (p *printer) props(props []Prop, leading []string) {
	if p.sorted && len(props) > 1 {
		props = sortProps(props, leading)
	}
	for i := range props {
		p.buf = append(p.buf, ',')
		p.str(props[i].Key)
		p.buf = append(p.buf, ':')
		p.value(props[i].Value)
	}
}

// sortProps returns properties sorted by key, those with leading keys first.
func sortProps(props []Prop, leading []string) []Prop {
	rank := func(key string) int {
		if i := slices.Index(leading, key); i >= 0 {
			return i
		}
		return len(leading)
	}
	props = slices.Clone(props)
	slices.SortFunc(props, func(a, b Prop) int {
		if x, y := rank(a.Key), rank(b.Key); x != y {
			return x - y
		}
		return compareUTF16(a.Key, b.Key)
	})
	return props
}

// value writes a JSON value.
func (p *printer) value(v *Value) { p.typed(nil, v) }

// typed writes a value of a type; of none, for nil.
func (p *printer) typed(n *Node, v *Value) {
	for n != nil && n.Kind == Union && len(n.Branches) > 0 {
		n = n.Branches[0].Node
	}
	switch v.Kind {
	case NullValue:
		p.raw("null")
	case BoolValue:
		p.raw(v.Text)
	case NumberValue:
		p.raw(numberOf(n, v.Text))
	case StringValue:
		p.str(v.Text)
	case ArrayValue:
		p.buf = append(p.buf, '[')
		for i := range v.Items {
			if i > 0 {
				p.buf = append(p.buf, ',')
			}
			p.typed(p.itemType(n, Array, ""), &v.Items[i])
		}
		p.buf = append(p.buf, ']')
	case ObjectValue:
		p.object(n, v)
	}
}

func (p *printer) object(n *Node, v *Value) {
	members := v.Members
	if p.sorted && len(members) > 1 {
		members = sortProps(members, nil)
	}
	p.buf = append(p.buf, '{')
	for i := range members {
		if i > 0 {
			p.buf = append(p.buf, ',')
		}
		p.str(members[i].Key)
		p.buf = append(p.buf, ':')
		p.typed(p.itemType(n, Map, members[i].Key), members[i].Value)
	}
	p.buf = append(p.buf, '}')
}

// itemType returns the type of what is in an array, or under a key in a map or record, nil if that is not known.
func (p *printer) itemType(n *Node, container Kind, key string) *Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == container:
		return n.Items.Node
	case n.Kind == Record && container == Map:
		if f := p.fieldOf(n, key); f != nil {
			return f.Type.Node
		}
	}
	return nil
}

func (p *printer) fieldOf(n *Node, name string) *Field {
	byName := p.fields[n]
	if byName == nil {
		byName = make(map[string]*Field, len(n.Fields))
		for _, f := range n.Fields {
			byName[f.Name] = f
		}
		if p.fields == nil {
			p.fields = make(map[*Node]map[string]*Field)
		}
		p.fields[n] = byName
	}
	return byName[name]
}

// numberOf prints a number of a type.
func numberOf(n *Node, text string) string {
	bits := 0
	switch {
	case n == nil:
	case n.Kind == Float:
		bits = 32
	case n.Kind == Double:
		bits = 64
	}
	if bits != 0 {
		if printed, ok := floatNumber(text, bits); ok {
			return printed
		}
	}
	return canonicalNumber(text)
}

// withTags returns properties with inline tags in the place of those they had, or behind the others.
func withTags(props []Prop, tags []string) []Prop {
	at := slices.IndexFunc(props, func(p Prop) bool { return p.Key == tagsProp })
	props = slices.Clone(props)
	if len(tags) == 0 {
		if at < 0 {
			return props
		}
		return slices.Delete(props, at, at+1)
	}
	list := &Value{Kind: ArrayValue}
	for _, tag := range tags {
		list.Items = append(list.Items, Value{Kind: StringValue, Text: tag})
	}
	if at < 0 {
		return append(props, Prop{Key: tagsProp, Value: list})
	}
	props[at].Value = list
	return props
}

// fieldNames lists the fields of a record, or of the records among the branches of a union.
func fieldNames(n *Node, names []string) []string {
	switch n.Kind {
	case Record:
		for _, f := range n.Fields {
			names = append(names, f.Name)
		}
	case Union:
		for _, b := range n.Branches {
			names = fieldNames(b.Node, names)
		}
	}
	return names
}
