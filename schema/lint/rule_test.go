package lint_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	compatavro "github.com/treatyhq/treaty/compat/avro"
	compatprotobuf "github.com/treatyhq/treaty/compat/protobuf"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/lint"
)

// TestRules holds that every rule is one by itself, with a reason, and no milder in strict than in minimal.
func TestRules(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(AVRO|PROTO)(_[A-Z]+)+$`)
	rank := []lint.Severity{lint.Off, lint.Warning, lint.Error}
	seen := map[string]bool{}
	for _, r := range slices.Concat(compatavro.Rules, compatprotobuf.Rules, []compat.Rule{compat.TypeChanged}) {
		seen[r.ID] = true
	}
	for _, r := range lint.Rules {
		minimal, strict := slices.Index(rank, r.Minimal), slices.Index(rank, r.Strict)
		if seen[r.ID] || !form.MatchString(r.ID) || r.Purpose == "" || !strings.HasSuffix(r.Reason, ".") || minimal < 0 || strict < minimal {
			t.Errorf("%+v: the ID is taken or has another form, or the rule lacks something", r)
		}
		if prefix := map[schema.Type]string{schema.Avro: "AVRO_", schema.Protobuf: "PROTO_"}[r.Type]; prefix == "" || !strings.HasPrefix(r.ID, prefix) {
			t.Errorf("%s is for the type %q", r.ID, r.Type)
		}
		if lint.Find(r.ID) == nil {
			t.Errorf("Find(%q) = nil", r.ID)
		}
		seen[r.ID] = true
	}
}

// TestEveryRuleIsSpecified holds README.md to the table.
func TestEveryRuleIsSpecified(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range lint.Rules {
		needs := ""
		if r.NeedsOld {
			needs = " (with the version before)"
		}
		want = append(want, "| `"+r.ID+"` | "+r.Purpose+needs+" | "+r.Reason+" | "+string(r.Minimal)+" | "+string(r.Strict)+" |")
	}
	for _, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(line, "| `") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the rows of README.md (-of the table +got):\n%s", diff)
	}
}

func TestPreset(t *testing.T) {
	t.Parallel()
	for _, name := range append(lint.Presets, "") {
		s, err := lint.Preset(name)
		if err != nil || len(s) != len(lint.Rules) {
			t.Errorf("Preset(%q) has %d rules, want %d: %v", name, len(s), len(lint.Rules), err)
		}
	}
	if _, err := lint.Preset("strickt"); err == nil || !strings.HasSuffix(err.Error(), "there are minimal and strict; did you mean strict?") {
		t.Errorf("Preset(strickt): %v", err)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ id, severity, want string }{
		{"AVRO_MONEY_FLOAT", "off", ""},
		{"AVRO_MONEY_FLOAT", "warning", ""},
		{"AVRO_MONEY_FLOAT", "fatal", `the severity of AVRO_MONEY_FLOAT is off, warning or error, not "fatal"`},
		{"AVRO_MONY_FLOAT", "off", `there is no lint rule "AVRO_MONY_FLOAT"; did you mean AVRO_MONEY_FLOAT?`},
		{"avro_money_float", "off", `there is no lint rule "avro_money_float"; did you mean AVRO_MONEY_FLOAT?`},
		{"X", "off", `there is no lint rule "X"`},
		{strings.Repeat("X", 1<<20), "off", ""},
	} {
		got := ""
		if err := (lint.Severities{}).Set(tc.id, tc.severity); err != nil {
			got = err.Error()
		}
		if len(tc.id) < 100 && got != tc.want {
			t.Errorf("Set(%q, %q): got %q, want %q", tc.id, tc.severity, got, tc.want)
		}
	}
}
