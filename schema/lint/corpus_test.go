package lint_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/lint"
	"github.com/treatyhq/treaty/schema/protobuf"
)

var update = flag.Bool("update", false, "rewrite want in the corpus")

// A sample is a case of the corpus: a schema in the part that has its file name, the version before in old, what both refer
// to in refers/name, and what is found in want.
type sample struct {
	file, head, want string
	src              lint.Source
}

var heading = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

func readSample(t testing.TB, file string) sample {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := sample{file: file}
	s.head, s.want, _ = strings.Cut(string(b), "-- want --\n")
	var old string
	var refs []schema.Dependency
	at := heading.FindAllStringSubmatchIndex(s.head, -1)
	for i, m := range at {
		end := len(s.head)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		name, text := s.head[m[2]:m[3]], s.head[m[1]:end]
		ref, refers := strings.CutPrefix(name, "refers/")
		switch {
		case refers:
			refs = append(refs, schema.Dependency{Reference: schema.Reference{Name: ref}, Text: text})
		case name == "old":
			old = text
		default:
			s.src.File, s.src.Text = name, text
		}
	}
	s.src.Schema = parse(t, s.src.File, s.src.Text, refs...)
	if old != "" {
		s.src.Old = parse(t, s.src.File, old, refs...)
	}
	return s
}

// parse reads a text of the type that the name of its file tells.
func parse(t testing.TB, file, text string, refs ...schema.Dependency) schema.Schema {
	t.Helper()
	src := schema.Source{Text: text, Dependencies: refs}
	var s schema.Schema
	var err error
	if filepath.Ext(file) == ".avsc" {
		s, err = avro.Parse(t.Context(), src, schema.Options{New: true})
	} else {
		s, err = protobuf.Parse(t.Context(), src, schema.Options{New: true})
	}
	if err != nil {
		t.Fatalf("parse %s: %v\n%.500s", file, err, text)
	}
	return s
}

func printed(r lint.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%d:%d %s\n    %s\n", f.Line, f.Column, f.Path, f.Message)
	}
	return b.String()
}

// TestCorpus runs each case with the one rule that it is named for.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, rule := range lint.Rules {
		files, _ := filepath.Glob("testdata/" + rule.ID + "*.txtar")
		if len(files) == 0 {
			t.Errorf("rule %s has no case in testdata", rule.ID)
		}
		for _, file := range files {
			id, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txtar"), "-")
			if id != rule.ID {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				t.Parallel()
				s := readSample(t, file)
				got := printed(lint.Lint(s.src, lint.Severities{rule.ID: lint.Warning}))
				if got == "" {
					t.Errorf("%s breaks no rule", file)
				}
				if *update {
					if err := os.WriteFile(file, []byte(s.head+"-- want --\n"+got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", file, diff)
				}
				if off := lint.Lint(s.src, lint.Severities{rule.ID: lint.Off}); len(off.Findings) > 0 {
					t.Errorf("%s: the rule is off and finds %v", file, off.Findings)
				}
			})
		}
	}
}

// TestClean holds that nothing is found in schemas in which nothing is wrong, with the preset strict and all other rules that
// do not exclude one another.
func TestClean(t *testing.T) {
	t.Parallel()
	severities, err := lint.Preset("strict")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("testdata/clean/*.txtar")
	if len(files) == 0 {
		t.Fatal("there are no clean schemas")
	}
	for _, file := range files {
		s := readSample(t, file)
		for _, f := range lint.Lint(s.src, severities).Findings {
			t.Errorf("%s is clean, and has %d:%d %s %s: %s", file, f.Line, f.Column, f.Code, f.Path, f.Message)
		}
	}
}
