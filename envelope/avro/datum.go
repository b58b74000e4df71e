package avro

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema/avro"
)

// A Datum is one value of an Avro schema, exact: one of the types below. It does not know its schema. Data that this
// package returns are shared and must not be changed.
type Datum interface{ kind() avro.Kind }

// The types of data.
type (
	// Null is the value of null.
	Null struct{}
	// Boolean is a value of boolean.
	Boolean bool
	// Int is a value of int.
	Int int32
	// Long is a value of long.
	Long int64
	// Float is a value of float.
	Float float32
	// Double is a value of double.
	Double float64
	// Bytes is a value of bytes.
	Bytes []byte
	// String is a value of string: UTF-8.
	String string
	// Enum is a symbol of an enum.
	Enum string
	// Fixed is a value of a fixed: as many bytes as its schema says.
	Fixed []byte
	// Array is a value of an array.
	Array []Datum
	// Map is a value of a map in the order of its bytes, in which a key may stand more than once: readers keep the last.
	Map []Entry
	// Record is a value of a record: a datum for each of the schema's fields, in their order.
	Record []Datum
	// Union is a value of a union: of the branch with that index.
	Union struct {
		Branch int
		Value  Datum
	}
)

// An Entry is one entry of a [Map].
type Entry struct {
	Key   string
	Value Datum
}

func (Null) kind() avro.Kind    { return avro.Null }
func (Boolean) kind() avro.Kind { return avro.Boolean }
func (Int) kind() avro.Kind     { return avro.Int }
func (Long) kind() avro.Kind    { return avro.Long }
func (Float) kind() avro.Kind   { return avro.Float }
func (Double) kind() avro.Kind  { return avro.Double }
func (Bytes) kind() avro.Kind   { return avro.Bytes }
func (String) kind() avro.Kind  { return avro.String }
func (Enum) kind() avro.Kind    { return avro.Enum }
func (Fixed) kind() avro.Kind   { return avro.Fixed }
func (Array) kind() avro.Kind   { return avro.Array }
func (Map) kind() avro.Kind     { return avro.Map }
func (Record) kind() avro.Kind  { return avro.Record }
func (Union) kind() avro.Kind   { return avro.Union }

// Equal reports whether two data are the same. Floating-point numbers are the same if their bits are, so a NaN equals
// itself and 0 does not equal -0. The order of a map's entries makes no difference.
func Equal(a, b Datum) bool {
	if a == nil || b == nil || a.kind() != b.kind() {
		return a == nil && b == nil
	}
	switch a := a.(type) {
	case Float:
		return math.Float32bits(float32(a)) == math.Float32bits(float32(b.(Float)))
	case Double:
		return math.Float64bits(float64(a)) == math.Float64bits(float64(b.(Double)))
	case Bytes:
		return bytes.Equal(a, b.(Bytes))
	case Fixed:
		return bytes.Equal(a, b.(Fixed))
	case Array:
		return slices.EqualFunc(a, b.(Array), Equal)
	case Record:
		return slices.EqualFunc(a, b.(Record), Equal)
	case Map:
		return slices.EqualFunc(sorted(a), sorted(b.(Map)), func(x, y Entry) bool { return x.Key == y.Key && Equal(x.Value, y.Value) })
	case Union:
		other := b.(Union)
		return a.Branch == other.Branch && Equal(a.Value, other.Value)
	default:
		return a == b
	}
}

// sorted returns the entries by key; those of one key keep their order, for the last one counts.
func sorted(m Map) Map {
	byKey := func(x, y Entry) int { return strings.Compare(x.Key, y.Key) }
	if slices.IsSortedFunc(m, byKey) {
		return m
	}
	m = slices.Clone(m)
	slices.SortStableFunc(m, byKey)
	return m
}
