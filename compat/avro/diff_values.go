package avro

import (
	"encoding/json"
	"strconv"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// annotations compares what a type says of its values beside their encoding: logical types and custom properties.
func (d *changes) annotations(old, latest *avro.Use) {
	o, n := old.Node, latest.Node
	if o == n || len(o.Props)+len(n.Props) == 0 {
		return
	}
	oldSpot, newSpot := spot{pos: old.Pos, reference: d.oldFile}, spot{pos: latest.Pos, reference: d.newFile}
	thing := d.thing()
	if n.Kind.Named() {
		thing = "`" + n.Name + "`"
	}
	for _, m := range []struct {
		what, code string
		of         func(*avro.Logical) json.RawMessage
	}{
		{"logical type", logicalTypeChanged, func(l *avro.Logical) json.RawMessage { return compat.JSON(l.Name) }},
		{"precision", precisionChanged, func(l *avro.Logical) json.RawMessage { return ofDecimal(l, l.Precision) }},
		{"scale", scaleChanged, func(l *avro.Logical) json.RawMessage { return ofDecimal(l, l.Scale) }},
	} {
		var v values
		if o.Logical != nil {
			v.old = m.of(o.Logical)
		}
		if n.Logical != nil {
			v.latest = m.of(n.Logical)
		}
		d.set(m.what, "", "the "+m.what+" of "+thing, v, oldSpot, newSpot, clues(old.Pos, latest.Pos, d, m.code)...)
	}
	var skip map[string]bool
	if o.Logical != nil || n.Logical != nil {
		skip = map[string]bool{"logicalType": true, "precision": true, "scale": true}
	}
	d.properties("", thing, o.Props, n.Props, skip, oldSpot, newSpot)
}

func ofDecimal(l *avro.Logical, n int) json.RawMessage {
	if l.Name != "decimal" {
		return nil
	}
	return compat.JSON(n)
}

// properties compares custom properties but those to skip: the new ones in their order, then those that are gone.
func (d *changes) properties(member, thing string, old, latest []avro.Prop, skip map[string]bool, oldSpot, newSpot spot) {
	was := make(map[string]json.RawMessage, len(old))
	for _, p := range old {
		was[p.Key] = valueText(p.Value)
	}
	set := func(key string, v values) {
		if !skip[key] {
			d.set("property", member, "the property `"+key+"` of "+thing, v, oldSpot, newSpot)
		}
	}
	for _, p := range latest {
		set(p.Key, values{was[p.Key], valueText(p.Value)})
		delete(was, p.Key)
	}
	for _, p := range old {
		if v, gone := was[p.Key]; gone {
			set(p.Key, values{v, nil})
		}
	}
}

func enumDefault(n *avro.Node) json.RawMessage {
	if !n.HasDefault {
		return nil
	}
	return compat.JSON(n.Default)
}

// orderText returns how a field sorts, which is ascending where the text does not say.
func orderText(f *avro.Field) json.RawMessage {
	if f.Order == "" {
		return compat.JSON("ascending")
	}
	return compat.JSON(f.Order)
}

// valueText prints a JSON value, its numbers as they were written; nil stays nil.
func valueText(v *avro.Value) json.RawMessage {
	if v == nil {
		return nil
	}
	return appendValue(nil, v)
}

func appendValue(b []byte, v *avro.Value) []byte {
	switch v.Kind {
	case avro.NullValue:
		return append(b, "null"...)
	case avro.StringValue:
		return append(b, compat.JSON(v.Text)...)
	case avro.ArrayValue:
		b = append(b, '[')
		for i := range v.Items {
			b = appendValue(comma(b, i), &v.Items[i])
		}
		return append(b, ']')
	case avro.ObjectValue:
		b = append(b, '{')
		for i := range v.Members {
			b = append(append(comma(b, i), compat.JSON(v.Members[i].Key)...), ':')
			b = appendValue(b, v.Members[i].Value)
		}
		return append(b, '}')
	default:
		return append(b, v.Text...)
	}
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// typeText prints a type as a schema would spell it, named types by their full names.
func typeText(u *avro.Use) json.RawMessage { return appendType(nil, u.Node) }

func appendType(b []byte, n *avro.Node) []byte {
	switch {
	case n.Kind == avro.Union:
		b = append(b, '[')
		for i := range n.Branches {
			b = appendType(comma(b, i), n.Branches[i].Node)
		}
		return append(b, ']')
	case n.Kind == avro.Array:
		return append(appendType(append(b, `{"type":"array","items":`...), n.Items.Node), '}')
	case n.Kind == avro.Map:
		return append(appendType(append(b, `{"type":"map","values":`...), n.Items.Node), '}')
	case n.Logical == nil || n.Kind.Named():
		return append(b, compat.JSON(n.TypeName())...)
	}
	b = append(b, `{"type":"`+n.Kind.String()+`","logicalType":"`+n.Logical.Name+`"`...)
	if n.Logical.Name == "decimal" {
		b = append(b, `,"precision":`+strconv.Itoa(n.Logical.Precision)+`,"scale":`+strconv.Itoa(n.Logical.Scale)...)
	}
	return append(b, '}')
}

// fieldText prints what a field is: its name, its type and its default.
func fieldText(f *avro.Field) json.RawMessage {
	b := append([]byte(`{"name":`), compat.JSON(f.Name)...)
	b = appendType(append(b, `,"type":`...), f.Type.Node)
	if f.Default != nil {
		b = appendValue(append(b, `,"default":`...), f.Default)
	}
	return append(b, '}')
}

// branchNames lists the names of some of a union's branches.
func branchNames(union *avro.Node, at []int) json.RawMessage {
	names := make([]string, len(at))
	for i, j := range at {
		names[i] = union.Branches[j].Node.TypeName()
	}
	return compat.JSON(names)
}
