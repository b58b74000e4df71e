package protobuf

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Reaching returns a small message of a type in which the field at the end of path is set; see [Set].
func Reaching(md protoreflect.MessageDescriptor, path []protoreflect.FieldNumber, values ...protoreflect.Value) (*dynamicpb.Message, error) {
	m, err := Smallest(md)
	if err != nil {
		return nil, err
	}
	return m, Set(m, path, values...)
}

// Set sets the field at the end of path, which leads by field numbers through messages, the first elements of lists and
// the first entries of maps; 2 is the value of an entry, 1 its key. What is missing on the way is made, as small as can
// be. The values are those of a singular field, or the elements that a list gets, or what the entries of a map get as values, with
// keys of their own. Without values it is one: the smallest message, or what [Telling] returns. An empty path does nothing.
// A path that does not lead through the type is an *[Error] of code [NoPath]. A value of another Go type than the field's panics.
func Set(m protoreflect.Message, path []protoreflect.FieldNumber, values ...protoreflect.Value) error {
	if len(path) == 0 {
		return nil
	}
	types := typesOf(m.Descriptor())
	for {
		fd := types.field(m.Descriptor(), path[0])
		if fd == nil {
			return noPath("%s has no field %d", m.Descriptor().FullName(), path[0])
		}
		if path = path[1:]; len(path) == 0 {
			return set(m, fd, values)
		}
		if fd.Message() == nil {
			return noPath("%s is no message", fd.FullName())
		}
		if fd.IsMap() {
			if path[0] == 1 && len(path) == 1 {
				return setKey(m.Mutable(fd).Map(), fd, values)
			}
			if path = path[1:]; len(path) == 0 {
				return set(m, fd, values)
			}
			if fd.MapValue().Message() == nil {
				return noPath("the values of %s are no messages", fd.FullName())
			}
		}
		inner, err := enter(m, fd)
		if err != nil {
			return err
		}
		m = inner
	}
}

func noPath(format string, args ...any) error {
	return &Error{Code: NoPath, Offset: -1, Reason: fmt.Sprintf(format, args...)}
}

// enter returns the first message of a field, and makes it if there is none.
func enter(m protoreflect.Message, fd protoreflect.FieldDescriptor) (protoreflect.Message, error) {
	switch {
	case fd.IsMap():
		entries := m.Mutable(fd).Map()
		if all := keys(entries); len(all) > 0 {
			return entries.Get(all[0]).Message(), nil
		}
	case fd.IsList():
		if list := m.Mutable(fd).List(); list.Len() > 0 {
			return list.Get(0).Message(), nil
		}
	case m.Has(fd):
		return m.Mutable(fd).Message(), nil
	}
	if err := set(m, fd, nil); err != nil {
		return nil, err
	}
	return enter(m, fd)
}

// set sets a field to values, or to one that tells.
func set(m protoreflect.Message, fd protoreflect.FieldDescriptor, values []protoreflect.Value) error {
	element := fd
	if fd.IsMap() {
		element = fd.MapValue()
	}
	if len(values) == 0 {
		v, err := smallValue(element)
		if err != nil {
			return err
		}
		values = []protoreflect.Value{v}
	}
	switch {
	case fd.IsMap():
		entries := m.Mutable(fd).Map()
		for i, v := range values {
			entries.Set(keyNumber(fd.MapKey(), i), v)
		}
	case fd.IsList():
		list := m.NewField(fd).List()
		for _, v := range values {
			list.Append(v)
		}
		m.Set(fd, protoreflect.ValueOfList(list))
	default:
		m.Set(fd, values[len(values)-1])
	}
	return nil
}

func smallValue(fd protoreflect.FieldDescriptor) (protoreflect.Value, error) {
	if fd.Message() == nil {
		return Telling(fd), nil
	}
	m, err := Smallest(fd.Message())
	return protoreflect.ValueOfMessage(m), err
}

// keyNumber returns different keys for different numbers, as far as a type has them.
func keyNumber(fd protoreflect.FieldDescriptor, i int) protoreflect.MapKey {
	switch fd.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(fmt.Sprintf("key%d", i)).MapKey()
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(i > 0).MapKey()
	default:
		return number(fd.Kind(), i+1).MapKey()
	}
}

// setKey gives a map one entry for each key, with small values.
func setKey(entries protoreflect.Map, fd protoreflect.FieldDescriptor, values []protoreflect.Value) error {
	if len(values) == 0 {
		values = []protoreflect.Value{Telling(fd.MapKey())}
	}
	for _, key := range values {
		v, err := smallValue(fd.MapValue())
		if err != nil {
			return err
		}
		entries.Set(key.MapKey(), v)
	}
	return nil
}
