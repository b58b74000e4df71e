package avro_test

import (
	"testing"

	twmb "github.com/twmb/avro"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

// TestSecondOpinionOnAvroJSON lets twmb read what is written here in Avro's encoding, and reads here what it writes. It gives
// Go's types to logical types, so there are none.
func TestSecondOpinionOnAvroJSON(t *testing.T) {
	t.Parallel()
	o := envelope.JSONOptions{Encoding: envelope.AvroJSON}
	compared := 0
	for seed := range uint64(5000) {
		writer, text, messages := drawMessages(t, avrotest.Seeded(seed), true)
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		body := messages[0]
		theirs, err := twmb.Parse(text)
		if err != nil {
			continue
		}
		printed, ok := program.AppendJSON(nil, body, o)
		if !ok {
			t.Fatalf("%s: %x is not written", text, body)
		}
		d, err := envelope.Decode(writer, body)
		if err != nil {
			t.Fatal(err)
		}
		want := kept(writer.Node, d, envelope.AvroJSON)
		same := func(data []byte, what string) {
			t.Helper()
			got, err := envelope.Decode(writer, data)
			if err != nil || !envelope.Equal(kept(writer.Node, got, envelope.AvroJSON), want) {
				t.Fatalf("%s\n%s\n%s gives %#v, want %#v, %v", text, printed, what, got, want, err)
			}
		}
		var v any
		if err := theirs.DecodeJSON(printed, &v, twmb.TaggedUnions()); err != nil {
			t.Fatalf("%s\n%s: %v", text, printed, err)
		}
		again, err := theirs.AppendEncode(nil, v)
		if err != nil {
			t.Fatalf("%s\n%s: %v", text, printed, err)
		}
		same(again, "read by twmb")
		if printed, err = theirs.EncodeJSON(v, twmb.TaggedUnions()); err != nil {
			t.Fatal(err)
		}
		read, _, findings := program.AppendBinary(nil, printed, o)
		if len(findings) > 0 {
			t.Fatalf("%s\n%s: %+v", text, printed, findings)
		}
		same(read, "written by twmb")
		compared++
	}
	if compared < 4000 {
		t.Errorf("only %d messages were compared", compared)
	}
}
