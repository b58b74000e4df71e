// Package corpus runs the cases of a checker that are kept as text: an old and a new schema, and what is found between
// them. Only tests import it.
//
// A case is a txtar file with the parts old, new and want; what they refer to stands in old/name and new/name. Above
// the first part there is room for a sentence on why the case is as it is. The flag -update rewrites want.
package corpus

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

var update = flag.Bool("update", false, "rewrite want in the corpus")

// Run checks every case in dir in both directions. parse reads a text with what it refers to.
func Run(t *testing.T, dir string, parse func(testing.TB, string, ...schema.Dependency) schema.Schema, check compat.Checker) {
	for _, file := range files(t, dir) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, want := split(string(b))
			parts := partsOf(head)
			old, latest := parts.side(t, "old", parse), parts.side(t, "new", parse)
			got := "backward: " + Print(check(latest, old, compat.NewReadsOld)) +
				"forward: " + Print(check(old, latest, compat.OldReadsNew))
			if *update {
				if err := os.WriteFile(file, []byte(head+"-- want --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// A Case is one case, read.
type Case struct {
	Name     string
	Old, New schema.Schema
	Text     string              // of New
	Refs     []schema.Dependency // of New
}

// Cases reads every case in dir.
func Cases(t testing.TB, dir string, parse func(testing.TB, string, ...schema.Dependency) schema.Schema) []Case {
	t.Helper()
	var cases []Case
	for _, file := range files(t, dir) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, _ := split(string(b))
		parts := partsOf(head)
		text, refs := parts.texts("new")
		cases = append(cases, Case{
			Name: strings.TrimSuffix(filepath.Base(file), ".txtar"), Text: text, Refs: refs,
			Old: parts.side(t, "old", parse), New: parse(t, text, refs...),
		})
	}
	return cases
}

// Rules checks that every rule says what it is for, and has a case in dir.
func Rules(t *testing.T, dir string, rules []compat.Rule) {
	var all bytes.Buffer
	for _, file := range files(t, dir) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	seen := map[string]bool{}
	for _, r := range rules {
		if seen[r.ID] || r.Purpose == "" || r.DropIn == (r.Policy != "") {
			t.Errorf("%+v stands twice, has no purpose, or is not exactly one of drop-in and policy", r)
		}
		seen[r.ID] = true
		if !strings.Contains(all.String(), fmt.Sprintf(" %s %s at ", r.Severity(), r.ID)) {
			t.Errorf("rule %s has no case in %s", r.ID, dir)
		}
	}
}

func files(t testing.TB, dir string) []string {
	list, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no corpus in %s: %v", dir, err)
	}
	return list
}

var heading = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

func split(text string) (head, want string) {
	head, want, _ = strings.Cut(text, "-- want --\n")
	return head, want
}

// A part is one named text of a case.
type part struct{ name, text string }

type parts []part

func partsOf(text string) parts {
	var list parts
	at := heading.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		list = append(list, part{text[m[2]:m[3]], text[m[1]:end]})
	}
	return list
}

// side parses the part called name with those below it.
func (p parts) side(t testing.TB, name string, parse func(testing.TB, string, ...schema.Dependency) schema.Schema) schema.Schema {
	text, refs := p.texts(name)
	return parse(t, text, refs...)
}

// texts returns the part called name and those below it, in their order.
func (p parts) texts(name string) (text string, refs []schema.Dependency) {
	for _, f := range p {
		if f.name == name {
			text = f.text
		}
		if ref, ok := strings.CutPrefix(f.name, name+"/"); ok {
			refs = append(refs, schema.Dependency{Reference: schema.Reference{Name: ref, Version: 1}, Text: f.text})
		}
	}
	return text, refs
}

// Print shows a comparison: the verdict, the reference's list, and the findings with the reader's and writer's places.
func Print(c compat.Comparison) string {
	var b strings.Builder
	if len(c.DropIn) == 0 {
		b.WriteString("compatible\n")
	} else {
		b.WriteString("refused\n")
	}
	for _, line := range c.DropIn {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	for _, f := range c.Findings {
		breaks := ""
		if !f.Wire {
			breaks = ", no byte"
		}
		fmt.Fprintf(&b, "  %s %s at %s (reader %s, writer %s%s)\n    %s\n",
			f.Severity, f.Code, f.Path, place(f.Reader), place(f.Writer), breaks, f.Message)
	}
	return b.String()
}

func place(l compat.Location) string {
	s := fmt.Sprintf("%d:%d", l.Line, l.Column)
	if l.Pointer != "" {
		s = l.Pointer + " " + s
	}
	if l.Reference != "" {
		s += " in " + l.Reference
	}
	return s
}
