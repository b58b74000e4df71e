package avro

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Code says what is wrong with a message. Codes are public and stay.
type Code string

// The codes of bytes that no reading of the writer's schema allows.
const (
	Truncated    Code = "AVRO_TRUNCATED"     // the message ends inside a datum
	Trailing     Code = "AVRO_TRAILING"      // bytes are left over
	VarintWidth  Code = "AVRO_VARINT"        // a number with more bits than its type
	BooleanByte  Code = "AVRO_BOOLEAN"       // neither 0 nor 1
	LengthRange  Code = "AVRO_LENGTH"        // a negative length
	InvalidUTF8  Code = "AVRO_UTF8"          // a string, or bytes read as a string, that are not UTF-8
	EnumRange    Code = "AVRO_ENUM_RANGE"    // a symbol that the enum does not have
	UnionRange   Code = "AVRO_UNION_RANGE"   // a branch that the union does not have
	BlockSize    Code = "AVRO_BLOCK"         // a block whose count or size is not that of its items
	TooManyItems Code = "AVRO_ITEMS"         // more than the limits allow
	TooDeep      Code = "AVRO_DEPTH"         // more levels than the limits allow
	Unfit        Code = "AVRO_UNFIT"         // a datum that is no value of the schema, in [Encode]
	BadDefault   Code = "AVRO_DEFAULT"       // a default that is no value of its field
	NoDatum      Code = "AVRO_NO_DATUM"      // a schema that has no datum, or none that is small
	NoPath       Code = "AVRO_NO_SUCH_PLACE" // a path that does not lead through the schema
)

// The codes of data that are none of their logical types. [Decode] knows no logical types, [Program] does.
const (
	DecimalPrecision Code = "AVRO_DECIMAL_PRECISION" // a decimal with more digits than its precision, or without a byte
	UUIDSyntax       Code = "AVRO_UUID"              // a string that is no UUID
	TimeOfDay        Code = "AVRO_TIME_OF_DAY"       // a time that no day has
)

// The codes of messages that their writer's schema allows and that the reader's cannot read. They are those of the
// findings that foretell them.
const (
	NameMismatch   Code = "NAME_MISMATCH"
	SizeMismatch   Code = "FIXED_SIZE_MISMATCH"
	MissingSymbol  Code = "MISSING_ENUM_SYMBOLS"
	MissingField   Code = "READER_FIELD_MISSING_DEFAULT_VALUE"
	TypeMismatch   Code = "TYPE_MISMATCH"
	MissingBranch  Code = "MISSING_UNION_BRANCH"
	AmbiguousField Code = "AMBIGUOUS_FIELD"
)

// An Error says which datum cannot be read or written, and why.
type Error struct {
	Code Code
	// Path leads to the datum: names joined by dots, [3] for items, ["key"] for the values of maps; a union's branch is
	// not shown. It is empty for the whole datum. Fields have the writer's names, one that the reader misses its own.
	Path string
	// Reader and Writer are JSON pointers to the datum's type in the two schemas, names of types gone through as if
	// the definition stood in their place. Of a field that the reader misses, Reader points at the field. Where there is no
	// reader, or none for the field at hand, Reader is as far as it goes.
	Reader, Writer string
	Offset         int    // of the datum's first byte in the message; -1 where there are no bytes
	Reason         string // without the path: "missing in the data, no default"
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return e.Path + ": " + e.Reason
}

// A place is one step from a datum to one inside it.
type place struct {
	kind           placeKind
	name           string // of the writer's field, or the map's key
	item           int    // index of the array's item
	reader, writer int    // index of the field or branch, -1 where that side stays where it is
}

type placeKind uint8

const (
	atField placeKind = iota
	atItem
	atValue
	atBranch
)

// instancePath prints the way to a datum.
func instancePath(trail []place) string {
	var b strings.Builder
	for _, p := range trail {
		switch p.kind {
		case atField:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(p.name)
		case atItem:
			b.WriteString("[" + strconv.Itoa(p.item) + "]")
		case atValue:
			b.WriteString("[" + quoteKey(p.name) + "]")
		}
	}
	return b.String()
}

// maxKey is how many bytes of a map's key a path shows.
const maxKey = 100

func quoteKey(key string) string {
	if len(key) <= maxKey {
		return strconv.Quote(key)
	}
	end := maxKey
	for end > 0 && !utf8.RuneStart(key[end]) {
		end--
	}
	return strconv.Quote(key[:end] + "…")
}

// readerPointer prints the way to a datum's type in the reader's schema, writerPointer in the writer's.
func readerPointer(trail []place) string {
	return pointer(trail, func(p place) int { return p.reader })
}
func writerPointer(trail []place) string {
	return pointer(trail, func(p place) int { return p.writer })
}

func pointer(trail []place, index func(place) int) string {
	var b strings.Builder
	for _, p := range trail {
		at := index(p)
		switch {
		case at < 0:
		case p.kind == atField:
			b.WriteString("/fields/" + strconv.Itoa(at) + "/type")
		case p.kind == atItem:
			b.WriteString("/items")
		case p.kind == atValue:
			b.WriteString("/values")
		default:
			b.WriteString("/" + strconv.Itoa(at))
		}
	}
	return b.String()
}

func fieldPointer(i int) string { return "/fields/" + strconv.Itoa(i) }
