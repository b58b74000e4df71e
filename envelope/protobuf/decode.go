package protobuf

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// A Decoded is a message that was read.
type Decoded struct {
	Message *dynamicpb.Message
	// Unknown counts the fields that the type does not have, at all levels; Message keeps them.
	Unknown int
	// Warnings tell of what readers accept and do not read as it was sent: numbers that a closed enum does not have
	// ([UnknownEnum]), numbers with more bits than their field ([IntegerWidth]). At most 100.
	Warnings []*Error
}

// Decode reads a message of a type. It accepts what is on the wire what the type says and nothing else: wire types, packed
// or not where both are allowed, groups that end, strings of UTF-8 in every syntax, required fields; unknown fields are
// counted. A number that a closed enum does not have becomes an unknown field, as the language demands. Time and memory
// grow with the message alone. The error is an *[Error].
// Source: Protocol Buffers, Encoding; Enum Behavior.
func Decode(md protoreflect.MessageDescriptor, data []byte) (Decoded, error) {
	return DecodeWithin(md, data, Limits{})
}

// DecodeWithin is Decode with other limits.
func DecodeWithin(md protoreflect.MessageDescriptor, data []byte, limits Limits) (Decoded, error) {
	return decode(md, data, limits.withDefaults(), false)
}

func decode(md protoreflect.MessageDescriptor, data []byte, limits Limits, lenient bool) (Decoded, error) {
	w := walker{data: data, types: typesOf(md), depth: limits.Depth, lenient: lenient}
	if _, err := w.message(md, span{0, len(data)}, 0); err != nil {
		return Decoded{}, err
	}
	m, err := unmarshal(md, data, w.types)
	if err != nil {
		return Decoded{}, &Error{Code: internal, Offset: -1, Reason: err.Error()}
	}
	closeEnums(m)
	if err := required(m); err != nil {
		return Decoded{}, err
	}
	return Decoded{m, w.unknown, w.warnings}, nil
}

// unmarshal parses bytes that a walk has found valid. The parser has panicked on some that it should have refused, so it is
// not trusted with the rest.
func unmarshal(md protoreflect.MessageDescriptor, data []byte, t *types) (m *dynamicpb.Message, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	m = dynamicpb.NewMessage(md)
	return m, proto.UnmarshalOptions{AllowPartial: true, Resolver: t}.Unmarshal(data, m)
}

// Encode returns the bytes of a message: fields by number, entries of maps by key. A required field that is not set, and
// a string that is not UTF-8, is an *[Error].
func Encode(m protoreflect.Message) ([]byte, error) {
	if err := required(m); err != nil {
		return nil, err
	}
	raw, err := marshal(m)
	if err != nil {
		return nil, &Error{Code: Unfit, Offset: -1, Reason: err.Error()}
	}
	return raw, nil
}

func marshal(m protoreflect.Message) ([]byte, error) {
	return proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(m.Interface())
}

// required returns an error for the first required field that is not set.
func required(m protoreflect.Message) error {
	return eachMissing(m, nil, func(e *Error) error { return e })
}

// eachMissing calls f for each required field that is not set, until it returns an error.
func eachMissing(m protoreflect.Message, at trail, f func(*Error) error) error {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() { // the compiler's RequiredNumbers leave out those of editions
		if fd := fields.Get(i); fd.Cardinality() == protoreflect.Required && !m.Has(fd) {
			err := f(&Error{
				Code: MissingRequired, Path: append(at, fieldPiece(fd)).String(), Number: fd.Number(), Schema: schemaPath(fd), Offset: -1,
				Reason: "required, and missing in the data",
			})
			if err != nil {
				return err
			}
		}
	}
	return eachMessage(m, at, func(inner protoreflect.Message, at trail) error { return eachMissing(inner, at, f) })
}

// eachMessage calls f for each message directly inside m, in the order of field numbers.
func eachMessage(m protoreflect.Message, at trail, f func(protoreflect.Message, trail) error) error {
	for _, fd := range populated(m) {
		v := m.Get(fd)
		at := append(at, fieldPiece(fd))
		switch {
		case fd.IsMap() && fd.MapValue().Message() != nil:
			for _, key := range keys(v.Map()) {
				if err := f(v.Map().Get(key).Message(), append(at, keyPiece(key))); err != nil {
					return err
				}
			}
		case fd.IsMap() || fd.Message() == nil:
		case fd.IsList():
			for i := range v.List().Len() {
				if err := f(v.List().Get(i).Message(), append(at, elementPiece(i))); err != nil {
					return err
				}
			}
		default:
			if err := f(v.Message(), at); err != nil {
				return err
			}
		}
	}
	return nil
}

// closeEnums moves the numbers that closed enums do not have into the unknown fields, which Go's parser does not do.
// Source: Protocol Buffers, Enum Behavior.
func closeEnums(m protoreflect.Message) {
	for _, fd := range populated(m) {
		v := m.Get(fd)
		switch {
		case fd.IsMap():
			closeEntries(m, fd, v.Map())
		case !closed(fd):
		case fd.IsList():
			closeList(m, fd, v.List())
		case !has(fd.Enum(), v):
			m.Clear(fd)
			keepUnknown(m, fd.Number(), v)
		}
	}
	_ = eachMessage(m, nil, func(inner protoreflect.Message, _ trail) error {
		closeEnums(inner)
		return nil
	})
}

func closed(fd protoreflect.FieldDescriptor) bool { return fd.Enum() != nil && fd.Enum().IsClosed() }

func has(e protoreflect.EnumDescriptor, v protoreflect.Value) bool {
	return e.Values().ByNumber(v.Enum()) != nil
}

func keepUnknown(m protoreflect.Message, number protoreflect.FieldNumber, v protoreflect.Value) {
	raw := protowire.AppendTag(m.GetUnknown(), number, protowire.VarintType)
	m.SetUnknown(protowire.AppendVarint(raw, uint64(int64(v.Enum()))))
}

func closeList(m protoreflect.Message, fd protoreflect.FieldDescriptor, list protoreflect.List) {
	kept := 0
	for i := range list.Len() {
		if v := list.Get(i); has(fd.Enum(), v) {
			list.Set(kept, v)
			kept++
		} else {
			keepUnknown(m, fd.Number(), v)
		}
	}
	if list.Truncate(kept); kept == 0 {
		m.Clear(fd)
	}
}

// closeEntries moves whole entries.
func closeEntries(m protoreflect.Message, fd protoreflect.FieldDescriptor, entries protoreflect.Map) {
	if !closed(fd.MapValue()) {
		return
	}
	for _, key := range keys(entries) {
		v := entries.Get(key)
		if has(fd.MapValue().Enum(), v) {
			continue
		}
		entry := dynamicpb.NewMessage(fd.Message())
		entry.Set(fd.MapKey(), key.Value())
		entry.Set(fd.MapValue(), v)
		if raw, err := marshal(entry); err == nil { // its key was read from a message
			unknown := protowire.AppendTag(m.GetUnknown(), fd.Number(), protowire.BytesType)
			m.SetUnknown(protowire.AppendBytes(unknown, raw))
		}
		entries.Clear(key)
	}
	if entries.Len() == 0 {
		m.Clear(fd)
	}
}
