package protobuf

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Limits bound what a message may be made of. A zero field means the default.
type Limits struct {
	Depth int // levels of messages and groups in each other
}

// DefaultLimits are in force where a caller does not say otherwise.
var DefaultLimits = Limits{Depth: 100}

func (l Limits) withDefaults() Limits {
	if l.Depth == 0 {
		l.Depth = DefaultLimits.Depth
	}
	return l
}

// A walker goes through the bytes of a message and holds them to its type.
type walker struct {
	data  []byte
	types *types
	depth int // levels left
	trail trail
	// lenient lets fields with another wire type pass as unknown ones, as parsers do. An entry's second key does not:
	// protobuf-go takes it for the key and panics.
	lenient  bool
	unknown  int // fields that the type does not have
	warnings []*Error
	// goOn has faults that end at their field noted in faults, so that the walk tells all of them.
	goOn   bool
	faults []*Error
}

// maxWarnings bounds the warnings about one message.
const maxWarnings = 100

func (w *walker) errorf(code Code, fd protoreflect.FieldDescriptor, offset int, format string, args ...any) *Error {
	e := &Error{Code: code, Path: w.trail.String(), Offset: offset, Reason: fmt.Sprintf(format, args...)}
	if fd != nil {
		e.Number, e.Schema = fd.Number(), schemaPath(fd)
	}
	return e
}

func (w *walker) warn(e *Error) {
	if len(w.warnings) < maxWarnings {
		w.warnings = append(w.warnings, e)
	}
}

// fault returns e, or notes it and returns nil if the walk is to go on behind the field.
func (w *walker) fault(e *Error) error {
	if !w.goOn {
		return e
	}
	if len(w.faults) < maxWarnings {
		w.faults = append(w.faults, e)
	}
	return nil
}

// A span is a part of the data.
type span struct{ at, end int }

// message walks a message, or the inside of a group that began with a tag of that number. It returns the offset behind
// it.
func (w *walker) message(md protoreflect.MessageDescriptor, in span, group protowire.Number) (int, error) {
	if w.depth--; w.depth < 0 {
		return 0, w.errorf(TooDeep, nil, in.at, "nested too deep")
	}
	defer func() { w.depth++ }()
	counts := map[protoreflect.FieldNumber]int{} // elements seen, for the paths
	for at := in.at; at < in.end; {
		number, typ, next, err := w.tag(at, in.end)
		if err != nil {
			return 0, err
		}
		if typ == protowire.EndGroupType {
			if number != group {
				return 0, w.errorf(InvalidGroup, nil, at, "group %d ends, and has not begun", number)
			}
			return next, nil
		}
		var fd protoreflect.FieldDescriptor
		if md != nil {
			fd = w.types.field(md, number)
		}
		if at, err = w.field(fd, field{number, typ, at, span{next, in.end}}, counts); err != nil {
			return 0, err
		}
	}
	if group != 0 {
		return 0, w.errorf(InvalidGroup, nil, in.at, "group %d is not ended", group)
	}
	return in.end, nil
}

// A field is one occurrence of a field on the wire.
type field struct {
	number protowire.Number
	typ    protowire.Type
	tag    int  // offset of its tag
	rest   span // from its value on, as far as it may reach
}

func (w *walker) tag(at, end int) (protowire.Number, protowire.Type, int, error) {
	v, next, err := w.varint(at, end)
	if err != nil {
		return 0, 0, 0, err
	}
	number, typ := v>>3, protowire.Type(v&7)
	if number == 0 || number > uint64(protowire.MaxValidNumber) {
		return 0, 0, 0, w.errorf(InvalidTag, nil, at, "%d is no field number", number)
	}
	if typ > protowire.Fixed32Type {
		return 0, 0, 0, w.errorf(InvalidTag, nil, at, "field %d has the wire type %d, which does not exist", number, typ)
	}
	return protowire.Number(number), typ, next, nil
}

// varint reads a varint of at most 64 bits. Leading zeros are allowed, as in every parser.
func (w *walker) varint(at, end int) (uint64, int, error) {
	v, n := binary.Uvarint(w.data[at:end])
	switch {
	case n > 0:
		return v, at + n, nil
	case n == 0 && end-at < binary.MaxVarintLen64:
		return 0, 0, w.errorf(Truncated, nil, at, "a varint ends before its last byte")
	default:
		return 0, 0, w.errorf(VarintWidth, nil, at, "a varint has more than 64 bits")
	}
}

// field walks the value of a field, fd being nil if it is unknown, and returns the offset behind it.
func (w *walker) field(fd protoreflect.FieldDescriptor, f field, counts map[protoreflect.FieldNumber]int) (int, error) {
	if fd != nil {
		w.trail = append(w.trail, fieldPiece(fd))
		defer func() { w.trail = w.trail[:len(w.trail)-1] }()
		if !fits(fd, f.typ) {
			if !w.lenient || counts[fd.Number()] > 0 && isKey(fd) {
				e := w.errorf(WireType, fd, f.tag, "wire type %s where %s has %s", typeNames[f.typ], fd.Kind(), typeNames[wireTypes[fd.Kind()]])
				if err := w.fault(e); err != nil {
					return 0, err
				}
			}
			fd = nil
		}
	}
	if fd == nil {
		w.unknown++
		return w.skip(f)
	}
	value, next, err := w.extent(f)
	if err != nil {
		return 0, err
	}
	if isKey(fd) {
		counts[fd.Number()]++
	}
	last := &w.trail[len(w.trail)-1]
	switch packed := f.typ == protowire.BytesType && wireTypes[fd.Kind()] != protowire.BytesType; {
	case packed:
		return next, w.packed(fd, f, value, counts)
	case fd.IsMap():
		*last += w.entryPiece(fd, value)
	case fd.IsList():
		*last += elementPiece(counts[fd.Number()])
		counts[fd.Number()]++
	}
	switch {
	case fd.Kind() == protoreflect.GroupKind:
		return w.message(fd.Message(), f.rest, f.number)
	case fd.Message() != nil:
		_, err = w.message(fd.Message(), value, 0)
	default:
		err = w.scalar(fd, f.tag, value)
	}
	return next, err
}

func isKey(fd protoreflect.FieldDescriptor) bool {
	return fd.ContainingMessage().IsMapEntry() && fd.Number() == 1
}

// entryPiece returns the piece of a path for an entry of a map: its key, nothing if that cannot be read.
func (w *walker) entryPiece(fd protoreflect.FieldDescriptor, in span) string {
	var key []byte // the field of the key alone: the value may hold maps itself
	for raw := w.data[in.at:in.end]; len(raw) > 0; {
		number, _, n := protowire.ConsumeField(raw)
		if n < 0 {
			return ""
		}
		if number == fd.MapKey().Number() {
			key = raw[:n]
		}
		raw = raw[n:]
	}
	entry := dynamicpb.NewMessage(fd.Message())
	if proto.Unmarshal(key, entry) != nil {
		return ""
	}
	return keyPiece(entry.Get(fd.MapKey()).MapKey())
}

// extent returns where the value of a field lies, without its length, and the offset behind it. Of a group only the
// start is known.
func (w *walker) extent(f field) (span, int, error) {
	at, end := f.rest.at, f.rest.end
	size := uint64(0)
	switch f.typ {
	case protowire.VarintType:
		_, next, err := w.varint(at, end)
		return span{at, next}, next, err
	case protowire.Fixed32Type:
		size = 4
	case protowire.Fixed64Type:
		size = 8
	case protowire.BytesType:
		var err error
		if size, at, err = w.varint(at, end); err != nil {
			return span{}, 0, err
		}
	}
	if size > uint64(end-at) {
		return span{}, 0, w.errorf(Truncated, nil, f.tag, "field %d needs %d bytes, and %d are left", f.number, size, end-at)
	}
	return span{at, at + int(size)}, at + int(size), nil
}

// skip goes past the value of an unknown field.
func (w *walker) skip(f field) (int, error) {
	if f.typ == protowire.StartGroupType {
		return w.message(nil, f.rest, f.number)
	}
	_, next, err := w.extent(f)
	return next, err
}

// packed walks the elements of a packed field.
func (w *walker) packed(fd protoreflect.FieldDescriptor, f field, in span, counts map[protoreflect.FieldNumber]int) error {
	last := &w.trail[len(w.trail)-1]
	name := *last
	for at := in.at; at < in.end; {
		value, next, err := w.extent(field{f.number, wireTypes[fd.Kind()], at, span{at, in.end}})
		if err != nil {
			return err
		}
		*last = name + elementPiece(counts[fd.Number()])
		counts[fd.Number()]++
		if err := w.scalar(fd, at, value); err != nil {
			return err
		}
		at = next
	}
	return nil
}

// scalar checks a value that is no message.
func (w *walker) scalar(fd protoreflect.FieldDescriptor, offset int, in span) error {
	raw := w.data[in.at:in.end]
	switch fd.Kind() {
	case protoreflect.StringKind:
		if !utf8.Valid(raw) {
			return w.fault(w.errorf(InvalidUTF8, fd, offset, "the string is not UTF-8"))
		}
	case protoreflect.EnumKind:
		v, _ := binary.Uvarint(raw)
		w.narrow(fd, offset, v)
		number := protoreflect.EnumNumber(int32(v))
		if e := fd.Enum(); e.IsClosed() && e.Values().ByNumber(number) == nil {
			w.warn(w.errorf(UnknownEnum, fd, offset, "the closed enum %s has no number %d: readers take it for an unknown field", e.FullName(), number))
		}
	case protoreflect.Int32Kind, protoreflect.Uint32Kind, protoreflect.Sint32Kind:
		v, _ := binary.Uvarint(raw)
		w.narrow(fd, offset, v)
	}
	return nil
}

// narrow warns of bits that a number of 32 bits has no room for. Negative numbers are extended to 64.
func (w *walker) narrow(fd protoreflect.FieldDescriptor, offset int, v uint64) {
	signed := fd.Kind() == protoreflect.Int32Kind || fd.Kind() == protoreflect.EnumKind
	if v <= math.MaxUint32 || signed && int64(v) < 0 && int64(v) >= math.MinInt32 {
		return
	}
	w.warn(w.errorf(IntegerWidth, fd, offset, "the number has more than the 32 bits of %s: readers cut it off", fd.Kind()))
}

// wireTypes are the encodings of the kinds.
// Source: Protocol Buffers, Encoding.
var wireTypes = map[protoreflect.Kind]protowire.Type{
	protoreflect.BoolKind: protowire.VarintType, protoreflect.EnumKind: protowire.VarintType,
	protoreflect.Int32Kind: protowire.VarintType, protoreflect.Sint32Kind: protowire.VarintType, protoreflect.Uint32Kind: protowire.VarintType,
	protoreflect.Int64Kind: protowire.VarintType, protoreflect.Sint64Kind: protowire.VarintType, protoreflect.Uint64Kind: protowire.VarintType,
	protoreflect.Sfixed32Kind: protowire.Fixed32Type, protoreflect.Fixed32Kind: protowire.Fixed32Type, protoreflect.FloatKind: protowire.Fixed32Type,
	protoreflect.Sfixed64Kind: protowire.Fixed64Type, protoreflect.Fixed64Kind: protowire.Fixed64Type, protoreflect.DoubleKind: protowire.Fixed64Type,
	protoreflect.StringKind: protowire.BytesType, protoreflect.BytesKind: protowire.BytesType,
	protoreflect.MessageKind: protowire.BytesType, protoreflect.GroupKind: protowire.StartGroupType,
}

var typeNames = map[protowire.Type]string{
	protowire.VarintType: "varint", protowire.Fixed32Type: "fixed32", protowire.Fixed64Type: "fixed64", protowire.BytesType: "bytes",
	protowire.StartGroupType: "group",
}

// fits reports whether a field can come with a wire type: lists of numbers come packed or not.
func fits(fd protoreflect.FieldDescriptor, typ protowire.Type) bool {
	own := wireTypes[fd.Kind()]
	return typ == own || typ == protowire.BytesType && fd.IsList() && own != protowire.StartGroupType
}
