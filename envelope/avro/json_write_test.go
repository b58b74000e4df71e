package avro_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
)

// TestAppendJSON has what options change; TestJSON has the rest.
func TestAppendJSON(t *testing.T) {
	t.Parallel()
	var (
		raw     = envelope.JSONOptions{Raw: true}
		latin1  = envelope.JSONOptions{Latin1: true}
		both    = envelope.JSONOptions{Raw: true, Latin1: true}
		spec    = envelope.JSONOptions{Encoding: envelope.AvroJSON}
		at      = func(branch int, d envelope.Datum) envelope.Datum { return envelope.Union{Branch: branch, Value: d} }
		id      = envelope.Fixed("\x89\x79\x17\x62\x23\x36\x41\x86\x96\x74\x29\x9b\x90\xa8\x02\xe2")
		seconds = envelope.Fixed("\x01\x00\x00\x00\x02\x00\x00\x00\xbc\x0b\x00\x00")
	)
	for _, c := range []struct {
		name, schema string
		d            envelope.Datum
		options      envelope.JSONOptions
		want         string
	}{
		{"date", logical("int", "date"), envelope.Int(20454), raw, `20454`},
		{"timestamp", logical("long", "timestamp-millis"), envelope.Long(1767323045123), raw, `1767323045123`},
		{"large timestamp", logical("long", "timestamp-nanos"), envelope.Long(1767323045123000000), raw, `"1767323045123000000"`},
		{"decimal", money, envelope.Bytes{4, 0xd2}, raw, `"12.34"`},
		{"long decimal", lengthy, envelope.Bytes{0x01, 0x8e, 0xe9, 0x0f, 0xf6, 0xc3, 0x73, 0xe0, 0xee, 0x4e, 0x3f, 0x0a, 0xd2}, raw, `"1234567890123456789012345678.90"`},
		{"long negative decimal", lengthy, envelope.Bytes{0xfe, 0xea, 0x71, 0xb9, 0xf6, 0xec, 0x30, 0, 0}, raw, `"-200000000000000000.00"`},
		{"decimal beyond all digits", digits9001, envelope.Bytes{1}, raw, `"AQ=="`},
		{"uuid", uuid16, id, raw, `"iXkXYiM2QYaWdCmbkKgC4g=="`},
		{"duration", period, seconds, raw, `"AQAAAAIAAAC8CwAA"`},
		{"duration whose bytes look like another", period, envelope.Fixed("P1M2DT3.004S"), both, `"P843919696M775115844DT1395929.136S"`},
		{"bytes", `"bytes"`, envelope.Bytes("\x00A\"\x7f\x80\xff"), latin1, "\"\\u0000A\\\"\x7f\u0080ÿ\""},
		{"uuid of characters", uuid16, id, latin1, `"89791762-2336-4186-9674-299b90a802e2"`},

		{"long", `"long"`, envelope.Long(1<<53 + 1), spec, `9007199254740993`},
		{"NaN", `"double"`, envelope.Double(quietNaN), spec, `"NaN"`},
		{"bytes of the specification", `"bytes"`, envelope.Bytes("\x01\xff"), spec, "\"\\u0001ÿ\""},
		{"decimal of the specification", money, envelope.Bytes{4, 0xd2}, spec, "\"\\u0004Ò\""},
		{"timestamp of the specification", logical("long", "timestamp-millis"), envelope.Long(5), spec, `5`},
		{"null", `["null","string"]`, at(0, envelope.Null{}), spec, `null`},
		{"branch", `["null","string"]`, at(1, envelope.String("s")), spec, `{"string":"s"}`},
		{"branch by its full name", `["null",` + second + `]`, at(1, envelope.Record{envelope.Long(1)}), spec, `{"n.Second":{"a":1}}`},
		{"branch of a logical type", `["null",` + logical("long", "timestamp-millis") + `]`, at(1, envelope.Long(1)), spec, `{"long":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			writer := parse(t, c.schema)
			program := envelope.CompileWithin(writer, envelope.ProgramLimits)
			body := bytesOf(envelope.Encode(writer, c.d))
			got, ok := program.AppendJSON(nil, body, c.options)
			if diff := cmp.Diff(c.want, string(got)); !ok || diff != "" {
				t.Fatalf("%#v of %s is written %v (-want +got):\n%s", c.d, c.schema, ok, diff)
			}
			back, _, findings := program.AppendBinary(nil, got, c.options)
			if diff := cmp.Diff(body, back); diff != "" {
				t.Errorf("%s is read back with %+v (-want +got):\n%s", got, findings, diff)
			}
		})
	}
}

// TestJSONHardlyAllocates writes and reads an event of a hundred items in memory that is there. What there is may be lost
// between two of them, and is then made again: a few pieces, and not some for each item.
func TestJSONHardlyAllocates(t *testing.T) {
	const few = 10
	writer, body := orderOf(t, 98)
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	text, _ := program.AppendJSON(nil, body, envelope.JSONOptions{})
	into := make([]byte, 0, 2*len(text))
	if n := testing.AllocsPerRun(100, func() { program.AppendJSON(into, body, envelope.JSONOptions{}) }); n > few {
		t.Errorf("writing %d bytes allocates %v times", len(text), n)
	}
	if n := testing.AllocsPerRun(100, func() { program.AppendBinary(into, text, envelope.JSONOptions{}) }); n > few {
		t.Errorf("reading %d bytes allocates %v times", len(text), n)
	}
}

// TestJSONConcurrently uses one program from several goroutines, from its first use on.
func TestJSONConcurrently(t *testing.T) {
	t.Parallel()
	writer, body := orderOf(t, 3)
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				text, _ := program.AppendJSON(nil, body, envelope.JSONOptions{})
				if got, _, findings := program.AppendBinary(nil, text, envelope.JSONOptions{}); !bytes.Equal(got, body) {
					t.Errorf("%s is read back as %x, %+v", text, got, findings)
				}
			}
		})
	}
	all.Wait()
}
