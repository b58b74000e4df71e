package waiver_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/cmd/treaty/project"
	"github.com/treatyhq/treaty/cmd/treaty/report"
	"github.com/treatyhq/treaty/cmd/treaty/waiver"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestApply(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		ignore   project.Ignore
		waived   bool
		problems []string
	}{
		{"code alone", project.Ignore{Code: "A"}, true, nil},
		{"all", project.Ignore{Code: "A", Subject: "orders", Path: "shop.Order.tax"}, true, nil},
		{"another code", project.Ignore{Code: "B"}, false, nil},
		{"another subject", project.Ignore{Code: "A", Subject: "order"}, false, nil},
		{"a part of the path", project.Ignore{Code: "A", Path: "shop.Order"}, false, nil},
		{"its last day", project.Ignore{Code: "A", Until: day("2027-01-31")}, true, nil},
		{"a day too late", project.Ignore{Code: "A", Subject: "orders", Path: "p", Reason: "PAY-311", Until: day("2027-01-30"), Position: project.Position{Line: 9, Column: 5}}, false, []string{
			"treaty.yaml:9:5 error IGNORE_EXPIRED: The ignore of A of subject orders at p has ended on 2027-01-30: mend what it is about, or give it another day. Its reason was: PAY-311",
		}},
		{"of another command", project.Ignore{Code: "OTHER", Until: day("2001-01-01")}, false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := &report.Result{Subjects: []report.Subject{{Name: "orders", Findings: []report.Finding{{Code: "A", Path: "shop.Order.tax"}}}}}
			now := day("2027-01-31").Add(24*time.Hour - time.Nanosecond)
			waiver.Apply(r, []project.Ignore{tc.ignore}, "treaty.yaml", now, func(code string) bool { return code != "OTHER" })
			var problems []string
			for _, p := range r.Problems {
				problems = append(problems, fmt.Sprintf("%s:%d:%d %s %s: %s", p.File, p.Line, p.Column, p.Severity, p.Code, p.Message))
			}
			if diff := cmp.Diff(tc.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if waived := r.Subjects[0].Findings[0].Ignored != nil; waived != tc.waived {
				t.Errorf("%+v: waived %v, want %v", tc.ignore, waived, tc.waived)
			}
		})
	}
}
