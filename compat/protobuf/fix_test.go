package protobuf

import (
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// TestFixes applies every fix of the corpus by itself and checks what it gives, at every level.
func TestFixes(t *testing.T) {
	t.Parallel()
	mended, errors := 0, 0 // of texts that are to blame themselves
	for _, c := range corpus.Cases(t, "testdata", parse) {
		for _, level := range []compat.Level{compat.Backward, compat.Forward, compat.Full} {
			x := &compat.Explanation{Explainer: Explainer, Text: c.Text, Parse: again(t, c.Refs)}
			olds := compat.Versions(compat.Old{Version: 1, Schema: c.Old})
			report, err := compat.Check(Check, c.New, olds, compat.Options{Level: level, Explain: x})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				if (f.New.Reference != "" || f.Old.Reference != "") && len(f.Fixes) > 0 {
					t.Errorf("%s: %s at %s is in a reference and has fixes", c.Name, f.Code, f.Path)
				}
				if f.Severity == compat.Error && len(c.Refs) == 0 {
					errors++
					mended += min(1, len(f.Fixes))
				}
				for _, fix := range f.Fixes {
					mends(t, c, level, x, fix)
				}
			}
		}
	}
	if mended*100 < errors*97 {
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
		return protobuf.Parse(t.Context(), src, schema.Options{New: true})
	}
}

// mends applies a fix of a case and checks again.
func mends(t *testing.T, c corpus.Case, level compat.Level, x *compat.Explanation, fix compat.Fix) {
	t.Helper()
	text, err := apply(c.Text, fix.Patch)
	if err != nil {
		t.Fatal(err)
	}
	edited, err := x.Parse(text)
	if err != nil {
		t.Fatalf("%s: %s gives %s: %v", c.Name, fix.Title, text, err)
	}
	report, err := compat.Check(Check, edited, compat.Versions(compat.Old{Version: 1, Schema: c.Old}), compat.Options{Level: level})
	if err != nil || !report.Compatible || fix.Verdict != compat.Compatible || fix.Title == "" {
		t.Errorf("%s at %s: %q gives %s: %v %v", c.Name, level, fix.Title, text, report.Messages, err)
	}
}
