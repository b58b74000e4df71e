package avro

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema/avro"
)

// Limits bound what a message may be made of. A zero field means the default.
type Limits struct {
	Depth int // levels of records, arrays and maps in each other
	Free  int // items of arrays that cost no bytes
}

// DefaultLimits are in force where a caller does not say otherwise.
var DefaultLimits = Limits{Depth: 1000, Free: 1_000_000}

func (l Limits) withDefaults() Limits {
	if l.Depth == 0 {
		l.Depth = DefaultLimits.Depth
	}
	if l.Free == 0 {
		l.Free = DefaultLimits.Free
	}
	return l
}

// A message may hold so many data, and so many more for each of its bytes: a schema can put any number of nulls and
// records into one byte, and each takes memory.
const (
	baseData    = 1 << 22
	dataPerByte = 8
)

// A cursor reads a message from its start to its end, and knows where it is.
type cursor struct {
	data   []byte
	at     int // offset of the next byte
	trail  []place
	depth  int // levels left
	free   int // items without bytes left
	budget int // data left
}

func newCursor(data []byte, limits Limits) cursor {
	limits = limits.withDefaults()
	return cursor{data: data, depth: limits.Depth, free: limits.Free, budget: baseData + dataPerByte*len(data)}
}

// errorf returns an error about the datum at hand, which begins at offset.
func (c *cursor) errorf(code Code, offset int, format string, args ...any) error {
	return &Error{
		Code: code, Path: instancePath(c.trail), Reader: readerPointer(c.trail), Writer: writerPointer(c.trail),
		Offset: offset, Reason: fmt.Sprintf(format, args...),
	}
}

func (c *cursor) enter(p place) { c.trail = append(c.trail, p) }
func (c *cursor) leave()        { c.trail = c.trail[:len(c.trail)-1] }

// spend takes n data from the budget.
func (c *cursor) spend(n int) error {
	if c.budget -= n; c.budget < 0 {
		return c.errorf(TooManyItems, c.at, "the message holds too many data for its %d bytes", len(c.data))
	}
	return nil
}

// down begins a level; the caller ends it with up.
func (c *cursor) down() error {
	if c.depth--; c.depth < 0 {
		return c.errorf(TooDeep, c.at, "nested too deep")
	}
	return nil
}

func (c *cursor) up() { c.depth++ }

// end refuses bytes that are left over.
func (c *cursor) end() error {
	switch n := len(c.data) - c.at; {
	case n == 1:
		return c.errorf(Trailing, c.at, "a byte is left over")
	case n > 1:
		return c.errorf(Trailing, c.at, "%d bytes are left over", n)
	}
	return nil
}

// take returns the next n bytes, which alias the message; what names the datum that they are of.
func (c *cursor) take(n int64, what string) ([]byte, error) {
	if n < 0 {
		return nil, c.errorf(LengthRange, c.at, "%s has the length %d", what, n)
	}
	if left := len(c.data) - c.at; n > int64(left) {
		return nil, c.errorf(Truncated, c.at, "%s needs %d bytes, and %d are left", what, n, left)
	}
	c.at += int(n)
	return c.data[c.at-int(n) : c.at : c.at], nil
}

// varint reads a zig-zag number of so many bits, in as many bytes as that can take; leading zeros are allowed, as in
// every reader.
func (c *cursor) varint(bits int, what string) (int64, error) {
	var u uint64
	start := c.at
	for shift := 0; shift < bits; shift += 7 {
		if c.at == len(c.data) {
			return 0, c.errorf(Truncated, start, "%s ends before its last byte", what)
		}
		b := c.data[c.at]
		c.at++
		if room := bits - shift; room < 7 && b&0x7f>>room != 0 {
			return 0, c.errorf(VarintWidth, start, "%s has more than %d bits", what, bits)
		}
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(u>>1) ^ -int64(u&1), nil
		}
	}
	return 0, c.errorf(VarintWidth, start, "%s takes more bytes than a number of %d bits has", what, bits)
}

// lengthPrefixed reads a length and as many bytes, which alias the message.
func (c *cursor) lengthPrefixed(what string) ([]byte, error) {
	n, err := c.varint(64, "the length of "+what)
	if err != nil {
		return nil, err
	}
	return c.take(n, what)
}

func (c *cursor) text(what string) (string, error) {
	start := c.at
	raw, err := c.lengthPrefixed(what)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(raw) {
		return "", c.errorf(InvalidUTF8, start, "%s is not UTF-8", what)
	}
	return string(raw), nil
}

// index reads the index of an enum's symbol or a union's branch.
func (c *cursor) index(code Code, what string, n int) (int, error) {
	start := c.at
	i, err := c.varint(32, "the index of a "+what)
	if err != nil {
		return 0, err
	}
	if i < 0 || i >= int64(n) {
		return 0, c.errorf(code, start, "%s %d, and there are %d", what, i, n)
	}
	return int(i), nil
}

// blocks calls each for every item of an array or a map. Its work is bounded by the bytes and by the items without any.
func (c *cursor) blocks(each func(i int) error) error {
	for i := 0; ; {
		start := c.at
		count, err := c.varint(64, "a block's count")
		if err != nil || count == 0 {
			return err
		}
		end := -1
		if count < 0 {
			if end, err = c.blockEnd(start, count); err != nil {
				return err
			}
			count = -count
		}
		for range count {
			if err := c.item(i, each); err != nil {
				return err
			}
			i++
		}
		if end >= 0 && c.at != end {
			return c.errorf(BlockSize, start, "a block of %d items ends at byte %d, not at %d as it says", count, c.at, end)
		}
	}
}

// blockEnd reads the size of a block and returns the offset of its end.
func (c *cursor) blockEnd(start int, count int64) (int, error) {
	if count == math.MinInt64 {
		return 0, c.errorf(BlockSize, start, "a block has the count %d", count)
	}
	size, err := c.varint(64, "a block's size")
	if err != nil {
		return 0, err
	}
	if left := len(c.data) - c.at; size < 0 || size > int64(left) {
		return 0, c.errorf(BlockSize, start, "a block has the size %d, and %d bytes are left", size, left)
	}
	return c.at + int(size), nil
}

func (c *cursor) item(i int, each func(i int) error) error {
	start := c.at
	if err := each(i); err != nil {
		return err
	}
	if c.at == start {
		if c.free--; c.free < 0 {
			return c.errorf(TooManyItems, start, "too many items that take no bytes")
		}
	}
	return nil
}

// scalar reads a datum that has no others inside.
func (c *cursor) scalar(n *avro.Node) (Datum, error) {
	switch n.Kind {
	case avro.Null:
		return Null{}, nil
	case avro.Boolean:
		return c.boolean()
	case avro.Int:
		v, err := c.varint(32, "an int")
		return Int(v), err
	case avro.Long:
		v, err := c.varint(64, "a long")
		return Long(v), err
	case avro.Float:
		raw, err := c.take(4, "a float")
		if err != nil {
			return nil, err
		}
		return Float(math.Float32frombits(binary.LittleEndian.Uint32(raw))), nil
	case avro.Double:
		raw, err := c.take(8, "a double")
		if err != nil {
			return nil, err
		}
		return Double(math.Float64frombits(binary.LittleEndian.Uint64(raw))), nil
	case avro.Bytes:
		raw, err := c.lengthPrefixed("bytes")
		return Bytes(copied(raw)), err
	case avro.String:
		s, err := c.text("a string")
		return String(s), err
	case avro.Fixed:
		raw, err := c.take(int64(n.Size), "a fixed")
		return Fixed(copied(raw)), err
	default:
		i, err := c.index(EnumRange, "symbol", len(n.Symbols))
		if err != nil {
			return nil, err
		}
		return Enum(n.Symbols[i]), nil
	}
}

// copied returns a copy that is not nil, so that data compare equal however they were made.
func copied(raw []byte) []byte { return append([]byte{}, raw...) }

func (c *cursor) boolean() (Datum, error) {
	raw, err := c.take(1, "a boolean")
	if err != nil {
		return nil, err
	}
	if raw[0] > 1 {
		return nil, c.errorf(BooleanByte, c.at-1, "a boolean has the byte %d", raw[0])
	}
	return Boolean(raw[0] == 1), nil
}
