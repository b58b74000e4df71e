package avro

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
)

// TestExplanationsEnd explains changes in which everything is wrong, of schemas as large as they may be.
func TestExplanationsEnd(t *testing.T) {
	t.Parallel()
	fields := func(n int, typ string) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("f%d %s", i, typ)
		}
		return record("R", list...)
	}
	symbols := func(n int, prefix string) string {
		return `{"type":"enum","name":"E","symbols":["` + prefix + strings.Join(strings.Split(strings.Repeat("x", n), ""), prefix+`","`+prefix) + `"]}`
	}
	numbered := func(text string) string {
		for i := 0; strings.Contains(text, "x"); i++ {
			text = strings.Replace(text, "x", fmt.Sprint(i), 1)
		}
		return text
	}
	chain := func(typ string) string {
		s := `"` + typ + `"`
		for i := range 45 {
			s = record(fmt.Sprintf("R%d", i), `a `+s)
		}
		return s
	}
	tests := []struct{ name, old, latest string }{
		{"every field another type", fields(10_000, `"int"`), fields(10_000, `"string"`)},
		{"every field new", record("R"), fields(10_000, `"int"`)},
		{"every field gone", fields(10_000, `"int"`), record("R")},
		{"every symbol another", numbered(symbols(2_000, "a")), numbered(symbols(2_000, "b"))},
		{"deep down", chain("int"), chain("string")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			x := &compat.Explanation{Explainer: Explainer, Text: tt.latest, Parse: again(t, nil)}
			old := compat.Old{Version: 1, Schema: parse(t, tt.old), Text: tt.old}
			report, err := compat.Check(Check, parse(t, tt.latest), compat.Versions(old), compat.Options{Level: compat.Full, Explain: x})
			if err != nil || report.Compatible {
				t.Fatal(err)
			}
			witnesses := 0
			for _, f := range report.Findings {
				if f.Witness != nil {
					witnesses++
				}
			}
			if took := time.Since(start); took > 20*time.Second || witnesses == 0 {
				t.Errorf("%d findings and %d witnesses took %v", len(report.Findings), witnesses, took)
			}
		})
	}
}
