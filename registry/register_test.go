package registry

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	a, b := record("R", "a"), record("R", "a", "b")
	for _, tc := range []struct {
		name string
		do   func(c *client)
	}{
		{"an ID below zero is none", func(c *client) {
			if got := c.register("s", a, withID(-5)); got.ID != 1 {
				c.t.Errorf("ID %d, want the next one", got.ID)
			}
		}},
		{"IDs and versions count up, the same schema keeps both", func(c *client) {
			first, second := c.register("s", a), c.register("s", b)
			if got, want := []int{first.ID, first.Number, second.ID, second.Number}, []int{1, 1, 2, 2}; !cmp.Equal(got, want) {
				c.t.Errorf("ID and version of two: %v, want %v", got, want)
			}
			again := c.register("s", a)
			if !again.Existing || again.ID != 1 || again.Number != 1 {
				c.t.Errorf("registered again: %+v, want the existing version 1 with ID 1", again)
			}
			if other := c.register("other", b); other.ID != 2 || other.Number != 1 {
				c.t.Errorf("under another subject: %+v, want version 1 with ID 2", other)
			}
		}},
		{"the canonical text is stored, the source kept beside it", func(c *client) {
			source := "  { \"type\" :\n \"string\" } "
			got := c.register("s", source)
			if got.Text != `"string"` {
				c.t.Errorf("text %q, want the canonical one", got.Text)
			}
			if kept, err := c.SourceText(c.t.Context(), got.Version); err != nil || kept != source {
				c.t.Errorf("source %q, %v, want it as submitted", kept, err)
			}
			if c.register("s", `"string"`); !cmp.Equal(c.versions("s"), []int{1}) {
				c.t.Errorf("versions %v, want one", c.versions("s"))
			}
		}},
		{"contexts count their own IDs and share GUIDs", func(c *client) {
			c.register("s", a)
			one, two := c.register("s", b), c.register(":.ctx:s", b)
			if two.ID != 1 || one.GUID != two.GUID {
				c.t.Errorf("%+v in another context, want ID 1 and GUID %v", two, one.GUID)
			}
		}},
		{"an incompatible schema is refused with a report", func(c *client) {
			c.register("s", a)
			e := c.refused(Incompatible, "s", strict("R", "b", "string"))
			want := `Schema being registered is incompatible with an earlier schema for subject "s", details: [`
			if !strings.HasPrefix(e.Message, want) || e.Report == nil || e.Report.Compatible {
				c.t.Errorf("message %q with report %+v, want %q…", e.Message, e.Report, want)
			}
			c.register("s", strict("R", "b", "string"), func(cmd *RegisterCommand) { cmd.Force = true })
		}},
		{"transitive levels compare with all versions", func(c *client) {
			c.level("s", compat.None)
			c.register("s", strict("R", "a", "int"))
			c.register("s", strict("R", "b", "int"))
			c.level("s", compat.BackwardTransitive)
			c.refused(Incompatible, "s", `{"type":"record","name":"R","fields":[{"name":"b","type":"long"}]}`)
			c.level("s", compat.Backward)
			c.register("s", `{"type":"record","name":"R","fields":[{"name":"b","type":"long"}]}`)
		}},
		{"only versions of the same group are compared", func(c *client) {
			c.config("s", ConfigUpdate{Group: patch("line")})
			c.register("s", strict("R", "a", "int"), withProperties("line", "1"))
			c.register("s", strict("R", "a", "string"), withProperties("line", "2"))
			c.refused(Incompatible, "s", strict("R", "a", "boolean"), withProperties("line", "2"))
			c.register("s", strict("R", "a", "boolean"), withProperties("other", "2"))
		}},
		{"an invalid subject is refused", func(c *client) {
			for _, s := range []string{"__GLOBAL", "__EMPTY", ":.__GLOBAL:s", "a\x07"} {
				c.refused(InvalidSubject, s, a)
			}
			c.register("*", a)
		}},
		{"what cannot be read is refused and leaves nothing", func(c *client) {
			for _, text := range []string{"{bad", "", "  ", `{"type":"enum","name":"E"}`, strict("R", "a", "strng")} {
				c.refused(InvalidSchema, "s", text)
			}
			c.refused(InvalidSchema, "s", a, func(cmd *RegisterCommand) { cmd.Type = "THRIFT" })
			c.refused(SchemaTooLarge, "s", record("R", strings.Repeat("a", 1<<20)))
			c.refused(SchemaTooLarge, "s", a, withProperties("k", strings.Repeat("v", 1<<20)))
			if got := c.versions("s"); got != nil {
				c.t.Errorf("versions %v, want none", got)
			}
		}},
		{"validateNewSchemas=false takes a default that does not fit", func(c *client) {
			text := `{"type":"record","name":"R","fields":[{"name":"a","type":"string","default":null}]}`
			c.refused(InvalidSchema, "s", text)
			no := false
			c.config("s", ConfigUpdate{ValidateNewSchemas: patch(no)})
			c.register("s", text)
		}},
		{"normalize sorts properties, asked for or configured", func(c *client) {
			one := `{"type":"record","name":"R","fields":[],"z":"1","a":"2"}`
			two := `{"type":"record","name":"R","fields":[],"a":"2","z":"1"}`
			if c.register("plain", one); c.register("plain", two).Number != 2 {
				c.t.Error("without normalize the order of properties does not matter")
			}
			if c.register("asked", one, normalizing); c.register("asked", two, normalizing).Number != 1 {
				c.t.Error("with normalize the order of properties matters")
			}
			c.config("set", ConfigUpdate{Normalize: patch(true)})
			if c.register("set", one); c.register("set", two).Number != 1 {
				c.t.Error("with normalize configured the order of properties matters")
			}
		}},
		{"reserved fields conflict with fields and stay reserved", func(c *client) {
			c.config("s", ConfigUpdate{ValidateFields: patch(true), Level: patch(compat.None)})
			e := c.refused(Incompatible, "s", a, withProperties(schema.PropertyReserved, "x, a"))
			if want := "The new schema has field that conflicts with the reserved field a."; !strings.Contains(e.Message, want) {
				c.t.Errorf("message %q, want %q in it", e.Message, want)
			}
			c.register("s", a, withProperties(schema.PropertyReserved, "x,y"))
			e = c.refused(Incompatible, "s", b, withProperties(schema.PropertyReserved, "y"))
			if want := "reserved field x removed"; !strings.Contains(e.Message, want) {
				c.t.Errorf("message %q, want %q in it", e.Message, want)
			}
		}},
		{"a type may change only where nothing is compared", func(c *client) {
			c.register("s", a)
			proto := `syntax = "proto3"; message M { string a = 1; }`
			e := c.refused(Incompatible, "s", proto, func(cmd *RegisterCommand) { cmd.Type = schema.Protobuf })
			if want := "Incompatible because of different schema type"; !strings.Contains(e.Message, want) {
				c.t.Errorf("message %q, want %q in it", e.Message, want)
			}
			c.level("s", compat.None)
			c.register("s", proto, func(cmd *RegisterCommand) { cmd.Type = schema.Protobuf })
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.do(newClient(t))
		})
	}
}

// TestVersionNumbers follows the reference's script for explicit versions and confluent:version.
func TestVersionNumbers(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	text := record("R", "a")
	plain := c.register("s", text)
	c.refused(InvalidSchema, "s", text, withVersion(3))
	numbered := c.register("s", text, withVersion(2))
	if numbered.ID == plain.ID || numbered.Metadata.Property(schema.PropertyVersion) != "2" {
		t.Errorf("with version 2: %+v, want another ID and the property", numbered)
	}
	if e := c.refused(InvalidSchema, "s", text, withVersion(2)); e.Message != "Version is not one more than previous version" {
		t.Errorf("the version again: %q", e.Message)
	}
	if got := c.register("s", text); got.Number != 1 {
		t.Errorf("the plain schema again: version %d, want 1", got.Number)
	}
	if got := c.register("s", text, withVersion(LatestVersion)); got.Number != 1 {
		t.Errorf("the plain schema as the latest: version %d, want the one that is there", got.Number)
	}
	next := c.register("s", record("R", "a", "b"), withVersion(LatestVersion))
	if next.Number != 3 || next.Metadata.Property(schema.PropertyVersion) != "3" {
		t.Errorf("another schema as the latest: %+v, want version 3 that says so", next)
	}

	c.register("numbered", text, withVersion(1))
	if got := c.register("numbered", text); got.Number != 1 || !got.Existing {
		t.Errorf("without its number: %+v, want the version that says it", got)
	}
}

func TestMetadataAndRules(t *testing.T) {
	t.Parallel()
	a, b := record("R", "a"), record("R", "a", "b")
	rules := func(names ...string) *schema.RuleSet {
		s := &schema.RuleSet{}
		for _, n := range names {
			s.DomainRules = append(s.DomainRules, schema.Rule{Name: n, Type: "CEL", Kind: "CONDITION", Mode: "WRITE"})
		}
		return s
	}
	for _, tc := range []struct {
		name string
		do   func(c *client)
	}{
		{"a bare schema is the latest version that has metadata", func(c *client) {
			first := c.register("s", a, withProperties("k", "v"))
			if again := c.register("s", a); again.ID != first.ID || !again.Existing {
				c.t.Errorf("registered bare: %+v, want version 1", again)
			}
		}},
		{"a new version without metadata inherits the latest's, given ones replace them", func(c *client) {
			c.register("s", a, withProperties("k", "v"), func(cmd *RegisterCommand) { cmd.RuleSet = rules("r") })
			if next := c.register("s", b); next.Metadata.Property("k") != "v" || next.RuleSet == nil {
				c.t.Errorf("inherited %+v and %+v, want k=v and a rule", next.Metadata, next.RuleSet)
			}
			if next := c.register("s", b, withProperties("l", "w")); next.Number != 3 || next.Metadata.Property("k") != "" {
				c.t.Errorf("version %d with %+v, want version 3 with l=w alone", next.Number, next.Metadata)
			}
		}},
		{"settings lay defaults under and overrides over", func(c *client) {
			c.config("s", ConfigUpdate{
				DefaultMetadata:  patch(schema.Metadata{Properties: map[string]string{"a": "default", "b": "default", "c": "default"}}),
				OverrideMetadata: patch(schema.Metadata{Properties: map[string]string{"c": "override"}}),
				DefaultRuleSet:   patch(*rules("d", "given")),
			})
			got := c.register("s", a, withProperties("b", "given", "c", "given"), func(cmd *RegisterCommand) { cmd.RuleSet = rules("given") })
			want := map[string]string{"a": "default", "b": "given", "c": "override"}
			if diff := cmp.Diff(want, got.Metadata.Properties); diff != "" {
				c.t.Errorf("properties (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(rules("d", "given"), got.RuleSet); diff != "" {
				c.t.Errorf("rules (-want +got):\n%s", diff)
			}
			if again := c.register("s", a); again.ID != got.ID {
				c.t.Errorf("registered again: %+v, want ID %d", again, got.ID)
			}
		}},
		{"metadata or rules alone make a version with the previous text", func(c *client) {
			c.register("s", a)
			if got := c.register("s", "", withProperties("k", "v")); got.Number != 2 || got.Text != a {
				c.t.Errorf("version %d with %s, want 2 with the text of 1", got.Number, got.Text)
			}
		}},
		{"an empty rule set is none", func(c *client) {
			c.register("s", a)
			if got := c.register("s", a, func(cmd *RegisterCommand) { cmd.RuleSet = &schema.RuleSet{} }); !got.Existing {
				c.t.Errorf("with an empty rule set: %+v, want the existing version", got)
			}
		}},
		{"empty metadata and an empty rule set are inherited from nowhere", func(c *client) {
			c.register("s", a, withProperties("k", "v"), func(cmd *RegisterCommand) { cmd.RuleSet = rules("r") })
			got := c.register("s", b, withProperties(), func(cmd *RegisterCommand) { cmd.RuleSet = &schema.RuleSet{} })
			if got.Number != 2 || got.Metadata != nil || got.RuleSet != nil {
				c.t.Errorf("version %d with %+v and %+v, want version 2 with neither", got.Number, got.Metadata, got.RuleSet)
			}
		}},
		{"a rule is looked up as it was sent, without its defaults", func(c *client) {
			sent := &schema.RuleSet{DomainRules: []schema.Rule{{Name: "r", Type: "CEL"}}}
			c.register("s", a)
			cmd := submission("s", a, func(cmd *RegisterCommand) { cmd.RuleSet = sent })
			want := c.register("s", a, func(cmd *RegisterCommand) { cmd.RuleSet = sent })
			if got, err := c.Lookup(c.t.Context(), cmd.Submission, false); err != nil || got.Number != want.Number {
				c.t.Errorf("looked up: version %d, %v; want %d", got.Number, err, want.Number)
			}
		}},
		// Nothing separates the parts that a GUID is computed from.
		{"other metadata makes another version, even one with the same GUID", func(c *client) {
			one, two := c.register("s", a, withProperties("k", "va")), c.register("s", a, withProperties("kv", "a"))
			if one.GUID != two.GUID {
				c.t.Fatalf("GUIDs %s and %s: the case shows nothing", one.GUID, two.GUID)
			}
			if two.Number != 2 || two.ID == one.ID || two.Metadata.Property("kv") != "a" {
				c.t.Errorf("version %d with ID %d and %+v, want version 2 with an ID of its own", two.Number, two.ID, two.Metadata)
			}
			c.mode(":.ctx:", Import, false)
			c.register(":.ctx:s", a, withID(7), withProperties("k", "va"))
			c.refused(OperationNotPermitted, ":.ctx:s", a, withID(7), withProperties("kv", "a"))
		}},
		{"the text with its references written out has the latest version's metadata, too", func(c *client) {
			c.register("u", record("U", "a"))
			want := c.register("s", strict("O", "u", "U"), referring("U", "u", 1), withProperties("k", "v"))
			parsed, err := c.Parsed(c.t.Context(), want.Version)
			if err != nil {
				c.t.Fatal(err)
			}
			inlined := submission("s", parsed.Format("resolved")).Submission
			if got, err := c.Lookup(c.t.Context(), inlined, false); err != nil || got.Number != 1 {
				c.t.Errorf("looked up: version %d, %v; want 1", got.Number, err)
			}
		}},
		{"rules that break the form are refused", func(c *client) {
			e := c.refused(InvalidRuleSet, "s", a, func(cmd *RegisterCommand) { cmd.RuleSet = rules("twice", "twice") })
			if !strings.Contains(e.Message, "twice") {
				c.t.Errorf("message %q does not name the rule", e.Message)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.do(newClient(t))
		})
	}
}
