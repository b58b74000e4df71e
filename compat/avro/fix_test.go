package avro

import (
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// TestFixes applies every fix of the corpus by itself and checks what it gives, at every level.
func TestFixes(t *testing.T) {
	t.Parallel()
	mended, errors := 0, 0
	for _, c := range corpus.Cases(t, "testdata", parse) {
		for _, level := range []compat.Level{compat.Backward, compat.Forward, compat.Full} {
			x := &compat.Explanation{Explainer: Explainer, Text: c.Text, Parse: again(t, c.Refs)}
			olds := compat.Versions(compat.Old{Version: 1, Schema: c.Old})
			report, err := compat.Check(Check, c.New, olds, compat.Options{Level: level, Explain: x})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				if f.Severity == compat.Error {
					errors++
					mended += min(1, len(f.Fixes))
				}
				for _, fix := range f.Fixes {
					text, err := apply(c.Text, fix.Patch)
					if err != nil {
						t.Fatal(err)
					}
					edited, err := x.Parse(text)
					if err != nil {
						t.Fatalf("%s: %s gives %s: %v", c.Name, fix.Title, text, err)
					}
					report, err := compat.Check(Check, edited, olds, compat.Options{Level: level})
					if err != nil || !report.Compatible || fix.Verdict != compat.Compatible || fix.Title == "" {
						t.Errorf("%s at %s: %q gives %s: %v %v", c.Name, level, fix.Title, text, report.Messages, err)
					}
				}
			}
		}
	}
	if mended*100 < errors*85 {
		t.Errorf("%d of %d errors have a fix", mended, errors)
	}
}

// again reads edited texts as the new schema was, as strictly as at a registration.
func again(t *testing.T, refs []schema.Dependency) func(string) (schema.Schema, error) {
	src := schema.Source{Dependencies: refs}
	for _, d := range refs {
		src.References = append(src.References, d.Reference)
	}
	return func(text string) (schema.Schema, error) {
		src := src
		src.Text = text
		return avro.Parse(t.Context(), src, schema.Options{New: true})
	}
}
