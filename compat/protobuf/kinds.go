package protobuf

import "google.golang.org/protobuf/reflect/protoreflect"

// encoding says which scalar types are encoded alike, as the reference sees it: types with the same letter are.
var encoding = [...]byte{
	protoreflect.Int32Kind:    'v',
	protoreflect.Int64Kind:    'v',
	protoreflect.Uint32Kind:   'v',
	protoreflect.Uint64Kind:   'v',
	protoreflect.BoolKind:     'v',
	protoreflect.EnumKind:     'v',
	protoreflect.Sint32Kind:   'z',
	protoreflect.Sint64Kind:   'z',
	protoreflect.StringKind:   's',
	protoreflect.BytesKind:    's',
	protoreflect.Fixed32Kind:  '4',
	protoreflect.Sfixed32Kind: '4',
	protoreflect.Fixed64Kind:  '8',
	protoreflect.Sfixed64Kind: '8',
	protoreflect.FloatKind:    'f',
	protoreflect.DoubleKind:   'd',
}

// A span is the range of an integer type.
type span struct {
	bits   int
	signed bool
}

var spans = [...]span{
	protoreflect.Int32Kind:    {32, true},
	protoreflect.Int64Kind:    {64, true},
	protoreflect.Uint32Kind:   {32, false},
	protoreflect.Uint64Kind:   {64, false},
	protoreflect.BoolKind:     {1, false},
	protoreflect.EnumKind:     {32, true},
	protoreflect.Sint32Kind:   {32, true},
	protoreflect.Sint64Kind:   {64, true},
	protoreflect.Fixed32Kind:  {32, false},
	protoreflect.Sfixed32Kind: {32, true},
	protoreflect.Fixed64Kind:  {64, false},
	protoreflect.Sfixed64Kind: {64, true},
	protoreflect.GroupKind:    {},
}

// spanOf returns the range of what a field may send. A closed enum sends no number that it does not name.
func spanOf(f protoreflect.FieldDescriptor) span {
	if f.Enum() == nil || !f.Enum().IsClosed() {
		return spans[f.Kind()]
	}
	sent := span{bits: 1}
	for i := range f.Enum().Values().Len() {
		n := f.Enum().Values().Get(i).Number()
		if n < 0 {
			return spans[f.Kind()]
		}
		if n > 1 {
			sent.bits = 31
		}
	}
	return sent
}

// shape is what the reference calls a field's kind. Groups are a shape of their own: it does not look at those of proto2, and takes
// those of editions for messages.
type shape string

const (
	scalar  shape = "scalar"
	message shape = "message"
	group   shape = "group"
	mapped  shape = "map"
)

func shapeOf(f protoreflect.FieldDescriptor) shape {
	switch {
	case f.IsMap():
		return mapped
	case f.Kind() == protoreflect.GroupKind:
		return group
	case f.Kind() == protoreflect.MessageKind:
		return message
	default:
		return scalar
	}
}

// labels are the labels that a text may give a field; "" is none.
var labels = map[protoreflect.Cardinality]string{
	protoreflect.Optional: "optional",
	protoreflect.Required: "required",
	protoreflect.Repeated: "repeated",
}

// labelOf returns the label that is written before a field, "" if there is none, as with a member of a oneof, a map, and
// a plain field of proto3 or of an edition.
func labelOf(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap() || oneofOf(f) != nil:
		return ""
	case f.Cardinality() == protoreflect.Repeated:
		return labels[protoreflect.Repeated]
	case f.ParentFile().Syntax() == protoreflect.Proto2 || f.HasOptionalKeyword():
		return labels[f.Cardinality()]
	default:
		return ""
	}
}

// oneofOf returns the oneof that a field is written in, nil if there is none.
func oneofOf(f protoreflect.FieldDescriptor) protoreflect.OneofDescriptor {
	if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() {
		return o
	}
	return nil
}

// isText reports whether a field is a string or bytes.
func isText(f protoreflect.FieldDescriptor) bool { return encoding[f.Kind()] == 's' }

// typeName returns a field's type as a text spells it, with the full name of a named one.
func typeName(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "map<" + typeName(f.MapKey()) + ", " + typeName(f.MapValue()) + ">"
	case f.Message() != nil:
		return string(f.Message().FullName())
	case f.Enum() != nil:
		return string(f.Enum().FullName())
	default:
		return f.Kind().String()
	}
}

// localType is typeName without packages, which a file changes for all its types at once.
// A group is named as its field is, so that only its kind counts.
func localType(f protoreflect.FieldDescriptor) string {
	switch {
	case declaresGroup(f):
		return f.Kind().String()
	case f.IsMap():
		return "map<" + localType(f.MapKey()) + ", " + localType(f.MapValue()) + ">"
	case f.Message() != nil:
		return localName(f.Message())
	case f.Enum() != nil:
		return localName(f.Enum())
	default:
		return f.Kind().String()
	}
}

// localName returns a full name without the package of its file.
func localName(d protoreflect.Descriptor) string {
	name := string(d.FullName())
	if pkg := d.ParentFile().Package(); pkg != "" {
		return name[len(pkg)+1:]
	}
	return name
}
