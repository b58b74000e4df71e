package protobuf

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// maxFields bounds the fields of a message that is built.
const maxFields = 1 << 16

// Smallest returns the smallest message of a type: empty, but for required fields. A type whose required fields contain
// it, and one with more than 65,536 of them, is an *[Error] of code [NoMessage].
func Smallest(md protoreflect.MessageDescriptor) (*dynamicpb.Message, error) {
	b := builder{inside: map[protoreflect.FullName]bool{}, left: maxFields}
	return b.message(md)
}

type builder struct {
	inside map[protoreflect.FullName]bool // the types that the one at hand is a part of
	left   int
}

func (b *builder) message(md protoreflect.MessageDescriptor) (*dynamicpb.Message, error) {
	if b.inside[md.FullName()] {
		return nil, &Error{Code: NoMessage, Offset: -1, Reason: "no message of " + string(md.FullName()) + " ends: its required fields contain it"}
	}
	b.inside[md.FullName()] = true
	defer delete(b.inside, md.FullName())
	m := dynamicpb.NewMessage(md)
	for i := range md.Fields().Len() {
		fd := md.Fields().Get(i)
		if fd.Cardinality() != protoreflect.Required {
			continue
		}
		if b.left--; b.left < 0 {
			return nil, &Error{Code: NoMessage, Offset: -1, Reason: "the smallest message of " + string(md.FullName()) + " is too large"}
		}
		v := zero(fd)
		if fd.Message() != nil {
			inner, err := b.message(fd.Message())
			if err != nil {
				return nil, err
			}
			v = protoreflect.ValueOfMessage(inner)
		}
		m.Set(fd, v)
	}
	return m, nil
}

// zero returns the smallest value of a scalar: 0, the first of an enum, the empty string.
func zero(fd protoreflect.FieldDescriptor) protoreflect.Value {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(false)
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(fd.Enum().Values().Get(0).Number())
	case protoreflect.StringKind:
		return protoreflect.ValueOfString("")
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte{})
	default:
		return number(fd.Kind(), 0)
	}
}

// Telling returns a small value of a scalar field that is not its zero: 1, true, "a", the enum's first other number. It
// tells whether the field was read, which a zero does not.
func Telling(fd protoreflect.FieldDescriptor) protoreflect.Value {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.EnumKind:
		values := fd.Enum().Values()
		for i := range values.Len() {
			if n := values.Get(i).Number(); n != 0 {
				return protoreflect.ValueOfEnum(n)
			}
		}
		return protoreflect.ValueOfEnum(values.Get(0).Number())
	case protoreflect.StringKind:
		return protoreflect.ValueOfString("a")
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte("a"))
	default:
		return number(fd.Kind(), 1)
	}
}

func number(kind protoreflect.Kind, v int) protoreflect.Value {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(int32(v))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(int64(v))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(v))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(v))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(v))
	default:
		return protoreflect.ValueOfFloat64(float64(v))
	}
}
