package examples

import (
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryFileIsInTheManifest(t *testing.T) {
	t.Parallel()
	contracts, err := Contracts()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"manifest.json": true}
	for _, c := range contracts {
		for _, v := range append(c.Versions, c.Breaking...) {
			listed[v.File] = true
		}
		for _, m := range append(c.Good, c.Bad...) {
			listed[m.File] = true
		}
	}
	found := map[string]bool{}
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found[path] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(found, listed); diff != "" {
		t.Errorf("files (-found +listed):\n%s", diff)
	}
}

func TestContractsComeAfterWhatTheyReferTo(t *testing.T) {
	t.Parallel()
	contracts, err := Contracts()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, c := range contracts {
		for _, v := range c.Versions {
			for _, ref := range v.References {
				if seen[ref.Subject] < ref.Version {
					t.Errorf("%s refers to %s version %d, which comes later or not at all", c.Subject, ref.Subject, ref.Version)
				}
			}
			seen[c.Subject]++
		}
		if len(c.Good) == 0 || len(c.Bad) == 0 {
			t.Errorf("%s has %d good and %d bad messages, want some of each", c.Subject, len(c.Good), len(c.Bad))
		}
		for _, m := range append(c.Good, c.Bad...) {
			if !json.Valid(m.JSON) {
				t.Errorf("%s is not JSON", m.File)
			}
		}
	}
}
