package protobuf

import (
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// FuzzDiff holds that a file does not differ from itself, that the verdicts of a diff are the checks', and that every fix
// that is offered is one.
func FuzzDiff(f *testing.F) {
	for _, dir := range []string{"testdata", "testdata/diff"} {
		for _, c := range corpus.Cases(f, dir, parse) {
			f.Add(c.Old.Canonical(), c.Text)
		}
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		read := func(text string) (schema.Schema, error) {
			return protobuf.Parse(t.Context(), schema.Source{Text: text}, schema.Options{New: true})
		}
		old, err := read(before)
		if err != nil {
			return
		}
		latest, err := read(after)
		if err != nil {
			return
		}
		if same := Diff(old, old); len(same.Changes) > 0 {
			t.Errorf("%q differs from itself: %+v", before, same.Changes)
		}
		d := Diff(old, latest)
		x := &compat.Explanation{Explainer: Explainer, Text: after, Parse: read}
		olds := compat.Versions(compat.Old{Version: 1, Schema: old, Text: before})
		report, err := compat.Check(Check, latest, olds, compat.Options{Level: compat.Full, Explain: x})
		if err != nil || report.Compatible != (d.Backward && d.Forward) {
			t.Fatalf("%q to %q: %v, and the diff %+v", before, after, report.Messages, d)
		}
		for _, finding := range report.Findings {
			for _, fix := range finding.Fixes {
				text, err := apply(after, fix.Patch)
				if err != nil {
					t.Fatal(err)
				}
				edited, err := read(text)
				if err != nil {
					t.Fatalf("%s gives %q: %v", fix.Title, text, err)
				}
				if again, err := compat.Check(Check, edited, olds, compat.Options{Level: compat.Full}); err != nil || !again.Compatible {
					t.Fatalf("%s gives %q: %v %v", fix.Title, text, again.Messages, err)
				}
			}
		}
	})
}
