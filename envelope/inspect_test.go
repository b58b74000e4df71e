package envelope_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/schema"
)

// A container is shown for what it is, and not read as a message.
func TestInspectContainer(t *testing.T) {
	t.Parallel()
	header := "Obj\x01\x02\x16avro.schema\x10\"string\"\x00" + "0123456789abcdef"
	tests := []struct {
		name    string
		payload string
		valid   bool
	}{
		{"with a datum", header + "\x02\x04\x02a" + "0123456789abcdef", true},
		{"without data", header, true},
		{"that ends in its header", header[:20], false},
		{"with a datum that is none", header + "\x02\x04\x02\xff" + "0123456789abcdef", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in, err := newCodec(newCatalog(t)).Inspect(t.Context(), &envelope.Message{Payload: []byte(tt.payload)})
			if err != nil || in.Framing != "" || len(in.Findings) == 0 {
				t.Errorf("inspection %+v, %v, want one that says no framing", in, err)
			}
			want := []envelope.Candidate{{Framing: "container", Schema: &envelope.Named{Type: schema.Avro}, Evidence: envelope.Guess, Valid: tt.valid}}
			if diff := cmp.Diff(want, in.Candidates); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
		})
	}
}
