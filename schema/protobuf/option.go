package protobuf

import (
	"strings"
	"unicode/utf8"
)

// An option is a name and a value, as written: names are not resolved.
type option struct {
	name  []namePart
	value value
}

// A namePart is one part of an option's name. Extension parts stand in parentheses.
type namePart struct {
	name      string
	extension bool
}

// is reports whether o is the standard option of that name.
func (o option) is(name string) bool {
	return len(o.name) == 1 && !o.name[0].extension && o.name[0].name == name
}

// custom reports whether o is an extension of the options message.
func (o option) custom() bool { return len(o.name) > 0 && o.name[0].extension }

// key returns o's name as it is printed.
func (o option) key() string {
	parts := make([]string, len(o.name))
	for i, p := range o.name {
		if parts[i] = p.name; p.extension {
			parts[i] = "(" + p.name + ")"
		}
	}
	return strings.Join(parts, ".")
}

type valueKind uint8

const (
	identValue   valueKind = iota // an enum value, true, false, inf, nan: text
	numberValue                   // text, digits as written
	stringValue                   // text, unescaped; may hold any bytes
	messageValue                  // members
	listValue                     // items
	rawValue                      // text in Protobuf's text format, to be parsed again
)

// A value is the value of an option, or of something inside it.
type value struct {
	kind    valueKind
	text    string
	members []member
	items   []value
}

// A member is one field of a message literal. Extensions have their brackets in the name.
type member struct {
	name  string
	value value
}

// list returns the items of a list, and any other value as a list of one.
func (v value) list() []value {
	if v.kind == listValue {
		return v.items
	}
	return []value{v}
}

// member returns the member of that name.
func (v value) member(name string) (value, bool) {
	for _, m := range v.members {
		if m.name == name {
			return m.value, true
		}
	}
	return value{}, false
}

// escapes are the characters that are printed with a backslash.
var escapes = map[rune]string{
	'\a': `\a`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\v': `\v`,
	'\\': `\\`, '\'': `\'`, '"': `\"`,
}

// quote returns s as a string literal. Other control characters and bytes that are not UTF-8 become octal escapes.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if e, ok := escapes[r]; ok {
			b.WriteString(e)
		} else if r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1 {
			b.WriteString(octal(s[0]))
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	b.WriteByte('"')
	return b.String()
}

func octal(c byte) string {
	return string([]byte{'\\', '0' + c>>6, '0' + c>>3&7, '0' + c&7})
}

// quotePath returns an import path or a reserved name as a literal. Apostrophes stay as they are.
func quotePath(s string) string { return strings.ReplaceAll(quote(s), `\'`, `'`) }
