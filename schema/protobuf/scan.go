package protobuf

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema"
)

// maxLine is the length of a line, in bytes, from which the parser is given line breaks of our own: it counts every
// column from the start of the line, which costs a text of one long line quadratic time.
const maxLine = 512

// maxWords bounds the words of one statement: the parser's stack grows by a kilobyte or so with each of some of them.
const maxWords = 1 << 16

// A scanned text is what the parser reads: without a byte order mark, with line breaks added to long lines. It maps the
// parser's offsets back to the text that was submitted.
type scanned struct {
	path   string // import path of the file
	source string // as submitted
	text   string // for the parser
	bias   int    // bytes of the byte order mark
	breaks []int  // offsets in text of the line breaks that source does not have
}

// scan checks what must hold before the parser may see a text: it is UTF-8, it has no NUL, and brackets nest no deeper than
// the limit and statements are no longer than the parser can bear, so that neither stack nor memory can run out. Its time is
// linear.
func scan(source string, limits schema.Limits) (*scanned, *schema.Error) {
	s := &scanned{source: source}
	body := strings.TrimPrefix(source, "\ufeff")
	s.bias = len(source) - len(body)
	if len(source) > limits.Text {
		return nil, &schema.Error{Message: "The schema is larger than the limit", Limit: "text"}
	}
	if !utf8.ValidString(body) {
		return nil, s.fault(len(validPrefix(body)), "invalid UTF-8")
	}
	if i := strings.IndexByte(body, 0); i >= 0 {
		return nil, s.fault(i, "invalid control character")
	}
	r := relining{scanned: s, body: body, depth: limits.Depth}
	if err := r.run(); err != nil {
		return nil, err
	}
	return s, nil
}

func validPrefix(s string) string {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return s[:i]
			}
		}
	}
	return s
}

// skipString returns the offset of the quote that ends the string at i, or of the end of its line.
func skipString(s string, i int) int {
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case s[i]:
			return j
		case '\\':
			j++
		case '\n':
			return j - 1
		}
	}
	return len(s)
}

// skipComment returns the offset of the last byte of the comment at i, or i if there is none. A line comment ends before
// its line break.
func skipComment(s string, i int) int {
	rest := s[i+1:]
	switch {
	case strings.HasPrefix(rest, "/"):
		if n := strings.IndexByte(rest, '\n'); n >= 0 {
			return i + n
		}
		return len(s)
	case strings.HasPrefix(rest, "*"):
		if n := strings.Index(rest[1:], "*/"); n >= 0 {
			return i + n + 3
		}
		return len(s)
	}
	return i
}

// fault returns a parse error at an offset of the text behind the byte order mark.
func (s *scanned) fault(offset int, message string) *schema.Error {
	return &schema.Error{Position: s.place(offset + s.bias), Message: parsePrefix + message}
}

// offset maps an offset of the parser's text to the source.
func (s *scanned) offset(parsed int) int { return parsed - sort.SearchInts(s.breaks, parsed) + s.bias }

// place returns the position of an offset of the source.
func (s *scanned) place(offset int) schema.Position { return newPlaces(s.source).at(offset) }
