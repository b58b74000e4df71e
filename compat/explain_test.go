package compat

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

// located is lacks with the places of its findings in line 2.
func located(reader, writer schema.Schema, d Direction) Comparison {
	c := lacks(reader, writer, d)
	for i := range c.Findings {
		c.Findings[i].Reader.Line, c.Findings[i].Writer.Line = 2, 2
	}
	return c
}

// letters explains findings of located: a fix adds the letter that is missing, if that is not z, or first of all an x.
var letters = Explainer{
	Prove: func(_, writer schema.Schema, found []*Finding) {
		for _, f := range found {
			f.Witness = &Witness{Writer: "old", Message: json.RawMessage(`"` + writer.Canonical() + `"`), Error: "no " + f.Path}
		}
	},
	Fixes: func(_ schema.Schema, _ string, _ schema.Schema, f Finding) []Fix {
		edit := func(s string) Fix { return Fix{Title: "add " + s, Patch: []Edit{{Op: "add", Path: s}}} }
		return []Fix{edit(f.Path), edit("x")}
	},
	Apply: func(text string, edits []Edit) (string, error) {
		for _, e := range edits {
			if e.Path == "z" {
				return "", errors.New("no z")
			}
			text += e.Path
		}
		return text, nil
	},
}

func TestExplain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, latest string
		olds         []string // newest first
		want         []string // a finding's letter, witness and fixes
	}{
		{"nothing to explain", "ab", []string{"a"}, nil},
		{"one fix that helps, one that does not", "a", []string{"ab"}, []string{`b "ab" no b: add b`}},
		{"fixes of several findings", "a", []string{"ac", "ab"}, []string{`b "ab" no b: add b; add c`, `c "ac" no c: add c; add b`}},
		{"one that nothing mends", "a", []string{"abz"}, []string{`b "abz" no b:`, `z "abz" no z:`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var olds []Old
			for i, s := range tt.olds {
				olds = append(olds, Old{Version: len(tt.olds) - i, Schema: text(s), Text: "{\n  old line\r\n}"})
			}
			x := &Explanation{Explainer: letters, Text: tt.latest, Parse: func(s string) (schema.Schema, error) { return text(s), nil }}
			report, err := Check(located, text(tt.latest), Versions(olds...), Options{Level: BackwardTransitive, Explain: x})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range report.Findings {
				line := f.Path + " " + string(f.Witness.Message) + " " + f.Witness.Error + ":"
				for _, fix := range f.Fixes {
					line += " " + fix.Title
				}
				got = append(got, line)
				if f.Old.Text != "old line" {
					t.Errorf("the old line is %q", f.Old.Text)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 150)
	tests := []struct {
		name, text string
		at         Location
		want       string
	}{
		{"a line", "a\n\t b \r\nc", Location{Line: 2, Column: 3}, "b"},
		{"no place", "a", Location{}, ""},
		{"beyond the text", "a", Location{Line: 9}, ""},
		{"a long line begins at the finding", long + "end", Location{Line: 1, Column: 301}, "end"},
		{"cut at a rune", "x" + long, Location{Line: 1, Column: 1}, "x" + strings.Repeat("é", 99)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := quoted(strings.Split(tt.text, "\n"), tt.at); got != tt.want {
				t.Errorf("quoted = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWitnessesAreBounded has more versions show more than is proved of one report: those of the newest are.
func TestWitnessesAreBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		findings, bytes int // of a version, of a witness
		want            int // witnesses
	}{
		{"few", 10, 1, 40},
		{"many findings", maxProved/2 + 1, 1, maxProved},
		{"large messages", 1, maxProvedBytes/2 + 1, 2},
	} {
		check := func(_, writer schema.Schema, d Direction) Comparison {
			var c Comparison
			for i := range tt.findings {
				c.Findings = append(c.Findings, Finding{Code: "SHOWN", Path: fmt.Sprint(writer.Canonical(), i), Severity: Warning, Direction: d})
			}
			return c
		}
		message := json.RawMessage(strings.Repeat("1", tt.bytes))
		x := &Explanation{Explainer: Explainer{Prove: func(_, _ schema.Schema, found []*Finding) {
			for _, f := range found {
				f.Witness = &Witness{Message: message}
			}
		}}}
		report, err := Check(check, text("new"), numbered([]string{"d", "c", "b", "a"}), Options{Level: BackwardTransitive, Explain: x})
		if err != nil {
			t.Fatal(err)
		}
		got, oldest := 0, 4
		for _, f := range report.Findings {
			if f.Witness != nil {
				got, oldest = got+1, min(oldest, f.Old.Version)
			}
		}
		if newest := 4 - (tt.want-1)/tt.findings; got != tt.want || oldest != newest {
			t.Errorf("%s: %d witnesses down to version %d, want %d down to %d", tt.name, got, oldest, tt.want, newest)
		}
	}
}
