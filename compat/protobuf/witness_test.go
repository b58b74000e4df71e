package protobuf

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
)

// unprovable are the findings of own types that have no witness: a number that nobody writes yet, and a name that changes
// while the number is read as it was sent.
var unprovable = map[string]bool{"FIELD_NUMBER_REUSED": true, "ENUM_VALUE_REUSED": true}

// unshown are findings of extensions that no message shows: the default of one, and one of a message in another file.
var unshown = map[string]bool{"DEFAULT_CHANGED #/M/100": true, "EXTENSION_CHANGED #/Dep/100": true}

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
				if f.Wire && !unprovable[f.Code] && !unshown[f.Code+" "+f.Path] {
					t.Errorf("%s at %s is not proved: %s", f.Code, f.Path, f.Message)
				}
			case !f.Wire || !json.Valid(f.Witness.Message) || f.Witness.Error == "" || !strings.Contains("old new", f.Witness.Writer):
				t.Errorf("%s at %s has the witness %+v", f.Code, f.Path, f.Witness)
			}
		}
		return c
	})
}
