package avro

import (
	"encoding/json"
	"slices"
	"testing"

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
	for _, c := range corpus.Cases(t, "testdata", parse) {
		unprovedIn(t, c, explainedBothWays(t, c.Old, c.New, nil))
	}
}

// TestWitnessesBySpecification does so where a message is read as the first branch that matches.
func TestWitnessesBySpecification(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(corpus.Cases(t, "testdata/specification", parse), corpus.Cases(t, "testdata", parse)) {
		x := &compat.Explanation{Explainer: ExplainerBySpecification}
		unprovedIn(t, c, bothWays(t, CheckBySpecification, c.Old, c.New, x))
	}
}

// unprovedIn complains of findings without a witness.
func unprovedIn(t *testing.T, c corpus.Case, found []compat.Finding) {
	t.Helper()
	for _, f := range found {
		if f.Wire && f.Witness == nil && (f.Severity == compat.Error || unproved[c.Name] == "") {
			t.Errorf("%s: no witness for the %s %s %s at %s", c.Name, f.Direction, f.Severity, f.Code, f.Path)
		}
		if f.Witness != nil && (f.Witness.Error == "" || !json.Valid(f.Witness.Message) || !f.Wire) {
			t.Errorf("%s: %s: witness %s %q", c.Name, f.Code, f.Witness.Message, f.Witness.Error)
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
	return bothWays(t, Check, old, latest, x)
}

// bothWays is explainedBothWays by any check.
func bothWays(t *testing.T, check compat.Checker, old, latest schema.Schema, x *compat.Explanation) []compat.Finding {
	t.Helper()
	report, err := compat.Check(check, latest, compat.Versions(compat.Old{Version: 1, Schema: old}), compat.Options{Level: compat.Full, Explain: x})
	if err != nil {
		t.Fatal(err)
	}
	return report.Findings
}
