package avro

import (
	"errors"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema/avro"
)

func (f *finder) datum(n *avro.Node) bool {
	start := f.at
	if err := f.spend(1); err != nil {
		return f.fail(start, err)
	}
	switch n.Kind {
	case avro.Union:
		return f.union(n, start)
	case avro.Record, avro.Array, avro.Map:
		if err := f.down(); err != nil {
			return f.fail(start, err)
		}
		defer f.up()
		if n.Kind != avro.Record {
			return f.items(n, start)
		}
		for i, field := range n.Fields {
			if !f.inside(place{kind: atField, name: field.Name, reader: -1, writer: i}, field.Type.Node) {
				return false
			}
		}
		return true
	default:
		return f.scalar(n, start)
	}
}

func (f *finder) inside(p place, n *avro.Node) bool {
	if m, ok := f.nothing(n); ok {
		if err := f.spend(int(m.data)); err != nil {
			return f.fail(f.at, err)
		}
		return true
	}
	f.enter(p)
	defer f.leave()
	return f.datum(n)
}

// nothing reports whether a datum takes no bytes and fits into the levels that are left: nothing in it can be wrong, so it
// is only measured. A few bytes can hold millions of such data.
func (f *finder) nothing(n *avro.Node) (measure, bool) {
	switch n.Kind {
	case avro.Null:
		return measure{data: 1}, true
	case avro.Fixed:
		return measure{data: 1}, n.Size == 0
	case avro.Record:
		m, ok := f.bare[n]
		return m, ok && m.levels <= uint64(f.depth)
	default:
		return measure{}, false
	}
}

func (f *finder) union(n *avro.Node, start int) bool {
	i, err := f.varint(32, "the index of a branch")
	switch {
	case err != nil:
		return f.fail(start, err)
	case i < 0 || i >= int64(len(n.Branches)):
		f.report(UnionRange, start, "is branch %d, and the union has %d", i, len(n.Branches))
		return false
	default:
		return f.inside(place{kind: atBranch, reader: -1, writer: int(i)}, n.Branches[i].Node)
	}
}

// errStop ends a loop over items in which nothing more is to be found.
var errStop = errors.New("stop")

func (f *finder) items(n *avro.Node, start int) bool {
	if m, ok := f.nothing(n.Items.Node); ok && n.Kind == avro.Array {
		return f.emptyItems(m, start)
	}
	err := f.blocks(func(i int) error {
		p := place{kind: atItem, item: i, reader: -1}
		if n.Kind == avro.Map {
			key, ok := f.key(start)
			if !ok {
				return errStop
			}
			p = place{kind: atValue, name: key, reader: -1}
		}
		if !f.inside(p, n.Items.Node) {
			return errStop
		}
		return nil
	})
	switch err {
	case nil, errStop:
		return err == nil
	default:
		return f.fail(start, err)
	}
}

// emptyItems reads an array of items that take no bytes, without going through them.
func (f *finder) emptyItems(m measure, start int) bool {
	for {
		head := f.at
		count, err := f.varint(64, "a block's count")
		if err != nil || count == 0 {
			return err == nil || f.fail(start, err)
		}
		end := -1
		if count < 0 {
			if end, err = f.blockEnd(head, count); err != nil {
				return f.fail(start, err)
			}
			count = -count
		}
		if count > int64(f.free) {
			return f.fail(start, f.errorf(TooManyItems, head, "too many items that take no bytes"))
		}
		f.free -= int(count)
		if err := f.spend(int(product(count, m.data))); err != nil {
			return f.fail(start, err)
		}
		if end >= 0 && end != f.at {
			return f.fail(start, f.errorf(BlockSize, head, "a block of %d items ends at byte %d, not at %d as it says", count, f.at, end))
		}
	}
}

// key reads the key of an entry of the map that begins at start.
func (f *finder) key(start int) (string, bool) {
	at := f.at
	raw, err := f.lengthPrefixed("a key")
	if err != nil {
		return "", f.fail(start, err)
	}
	return string(raw), utf8.Valid(raw) || f.report(InvalidUTF8, at, "has a key that is not UTF-8")
}

func (f *finder) scalar(n *avro.Node, start int) bool {
	switch n.Kind {
	case avro.Null:
		return true
	case avro.Int, avro.Long:
		return f.number(n, start)
	case avro.Enum:
		i, err := f.varint(32, "the index of a symbol")
		if err != nil {
			return f.fail(start, err)
		}
		return 0 <= i && i < int64(len(n.Symbols)) || f.report(EnumRange, start, "is symbol %d, and the enum has %d", i, len(n.Symbols))
	case avro.String, avro.Bytes:
		raw, err := f.lengthPrefixed(article[n.Kind])
		if err != nil {
			return f.fail(start, err)
		}
		if n.Kind == avro.String && !utf8.Valid(raw) {
			return f.report(InvalidUTF8, start, "is not UTF-8")
		}
		return f.logical(n, raw, start)
	default:
		return f.wide(n, start)
	}
}

// wide reads a datum whose bytes are as many as its schema says.
func (f *finder) wide(n *avro.Node, start int) bool {
	raw, err := f.take(int64(sizeOf(n)), article[n.Kind])
	switch {
	case err != nil:
		return f.fail(start, err)
	case n.Kind == avro.Boolean && raw[0] > 1:
		return f.report(BooleanByte, start, "has the byte %d, and a boolean is 0 or 1", raw[0])
	default:
		return f.logical(n, raw, start)
	}
}

func sizeOf(n *avro.Node) int {
	switch n.Kind {
	case avro.Boolean:
		return 1
	case avro.Float:
		return 4
	case avro.Double:
		return 8
	default:
		return n.Size
	}
}

// article is what the slow path calls data of some kinds.
var article = [...]string{
	avro.Boolean: "a boolean", avro.Int: "an int", avro.Long: "a long", avro.Float: "a float", avro.Double: "a double",
	avro.Bytes: "bytes", avro.String: "a string", avro.Fixed: "a fixed",
}

func (f *finder) number(n *avro.Node, start int) bool {
	width := 64
	if n.Kind == avro.Int {
		width = 32
	}
	v, err := f.varint(width, article[n.Kind])
	if err != nil {
		return f.fail(start, err)
	}
	switch logicalName(n) {
	case "time-millis":
		return 0 <= v && v < millisPerDay || f.report(TimeOfDay, start, "is %d, and a day has %d milliseconds", v, millisPerDay)
	case "time-micros":
		return 0 <= v && v < microsPerDay || f.report(TimeOfDay, start, "is %d, and a day has %d microseconds", v, int64(microsPerDay))
	default:
		return true
	}
}

// logical holds the bytes of a datum to its logical type.
func (f *finder) logical(n *avro.Node, raw []byte, start int) bool {
	switch logicalName(n) {
	case "decimal":
		if len(raw) == 0 {
			return f.report(DecimalPrecision, start, "has no byte, and a decimal has one at least")
		}
		d, ok := f.decimals[n.Logical.Precision]
		if !ok {
			d = newDecimalRange(n.Logical.Precision)
			f.decimals[n.Logical.Precision] = d
		}
		return d.holds(raw) || f.report(DecimalPrecision, start, "has more digits than %d, its precision", n.Logical.Precision)
	case "big-decimal":
		_, _, ok := bigDecimal(raw)
		return ok || f.report(DecimalPrecision, start, "is no big-decimal: a number of 1 to %d bytes and a scale", maxBigDecimal)
	case "uuid":
		return n.Kind == avro.Fixed || isUUID(raw) || f.report(UUIDSyntax, start, "is no UUID, such as 0f8fad5b-d9cb-469f-a165-70867728950e")
	default:
		return true
	}
}

// logicalName returns the name of a type's logical type, "" if it has none.
func logicalName(n *avro.Node) string {
	if n.Logical == nil {
		return ""
	}
	return n.Logical.Name
}
