package protobuf

import (
	"context"
	"errors"
	"strings"
	"sync"
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
	return Parse(context.Background(), source(text, deps...), schema.Options{New: true})
}

func source(text string, deps ...string) schema.Source {
	src := schema.Source{Text: text}
	for i := 0; i < len(deps); i += 2 {
		ref := schema.Reference{Name: deps[i], Subject: deps[i], Version: 1}
		src.References = append(src.References, ref)
		src.Dependencies = append(src.Dependencies, schema.Dependency{Reference: ref, Text: deps[i+1]})
	}
	return src
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	const use = "syntax = \"proto3\";\npackage u;\n\nimport \"d.proto\";\n\nmessage U {\n  d.D d = 1;\n}\n"
	for _, tc := range []struct {
		name, text string
		deps       []string
		want       string
	}{
		{"no reference", use, nil, `Import "d.proto" is neither a reference nor built in (line 4, column 1)`},
		{"built-in name that does not exist", "import \"google/type/nope.proto\";", nil, `Import "google/type/nope.proto" is neither a reference nor built in (line 1, column 1)`},
		{"reference that is not imported", "syntax = \"proto3\";\nmessage U {\n  d.D d = 1;\n}\n", []string{"d.proto", "syntax = \"proto3\";\npackage d;\nmessage D {}\n"},
			"field U.d: unknown type d.D (line 3, column 3)"},
		{"through a private import", "syntax = \"proto3\";\nimport \"a.proto\";\nmessage U { d.D d = 1; }", []string{"d.proto", "syntax = \"proto3\";\npackage d;\nmessage D {}\n", "a.proto", "import \"d.proto\";"},
			"field U.d: unknown type d.D (line 3, column 13)"},
		{"error in a dependency", use, []string{"d.proto", "syntax = \"proto3\";\npackage d;\n\nmessage D {\n  X x = 1;\n}\n"},
			"d.proto:5:3: field d.D.x: unknown type X (line 4, column 1)"},
		{"import of a dependency missing", use, []string{"d.proto", "syntax = \"proto3\";\n\nimport \"e.proto\";\n"},
			`d.proto:3:1: Import "e.proto" is neither a reference nor built in (line 4, column 1)`},
		{"self", use, []string{"d.proto", "import \"d.proto\";"}, "d.proto:2:1: Imports form a cycle: d.proto -> d.proto (line 4, column 1)"},
		{"cycle", use, []string{"d.proto", "import \"e.proto\";", "e.proto", "import \"d.proto\";"},
			"d.proto:2:1: e.proto:2:1: Imports form a cycle: d.proto -> e.proto -> d.proto (line 4, column 1)"},
		{"the same name twice", use, []string{"d.proto", "syntax = \"proto3\";\npackage u;\nmessage U {}\n"}, `symbol "u.U" already defined`},
		{"imported twice", "import \"google/type/money.proto\";\nimport \"google/type/money.proto\";", nil, "already imported"},
		{"error behind a mark and a long line", "\ufeffsyntax = \"proto3\"; /*" + strings.Repeat("é", 600) + "*/ message A {} message M { Nope n = 1; }", nil,
			"field M.n: unknown type Nope (line 1, column 1250)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := tryParse(tc.text, tc.deps...)
			var bad *schema.Error
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want a *schema.Error", err)
			}
			if !strings.Contains(bad.Error(), tc.want) {
				t.Errorf("got %q, want %q", bad.Error(), tc.want)
			}
		})
	}
}

func TestDependencyStandsForBuiltin(t *testing.T) {
	t.Parallel()
	const descriptor = "syntax = \"proto2\";\npackage google.protobuf;\nmessage FileOptions { extensions 1000 to max; }\nmessage MessageOptions { extensions 1000 to max; }\n" +
		"message FieldOptions { extensions 1000 to max; }\nmessage EnumOptions { extensions 1000 to max; }\nmessage EnumValueOptions { extensions 1000 to max; }\n"
	s := parse(t, "syntax = \"proto3\";\npackage u;\nimport \"google/type/money.proto\";\nimport \"confluent/meta.proto\";\nimport \"google/protobuf/descriptor.proto\";\n"+
		"message U { google.type.Money m = 1; confluent.Meta meta = 2; google.protobuf.FileOptions o = 3; }",
		"google/type/money.proto", "syntax = \"proto3\";\npackage google.type;\nmessage Money { string all = 1; }\n",
		"google/protobuf/descriptor.proto", descriptor)
	fields := s.Descriptor().Messages().Get(0).Fields()
	if got := fields.Get(0).Message().Fields().Len(); got != 1 {
		t.Errorf("Money has %d fields, want the 1 of the reference", got)
	}
	if got := fields.Get(2).Message().Fields().Len(); got != 0 {
		t.Errorf("FileOptions has %d fields, want the 0 of the reference", got)
	}
	plain := parse(t, "import \"google/type/money.proto\"; message U { optional google.type.Money m = 1; }")
	if got := plain.Descriptor().Messages().Get(0).Fields().Get(0).Message().Fields().Len(); got != 3 {
		t.Errorf("the built-in Money has %d fields afterwards, want 3", got)
	}
}

// TestIsolation parses one name with two meanings at the same time: neither sees the other's.
func TestIsolation(t *testing.T) {
	t.Parallel()
	const use = "syntax = \"proto3\";\nimport \"d.proto\";\nmessage U { d.D d = 1; }"
	deps := []string{"syntax = \"proto3\"; package d; message D { string a = 1; }", "syntax = \"proto3\"; package d; message D { int32 a = 1; int32 b = 2; }"}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			s, err := tryParse(use, "d.proto", deps[i%2])
			if err != nil {
				t.Error(err)
			} else if got := s.Descriptor().Messages().Get(0).Fields().Get(0).Message().Fields().Len(); got != i%2+1 {
				t.Errorf("got %d fields, want %d", got, i%2+1)
			}
			if _, err := tryParse(use); err == nil {
				t.Error("a type of another schema was found")
			}
		})
	}
	wg.Wait()
}

func TestNewIsStricter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text string }{
		{"json names that collide", "syntax = \"proto3\"; message M { string a_b = 1; string aB = 2; }"},
		{"an enum that does not begin with zero", "syntax = \"proto3\"; enum E { A = 1; }"},
		{"a default that does not fit", "message M { optional int32 a = 1 [default = \"x\"]; }"},
		{"more fields than the limit", "syntax = \"proto3\"; message M {" + numbered(12, "string f%d = %d;") + "}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			limits := schema.Limits{Fields: 10}
			if _, err := Parse(context.Background(), source(tc.text), schema.Options{New: true, Limits: limits}); err == nil {
				t.Error("accepted as new")
			}
			if _, err := Parse(context.Background(), source(tc.text), schema.Options{Limits: limits}); err != nil {
				t.Errorf("refused as stored: %v", err)
			}
		})
	}
}

func TestTotalLimits(t *testing.T) {
	t.Parallel()
	src := source("import \"a\";", "a", strings.Repeat(" ", 100), "b", "")
	for _, tc := range []struct {
		limits schema.Limits
		want   string
	}{
		{schema.Limits{Text: 5}, "text"}, {schema.Limits{Total: 50}, "total"}, {schema.Limits{References: 1}, "references"},
	} {
		_, err := Parse(context.Background(), src, schema.Options{New: true, Limits: tc.limits})
		var bad *schema.Error
		if !errors.As(err, &bad) || bad.Limit != tc.want {
			t.Errorf("limits %+v: got %v, want the limit %s", tc.limits, err, tc.want)
		}
	}
}

// TestFirstErrorIsTheText checks which error is reported where a source is neither text nor descriptor.
func TestFirstErrorIsTheText(t *testing.T) {
	t.Parallel()
	want := &schema.Error{
		Position: schema.Position{Line: 2, Column: 26, Offset: 44},
		Message:  "Could not parse Protobuf - syntax error: unexpected identifier, expecting \";\" or '['",
	}
	_, err := tryParse("syntax = \"proto3\";\nmessage A { string a = 1 string b = 2; }")
	var got *schema.Error
	if !errors.As(err, &got) {
		t.Fatalf("got %v, want a *schema.Error", err)
	}
	got.Err = nil
	if d := cmp.Diff(want.Position, got.Position); d != "" || !strings.HasPrefix(got.Message, parsePrefix+"syntax error: ") {
		t.Errorf("got %v, want %v", got, want)
	}
}
