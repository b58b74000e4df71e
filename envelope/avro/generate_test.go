package avro_test

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// parse returns the root of a schema.
func parse(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) avro.Use {
	t.Helper()
	s, err := avro.Parse(context.Background(), schema.Source{Text: text}, schema.Options{New: true})
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return s.Root()
}

type use = avro.Use

// drawSchema draws a schema in which every datum can end; a plain one has no logical types and no namespaces.
func drawSchema(t *rapid.T, plain bool) string {
	g := avrotest.Generator{Source: avrotest.Rapid(t), Plain: plain}
	return g.Schema().String()
}

// drawEvolution draws a schema in which every datum can end, and one that came of it.
func drawEvolution(t *rapid.T, plain bool) (reader, writer string) {
	g := avrotest.Generator{Source: avrotest.Rapid(t), Plain: plain}
	w := g.Schema()
	return g.Evolve(w).String(), w.String()
}

// drawParsed draws a schema and one that came of it, parsed.
func drawParsed(t *rapid.T, plain bool) (reader, writer avro.Use, texts string) {
	r, w := drawEvolution(t, plain)
	return parse(t, r), parse(t, w), fmt.Sprintf("reader %s\nwriter %s", r, w)
}
