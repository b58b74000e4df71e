package avro_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// FuzzParse demands of any text that it is refused with a *schema.Error, or that its texts are fixed points.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`"int"`, `[]`, `["null","string"]`, `{"type":"map","values":{"type":"array","items":"long"}}`,
		`{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":2,"scale":1}`,
		`{"type":"enum","name":"n.E","symbols":["A","B"],"default":"A","aliases":["X"]}`,
		`{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"],"default":null,"order":"ignore"}]}`,
		`{"type":"record","name":"R","fields":[{"name":"g","type":"R","default":{}}]}`,
		`{"type":"double","p":[1e2,-0,0.10,"\ud83d\ude00",{"a":{}}]} // c`,
	} {
		f.Add(text)
	}
	files, _ := filepath.Glob("testdata/texts/*.txtar")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		_, section, _ := strings.Cut(string(text), "-- schema --\n")
		section, _, _ = strings.Cut(section, "\n-- ")
		f.Add(section)
	}
	limits := schema.Limits{Text: 1 << 12}
	f.Fuzz(func(t *testing.T, text string) {
		for _, isNew := range []bool{true, false} {
			s, err := avro.Parse(t.Context(), source(text), schema.Options{New: isNew, Limits: limits})
			if err != nil {
				var bad *schema.Error
				if !errors.As(err, &bad) {
					t.Fatalf("err = %#v, want a *schema.Error", err)
				}
				if isNew {
					continue
				}
				return
			}
			checkFixedPoints(t, s, isNew)
		}
	})
}

// checkFixedPoints demands that the texts of a schema parse to schemas with the same texts.
func checkFixedPoints(t interface {
	Fatalf(format string, args ...any)
}, s *avro.Schema, isNew bool) {
	again := func(text string) *avro.Schema {
		s, err := avro.Parse(context.Background(), source(text), schema.Options{New: isNew, Limits: schema.Limits{Text: 1 << 24, Total: 1 << 24}})
		if err != nil {
			t.Fatalf("%s is refused: %v", text, err)
		}
		return s
	}
	equal := func(what, want, got string) {
		if want != got {
			t.Fatalf("%s:\n  %s\nbecame\n  %s", what, want, got)
		}
	}
	c := again(s.Canonical())
	equal("canonical", s.Canonical(), c.Canonical())
	equal("parsing form", s.ParsingCanonicalForm(), c.ParsingCanonicalForm())
	equal("normalized, of the canonical", s.Normalized(), c.Normalized())
	n := again(s.Normalized())
	equal("normalized", s.Normalized(), n.Normalized())
	equal("canonical, of the normalized", s.Normalized(), n.Canonical())
	equal("parsing form, of the normalized", s.ParsingCanonicalForm(), n.ParsingCanonicalForm())
	equal("resolved", s.Canonical(), s.Format("resolved"))
	if !s.Equivalent(c) {
		t.Fatalf("%s is not equivalent to its canonical text", s.Canonical())
	}
}
