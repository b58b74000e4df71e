package protobuf

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
)

// types finds extensions and messages in the file of a message and all that it imports. It belongs to one call.
type types struct {
	root  protoreflect.FileDescriptor
	built *dynamicpb.Types

	numbers map[protoreflect.MessageDescriptor]map[protoreflect.FieldNumber]protoreflect.FieldDescriptor // of large messages
}

func typesOf(md protoreflect.MessageDescriptor) *types { return &types{root: md.ParentFile()} }

// all returns the types, of which most messages need none.
func (t *types) all() *dynamicpb.Types {
	if t.built == nil {
		files := new(protoregistry.Files)
		addFile(files, t.root, map[string]bool{})
		t.built = dynamicpb.NewTypes(files)
	}
	return t.built
}

func addFile(files *protoregistry.Files, file protoreflect.FileDescriptor, seen map[string]bool) {
	if seen[file.Path()] {
		return
	}
	seen[file.Path()] = true
	for i := range file.Imports().Len() {
		addFile(files, file.Imports().Get(i).FileDescriptor, seen)
	}
	_ = files.RegisterFile(file) // the files are linked, so their names do not conflict
}

func (t *types) FindExtensionByName(name protoreflect.FullName) (protoreflect.ExtensionType, error) {
	return t.all().FindExtensionByName(name)
}

func (t *types) FindExtensionByNumber(message protoreflect.FullName, number protoreflect.FieldNumber) (protoreflect.ExtensionType, error) {
	return t.all().FindExtensionByNumber(message, number)
}

func (t *types) FindMessageByName(name protoreflect.FullName) (protoreflect.MessageType, error) {
	return t.all().FindMessageByName(name)
}

func (t *types) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	return t.all().FindMessageByURL(url)
}

// fewFields is the number of fields up to which a search through them is as good as an index.
const fewFields = 16

// declared returns the field that a message itself has with a number, nil if it has none. A descriptor may search through
// all of its fields for each.
func (t *types) declared(md protoreflect.MessageDescriptor, number protoreflect.FieldNumber) protoreflect.FieldDescriptor {
	fields := md.Fields()
	if fields.Len() <= fewFields {
		return fields.ByNumber(number)
	}
	known := t.numbers[md]
	if known == nil {
		known = make(map[protoreflect.FieldNumber]protoreflect.FieldDescriptor, fields.Len())
		for i := range fields.Len() {
			known[fields.Get(i).Number()] = fields.Get(i)
		}
		if t.numbers == nil {
			t.numbers = map[protoreflect.MessageDescriptor]map[protoreflect.FieldNumber]protoreflect.FieldDescriptor{}
		}
		t.numbers[md] = known
	}
	return known[number]
}

// field returns the field or the extension that a number is in a message, nil if it is unknown.
func (t *types) field(md protoreflect.MessageDescriptor, number protoreflect.FieldNumber) protoreflect.FieldDescriptor {
	if fd := t.declared(md, number); fd != nil {
		return fd
	}
	if !md.ExtensionRanges().Has(number) {
		return nil
	}
	x, err := t.FindExtensionByNumber(md.FullName(), number)
	if err != nil {
		return nil
	}
	return x.TypeDescriptor()
}
