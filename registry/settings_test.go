package registry

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
)

func TestConfigCommands(t *testing.T) {
	t.Parallel()
	show(t, []behaviour{
		{"an update is merged: absent keeps, null clears", func(c *client) {
			c.config("s", ConfigUpdate{Group: patch("g"), Level: patch(compat.Level("full"))})
			got := c.config("s", ConfigUpdate{Group: clearing[string](), Normalize: patch(true)})
			yes := true
			if diff := cmp.Diff(SubjectConfig{Level: compat.Full, Normalize: &yes}, got); diff != "" {
				c.t.Errorf("config (-want +got):\n%s", diff)
			}
		}},
		{"what was never set is not in the answer", func(c *client) {
			if got := c.config("s", ConfigUpdate{Policy: patch("lenient")}); got.Level != "" || got.Policy != "LENIENT" {
				c.t.Errorf("config %+v, want the policy alone", got)
			}
			if got := c.config("s", ConfigUpdate{Policy: patch("odd")}); got.Policy != "" {
				c.t.Errorf("policy %q after an unknown one, want none", got.Policy)
			}
		}},
		{"bad values are refused", func(c *client) {
			ctx, subj := c.t.Context(), ParseSubject("s")
			_, err := c.SetConfig(ctx, subj, ConfigUpdate{Level: patch(compat.Level("SIDEWAYS"))})
			c.code("level", codeOf(err), InvalidLevel)
			_, err = c.SetConfig(ctx, subj, ConfigUpdate{DefaultRuleSet: patch(schema.RuleSet{DomainRules: []schema.Rule{{Name: "r"}}})})
			c.code("rule set", codeOf(err), InvalidRuleSet)
			_, err = c.SetConfig(ctx, ParseSubject("a\x07"), ConfigUpdate{})
			c.code("subject", codeOf(err), InvalidSubject)
		}},
		{"clearing returns what was set", func(c *client) {
			ctx := c.t.Context()
			_, err := c.ClearConfig(ctx, ParseSubject("s"))
			c.code("nothing", codeOf(err), SubjectNotFound)
			global, err := c.ClearConfig(ctx, Subject{Context: DefaultContext})
			if err != nil || global.Level != compat.Backward {
				c.t.Errorf("nothing of the default context: %+v, %v, want the default level", global, err)
			}
			c.level("s", compat.Full)
			if got, err := c.ClearConfig(ctx, ParseSubject("s")); err != nil || got.Level != compat.Full {
				c.t.Errorf("cleared %+v, %v, want FULL", got, err)
			}
		}},
		{"its texts are erased with it", func(c *client) {
			secret := schema.Metadata{Properties: map[string]string{"k": "v"}}
			c.config("s", ConfigUpdate{DefaultMetadata: patch(secret)})
			digests := c.Current().configBlobs(ParseSubject("s"))
			c.config("s", ConfigUpdate{DefaultMetadata: clearing[schema.Metadata]()})
			if left, _ := c.log.Blobs(c.t.Context(), digests); len(digests) != 1 || len(left) != 0 {
				c.t.Errorf("%d blobs of the settings, %d left, want 1 and none", len(digests), len(left))
			}
		}},
		{"read-only scopes take none", func(c *client) {
			c.mode("s", ReadOnly, false)
			_, err := c.SetConfig(c.t.Context(), ParseSubject("s"), ConfigUpdate{Level: patch(compat.None)})
			c.code("set", codeOf(err), OperationNotPermitted)
		}},
		{"NONE above all contexts holds in each", func(c *client) {
			c.level(":.__GLOBAL:", compat.None)
			for _, s := range []string{"s", ":.c:s"} {
				c.register(s, strict("R", "a", "int"))
				c.register(s, strict("R", "b", "int"))
			}
		}},
	})
}

func TestModes(t *testing.T) {
	t.Parallel()
	a, b := record("R", "a"), record("R", "a", "b")
	readOnly := "Subject s in context . is in read-only mode"
	show(t, []behaviour{
		{"READONLY takes nothing new, in any scope", func(c *client) {
			for _, scope := range []string{"s", ":.:", ":.__GLOBAL:"} {
				c.mode(scope, ReadOnly, false)
				if e := c.refused(OperationNotPermitted, "s", a); e.Message != readOnly {
					c.t.Errorf("with %s read-only: %q, want %q", scope, e.Message, readOnly)
				}
				if err := c.SetMode(c.t.Context(), ParseSubject(scope), nil, false); err != nil {
					c.t.Fatal(err)
				}
			}
			c.register("s", a)
		}},
		{"READONLY still answers for what is there", func(c *client) {
			first := c.register("s", a)
			c.mode("s", ReadOnly, false)
			if got := c.register("s", a); !got.Existing {
				c.t.Errorf("registered again: %+v, want the existing version", got)
			}
			c.register("s", a, withID(first.ID))
			c.refused(OperationNotPermitted, "s", b)
			c.code("delete", c.delete("s", 1, false), OperationNotPermitted)
			_, code := c.deleteSubject("s", false)
			c.code("delete the subject", code, OperationNotPermitted)
		}},
		{"an ID is for IMPORT, and IMPORT is for IDs", func(c *client) {
			c.refused(OperationNotPermitted, "s", a, withID(10))
			c.mode("s", Import, false)
			c.refused(OperationNotPermitted, "s", a)
			got := c.register("s", a, withID(10), withVersion(5))
			if got.ID != 10 || got.Number != 5 {
				c.t.Errorf("imported %+v, want version 5 with ID 10", got)
			}
			if got := c.register("s", a, withID(10), withVersion(5)); !got.Existing {
				c.t.Errorf("imported again: %+v, want the existing version", got)
			}
			c.refused(OperationNotPermitted, "s", b, withID(10))
			c.refused(OperationNotPermitted, "s", b, withID(11), withVersion(5))
			c.register("s", strict("R", "x", "int"), withID(11))
			c.register("s", a, withID(12))
			c.mode("s", ReadWrite, false)
			if got := c.register("new", b); got.ID != 13 {
				c.t.Errorf("ID %d after the import, want 13", got.ID)
			}
		}},
		{"an erased ID comes back with its own content only", func(c *client) {
			first := c.register("s", a)
			c.deleteSubject("s", false)
			c.deleteSubject("s", true)
			c.mode("s", Import, false)
			c.refused(OperationNotPermitted, "s", b, withID(first.ID))
			c.register("s", a, withID(first.ID))
		}},
		{"an import that is repeated finds its version, of several with the same schema", func(c *client) {
			c.mode("s", Import, false)
			text := record("R", "a")
			for range 2 {
				for _, n := range []int{1, 2} {
					if got := c.register("s", text, withID(10*n), withVersion(n)); got.Number != n || got.ID != 10*n {
						c.t.Errorf("version %d with ID %d, want %d with %d", got.Number, got.ID, n, 10*n)
					}
				}
			}
			if got := c.register("s", text, withID(10)); got.Number != 1 || !got.Existing {
				c.t.Errorf("by its ID alone: %+v, want version 1", got)
			}
			c.expectVersions("s", 1, 2)
		}},
		{"IMPORT wants an empty scope, or force", func(c *client) {
			c.register("s", a)
			c.register("s", b)
			mode := Import
			c.code("with active versions", codeOf(c.SetMode(c.t.Context(), ParseSubject("s"), &mode, false)), OperationNotPermitted)
			c.delete("s", 1, false)
			c.mode("s", Import, true)
			c.expectVersions("s", 2)
			c.mode("s", Import, false) // it has the mode: nothing to do
			c.register("gone", a)
			c.deleteSubject("gone", false)
			c.mode("gone", Import, false)
			c.expectVersions("gone")
		}},
		{"IMPORT does not remove what others refer to", func(c *client) {
			c.register("base", a)
			c.register("use", strict("U", "r", "R"), referring("R", "base", 1))
			c.delete("use", 1, false)
			c.delete("base", 1, false)
			mode := Import
			c.code("referred to", codeOf(c.SetMode(c.t.Context(), ParseSubject("base"), &mode, false)), ReferenceExists)
			c.mode(":.:", Import, false)
			c.expectVersions("base")
		}},
		{"FORWARD is for the scope above all contexts", func(c *client) {
			mode := Forward
			c.code("on a subject", codeOf(c.SetMode(c.t.Context(), ParseSubject("s"), &mode, false)), InvalidMode)
			c.mode(":.__GLOBAL:", Forward, false)
			c.refused(OperationNotPermitted, "s", a)
			c.register("s", a, withID(3))
		}},
		{"clearing returns what was set, and recursively clears a context", func(c *client) {
			ctx := c.t.Context()
			_, err := c.ClearMode(ctx, ParseSubject("s"), false)
			c.code("nothing", codeOf(err), SubjectNotFound)
			_, err = c.ClearMode(ctx, ParseSubject(":.c:"), true)
			c.code("nothing, recursively", codeOf(err), 0)
			c.mode(":.c:s", ReadOnly, false)
			c.mode(":.c:", ReadOnly, false)
			c.mode("s", ReadOnly, false)
			if old, err := c.ClearMode(ctx, ParseSubject(":.c:"), true); err != nil || old != ReadOnly {
				c.t.Errorf("cleared %q, %v, want READONLY", old, err)
			}
			_, err = c.Current().Mode(ParseSubject(":.c:s"))
			c.code("a subject of the context", codeOf(err), ModeNotFound)
			_, err = c.Current().Mode(ParseSubject("s"))
			c.code("a subject of another one", codeOf(err), 0)
		}},
	})
}

func TestFixedModes(t *testing.T) {
	t.Parallel()
	r := run(t, memory.New(), Config{FixedModes: true})
	mode := ReadOnly
	err := r.SetMode(t.Context(), ParseSubject("s"), &mode, false)
	if codeOf(err) != OperationNotPermitted || err.Error() != "Mode changes are not allowed" {
		t.Errorf("set: %v, want a refusal", err)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	a := record("R", "a")
	field := func(tags ...string) []schema.EntityTags {
		return []schema.EntityTags{{Entity: schema.Entity{Path: "R.a", Type: schema.EntityField}, Tags: tags}}
	}
	show(t, []behaviour{
		{"a new version with the tags, which says its number", func(c *client) {
			c.register("s", a)
			got, err := c.Tag(c.t.Context(), TagCommand{Subject: ParseSubject("s"), Version: 1, Add: field("PII", "X")})
			if err != nil || got.Number != 2 || got.Metadata.Property(schema.PropertyVersion) != "2" {
				c.t.Fatalf("tagged %+v, %v, want version 2 that says so", got, err)
			}
			parsed, err := c.Parsed(c.t.Context(), got)
			if err != nil {
				c.t.Fatal(err)
			}
			if diff := cmp.Diff(field("PII", "X"), parsed.Tags()); diff != "" {
				c.t.Errorf("tags (-want +got):\n%s", diff)
			}
			got, err = c.Tag(c.t.Context(), TagCommand{Subject: ParseSubject("s"), Version: LatestVersion, NewVersion: 3, Remove: field("X")})
			if err != nil || got.Number != 3 {
				c.t.Errorf("untagged %+v, %v, want version 3", got, err)
			}
		}},
		{"what does not fit is refused", func(c *client) {
			c.register("s", a)
			tag := func(cmd TagCommand) Code {
				cmd.Subject, cmd.Version = ParseSubject("s"), 1
				_, err := c.Tag(c.t.Context(), cmd)
				return codeOf(err)
			}
			c.code("an unknown place", tag(TagCommand{Add: []schema.EntityTags{{Entity: schema.Entity{Path: "R.z", Type: schema.EntityField}, Tags: []string{"X"}}}}), InvalidSchema)
			c.code("a number that is not the next", tag(TagCommand{NewVersion: 7, Add: field("X")}), InvalidSchema)
			c.code("rules twice", tag(TagCommand{RuleSet: &schema.RuleSet{}, RulesToRemove: []string{"r"}}), InvalidRuleSet)
			_, err := c.Tag(c.t.Context(), TagCommand{Subject: ParseSubject("s"), Version: 9})
			c.code("a version that is not there", codeOf(err), VersionNotFound)
		}},
		{"rules are merged and removed by name", func(c *client) {
			rule := func(name, expr string) schema.Rule {
				return schema.Rule{Name: name, Kind: "CONDITION", Mode: "WRITE", Type: "CEL", Expr: expr}
			}
			c.register("s", a, func(cmd *RegisterCommand) {
				cmd.RuleSet = &schema.RuleSet{DomainRules: []schema.Rule{rule("a", "1"), rule("b", "1")}}
			})
			got, err := c.Tag(c.t.Context(), TagCommand{
				Subject: ParseSubject("s"), Version: 1, RulesToRemove: []string{"a"},
				RulesToMerge: &schema.RuleSet{DomainRules: []schema.Rule{rule("b", "2"), rule("c", "2")}},
			})
			want := []schema.Rule{rule("b", "2"), rule("c", "2")}
			if err != nil || !cmp.Equal(got.RuleSet.DomainRules, want) {
				c.t.Errorf("rules %+v, %v, want %+v", got.RuleSet, err, want)
			}
		}},
		{"a registration may add tags and take over those of the latest version", func(c *client) {
			c.register("s", a, func(cmd *RegisterCommand) { cmd.TagsToAdd = field("PII") })
			got := c.register("s", record("R", "a", "b"), func(cmd *RegisterCommand) { cmd.PropagateTags = true })
			parsed, err := c.Parsed(c.t.Context(), got.Version)
			if err != nil {
				c.t.Fatal(err)
			}
			if diff := cmp.Diff(field("PII"), parsed.Tags()); diff != "" {
				c.t.Errorf("tags (-want +got):\n%s", diff)
			}
		}},
	})
}
