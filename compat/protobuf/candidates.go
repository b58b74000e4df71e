package protobuf

import (
	"iter"
	"math"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

// candidates yields messages of the writer's that may show a difference, the smallest first.
func candidates(f *difference, way route) iter.Seq[*dynamicpb.Message] {
	return func(yield func(*dynamicpb.Message) bool) {
		left := maxCandidates
		add := func(path []protoreflect.FieldNumber, values ...protoreflect.Value) {
			if left == 0 {
				return
			}
			full := append(append([]protoreflect.FieldNumber(nil), way.numbers...), path...)
			if m, err := envelope.Reaching(way.writer, full, values...); err == nil {
				if left--; !yield(m) {
					left = 0
				}
			}
		}
		add(nil)
		switch x := f.writer.(type) {
		case protoreflect.FieldDescriptor:
			eachValue(x, add)
		default:
			o, ok := f.reader.(protoreflect.OneofDescriptor)
			for i := 0; ok && left > 0 && i < min(maxInside, o.Fields().Len()); i++ {
				for j := 0; left > 0 && j < i; j++ {
					if m := together(way, o.Fields().Get(j), o.Fields().Get(i)); m != nil && !yield(m) {
						left = 0
					}
				}
			}
		}
	}
}

// eachValue calls add for a field with small values, with two of them if it is a list, and for what is in a message.
func eachValue(f protoreflect.FieldDescriptor, add func([]protoreflect.FieldNumber, ...protoreflect.Value)) {
	path := []protoreflect.FieldNumber{f.Number()}
	add(path)
	element := f
	if f.IsMap() {
		element = f.MapValue()
		for _, key := range valuesOf(f.MapKey()) {
			add(append(path, 1), key)
		}
	}
	values := valuesOf(element)
	for _, v := range values {
		add(path, v)
	}
	if f.IsList() && len(values) > 1 {
		add(path, values[0], values[1])
	}
	if m := element.Message(); m != nil {
		if f.IsList() {
			if inner, err := envelope.Smallest(m); err == nil {
				add(path, protoreflect.ValueOfMessage(inner), protoreflect.ValueOfMessage(inner))
			}
		}
		if f.IsMap() {
			path = append(path, 2)
		}
		eachInside(path, m, add)
	}
}

// eachInside calls add for the fields of a message at the end of a path, up to maxLevels down.
func eachInside(path []protoreflect.FieldNumber, m protoreflect.MessageDescriptor, add func([]protoreflect.FieldNumber, ...protoreflect.Value)) {
	for i := range min(maxInside, m.Fields().Len()) {
		inner := m.Fields().Get(i)
		at := append(append([]protoreflect.FieldNumber(nil), path...), inner.Number())
		add(at)
		switch {
		case inner.IsMap():
			if value := inner.MapValue().Message(); value != nil && len(at) <= maxLevels {
				eachInside(append(at, 2), value, add)
			}
		case inner.Message() == nil:
			for _, v := range valuesOf(inner) {
				add(at, v)
			}
		case len(at) <= maxLevels:
			eachInside(at, inner.Message(), add)
		}
	}
}

// Bounds of what is tried: the fields of a message, and the levels of messages in each other.
const (
	maxInside = 20
	maxLevels = 3
)

// maxCandidates is how many messages are tried for one difference.
const maxCandidates = 500

// valuesOf returns values of a scalar that readers of other types may not keep; none for messages.
func valuesOf(f protoreflect.FieldDescriptor) []protoreflect.Value {
	var all []protoreflect.Value
	switch f.Kind() {
	case protoreflect.EnumKind:
		for i := range min(maxInside, f.Enum().Values().Len()) {
			all = append(all, protoreflect.ValueOfEnum(f.Enum().Values().Get(i).Number()))
		}
		if !f.Enum().IsClosed() {
			all = append(all, protoreflect.ValueOfEnum(-1), protoreflect.ValueOfEnum(math.MaxInt32))
		}
	case protoreflect.StringKind:
		all = append(all, protoreflect.ValueOfString("a"), protoreflect.ValueOfString("b"), protoreflect.ValueOfString("\b\x01"))
	case protoreflect.BytesKind:
		all = append(all, protoreflect.ValueOfBytes([]byte("a")), protoreflect.ValueOfBytes([]byte{0xff}))
	case protoreflect.BoolKind:
		all = append(all, protoreflect.ValueOfBool(true), protoreflect.ValueOfBool(false))
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		for _, v := range []int32{1, 2, -1, math.MaxInt32} {
			all = append(all, protoreflect.ValueOfInt32(v))
		}
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		for _, v := range []int64{1, 2, -1, 5_000_000_000} {
			all = append(all, protoreflect.ValueOfInt64(v))
		}
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		for _, v := range []uint32{1, 2, math.MaxUint32} {
			all = append(all, protoreflect.ValueOfUint32(v))
		}
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		for _, v := range []uint64{1, 2, 5_000_000_000, math.MaxUint64} {
			all = append(all, protoreflect.ValueOfUint64(v))
		}
	}
	return all
}

// together returns a message in which two fields are set that the reader's oneof keeps one of, nil if there is none.
func together(way route, a, b protoreflect.FieldDescriptor) *dynamicpb.Message {
	path := func(f protoreflect.FieldDescriptor) []protoreflect.FieldNumber {
		return append(append([]protoreflect.FieldNumber(nil), way.numbers...), f.Number())
	}
	m, err := envelope.Reaching(way.writer, path(a))
	if err != nil || envelope.Set(m, path(b)) != nil {
		return nil
	}
	return m
}
