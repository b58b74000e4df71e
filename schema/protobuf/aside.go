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

// aside are the options that name extensions nobody defines. The linker would refuse them; the reference keeps them in
// the text and ignores them otherwise. They are taken out of a file before it is linked and put back afterwards.
type aside map[optioned][]*descriptorpb.UninterpretedOption

func setAside(parsed parser.Result, deps linker.Files) aside {
	var out aside
	var seen *extensionNames
	eachOption(parsed.FileDescriptorProto(), func(scope string, o optioned) error {
		all := o.GetUninterpretedOption()
		for _, u := range all {
			if !namesExtension(parsed, u) {
				continue
			}
			if seen == nil {
				seen = newExtensionNames(parsed.FileDescriptorProto(), deps)
			}
			if !seen.resolves(parsed, u, scope) {
				if out == nil {
					out = aside{}
				}
				out[o] = append(out[o], u)
			}
		}
		return nil
	})
	for o, unknown := range out {
		setUninterpreted(o, without(o.GetUninterpretedOption(), unknown))
	}
	return out
}

func (a aside) putBack() {
	for o, unknown := range a {
		setUninterpreted(o, append(o.GetUninterpretedOption(), unknown...))
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

// eachOption calls f for every options message that is present, with the scope in which its names are resolved: the one
// around the element, so that a message's own scope does not count for its options.
func eachOption(fd *descriptorpb.FileDescriptorProto, f func(scope string, o optioned) error) error {
	if fd.Options != nil {
		if err := f(fd.GetPackage(), fd.Options); err != nil {
			return err
		}
	}
	return walk.DescriptorProtos(fd, func(name protoreflect.FullName, d proto.Message) error {
		o := optionsOf(d)
		if o != nil && o.ProtoReflect().IsValid() {
			if err := f(string(name.Parent()), o); err != nil {
				return err
			}
		}
		if m, ok := d.(*descriptorpb.DescriptorProto); ok {
			for _, r := range m.ExtensionRange {
				if r.Options != nil {
					if err := f(string(name), r.Options); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

func optionsOf(d proto.Message) optioned {
	switch d := d.(type) {
	case *descriptorpb.DescriptorProto:
		return d.Options
	case *descriptorpb.FieldDescriptorProto:
		return d.Options
	case *descriptorpb.OneofDescriptorProto:
		return d.Options
	case *descriptorpb.EnumDescriptorProto:
		return d.Options
	case *descriptorpb.EnumValueDescriptorProto:
		return d.Options
	case *descriptorpb.ServiceDescriptorProto:
		return d.Options
	case *descriptorpb.MethodDescriptorProto:
		return d.Options
	}
	return nil
}

func namesExtension(parsed parser.Result, u *descriptorpb.UninterpretedOption) bool {
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
	return eachOption(linked.FileDescriptorProto(), func(_ string, o optioned) error {
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
