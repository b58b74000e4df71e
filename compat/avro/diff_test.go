package avro

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
)

func TestDiffCorpus(t *testing.T) {
	t.Parallel()
	corpus.RunDiffs(t, "testdata/diff", parse, Diff)
}

// TestDiffAgreesWithTheVerdict holds that the verdicts are the checker's, that no change is said to break a direction
// that is compatible, that all that is needed to tell a change is there, and that a schema does not differ from itself.
func TestDiffAgreesWithTheVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		old, latest := draw(t, "old", false), draw(t, "new", false)
		d := Diff(old, latest)
		backward, forward := Check(latest, old, compat.NewReadsOld), Check(old, latest, compat.OldReadsNew)
		if d.Backward != (len(backward.DropIn) == 0) || d.Forward != (len(forward.DropIn) == 0) {
			t.Fatalf("%+v has other verdicts than the checks", d)
		}
		for _, c := range d.Changes {
			if c.Path == "" || c.Kind == "" || c.What == "" || c.Message == "" {
				t.Fatalf("%+v lacks something", c)
			}
			for _, v := range []json.RawMessage{c.Old, c.New} {
				if v != nil && !json.Valid(v) {
					t.Fatalf("%+v: %s is no JSON", c, v)
				}
			}
			if d.Backward && c.Backward == compat.Breaking || d.Forward && c.Forward == compat.Breaking {
				t.Fatalf("%+v breaks what is compatible: old %s, new %s", c, old.Canonical(), latest.Canonical())
			}
		}
		if same := Diff(latest, latest); len(same.Changes) > 0 {
			t.Fatalf("%s differs from itself: %+v", latest.Canonical(), same)
		}
	})
}

// TestDiffBlamesAChange holds that where a direction is refused, some change is said to break it, unless a schema without
// any change refuses itself.
func TestDiffBlamesAChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		old, latest := draw(t, "old", true), draw(t, "new", true)
		d := Diff(old, latest)
		var backward, forward bool
		for _, c := range d.Changes {
			backward = backward || c.Backward == compat.Breaking
			forward = forward || c.Forward == compat.Breaking
		}
		if backward == d.Backward || forward == d.Forward {
			t.Fatalf("old %s\nnew %s\n%s", old.Canonical(), latest.Canonical(), corpus.PrintDiff(d))
		}
	})
}

// TestDiffEnds compares what makes a walk without a memory exponential, or endless.
func TestDiffEnds(t *testing.T) {
	t.Parallel()
	chain := func(kind string) string { // each record has the next one twice
		var b strings.Builder
		for i := range 60 {
			fmt.Fprintf(&b, `{"type":"record","name":"R%d","fields":[{"name":"b","type":["null","R0"]},{"name":"a","type":`, i)
		}
		b.WriteString(`"` + kind + `"`)
		for i := 59; i >= 0; i-- {
			next := fmt.Sprintf(`"R%d"`, i+1)
			if i == 59 {
				next = `"int"`
			}
			b.WriteString(`},{"name":"c","type":` + next + `}]}`)
		}
		return b.String()
	}
	branches := func(kind string) string {
		list := make([]string, 500)
		for i := range list {
			list[i] = fmt.Sprintf(`{"type":"record","name":"R%d","fields":[{"name":"a","type":"%s"}]}`, i, kind)
		}
		return "[" + strings.Join(list, ",") + "]"
	}
	for name, text := range map[string]func(string) string{"chain": chain, "branches": branches} {
		start := time.Now()
		d := Diff(parse(t, text("int")), parse(t, text("string")))
		if len(d.Changes) == 0 || d.Backward {
			t.Errorf("%s: %d changes, compatible %t", name, len(d.Changes), d.Backward)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: a diff took %v", name, took)
		}
	}
}
