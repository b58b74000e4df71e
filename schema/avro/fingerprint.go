package avro

import (
	"crypto/md5"
	"crypto/sha256"
	"strconv"
)

// ParsingCanonicalForm returns what of the schema matters to a reader of its data: no docs, aliases, defaults, properties
// or logical types, full names, and the types of references inlined.
// Source: Avro 1.12, Parsing Canonical Form for Schemas.
func (s *Schema) ParsingCanonicalForm() string {
	f := parsingForm{seen: make(map[*Node]struct{})}
	f.use(s.root.Node)
	return string(f.buf)
}

type parsingForm struct {
	buf  []byte
	seen map[*Node]struct{}
}

func (f *parsingForm) raw(s string) { f.buf = append(f.buf, s...) }

func (f *parsingForm) use(n *Node) {
	switch n.Kind {
	case Union:
		f.list(len(n.Branches), func(i int) { f.use(n.Branches[i].Node) })
	case Array:
		f.raw(`{"type":"array","items":`)
		f.use(n.Items.Node)
		f.raw("}")
	case Map:
		f.raw(`{"type":"map","values":`)
		f.use(n.Items.Node)
		f.raw("}")
	case Record, Enum, Fixed:
		f.named(n)
	default:
		f.buf = appendString(f.buf, n.Kind.String())
	}
}

func (f *parsingForm) named(n *Node) {
	if _, written := f.seen[n]; written {
		f.buf = appendString(f.buf, n.Name)
		return
	}
	f.seen[n] = struct{}{}
	f.raw(`{"name":`)
	f.buf = appendString(f.buf, n.Name)
	f.raw(`,"type":`)
	f.buf = appendString(f.buf, n.Kind.String())
	switch n.Kind {
	case Record:
		f.raw(`,"fields":`)
		f.list(len(n.Fields), func(i int) {
			f.raw(`{"name":`)
			f.buf = appendString(f.buf, n.Fields[i].Name)
			f.raw(`,"type":`)
			f.use(n.Fields[i].Type.Node)
			f.raw("}")
		})
	case Enum:
		f.raw(`,"symbols":`)
		f.list(len(n.Symbols), func(i int) { f.buf = appendString(f.buf, n.Symbols[i]) })
	default:
		f.raw(`,"size":`)
		f.buf = strconv.AppendInt(f.buf, int64(n.Size), 10)
	}
	f.raw("}")
}

func (f *parsingForm) list(n int, item func(i int)) {
	f.raw("[")
	for i := range n {
		if i > 0 {
			f.raw(",")
		}
		item(i)
	}
	f.raw("]")
}

// rabinEmpty is the fingerprint of nothing, and the polynomial. Source: Avro 1.12, Schema Fingerprints.
const rabinEmpty = 0xc15d213aa4d7a795

var rabinTable = func() (table [256]uint64) {
	for i := range table {
		fp := uint64(i)
		for range 8 {
			fp = fp>>1 ^ rabinEmpty&-(fp&1)
		}
		table[i] = fp
	}
	return table
}()

// Rabin returns the CRC-64-AVRO fingerprint of the Parsing Canonical Form.
func (s *Schema) Rabin() uint64 {
	fp := uint64(rabinEmpty)
	for _, c := range []byte(s.ParsingCanonicalForm()) {
		fp = fp>>8 ^ rabinTable[byte(fp)^c]
	}
	return fp
}

// MD5 returns the MD5 fingerprint of the Parsing Canonical Form.
func (s *Schema) MD5() [md5.Size]byte { return md5.Sum([]byte(s.ParsingCanonicalForm())) }

// SHA256 returns the SHA-256 fingerprint of the Parsing Canonical Form.
func (s *Schema) SHA256() [sha256.Size]byte { return sha256.Sum256([]byte(s.ParsingCanonicalForm())) }
