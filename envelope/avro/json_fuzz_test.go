package avro_test

import (
	"bytes"
	"testing"
	"unicode/utf8"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// FuzzAppendBinary reads texts of drawn schemas. What is read is a message with no finding, and comes back through JSON as
// the same; what is not has findings that point into the text.
func FuzzAppendBinary(f *testing.F) {
	const ways = 16
	for seed := range uint64(50) {
		writer, _, messages := drawMessages(f, avrotest.Seeded(seed), false)
		for _, body := range messages {
			if text, ok := envelope.CompileWithin(writer, envelope.ProgramLimits).AppendJSON(nil, body, options(uint8(seed%ways))); ok {
				f.Add(seed, uint8(seed%ways), text)
			}
		}
	}
	for _, text := range []string{"", "null", `{"int":1}`, `{"f0":{"map":{"a":"\ud800"}}}`, `[1e400,"P1M",{"a":-0}]`} {
		f.Add(uint64(1), uint8(3), []byte(text))
	}
	f.Fuzz(func(t *testing.T, seed uint64, way uint8, text []byte) {
		g := avrotest.Generator{Source: avrotest.Seeded(seed)}
		schema := g.Schema().String()
		writer := parse(t, schema)
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		o := options(way % ways)
		body, _, findings := program.AppendBinary(nil, text, o)
		if len(findings) > 0 {
			if body != nil || verdict.Valid(findings) || len(findings) > 100 {
				t.Fatalf("%s\n%+v %q: %x with %+v", schema, o, text, body, findings)
			}
			for _, found := range findings {
				if found.Message == "" || !utf8.ValidString(found.Message+found.Path) || found.Offset != nil && *found.Offset > len(text) {
					t.Fatalf("%s\n%+v %q: %+v", schema, o, text, found)
				}
			}
			return
		}
		if !program.Clean(body) {
			t.Fatalf("%s\n%+v %q is read as %x, which is not valid: %+v", schema, o, text, body, program.Findings(body, 9))
		}
		printed, ok := program.AppendJSON(nil, body, o)
		again, _, findings := program.AppendBinary(nil, printed, o)
		if !ok || !bytes.Equal(again, body) {
			t.Fatalf("%s\n%+v %q is read as %x and written as %q, which is read as %x, %+v", schema, o, text, body, printed, again, findings)
		}
	})
}

// options returns one of 16 ways to write and read.
func options(way uint8) envelope.JSONOptions {
	o := envelope.JSONOptions{Latin1: way&1 > 0, Raw: way&2 > 0, ApplyDefaults: way&4 > 0, DropUnknown: way&4 > 0}
	if way&8 > 0 {
		o.Encoding = envelope.AvroJSON
	}
	return o
}
