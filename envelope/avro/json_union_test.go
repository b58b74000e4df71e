package avro_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

// confusing are branches whose values look like each other's in plain JSON, and like the names of others: %s is a union
// inside. Drawn maps have keys such as "a", "A" and "int".
var confusing = []string{
	`"boolean"`, `"int"`, `"long"`, `"float"`, `"double"`, `"string"`, `"bytes"`,
	`{"type":"enum","name":"@A","symbols":["a","A","B"]}`,
	`{"type":"fixed","name":"@F","size":2}`,
	`{"type":"array","items":%s}`, `{"type":"map","values":%s}`,
	`{"type":"record","name":"@a","fields":[{"name":"a","type":%s}]}`,
	`{"type":"record","name":"@b","fields":[{"name":"a","type":%s}]}`,
	`{"type":"record","name":"@c","fields":[{"name":"string","type":%s}]}`,
	`{"type":"record","name":"@d","fields":[{"name":"int","type":%s}]}`,
	`{"type":"record","name":"@n.e","fields":[{"name":"a","type":%s},{"name":"b","type":"int","default":0}]}`,
	`{"type":"record","name":"@g","fields":[{"name":"map","type":%s}]}`,
	`{"type":"record","name":"@m.e","fields":[]}`,
}

// drawUnion draws a union of some of them, with unions inside to a depth. space tells the names of one from another's.
func drawUnion(n avrotest.Source, depth int, space string) string {
	branches := []string{`"null"`}
	for i, b := range confusing {
		inside := strings.Contains(b, "%s")
		if n(3) == 0 || inside && (depth == 0 || n(2) == 0) {
			continue
		}
		b = strings.ReplaceAll(b, `"name":"@`, `"name":"`+space)
		if inside {
			b = fmt.Sprintf(b, drawUnion(n, depth-1, fmt.Sprintf("%s%c.", space, 'a'+i)))
		}
		branches = append(branches, b)
	}
	return "[" + strings.Join(branches, ",") + "]"
}

// TestJSONOfConfusingUnions holds unions to what they promise: whatever is written is read back as the same.
func TestJSONOfConfusingUnions(t *testing.T) {
	t.Parallel()
	tagged := 0
	for seed := range uint64(400) {
		n := avrotest.Seeded(seed)
		text := drawUnion(n, 3, "")
		writer := parse(t, text)
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		for range 10 {
			d, err := avrotest.Draw(n, writer)
			if err != nil {
				t.Fatal(err)
			}
			want := bytesOf(envelope.Encode(writer, kept(writer.Node, d, envelope.PlainJSON)))
			printed, ok := program.AppendJSON(nil, want, envelope.JSONOptions{})
			if !ok {
				t.Fatalf("%s: %x is not written", text, want)
			}
			tagged += bytes.Count(printed, []byte(`{"`))
			for _, o := range []envelope.JSONOptions{{}, {ApplyDefaults: true, DropUnknown: true}} {
				got, _, findings := program.AppendBinary(nil, printed, o)
				if !bytes.Equal(got, want) {
					t.Fatalf("seed %d %s\n%s\nread as %x, want %x\n%+v", seed, text, printed, got, want, findings)
				}
			}
		}
	}
	if tagged < 2500 {
		t.Errorf("only %d objects were written", tagged)
	}
}
