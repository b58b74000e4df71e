package lint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/schema/lint"
)

// patience is many times what a schema of a million bytes takes, and less than what anything takes that is not linear.
const patience = 10 * time.Second

// TestHostile holds that nothing takes time out of proportion to its length.
func TestHostile(t *testing.T) {
	t.Parallel()
	many := func(n int, each func(i int) string, between string) string {
		list := make([]string, n)
		for i := range list {
			list[i] = each(i)
		}
		return strings.Join(list, between)
	}
	record := func(fields string) string { return `{"type":"record","name":"shop.R","fields":[` + fields + `]}` }
	nested := func(depth int, inner string) string {
		for i := range depth {
			inner = fmt.Sprintf(`{"type":"record","name":"R%d%s","fields":[{"name":"next","type":%s}]}`, i, strings.Repeat("x", 900), inner)
		}
		return inner
	}
	for _, tc := range []struct{ name, file, text string }{
		{"fields", "a.avsc", record(many(10_000, func(i int) string { return fmt.Sprintf(`{"name":"amount_%dA","type":"double"}`, i) }, ","))},
		{"records", "a.avsc", record(many(5_000, func(i int) string {
			return fmt.Sprintf(`{"name":"f%d","type":{"type":"record","name":"r%d","fields":[]}}`, i, i)
		}, ","))},
		{"deep", "a.avsc", nested(60, record(many(5_000, func(i int) string { return fmt.Sprintf(`{"name":"Amount%d","type":"double"}`, i) }, ",")))},
		{"aliases", "a.avsc", record(`{"name":"a","type":"int","aliases":[` + many(50_000, func(i int) string { return fmt.Sprintf(`"b%d"`, i) }, ",") + `,"a"]}`)},
		{"symbols", "a.avsc", `{"type":"enum","name":"E","symbols":[` + many(60_000, func(i int) string { return fmt.Sprintf(`"s%d"`, i) }, ",") + `]}`},
		{"decimal", "a.avsc", record(`{"name":"a","type":{"type":"bytes","logicalType":"decimal","precision":200000},"default":"` + strings.Repeat("\u007f", 100_000) + `"}`)},
		{"default", "a.avsc", record(`{"name":"a","type":{"type":"array","items":["null",{"type":"string","logicalType":"uuid"}]},"default":[` +
			many(50_000, func(int) string { return `"x"` }, ",") + `]}`)},
		{"messages", "a.proto", `syntax = "proto3";` + many(5_000, func(i int) string {
			return fmt.Sprintf("message m%d { double Amount = 1; enum e { X%d = 0; } }", i, i)
		}, "\n")},
		{"proto fields", "a.proto", `syntax = "proto3"; message M {` + many(10_000, func(i int) string { return fmt.Sprintf("double Amount%d = %d;", i, i+20_000) }, "\n") + `}`},
		{"comments", "a.proto", `syntax = "proto3";` + strings.Repeat("// (\n", 100_000) + "message M {}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := parse(t, tc.file, tc.text)
			start := time.Now()
			r := lint.Lint(lint.Source{File: tc.file, Text: tc.text, Schema: s, Old: s}, all())
			if took := time.Since(start); took > patience {
				t.Errorf("%d bytes took %v", len(tc.text), took)
			}
			if len(r.Findings) == 0 {
				t.Error("nothing was found")
			}
			t.Logf("%d findings in %d bytes took %v", len(r.Findings), len(tc.text), time.Since(start))
		})
	}
}

// TestTruncated holds that findings are bounded, and that the report says so.
func TestTruncated(t *testing.T) {
	t.Parallel()
	inner := `"int"`
	for i := range 48 {
		inner = fmt.Sprintf(`{"type":"record","name":"R%d%s","fields":[{"name":"next","type":["null",%s]}`, i, strings.Repeat("x", 900), inner)
		for j := range 150 {
			inner += fmt.Sprintf(`,{"name":"Field%d","type":"int"}`, j)
		}
		inner += `]}`
	}
	r := lint.Lint(lint.Source{Text: inner, Schema: parse(t, "a.avsc", inner)}, all())
	size := 0
	for _, f := range r.Findings {
		size += len(f.Path) + len(f.Message)
	}
	if !r.Truncated || size > 8<<20 {
		t.Errorf("%d bytes of findings, truncated %v; want at most 8 MB, truncated", size, r.Truncated)
	}
}
