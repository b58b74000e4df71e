package httpapi

import (
	"encoding/hex"
	"math"
	"strconv"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string; null is the empty one.
func (d *decoder) str() string {
	switch {
	case d.null() || d.err != nil:
		return ""
	case d.peek() != '"':
		d.mismatch("a string")
		return ""
	}
	return d.quoted()
}

// integer reads a number of 32 bits, quoted or not; null is unset.
func (d *decoder) integer(unset int) int {
	if d.null() || d.err != nil {
		return unset
	}
	start := d.at
	digits := d.scalar("an integer")
	if d.err != nil {
		return unset
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < math.MinInt32 || n > math.MaxInt32 {
		d.at = start
		d.fail("%s must be an integer of 32 bits, not %s", d.place(), strconv.Quote(digits))
	}
	return int(n)
}

// boolean reads a boolean, quoted or not; null is false.
func (d *decoder) boolean() bool {
	switch {
	case d.null() || d.err != nil:
		return false
	case d.literal("true") || d.literal(`"true"`):
		return true
	case d.literal("false") || d.literal(`"false"`):
		return false
	}
	d.mismatch("a boolean")
	return false
}

// scalar returns the text of a number, or of a string that should hold one.
func (d *decoder) scalar(want string) string {
	c := d.peek()
	switch {
	case c == '"':
		return d.quoted()
	case c == '-' || c >= '0' && c <= '9':
		start := d.at
		d.number()
		return string(d.text[start:d.at])
	}
	d.mismatch(want)
	return ""
}

// skip reads one value of any kind and drops it; names that stand twice are errors here too.
func (d *decoder) skip() {
	d.space()
	if d.err != nil {
		return
	}
	switch c := d.peek(); {
	case c == '{':
		d.members(func([]byte) { d.skip() })
	case c == '[':
		d.list(d.skip)
	case c == '"':
		d.quoted()
	case c == '-' || c >= '0' && c <= '9':
		d.number()
	case d.literal("null") || d.literal("true") || d.literal("false"):
	default:
		d.syntax("a value")
	}
}

// number steps over a number by the grammar of RFC 8259, section 6.
func (d *decoder) number() {
	if d.peek() == '-' {
		d.at++
	}
	if d.peek() == '0' {
		d.at++
	} else {
		d.digits()
	}
	if d.peek() == '.' {
		d.at++
		d.digits()
	}
	if c := d.peek(); c == 'e' || c == 'E' {
		d.at++
		if c := d.peek(); c == '+' || c == '-' {
			d.at++
		}
		d.digits()
	}
}

func (d *decoder) digits() {
	start := d.at
	for c := d.peek(); c >= '0' && c <= '9'; c = d.peek() {
		d.at++
	}
	if d.at == start {
		d.syntax("a digit")
	}
}

// quoted reads a string from its opening quote to its closing one.
func (d *decoder) quoted() string {
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	text, escaped := d.unquoted((*scratch)[:0])
	if escaped && cap(text) <= maxPooled {
		*scratch = text
	}
	return string(text)
}

// scratches hold strings that are being unescaped.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

// unquoted reads a string as quoted does. What it returns is appended to out if the string has an escape, else it aliases
// the text. It goes over the string once: in most schemas every few bytes are an escape.
func (d *decoder) unquoted(out []byte) (text []byte, escaped bool) {
	d.at++
	text = d.ordinary()
	for d.peek() == '\\' && d.err == nil {
		if !escaped {
			text, escaped = append(out, text...), true
		}
		d.at++
		if plain := plains[d.peek()]; plain != 0 {
			d.at++
			text = append(text, plain)
		} else {
			text = utf8.AppendRune(text, d.escape())
		}
		text = append(text, d.ordinary()...)
	}
	if d.peek() != '"' {
		d.syntax("the end of the string")
		return nil, false
	}
	d.at++
	return text, escaped
}

// ordinary steps over the part of a string that stands for itself, and returns it. It aliases the text.
func (d *decoder) ordinary() []byte {
	text, start := d.text, d.at
	i := start
	for i < len(text) && !ends[text[i]] {
		i++
	}
	d.at = i
	return text[start:i]
}

// escape reads the escape behind a backslash that stands for a code point by its number.
func (d *decoder) escape() rune {
	if d.peek() != 'u' {
		d.syntax("an escape")
		return 0
	}
	r := d.hex()
	if utf16.IsSurrogate(r) {
		r = d.surrogate(r)
	}
	return r
}

// ends tells which bytes a run of ordinary characters in a string ends with.
var ends = func() (set [256]bool) {
	for c := range ' ' {
		set[c] = true
	}
	set['"'], set['\\'] = true, true
	return set
}()

// plains holds what the escapes of one letter stand for.
var plains = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// hex reads the u of an escape and its four digits.
func (d *decoder) hex() rune {
	var b [2]byte
	if d.at+5 > len(d.text) {
		d.at = len(d.text)
		d.syntax("four hexadecimal digits")
		return 0
	}
	if _, err := hex.Decode(b[:], d.text[d.at+1:d.at+5]); err != nil {
		d.syntax("four hexadecimal digits")
		return 0
	}
	d.at += 5
	return rune(b[0])<<8 | rune(b[1])
}

// surrogate reads the second half of a pair whose first half is given.
func (d *decoder) surrogate(high rune) rune {
	if d.err != nil || !d.literal(`\`) || d.peek() != 'u' {
		d.syntax("the second half of a surrogate pair")
		return 0
	}
	r := utf16.DecodeRune(high, d.hex())
	if r == utf8.RuneError {
		d.syntax("a surrogate pair")
	}
	return r
}
