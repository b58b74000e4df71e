package avro

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"sync"
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// An Encoding is a way to write data in JSON.
type Encoding uint8

const (
	// PlainJSON is what people write: longs beyond ±2^53, NaN and the infinities as strings, bytes as base64, decimals as
	// strings of digits, times, dates and durations in ISO form, uuids as such. A union is untagged if that reads back as
	// the same branch, else {"branch": value}. What its logical type cannot write, such as a date beyond the year 9999, is
	// written as the type below it.
	PlainJSON Encoding = iota
	// AvroJSON is the specification's: a union's value is null or {"branch": value}, bytes and fixed are strings of the
	// characters U+0000 to U+00FF, longs are numbers, and data of logical types are those of the types below. NaN and the
	// infinities, of which it says nothing, are strings.
	AvroJSON
)

// JSONOptions say how JSON is written and read.
type JSONOptions struct {
	Encoding Encoding
	Latin1   bool // plain JSON: bytes as characters U+0000 to U+00FF
	Raw      bool // plain JSON: what has an ISO form, and uuids of bytes, as the types below; both are read in any case

	// For reading. A union is first read without them, and with them only if no branch fits.
	ApplyDefaults bool // what a record lacks is given by its default
	DropUnknown   bool // what a record does not have is passed over
	MaxFindings   int  // 100 if it is 0
}

// maxText bounds the JSON of one message: the names of fields can make much of items that take no bytes.
const maxText = 128 << 20

// AppendJSON appends the datum of a body to dst. It reports false, and returns dst as it was, if the findings of the body
// have an error, or if the text would have more than 128 MiB or take too much work, which is possible where unions whose
// records look alike are in each other many times. Reading the text with the same options gives the datum back: the same
// bytes but for blocks and leading zeros of numbers, which are as [Program.AppendBinary] writes them, and what a NaN holds. Of a map's
// entries with one key, which readers keep the last of, the last is written.
func (p *Program) AppendJSON(dst, body []byte, o JSONOptions) (out []byte, ok bool) {
	if !p.Clean(body) && !verdict.Valid(p.Findings(body, 1)) {
		return dst, false
	}
	return appendDatum(dst, p.form(), body, o)
}

// appendDatum appends the datum of a body that holds one of the form.
func appendDatum(dst []byte, f *form, body []byte, o JSONOptions) ([]byte, bool) {
	w := writers.Get().(*jsonWriter)
	w.body, w.dst, w.base, w.options, w.plain, w.work = body, dst, len(dst), o, o.Encoding == PlainJSON, workFor(len(body))
	end := w.datum(f, 0)
	out := w.dst
	w.body, w.dst = nil, nil
	w.release()
	if end < 0 {
		return dst, false
	}
	return out, true
}

// A jsonWriter walks a body that is clean and writes what it finds. Its methods return the offset behind the datum, or bad
// if there is too much to write.
type jsonWriter struct {
	body    []byte
	dst     []byte
	base    int // of dst, where the text begins
	options JSONOptions
	plain   bool
	keys    []entryKey
	slots   []uint32
	check   jsonReader // reads what is written in a union
	work    int        // that check may still do
}

var writers = sync.Pool{New: func() any { return new(jsonWriter) }}

// keptKeys is how many keys a writer has room for when it waits for the next text.
const keptKeys = 4 << 10

func (w *jsonWriter) release() {
	if cap(w.keys) > keptKeys {
		w.keys, w.slots = nil, nil
	}
	w.check.forget()
	writers.Put(w)
}

func (w *jsonWriter) datum(f *form, at int) int {
	switch f.kind {
	case avro.Null:
		w.dst = append(w.dst, "null"...)
		return at
	case avro.Boolean:
		if w.body[at] == 1 {
			w.dst = append(w.dst, "true"...)
		} else {
			w.dst = append(w.dst, "false"...)
		}
		return at + 1
	case avro.Int, avro.Long:
		v, next := readLong(w.body, at)
		w.integer(f, v)
		return next
	case avro.Float:
		w.dst = token.AppendFloat(w.dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(w.body[at:]))), 32)
		return at + 4
	case avro.Double:
		w.dst = token.AppendFloat(w.dst, math.Float64frombits(binary.LittleEndian.Uint64(w.body[at:])), 64)
		return at + 8
	case avro.String:
		start, end := readSpan(w.body, at)
		w.text(start, end)
		return end
	case avro.Bytes:
		start, end := readSpan(w.body, at)
		w.bytes(f, w.body[start:end])
		return end
	case avro.Fixed:
		w.bytes(f, w.body[at:at+f.node.Size])
		return at + f.node.Size
	case avro.Enum:
		i, next := readIndex(w.body, at, len(f.node.Symbols))
		w.dst = append(w.dst, f.symbols[i]...)
		return next
	default:
		return w.container(f, at)
	}
}

func (w *jsonWriter) container(f *form, at int) int {
	if len(w.dst)-w.base > maxText {
		return bad
	}
	switch f.kind {
	case avro.Record:
		return w.record(f, at)
	case avro.Array:
		return w.array(f, at)
	case avro.Map:
		return w.entries(f, at)
	default:
		return w.union(f, at)
	}
}

func (w *jsonWriter) record(f *form, at int) int {
	if len(f.fields) == 0 {
		w.dst = append(w.dst, '{')
	}
	for i := range f.fields {
		field := &f.fields[i]
		w.dst = append(w.dst, field.lead...)
		if at = w.datum(field.form, at); at < 0 {
			return bad
		}
	}
	w.dst = append(w.dst, '}')
	return at
}

func (w *jsonWriter) array(f *form, at int) int {
	w.dst = append(w.dst, '[')
	for first := true; ; {
		count, _, next := readBlock(w.body, at)
		if at = next; count == 0 {
			w.dst = append(w.dst, ']')
			return at
		}
		for range count {
			if !first {
				w.dst = append(w.dst, ',')
			}
			first = false
			if at = w.datum(f.items, at); at < 0 || len(w.dst)-w.base > maxText {
				return bad
			}
		}
	}
}

// integer writes a whole number, or what its logical type makes of it.
func (w *jsonWriter) integer(f *form, v int64) {
	switch {
	case !w.plain:
		w.dst = token.AppendInt(w.dst, v)
		return
	case f.spelling != spellBase && !w.options.Raw:
		var ok bool
		if w.dst, ok = appendTime(w.dst, f, v); ok {
			return
		}
	}
	w.dst = token.AppendSafeInt(w.dst, v)
}

// bytes writes bytes, or what their logical type makes of them.
func (w *jsonWriter) bytes(f *form, raw []byte) {
	switch {
	case !w.plain:
		w.dst = token.AppendLatin1(w.dst, raw)
		return
	case f.spelling != spellBase:
		var ok bool
		if w.dst, ok = appendMeaning(w.dst, f, raw, w.options); ok {
			return
		}
	}
	w.dst = appendRaw(w.dst, raw, w.options.Latin1)
}

func appendRaw(dst, raw []byte, latin1 bool) []byte {
	if latin1 {
		return token.AppendLatin1(dst, raw)
	}
	dst = base64.StdEncoding.AppendEncode(append(dst, '"'), raw)
	return append(dst, '"')
}

// text writes a string.
func (w *jsonWriter) text(start, end int) {
	if plainText(w.body, start, end) {
		w.dst = append(append(append(w.dst, '"'), w.body[start:end]...), '"')
		return
	}
	w.dst = token.AppendString(w.dst, w.body[start:end])
}

// plainText reports whether there are only printable ASCII characters from start to end, no quote and no backslash. It
// looks at eight bytes at a time, the last eight overlapping those before them.
func plainText(body []byte, start, end int) bool {
	if end-start < 8 {
		for _, c := range body[start:end] {
			if c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
				return false
			}
		}
		return true
	}
	seen := special(le64(body, end-8))
	for ; start+8 <= end; start += 8 {
		seen |= special(le64(body, start))
	}
	return seen&continued == 0
}

// special returns a number with a top bit set if one of eight bytes must not stand in a string as it is; the bits of the
// bytes above it may be set too.
func special(x uint64) uint64 {
	const ones = 0x0101010101010101
	quote, slash := x^ones*'"', x^ones*'\\'
	return (x - ones*' ') | (quote - ones) | (slash - ones) | x
}
