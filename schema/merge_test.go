package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergeMetadata(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		old, new, want *Metadata
	}{
		{name: "nothing and nothing"},
		{name: "nothing and empty", new: &Metadata{}},
		{name: "old alone", old: &Metadata{Sensitive: []string{"a"}}, want: &Metadata{Sensitive: []string{"a"}}},
		{name: "new alone", new: &Metadata{Sensitive: []string{"a"}}, want: &Metadata{Sensitive: []string{"a"}}},
		{
			name: "new wins a key, the sensitive names are a union",
			old: &Metadata{
				Properties: map[string]string{"a": "1", "b": "1"},
				Tags:       map[string][]string{"p": {"X"}, "q": {"X"}},
				Sensitive:  []string{"b", "a"},
			},
			new: &Metadata{
				Properties: map[string]string{"b": "2", "c": "2"},
				Tags:       map[string][]string{"q": {"Y"}},
				Sensitive:  []string{"c", "a"},
			},
			want: &Metadata{
				Properties: map[string]string{"a": "1", "b": "2", "c": "2"},
				Tags:       map[string][]string{"p": {"X"}, "q": {"Y"}},
				Sensitive:  []string{"a", "b", "c"},
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, MergeMetadata(tc.old, tc.new)); diff != "" {
				t.Errorf("MergeMetadata(%v, %v) (-want +got):\n%s", tc.old, tc.new, diff)
			}
		})
	}
}

func TestWithProperty(t *testing.T) {
	t.Parallel()
	var none *Metadata
	one := none.WithProperty("k", "v")
	two := one.WithProperty("l", "w")
	if diff := cmp.Diff(&Metadata{Properties: map[string]string{"k": "v", "l": "w"}}, two); diff != "" {
		t.Errorf("after two additions (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&Metadata{Properties: map[string]string{"k": "v"}}, one); diff != "" {
		t.Errorf("the first value was changed by the second addition (-want +got):\n%s", diff)
	}
	if got := one.WithProperty("k", ""); got != nil {
		t.Errorf("after the only property was removed: %v, want nil", got)
	}
}

func TestMergeRuleSets(t *testing.T) {
	t.Parallel()
	named := func(names ...string) (rules []Rule) {
		for _, n := range names {
			rules = append(rules, Rule{Name: n})
		}
		return rules
	}
	for _, tc := range []struct {
		name           string
		old, new, want *RuleSet
	}{
		{name: "nothing and empty", new: &RuleSet{}},
		{
			name: "a new rule replaces the old one of its name, behind those that stay",
			old:  &RuleSet{DomainRules: named("a", "b", "c"), EnableAt: "x"},
			new:  &RuleSet{DomainRules: named("b", "d")},
			want: &RuleSet{DomainRules: named("a", "c", "b", "d"), EnableAt: "x"},
		},
		{
			name: "even in another list",
			old:  &RuleSet{DomainRules: named("a"), MigrationRules: named("m")},
			new:  &RuleSet{EncodingRules: named("a")},
			want: &RuleSet{MigrationRules: named("m"), DomainRules: []Rule{}, EncodingRules: named("a")},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, MergeRuleSets(tc.old, tc.new), equateEmpty); diff != "" {
				t.Errorf("MergeRuleSets (-want +got):\n%s", diff)
			}
		})
	}
}

var equateEmpty = cmp.FilterValues(func(a, b []Rule) bool { return len(a)+len(b) == 0 }, cmp.Ignore())

func TestValidateRuleSet(t *testing.T) {
	t.Parallel()
	good := Rule{Name: "ok", Type: "CEL"}
	with := func(change func(r *Rule)) *RuleSet {
		r := good
		change(&r)
		return &RuleSet{DomainRules: []Rule{r}}
	}
	for _, tc := range []struct {
		name string
		set  *RuleSet
		want string // in the error; empty for none
	}{
		{name: "none"},
		{name: "a name in any script", set: with(func(r *Rule) { r.Name = "_größe-2" })},
		{name: "two actions in two directions", set: with(func(r *Rule) { r.OnFailure = "DLQ,NONE" })},
		{name: "twice", set: &RuleSet{DomainRules: []Rule{good, good}}, want: "duplicate name 'ok'"},
		{name: "twice in two lists", set: &RuleSet{DomainRules: []Rule{good}, EncodingRules: []Rule{good}}, want: "duplicate name 'ok'"},
		{name: "no name", set: with(func(r *Rule) { r.Name = "" }), want: "Missing rule name"},
		{name: "no type", set: with(func(r *Rule) { r.Type = "" }), want: "Missing type"},
		{name: "long name", set: with(func(r *Rule) { r.Name = strings.Repeat("é", 257) }), want: "longer than 256"},
		{name: "initial", set: with(func(r *Rule) { r.Name = "1a" }), want: "Illegal initial character"},
		{name: "character", set: with(func(r *Rule) { r.Name = "a b" }), want: "Illegal character ' '"},
		{name: "kind", set: with(func(r *Rule) { r.Kind = "MAGIC" }), want: "Unknown kind 'MAGIC'"},
		{name: "two actions in one direction", set: with(func(r *Rule) { r.Mode, r.OnSuccess = RuleRead, "A,B" }), want: "Multiple actions 'A,B'"},
		{name: "a domain rule that migrates", set: with(func(r *Rule) { r.Mode = RuleUpgrade }), want: "Domain rule 'ok'"},
		{name: "a migration rule that reads", set: &RuleSet{MigrationRules: []Rule{good}}, want: "Migration rule 'ok'"},
		{name: "an encoding rule that migrates", set: &RuleSet{EncodingRules: []Rule{{Name: "e", Type: "T", Mode: RuleUpDown}}}, want: "Encoding rule 'e'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := tc.set.WithDefaults().Validate()
			if tc.want == "" && err != nil {
				t.Errorf("Validate(%+v): %v", tc.set, err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("Validate(%+v) = %v, want an error with %q", tc.set, err, tc.want)
			}
		})
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	said := &Metadata{Tags: map[string][]string{"p": {"X"}}, Properties: map[string]string{"k": "v"}, Sensitive: []string{"k"}}
	rules := &RuleSet{DomainRules: []Rule{{Name: "r", Type: "CEL", Tags: []string{"X"}, Params: map[string]string{"k": "v"}}}}
	for _, tc := range []struct {
		name  string
		equal bool
		want  bool
	}{
		{"nothing and empty metadata", (*Metadata)(nil).Equal(&Metadata{}), true},
		{"metadata and its copy", said.Equal(MergeMetadata(said, said)), true},
		{"nothing and metadata", (*Metadata)(nil).Equal(said), false},
		{"another property", said.Equal(said.WithProperty("l", "w")), false},
		{"other tags", said.Equal(MergeMetadata(said, &Metadata{Tags: map[string][]string{"p": {"Y"}}})), false},
		{"other sensitive names", said.Equal(MergeMetadata(said, &Metadata{Sensitive: []string{"l"}})), false},
		{"nothing and an empty rule set", (*RuleSet)(nil).Equal(&RuleSet{}), true},
		{"rules and their copy", rules.Equal(MergeRuleSets(rules, rules)), true},
		{"rules without and with defaults", rules.Equal(rules.WithDefaults()), false},
		{"rules in another list", rules.Equal(&RuleSet{EncodingRules: rules.DomainRules}), false},
		{"nothing and a time to be enabled", (*RuleSet)(nil).Equal(MergeRuleSets(nil, &RuleSet{EnableAt: "later"})), false},
		{"another time to be enabled", rules.Equal(&RuleSet{DomainRules: rules.DomainRules, EnableAt: "later"}), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.equal != tc.want {
				t.Errorf("equal: %t, want %t", tc.equal, tc.want)
			}
		})
	}
}
