package avro

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema"
)

// A token is one JSON value, or one key, of a text. The tokens of a text stand in its order: an object is followed by
// its keys and values, an array by its items. Offsets are 32 bits wide; no text comes near 4 GiB.
type token struct {
	kind    byte   // '{', '[', '"', '0' for a number, 't', 'f' or 'n'
	escaped bool   // a string with escapes
	start   uint32 // offset of the first byte; of a string, of the first one between the quotes
	end     uint32 // offset behind the last byte; of a string, of the closing quote
	next    uint32 // index of the token behind this value and all that is in it
	n       uint32 // members of an object, items of an array
	line    uint32 // from 1
	column  uint32 // from 1, in bytes; of a string, its opening quote
}

func (t *token) position() schema.Position {
	offset := t.start
	if t.kind == '"' {
		offset--
	}
	return schema.Position{Line: int(t.line), Column: int(t.column), Offset: int(offset)}
}

// A scanner turns a JSON text into tokens in one pass. It accepts RFC 8259 and, as the reference does, comments as in C.
type scanner struct {
	ctx       context.Context
	text      string
	off       int
	line      int
	lineStart int // offset of the first byte of the line
	depth     int // how many more levels of nesting are allowed
	maxDepth  int
	tokens    []token
}

// checkEvery is how many tokens or steps of work lie between two looks at the context's deadline.
const checkEvery = 1 << 12

// scan appends the tokens of a text to tokens. Refused: anything that is no JSON, a duplicate key, invalid UTF-8, a byte
// order mark, anything behind the value, more than depth levels of nesting.
func scan(ctx context.Context, text string, depth int, tokens []token) ([]token, error) {
	s := scanner{ctx: ctx, text: text, line: 1, depth: depth, maxDepth: depth, tokens: tokens}
	if strings.HasPrefix(text, "\ufeff") {
		return tokens, s.failAt(0, "the text begins with a byte order mark (U+FEFF): save it without one")
	}
	if !utf8.ValidString(text) {
		return tokens, s.invalidUTF8()
	}
	if err := s.space(); err != nil {
		return s.tokens, err
	}
	if s.off == len(text) {
		return s.tokens, s.fail("the text is empty where a schema is expected")
	}
	if err := s.value(); err != nil {
		return s.tokens, err
	}
	if err := s.space(); err != nil {
		return s.tokens, err
	}
	if s.off < len(text) {
		return s.tokens, s.fail("%s follows the end of the schema", s.found())
	}
	return s.tokens, nil
}

func (s *scanner) invalidUTF8() error {
	for i, r := range s.text {
		if r == utf8.RuneError && !strings.HasPrefix(s.text[i:], "\ufffd") {
			s.line += strings.Count(s.text[:i], "\n")
			s.lineStart = strings.LastIndexByte(s.text[:i], '\n') + 1
			return s.failAt(i, fmt.Sprintf("byte 0x%02x is not UTF-8", s.text[i]))
		}
	}
	return s.fail("the text is not UTF-8")
}

func (s *scanner) fail(format string, args ...any) error {
	return s.failAt(s.off, fmt.Sprintf(format, args...))
}

// failAt is an error at an offset of the current line.
func (s *scanner) failAt(off int, message string) error {
	return &schema.Error{
		Position: schema.Position{Line: s.line, Column: off - s.lineStart + 1, Offset: off},
		Message:  message,
	}
}

// found names what stands at the current offset.
func (s *scanner) found() string {
	if s.off >= len(s.text) {
		return "the end of the text"
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.off:])
	if r == '"' {
		return "a string"
	}
	if r < ' ' || r == 0x7f {
		return fmt.Sprintf("the control character U+%04X", r)
	}
	return fmt.Sprintf("%q", r)
}

// push appends a token that begins at the current offset and returns its index.
func (s *scanner) push(kind byte) (int, error) {
	i := len(s.tokens)
	if i&(checkEvery-1) == checkEvery-1 {
		if err := deadline(s.ctx); err != nil {
			return 0, err
		}
	}
	s.tokens = append(s.tokens, token{
		kind: kind, start: uint32(s.off), line: uint32(s.line), column: uint32(s.off - s.lineStart + 1),
	})
	return i, nil
}

// deadline returns an error once the context has ended.
func deadline(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &schema.Error{Message: "the schema takes too long to read", Limit: "work", Err: err}
	}
	return nil
}

// space skips white space and comments.
func (s *scanner) space() error {
	for s.off < len(s.text) {
		switch s.text[s.off] {
		case ' ', '\t', '\r':
			s.off++
		case '\n':
			s.off++
			s.newline()
		case '/':
			if err := s.comment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (s *scanner) newline() {
	s.line++
	s.lineStart = s.off
}

func (s *scanner) comment() error {
	rest := s.text[s.off:]
	switch {
	case strings.HasPrefix(rest, "//"):
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			s.off += i
		} else {
			s.off = len(s.text)
		}
		return nil
	case strings.HasPrefix(rest, "/*"):
		i := strings.Index(rest[2:], "*/")
		if i < 0 {
			return s.fail("the comment has no end")
		}
		end := s.off + 2 + i + 2
		for s.off < end {
			s.off++
			if s.text[s.off-1] == '\n' {
				s.newline()
			}
		}
		return nil
	default:
		return s.fail("%s is not JSON", s.found())
	}
}

// value scans the value at the current offset, which is no white space.
func (s *scanner) value() error {
	if s.off == len(s.text) {
		return s.fail("the text ends where a value is expected")
	}
	switch c := s.text[s.off]; c {
	case '"':
		return s.str()
	case '{':
		return s.nested(c, (*scanner).members)
	case '[':
		return s.nested(c, (*scanner).items)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return s.number()
	default:
		return s.fail("%s stands where a JSON value is expected", s.found())
	}
}

// nested scans an object or an array, whose content rest scans and counts.
func (s *scanner) nested(kind byte, rest func(s *scanner, self int) (int, error)) error {
	if s.depth == 0 {
		err := s.fail("the schema is nested deeper than %d levels", s.maxDepth).(*schema.Error)
		err.Limit = "depth"
		return err
	}
	self, err := s.push(kind)
	if err != nil {
		return err
	}
	s.depth--
	s.off++
	n, err := rest(s, self)
	if err != nil {
		return err
	}
	s.depth++
	t := &s.tokens[self]
	t.n, t.end, t.next = uint32(n), uint32(s.off), uint32(len(s.tokens))
	return nil
}

func (s *scanner) items(int) (int, error) {
	if done, err := s.closes(']'); done || err != nil {
		return 0, err
	}
	for n := 1; ; n++ {
		if err := s.value(); err != nil {
			return 0, err
		}
		if done, err := s.more(']'); done || err != nil {
			return n, err
		}
	}
}

func (s *scanner) members(self int) (int, error) {
	if done, err := s.closes('}'); done || err != nil {
		return 0, err
	}
	for n := 1; ; n++ {
		if err := s.member(); err != nil {
			return 0, err
		}
		done, err := s.more('}')
		if err != nil {
			return 0, err
		}
		if done {
			return n, s.distinct(self, n)
		}
	}
}

func (s *scanner) member() error {
	if s.off == len(s.text) || s.text[s.off] != '"' {
		return s.fail("%s stands where a key in double quotes is expected", s.found())
	}
	if err := s.str(); err != nil {
		return err
	}
	if err := s.space(); err != nil {
		return err
	}
	if s.off == len(s.text) || s.text[s.off] != ':' {
		return s.fail("%s stands where a colon is expected", s.found())
	}
	s.off++
	if err := s.space(); err != nil {
		return err
	}
	return s.value()
}

// closes skips white space and reports whether the closing bracket follows, which it skips too.
func (s *scanner) closes(bracket byte) (bool, error) {
	if err := s.space(); err != nil {
		return false, err
	}
	if s.off < len(s.text) && s.text[s.off] == bracket {
		s.off++
		return true, nil
	}
	return false, nil
}

// more skips a comma and reports false, or the closing bracket and reports true.
func (s *scanner) more(bracket byte) (bool, error) {
	done, err := s.closes(bracket)
	if done || err != nil {
		return done, err
	}
	if s.off == len(s.text) || s.text[s.off] != ',' {
		return false, s.fail("%s stands where a comma or '%c' is expected", s.found(), bracket)
	}
	s.off++
	return false, s.space()
}
