package protobuf

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

// parse parses a new schema with dependencies given as path, text, path, text.
func parse(t testing.TB, text string, deps ...string) *Schema {
	t.Helper()
	s, err := tryParse(text, deps...)
	if err != nil {
		t.Fatalf("parse: %v\n%s", err, text)
	}
	return s
}

func tryParse(text string, deps ...string) (*Schema, error) {
	src := schema.Source{Text: text}
	for i := 0; i < len(deps); i += 2 {
		ref := schema.Reference{Name: deps[i], Subject: deps[i], Version: 1}
		src.References = append(src.References, ref)
		src.Dependencies = append(src.Dependencies, schema.Dependency{Reference: ref, Text: deps[i+1]})
	}
	return Parse(context.Background(), src, schema.Options{New: true})
}

func TestSmoke(t *testing.T) {
	text := "syntax = \"proto3\";\npackage x;\n\nimport \"google/type/money.proto\";\n\noption java_package = \"j\";\n\nmessage M {\n  string a = 1;\n  google.type.Money m = 2;\n}\n"
	s := parse(t, text)
	if d := cmp.Diff(text, s.Canonical()); d != "" {
		t.Error(d)
	}
	t.Log(s.Normalized())
	t.Log(s.Format("serialized"))
	d := parse(t, s.Format("serialized"))
	t.Log(d.Canonical())
	if !s.Equivalent(d) {
		t.Error("not equivalent", s.inlined(), d.inlined())
	}
}
