package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// RunDiffs checks every case in dir: what has changed between its two schemas.
func RunDiffs(t *testing.T, dir string, parse func(testing.TB, string, ...schema.Dependency) schema.Schema, differ compat.Differ) {
	for _, file := range files(t, dir) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			head, want := split(string(b))
			parts := partsOf(head)
			got := PrintDiff(differ.Diff(parts.side(t, "old", parse), parts.side(t, "new", parse)))
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

// PrintDiff shows the verdicts, then each change with its effects, places and values.
func PrintDiff(d compat.Diff) string {
	var b strings.Builder
	fmt.Fprintf(&b, "backward: %s\nforward: %s\n", verdict(d.Backward), verdict(d.Forward))
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "%s %s at %s (old %s, new %s)\n", c.What, c.Kind, c.Path, place(c.OldAt), place(c.NewAt))
		fmt.Fprintf(&b, "  backward %s, forward %s %s\n", c.Backward, c.Forward, c.Codes)
		if c.Old != nil {
			fmt.Fprintf(&b, "  - %s\n", c.Old)
		}
		if c.New != nil {
			fmt.Fprintf(&b, "  + %s\n", c.New)
		}
		fmt.Fprintf(&b, "  %s\n", c.Message)
	}
	return b.String()
}

func verdict(compatible bool) string {
	if compatible {
		return "compatible"
	}
	return "refused"
}
