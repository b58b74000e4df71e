package avro

import (
	"testing"

	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// parse reads a text, with the types of the texts that it refers to.
func parse(t testing.TB, text string, refs ...schema.Dependency) schema.Schema {
	t.Helper()
	src := schema.Source{Text: text, Dependencies: refs}
	for _, d := range refs {
		src.References = append(src.References, d.Reference)
	}
	s, err := avro.Parse(t.Context(), src, schema.Options{})
	if err != nil {
		t.Fatalf("parse %.200s: %v", text, err)
	}
	return s
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	corpus.Run(t, "testdata", parse, Check)
}

// TestCorpusBySpecification runs cases whose unions are read otherwise by the specification than in practice, and some that
// are not.
func TestCorpusBySpecification(t *testing.T) {
	t.Parallel()
	corpus.Run(t, "testdata/specification", parse, CheckBySpecification)
}

func TestEveryRuleHasACase(t *testing.T) {
	t.Parallel()
	corpus.Rules(t, "testdata", Rules)
}
