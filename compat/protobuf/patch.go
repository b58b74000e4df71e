package protobuf

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/compat"
)

// A splice replaces a part of a text.
type splice struct {
	start, end int
	with       string
}

const byteOrderMark = "\ufeff"

// patchOf returns splices of one text as edits, the last first: so the place of each is right in the text as it was and in
// what the edits before it have made. False are splices that overlap.
func patchOf(text string, splices []splice) ([]compat.Edit, bool) {
	sorted := slices.Clone(splices)
	slices.SortStableFunc(sorted, func(a, b splice) int { return a.start - b.start })
	var edits []compat.Edit
	for i, s := range sorted {
		if i > 0 && s.start < sorted[i-1].end {
			return nil, false
		}
		var at compat.Range
		at.Line, at.Column = lineColumn(text, s.start)
		at.EndLine, at.EndColumn = lineColumn(text, s.end)
		edits = append(edits, compat.Edit{Op: "replace", Range: &at, Value: compat.JSON(s.with)})
	}
	slices.Reverse(edits)
	return edits, len(edits) > 0
}

// lineColumn returns the line and column of an offset. A byte order mark has no column.
func lineColumn(text string, offset int) (line, column int) {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	if start == 0 && strings.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	return 1 + strings.Count(text[:offset], "\n"), max(1, offset-start+1)
}

var errNoPlace = errors.New("there is no such place in the text")

// offsetOf returns the offset of a line and column; one behind the end of its line is an error.
func offsetOf(text string, line, column int) (int, error) {
	start := 0
	for range line - 1 {
		i := strings.IndexByte(text[start:], '\n')
		if i < 0 {
			return 0, errNoPlace
		}
		start += i + 1
	}
	if line == 1 && strings.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	end := len(text)
	if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
		end = start + i
	}
	if line < 1 || column < 1 || start+column-1 > end {
		return 0, errNoPlace
	}
	return start + column - 1, nil
}

// apply makes edits in a text one after the other.
func apply(text string, edits []compat.Edit) (string, error) {
	for _, e := range edits {
		if e.Range == nil || e.Op != "replace" {
			return "", fmt.Errorf("%s %s: no edit of a text", e.Op, e.Path)
		}
		start, err := offsetOf(text, e.Line, e.Column)
		if err != nil {
			return "", fmt.Errorf("replace from %d:%d: %w", e.Line, e.Column, err)
		}
		end, err := offsetOf(text, e.EndLine, e.EndColumn)
		if err != nil || end < start {
			return "", fmt.Errorf("replace to %d:%d: %w", e.EndLine, e.EndColumn, errNoPlace)
		}
		var with string
		if err := json.Unmarshal(e.Value, &with); err != nil {
			return "", fmt.Errorf("replace with %s: %w", e.Value, err)
		}
		text = text[:start] + with + text[end:]
	}
	return text, nil
}
