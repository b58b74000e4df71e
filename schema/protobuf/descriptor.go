package protobuf

import (
	"math"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/treatyhq/treaty/schema"
)

// maxDescriptorDepth bounds the nesting of a serialized descriptor. A message costs one level, its options two more.
const maxDescriptorDepth = 100

// decodeDescriptor reads a serialized FileDescriptorProto. It returns nil if raw is none. Options stay as bytes where they
// are extensions: only the file's own imports can say what they mean.
func decodeDescriptor(raw []byte) *descriptorpb.FileDescriptorProto {
	fd := &descriptorpb.FileDescriptorProto{}
	opts := proto.UnmarshalOptions{Resolver: (*protoregistry.Types)(nil), RecursionLimit: maxDescriptorDepth}
	if err := opts.Unmarshal(raw, fd); err != nil || len(fd.ProtoReflect().GetUnknown()) > 0 {
		return nil
	}
	if len(fd.MessageType)+len(fd.EnumType)+len(fd.Service)+len(fd.Extension)+len(fd.Dependency) == 0 {
		return nil
	}
	return fd
}

// printDescriptor returns the text of a descriptor. Types keep the full names that descriptors use, maps and groups become
// what they were in the text they were made from, and a json_name that says nothing new is left out.
func (g *graph) printDescriptor(fd *descriptorpb.FileDescriptorProto, limit int) (string, error) {
	fd.Name = proto.String(selfPath)
	fd.SourceCodeInfo = nil
	// The linker takes a descriptor at its word: indexes out of range make it panic, and names become text as they are.
	for _, i := range fd.WeakDependency {
		if i < 0 || int(i) >= len(fd.Dependency) {
			return "", &schema.Error{Message: "The descriptor is not valid: a weak import has no path"}
		}
	}
	check := protodesc.FileOptions{AllowUnresolvable: true}
	if _, err := check.New(fd, (*protoregistry.Files)(nil)); err != nil {
		return "", &schema.Error{Message: "The descriptor is not valid: " + strings.TrimLeft(strings.TrimPrefix(err.Error(), "proto:"), " \u00a0"), Err: err}
	}
	linked, err := g.fresh().linkParsed(parser.ResultWithoutAST(fd), &scanned{path: selfPath}, false)
	if err != nil {
		return "", err
	}
	tree, bad := rewrite(linked)
	if bad != "" {
		return "", &schema.Error{Message: "Field " + bad + " is a group that no text can declare"}
	}
	printed, ok := printFile(tree, limit)
	if !ok {
		return "", exceeded("text", "The schema has more than the limit of %d bytes as text", limit)
	}
	return printed, nil
}

// A rewriter makes a tree of a linked descriptor.
type rewriter struct {
	syntax   string
	resolver linker.Resolver
	bad      string // full name of a field that no text can declare
}

// rewrite makes a tree of a linked descriptor. bad is the full name of a field that no text can declare, if there is one.
func rewrite(linked linker.Result) (tree *file, bad string) {
	w := &rewriter{syntax: linked.FileDescriptorProto().GetSyntax(), resolver: linker.ResolverFromFile(linked)}
	tree = w.file(linked)
	return tree, w.bad
}

func (w *rewriter) file(linked linker.Result) *file {
	fd := linked.FileDescriptorProto()
	f := &file{syntax: fd.GetSyntax(), pkg: fd.GetPackage(), options: w.options(fd.GetOptions())}
	if f.syntax == "editions" {
		f.syntax, f.edition = "", strings.TrimPrefix(fd.GetEdition().String(), "EDITION_")
	}
	for i, path := range fd.Dependency {
		kind := ""
		switch {
		case slices.Contains(fd.PublicDependency, int32(i)):
			kind = "public"
		case slices.Contains(fd.WeakDependency, int32(i)):
			kind = "weak"
		}
		f.imports = append(f.imports, importing{path: path, kind: kind})
	}
	groups := w.groupsOf(linked.Extensions())
	for i, m := range fd.MessageType {
		if d := linked.Messages().Get(i); !groups[d.FullName()] {
			f.messages = append(f.messages, w.message(m, d))
		}
	}
	for _, e := range fd.EnumType {
		f.enums = append(f.enums, w.enum(e))
	}
	f.extends = w.extends(fd.Extension, linked.Extensions())
	for _, s := range fd.Service {
		f.services = append(f.services, w.service(s))
	}
	return f
}

// groupsOf returns the messages that are declared by groups among fields.
func (w *rewriter) groupsOf(fields interface {
	Len() int
	Get(int) protoreflect.FieldDescriptor
}) map[protoreflect.FullName]bool {
	out := map[protoreflect.FullName]bool{}
	for i := range fields.Len() {
		if fd := fields.Get(i); w.isGroup(fd) {
			out[fd.Message().FullName()] = true
		}
	}
	return out
}

// isGroup reports whether fd was written as a group. Editions have no groups, only fields that are encoded like one.
func (w *rewriter) isGroup(fd protoreflect.FieldDescriptor) bool {
	return fd.Kind() == protoreflect.GroupKind && w.syntax != "editions" &&
		strings.ToLower(string(fd.Message().Name())) == string(fd.Name()) && fd.Message().Parent() == fd.Parent()
}

func (w *rewriter) message(m *descriptorpb.DescriptorProto, d protoreflect.MessageDescriptor) *message {
	out := &message{name: m.GetName(), options: w.options(m.GetOptions())}
	w.ranges(out, m)
	w.fields(out, m, d)
	out.extends = w.extends(m.Extension, d.Extensions())
	groups := w.groupsOf(d.Fields())
	for name := range w.groupsOf(d.Extensions()) {
		groups[name] = true
	}
	for i, n := range m.NestedType {
		nd := d.Messages().Get(i)
		if !nd.IsMapEntry() && !groups[nd.FullName()] {
			out.messages = append(out.messages, w.message(n, nd))
		}
	}
	for _, e := range m.EnumType {
		out.enums = append(out.enums, w.enum(e))
	}
	return out
}

// ranges fills in reserved and extension ranges, a statement each.
func (w *rewriter) ranges(out *message, m *descriptorpb.DescriptorProto) {
	for _, r := range m.ReservedRange {
		out.reserved = append(out.reserved, reserved{ranges: []span{fieldSpan(r.GetStart(), r.GetEnd())}})
	}
	out.reserved = append(out.reserved, w.reservedNames(m.ReservedName)...)
	for _, r := range m.ExtensionRange {
		out.extensions = append(out.extensions, extensions{[]span{fieldSpan(r.GetStart(), r.GetEnd())}, w.options(r.GetOptions())})
	}
}

// fieldSpan makes a range of field numbers, whose end a descriptor leaves out of the range.
func fieldSpan(start, end int32) span {
	const maxField = 1<<29 - 1
	return span{first: start, last: end - 1, single: end-1 == start, max: end-1 >= maxField && end-1 != start}
}

func (w *rewriter) reservedNames(names []string) []reserved {
	var out []reserved
	for _, n := range names {
		if w.syntax == "editions" {
			out = append(out, reserved{idents: []string{n}})
		} else {
			out = append(out, reserved{names: []string{n}})
		}
	}
	return out
}

func (w *rewriter) fields(out *message, m *descriptorpb.DescriptorProto, d protoreflect.MessageDescriptor) {
	oneofs := make([]*oneof, len(m.OneofDecl))
	for i, o := range m.OneofDecl {
		if oneofs[i] = (&oneof{name: o.GetName(), options: w.options(o.GetOptions())}); !d.Oneofs().Get(i).IsSynthetic() {
			out.oneofs = append(out.oneofs, oneofs[i])
		}
	}
	for i, f := range m.Field {
		fields, groups := &out.fields, &out.groups
		if f.OneofIndex != nil && !f.GetProto3Optional() {
			o := oneofs[f.GetOneofIndex()]
			fields, groups = &o.fields, &o.groups
		}
		w.field(f, d.Fields().Get(i), fields, groups)
	}
}

// field adds a field to fields or, if it was written as a group, to groups.
func (w *rewriter) field(f *descriptorpb.FieldDescriptorProto, d protoreflect.FieldDescriptor, fields *[]*field, groups *[]*group) {
	if w.isGroup(d) {
		body := *w.message(messageProto(d.Message()), d.Message())
		*groups = append(*groups, &group{label: w.label(f), number: f.GetNumber(), options: w.fieldOptions(f, d), message: body})
		return
	}
	if d.Kind() == protoreflect.GroupKind && w.syntax != "editions" {
		w.bad = string(d.FullName())
	}
	out := &field{label: w.label(f), typ: typeName(d), name: f.GetName(), number: f.GetNumber(), options: w.fieldOptions(f, d)}
	if d.IsMap() {
		out.label, out.key, out.typ = "", typeName(d.MapKey()), typeName(d.MapValue())
	}
	*fields = append(*fields, out)
}

// typeName returns a field's type: a scalar's keyword, or a full name with a leading dot.
func typeName(d protoreflect.FieldDescriptor) string {
	switch {
	case d.Enum() != nil:
		return "." + string(d.Enum().FullName())
	case d.Message() != nil:
		return "." + string(d.Message().FullName())
	default:
		return d.Kind().String()
	}
}

func (w *rewriter) label(f *descriptorpb.FieldDescriptorProto) string {
	switch {
	case f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED:
		return "repeated"
	case f.GetProto3Optional():
		return "optional"
	case w.syntax == "proto3" || w.syntax == "editions" || f.OneofIndex != nil:
		return ""
	case f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REQUIRED:
		return "required"
	default:
		return "optional"
	}
}

// extends groups extension fields by what they extend.
func (w *rewriter) extends(fields []*descriptorpb.FieldDescriptorProto, ds protoreflect.ExtensionDescriptors) []*extend {
	var out []*extend
	byName := map[string]*extend{}
	for i, f := range fields {
		e := byName[f.GetExtendee()]
		if e == nil {
			e = &extend{extendee: f.GetExtendee()}
			byName[f.GetExtendee()] = e
			out = append(out, e)
		}
		w.field(f, ds.Get(i), &e.fields, &e.groups)
	}
	return out
}

func (w *rewriter) enum(e *descriptorpb.EnumDescriptorProto) *enum {
	out := &enum{name: e.GetName(), options: w.options(e.GetOptions())}
	for _, r := range e.ReservedRange {
		first, last := r.GetStart(), r.GetEnd()
		out.reserved = append(out.reserved, reserved{ranges: []span{
			{first: first, last: last, single: first == last, max: last == math.MaxInt32 && first != last}}})
	}
	out.reserved = append(out.reserved, w.reservedNames(e.ReservedName)...)
	for _, v := range e.Value {
		out.values = append(out.values, &enumValue{name: v.GetName(), number: v.GetNumber(), options: w.options(v.GetOptions())})
	}
	return out
}

func (w *rewriter) service(s *descriptorpb.ServiceDescriptorProto) *service {
	out := &service{name: s.GetName(), options: w.options(s.GetOptions())}
	for _, m := range s.Method {
		out.rpcs = append(out.rpcs, &rpc{
			name: m.GetName(), request: m.GetInputType(), response: m.GetOutputType(),
			requestStream: m.GetClientStreaming(), responseStream: m.GetServerStreaming(),
			options: w.options(m.GetOptions()),
		})
	}
	return out
}
