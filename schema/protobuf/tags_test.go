package protobuf

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

func record(path string, tags ...string) schema.EntityTags {
	return schema.EntityTags{Entity: schema.Entity{Path: path, Type: schema.EntityRecord}, Tags: tags}
}

func fieldTags(path string, tags ...string) schema.EntityTags {
	return schema.EntityTags{Entity: schema.Entity{Path: path, Type: schema.EntityField}, Tags: tags}
}

const tagText = `syntax = "proto3";
package t.u;

import "confluent/meta.proto";

message M {
  option (confluent.message_meta).tags = "ENTITY";

  string ssn = 1 [(confluent.field_meta) = {
    doc: "the number",
    tags: [
      "PII",
      "ID"
    ]
  }];
  string plain = 2 [deprecated = true];

  oneof o {
    string mail = 3 [(.confluent.field_meta).tags = "PII"];
  }

  message N {
    int32 x = 1;
  }
}
`

func TestTags(t *testing.T) {
	t.Parallel()
	want := []schema.EntityTags{record("M", "ENTITY"), fieldTags("M.ssn", "PII", "ID"), fieldTags("M.mail", "PII")}
	if d := cmp.Diff(want, parse(t, tagText).Tags()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRetag(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change schema.Retagging
		want   []schema.EntityTags
	}{
		{"nothing", schema.Retagging{}, []schema.EntityTags{record("M", "ENTITY"), fieldTags("M.ssn", "PII", "ID"), fieldTags("M.mail", "PII")}},
		{"add and remove",
			schema.Retagging{
				Add:    []schema.EntityTags{fieldTags("M.plain", "A", "B"), record("t.u.M.N", "DEEP"), fieldTags(".t.u.M.N.x", "X"), fieldTags("M.ssn", "ID", "NEW")},
				Remove: []schema.EntityTags{fieldTags("M.o.mail", "PII"), record("M", "ENTITY", "NONE"), fieldTags("M.plain", "A")},
			},
			[]schema.EntityTags{fieldTags("M.ssn", "PII", "ID", "NEW"), fieldTags("M.plain", "B"), record("M.N", "DEEP"), fieldTags("M.N.x", "X")}},
		{"keep what has a place",
			schema.Retagging{
				Keep:   []schema.EntityTags{fieldTags("M.gone", "G"), record("M.N", "A"), record("M.N", "B")},
				Add:    []schema.EntityTags{record("M.N", "C", "A")},
				Remove: []schema.EntityTags{record("M.N", "B")},
			},
			[]schema.EntityTags{record("M", "ENTITY"), fieldTags("M.ssn", "PII", "ID"), fieldTags("M.mail", "PII"), record("M.N", "A", "C")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := parse(t, tagText)
			text, err := s.Retag(tc.change)
			if err != nil {
				t.Fatal(err)
			}
			got := parse(t, text)
			if d := cmp.Diff(tc.want, got.Tags()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if d := cmp.Diff(text, got.Canonical()); d != "" {
				t.Errorf("not canonical (-text +canonical):\n%s", d)
			}
			if !strings.Contains(text, `doc: "the number"`) || !strings.Contains(text, "deprecated = true") {
				t.Errorf("lost an option:\n%s", text)
			}
			if d := cmp.Diff(tagText, s.Canonical()); d != "" {
				t.Errorf("the schema changed (-want +got):\n%s", d)
			}
		})
	}
}

func TestFirstTagsBringTheirImport(t *testing.T) {
	t.Parallel()
	text, err := parse(t, "syntax = \"proto3\";\nmessage M {\n  string a = 1;\n}\n").Retag(schema.Retagging{Add: []schema.EntityTags{fieldTags("M.a", "PII")}})
	if err != nil {
		t.Fatal(err)
	}
	want := "syntax = \"proto3\";\n\nimport \"confluent/meta.proto\";\n\nmessage M {\n  string a = 1 [(confluent.field_meta) = {\n    tags: [\n      \"PII\"\n    ]\n  }];\n}\n"
	if d := cmp.Diff(want, text); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRetagUnknown(t *testing.T) {
	t.Parallel()
	for _, e := range []schema.EntityTags{fieldTags("M.none", "X"), record("None", "X"), record("M.ssn", "X"), fieldTags("M", "X")} {
		_, err := parse(t, tagText).Retag(schema.Retagging{Add: []schema.EntityTags{e}})
		var bad *schema.Error
		if !errors.As(err, &bad) {
			t.Errorf("%v: got %v, want a *schema.Error", e, err)
		}
	}
}
