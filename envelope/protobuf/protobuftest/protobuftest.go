// Package protobuftest draws random messages of Protobuf types for property tests.
package protobuftest

import (
	"math"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

// Message draws a message of a type: the ends of ranges and their middles, NaN and -0, lists, maps, members of oneofs, and
// numbers that open enums do not name. A type without a finite message fails the test.
func Message(t *rapid.T, md protoreflect.MessageDescriptor) *dynamicpb.Message {
	return message(t, md, 4)
}

func message(t *rapid.T, md protoreflect.MessageDescriptor, depth int) *dynamicpb.Message {
	m, err := envelope.Smallest(md)
	if err != nil {
		t.Fatalf("draw a message: %v", err)
	}
	if depth == 0 {
		return m
	}
	for i := range md.Fields().Len() {
		fd := md.Fields().Get(i)
		if fd.Cardinality() == protoreflect.Required || rapid.Bool().Draw(t, "set") {
			set(t, m, fd, depth-1)
		}
	}
	return m
}

func set(t *rapid.T, m *dynamicpb.Message, fd protoreflect.FieldDescriptor, depth int) {
	switch {
	case fd.IsMap():
		for range rapid.IntRange(0, 2).Draw(t, "entries") {
			m.Mutable(fd).Map().Set(value(t, fd.MapKey(), depth).MapKey(), value(t, fd.MapValue(), depth))
		}
	case fd.IsList():
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			m.Mutable(fd).List().Append(value(t, fd, depth))
		}
	default:
		m.Set(fd, value(t, fd, depth))
	}
}

// quietNaN is the one NaN that comes back from JSON bit by bit.
var quietNaN = math.Float64frombits(0x7ff8 << 48)

var (
	texts  = rapid.SampledFrom([]string{"", "a", "\"\n\x00", "€🎉"})
	floats = rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 0.1, quietNaN, math.Inf(1)}))
	longs  = rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{0, -1, 1 << 32, math.MaxInt64, math.MinInt64}))
	ints   = rapid.OneOf(rapid.Int32(), rapid.SampledFrom([]int32{0, -1, math.MaxInt32, math.MinInt32}))
)

func value(t *rapid.T, fd protoreflect.FieldDescriptor, depth int) protoreflect.Value {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(rapid.Bool().Draw(t, "bool"))
	case protoreflect.EnumKind:
		values := fd.Enum().Values()
		if !fd.Enum().IsClosed() && rapid.IntRange(0, 9).Draw(t, "unnamed") == 9 {
			return protoreflect.ValueOfEnum(protoreflect.EnumNumber(ints.Draw(t, "number")))
		}
		return protoreflect.ValueOfEnum(values.Get(rapid.IntRange(0, values.Len()-1).Draw(t, "enum")).Number())
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		return protoreflect.ValueOfInt32(ints.Draw(t, "int32"))
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		return protoreflect.ValueOfUint32(uint32(ints.Draw(t, "uint32")))
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return protoreflect.ValueOfInt64(longs.Draw(t, "int64"))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(uint64(longs.Draw(t, "uint64")))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(floats.Draw(t, "float")))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(floats.Draw(t, "double"))
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(texts.Draw(t, "string"))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes(rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "bytes"))
	default:
		return protoreflect.ValueOfMessage(message(t, fd.Message(), depth))
	}
}
