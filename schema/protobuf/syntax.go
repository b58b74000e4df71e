package protobuf

import (
	"math"

	"github.com/bufbuild/protocompile/ast"
)

// A reader makes a tree of the parser's syntax tree. Recursion is as deep as the brackets of the text.
type reader struct {
	node  *ast.FileNode
	text  *scanned
	count int
}

// read makes the tree of a parsed text.
func read(node *ast.FileNode, text *scanned) *file {
	r := &reader{node: node, text: text}
	f := &file{}
	if node.Syntax != nil {
		f.syntax = node.Syntax.Syntax.AsString()
	}
	if node.Edition != nil {
		f.edition = node.Edition.Edition.AsString()
	}
	for _, decl := range node.Decls {
		r.count++
		switch d := decl.(type) {
		case *ast.PackageNode:
			f.pkg = ident(d.Name)
		case *ast.ImportNode:
			f.imports = append(f.imports, r.importing(d))
		case *ast.OptionNode:
			f.options = append(f.options, r.option(d))
		case *ast.MessageNode:
			f.messages = append(f.messages, r.message(d.Name, d.MessageBody, r.at(d)))
		case *ast.EnumNode:
			f.enums = append(f.enums, r.enum(d))
		case *ast.ExtendNode:
			f.extends = append(f.extends, r.extend(d))
		case *ast.ServiceNode:
			f.services = append(f.services, r.service(d))
		}
	}
	f.statements = r.count
	return f
}

func (r *reader) importing(d *ast.ImportNode) importing {
	i := importing{path: d.Name.AsString(), at: r.at(d)}
	switch {
	case d.Public != nil:
		i.kind = "public"
	case d.Weak != nil:
		i.kind = "weak"
	}
	return i
}

// at returns the offset of a declaration in the source.
func (r *reader) at(n ast.Node) int { return r.text.offset(r.node.NodeInfo(n).Start().Offset) }

func ident(n ast.IdentValueNode) string { return string(n.AsIdentifier()) }

func (r *reader) message(name *ast.IdentNode, body ast.MessageBody, at int) *message {
	m := &message{name: name.Val, at: at}
	for _, decl := range body.Decls {
		r.count++
		switch d := decl.(type) {
		case *ast.OptionNode:
			m.options = append(m.options, r.option(d))
		case *ast.FieldNode:
			m.fields = append(m.fields, r.field(d))
		case *ast.MapFieldNode:
			m.fields = append(m.fields, r.mapField(d))
		case *ast.GroupNode:
			m.groups = append(m.groups, r.group(d))
		case *ast.OneofNode:
			m.oneofs = append(m.oneofs, r.oneof(d))
		case *ast.ReservedNode:
			m.reserved = append(m.reserved, r.reserved(d))
		case *ast.ExtensionRangeNode:
			m.extensions = append(m.extensions, extensions{r.ranges(d.Ranges), r.options(d.Options)})
		case *ast.ExtendNode:
			m.extends = append(m.extends, r.extend(d))
		case *ast.MessageNode:
			m.messages = append(m.messages, r.message(d.Name, d.MessageBody, r.at(d)))
		case *ast.EnumNode:
			m.enums = append(m.enums, r.enum(d))
		}
	}
	return m
}

func label(l ast.FieldLabel) string {
	if l.KeywordNode == nil {
		return ""
	}
	return l.Val
}

func (r *reader) field(d *ast.FieldNode) *field {
	return &field{label: label(d.Label), typ: ident(d.FldType), name: d.Name.Val, number: number(d.Tag),
		options: r.fieldOptions(d.Options), at: r.at(d)}
}

func (r *reader) mapField(d *ast.MapFieldNode) *field {
	return &field{typ: ident(d.MapType.ValueType), key: d.MapType.KeyType.Val, name: d.Name.Val, number: number(d.Tag),
		options: r.fieldOptions(d.Options), at: r.at(d)}
}

func (r *reader) group(d *ast.GroupNode) *group {
	return &group{label: label(d.Label), number: number(d.Tag), options: r.fieldOptions(d.Options),
		message: *r.message(d.Name, d.MessageBody, r.at(d))}
}

func (r *reader) oneof(d *ast.OneofNode) *oneof {
	o := &oneof{name: d.Name.Val, at: r.at(d)}
	for _, decl := range d.Decls {
		r.count++
		switch d := decl.(type) {
		case *ast.OptionNode:
			o.options = append(o.options, r.option(d))
		case *ast.FieldNode:
			o.fields = append(o.fields, r.field(d))
		case *ast.GroupNode:
			o.groups = append(o.groups, r.group(d))
		}
	}
	return o
}

func (r *reader) enum(d *ast.EnumNode) *enum {
	e := &enum{name: d.Name.Val, at: r.at(d)}
	for _, decl := range d.Decls {
		r.count++
		switch d := decl.(type) {
		case *ast.OptionNode:
			e.options = append(e.options, r.option(d))
		case *ast.EnumValueNode:
			e.values = append(e.values, &enumValue{d.Name.Val, signed(d.Number), r.options(d.Options), r.at(d)})
		case *ast.ReservedNode:
			e.reserved = append(e.reserved, r.reserved(d))
		}
	}
	return e
}

func (r *reader) extend(d *ast.ExtendNode) *extend {
	e := &extend{extendee: ident(d.Extendee)}
	for _, decl := range d.Decls {
		r.count++
		switch d := decl.(type) {
		case *ast.FieldNode:
			e.fields = append(e.fields, r.field(d))
		case *ast.GroupNode:
			e.groups = append(e.groups, r.group(d))
		}
	}
	return e
}

func (r *reader) service(d *ast.ServiceNode) *service {
	s := &service{name: d.Name.Val, at: r.at(d)}
	for _, decl := range d.Decls {
		r.count++
		switch d := decl.(type) {
		case *ast.OptionNode:
			s.options = append(s.options, r.option(d))
		case *ast.RPCNode:
			s.rpcs = append(s.rpcs, r.rpc(d))
		}
	}
	return s
}

func (r *reader) rpc(d *ast.RPCNode) *rpc {
	out := &rpc{name: d.Name.Val, request: ident(d.Input.MessageType), response: ident(d.Output.MessageType),
		requestStream: d.Input.Stream != nil, responseStream: d.Output.Stream != nil, at: r.at(d)}
	for _, decl := range d.Decls {
		if o, ok := decl.(*ast.OptionNode); ok {
			out.options = append(out.options, r.option(o))
		}
	}
	return out
}

func (r *reader) reserved(d *ast.ReservedNode) reserved {
	out := reserved{ranges: r.ranges(d.Ranges)}
	for _, n := range d.Names {
		out.names = append(out.names, n.AsString())
	}
	for _, n := range d.Identifiers {
		out.idents = append(out.idents, n.Val)
	}
	r.count += len(out.names) + len(out.idents)
	return out
}

func (r *reader) ranges(nodes []*ast.RangeNode) []span {
	out := make([]span, len(nodes))
	for i, n := range nodes {
		first := signed(n.StartVal)
		out[i] = span{first: first, last: first, single: n.To == nil, max: n.Max != nil}
		if n.Max != nil {
			out[i].last = math.MaxInt32
		} else if n.EndVal != nil {
			out[i].last = signed(n.EndVal)
		}
	}
	r.count += len(nodes)
	return out
}

// fieldOptions returns options with default and json_name behind all others, where the reference prints them.
func (r *reader) fieldOptions(c *ast.CompactOptionsNode) []option {
	all := r.options(c)
	var plain, defaults, names []option
	for _, o := range all {
		switch {
		case o.is("default"):
			defaults = append(defaults, o)
		case o.is("json_name"):
			names = append(names, o)
		default:
			plain = append(plain, o)
		}
	}
	return append(append(plain, defaults...), names...)
}

func (r *reader) options(c *ast.CompactOptionsNode) []option {
	if c == nil {
		return nil
	}
	out := make([]option, 0, len(c.Options))
	for _, o := range c.Options {
		out = append(out, r.option(o))
	}
	return out
}

func (r *reader) option(n *ast.OptionNode) option {
	r.count++
	var o option
	for _, p := range n.Name.Parts {
		o.name = append(o.name, namePart{ident(p.Name), p.IsExtension()})
	}
	o.value = r.value(n.Val)
	return o
}

func (r *reader) value(n ast.ValueNode) value {
	switch n := n.(type) {
	case ast.StringValueNode:
		return value{kind: stringValue, text: n.AsString()}
	case ast.IdentValueNode:
		return value{kind: identValue, text: ident(n)}
	case *ast.SpecialFloatLiteralNode:
		return value{kind: identValue, text: n.KeywordNode.Val}
	case *ast.MessageLiteralNode:
		return r.literal(n)
	case *ast.ArrayLiteralNode:
		v := value{kind: listValue}
		for _, e := range n.Elements {
			r.count++
			v.items = append(v.items, r.value(e))
		}
		return v
	case *ast.NegativeIntLiteralNode:
		return value{kind: numberValue, text: "-" + r.raw(n.Uint)}
	case *ast.SignedFloatLiteralNode:
		return value{kind: numberValue, text: string(n.Sign.Rune) + r.raw(n.Float)}
	default: // unsigned numbers
		return value{kind: numberValue, text: r.raw(n)}
	}
}

func (r *reader) raw(n ast.Node) string { return r.node.NodeInfo(n).RawText() }

// literal reads a message literal. A member that is given more than once becomes a list, as the reference prints it.
func (r *reader) literal(n *ast.MessageLiteralNode) value {
	v := value{kind: messageValue}
	seen := map[string]int{}
	for _, e := range n.Elements {
		r.count++
		name, val := memberName(e.Name), r.value(e.Val)
		i, ok := seen[name]
		if !ok {
			seen[name] = len(v.members)
			v.members = append(v.members, member{name, val})
			continue
		}
		v.members[i].value = value{kind: listValue, items: append(v.members[i].value.list(), val.list()...)}
	}
	return v
}

func memberName(n *ast.FieldReferenceNode) string {
	switch {
	case n.IsAnyTypeReference():
		return "[" + ident(n.URLPrefix) + "/" + ident(n.Name) + "]"
	case n.IsExtension():
		return "[" + ident(n.Name) + "]"
	default:
		return ident(n.Name)
	}
}

// number returns a field number. One that does not fit is refused later; here it becomes 0.
func number(n *ast.UintLiteralNode) int32 {
	if n == nil || n.Val > math.MaxInt32 {
		return 0
	}
	return int32(n.Val)
}

func signed(n ast.IntValueNode) int32 {
	v, _ := ast.AsInt32(n, math.MinInt32, math.MaxInt32)
	return v
}
