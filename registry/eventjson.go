package registry

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// Nearly every event of a long log is a schema.registered, and a start decodes them all. encoding/json takes many times
// as long for them as the code below, which a test holds to the same form.

// appendJSON appends the event's data to b.
func (e *schemaRegistered) appendJSON(b []byte) []byte {
	b = appendString(append(b, `{"context":`...), e.Context)
	b = appendString(append(b, `,"subject":`...), e.Name)
	b = strconv.AppendInt(append(b, `,"version":`...), int64(e.Version), 10)
	b = strconv.AppendInt(append(b, `,"id":`...), int64(e.ID), 10)
	b = append(append(append(b, `,"guid":"`...), e.GUID.String()...), '"')
	b = appendString(append(b, `,"type":`...), string(e.Type))
	b = strconv.AppendInt(append(b, `,"size":`...), int64(e.Size), 10)
	b = append(hex.AppendEncode(append(b, `,"text":"`...), e.Text[:]), '"')
	b = appendDigest(b, "source", e.Source)
	if len(e.References) > 0 {
		b = appendReferences(append(b, `,"references":`...), e.References)
	}
	b = appendDigest(b, "metadata", e.Metadata)
	b = appendDigest(b, "ruleSet", e.RuleSet)
	return append(b, '}')
}

func appendDigest(b []byte, name string, d eventlog.Digest) []byte {
	if d == (eventlog.Digest{}) {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":"`...)
	return append(hex.AppendEncode(b, d[:]), '"')
}

func appendReferences(b []byte, references []schema.Reference) []byte {
	for i, r := range references {
		b = append(b, "[,"[min(i, 1)])
		b = appendString(append(b, `{"name":`...), r.Name)
		b = appendString(append(b, `,"subject":`...), r.Subject)
		b = strconv.AppendInt(append(b, `,"version":`...), int64(r.Version), 10)
		b = append(b, '}')
	}
	return append(b, ']')
}

// appendString appends s as a JSON string. Bytes that are no UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	const hexDigits = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// decodeRegistered reads the data of a schema.registered. The members may come in any order and with space between
// them, as databases give JSON back.
func decodeRegistered(data json.RawMessage) (event, error) {
	e := new(schemaRegistered)
	s := scanner{data: data}
	s.members(func(name []byte) {
		switch string(name) {
		case "context":
			e.Context = s.text(DefaultContext)
		case "subject":
			e.Name = s.text()
		case "version":
			e.Version = s.integer()
		case "id":
			e.ID = s.integer()
		case "guid":
			s.hexadecimal(e.GUID[:])
		case "type":
			e.Type = schema.Type(s.text(string(schema.Avro), string(schema.Protobuf)))
		case "size":
			e.Size = s.integer()
		case "text":
			s.hexadecimal(e.Text[:])
		case "source":
			s.hexadecimal(e.Source[:])
		case "references":
			s.decode(&e.References)
		case "metadata":
			s.hexadecimal(e.Metadata[:])
		case "ruleSet":
			s.hexadecimal(e.RuleSet[:])
		default:
			s.fail("unknown member %q", name)
		}
	})
	return e, s.err
}

// A scanner reads JSON whose shape is known. Its first error sticks; what it returns after one means nothing.
type scanner struct {
	data []byte
	at   int
	err  error
}

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("at byte %d: "+format, append([]any{s.at}, args...)...)
	}
}

// next skips white space and returns the byte behind it without consuming it; 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) expect(c byte) {
	if s.next() != c {
		s.fail("%q expected", c)
		return
	}
	s.at++
}

// members reads an object and calls f behind each name, to read the value.
func (s *scanner) members(f func(name []byte)) {
	s.expect('{')
	for s.err == nil && s.next() != '}' {
		name := s.raw()
		s.expect(':')
		if s.err == nil {
			f(name)
		}
		if s.next() == ',' {
			s.at++
		} else if s.next() != '}' {
			s.fail("',' or '}' expected")
		}
	}
	s.expect('}')
	if s.err == nil && s.next() != 0 {
		s.fail("more behind the object")
	}
}

// raw reads a string without escapes. The result aliases the data.
func (s *scanner) raw() []byte {
	s.expect('"')
	end := bytes.IndexByte(s.data[s.at:], '"')
	if s.err != nil || end < 0 {
		s.fail("string expected")
		return nil
	}
	raw := s.data[s.at : s.at+end]
	s.at += end + 1
	return raw
}

// text reads a string. It returns the constant that equals it, if one does, and allocates nothing for it.
func (s *scanner) text(constants ...string) string {
	s.next()
	start := s.at
	raw := s.raw()
	if bytes.IndexByte(raw, '\\') >= 0 {
		s.at = start
		var t string
		s.decode(&t)
		return t
	}
	for _, c := range constants {
		if string(raw) == c {
			return c
		}
	}
	return string(raw)
}

// hexadecimal reads a string of hexadecimal digits, hyphens apart, into all of dst.
func (s *scanner) hexadecimal(dst []byte) {
	raw := s.raw()
	if len(raw) != 2*len(dst) {
		var digits [2 * len(schema.GUID{})]byte
		raw = append(digits[:0], bytes.ReplaceAll(raw, []byte("-"), nil)...)
	}
	if len(raw) != 2*len(dst) {
		s.fail("%d hexadecimal digits expected", 2*len(dst))
		return
	}
	if _, err := hex.Decode(dst, raw); err != nil {
		s.fail("%v", err)
	}
}

func (s *scanner) integer() int {
	s.next()
	start, n := s.at, 0
	for s.at < len(s.data) && s.data[s.at] >= '0' && s.data[s.at] <= '9' && s.at-start < 10 {
		n = 10*n + int(s.data[s.at]-'0')
		s.at++
	}
	if s.at == start {
		s.fail("number expected")
	}
	return n
}

// decode reads any value as encoding/json does.
func (s *scanner) decode(into any) {
	if s.err != nil {
		return
	}
	d := json.NewDecoder(bytes.NewReader(s.data[s.at:]))
	if err := d.Decode(into); err != nil {
		s.fail("%w", err)
		return
	}
	s.at += int(d.InputOffset())
}
