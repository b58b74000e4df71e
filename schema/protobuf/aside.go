package protobuf

import (
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
	"github.com/bufbuild/protocompile/walk"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// An optioned is an options message of any kind.
type optioned interface {
	proto.Message
	GetUninterpretedOption() []*descriptorpb.UninterpretedOption
}

// An aside holds the options of one element that name extensions nobody defines. The linker would refuse them; the
// reference keeps them in the text and ignores them otherwise. They are taken out of a file before it is linked and put back
// when its other options are interpreted.
type aside struct {
	element proto.Message
	unknown []*descriptorpb.UninterpretedOption
}

func setAside(parsed parser.Result, deps linker.Files) []aside {
	var out []aside
	var seen *extensionNames
	_ = eachOption(parsed.FileDescriptorProto(), func(scope string, element proto.Message, o optioned) error {
		var unknown []*descriptorpb.UninterpretedOption
		for _, u := range o.GetUninterpretedOption() {
			if !namesExtension(u) {
				continue
			}
			if seen == nil {
				seen = newExtensionNames(parsed.FileDescriptorProto(), deps)
			}
			if !seen.resolves(parsed, u, scope) {
				unknown = append(unknown, u)
			}
		}
		if len(unknown) > 0 {
			setUninterpreted(o, without(o.GetUninterpretedOption(), unknown))
			out = append(out, aside{element, unknown})
		}
		return nil
	})
	return out
}

func putBack(all []aside) {
	for _, a := range all {
		m := a.element.ProtoReflect()
		o := m.Mutable(optionsField(m)).Message().Interface().(optioned)
		setUninterpreted(o, append(o.GetUninterpretedOption(), a.unknown...))
	}
}

// without returns all but the elements of remove, which is a subsequence of it.
func without(all, remove []*descriptorpb.UninterpretedOption) []*descriptorpb.UninterpretedOption {
	var kept []*descriptorpb.UninterpretedOption
	for _, u := range all {
		if len(remove) > 0 && remove[0] == u {
			remove = remove[1:]
			continue
		}
		kept = append(kept, u)
	}
	return kept
}

func setUninterpreted(o optioned, list []*descriptorpb.UninterpretedOption) {
	m := o.ProtoReflect()
	fd := m.Descriptor().Fields().ByName("uninterpreted_option")
	m.Clear(fd)
	if len(list) == 0 {
		return
	}
	values := m.Mutable(fd).List()
	for _, u := range list {
		values.Append(protoreflect.ValueOfMessage(u.ProtoReflect()))
	}
}

// eachOption calls f for every element that has options, with the scope in which their names are resolved: the one around
// the element, so that a message's own scope does not count for its options.
func eachOption(fd *descriptorpb.FileDescriptorProto, f func(scope string, element proto.Message, o optioned) error) error {
	visit := func(scope string, element proto.Message) error {
		m := element.ProtoReflect()
		if field := optionsField(m); field != nil && m.Has(field) {
			return f(scope, element, m.Get(field).Message().Interface().(optioned))
		}
		return nil
	}
	if err := visit(fd.GetPackage(), fd); err != nil {
		return err
	}
	return walk.DescriptorProtos(fd, func(name protoreflect.FullName, d proto.Message) error {
		if err := visit(string(name.Parent()), d); err != nil {
			return err
		}
		m, ok := d.(*descriptorpb.DescriptorProto)
		if !ok {
			return nil
		}
		for _, r := range m.ExtensionRange {
			if err := visit(string(name), r); err != nil {
				return err
			}
		}
		return nil
	})
}

// optionsField returns the field that holds an element's options; every kind of element calls it the same.
func optionsField(m protoreflect.Message) protoreflect.FieldDescriptor {
	return m.Descriptor().Fields().ByName("options")
}

func namesExtension(u *descriptorpb.UninterpretedOption) bool {
	for _, p := range u.Name {
		if p.GetIsExtension() {
			return true
		}
	}
	return u.AggregateValue != nil && strings.Contains(u.GetAggregateValue(), "[")
}

// resolves reports whether every extension that an option names is defined. Names inside a literal resolve in the file's
// package alone.
func (n *extensionNames) resolves(parsed parser.Result, u *descriptorpb.UninterpretedOption, scope string) bool {
	for _, p := range u.Name {
		if p.GetIsExtension() && n.resolve(p.GetNamePart(), scope) == "" {
			return false
		}
	}
	return n.resolvesValue(parsed.OptionNode(u).GetValue(), parsed.FileDescriptorProto().GetPackage())
}

func (n *extensionNames) resolvesValue(v ast.ValueNode, pkg string) bool {
	switch v := v.(type) {
	case *ast.ArrayLiteralNode:
		for _, e := range v.Elements {
			if !n.resolvesValue(e, pkg) {
				return false
			}
		}
	case *ast.MessageLiteralNode:
		for _, e := range v.Elements {
			if e.Name.IsExtension() && n.resolve(ident(e.Name.Name), pkg) == "" || !n.resolvesValue(e.Val, pkg) {
				return false
			}
		}
	}
	return true
}

// checkOptions refuses what the lenient interpretation left alone although it changes what bytes mean: a default, a
// json_name or a feature that is not valid.
func checkOptions(linked linker.Result, handler *reporter.Handler) error {
	return eachOption(linked.FileDescriptorProto(), func(_ string, _ proto.Message, o optioned) error {
		for _, u := range o.GetUninterpretedOption() {
			if u.Name[0].GetIsExtension() {
				continue
			}
			switch name := u.Name[0].GetNamePart(); name {
			case "default", "json_name", "features":
				span := linked.FileNode().NodeInfo(linked.OptionNode(u))
				if err := handler.HandleErrorf(span, "option %s is not valid here", name); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
