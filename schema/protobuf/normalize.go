package protobuf

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A normalizer makes the tree of a file's normal form. It drops nothing: it qualifies names, splits and sorts ranges,
// groups extensions, and sorts options.
// Source: Confluent REST API, normalize=true; numbers are exact here, and groups are kept.
type normalizer struct {
	linked linker.Result
	names  *extensionNames
	// sort asks for everything to be sorted whose order means nothing. Without it, two texts have the same form if they
	// would have the same descriptor.
	sort bool
}

func (s *Schema) normal(sort bool) *file {
	var deps linker.Files
	for i := range s.linked.Imports().Len() {
		deps = append(deps, s.linked.FindImportByPath(s.linked.Imports().Get(i).Path()))
	}
	n := &normalizer{linked: s.linked, names: newExtensionNames(s.linked.FileDescriptorProto(), deps), sort: sort}
	return n.file(s.tree)
}

func (n *normalizer) file(f *file) *file {
	out := &file{syntax: f.syntax, edition: f.edition, pkg: f.pkg, imports: slices.Clone(f.imports)}
	if out.syntax == "proto2" {
		out.syntax = ""
	}
	if n.sort {
		slices.SortFunc(out.imports, func(a, b importing) int { return cmp.Compare(a.path, b.path) })
	}
	out.options = n.options(f.pkg, f.options)
	out.messages = n.messages(f.pkg, f.messages)
	out.enums = n.enums(f.pkg, f.enums)
	out.extends = n.extends(f.pkg, f.extends)
	for _, s := range f.services {
		out.services = append(out.services, n.service(f.pkg, s))
	}
	return out
}

func qualify(scope, name string) string {
	if scope == "" {
		return name
	}
	return scope + "." + name
}

// lookUp returns the descriptor of something that the file itself declares.
func lookUp[D protoreflect.Descriptor](n *normalizer, full string) (D, bool) {
	d, ok := n.linked.FindDescriptorByName(protoreflect.FullName(full)).(D)
	return d, ok
}

func (n *normalizer) messages(scope string, list []*message) []*message {
	var out []*message
	for _, m := range list {
		out = append(out, n.message(scope, m))
	}
	return out
}

func (n *normalizer) message(scope string, m *message) *message {
	full := qualify(scope, m.name)
	out := &message{
		name:     m.name,
		reserved: normalReserved(m.reserved, 1<<29-1),
		options:  n.options(scope, m.options),
		fields:   n.fields(full, m.fields),
		groups:   n.groups(full, m.groups),
		extends:  n.extends(full, m.extends),
		messages: n.messages(full, m.messages),
		enums:    n.enums(full, m.enums),
	}
	for _, o := range m.oneofs {
		out.oneofs = append(out.oneofs, &oneof{
			name: o.name, options: n.options(full, o.options),
			fields: n.fields(full, o.fields), groups: n.groups(full, o.groups),
		})
	}
	if n.sort {
		slices.SortStableFunc(out.oneofs, func(a, b *oneof) int { return cmp.Compare(firstNumber(a), firstNumber(b)) })
	}
	for _, e := range m.extensions {
		options := n.options(full, e.options)
		for _, r := range normalSpans(e.ranges, 1<<29-1) {
			out.extensions = append(out.extensions, extensions{[]span{r}, options})
		}
	}
	slices.SortStableFunc(out.extensions, func(a, b extensions) int { return cmp.Compare(a.ranges[0].first, b.ranges[0].first) })
	return out
}

// firstNumber returns the lowest field number of a sorted oneof.
func firstNumber(o *oneof) int32 {
	first := int32(math.MaxInt32)
	if len(o.fields) > 0 {
		first = o.fields[0].number
	}
	if len(o.groups) > 0 {
		first = min(first, o.groups[0].number)
	}
	return first
}

func (n *normalizer) fields(scope string, list []*field) []*field {
	var out []*field
	for _, f := range list {
		c := *f
		full := qualify(scope, f.name)
		if d, ok := lookUp[protoreflect.FieldDescriptor](n, full); ok {
			c.typ = resolvedType(d, f)
		}
		c.options = n.fieldOptions(scope, f)
		out = append(out, &c)
	}
	if n.sort {
		slices.SortStableFunc(out, func(a, b *field) int { return cmp.Compare(a.number, b.number) })
	}
	return out
}

func resolvedType(d protoreflect.FieldDescriptor, f *field) string {
	if f.key != "" && d.IsMap() {
		d = d.MapValue()
	}
	return typeName(d)
}

func (n *normalizer) groups(scope string, list []*group) []*group {
	var out []*group
	for _, g := range list {
		body := *n.message(scope, &g.message)
		out = append(out, &group{label: g.label, number: g.number, options: n.options(scope, g.options), message: body})
	}
	if n.sort {
		slices.SortStableFunc(out, func(a, b *group) int { return cmp.Compare(a.number, b.number) })
	}
	return out
}

// extends gathers the extensions of one message in one block, where the first of them stands.
func (n *normalizer) extends(scope string, list []*extend) []*extend {
	var out []*extend
	blocks := map[string]*extend{}
	for _, e := range list {
		name := n.extendee(scope, e)
		b := blocks[name]
		if b == nil {
			b = &extend{extendee: name}
			blocks[name] = b
			out = append(out, b)
		}
		b.fields = append(b.fields, e.fields...)
		b.groups = append(b.groups, e.groups...)
	}
	for _, b := range out {
		b.fields, b.groups = n.fields(scope, b.fields), n.groups(scope, b.groups)
	}
	return out
}

func (n *normalizer) extendee(scope string, e *extend) string {
	name := ""
	if len(e.fields) > 0 {
		name = e.fields[0].name
	} else if len(e.groups) > 0 {
		name = strings.ToLower(e.groups[0].name)
	}
	if d, ok := lookUp[protoreflect.FieldDescriptor](n, qualify(scope, name)); ok && d.IsExtension() {
		return "." + string(d.ContainingMessage().FullName())
	}
	return e.extendee
}

func (n *normalizer) enums(scope string, list []*enum) []*enum {
	var out []*enum
	for _, e := range list {
		c := &enum{name: e.name, reserved: normalReserved(e.reserved, math.MaxInt32), options: n.options(scope, e.options)}
		for _, v := range e.values {
			c.values = append(c.values, &enumValue{name: v.name, number: v.number, options: n.options(scope, v.options)})
		}
		if n.sort {
			slices.SortStableFunc(c.values, func(a, b *enumValue) int {
				return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name))
			})
		}
		out = append(out, c)
	}
	return out
}

func (n *normalizer) service(scope string, s *service) *service {
	full := qualify(scope, s.name)
	out := &service{name: s.name, options: n.options(scope, s.options)}
	for _, r := range s.rpcs {
		c := *r
		c.options = n.options(full, r.options)
		if d, ok := lookUp[protoreflect.MethodDescriptor](n, qualify(full, r.name)); ok {
			c.request, c.response = "."+string(d.Input().FullName()), "."+string(d.Output().FullName())
		}
		out.rpcs = append(out.rpcs, &c)
	}
	return out
}

// normalReserved returns a statement for each range, lowest first, then one for each name in alphabetical order.
func normalReserved(statements []reserved, highest int32) []reserved {
	var ranges []span
	var names []reserved
	for _, r := range statements {
		ranges = append(ranges, normalSpans(r.ranges, highest)...)
		for _, name := range r.names {
			names = append(names, reserved{names: []string{name}})
		}
		for _, ident := range r.idents {
			names = append(names, reserved{idents: []string{ident}})
		}
	}
	slices.SortStableFunc(ranges, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	slices.SortStableFunc(names, func(a, b reserved) int {
		return cmp.Compare(strings.Join(append(a.names, a.idents...), ""), strings.Join(append(b.names, b.idents...), ""))
	})
	var out []reserved
	for _, r := range ranges {
		out = append(out, reserved{ranges: []span{r}})
	}
	return append(out, names...)
}

// normalSpans spells ranges in one way: one number alone, the highest as max.
func normalSpans(ranges []span, highest int32) []span {
	out := make([]span, len(ranges))
	for i, r := range ranges {
		r.single = r.first == r.last
		if r.max = !r.single && r.last >= highest; r.max {
			r.last = math.MaxInt32
		}
		out[i] = r
	}
	return out
}
