package protobuf

import (
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/walk"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// extensionNames are the extensions that a file sees: its own and those of its imports, public ones included.
type extensionNames struct {
	own  map[string]*descriptorpb.FieldDescriptorProto
	deps linker.Files
}

func newExtensionNames(fd *descriptorpb.FileDescriptorProto, deps linker.Files) *extensionNames {
	n := &extensionNames{own: map[string]*descriptorpb.FieldDescriptorProto{}, deps: deps}
	_ = walk.DescriptorProtos(fd, func(name protoreflect.FullName, d proto.Message) error {
		if f, ok := d.(*descriptorpb.FieldDescriptorProto); ok && f.Extendee != nil {
			n.own[string(name)] = f
		}
		return nil
	})
	return n
}

// resolve returns the full name of the extension that name means in scope, or "".
func (n *extensionNames) resolve(name, scope string) string {
	if full, ok := strings.CutPrefix(name, "."); ok {
		return n.defined(full)
	}
	for {
		full := name
		if scope != "" {
			full = scope + "." + name
		}
		if n.defined(full) != "" || scope == "" {
			return n.defined(full)
		}
		scope = scope[:max(strings.LastIndexByte(scope, '.'), 0)]
	}
}

func (n *extensionNames) defined(full string) string {
	if n.own[full] != nil || n.find(full) != nil {
		return full
	}
	return ""
}

// find returns the extension of that full name among the imports, or nil.
func (n *extensionNames) find(full string) protoreflect.FieldDescriptor {
	for _, f := range n.deps {
		if d := findExtension(f, protoreflect.FullName(full)); d != nil {
			return d
		}
	}
	return nil
}

// repeated reports whether the extension of that full name may be set more than once.
func (n *extensionNames) repeated(full string) bool {
	if f := n.own[full]; f != nil {
		return f.GetLabel() == descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	}
	d := n.find(full)
	return d != nil && d.Cardinality() == protoreflect.Repeated
}

// findExtension returns an extension of f or of what it imports publicly, or nil.
func findExtension(f linker.File, name protoreflect.FullName) protoreflect.FieldDescriptor {
	if d, ok := f.FindDescriptorByName(name).(protoreflect.FieldDescriptor); ok && d.IsExtension() {
		return d
	}
	for i := range f.Imports().Len() {
		imported := f.Imports().Get(i)
		if !imported.IsPublic {
			continue
		}
		if d := findExtension(f.FindImportByPath(imported.Path()), name); d != nil {
			return d
		}
	}
	return nil
}
