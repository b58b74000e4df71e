package protobuf

import (
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// setMisfitsAside takes options out of a linked file whose literals have members that their messages do not. They stay
// uninterpreted, as any option does that cannot be; the interpreter panics on some of them.
func setMisfitsAside(linked linker.Result) []aside {
	m := misfits{linked: linked, resolver: linker.ResolverFromFile(linked)}
	var out []aside
	_ = eachOption(linked.FileDescriptorProto(), func(_ string, element proto.Message, o optioned) error {
		var bad []*descriptorpb.UninterpretedOption
		for _, u := range o.GetUninterpretedOption() {
			if u.AggregateValue != nil && !m.fits(m.message(o, u), linked.OptionNode(u).GetValue()) {
				bad = append(bad, u)
			}
		}
		if len(bad) > 0 {
			setUninterpreted(o, without(o.GetUninterpretedOption(), bad))
			out = append(out, aside{element, bad})
		}
		return nil
	})
	return out
}

type misfits struct {
	linked   linker.Result
	resolver linker.Resolver
}

// message returns the message that an option sets, or nil if its name leads to none.
func (m misfits) message(o optioned, u *descriptorpb.UninterpretedOption) protoreflect.MessageDescriptor {
	md := o.ProtoReflect().Descriptor()
	for _, p := range u.Name {
		if md == nil {
			return nil
		}
		field := m.field(md, p.GetNamePart(), p.GetIsExtension())
		if field == nil {
			return nil
		}
		md = field.Message()
	}
	return md
}

// field returns a field of md; the linker has made the names of extensions in options full ones.
func (m misfits) field(md protoreflect.MessageDescriptor, name string, extension bool) protoreflect.FieldDescriptor {
	if !extension {
		return md.Fields().ByName(protoreflect.Name(name))
	}
	t, err := m.resolver.FindExtensionByName(protoreflect.FullName(strings.TrimPrefix(name, ".")))
	if err != nil {
		return nil
	}
	return t.TypeDescriptor()
}

// fits reports whether every member of a literal is a field of its message.
func (m misfits) fits(md protoreflect.MessageDescriptor, v ast.ValueNode) bool {
	switch v := v.(type) {
	case *ast.ArrayLiteralNode:
		for _, e := range v.Elements {
			if !m.fits(md, e) {
				return false
			}
		}
	case *ast.MessageLiteralNode:
		if md == nil {
			return false
		}
		for _, e := range v.Elements {
			if !m.memberFits(md, e) {
				return false
			}
		}
	}
	return true
}

func (m misfits) memberFits(md protoreflect.MessageDescriptor, e *ast.MessageFieldNode) bool {
	if e.Name.IsAnyTypeReference() {
		t, err := m.resolver.FindMessageByName(protoreflect.FullName(ident(e.Name.Name)))
		return err == nil && m.fits(t.Descriptor(), e.Val)
	}
	name := ident(e.Name.Name)
	if e.Name.IsExtension() {
		name = m.linked.ResolveMessageLiteralExtensionName(e.Name.Name)
	}
	field := m.field(md, name, e.Name.IsExtension())
	if field == nil && !e.Name.IsExtension() {
		field = groupNamed(md, name)
	}
	return field != nil && m.fits(field.Message(), e.Val)
}

// groupNamed returns the group whose message has that name; literals call groups so.
func groupNamed(md protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	f := md.Fields().ByName(protoreflect.Name(strings.ToLower(name)))
	if f == nil || f.Kind() != protoreflect.GroupKind || string(f.Message().Name()) != name {
		return nil
	}
	return f
}
