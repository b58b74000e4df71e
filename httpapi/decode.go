package httpapi

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/registry"
)

// maxNesting bounds how deep a request body may nest.
const maxNesting = 1000

// A decoder reads one JSON text in a single pass, straight into what the caller makes of it. It is stricter than
// encoding/json where that would hide a mistake: a name is matched exactly, a name that stands twice in one object is an
// error at any depth, and nothing may follow the text. It is as lenient as the reference where clients rely on it: null
// stands for an absent value, unknown members are read and dropped, and a number or a boolean may be quoted.
//
// The first mistake stays in err; every later call returns a zero value, so that callers need no error of their own.
type decoder struct {
	text []byte
	at   int
	path []step   // where the value to be read stands
	keys [][]byte // names met so far in the objects that are open, the innermost last
	err  error

	until  int           // where the value must have ended that is bounded; 0 if none is being read
	depth  int           // the length of its path
	beyond registry.Code // the refusal if it has not
}

// A step is one member name, or one index where name is nil.
type step struct {
	name  []byte
	index int
}

// decode reads body with read. A text that is not JSON, or not of the shape that read asks for, is a 400 that names
// the place; an empty body, or null, is a 422.
func decode[T any](body []byte, read func(*decoder) T) (T, error) {
	var none T
	if !utf8.Valid(body) {
		return none, refuse(http.StatusBadRequest, "The request body is not UTF-8")
	}
	d := decoder{text: body}
	d.space()
	if d.at == len(body) || d.null() && d.end() {
		return none, refuse(http.StatusUnprocessableEntity, "The request body is missing")
	}
	value := read(&d)
	if d.err == nil && !d.end() {
		d.syntax("the end of the text")
	}
	if d.err != nil {
		return none, d.err
	}
	return value, nil
}

// object reads an object and calls member for every name in it; member reads the value. For null it calls nothing.
func (d *decoder) object(member func(name string)) {
	d.members(func(name []byte) { member(string(name)) })
}

// members is object for names that need not be kept.
func (d *decoder) members(member func(name []byte)) {
	if d.null() || !d.open('{', "an object") {
		return
	}
	first, place := len(d.keys), len(d.path)
	d.path = append(d.path, step{})
	var seen keySet
	for more := d.more('}', true); more; more = d.more('}', false) {
		name := d.name()
		if d.err != nil {
			return
		}
		if seen.add(name, d.keys[first:]) {
			d.fail("The member %q stands twice", name)
			return
		}
		d.keys = append(d.keys, name)
		d.path[place] = step{name: name}
		d.expect(':')
		d.value(func() { member(name) })
	}
	d.keys, d.path = d.keys[:first], d.path[:place]
}

// list reads an array and calls item for every element; item reads it. For null it calls nothing.
func (d *decoder) list(item func()) {
	if d.null() || !d.open('[', "an array") {
		return
	}
	place := len(d.path)
	d.path = append(d.path, step{})
	for more := d.more(']', true); more; more = d.more(']', false) {
		d.value(item)
		d.path[place].index++
	}
	d.path = d.path[:place]
}

// value reads one value with read.
func (d *decoder) value(read func()) {
	d.space()
	if d.err == nil {
		read()
	}
}

// open enters an object or an array.
func (d *decoder) open(bracket byte, kind string) bool {
	switch {
	case d.err != nil:
	case d.peek() != bracket:
		d.mismatch(kind)
	case len(d.path) == maxNesting:
		d.err = refuse(http.StatusBadRequest, fmt.Sprintf("The request body nests deeper than %d levels", maxNesting))
	default:
		d.at++
		return true
	}
	return false
}

// more steps to the next element of an object or array, over the comma before it, or over the closing bracket.
func (d *decoder) more(closing byte, first bool) bool {
	d.space()
	d.bound()
	switch {
	case d.err != nil:
		return false
	case d.peek() == closing:
		d.at++
		return false
	case !first:
		d.expect(',')
		d.space()
	}
	return d.err == nil
}

func (d *decoder) name() []byte {
	if d.peek() != '"' {
		d.syntax("a member name")
		return nil
	}
	name, _ := d.unquoted(nil)
	return name
}

// expect steps over one punctuation mark.
func (d *decoder) expect(mark byte) {
	d.space()
	if d.err != nil {
		return
	}
	if d.peek() != mark {
		d.syntax(strconv.QuoteRune(rune(mark)))
		return
	}
	d.at++
}

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// end reports whether nothing but white space is left.
func (d *decoder) end() bool {
	d.space()
	return d.at == len(d.text)
}

// peek returns the next byte, 0 at the end.
func (d *decoder) peek() byte {
	if d.at == len(d.text) {
		return 0
	}
	return d.text[d.at]
}

// null steps over a null and reports whether there was one.
func (d *decoder) null() bool { return d.err == nil && d.literal("null") }

func (d *decoder) literal(word string) bool {
	if !bytes.HasPrefix(d.text[d.at:], []byte(word)) {
		return false
	}
	d.at += len(word)
	return true
}

// syntax records that the text is no JSON, with line and column.
func (d *decoder) syntax(want string) {
	before := d.text[:d.at]
	line := bytes.Count(before, []byte("\n")) + 1
	column := d.at - bytes.LastIndexByte(before, '\n')
	found := "the end of the text"
	if r, _ := utf8.DecodeRune(d.text[d.at:]); d.at < len(d.text) {
		found = strconv.QuoteRune(r)
	}
	d.fail("The request body is not JSON: line %d, column %d: expected %s, found %s", line, column, want, found)
}

// mismatch records that the value at hand is of another kind than the member asks for. The value must be JSON still.
func (d *decoder) mismatch(want string) {
	found := d.kind()
	if d.skip(); d.err == nil {
		d.fail("%s must be %s, not %s", d.place(), want, found)
	}
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = refuse(http.StatusBadRequest, fmt.Sprintf(format, args...))
	}
}

// kind names the kind of the value at hand.
func (d *decoder) kind() string {
	switch d.peek() {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	}
	return "a number"
}

// place prints the path as "references[0].version", or "The request body" at the top.
func (d *decoder) place() string { return placeOf(d.path) }

func placeOf(path []step) string {
	if len(path) == 0 {
		return "The request body"
	}
	var b strings.Builder
	for _, s := range path {
		switch {
		case s.name == nil:
			fmt.Fprintf(&b, "[%d]", s.index)
		case b.Len() > 0:
			b.WriteByte('.')
			b.Write(s.name)
		default:
			b.Write(s.name)
		}
	}
	return b.String()
}
