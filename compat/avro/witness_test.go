package avro

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
)

// unproved are the cases with findings of the wire for which there is no witness, with the reason.
var unproved = map[string]string{
	"decimal_narrowed":  "forward the precision grows: every decimal still fits",
	"decimal_precision": "a precision that grew: every decimal still fits",
	"uuid_dropped":      "a uuid and the string that it is print alike",
}

// TestWitnesses has a message for every finding of the corpus that concerns bytes, but for those that are listed.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	got := map[string][]string{}
	for _, c := range corpus.Cases(t, "testdata", parse) {
		for _, f := range explainedBothWays(t, c.Old, c.New, nil) {
			if f.Wire && f.Witness == nil {
				if f.Severity == compat.Error {
					t.Errorf("%s: no witness for the error %s at %s", c.Name, f.Code, f.Path)
				}
				got[c.Name] = append(got[c.Name], fmt.Sprintf("%s %s %s at %s", f.Direction, f.Severity, f.Code, f.Path))
			}
			if f.Witness != nil && (f.Witness.Error == "" || !json.Valid(f.Witness.Message) || !f.Wire) {
				t.Errorf("%s: %s: witness %s %q", c.Name, f.Code, f.Witness.Message, f.Witness.Error)
			}
		}
	}
	for name, list := range got {
		if unproved[name] == "" {
			t.Errorf("%s: no witness for\n%s", name, cmp.Diff([]string(nil), list))
		}
	}
}

// explainedBothWays returns the findings of a change under FULL.
func explainedBothWays(t *testing.T, old, latest schema.Schema, x *compat.Explanation) []compat.Finding {
	t.Helper()
	if x == nil {
		x = &compat.Explanation{}
	}
	x.Explainer = Explainer
	report, err := compat.Check(Check, latest, compat.Versions(compat.Old{Version: 1, Schema: old}), compat.Options{Level: compat.Full, Explain: x})
	if err != nil {
		t.Fatal(err)
	}
	return report.Findings
}
