package avro

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/treatyhq/treaty/schema/avro"
)

// maxDefault bounds the data in one default: nested defaults can say much in few characters.
const maxDefault = 1 << 20

// Default returns the datum that a field's default stands for: numbers as their type has them, bytes from the characters
// U+0000 to U+00FF, the fields that a record leaves out from their own defaults, and of a union the first branch that
// the value fits. A field without a default, and a default that is no value of the field, which only schemas of old
// can have, are an *[Error] of code [BadDefault].
// Source: Avro 1.12, Complex Types, Records.
func Default(f *avro.Field) (Datum, error) {
	var all defaults
	d, _, err := all.of(f)
	if err != nil {
		return nil, &Error{Code: BadDefault, Path: f.Name, Offset: -1, Reason: err.Error()}
	}
	return d, nil
}

// defaults remembers the defaults of fields. The zero value is ready.
type defaults struct {
	known map[*avro.Field]madeDefault
	depth int
}

// A madeDefault is a field's default. size is how many data it is made of, as often as they occur: records share the
// defaults of their fields.
type madeDefault struct {
	datum Datum
	size  int
	err   error
}

var errNoDefault = errors.New("no default")

func (s *defaults) of(f *avro.Field) (Datum, int, error) {
	if f.Default == nil {
		return nil, 0, errNoDefault
	}
	made, ok := s.known[f]
	if !ok {
		made.datum, made.size, made.err = s.value(f.Type.Node, f.Default)
		if s.known == nil {
			s.known = map[*avro.Field]madeDefault{}
		}
		s.known[f] = made
	}
	return made.datum, made.size, made.err
}

// allows reports whether the bytes of a default are what its type's programs allow. A schema's defaults are values of base
// types: a decimal can have too many digits, and a text can be no UUID.
func allows(n *avro.Node, raw []byte) bool {
	p := Program{root: n, limits: ProgramLimits}
	return len(p.Findings(raw, 1)) == 0
}

func misfit(n *avro.Node, v *avro.Value) error {
	return fmt.Errorf("%s is no value of %s", describe(v), n.TypeName())
}

func describe(v *avro.Value) string {
	switch v.Kind {
	case avro.StringValue:
		return quoteKey(v.Text)
	case avro.ArrayValue:
		return "an array"
	case avro.ObjectValue:
		return "an object"
	case avro.NullValue:
		return "null"
	default:
		return v.Text
	}
}

// value returns the datum, and how many data it is made of.
func (s *defaults) value(n *avro.Node, v *avro.Value) (Datum, int, error) {
	if s.depth++; s.depth > DefaultLimits.Depth {
		return nil, 0, errors.New("the default needs itself, or is nested too deep")
	}
	defer func() { s.depth-- }()
	switch n.Kind {
	case avro.Union:
		return s.union(n, v)
	case avro.Array, avro.Map:
		return s.items(n, v)
	case avro.Record:
		return s.record(n, v)
	default:
		d, ok := scalarDefault(n, v)
		if !ok {
			return nil, 0, misfit(n, v)
		}
		return d, 1, nil
	}
}

func (s *defaults) union(n *avro.Node, v *avro.Value) (Datum, int, error) {
	i := slices.IndexFunc(n.Branches, func(b avro.Use) bool { return b.Node.Fits(v) })
	if i < 0 {
		return nil, 0, misfit(n, v)
	}
	d, size, err := s.value(n.Branches[i].Node, v)
	return Union{i, d}, size + 1, err
}

func (s *defaults) items(n *avro.Node, v *avro.Value) (Datum, int, error) {
	array, object := n.Kind == avro.Array && v.Kind == avro.ArrayValue, n.Kind == avro.Map && v.Kind == avro.ObjectValue
	if !array && !object {
		return nil, 0, misfit(n, v)
	}
	out, entries, size := Array{}, Map{}, 1
	add := func(key string, v *avro.Value) error {
		d, more, err := s.value(n.Items.Node, v)
		if err != nil {
			return err
		}
		if array {
			out = append(out, d)
		} else {
			entries = append(entries, Entry{key, d})
		}
		size += more
		return within(size)
	}
	for i := range v.Items {
		if err := add("", &v.Items[i]); err != nil {
			return nil, 0, err
		}
	}
	for _, m := range v.Members {
		if err := add(m.Key, m.Value); err != nil {
			return nil, 0, err
		}
	}
	if array {
		return out, size, nil
	}
	return entries, size, nil
}

func within(size int) error {
	if size > maxDefault {
		return fmt.Errorf("the default is made of more than %d data", maxDefault)
	}
	return nil
}

func (s *defaults) record(n *avro.Node, v *avro.Value) (Datum, int, error) {
	if v.Kind != avro.ObjectValue {
		return nil, 0, misfit(n, v)
	}
	members := make(map[string]*avro.Value, len(v.Members))
	for _, m := range v.Members {
		members[m.Key] = m.Value
	}
	out, size := make(Record, len(n.Fields)), 1
	for i, f := range n.Fields {
		var more int
		var err error
		if member := members[f.Name]; member != nil {
			out[i], more, err = s.value(f.Type.Node, member)
		} else {
			out[i], more, err = s.of(f)
		}
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", f.Name, err)
		}
		if size += more; size > maxDefault {
			return nil, 0, within(size)
		}
	}
	return out, size, nil
}

func scalarDefault(n *avro.Node, v *avro.Value) (Datum, bool) {
	switch n.Kind {
	case avro.Null:
		return Null{}, v.Kind == avro.NullValue
	case avro.Boolean:
		return Boolean(v.Text == "true"), v.Kind == avro.BoolValue
	case avro.Int:
		i, err := strconv.ParseInt(v.Text, 10, 32)
		return Int(i), v.Kind == avro.NumberValue && err == nil
	case avro.Long:
		i, err := strconv.ParseInt(v.Text, 10, 64)
		return Long(i), v.Kind == avro.NumberValue && err == nil
	case avro.Float:
		f, ok := floatDefault(v, 32)
		return Float(f), ok
	case avro.Double:
		f, ok := floatDefault(v, 64)
		return Double(f), ok
	case avro.String:
		return String(v.Text), v.Kind == avro.StringValue
	case avro.Enum:
		return Enum(v.Text), v.Kind == avro.StringValue && slices.Contains(n.Symbols, v.Text)
	case avro.Bytes:
		b, ok := codePoints(v)
		return Bytes(b), ok
	default:
		b, ok := codePoints(v)
		return Fixed(b), ok && len(b) == n.Size
	}
}

// floatDefault reads a number, or the name of one that JSON has no number for. One that is too large is an infinity, as
// in the reference.
func floatDefault(v *avro.Value, bits int) (float64, bool) {
	switch {
	case v.Kind == avro.NumberValue:
	case v.Kind != avro.StringValue || v.Text != "NaN" && v.Text != "Infinity" && v.Text != "-Infinity":
		return 0, false
	}
	f, err := strconv.ParseFloat(v.Text, bits)
	return f, err == nil || errors.Is(err, strconv.ErrRange)
}

// codePoints returns the bytes that the characters U+0000 to U+00FF of a string stand for.
func codePoints(v *avro.Value) ([]byte, bool) {
	if v.Kind != avro.StringValue {
		return nil, false
	}
	out := make([]byte, 0, len(v.Text))
	for _, r := range v.Text {
		if r > 0xff {
			return nil, false
		}
		out = append(out, byte(r))
	}
	return out, true
}
