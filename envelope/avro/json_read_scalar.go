package avro

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/schema/avro"
)

// scalar appends the datum that a value stands for, or nothing if it is none.
func (r *jsonReader) scalar(f *form, t token.Token) fit {
	switch f.kind {
	case avro.Null:
		if t.Kind != token.Null {
			return otherType
		}
		return fits
	case avro.Boolean:
		switch t.Kind {
		case token.True:
			r.out = append(r.out, 1)
		case token.False:
			r.out = append(r.out, 0)
		default:
			return otherType
		}
		return fits
	case avro.Int, avro.Long:
		return r.integer(f, t)
	case avro.Float, avro.Double:
		return r.float(f, t)
	case avro.String, avro.Enum:
		return r.string(f, t)
	default:
		if r.plain && f.spelling != spellBase {
			return r.meaning(f, t)
		}
		return r.bytes(f, t)
	}
}

func (r *jsonReader) integer(f *form, t token.Token) fit {
	bits := 64
	if f.kind == avro.Int {
		bits = 32
	}
	var v int64
	why := otherType
	switch {
	case t.Kind == token.Number:
		v, why = readInteger(t.Text, bits)
	case t.Kind != token.String || !r.plain:
	case f.spelling != spellBase && len(t.Text) > 2 && bytes.ContainsAny(t.Text[1:], ":-"):
		v, why = parseTime(f, t.Text)
	case f.kind == avro.Long && !bytes.ContainsAny(t.Text, ".eE"):
		if v, why = readInteger(t.Text, bits); why == noNumber && f.spelling != spellBase {
			why = noTime
		}
	case f.spelling != spellBase:
		why = noTime
	case f.kind == avro.Long:
		why = noNumber
	}
	if why == fits && f.spelling == spellTime && (v < 0 || v >= secondsPerDay*f.unit) {
		why = outOfDay
	}
	if why == fits {
		r.out = binary.AppendVarint(r.out, v)
	}
	return why
}

// readInteger reads a whole number exactly, however it is written.
func readInteger(text []byte, bits int) (int64, fit) {
	if v, ok := readDigits(text); ok && (bits == 64 || int64(int32(v)) == v) {
		return v, fits
	}
	v, f := token.Int(text, bits)
	switch f {
	case token.Fits:
		return v, fits
	case token.Fractional:
		return 0, fractional
	case token.OutOfRange:
		return 0, outOfRange
	default:
		return 0, noNumber
	}
}

// readDigits reads a number of few digits and nothing else.
func readDigits(text []byte) (int64, bool) {
	digits := text
	if len(text) > 0 && text[0] == '-' {
		digits = text[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(digits) > 1 {
		return 0, false
	}
	v := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int64(c-'0')
	}
	if len(digits) < len(text) {
		v = -v
	}
	return v, true
}

// namedFloat reads the names of what JSON has no number for; in Avro's encoding also as Java has them.
func (r *jsonReader) namedFloat(text []byte) (float64, bool) {
	switch {
	case !r.plain && string(text) == "INF":
		return math.Inf(1), true
	case !r.plain && string(text) == "-INF":
		return math.Inf(-1), true
	default:
		return token.NamedFloat(text)
	}
}

func (r *jsonReader) float(f *form, t token.Token) fit {
	bits := 64
	if f.kind == avro.Float {
		bits = 32
	}
	var v float64
	switch t.Kind {
	case token.Number:
		var why token.Fit
		if v, why = token.Float(t.Text, bits); why != token.Fits {
			return outOfRange
		}
	case token.String:
		var ok bool
		if v, ok = r.namedFloat(t.Text); !ok {
			return noNumber
		}
	default:
		return otherType
	}
	if bits == 32 {
		r.out = binary.LittleEndian.AppendUint32(r.out, math.Float32bits(float32(v)))
	} else {
		r.out = binary.LittleEndian.AppendUint64(r.out, math.Float64bits(v))
	}
	return fits
}

func (r *jsonReader) string(f *form, t token.Token) fit {
	if t.Kind != token.String {
		return otherType
	}
	if f.kind == avro.Enum {
		i, ok := f.index[string(t.Text)]
		if !ok {
			return noSymbol
		}
		r.out = binary.AppendVarint(r.out, int64(i))
		return fits
	}
	if f.spelling == spellUUID && !isUUID(t.Text) {
		return noUUID
	}
	r.out = append(binary.AppendVarint(r.out, int64(len(t.Text))), t.Text...)
	return fits
}

// bytes reads bytes as base64 or as characters U+0000 to U+00FF.
func (r *jsonReader) bytes(f *form, t token.Token) fit {
	if t.Kind != token.String {
		return otherType
	}
	start := len(r.out)
	n, why := 0, fits
	if r.options.Latin1 || !r.plain {
		n = utf8.RuneCount(t.Text)
		r.lead(f, n)
		why = r.latin1(t.Text)
	} else {
		n = base64.StdEncoding.DecodedLen(len(t.Text)) - bytes.Count(t.Text[max(len(t.Text)-2, 0):], []byte("="))
		r.lead(f, n)
		why = r.base64(t.Text)
	}
	if why == fits && f.kind == avro.Fixed && n != f.node.Size {
		why = wrongSize
	}
	if why != fits {
		r.out = r.out[:start]
	}
	return why
}

// lead appends the length of so many bytes, where they have one.
func (r *jsonReader) lead(f *form, n int) {
	if f.kind == avro.Bytes {
		r.out = binary.AppendVarint(r.out, int64(n))
	}
}

func (r *jsonReader) latin1(text []byte) fit {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if c > 0xff {
			return noLatin1
		}
		r.out = append(r.out, byte(c))
		i += size
	}
	return fits
}

// strictBase64 has padding, and no bits that say nothing.
var strictBase64 = base64.StdEncoding.Strict()

func (r *jsonReader) base64(text []byte) fit {
	if bytes.IndexByte(text, '\n') >= 0 || bytes.IndexByte(text, '\r') >= 0 {
		return noBase64 // the standard library passes over them
	}
	out, err := strictBase64.AppendDecode(r.out, text)
	if err != nil {
		return noBase64
	}
	r.out = out
	return fits
}
