package protobuf

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/token"
)

// bitsOf returns the value of a number on the wire, extended to 64 bits with its sign.
func bitsOf(kind protoreflect.Kind, raw []byte) uint64 {
	switch kind {
	case protoreflect.Fixed32Kind, protoreflect.FloatKind:
		return uint64(binary.LittleEndian.Uint32(raw))
	case protoreflect.Sfixed32Kind:
		return uint64(int32(binary.LittleEndian.Uint32(raw)))
	case protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind, protoreflect.DoubleKind:
		return binary.LittleEndian.Uint64(raw)
	}
	v, _ := readVarint(raw, 0)
	switch kind {
	case protoreflect.Int32Kind, protoreflect.EnumKind:
		return uint64(int32(v))
	case protoreflect.Sint32Kind, protoreflect.Sint64Kind:
		return uint64(protowire.DecodeZigZag(v))
	case protoreflect.BoolKind:
		return min(v, 1)
	}
	return v
}

// signed reports whether the bits of a kind are those of a number with a sign.
func signed(kind protoreflect.Kind) bool {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind,
		protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		return true
	}
	return false
}

// isZero reports whether a value is that of a field that is not there. A negative zero is not.
func isZero(t *textField, raw []byte) bool {
	if t.kind == protoreflect.StringKind || t.kind == protoreflect.BytesKind {
		return len(raw) == 0
	}
	return bitsOf(t.kind, raw) == 0
}

// appendScalar appends a value that is no message.
func appendScalar(dst []byte, t *textField, raw []byte) []byte {
	switch t.kind {
	case protoreflect.StringKind:
		return token.AppendString(dst, raw)
	case protoreflect.BytesKind:
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), raw)
		return append(dst, '"')
	}
	v := bitsOf(t.kind, raw)
	switch t.kind {
	case protoreflect.EnumKind:
		return t.enum.append(dst, int32(v))
	case protoreflect.BoolKind:
		return strconv.AppendBool(dst, v != 0)
	case protoreflect.FloatKind:
		return token.AppendFloat(dst, float64(math.Float32frombits(uint32(v))), 32)
	case protoreflect.DoubleKind:
		return token.AppendFloat(dst, math.Float64frombits(v), 64)
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return append(appendInteger(append(dst, '"'), t.kind, v), '"') // more than other readers' numbers hold
	}
	return appendInteger(dst, t.kind, v)
}

func appendInteger(dst []byte, kind protoreflect.Kind, v uint64) []byte {
	if signed(kind) {
		return strconv.AppendInt(dst, int64(v), 10)
	}
	return strconv.AppendUint(dst, v, 10)
}

// appendKey appends the key of a map, which is a string whatever its type.
func appendKey(dst []byte, t *textField, raw []byte) []byte {
	if t.kind == protoreflect.StringKind {
		return token.AppendString(dst, raw)
	}
	dst = append(dst, '"')
	if t.kind == protoreflect.BoolKind {
		dst = strconv.AppendBool(dst, bitsOf(t.kind, raw) != 0)
	} else {
		dst = appendInteger(dst, t.kind, bitsOf(t.kind, raw))
	}
	return append(dst, '"')
}
