package registry

import (
	"fmt"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/compat"
)

// TestManyChecksShareABudget asks for the explanation of many large changes at once: all verdicts come, and what is said
// beyond them is bounded for the request and not for each.
func TestManyChecksShareABudget(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const subjects, fields = 40, 120
	text := func(typ string) string {
		var b strings.Builder
		for i := range fields {
			fmt.Fprintf(&b, `,{"name":"f%d","type":"%s"}`, i, typ)
		}
		return `{"type":"record","name":"R","fields":[` + b.String()[1:] + `]}`
	}
	var proposals []Proposal
	for i := range subjects {
		name := fmt.Sprintf("s%d", i)
		c.register(name, text("int"))
		proposals = append(proposals, Proposal{Submission: submission(name, text("string")).Submission})
	}
	forecasts, err := c.CheckAll(t.Context(), proposals, true)
	if err != nil {
		t.Fatal(err)
	}
	proved := 0
	for _, f := range forecasts {
		if f.Compatible || f.Err != nil {
			t.Fatalf("%s: %v, %v", f.Subject, f.Compatible, f.Err)
		}
		proved += witnesses(f.Findings)
	}
	if last := forecasts[subjects-1]; !last.Unexplained {
		t.Error("the last report does not say that it is not explained")
	}
	small, err := c.CheckAll(t.Context(), []Proposal{{Submission: submission("s0", record("R", "g")).Submission}}, true)
	if err != nil || small[0].Unexplained {
		t.Errorf("a small change is not explained: %+v, %v", small, err)
	}
	if proved == 0 || proved >= subjects*fields {
		t.Errorf("%d of %d findings are proved, want some and not all", proved, subjects*fields)
	}
}

func witnesses(findings []compat.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Witness != nil {
			n++
		}
	}
	return n
}
