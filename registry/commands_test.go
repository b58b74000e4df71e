package registry

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// A case is a behaviour of the API, shown with a registry of its own.
type behaviour struct {
	name string
	do   func(c *client)
}

func show(t *testing.T, behaviours []behaviour) {
	t.Helper()
	for _, b := range behaviours {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			b.do(c)
			if err := c.Current().check(); err != nil {
				t.Errorf("the state afterwards: %v", err)
			}
		})
	}
}

// code fails the test unless the code is the one that is wanted.
func (c *client) code(what string, got, want Code) {
	c.t.Helper()
	if got != want {
		c.t.Errorf("%s: %d, want %d", what, got, want)
	}
}

func (c *client) expectVersions(subject string, want ...int) {
	c.t.Helper()
	if diff := cmp.Diff(want, c.versions(subject)); diff != "" {
		c.t.Errorf("versions of %s, soft-deleted ones negative (-want +got):\n%s", subject, diff)
	}
}

func TestDeletes(t *testing.T) {
	t.Parallel()
	a, b := record("R", "a"), record("R", "a", "b")
	show(t, []behaviour{
		{"a version goes in two steps", func(c *client) {
			c.code("missing subject", c.delete("s", 1, false), SubjectNotFound)
			c.register("s", a)
			c.register("s", b)
			c.code("missing version", c.delete("s", 5, false), VersionNotFound)
			c.code("permanently first", c.delete("s", 2, true), VersionNotSoftDeleted)
			c.code("softly", c.delete("s", 2, false), 0)
			c.code("softly again", c.delete("s", 2, false), VersionSoftDeleted)
			c.code("permanently", c.delete("s", 2, true), 0)
			c.code("permanently again", c.delete("s", 2, true), VersionNotFound)
			if got := c.register("s", b); got.Number != 2 || got.ID != 3 {
				c.t.Errorf("registered again: version %d with ID %d, want the number again and a new ID", got.Number, got.ID)
			}
		}},
		{"the latest is the newest active version", func(c *client) {
			c.register("s", a)
			c.register("s", b)
			c.code("permanently", c.delete("s", LatestVersion, true), VersionNotSoftDeleted)
			for range 2 {
				c.code("softly", c.delete("s", LatestVersion, false), 0)
			}
			c.code("with none active", c.delete("s", LatestVersion, false), VersionNotFound)
		}},
		{"a subject goes in two steps, with its settings and mode in the second", func(c *client) {
			c.level("s", compat.Full)
			c.mode("s", ReadWrite, false)
			c.register("s", a)
			c.register("s", b)
			_, code := c.deleteSubject("s", true)
			c.code("permanently first", code, SubjectNotSoftDeleted)
			numbers, code := c.deleteSubject("s", false)
			c.code("softly", code, 0)
			if diff := cmp.Diff([]int{1, 2}, numbers); diff != "" {
				c.t.Errorf("deleted versions (-want +got):\n%s", diff)
			}
			_, code = c.deleteSubject("s", false)
			c.code("softly again", code, SubjectSoftDeleted)
			if _, err := c.Current().Config(ParseSubject("s")); err != nil {
				c.t.Errorf("config after the soft delete: %v", err)
			}
			_, code = c.deleteSubject("s", true)
			c.code("permanently", code, 0)
			_, code = c.deleteSubject("s", true)
			c.code("permanently again", code, SubjectNotFound)
			_, err := c.Current().Config(ParseSubject("s"))
			c.code("config afterwards", codeOf(err), ConfigNotFound)
			_, err = c.Current().Mode(ParseSubject("s"))
			c.code("mode afterwards", codeOf(err), ModeNotFound)
		}},
		{"after a soft delete numbers go on and IDs stay", func(c *client) {
			first := c.register("s", a)
			c.register("s", b)
			c.deleteSubject("s", false)
			if got := c.register("s", a); got.Number != 3 || got.ID != first.ID {
				c.t.Errorf("registered again: version %d with ID %d, want 3 with ID %d", got.Number, got.ID, first.ID)
			}
			c.expectVersions("s", -2, 3)
		}},
		{"an older version with the same ID stays while it is referred to", func(c *client) {
			c.register("u", record("U", "a"))
			c.register("o", strict("O", "u", "U"), referring("U", "u", 1))
			c.delete("o", 1, false)
			c.delete("u", 1, false)
			c.register("u", record("U", "a"))
			c.expectVersions("u", -1, 2)
		}},
		{"deleted versions are not compared", func(c *client) {
			c.register("s", strict("R", "a", "int"))
			c.refused(Incompatible, "s", strict("R", "b", "int"))
			c.delete("s", 1, false)
			c.register("s", strict("R", "b", "int"))
		}},
		{"a permanent delete erases what nobody else uses", func(c *client) {
			c.register("s", a, withProperties("secret", "1"))
			c.register("other", a)
			c.deleteSubject("s", false)
			c.deleteSubject("s", true)
			for rec, err := range c.log.Read(c.t.Context(), c.marks.before(0)) {
				if err != nil {
					c.t.Fatal(err)
				}
				if rec.Kind != "schema.registered" {
					continue
				}
				ev, err := kinds.decode(rec)
				if err != nil {
					c.t.Fatal(err)
				}
				e := ev.(*schemaRegistered)
				blobs, err := c.log.Blobs(c.t.Context(), e.blobs())
				if err != nil {
					c.t.Fatal(err)
				}
				if _, there := blobs[e.Text]; !there {
					c.t.Errorf("the text of %s is gone, though version 1 of other uses it", e.Name)
				}
				if _, there := blobs[e.Metadata]; there {
					c.t.Errorf("the metadata of %s is still there", e.Name)
				}
			}
		}},
		{"a context goes when it is empty", func(c *client) {
			c.register(":.c:s", a)
			c.code("with a subject", codeOf(c.DeleteContext(c.t.Context(), ".c")), ContextNotEmpty)
			c.deleteSubject(":.c:s", false)
			c.code("with a soft-deleted subject", codeOf(c.DeleteContext(c.t.Context(), ".c")), ContextNotEmpty)
			c.deleteSubject(":.c:s", true)
			c.code("empty", codeOf(c.DeleteContext(c.t.Context(), ".c")), 0)
			c.code("again", codeOf(c.DeleteContext(c.t.Context(), ".c")), 0)
			if got := c.register(":.c:s", a); got.ID != 2 {
				c.t.Errorf("ID %d after the context came back, want 2: IDs are never given twice", got.ID)
			}
		}},
	})
}

func TestReferences(t *testing.T) {
	t.Parallel()
	base, use := record("Base", "a"), strict("Use", "b", "Base")
	inlined := strict("Use", "b", "Base")
	inlined = inlined[:len(inlined)-len(`"Base"}]}`)] + base + `}]}`
	show(t, []behaviour{
		{"they resolve to what is active, and are pinned", func(c *client) {
			c.refused(InvalidSchema, "use", use, referring("Base", "base", 1))
			c.register("base", base)
			c.refused(InvalidSchema, "use", use, referring("Base", "base", 2))
			c.refused(InvalidSchema, "use", use, referring("", "base", 1))
			c.refused(InvalidSchema, "use", use)
			got := c.register("use", use, referring("Base", "base", LatestVersion))
			c.register("base", record("Base", "a", "b"))
			if want := []schema.Reference{{Name: "Base", Subject: "base", Version: 1}}; !cmp.Equal(got.References, want) {
				c.t.Errorf("references %v, want %v", got.References, want)
			}
			if next := c.register("use", use, referring("Base", "base", LatestVersion)); next.Number != 2 {
				c.t.Errorf("with the next version of the target: version %d, want 2", next.Number)
			}
		}},
		{"an unqualified subject means the own context", func(c *client) {
			c.register("base", base)
			e := c.refused(InvalidSchema, ":.c:use", use, referring("Base", "base", 1))
			want := `Invalid schema of type AVRO, details: No schema reference found for subject "base" and version 1`
			if e.Message != want {
				c.t.Errorf("message %q, want %q", e.Message, want)
			}
			c.register(":.c:base", base)
			c.register(":.c:use", use, referring("Base", "base", 1))
			c.register(":.d:use", use, referring("Base", ":.c:base", 1))
			c.register("use", use, referring("Base", ":.c:base", 1))
		}},
		{"a version that is referred to stays", func(c *client) {
			c.register("base", base)
			c.register("use", use, referring("Base", "base", 1))
			c.code("softly", c.delete("base", 1, false), ReferenceExists)
			_, code := c.deleteSubject("base", false)
			c.code("the subject", code, ReferenceExists)
			c.code("the referrer", c.delete("use", 1, false), 0)
			c.code("softly then", c.delete("base", 1, false), 0)
			c.code("permanently", c.delete("base", 1, true), ReferenceExists)
			c.code("the referrer permanently", c.delete("use", 1, true), 0)
			c.code("permanently then", c.delete("base", 1, true), 0)
		}},
		{"a soft-deleted target is no target for what is new", func(c *client) {
			c.register("base", base)
			c.register("use", use, referring("Base", "base", 1))
			c.delete("use", 1, false)
			c.delete("base", 1, false)
			c.refused(InvalidSchema, "use", use, referring("Base", "base", 1))
		}},
		{"an import does not put another schema in the place of one that is referred to", func(c *client) {
			c.mode(":.:", Import, false)
			c.register("base", base, withID(1))
			c.register("use", use, withID(2), referring("Base", "base", 1))
			c.delete("use", 1, false)
			c.delete("base", 1, false)
			c.refused(ReferenceExists, "base", record("Base", "other"), withID(50), withVersion(1))
			if got := c.register("base", base, withID(1), withVersion(1)); got.Number != 1 || got.Deleted {
				c.t.Errorf("the same schema: %+v, want version 1, active", got)
			}
		}},
		{"a subject whose versions refer to each other goes at once", func(c *client) {
			c.level("s", compat.None)
			c.register("s", base)
			c.register("s", use, referring("Base", "s", 1))
			for _, permanent := range []bool{false, true} {
				if numbers, code := c.deleteSubject("s", permanent); code != 0 || !cmp.Equal(numbers, []int{1, 2}) {
					c.t.Errorf("delete, permanent %t: %v, %d, want versions 1 and 2", permanent, numbers, code)
				}
			}
		}},
		{"written out they are the same schema", func(c *client) {
			c.register("base", base)
			first := c.register("use", use, referring("Base", "base", 1))
			if got := c.register("use", inlined); got.ID != first.ID || !got.Existing {
				c.t.Errorf("registered written out: %+v, want version 1", got)
			}
			v, err := c.Lookup(c.t.Context(), submission("use", inlined).Submission, false)
			if err != nil || v.Number != 1 {
				c.t.Errorf("looked up written out: version %d, %v, want 1", v.Number, err)
			}
		}},
		{"normalize sorts them and drops doubles", func(c *client) {
			c.register("b1", record("X", "a"))
			c.register("b2", record("Y", "a"))
			text := `["X","Y"]`
			c.register("s", text, normalizing, referring("X", "b1", 1), referring("Y", "b2", 1))
			got := c.register("s", text, normalizing, referring("Y", "b2", 1), referring("X", "b1", 1), referring("Y", "b2", 1))
			if got.Number != 1 {
				c.t.Errorf("in another order: version %d, want 1", got.Number)
			}
		}},
	})
}

func TestLookup(t *testing.T) {
	t.Parallel()
	a, b := record("R", "a"), record("R", "a", "b")
	find := func(c *client, subject, text string, deleted bool) (int, Code) {
		v, err := c.Lookup(c.t.Context(), submission(subject, text).Submission, deleted)
		return v.Number, codeOf(err)
	}
	show(t, []behaviour{
		{"active versions, deleted ones on request", func(c *client) {
			_, code := find(c, "s", a, false)
			c.code("unknown subject", code, SubjectNotFound)
			c.register("s", a)
			c.register("other", b)
			_, code = find(c, "s", b, false)
			c.code("known elsewhere", code, SchemaNotFound)
			_, code = find(c, "s", "{bad", false)
			c.code("unreadable", code, InvalidSchema)
			c.register("s", b)
			c.delete("s", 1, false)
			_, code = find(c, "s", a, false)
			c.code("deleted", code, SchemaNotFound)
			if n, code := find(c, "s", " "+a, true); n != 1 || code != 0 {
				c.t.Errorf("deleted, on request: version %d, %d, want 1", n, code)
			}
			c.register("s", a)
			for _, deleted := range []bool{false, true} {
				if n, _ := find(c, "s", a, deleted); n != 3 {
					c.t.Errorf("registered again, deleted %t: version %d, want 3", deleted, n)
				}
			}
		}},
		{"an empty rule set is none", func(c *client) {
			c.register("s", a)
			sub := submission("s", a).Submission
			sub.RuleSet = &schema.RuleSet{}
			if v, err := c.Lookup(c.t.Context(), sub, false); err != nil || v.Number != 1 {
				c.t.Errorf("version %d, %v, want 1", v.Number, err)
			}
		}},
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	a, bad := record("R", "a"), strict("R", "b", "string")
	show(t, []behaviour{
		{"one version, or those of the level", func(c *client) {
			ctx, sub := c.t.Context(), submission("s", bad).Submission
			report, err := c.Check(ctx, CheckCommand{Submission: sub, Version: LatestVersion})
			if err != nil || !report.Compatible {
				c.t.Errorf("latest of an unknown subject: %+v, %v, want compatible", report, err)
			}
			_, err = c.Check(ctx, CheckCommand{Submission: sub, Version: 1})
			c.code("numbered version of an unknown subject", codeOf(err), VersionNotFound)
			c.register("s", a)
			for _, number := range []int{1, LatestVersion} {
				if report, err = c.Check(ctx, CheckCommand{Submission: sub, Version: number}); err != nil || report.Compatible {
					c.t.Errorf("version %d: %+v, %v, want incompatible", number, report, err)
				}
			}
			if report, err = c.Check(ctx, CheckCommand{Submission: sub}); err != nil || report.Compatible || len(report.Messages) == 0 {
				c.t.Errorf("level: %+v, %v, want incompatible with messages", report, err)
			}
			c.delete("s", 1, false)
			if report, err = c.Check(ctx, CheckCommand{Submission: sub}); err != nil || !report.Compatible {
				c.t.Errorf("level after the delete: %+v, %v, want compatible", report, err)
			}
			_, err = c.Check(ctx, CheckCommand{Submission: submission("s", "{bad").Submission})
			c.code("unreadable", codeOf(err), InvalidSchema)
		}},
	})
}
