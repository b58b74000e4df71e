package compat_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/avro"
	"github.com/treatyhq/treaty/compat/protobuf"
)

// allRules are the rules of both types, and the one above them.
func allRules() []compat.Rule {
	return append(slices.Concat(avro.Rules, protobuf.Rules), compat.TypeChanged)
}

// TestEveryRuleIsSpecified holds that README has a row for every rule of both types, with the policy that it belongs to.
func TestEveryRuleIsSpecified(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range allRules() {
		by := "drop-in"
		if r.Policy != "" {
			by = "policy `" + r.Policy + "`"
		}
		var found bool
		for _, line := range strings.Split(string(b), "\n") {
			cells := strings.Split(line, " | ")
			found = found || cells[0] == "| `"+r.ID+"`" && len(cells) == 4 && cells[2] == by
		}
		if !found {
			t.Errorf("README.md has no row for %s, refused by %s", r.ID, by)
		}
	}
}

// TestEveryPolicyIsSpecified holds that AllPolicies are those of the rules, and that README has a row for each with exactly
// its rules.
func TestEveryPolicyIsSpecified(t *testing.T) {
	t.Parallel()
	rules := map[string][]string{}
	for _, r := range allRules() {
		if r.Policy != "" && !slices.Contains(rules[r.Policy], "`"+r.ID+"`") {
			rules[r.Policy] = append(rules[r.Policy], "`"+r.ID+"`")
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(rules)), []string(compat.AllPolicies)); diff != "" {
		t.Errorf("AllPolicies (-of the rules +got):\n%s", diff)
	}
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for policy, of := range rules {
		if row := "| `" + policy + "` | " + strings.Join(of, ", ") + " |\n"; !strings.Contains(string(b), row) {
			t.Errorf("README.md lacks the row %s", row)
		}
	}
}
