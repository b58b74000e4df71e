package avro

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema/avro"
)

// AppendJSON appends a datum as plain JSON to dst: longs beyond ±2^53, NaN and the infinities as strings, bytes as base64,
// decimals as strings of digits, times, dates and durations in ISO form, uuids as such. What its logical type cannot print, such
// as a date beyond the year 9999, is printed as the type below it. A union is untagged if every reading of the text gives the branch
// back, else {"branch": value}. Of a map's entries with one key the last is printed. d must be a value of the schema.
func AppendJSON(dst []byte, use avro.Use, d Datum) []byte {
	var p plainPrinter
	return appendValue(dst, p.value(use.Node, d))
}

// JSON returns a datum as plain JSON; see [AppendJSON].
func JSON(use avro.Use, d Datum) string { return string(AppendJSON(nil, use, d)) }

// A plainPrinter turns data into JSON values, whose readings it must know where a union stands.
type plainPrinter struct{ readings readings }

// maxSafe is the largest whole number up to which every double is exact.
const maxSafe = 1 << 53

func stringOf(s string) *avro.Value { return &avro.Value{Kind: avro.StringValue, Text: s} }
func numberOf(s string) *avro.Value { return &avro.Value{Kind: avro.NumberValue, Text: s} }
func base64Of(b []byte) *avro.Value { return stringOf(base64.StdEncoding.EncodeToString(b)) }
func integerOf(v int64) *avro.Value {
	text := strconv.FormatInt(v, 10)
	if v > maxSafe || v < -maxSafe {
		return stringOf(text)
	}
	return numberOf(text)
}

func (p *plainPrinter) value(n *avro.Node, d Datum) *avro.Value {
	if v := logicalValue(n, d); v != nil {
		return v
	}
	switch d := d.(type) {
	case Boolean:
		return &avro.Value{Kind: avro.BoolValue, Text: strconv.FormatBool(bool(d))}
	case Int:
		return integerOf(int64(d))
	case Long:
		return integerOf(int64(d))
	case Float:
		return floatOf(float64(d), 32)
	case Double:
		return floatOf(float64(d), 64)
	case Bytes:
		return base64Of(d)
	case Fixed:
		return base64Of(d)
	case String:
		return stringOf(string(d))
	case Enum:
		return stringOf(string(d))
	case Array:
		out := &avro.Value{Kind: avro.ArrayValue}
		for _, item := range d {
			out.Items = append(out.Items, *p.value(n.Items.Node, item))
		}
		return out
	case Map:
		return p.entries(n, d)
	case Record:
		out := &avro.Value{Kind: avro.ObjectValue}
		for i, f := range n.Fields {
			out.Members = append(out.Members, avro.Prop{Key: f.Name, Value: p.value(f.Type.Node, d[i])})
		}
		return out
	case Union:
		return p.union(n, d)
	default:
		return &avro.Value{Kind: avro.NullValue}
	}
}

func (p *plainPrinter) entries(n *avro.Node, m Map) *avro.Value {
	out := &avro.Value{Kind: avro.ObjectValue}
	last := make(map[string]int, len(m))
	for i, e := range m {
		last[e.Key] = i
	}
	for i, e := range m {
		if last[e.Key] == i {
			out.Members = append(out.Members, avro.Prop{Key: e.Key, Value: p.value(n.Items.Node, e.Value)})
		}
	}
	return out
}

func (p *plainPrinter) union(n *avro.Node, d Union) *avro.Value {
	v := p.value(n.Branches[d.Branch].Node, d.Value)
	if d.Value.kind() == avro.Null || p.readings.only(n, d.Branch, v) {
		return v
	}
	return &avro.Value{Kind: avro.ObjectValue, Members: []avro.Prop{{Key: n.Branches[d.Branch].Node.TypeName(), Value: v}}}
}

func floatOf(f float64, bits int) *avro.Value {
	switch {
	case math.IsNaN(f):
		return stringOf("NaN")
	case math.IsInf(f, 1):
		return stringOf("Infinity")
	case math.IsInf(f, -1):
		return stringOf("-Infinity")
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return numberOf(strconv.FormatFloat(f, format, -1, bits))
}

func appendValue(dst []byte, v *avro.Value) []byte {
	switch v.Kind {
	case avro.NullValue:
		return append(dst, "null"...)
	case avro.StringValue:
		return appendString(dst, v.Text)
	case avro.ArrayValue:
		dst = append(dst, '[')
		for i := range v.Items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, &v.Items[i])
		}
		return append(dst, ']')
	case avro.ObjectValue:
		dst = append(dst, '{')
		for i, m := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, m.Key), ':')
			dst = appendValue(dst, m.Value)
		}
		return append(dst, '}')
	default:
		return append(dst, v.Text...)
	}
}

// appendString writes a JSON string: only what must be escaped is.
func appendString(dst []byte, s string) []byte {
	const special = "\"\\"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r < 0x20:
			dst = appendControl(dst, byte(r))
		case strings.ContainsRune(special, r):
			dst = append(dst, '\\', byte(r))
		case r == utf8.RuneError && size == 1: // no value of string has it
			dst = append(dst, "\ufffd"...)
		default:
			dst = append(dst, s[i:i+size]...)
		}
		i += size
	}
	return append(dst, '"')
}

func appendControl(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	default:
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
}
