package protobuf

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
)

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	edit := func(line, column, endLine, endColumn int) compat.Edit {
		return compat.Edit{Op: "replace", Range: &compat.Range{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}, Value: compat.JSON("x")}
	}
	tests := []struct {
		name string
		edit compat.Edit
	}{
		{"a JSON patch", compat.Edit{Op: "replace", Path: "/a", Value: compat.JSON("x")}},
		{"another operation", compat.Edit{Op: "remove", Range: &compat.Range{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}}},
		{"no line", edit(0, 1, 1, 1)},
		{"no column", edit(1, 0, 1, 1)},
		{"beyond the line", edit(1, 1, 1, 5)},
		{"beyond the text", edit(1, 1, 3, 1)},
		{"backwards", edit(1, 2, 1, 1)},
		{"no string", compat.Edit{Op: "replace", Range: &compat.Range{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}, Value: compat.JSON(1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, err := apply("abc\nd", []compat.Edit{tt.edit}); err == nil {
				t.Errorf("gives %q", got)
			}
		})
	}
}

// TestPatches holds that splices do the same when they are written as edits.
func TestPatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab\r\né"))).Draw(t, "text")
		if rapid.Bool().Draw(t, "mark") {
			text = byteOrderMark + text
		}
		first := 0
		if len(text) >= len(byteOrderMark) && text[:len(byteOrderMark)] == byteOrderMark {
			first = len(byteOrderMark)
		}
		var splices []splice
		want, at := text[:first], first
		for at < len(text) {
			start := rapid.IntRange(at, len(text)).Draw(t, "start")
			end := rapid.IntRange(start, len(text)).Draw(t, "end")
			with := rapid.SampledFrom([]string{"", "x", "\n", "y\nz"}).Draw(t, "with")
			splices = append(splices, splice{start, end, with})
			want, at = want+text[at:start]+with, end
			if rapid.Bool().Draw(t, "enough") {
				break
			}
		}
		want += text[at:]
		edits, ok := patchOf(text, splices)
		if ok != (len(splices) > 0) {
			t.Fatalf("%q %v: %v", text, splices, edits)
		}
		got, err := apply(text, edits)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q %v as %s: %v (-want +got):\n%s", text, splices, compat.JSON(edits), err, diff)
		}
	})
}
