package registry

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/schema"
)

// withSubjects has names around ':', where the names of other contexts stand in a sorted list.
func withSubjects(t *testing.T) *script {
	k := newScript(t)
	for _, s := range []string{"orders", "order", "zebra", "10", ":.b:orders", ":.a:orders", ":.a-b:orders", ":.a:gone", "gone"} {
		k.texts(s, "text")
	}
	k.delete(":.a:gone", 1)
	k.delete("gone", 1)
	k.texts("partly", "x", "y")
	k.delete("partly", 1)
	return k
}

func TestSubjects(t *testing.T) {
	t.Parallel()
	k := withSubjects(t)
	tests := []struct {
		name   string
		filter SubjectFilter
		want   []string
	}{
		{"default context", SubjectFilter{}, []string{"10", "order", "orders", "partly", "zebra"}},
		{"all contexts", SubjectFilter{Prefix: ":*:"}, []string{"10", ":.a-b:orders", ":.a:orders", ":.b:orders", "order", "orders", "partly", "zebra"}},
		{"all contexts, with deleted", SubjectFilter{Prefix: ":*:g", Deleted: true}, []string{":.a:gone", "gone"}},
		{"only deleted", SubjectFilter{Prefix: ":*:", DeletedOnly: true}, []string{":.a:gone", "gone"}},
		{"only beats with", SubjectFilter{Deleted: true, DeletedOnly: true}, []string{"gone"}},
		{"prefix", SubjectFilter{Prefix: "orders"}, []string{"orders"}},
		{"shorter prefix", SubjectFilter{Prefix: "ord"}, []string{"order", "orders"}},
		{"prefix in all contexts", SubjectFilter{Prefix: ":*:orders"}, []string{":.a-b:orders", ":.a:orders", ":.b:orders", "orders"}},
		{"a context", SubjectFilter{Prefix: ":.a:"}, []string{":.a:orders"}},
		{"a context and a prefix", SubjectFilter{Prefix: ":.a:o"}, []string{":.a:orders"}},
		{"the default context, spelled out", SubjectFilter{Prefix: ":.:z"}, []string{"zebra"}},
		{"nothing", SubjectFilter{Prefix: ":.c:"}, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, names(k.state.Subjects(tt.filter))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The list comes in the order of the qualified names without being sorted.
func TestSubjectsAreSorted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := newScript(t)
		context := rapid.StringMatching(`\.[!-9;-~]{0,2}`)
		name := rapid.StringMatching(`[!-~]{1,2}`)
		for range rapid.IntRange(0, 12).Draw(t, "subjects") {
			k.texts(":"+context.Draw(t, "context")+":"+name.Draw(t, "name"), "text")
		}
		got := names(k.state.Subjects(SubjectFilter{Prefix: ":*:"}))
		for i := 1; i < len(got); i++ {
			if got[i-1] >= got[i] {
				t.Fatalf("%q before %q", got[i-1], got[i])
			}
		}
	})
}

func TestContexts(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.do(&modeSet{scope{".only-settings", ""}, ReadOnly})
	for _, s := range []string{":.b:s", ":.a:s", ":.gone:s"} {
		k.texts(s, "text")
	}
	k.delete(":.a:s", 1)
	k.erase(":.a:s", 1)
	k.delete(":.gone:s", 1)
	k.erase(":.gone:s", 1)
	k.do(&contextDeleted{".gone"})
	tests := []struct {
		prefix string
		want   []string
	}{
		{"", []string{".", ".a", ".b"}},
		{".", []string{".", ".a", ".b"}},
		{".b", []string{".b"}},
		{".c", []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.prefix, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, k.state.Contexts(tt.prefix)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if got := k.register(":.gone:s", registration{text: "another"}); got.ID != 2 {
		t.Errorf("a context that comes back gives ID %d, want 2", got.ID)
	}
	if diff := cmp.Diff([]string{".gone"}, k.state.Contexts(".g")); diff != "" {
		t.Errorf("registered into again: -want +got:\n%s", diff)
	}
}

func TestSchemas(t *testing.T) {
	t.Parallel()
	k := withSubjects(t)
	ruled := func(ruleType string) *schema.RuleSet {
		return &schema.RuleSet{EncodingRules: []schema.Rule{{Name: "r", Type: ruleType}}}
	}
	k.register("ruled", registration{text: "1", ruleSet: ruled("ENCRYPT_PAYLOAD")})
	k.register("ruled", registration{text: "2", ruleSet: ruled("CEL")})
	k.register(":.c:ruled", registration{text: "2", ruleSet: ruled("CEL")})
	k.delete(":.c:ruled", 1)
	tests := []struct {
		name   string
		filter SchemaFilter
		want   []string
	}{
		{"default context", SchemaFilter{}, []string{"10/1", "order/1", "orders/1", "partly/2", "ruled/1", "ruled/2", "zebra/1"}},
		{"with deleted", SchemaFilter{Prefix: "p", Deleted: true}, []string{"partly/1", "partly/2"}},
		{"latest only", SchemaFilter{Prefix: ":*:ruled", LatestOnly: true}, []string{"ruled/2"}},
		{"latest only, with deleted", SchemaFilter{Prefix: ":*:ruled", LatestOnly: true, Deleted: true}, []string{":.c:ruled/1", "ruled/2"}},
		{"rule type", SchemaFilter{Prefix: "ruled", RuleType: "ENCRYPT_PAYLOAD"}, []string{"ruled/1"}},
		{"rule type, after latest only", SchemaFilter{Prefix: "ruled", RuleType: "ENCRYPT_PAYLOAD", LatestOnly: true}, nil},
		{"all contexts", SchemaFilter{Prefix: ":*:o"}, []string{":.a-b:orders/1", ":.a:orders/1", ":.b:orders/1", "order/1", "orders/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, v := range k.state.Schemas(tt.filter) {
				got = append(got, numbered([]Version{v.Version})...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSchemasWithAliases(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	for _, s := range []string{"target", "plain", ":.a:target"} {
		k.texts(s, "text")
	}
	for alias, of := range map[string]string{"old": "target", "older": "target", ":.a:old": "target", ":.b:far": ":.:plain", "": "plain", "dead": "nobody"} {
		k.do(&configSet{scope: scope(ParseSubject(alias)), Alias: of})
	}
	tests := []struct {
		prefix string
		want   []string
	}{
		{":*:", []string{":.a:target/1 [:.a:old]", "plain/1 [:.b:far]", "target/1 [old older]"}},
		{"", []string{"plain/1 []", "target/1 [old older]"}},
		{"old", []string{"target/1 [old older]"}},
		{"older", []string{"target/1 [older]"}},
		{":.b:", []string{"plain/1 [:.b:far]"}},
	}
	for _, tt := range tests {
		t.Run(tt.prefix, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, v := range k.state.Schemas(SchemaFilter{Prefix: tt.prefix, Aliases: true}) {
				got = append(got, fmt.Sprintf("%s %v", outcomeOf(v.Version, nil), names(v.Aliases)))
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	for v := range k.state.SchemaSeq(SchemaFilter{Prefix: ":*:", Aliases: true}) {
		if v.Subject.Name != "target" {
			t.Errorf("first is %s", v.Subject)
		}
		break
	}
}
