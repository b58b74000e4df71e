package avrotest

import (
	"reflect"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// Stands reports whether what another implementation decoded stands for a datum. Values of unions may be tagged.
func Stands(n *avro.Node, d envelope.Datum, v any) bool {
	switch d := d.(type) {
	case envelope.Null:
		return v == nil
	case envelope.Boolean:
		return v == bool(d)
	case envelope.Int:
		return v == int32(d) || v == int(d)
	case envelope.Long:
		return v == int64(d)
	case envelope.Float:
		f, ok := v.(float32)
		return ok && envelope.Equal(envelope.Float(f), d)
	case envelope.Double:
		f, ok := v.(float64)
		return ok && envelope.Equal(envelope.Double(f), d)
	case envelope.String:
		return v == string(d)
	case envelope.Enum:
		return v == string(d)
	case envelope.Bytes:
		return bytesOf(v) == string(d)
	case envelope.Fixed:
		return bytesOf(v) == string(d)
	case envelope.Union:
		b := n.Branches[d.Branch].Node
		if tagged, ok := v.(map[string]any); ok && len(tagged) == 1 {
			if inner, ok := tagged[b.TypeName()]; ok && Stands(b, d.Value, inner) {
				return true
			}
		}
		return Stands(b, d.Value, v)
	default:
		return standsFor(n, d, v)
	}
}

func standsFor(n *avro.Node, d envelope.Datum, v any) bool {
	object, _ := v.(map[string]any)
	switch d := d.(type) {
	case envelope.Array:
		items, ok := v.([]any)
		if !ok || len(items) != len(d) {
			return false
		}
		for i := range d {
			if !Stands(n.Items.Node, d[i], items[i]) {
				return false
			}
		}
		return true
	case envelope.Map:
		for _, e := range d {
			if inner, ok := object[e.Key]; !ok || !Stands(n.Items.Node, e.Value, inner) {
				return false
			}
		}
		return len(object) == len(d)
	default:
		for i, f := range n.Fields {
			if inner, ok := object[f.Name]; !ok || !Stands(f.Type.Node, d.(envelope.Record)[i], inner) {
				return false
			}
		}
		return len(object) == len(n.Fields)
	}
}

// bytesOf returns the bytes of a slice or an array.
func bytesOf(v any) string {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Array {
		out := make([]byte, r.Len())
		reflect.Copy(reflect.ValueOf(out), r)
		return string(out)
	}
	b, _ := v.([]byte)
	return string(b)
}
