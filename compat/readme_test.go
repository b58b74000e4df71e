package compat_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/avro"
	"github.com/treatyhq/treaty/compat/protobuf"
)

// TestEveryRuleIsSpecified holds that README has a row for every rule of both types, with the policy that it belongs to.
func TestEveryRuleIsSpecified(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	rules := append(slices.Concat(avro.Rules, protobuf.Rules), compat.TypeChanged)
	for _, r := range rules {
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
