package avro_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	hamba "github.com/hamba/avro/v2"
	twmb "github.com/twmb/avro"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/schema/avro"
)

// stands reports whether what another implementation decoded stands for a datum. Values of unions may be tagged.
func stands(n *avro.Node, d envelope.Datum, v any) bool {
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
			if inner, ok := tagged[b.TypeName()]; ok && stands(b, d.Value, inner) {
				return true
			}
		}
		return stands(b, d.Value, v)
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
			if !stands(n.Items.Node, d[i], items[i]) {
				return false
			}
		}
		return true
	case envelope.Map:
		for _, e := range d {
			if inner, ok := object[e.Key]; !ok || !stands(n.Items.Node, e.Value, inner) {
				return false
			}
		}
		return len(object) == len(d)
	default:
		for i, f := range n.Fields {
			if inner, ok := object[f.Name]; !ok || !stands(f.Type.Node, d.(envelope.Record)[i], inner) {
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

func twmbResolve(reader, writer string, data []byte) (v any, static bool, err error) {
	defer recovered(&err)
	w, err := twmb.Parse(writer)
	if err != nil {
		return nil, true, err
	}
	r, err := twmb.Parse(reader)
	if err != nil {
		return nil, true, err
	}
	resolved, err := twmb.Resolve(w, r)
	if err != nil {
		return nil, true, err
	}
	rest, err := resolved.Decode(data, &v, twmb.TaggedUnions())
	if err != nil {
		return nil, false, err
	}
	if len(rest) > 0 {
		return nil, false, fmt.Errorf("%d bytes are left", len(rest))
	}
	return v, false, nil
}

func hambaDecode(text string, data []byte) (v any, err error) {
	defer recovered(&err)
	s, err := hamba.ParseBytesWithCache([]byte(text), "", &hamba.SchemaCache{})
	if err != nil {
		return nil, err
	}
	err = hamba.Unmarshal(s, data, &v)
	return v, err
}

func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("panic: %v", r)
	}
}

// TestSecondOpinionOnDecoding compares with hamba, on bytes that this package made.
func TestSecondOpinionOnDecoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawSchema(t).String()
		writer := parse(t, text)
		d := avrotest.Datum(t, writer)
		data := encode(t, writer, d)
		got, err := hambaDecode(text, data)
		if err != nil || !stands(writer.Node, d, got) {
			t.Fatalf("%s\n%x: ours %#v, hamba's %#v, %v", text, data, d, got, err)
		}
	})
}

// TestSecondOpinionOnResolution compares with twmb. It refuses pairs of schemas, not messages, so it has no opinion on a
// message that can be read although another could not.
func TestSecondOpinionOnResolution(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, w := drawEvolution(t)
		reader, writer := parseOrSkip(t, r), parse(t, w.String())
		data := encode(t, writer, avrotest.Datum(t, writer))
		theirs, static, theirErr := twmbResolve(r.String(), w.String(), data)
		if static {
			return
		}
		ours, err := envelope.Resolve(reader, writer, data, envelope.Options{})
		switch {
		case theirErr == nil && err == nil && stands(reader.Node, ours, theirs):
		case theirErr != nil && err != nil:
		case code(err) == envelope.InvalidUTF8: // it makes strings of any bytes
		default:
			t.Fatalf("reader %s\nwriter %s\n%x: ours %#v, %v; twmb's %#v, %v", r, w, data, ours, err, theirs, theirErr)
		}
	})
}

func code(err error) envelope.Code {
	var e *envelope.Error
	errors.As(err, &e)
	if e == nil {
		return ""
	}
	return e.Code
}
