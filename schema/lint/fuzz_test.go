package lint_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/lint"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// all are the severities with every rule on.
func all() lint.Severities {
	s := lint.Severities{}
	for _, r := range lint.Rules {
		s[r.ID] = lint.Error
	}
	return s
}

// FuzzAvro holds that whatever parses is looked at without a panic, and that every finding lies in the text.
func FuzzAvro(f *testing.F) {
	seed(f, "AVRO_*")
	f.Add(`{"type":"record","name":"R","fields":[{"name":"amount","type":["double"],"default":1,"aliases":["\u0061mount"]}]} // {`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := avro.Parse(t.Context(), schema.Source{Text: text}, schema.Options{Limits: schema.Limits{Text: 1 << 12}})
		if err == nil {
			checkFindings(t, lint.Source{Text: text, Schema: s, Old: s})
		}
	})
}

// FuzzProtobuf holds the same of Protobuf.
func FuzzProtobuf(f *testing.F) {
	seed(f, "PROTO_*")
	f.Add("\ufeffsyntax = \"proto2\"; message a { extensions 5 to max; optional group G = 1 {} }")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := protobuf.Parse(t.Context(), schema.Source{Text: text}, schema.Options{New: true, Limits: schema.Limits{Text: 1 << 12}})
		if err != nil {
			return
		}
		if s.Decoded() {
			text = s.Canonical()
		}
		checkFindings(t, lint.Source{File: "a/b.proto", Text: text, Schema: s, Old: s})
	})
}

func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob("testdata/" + pattern + ".txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		f.Add(readSample(f, file).src.Text)
	}
}

func checkFindings(t *testing.T, src lint.Source) {
	lines := strings.Split(src.Text, "\n")
	for _, found := range lint.Lint(src, all()).Findings {
		if lint.Find(found.Code) == nil || found.Line < 1 || found.Line > len(lines) ||
			found.Column < 1 || found.Column > max(1, len(lines[found.Line-1])+1) || found.Path == "" || found.Message == "" {
			t.Fatalf("%q has %+v", src.Text, found)
		}
		if found.Code == "AVRO_NEW_FIELD_DEFAULT" || strings.HasSuffix(found.Code, "_RESERVED") {
			t.Fatalf("%q differs from itself: %+v", src.Text, found)
		}
	}
}
