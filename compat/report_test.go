package compat

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

// saying is a checker that finds one thing, whose message is the old schema's text and so long.
func saying(long string) Checker {
	return func(_, writer schema.Schema, d Direction) Comparison {
		path, said, _ := strings.Cut(writer.Canonical(), " ")
		return Comparison{Findings: []Finding{{Code: "SAID", Path: path, Severity: Warning, Direction: d, Message: said + long}}}
	}
}

// TestVersionsSayMore has one finding shown by several versions, in several ways: each way is said once.
func TestVersionsSayMore(t *testing.T) {
	t.Parallel()
	olds := numbered([]string{"x lacks a", "x lacks a", "x lacks b", "x lacks a", "x lacks b"})
	report, err := Check(saying(""), text(""), olds, Options{Level: BackwardTransitive})
	if err != nil || len(report.Findings) != 1 {
		t.Fatalf("findings %+v, %v; want one", report.Findings, err)
	}
	if diff := cmp.Diff("lacks a; version 3: lacks b", report.Findings[0].Message); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{5, 4, 3, 2, 1}, report.Findings[0].Versions); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}
}

// TestReportsAreBounded has more found than a report may hold.
func TestReportsAreBounded(t *testing.T) {
	t.Parallel()
	const many = 80
	long := strings.Repeat("long ", maxCollected/many/5)
	for _, tt := range []struct {
		name      string
		versions  int
		truncated bool
	}{{"as much as fits", many - 2, false}, {"more", many + 2, true}} {
		var olds []string
		for i := range tt.versions {
			olds = append(olds, strings.Repeat("x", i+1)+" ")
		}
		report, err := Check(saying(long), text(""), numbered(olds), Options{Level: BackwardTransitive})
		if err != nil || report.Truncated != tt.truncated || len(report.Findings) != min(tt.versions, many-1) {
			t.Errorf("%s: truncated %t, %d findings, %v", tt.name, report.Truncated, len(report.Findings), err)
		}
	}
}
