package schema

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
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
	h := md5.New()
	io.WriteString(h, text)
	for _, r := range references {
		io.WriteString(h, r.Name)
		io.WriteString(h, r.Subject)
		var version [4]byte
		binary.BigEndian.PutUint32(version[:], uint32(int32(r.Version)))
		h.Write(version[:])
	}
	if metadata != nil {
		h.Write([]byte{1})
		metadata.hash(h)
	}
	if rules != nil {
		h.Write([]byte{1})
		rules.hash(h)
	}
	var g GUID
	h.Sum(g[:0])
	return g
}

func (m *Metadata) hash(h hash.Hash) {
	for _, path := range slices.Sorted(maps.Keys(m.Tags)) {
		io.WriteString(h, path)
		hashSorted(h, m.Tags[path])
	}
	hashPairs(h, m.Properties)
	hashSorted(h, m.Sensitive)
}

func (s *RuleSet) hash(h hash.Hash) {
	for _, rules := range [][]Rule{s.MigrationRules, s.DomainRules, s.EncodingRules} {
		for i := range rules {
			rules[i].hash(h)
		}
	}
	io.WriteString(h, s.EnableAt)
}

func (r *Rule) hash(h hash.Hash) {
	for _, part := range []string{r.Name, r.Doc, r.Kind, r.Mode, r.Type} {
		io.WriteString(h, part)
	}
	hashSorted(h, r.Tags)
	hashPairs(h, r.Params)
	for _, part := range []string{r.Expr, r.OnSuccess, r.OnFailure} {
		io.WriteString(h, part)
	}
	if r.Disabled {
		h.Write([]byte{1})
	}
}

// hashSorted adds the distinct values in order: the reference keeps them in sets.
func hashSorted(h hash.Hash, values []string) {
	for _, v := range slices.Compact(slices.Sorted(slices.Values(values))) {
		io.WriteString(h, v)
	}
}

func hashPairs(h hash.Hash, pairs map[string]string) {
	for _, k := range slices.Sorted(maps.Keys(pairs)) {
		io.WriteString(h, k)
		io.WriteString(h, pairs[k])
	}
}
