package avro

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
)

// TestTextsOfUnionsBySpecification tells a union that has a branch, which does not read, from one that has none.
func TestTextsOfUnionsBySpecification(t *testing.T) {
	t.Parallel()
	union := "[" + record("a.R", `x "int"`) + "," + record("b.R", `y "int"`) + "]"
	tests := []struct{ name, writer, want string }{
		{"the first does not read", record("b.R", `y "int"`), "{errorType:'MISSING_UNION_BRANCH', description:'The first branch of a union in the new schema " +
			"that matches a type of the old schema does not read it (path '/')', additionalInfo:'branch: a.R, writer type: b.R'}"},
		{"none matches", `"string"`, "{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path '/' " +
			"in the old schema', additionalInfo:'reader union lacking writer type: STRING'}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := CheckBySpecification(parse(t, union), parse(t, tt.writer), compat.NewReadsOld).DropIn
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
