package avro_test

import (
	"testing"

	twmb "github.com/twmb/avro"
	"pgregory.net/rapid"
)

func twmbParse(text string) (form string, err error) {
	s, err := twmb.Parse(text)
	if err != nil {
		return "", err
	}
	return string(s.Canonical()), nil
}

// TestSecondOpinion compares the parsing form of drawn schemas with that of another implementation.
func TestSecondOpinion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := parseDrawn(t, drawSchema(t).render(inOrder, ""))
		form := s.ParsingCanonicalForm()
		if got, err := twmbParse(s.Canonical()); err != nil || got != form {
			t.Fatalf("%s:\n ours %s\n twmb %s, %v", s.Canonical(), form, got, err)
		}
	})
}
