package avro_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	hamba "github.com/hamba/avro/v2"
	twmb "github.com/twmb/avro"
	"pgregory.net/rapid"
)

// hambaParse parses with a cache of its own, so that no type of another test leaks in.
func hambaParse(text string) (form string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	s, err := hamba.ParseBytesWithCache([]byte(text), "", &hamba.SchemaCache{})
	if err != nil {
		return "", err
	}
	return s.String(), nil
}

func twmbParse(text string) (form string, err error) {
	s, err := twmb.Parse(text)
	if err != nil {
		return "", err
	}
	return string(s.Canonical()), nil
}

// noNamespace matches a definition in no namespace in a parsing form.
var noNamespace = regexp.MustCompile(`"name":"\w+","type":"(record|enum|fixed)"`)

// TestSecondOpinions compares the parsing form of drawn schemas with those of two other implementations.
func TestSecondOpinions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := parseDrawn(t, drawSchema(t).render(inOrder, ""))
		form := s.ParsingCanonicalForm()
		if got, err := twmbParse(s.Canonical()); err != nil || got != form {
			t.Fatalf("%s:\n ours %s\n twmb %s, %v", s.Canonical(), form, got, err)
		}
		// It keeps logical types in the form, takes an empty namespace for none at all, and does not find a type in no
		// namespace from inside one.
		mixed := strings.Contains(s.Canonical(), `"namespace"`) && noNamespace.MatchString(form)
		if mixed || strings.Contains(s.Canonical(), `"logicalType"`) {
			return
		}
		if got, err := hambaParse(s.Canonical()); err != nil || got != form {
			t.Fatalf("%s:\n ours  %s\n hamba %s, %v", s.Canonical(), form, got, err)
		}
	})
}
