package protobuf

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
)

// unshown are the findings without a witness: of types that no message of the file has a part of, and of reserved numbers, which nobody
// writes.
var unshown = map[string]bool{
	"EXTENSION_CHANGED #/Alone/100": true, "ENUM_VALUE_REUSED #/Unused/1": true,
	"FIELD_NUMBER_REUSED #/M/5": true, "FIELD_NUMBER_REUSED #/M/7": true,
}

// TestWitnesses proves every finding of the corpus that breaks bytes; [Prove] itself encodes and reads each message.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	corpus.Run(t, "testdata", parse, func(r, w schema.Schema, d compat.Direction) compat.Comparison {
		c := Check(r, w, d)
		proved := make([]compat.Finding, len(c.Findings))
		found := make([]*compat.Finding, len(c.Findings))
		for i, f := range c.Findings {
			proved[i], found[i] = f, &proved[i]
		}
		Prove(r, w, found)
		for _, f := range found {
			switch {
			case f.Witness == nil:
				if f.Wire && !unshown[f.Code+" "+f.Path] {
					t.Errorf("%s at %s is not proved: %s", f.Code, f.Path, f.Message)
				}
			case !f.Wire || !json.Valid(f.Witness.Message) || f.Witness.Error == "" || !strings.Contains("old new", f.Witness.Writer):
				t.Errorf("%s at %s has the witness %+v", f.Code, f.Path, f.Witness)
			}
		}
		return c
	})
}

// TestEnumWitnesses proves that a number has another name, or none.
func TestEnumWitnesses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, head, field, old, latest string
		message, said                  string
	}{
		{"another name", proto3, "E e = 1;", "Z = 0; A = 1;", "Z = 0; B = 1;", `{"e":"A"}`, "e: A is read as B"},
		{"the zero, which is not sent", proto3, "E e = 1;", "Z = 0;", "Y = 0;", `{}`, "e: Z is read as Y"},
		{"the number moves", proto3, "repeated E e = 1;", "Z = 0; A = 1;", "Z = 0; A = 2;", `{"e":["A"]}`, "e: A is read as 1"},
		{"the number moves, closed", proto2, "optional E e = 1;", "Z = 0; A = 1;", "Z = 0; A = 2;", `{"e":"A"}`, "e: A is not read"},
		{"in a map", proto3, "map<string, E> e = 1;", "Z = 0; A = 1;", "Z = 0; B = 1;", `{"e":{"key0":"A"}}`, "e: A is read as B"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := func(values string) schema.Schema {
				return parse(t, tt.head+"message M { "+tt.field+" } enum E { "+values+" }")
			}
			r, w := text(tt.latest), text(tt.old)
			c := Check(r, w, compat.NewReadsOld)
			for i := range c.Findings {
				f := &c.Findings[i]
				if f.Code != "ENUM_VALUE_REUSED" {
					continue
				}
				Prove(r, w, []*compat.Finding{f})
				if f.Witness == nil || string(f.Witness.Message) != tt.message || f.Witness.Error != tt.said {
					t.Errorf("%s: %+v, want %s and %q", f.Path, f.Witness, tt.message, tt.said)
				}
				return
			}
			t.Errorf("%+v has no ENUM_VALUE_REUSED", c.Findings)
		})
	}
}
