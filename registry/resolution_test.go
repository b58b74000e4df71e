package registry

import (
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// twoPersons reads what onePerson writes with the second branch, which has the full name; the first has the unqualified
// one, and by the specification is taken.
const (
	onePerson  = `{"type":"record","name":"R","fields":[{"name":"p","type":["null",` + aPerson + `]}]}`
	twoPersons = `{"type":"record","name":"R","fields":[{"name":"p","type":["null",` +
		`{"type":"record","name":"b.Person","fields":[{"name":"key","type":"string"}]},` + aPerson + `]}]}`
	aPerson = `{"type":"record","name":"a.Person","fields":[{"name":"id","type":"int"}]}`
)

// TestResolutions asks for the same verdict by both rules, twice: what is remembered of one is not the other's.
func TestResolutions(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", onePerson)
	c.register("p", `syntax = "proto3"; message M { int32 a = 1; }`, func(cmd *RegisterCommand) { cmd.Type = schema.Protobuf })
	protobuf := func(cmd *RegisterCommand) { cmd.Type = schema.Protobuf }
	for range 2 {
		for _, tc := range []struct {
			subject, text string
			change        func(*RegisterCommand)
			resolution    compat.Resolution
			want          bool
			code          Code
		}{
			{"s", twoPersons, func(*RegisterCommand) {}, "", true, 0},
			{"s", twoPersons, func(*RegisterCommand) {}, compat.Practice, true, 0},
			{"s", twoPersons, func(*RegisterCommand) {}, compat.Specification, false, 0},
			{"s", twoPersons, func(*RegisterCommand) {}, "SPEC", false, 0},
			{"s", twoPersons, func(*RegisterCommand) {}, "odd", false, InvalidResolution},
			{"p", `syntax = "proto3"; message M { int64 a = 1; }`, protobuf, compat.Specification, true, 0},
			{"p", `syntax = "proto3"; message M { string a = 1; }`, protobuf, compat.Specification, false, 0},
		} {
			for _, explain := range []bool{false, true} {
				sub := submission(tc.subject, tc.text, tc.change).Submission
				got, err := c.Check(t.Context(), CheckCommand{Submission: sub, Asking: Asking{Explain: explain, Resolution: tc.resolution}})
				if got.Compatible != tc.want || tc.code != 0 && codeOf(err) != tc.code || tc.code == 0 && err != nil {
					t.Errorf("%s by %q: compatible %t, %v; want %t, code %d", tc.text, tc.resolution, got.Compatible, err, tc.want, tc.code)
				}
				for _, f := range got.Findings {
					if explain && f.Witness == nil {
						t.Errorf("%s by %q: no witness for %s at %s", tc.text, tc.resolution, f.Code, f.Path)
					}
				}
			}
		}
	}
	if got := c.register("s", twoPersons).Number; got != 2 {
		t.Errorf("registered as version %d, want 2: registrations go by practice", got)
	}
}
