package protobuf

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite what the corpus wants")

// A corpusCase is one archive: in.proto, files to import under their paths, and what is wanted of in.proto: its canonical
// text, its normal form, and the canonical text of its serialized descriptor.
type corpusCase struct {
	path  string
	about string
	files []archived
	in    string
	deps  []string
}

// An archived is a file of a txtar archive.
type archived struct{ name, text string }

var marker = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// unpack reads a txtar archive.
func unpack(archive string) (about string, files []archived) {
	at := marker.FindAllStringSubmatchIndex(archive, -1)
	about = archive[:at[0][0]]
	for i, m := range at {
		end := len(archive)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		files = append(files, archived{archive[m[2]:m[3]], archive[m[1]:end]})
	}
	return about, files
}

func (c *corpusCase) pack() []byte {
	var b strings.Builder
	b.WriteString(c.about)
	for _, f := range c.files {
		b.WriteString("-- " + f.name + " --\n" + f.text)
	}
	return []byte(b.String())
}

func corpus(t testing.TB) []corpusCase {
	t.Helper()
	paths, err := filepath.Glob("testdata/canonical/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var out []corpusCase
	for _, path := range paths {
		archive, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := corpusCase{path: path}
		c.about, c.files = unpack(string(archive))
		for _, f := range c.files {
			switch {
			case f.name == "in.proto":
				c.in = f.text
			case !strings.HasSuffix(f.name, ".want"):
				c.deps = append(c.deps, f.name, f.text)
			}
		}
		out = append(out, c)
	}
	return out
}

// want compares got with a file of the archive, or replaces it there.
func (c *corpusCase) want(t *testing.T, name, got string) {
	t.Helper()
	for i, f := range c.files {
		if f.name != name {
			continue
		}
		if *update {
			c.files[i].text = got
		} else if d := cmp.Diff(f.text, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		return
	}
	if !*update {
		t.Errorf("%s is missing", name)
	}
	c.files = append(c.files, archived{name, got})
}

func TestCanonical(t *testing.T) {
	for _, c := range corpus(t) {
		t.Run(strings.TrimSuffix(filepath.Base(c.path), ".txtar"), func(t *testing.T) {
			s := parse(t, c.in, c.deps...)
			d := parse(t, s.Format("serialized"), c.deps...)
			c.want(t, "canonical.want", s.Canonical())
			c.want(t, "normal.want", s.Normalized())
			c.want(t, "descriptor.want", d.Canonical())
			if *update {
				if err := os.WriteFile(c.path, c.pack(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			checkLaws(t, s, d, c.deps)
		})
	}
}

// checkLaws checks what holds for every schema s and its descriptor d.
func checkLaws(t interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}, s, d *Schema, deps []string) {
	t.Helper()
	again := func(text string) *Schema {
		got, err := tryParse(text, deps...)
		if err != nil {
			t.Fatalf("parse again: %v\n%s", err, text)
		}
		return got
	}
	c := again(s.Canonical())
	if diff := cmp.Diff(s.Canonical(), c.Canonical()); diff != "" {
		t.Errorf("the canonical text is no fixed point (-once +twice):\n%s", diff)
	}
	if diff := cmp.Diff(s.Format("serialized"), c.Format("serialized")); diff != "" {
		t.Errorf("the canonical text has another descriptor")
	}
	n := again(s.Normalized())
	if diff := cmp.Diff(s.Normalized(), n.Normalized()); diff != "" {
		t.Errorf("the normal form is no fixed point (-once +twice):\n%s", diff)
	}
	if diff := cmp.Diff(d.Canonical(), again(d.Canonical()).Canonical()); diff != "" {
		t.Errorf("the descriptor's text is no fixed point (-once +twice):\n%s", diff)
	}
	if !s.Equivalent(d) || !d.Equivalent(s) {
		t.Errorf("not equivalent to its descriptor (-text +descriptor):\n%s", cmp.Diff(s.inlined(), d.inlined()))
	}
	if s.Decoded() || !d.Decoded() {
		t.Errorf("Decoded() = %t of the text, %t of the descriptor", s.Decoded(), d.Decoded())
	}
	for name, spelled := range map[string]*Schema{"text": s, "descriptor": d} {
		if diff := cmp.Diff(d.Canonical(), spelled.Respelled()); diff != "" {
			t.Errorf("the %s is respelled otherwise than its descriptor (-descriptor +respelled):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(s.Normalized(), d.Normalized()); diff != "" && !strings.Contains(s.Canonical(), "json_name") {
		t.Errorf("normal forms differ (-text +descriptor):\n%s", diff)
	}
	again(s.Format("ignore_extensions"))
}

func corpusTexts(t testing.TB) []string {
	var out []string
	for _, c := range corpus(t) {
		for _, f := range c.files {
			out = append(out, f.text)
		}
	}
	return out
}
