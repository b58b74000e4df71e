package avro

import (
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

func (s *scanner) word(word string) error {
	if !strings.HasPrefix(s.text[s.off:], word) {
		return s.fail("%s stands where a JSON value is expected", s.found())
	}
	return s.scalar(word[0], s.off+len(word))
}

// scalar pushes a token that ends at an offset and goes there.
func (s *scanner) scalar(kind byte, end int) error {
	i, err := s.push(kind)
	if err != nil {
		return err
	}
	s.off = end
	t := &s.tokens[i]
	t.end, t.next = uint32(end), uint32(i+1)
	return nil
}

// number scans a number of RFC 8259. Its digits are kept, so its size and precision do not matter.
func (s *scanner) number() error {
	i := s.off
	if s.text[i] == '-' {
		i++
	}
	whole := s.digits(i)
	if whole == i {
		return s.failAt(i, "the number has no digits")
	}
	if s.text[i] == '0' && whole > i+1 {
		return s.failAt(i, "the number begins with a zero")
	}
	i = whole
	if i < len(s.text) && s.text[i] == '.' {
		fraction := s.digits(i + 1)
		if fraction == i+1 {
			return s.failAt(i, "the number has no digits behind its point")
		}
		i = fraction
	}
	if i < len(s.text) && (s.text[i] == 'e' || s.text[i] == 'E') {
		from := i + 1
		if from < len(s.text) && (s.text[from] == '+' || s.text[from] == '-') {
			from++
		}
		exponent := s.digits(from)
		if exponent == from {
			return s.failAt(i, "the number has no digits in its exponent")
		}
		i = exponent
	}
	return s.scalar('0', i)
}

// digits returns the offset behind the digits that begin at i.
func (s *scanner) digits(i int) int {
	for i < len(s.text) && '0' <= s.text[i] && s.text[i] <= '9' {
		i++
	}
	return i
}

// str scans a string with its quotes.
func (s *scanner) str() error {
	self, err := s.push('"')
	if err != nil {
		return err
	}
	text, i := s.text, s.off+1
	for {
		for i < len(text) && text[i] != '"' && text[i] != '\\' && text[i] >= ' ' {
			i++
		}
		if i == len(text) {
			return s.fail("the string has no end")
		}
		if text[i] == '"' {
			break
		}
		if text[i] < ' ' {
			return s.failAt(i, fmt.Sprintf("the control character U+%04X stands in a string without being escaped", text[i]))
		}
		n := escapeLen(text[i:])
		if n == 0 {
			return s.failAt(i, "the escape in the string is not one of JSON, or half of a surrogate pair")
		}
		s.tokens[self].escaped = true
		i += n
	}
	t := &s.tokens[self]
	t.start, t.end, t.next = t.start+1, uint32(i), uint32(self+1)
	s.off = i + 1
	return nil
}

// stringOf returns the characters of a string token.
func stringOf(text string, t *token) string {
	raw := text[t.start:t.end]
	if !t.escaped {
		return raw
	}
	return unescape(raw)
}

// manyKeys is from how many names on duplicates are found by hash, not by comparing each with each.
const manyKeys = 24

// distinct refuses an object in which a key stands twice.
func (s *scanner) distinct(self, n int) error {
	if n < 2 {
		return nil
	}
	if n >= manyKeys {
		return s.distinctMany(self, n)
	}
	var keys [manyKeys]string
	k := self + 1
	for i := range n {
		key := &s.tokens[k]
		keys[i] = stringOf(s.text, key)
		for _, earlier := range keys[:i] {
			if earlier == keys[i] {
				return duplicateKey(key, keys[i])
			}
		}
		k = int(s.tokens[k+1].next)
	}
	return nil
}

func (s *scanner) distinctMany(self, n int) error {
	keys := make(map[string]struct{}, n)
	k := self + 1
	for range n {
		key := &s.tokens[k]
		name := stringOf(s.text, key)
		if _, twice := keys[name]; twice {
			return duplicateKey(key, name)
		}
		keys[name] = struct{}{}
		k = int(s.tokens[k+1].next)
	}
	return nil
}

func duplicateKey(t *token, key string) error {
	return &schema.Error{Position: t.position(), Message: fmt.Sprintf("the key %s stands twice in one object", quote(key))}
}
