package avro

import (
	"fmt"
	"testing"

	"github.com/treatyhq/treaty/compat"
)

// TestHostileWitnesses has changes whose plainest witnesses would be as large as a number in the schema says.
func TestHostileWitnesses(t *testing.T) {
	t.Parallel()
	decimal := func(precision, scale int) string {
		return fmt.Sprintf(`{"type":"bytes","logicalType":"decimal","precision":%d,"scale":%d}`, precision, scale)
	}
	fixed := func(name string, size, scale int) string {
		return fmt.Sprintf(`{"type":"fixed","name":"%s","size":%d,"logicalType":"decimal","precision":9,"scale":%d}`, name, size, scale)
	}
	const huge = 2_000_000_000
	for _, tt := range []struct{ name, old, latest string }{
		{"a precision that grows", decimal(huge-1, 0), decimal(huge, 0)},
		{"a precision that shrinks", decimal(huge, 0), decimal(huge-1, 0)},
		{"a scale", decimal(huge, huge-1), decimal(huge, huge)},
		{"a scale of a fixed", fixed("F", huge, 1), fixed("F", huge, 2)},
		{"a size", fixed("F", huge, 1), fixed("F", huge-1, 1)},
		{"a name", fixed("F", huge, 1), fixed("G", huge, 1)},
		{"a branch", `["int",` + fixed("F", huge, 1) + `]`, `"int"`},
		{"a default", record("R"), record("R", "f "+fixed("F", huge, 1))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			opts := compat.Options{Level: compat.Full}
			opts.Explain = &compat.Explanation{Explainer: Explainer, Text: tt.latest, Parse: again(t, nil)}
			report := within(t, "an explanation", func() compat.Report {
				r, err := compat.Check(Check, parse(t, tt.latest), compat.Versions(compat.Old{Version: 1, Schema: parse(t, tt.old)}), opts)
				if err != nil {
					t.Fatal(err)
				}
				return r
			})
			if len(report.Findings) == 0 {
				t.Error("nothing was found")
			}
			for _, f := range report.Findings {
				if f.Witness != nil && len(f.Witness.Message)+len(f.Witness.Error) > maxWitnessBytes {
					t.Errorf("%s: a witness of %d bytes", f.Code, len(f.Witness.Message)+len(f.Witness.Error))
				}
			}
		})
	}
}
