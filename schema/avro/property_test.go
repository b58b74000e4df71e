package avro_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

func parseDrawn(t *rapid.T, text string) *avro.Schema {
	s, err := avro.Parse(context.Background(), source(text), schema.Options{New: true})
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return s
}

func TestTextsAreFixedPoints(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkFixedPoints(t, parseDrawn(t, drawSchema(t).render(inOrder, "")), true)
	})
}

// TestNormalizedForgetsOrder shuffles the members of all objects and moves the text apart.
func TestNormalizedForgetsOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawSchema(t)
		a := parseDrawn(t, drawn.render(inOrder, ""))
		b := parseDrawn(t, drawn.render(shuffled(t), "\r\n\t /* c */ "))
		if a.Normalized() != b.Normalized() {
			t.Fatalf("normalized differ:\n%s\n%s", a.Normalized(), b.Normalized())
		}
		if a.ParsingCanonicalForm() != b.ParsingCanonicalForm() {
			t.Fatalf("parsing forms differ:\n%s\n%s", a.ParsingCanonicalForm(), b.ParsingCanonicalForm())
		}
		if !a.Equivalent(b) {
			t.Fatalf("not equivalent:\n%s\n%s", a.Canonical(), b.Canonical())
		}
	})
}
