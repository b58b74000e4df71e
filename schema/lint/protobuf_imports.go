package lint

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// imports looks for imports that nothing in the file needs.
func (w *protobufWalk) imports(file *protobuf.Declaration) {
	if !w.on("PROTO_IMPORT_UNUSED") {
		return
	}
	descriptor := w.file.Descriptor()
	b := bringing{used: usedBy(descriptor), options: strings.Contains(w.text, "("), known: map[string]bool{}}
	for i := range descriptor.Imports().Len() {
		imported := descriptor.Imports().Get(i)
		if imported.IsPublic || imported.IsPlaceholder() || b.brings(imported) {
			continue
		}
		at := slices.IndexFunc(file.Inner, func(d *protobuf.Declaration) bool {
			return d.Kind == protobuf.ImportDeclaration && d.Name == imported.Path()
		})
		if at >= 0 {
			w.find("PROTO_IMPORT_UNUSED", named(file.Inner[at]), "#/", "nothing in the file uses the import \""+imported.Path()+"\"")
		}
	}
}

// A bringing is the search for what imports are good for.
type bringing struct {
	used    map[string]bool // paths of files whose types are used
	options bool            // the text may have a custom option: one has its name in parentheses
	known   map[string]bool // answers, by path
}

// brings reports whether a file, or one that it imports publicly, is used, or may declare the custom options that there are.
func (b *bringing) brings(file protoreflect.FileDescriptor) bool {
	if known, ok := b.known[file.Path()]; ok {
		return known
	}
	found := b.used[file.Path()] || b.options && declaresExtensions(file.Extensions(), file.Messages())
	for i := 0; !found && i < file.Imports().Len(); i++ {
		next := file.Imports().Get(i)
		found = next.IsPublic && b.brings(next)
	}
	b.known[file.Path()] = found
	return found
}

func declaresExtensions(extensions protoreflect.ExtensionDescriptors, messages protoreflect.MessageDescriptors) bool {
	if extensions.Len() > 0 {
		return true
	}
	for i := range messages.Len() {
		if m := messages.Get(i); declaresExtensions(m.Extensions(), m.Messages()) {
			return true
		}
	}
	return false
}

// usedBy returns the paths of the files whose types a file uses.
func usedBy(file protoreflect.FileDescriptor) map[string]bool {
	used := map[string]bool{}
	add := func(d protoreflect.Descriptor) {
		used[d.ParentFile().Path()] = true
	}
	field := func(f protoreflect.FieldDescriptor) {
		switch {
		case f.Message() != nil:
			add(f.Message())
		case f.Enum() != nil:
			add(f.Enum())
		}
		if f.IsExtension() {
			add(f.ContainingMessage())
		}
	}
	extensions := func(list protoreflect.ExtensionDescriptors) {
		for i := range list.Len() {
			field(list.Get(i))
		}
	}
	var messages func(protoreflect.MessageDescriptors)
	messages = func(list protoreflect.MessageDescriptors) {
		for i := range list.Len() {
			m := list.Get(i)
			for j := range m.Fields().Len() {
				field(m.Fields().Get(j))
			}
			extensions(m.Extensions())
			messages(m.Messages()) // the entries of maps are among them
		}
	}
	messages(file.Messages())
	extensions(file.Extensions())
	for i := range file.Services().Len() {
		methods := file.Services().Get(i).Methods()
		for j := range methods.Len() {
			add(methods.Get(j).Input())
			add(methods.Get(j).Output())
		}
	}
	return used
}
