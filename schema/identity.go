package schema

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// A GUID identifies a schema by its content: its canonical text, references, metadata and rule set. The same content has
// the same GUID in every context and every registry.
type GUID [16]byte

// String prints the GUID as a UUID, 8-4-4-4-12 in lower case. No version bits are set.
func (g GUID) String() string {
	var b [36]byte
	hex.Encode(b[0:8], g[0:4])
	hex.Encode(b[9:13], g[4:6])
	hex.Encode(b[14:18], g[6:8])
	hex.Encode(b[19:23], g[8:10])
	hex.Encode(b[24:36], g[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// MarshalText prints the GUID as [GUID.String] does.
func (g GUID) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what [ParseGUID] reads.
func (g *GUID) UnmarshalText(b []byte) (err error) {
	*g, err = ParseGUID(string(b))
	return err
}

// ParseGUID reads a GUID in either form that clients send: a UUID, or 32 hexadecimal digits without hyphens. Case does
// not matter.
func ParseGUID(s string) (GUID, error) {
	var g GUID
	digits := s
	if len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
		digits = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	if len(digits) != 32 {
		return g, fmt.Errorf("GUID %q has neither the form of a UUID nor 32 hexadecimal digits", s)
	}
	if _, err := hex.Decode(g[:], []byte(digits)); err != nil {
		return GUID{}, fmt.Errorf("GUID %q: %w", s, err)
	}
	return g, nil
}

// Identify returns the GUID of a schema: the MD5 of its canonical text, then of each reference its name, its subject and
// its version as four bytes, big endian, then of its metadata and its rule set, each behind a byte 1 and only if it is
// there. Nothing separates the parts; the type and the subject are not among them.
// Source: Confluent Schema Registry, "same schema".
func Identify(text string, references []Reference, metadata *Metadata, rules *RuleSet) GUID {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	b := append((*buffer)[:0], text...)
	for _, r := range references {
		b = append(b, r.Name...)
		b = append(b, r.Subject...)
		b = binary.BigEndian.AppendUint32(b, uint32(int32(r.Version)))
	}
	if metadata != nil {
		b = metadata.append(append(b, 1))
	}
	if rules != nil {
		b = rules.append(append(b, 1))
	}
	*buffer = b
	return md5.Sum(b)
}

// buffers hold what is about to be hashed.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

func (m *Metadata) append(b []byte) []byte {
	for _, path := range slices.Sorted(maps.Keys(m.Tags)) {
		b = append(b, path...)
		b = appendSorted(b, m.Tags[path])
	}
	b = appendPairs(b, m.Properties)
	return appendSorted(b, m.Sensitive)
}

func (s *RuleSet) append(b []byte) []byte {
	for r := range s.All() {
		b = r.append(b)
	}
	return append(b, s.EnableAt...)
}

func (r *Rule) append(b []byte) []byte {
	for _, part := range []string{r.Name, r.Doc, r.Kind, r.Mode, r.Type} {
		b = append(b, part...)
	}
	b = appendSorted(b, r.Tags)
	b = appendPairs(b, r.Params)
	for _, part := range []string{r.Expr, r.OnSuccess, r.OnFailure} {
		b = append(b, part...)
	}
	if r.Disabled {
		b = append(b, 1)
	}
	return b
}

// appendSorted appends the distinct values in order: the reference keeps them in sets.
func appendSorted(b []byte, values []string) []byte {
	for _, v := range slices.Compact(slices.Sorted(slices.Values(values))) {
		b = append(b, v...)
	}
	return b
}

func appendPairs(b []byte, pairs map[string]string) []byte {
	for _, k := range slices.Sorted(maps.Keys(pairs)) {
		b = append(b, k...)
		b = append(b, pairs[k]...)
	}
	return b
}
