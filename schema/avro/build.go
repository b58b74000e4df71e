package avro

import (
	"slices"
	"unsafe"
)

// primitives holds the nodes of types without properties: one of each kind, shared by all schemas.
var primitives = func() (nodes [Fixed + 1]*Node) {
	for k := Null; k <= String; k++ {
		nodes[k] = &Node{Kind: k}
	}
	return nodes
}()

// kindNames are the names of the kinds in texts.
var kindNames = [Fixed + 1]string{
	Null: "null", Boolean: "boolean", Int: "int", Long: "long", Float: "float", Double: "double", Bytes: "bytes",
	String: "string", Record: "record", Enum: "enum", Array: "array", Map: "map", Union: "union", Fixed: "fixed",
}

// String returns the kind's name in the specification.
func (k Kind) String() string {
	if int(k) >= len(kindNames) {
		return ""
	}
	return kindNames[k]
}

// Named reports whether types of the kind have a name: records, enums and fixed.
func (k Kind) Named() bool { return k == Record || k == Enum || k == Fixed }

// kindOf returns the kind that "type" names, 0 if it is the name of a definition.
func kindOf(name string) Kind {
	switch name {
	case "null":
		return Null
	case "boolean":
		return Boolean
	case "int":
		return Int
	case "long":
		return Long
	case "float":
		return Float
	case "double":
		return Double
	case "bytes":
		return Bytes
	case "string":
		return String
	case "record", "error":
		return Record
	case "enum":
		return Enum
	case "array":
		return Array
	case "map":
		return Map
	case "fixed":
		return Fixed
	default:
		return 0
	}
}

// use reads the schema at token i, which stands in namespace ns.
func (p *parser) use(i uint32, ns string) (Use, error) {
	t := &p.tokens[i]
	u := Use{Pos: t.position()}
	var err error
	switch t.kind {
	case '"':
		u.Node, u.ByName, err = p.lookUp(i, ns)
	case '{':
		u.Node, u.ByName, err = p.object(i, ns)
	case '[':
		u.Node, err = p.union(i, ns)
	default:
		err = p.errorf(i, "%s is no schema: the type%s is a name, an object or an array", p.show(i), p.place())
	}
	return u, err
}

// lookUp returns the node of a primitive or of a definition by its name, which is tried in the enclosing namespace
// first and then in none.
func (p *parser) lookUp(i uint32, ns string) (n *Node, byName bool, err error) {
	name := p.str(i)
	if k := kindOf(name); k != 0 && k <= String {
		return primitives[k], false, nil
	}
	if n := p.names[fullName(name, ns)]; n != nil {
		return n, true, nil
	}
	if _, simple := splitName(name); simple == name {
		if n := p.names[name]; n != nil {
			return n, true, nil
		}
	}
	return nil, false, p.errorf(i,
		"unknown type %s%s: no primitive, no reference and no definition before this place has that name", quote(name), p.place())
}

// attributes are the tokens of the values of a schema object; 0 stands for one that is missing.
type attributes struct {
	typ, name, namespace, doc, aliases     uint32
	fields, symbols, size, items, values   uint32
	enumDefault, order, fieldDefault, prop uint32 // prop counts all other members; the defaults and order are among them
}

// attributes reads the members of the object at token i.
func (p *parser) attributes(i uint32) (a attributes) {
	k := i + 1
	for range p.tokens[i].n {
		v := k + 1
		switch p.str(k) {
		case "type":
			a.typ = v
		case "name":
			a.name = v
		case "namespace":
			a.namespace = v
		case "doc":
			a.doc = v
		case "aliases":
			a.aliases = v
		case "fields":
			a.fields = v
		case "symbols":
			a.symbols = v
		case "size":
			a.size = v
		case "items":
			a.items = v
		case "values":
			a.values = v
		case "default":
			a.enumDefault = v
			a.prop++
		default:
			a.prop++
		}
		k = p.tokens[v].next
	}
	return a
}

// object reads a schema that is written as an object.
func (p *parser) object(i uint32, ns string) (n *Node, byName bool, err error) {
	a := p.attributes(i)
	if a.typ == 0 {
		return nil, false, p.errorf(i, "the schema%s has no \"type\"", p.place())
	}
	if p.tokens[a.typ].kind != '"' {
		return nil, false, p.errorf(a.typ, "the \"type\" of the schema%s is %s, not a name", p.place(), p.show(a.typ))
	}
	kind := kindOf(p.str(a.typ))
	switch {
	case kind == 0:
		// An object around a name is the definition itself: other members say nothing.
		return p.lookUp(a.typ, ns)
	case kind <= String && a.prop == 0:
		return primitives[kind], false, nil
	}
	n = p.node(kind, i)
	switch kind {
	case Record, Enum, Fixed:
		err = p.definition(n, i, &a, ns)
	case Array:
		n.Items, err = p.elements(i, a.items, "items", ns)
	case Map:
		n.Items, err = p.elements(i, a.values, "values", ns)
	}
	if err != nil {
		return nil, false, err
	}
	if n.Props, err = p.props(i, int(a.prop), kind); err != nil {
		return nil, false, err
	}
	n.Logical, err = p.logical(n, i)
	return n, false, err
}

// node returns a new node that begins at token i.
func (p *parser) node(kind Kind, i uint32) *Node {
	p.size += int(unsafe.Sizeof(Node{}))
	return &Node{Kind: kind, Pos: p.tokens[i].position(), Dependency: p.dependency}
}

func (p *parser) elements(i, v uint32, attribute, ns string) (Use, error) {
	if v == 0 {
		return Use{}, p.errorf(i, "the %s%s has no %q", p.str(p.member(i, "type")), p.place(), attribute)
	}
	return p.use(v, ns)
}

// member returns the value of a member of the object at token i, 0 if it has none of that name.
func (p *parser) member(i uint32, key string) uint32 {
	k := i + 1
	for range p.tokens[i].n {
		if p.str(k) == key {
			return k + 1
		}
		k = p.tokens[k+1].next
	}
	return 0
}

// union reads a union: no union directly inside, and no two branches that its values' names could not tell apart.
func (p *parser) union(i uint32, ns string) (*Node, error) {
	t := &p.tokens[i]
	if int(t.n) > p.limits.Branches {
		return nil, p.limit(i, "branches", p.limits.Branches, "the union%s has %d branches", p.place(), t.n)
	}
	n := p.node(Union, i)
	n.Branches = make([]Use, 0, t.n)
	p.size += int(t.n) * int(unsafe.Sizeof(Use{}))
	var seen branches
	v := i + 1
	for range t.n {
		u, err := p.use(v, ns)
		if err != nil {
			return nil, err
		}
		if u.Node.Kind == Union {
			return nil, p.errorf(v, "the union%s has a union directly inside", p.place())
		}
		if name, twice := seen.add(u.Node, n.Branches); twice {
			return nil, p.errorf(v, "the union%s has two branches %s", p.place(), quote(name))
		}
		n.Branches = append(n.Branches, u)
		v = p.tokens[v].next
	}
	return n, nil
}

// branches are those that a union has so far, by the name that tells them apart: the kind's, or a definition's full one.
type branches struct {
	kinds [Fixed + 1]bool // also for definitions with the name of a kind
	named map[*Node]struct{}
}

// add adds a branch behind the earlier ones and reports whether it is among them.
func (b *branches) add(n *Node, earlier []Use) (name string, twice bool) {
	kind := n.Kind
	name = kind.String()
	if kind.Named() {
		name, kind = n.Name, kindOf(n.Name)
	}
	if kind != 0 {
		twice, b.kinds[kind] = b.kinds[kind], true
		return name, twice
	}
	if len(earlier) < manyKeys {
		return name, slices.ContainsFunc(earlier, func(u Use) bool { return u.Node == n })
	}
	if b.named == nil {
		b.named = make(map[*Node]struct{})
		for _, u := range earlier {
			b.named[u.Node] = struct{}{}
		}
	}
	_, twice = b.named[n]
	b.named[n] = struct{}{}
	return name, twice
}

// props reads the members of the object at token i that have no meaning of their own for the kind; count is how many
// there are at most.
func (p *parser) props(i uint32, count int, kind Kind) ([]Prop, error) {
	if count == 0 {
		return nil, nil
	}
	return p.collect(i, count, func(key string) bool {
		switch key {
		case "type", "name", "namespace", "doc", "aliases", "fields", "symbols", "size", "items", "values":
			return true
		case "default":
			return kind == Enum
		default:
			return false
		}
	})
}

// collect reads the members of the object at token i except reserved ones.
func (p *parser) collect(i uint32, count int, reserved func(key string) bool) ([]Prop, error) {
	values := make([]Value, 0, count)
	props := make([]Prop, 0, count)
	p.size += count * int(unsafe.Sizeof(Value{})+unsafe.Sizeof(Prop{}))
	k := i + 1
	for range p.tokens[i].n {
		v := k + 1
		if key := p.str(k); !reserved(key) {
			values = append(values, p.value(v))
			props = append(props, Prop{Key: key, Value: &values[len(values)-1]})
		}
		k = p.tokens[v].next
	}
	if len(props) == 0 {
		return nil, nil
	}
	return props, nil
}

// value returns the JSON value at token i.
func (p *parser) value(i uint32) Value {
	t := &p.tokens[i]
	v := Value{Pos: t.position()}
	switch t.kind {
	case '"':
		v.Kind, v.Text = StringValue, p.str(i)
	case '0':
		v.Kind, v.Text = NumberValue, p.text[t.start:t.end]
	case 't', 'f':
		v.Kind, v.Text = BoolValue, p.text[t.start:t.end]
	case 'n':
		v.Kind = NullValue
	case '[':
		v.Kind, v.Items = ArrayValue, make([]Value, 0, t.n)
		p.size += int(t.n) * int(unsafe.Sizeof(Value{}))
		k := i + 1
		for range t.n {
			v.Items = append(v.Items, p.value(k))
			k = p.tokens[k].next
		}
	case '{':
		v.Kind = ObjectValue
		v.Members, _ = p.collect(i, int(t.n), func(string) bool { return false })
	}
	return v
}
