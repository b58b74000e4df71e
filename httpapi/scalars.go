package httpapi

import (
	"bytes"
	"encoding/hex"
	"math"
	"strconv"
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
	raw, escapes := d.raw()
	if escapes == 0 || d.err != nil {
		return string(raw)
	}
	return d.unescape(raw, escapes)
}

// raw steps over a string and returns what stands between its quotes, with the number of its escapes. The result aliases
// the text.
func (d *decoder) raw() (raw []byte, escapes int) {
	d.at++
	start := d.at
	text := d.text
	for i := start; i < len(text); i++ {
		if !ends[text[i]] {
			continue
		}
		switch text[i] {
		case '"':
			d.at = i + 1
			return text[start:i], escapes
		case '\\':
			escapes++
			i++
		default:
			d.at = i
			d.syntax("the end of the string")
			return nil, 0
		}
	}
	d.at = len(text)
	d.syntax("the end of the string")
	return nil, 0
}

// unescape returns the string that raw, which ends right before d.at, stands for.
func (d *decoder) unescape(raw []byte, escapes int) string {
	buf := buffers.Get().(*bytes.Buffer)
	defer recycle(buf)
	buf.Grow(len(raw) - escapes)
	out, n := buf.AvailableBuffer()[:len(raw)-escapes], 0
	after := d.at
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '\\' {
			i++
			if c = plains[raw[i]]; c == 0 {
				d.at = after - len(raw) + i - 1
				n += utf8.EncodeRune(out[n:], d.escape())
				if d.err != nil {
					return ""
				}
				i = len(raw) - (after - d.at)
				continue
			}
		}
		out[n] = c
		n++
	}
	d.at = after
	return string(out[:n])
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
