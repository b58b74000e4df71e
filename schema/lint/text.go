package lint

import (
	"sort"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// lines turns offsets of a text into positions.
type lines struct {
	starts []int // offsets at which lines start
}

func newLines(text string) *lines {
	l := &lines{starts: []int{0}}
	if strings.HasPrefix(text, "\ufeff") {
		l.starts[0] = len("\ufeff")
	}
	for i := range len(text) {
		if text[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

func (l *lines) at(offset int) schema.Position {
	offset = max(offset, l.starts[0])
	line := sort.SearchInts(l.starts, offset+1)
	return schema.Position{Line: line, Column: offset - l.starts[line-1] + 1, Offset: offset}
}

// members are the places of those values in a JSON text that a tree has no positions for.
type members struct {
	values   map[member]int // offset of the value
	elements map[int][]int  // offsets of the elements of an array, by its own
}

// A member is one of an object, which begins at an offset.
type member struct {
	object int
	key    string
}

// membersOf finds the names, namespaces, aliases and symbols in a text that the parser has accepted, comments included, in one
// pass.
func membersOf(text string) *members {
	r := &jsonReader{text: text, found: &members{map[member]int{}, map[int][]int{}}}
	r.value(false)
	return r.found
}

type jsonReader struct {
	text  string
	at    int
	found *members
}

// space skips white space and comments.
func (r *jsonReader) space() {
	for r.at < len(r.text) {
		rest := r.text[r.at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			r.at++
		case strings.HasPrefix(rest, "//"):
			r.skipPast("\n")
		case strings.HasPrefix(rest, "/*"):
			r.at += len("/*")
			r.skipPast("*/")
		default:
			return
		}
	}
}

func (r *jsonReader) skipPast(end string) {
	if i := strings.Index(r.text[r.at:], end); i >= 0 {
		r.at += i + len(end)
	} else {
		r.at = len(r.text)
	}
}

// next returns the next byte that is no space, 0 at the end.
func (r *jsonReader) next() byte {
	r.space()
	if r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

// value reads a value, and keeps where its elements are if it is an array and keep is set.
func (r *jsonReader) value(keep bool) {
	switch r.next() {
	case '{':
		r.object()
	case '[':
		start := r.at
		r.at++
		for c := r.next(); c != ']' && c != 0; c = r.next() {
			if c == ',' {
				r.at++
				continue
			}
			if keep {
				r.found.elements[start] = append(r.found.elements[start], r.at)
			}
			r.value(false)
		}
		r.at = min(r.at+1, len(r.text))
	case '"':
		r.str()
	default:
		if end := strings.IndexAny(r.text[r.at:], ",]} \t\r\n/"); end > 0 {
			r.at += end
		} else {
			r.at = len(r.text)
		}
	}
}

func (r *jsonReader) object() {
	start := r.at
	r.at++
	for c := r.next(); c != '}' && c != 0; c = r.next() {
		if c != '"' {
			r.at++ // a comma or a colon
			continue
		}
		key := r.str()
		if r.next() == ':' {
			r.at++
		}
		r.space()
		keep := false
		switch key {
		case "symbols", "aliases":
			keep = true
			fallthrough
		case "name", "namespace":
			r.found.values[member{start, key}] = r.at
		}
		r.value(keep)
	}
	r.at = min(r.at+1, len(r.text))
}

// str reads a string and returns what stands between its quotes, escapes as they are.
func (r *jsonReader) str() string {
	start := r.at + 1
	for r.at = start; r.at < len(r.text) && r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			r.at++
		}
	}
	end := min(r.at, len(r.text))
	r.at = min(r.at+1, len(r.text))
	return r.text[start:end]
}
