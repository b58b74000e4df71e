package avro

import (
	"strings"
	"testing"

	"github.com/treatyhq/treaty/compat"
)

// twice is a record whose field matches two of those of both.
const (
	twice = `{"type":"record","name":"NAME","fields":[{"name":"x","type":"int","aliases":["y"]}]}`
	both  = `{"type":"record","name":"NAME","fields":[{"name":"x","type":"int"},{"name":"y","type":"int"}]}`
)

func renamed(text, name string) string { return strings.Replace(text, "NAME", name, 1) }

// TestMatchesTwiceInABranch has a field that matches twice in a branch of a union that nothing is read as. The reference gives
// up if it comes by that branch before one that reads.
func TestMatchesTwiceInABranch(t *testing.T) {
	t.Parallel()
	a, b := renamed(twice, "A"), renamed(both, "B")
	tests := []struct {
		name, reader, writer string
		refused              bool
	}{
		{"before the one that reads", `[` + a + `,` + b + `]`, b, true},
		{"before the one that reads, in a field", record("R", `f [`+a+`,`+b+`]`), record("R", `f `+b), true},
		{"before the one that reads, in unions of a field", record("R", `f [`+a+`,`+b+`]`), record("R", `f [`+b+`]`), true},
		{"behind it", record("R", `f [`+b+`,`+a+`]`), record("R", `f `+b), false},
		{"the one that is meant, behind one that reads", `[` + renamed(both, "x.A") + `,` + renamed(twice, "y.A") + `]`, renamed(both, "y.A"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, d := range []compat.Direction{compat.NewReadsOld, compat.OldReadsNew} {
				c := Check(parse(t, tt.reader), parse(t, tt.writer), d)
				if refused := len(c.DropIn) > 0; refused != tt.refused {
					t.Errorf("%s: refused %q, want %t", d, c.DropIn, tt.refused)
				}
				for _, f := range c.Findings {
					if f.Direction != d {
						t.Errorf("%s: a finding of direction %q: %+v", d, f.Direction, f)
					}
				}
				if refuses(c) != tt.refused {
					t.Errorf("%s: refused %t, findings %+v", d, tt.refused, c.Findings)
				}
			}
		})
	}
}
