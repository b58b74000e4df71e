package protobuf

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
)

// TestDiffBlamesAChange holds that the verdicts are the checker's, that a direction that is refused has a change that is
// said to break it and one that is compatible has none, and that a file does not differ from itself.
func TestDiffBlamesAChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		syntax := pick(t, []string{"proto2", "proto3", "edition"}, "syntax")
		drawn := &drawnPair{dep: drawFile(t, syntax, "dep", ""), own: drawFile(t, syntax, "own", "dep.proto")}
		old, latest := drawn.parse(t), drawn.edited(t).parse(t)
		if old == nil || latest == nil {
			return
		}
		d := Diff(old, latest)
		backward, forward := Check(latest, old, compat.NewReadsOld), Check(old, latest, compat.OldReadsNew)
		if d.Backward != (len(backward.DropIn) == 0) || d.Forward != (len(forward.DropIn) == 0) {
			t.Fatalf("%+v has other verdicts than the checks", d)
		}
		breaks := map[compat.Direction]bool{}
		for _, c := range d.Changes {
			breaks[compat.NewReadsOld] = breaks[compat.NewReadsOld] || c.Backward == compat.Breaking
			breaks[compat.OldReadsNew] = breaks[compat.OldReadsNew] || c.Forward == compat.Breaking
		}
		if breaks[compat.NewReadsOld] == d.Backward || breaks[compat.OldReadsNew] == d.Forward {
			t.Fatalf("old %s\nnew %s\n%s", old.Canonical(), latest.Canonical(), corpus.PrintDiff(d))
		}
		if same := Diff(old, old); len(same.Changes) > 0 {
			t.Fatalf("%s differs from itself: %+v", old.Canonical(), same)
		}
	})
}
