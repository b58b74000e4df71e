package token

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// begins is the kind of value that a byte begins.
var begins = [256]Kind{
	'{': ObjectStart, '[': ArrayStart, '"': String, 't': True, 'f': False, 'n': Null, '-': Number,
	'0': Number, '1': Number, '2': Number, '3': Number, '4': Number, '5': Number, '6': Number, '7': Number, '8': Number, '9': Number,
}

// space passes whitespace.
func (r *Reader) space() {
	for r.pos < len(r.data) {
		switch r.data[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// advance goes to the first byte of the next token, past the comma, and returns the token's kind.
func (r *Reader) advance() Kind {
	if r.failed {
		return Invalid
	}
	r.space()
	if r.pos < len(r.data) && r.data[r.pos] == ',' {
		r.comma()
		r.space()
	}
	if r.pos == len(r.data) {
		if r.state == atEnd {
			return End
		}
		r.unexpected(expected[r.state])
		return Invalid
	}
	kind := r.classify(r.data[r.pos])
	if kind == Invalid {
		r.unexpected(expected[r.state])
	}
	return kind
}

// comma passes a comma if one may be there.
func (r *Reader) comma() {
	switch r.state {
	case afterItem:
		r.pos++
		r.state = atValue
		r.frames[len(r.frames)-1].at++
	case afterMember:
		r.pos++
		r.state = atKey
		r.frames[len(r.frames)-1].at = -1
	case atValue, atFirstItem, atKey, atFirstKey, atEnd:
	}
}

// classify returns the kind of the token that begins with a byte.
func (r *Reader) classify(c byte) Kind {
	switch r.state {
	case atFirstItem:
		if c == ']' {
			return ArrayEnd
		}
		return begins[c]
	case atValue:
		return begins[c]
	case afterItem:
		if c == ']' {
			return ArrayEnd
		}
	case atKey, atFirstKey:
		if c == '"' {
			return Key
		}
		if c == '}' && r.state == atFirstKey {
			return ObjectEnd
		}
	case afterMember:
		if c == '}' {
			return ObjectEnd
		}
	case atEnd:
	}
	return Invalid
}

// word reads true, false or null.
func (r *Reader) word(kind Kind, word string) Kind {
	if len(r.data)-r.pos < len(word) || string(r.data[r.pos:r.pos+len(word)]) != word {
		r.fail(Syntax, r.pos, "a value was expected, and a word that is not %s is there", word)
		return Invalid
	}
	r.pos += len(word)
	r.over()
	return kind
}

// number reads a number.
func (r *Reader) number() Token {
	start := r.pos
	n, ok := scanNumber(r.data[start:])
	r.pos += n
	if !ok {
		r.unexpected("a digit")
		return Token{Offset: start}
	}
	r.over()
	return Token{Number, start, r.data[start:r.pos]}
}

// string reads a string, whose quote is the next byte, and returns what it says, or what stands between the quotes if it
// is not to be unescaped.
func (r *Reader) string(unescape bool) ([]byte, bool) {
	start := r.pos + 1
	r.escaped = false
	for i := start; ; {
		i = plain(r.data, i)
		if i == len(r.data) {
			r.fail(Syntax, i, "the text ends inside a string")
			return nil, false
		}
		switch c := r.data[i]; {
		case c == '"':
			r.pos = i + 1
			if !r.escaped || !unescape {
				return r.data[start:i], true
			}
			r.text = appendUnescaped(r.text[:0], r.data[start:i])
			return r.text, true
		case c == '\\':
			r.escaped = true
			n := r.escape(i)
			if n == 0 {
				return nil, false
			}
			i += n
		case c < ' ':
			r.fail(Syntax, i, "a string holds the control character %q, which must be escaped", c)
			return nil, false
		default:
			_, n := utf8.DecodeRune(r.data[i:])
			if n == 1 {
				r.fail(Unicode, i, "a string holds bytes that are not UTF-8")
				return nil, false
			}
			i += n
		}
	}
}

// plain returns the offset of the first byte from i on that is not printable ASCII, or is a quote or a backslash.
func plain(data []byte, i int) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for i+8 <= len(data) {
		w := binary.LittleEndian.Uint64(data[i:])
		quote, slash := w^ones*'"', w^ones*'\\'
		if ((w-ones*' ')|(quote-ones)|(slash-ones)|w)&tops != 0 {
			break
		}
		i += 8
	}
	for i < len(data) && data[i] >= ' ' && data[i] < utf8.RuneSelf && data[i] != '"' && data[i] != '\\' {
		i++
	}
	return i
}

// escape returns the length of the escape at i, 0 if it is none.
func (r *Reader) escape(i int) int {
	if i+1 == len(r.data) {
		r.fail(Syntax, i+1, "the text ends inside a string")
		return 0
	}
	if short[r.data[i+1]] != 0 {
		return 2
	}
	c, ok := hex4(r.data[i:])
	switch {
	case !ok:
		r.fail(Syntax, i, "a string holds a backslash that begins no escape")
		return 0
	case !utf16.IsSurrogate(c):
		return 6
	}
	if low, ok := hex4(r.data[i+6:]); !ok || utf16.DecodeRune(c, low) == utf8.RuneError {
		r.fail(Unicode, i, "a string holds half of a surrogate pair")
		return 0
	}
	return 12
}

// short are the escapes of one letter.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// hex4 reads \u and four hexadecimal digits.
func hex4(data []byte) (rune, bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	var c rune
	for _, digit := range data[2:6] {
		switch {
		case '0' <= digit && digit <= '9':
			c = c<<4 | rune(digit-'0')
		case 'a' <= digit|0x20 && digit|0x20 <= 'f':
			c = c<<4 | rune(digit|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return c, true
}

// appendUnescaped appends what valid text between quotes says.
func appendUnescaped(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			dst = append(dst, raw[i])
			i++
			continue
		}
		if c := short[raw[i+1]]; c != 0 {
			dst = append(dst, c)
			i += 2
			continue
		}
		c, _ := hex4(raw[i:])
		i += 6
		if utf16.IsSurrogate(c) {
			low, _ := hex4(raw[i:])
			c = utf16.DecodeRune(c, low)
			i += 6
		}
		dst = utf8.AppendRune(dst, c)
	}
	return dst
}
