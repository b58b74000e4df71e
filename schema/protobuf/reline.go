package protobuf

import (
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A relining goes over a text once, outside strings and comments. It breaks long lines and finds what exceeds the limits.
type relining struct {
	*scanned
	body  string
	depth int // brackets that may be open

	out          strings.Builder
	copied, line int  // offsets: what is in out, where the line starts
	open         int  // brackets that are open
	literal      int  // value of open at which the literal of an option began, 0 outside
	words        int  // words of the statement so far
	word         bool // the last byte was part of a word
	last         byte // the last byte that was no space
}

// run sets the text for the parser.
func (r *relining) run() *schema.Error {
	for i := 0; i < len(r.body); i++ {
		c := r.body[i]
		start := i
		switch c {
		case '"', '\'':
			i = skipString(r.body, i)
			r.words++
		case '/':
			i = skipComment(r.body, i)
		default:
			r.bracket(c)
		}
		r.count(c)
		if r.open > r.depth {
			return r.exceeded(start, "depth", fmt.Sprintf("brackets are nested deeper than the limit of %d", r.depth))
		}
		if r.words > maxWords {
			return r.exceeded(start, "statement", fmt.Sprintf("a statement is longer than the limit of %d words", maxWords))
		}
		r.breakLine(i, c)
	}
	if r.text = r.body; len(r.breaks) > 0 {
		r.out.WriteString(r.body[r.copied:])
		r.text = r.out.String()
	}
	return nil
}

func (r *relining) exceeded(offset int, limit, message string) *schema.Error {
	err := r.fault(offset, message)
	err.Limit = limit
	return err
}

// bracket counts brackets and ends statements. Braces and semicolons inside the literal of an option end none.
func (r *relining) bracket(c byte) {
	switch c {
	case '{', '[', '(', '<':
		r.open++
		if c == '{' && r.literal == 0 && r.last == '=' {
			r.literal = r.open
		}
	case '}', ']', ')', '>':
		r.open = max(r.open-1, 0)
		if r.open < r.literal {
			r.literal = 0
		}
	}
	if r.literal == 0 && (c == '{' || c == '}' || c == ';') {
		r.words = 0
	}
}

func (r *relining) count(c byte) {
	word := c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	if c == '.' || word && !r.word {
		r.words++
	}
	r.word = word
	if c > ' ' {
		r.last = c
	}
}

// breakLine ends the line behind the byte at i if it is long enough and can end there.
func (r *relining) breakLine(i int, c byte) {
	switch {
	case c == '\n':
		r.line = i + 1
	case i < len(r.body) && i-r.line > maxLine && strings.IndexByte("{};,", c) >= 0:
		r.out.WriteString(r.body[r.copied : i+1])
		r.breaks = append(r.breaks, r.out.Len())
		r.out.WriteByte('\n')
		r.copied, r.line = i+1, i+1
	}
}
