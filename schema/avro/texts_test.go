package avro_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

var update = flag.Bool("update", false, "rewrite the expected texts of the corpus")

// TestTexts compares the texts of each schema in testdata/texts with those that stand beside it.
func TestTexts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/texts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sections := strings.Split("\n"+string(text), "\n-- ")
			s := parseSections(t, sections[1:])
			for i, section := range sections[1:] {
				name, want, _ := strings.Cut(section, " --\n")
				got := want
				switch name {
				case "canonical":
					got = s.Canonical()
				case "normalized":
					got = s.Normalized()
				case "resolved":
					got = s.Format("resolved")
				case "parsing":
					got = s.ParsingCanonicalForm()
				}
				if diff := cmp.Diff(strings.TrimSuffix(want, "\n"), strings.TrimSuffix(got, "\n")); diff != "" && !*update {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
				sections[i+1] = name + " --\n" + strings.TrimSuffix(got, "\n")
			}
			if *update {
				updated := strings.TrimPrefix(strings.Join(sections, "\n-- "), "\n") + "\n"
				if err := os.WriteFile(file, []byte(updated), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// parseSections parses the section "schema" of a file of the corpus with the references before it.
func parseSections(t *testing.T, sections []string) *avro.Schema {
	t.Helper()
	var src schema.Source
	for _, section := range sections {
		name, text, _ := strings.Cut(section, " --\n")
		switch {
		case name == "schema":
			src.Text = text
		case strings.HasPrefix(name, "reference"):
			src.Dependencies = append(src.Dependencies, schema.Dependency{Reference: schema.Reference{Name: name}, Text: text})
		}
	}
	s, err := avro.Parse(t.Context(), src, schema.Options{New: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestFingerprints checks against numbers that Apache publishes with its test data.
func TestFingerprints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text  string
		rabin int64
	}{
		{`"null"`, 7195948357588979594},
		{`{"type":"boolean"}`, -6970731678124411036},
		{`"int"`, 8247732601305521295},
		{`"long"`, -3434872931120570953},
		{`"float"`, 5583340709985441680},
		{`"double"`, -8181574048448539266},
		{`"bytes"`, 5746618253357095269},
		{`"string"`, -8142146995180207161},
		{`[]`, -1241056759729112623},
		{`["int", "boolean"]`, 5392556393470105090},
		{`{"type":"record","name":"foo","namespace":"x.y","fields":[]}`, 5916914534497305771},
		{`{"type":"fixed","name":"foo","size":15}`, 1756455273707447556},
		{`{"type":"map","values":{"type":"string"}}`, -8732877298790414990},
		{`{"type":"record","name":"PigValue","fields":[{"name":"value","type":["null","int","long","PigValue"]}]}`, -1759257747318642341},
	}
	for _, tt := range tests {
		if got := int64(parse(t, tt.text).Rabin()); got != tt.rabin {
			t.Errorf("Rabin of %s = %d, want %d", tt.text, got, tt.rabin)
		}
	}
	if got, want := fmt.Sprintf("%x", parse(t, `"int"`).MD5()), "ef524ea1b91e73173d938ade36c1db32"; got != want {
		t.Errorf("MD5 of int = %s, want %s", got, want)
	}
	const want = "3f2b87a9fe7cc9b13835598c3981cd45e3e355309e5090aa0933d7becb6fba45"
	if got := fmt.Sprintf("%x", parse(t, `"int"`).SHA256()); got != want {
		t.Errorf("SHA-256 of int = %s, want %s", got, want)
	}
}
