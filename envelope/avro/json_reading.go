package avro

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/schema/avro"
)

// readings tells which types a plain JSON value can be read as. It remembers what it found out about objects and arrays:
// unions inside unions would multiply the work.
type readings struct {
	known map[reading]bool
}

type reading struct {
	node  *avro.Node
	value *avro.Value
}

// only reports whether a value can be read as the given branch of a union and as no other, tagged or not. Of int and
// long, and of float and double, readers take the narrower one.
func (r *readings) only(union *avro.Node, branch int, v *avro.Value) bool {
	if r.tagged(union, v) {
		return false
	}
	chosen := union.Branches[branch].Node
	for i, b := range union.Branches {
		if i == branch || !r.can(b.Node, v) {
			continue
		}
		switch (kinds{chosen.Kind, b.Node.Kind}) {
		case kinds{avro.Int, avro.Long}:
		case kinds{avro.Float, avro.Double}:
			if !single(v) {
				return false
			}
		case kinds{avro.Double, avro.Float}:
			if single(v) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// kinds are those of a branch and of another that can be read, too.
type kinds struct{ chosen, other avro.Kind }

// single reports whether a number has exactly the value of a float.
func single(v *avro.Value) bool {
	f, err := strconv.ParseFloat(v.Text, 64)
	return err == nil && (math.IsNaN(f) || float64(float32(f)) == f)
}

// tagged reports whether a value can be read as {"branch": value}.
func (r *readings) tagged(union *avro.Node, v *avro.Value) bool {
	if v.Kind != avro.ObjectValue || len(v.Members) != 1 {
		return false
	}
	key := v.Members[0].Key
	i := slices.IndexFunc(union.Branches, func(b avro.Use) bool { return calls(b.Node, key) })
	return i >= 0 && r.can(union.Branches[i].Node, v.Members[0].Value)
}

// calls reports whether a key can be the name of a branch: in full, without its namespace, or with the logical type.
func calls(n *avro.Node, key string) bool {
	name := n.TypeName()
	return key == name || n.Kind.Named() && key == avro.Unqualified(name) || n.Logical != nil && key == n.Kind.String()+"."+n.Logical.Name
}

// can reports whether some reading of a value gives a datum of the type.
func (r *readings) can(n *avro.Node, v *avro.Value) bool {
	if v.Kind != avro.ObjectValue && v.Kind != avro.ArrayValue {
		return n.Kind == avro.Union && r.any(n, v) || canScalar(n, v)
	}
	key := reading{n, v}
	if can, ok := r.known[key]; ok {
		return can
	}
	can := r.canContainer(n, v)
	if r.known == nil {
		r.known = map[reading]bool{}
	}
	r.known[key] = can
	return can
}

func (r *readings) any(union *avro.Node, v *avro.Value) bool {
	return r.tagged(union, v) || slices.ContainsFunc(union.Branches, func(b avro.Use) bool { return r.can(b.Node, v) })
}

func (r *readings) canContainer(n *avro.Node, v *avro.Value) bool {
	switch {
	case n.Kind == avro.Union:
		return r.any(n, v)
	case n.Kind == avro.Array && v.Kind == avro.ArrayValue:
		for i := range v.Items {
			if !r.can(n.Items.Node, &v.Items[i]) {
				return false
			}
		}
		return true
	case n.Kind == avro.Map && v.Kind == avro.ObjectValue:
		return !slices.ContainsFunc(v.Members, func(m avro.Prop) bool { return !r.can(n.Items.Node, m.Value) })
	case n.Kind == avro.Record && v.Kind == avro.ObjectValue:
		return r.canRecord(n, v)
	default:
		return false
	}
}

// canRecord wants exactly the record's fields.
func (r *readings) canRecord(n *avro.Node, v *avro.Value) bool {
	if len(v.Members) != len(n.Fields) {
		return false
	}
	fields := make(map[string]*avro.Node, len(n.Fields))
	for _, f := range n.Fields {
		fields[f.Name] = f.Type.Node
	}
	for _, m := range v.Members {
		if f := fields[m.Key]; f == nil || !r.can(f, m.Value) {
			return false
		}
	}
	return true
}

func canScalar(n *avro.Node, v *avro.Value) bool {
	text := v.Kind == avro.StringValue
	switch n.Kind {
	case avro.Null:
		return v.Kind == avro.NullValue
	case avro.Boolean:
		return v.Kind == avro.BoolValue
	case avro.Int, avro.Long:
		return v.Kind == avro.NumberValue && integral(v.Text, n.Kind) || text && (n.Logical != nil || n.Kind == avro.Long && isLong(v.Text))
	case avro.Float, avro.Double:
		return v.Kind == avro.NumberValue || text && slices.Contains([]string{"NaN", "Infinity", "-Infinity", "INF", "-INF"}, v.Text)
	case avro.Bytes, avro.Fixed:
		if n.Logical != nil {
			return text || v.Kind == avro.NumberValue // how it is spelt is not looked at
		}
		raw, err := base64.StdEncoding.DecodeString(v.Text)
		return text && err == nil && (n.Kind == avro.Bytes || len(raw) == n.Size)
	case avro.String:
		return text
	case avro.Enum:
		return text && slices.Contains(n.Symbols, v.Text)
	default:
		return false
	}
}

func isLong(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}

// integral reports whether a number as it is printed here is whole and in the range of an int or a long.
func integral(text string, kind avro.Kind) bool {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) {
		return false
	}
	if kind == avro.Int {
		return math.MinInt32 <= f && f <= math.MaxInt32
	}
	return strings.ContainsAny(text, ".eE") || -1<<63 <= f && f < 1<<63
}
