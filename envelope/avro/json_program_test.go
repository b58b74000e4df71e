package avro_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"testing"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/schema/avro"
)

// kept returns what JSON can tell of a datum: one NaN, of a map's entries with one key the last, and of plain JSON decimals in as
// few bytes as can be.
func kept(n *avro.Node, d envelope.Datum, encoding envelope.Encoding) envelope.Datum {
	switch d := d.(type) {
	case envelope.Record:
		out := envelope.Record{}
		for i, f := range n.Fields {
			out = append(out, kept(f.Type.Node, d[i], encoding))
		}
		return out
	case envelope.Array:
		out := envelope.Array{}
		for _, v := range d {
			out = append(out, kept(n.Items.Node, v, encoding))
		}
		return out
	case envelope.Map:
		out := envelope.Map{}
		for i, e := range d {
			if !slices.ContainsFunc(d[i+1:], func(later envelope.Entry) bool { return later.Key == e.Key }) {
				out = append(out, envelope.Entry{Key: e.Key, Value: kept(n.Items.Node, e.Value, encoding)})
			}
		}
		return out
	case envelope.Union:
		return envelope.Union{Branch: d.Branch, Value: kept(n.Branches[d.Branch].Node, d.Value, encoding)}
	case envelope.Float:
		if math.IsNaN(float64(d)) {
			return envelope.Float(quietNaN)
		}
	case envelope.Double:
		if math.IsNaN(float64(d)) {
			return envelope.Double(quietNaN)
		}
	case envelope.Bytes:
		if n.Logical != nil && encoding == envelope.PlainJSON {
			for len(d) > 1 && (d[0] == 0 && d[1] < 0x80 || d[0] == 0xff && d[1] >= 0x80) {
				d = d[1:]
			}
			return d
		}
	}
	return d
}

// allOptions are all ways to write.
func allOptions() []envelope.JSONOptions {
	out := []envelope.JSONOptions{{Encoding: envelope.AvroJSON}}
	for i := range 4 {
		out = append(out, envelope.JSONOptions{Latin1: i&1 > 0, Raw: i&2 > 0})
	}
	return out
}

// TestJSONBothWays draws schemas and messages, whole and damaged: what has no error is written as JSON, in all ways, and read
// back as the same, however leniently.
func TestJSONBothWays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3000) {
		writer, text, messages := drawMessages(t, avrotest.Seeded(seed), false)
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		for _, body := range messages {
			findings := program.Findings(body, 100)
			for _, o := range allOptions() {
				printed, ok := program.AppendJSON([]byte("-"), body, o)
				switch {
				case ok != (len(findings) == 0):
					t.Fatalf("%s\n%x: written %v, findings %+v", text, body, ok, findings)
				case !ok && string(printed) != "-":
					t.Fatalf("%s\n%x: %s", text, body, printed)
				case !ok:
					continue
				}
				printed = printed[1:]
				if !json.Valid(printed) {
					t.Fatalf("%s\n%x: %s is not JSON", text, body, printed)
				}
				d, err := envelope.Decode(writer, body)
				if err != nil {
					t.Fatal(err)
				}
				want := bytesOf(envelope.Encode(writer, kept(writer.Node, d, o.Encoding)))
				for _, lenient := range []bool{false, true} {
					o.ApplyDefaults, o.DropUnknown = lenient, lenient
					got, defaulted, findings := program.AppendBinary([]byte("-"), printed, o)
					if !bytes.Equal(got[1:], want) || len(findings) > 0 || len(defaulted) > 0 {
						t.Fatalf("seed %d %s\n%+v %s\nread as %x, want %x\n%+v %v", seed, text, o, printed, got[1:], want, findings, defaulted)
					}
				}
			}
		}
	}
}

func bytesOf(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}

// quietNaN is the NaN of no payload.
var quietNaN = math.Float64frombits(0x7ff8 << 48)
