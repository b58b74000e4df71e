package token

import (
	"bytes"
	"hash/maphash"
)

// names are the keys of the objects that are open, one object's behind the other's, by the offsets of their quotes: with
// them a reader knows a key that it has met. Their texts are read again where it matters; they are mostly different.
type names struct {
	offsets []int
	seed    maphash.Seed
	seeded  bool
	text    []byte
}

// seen is what is known of one object's keys. The first few are looked through, more of them are hashed.
type seen struct {
	first   int    // of the object's names in offsets
	table   []slot // open addressing, a power of two, at most half full; nil for few names
	indexed int    // how many of the object's names are in the table
}

// A slot holds a name and what it hashes to.
type slot struct {
	hash  uint32
	index uint32 // among the object's names, plus one; 0 if the slot is free
}

// few is how many names are looked through without a table.
const few = 8

func (n *names) reset() {
	if cap(n.offsets) > keptNames {
		n.offsets = nil
	}
	if cap(n.text) > keptText {
		n.text = nil
	}
	n.offsets = n.offsets[:0]
}

func (n *names) open() seen   { return seen{first: len(n.offsets)} }
func (n *names) close(s seen) { n.offsets = n.offsets[:s.first] }

// forget drops the object's last names, down to how many were indexed of all that are left.
func (n *names) forget(s *seen, left, indexed int) {
	n.offsets = n.offsets[:left]
	if s.indexed != indexed {
		s.table, s.indexed = nil, 0
	}
}

// repeated reports whether the object at hand has the key already, and remembers it. The key's quote is at start, text is
// what it says.
func (n *names) repeated(s *seen, data []byte, start int, text []byte) bool {
	before := n.offsets[s.first:]
	n.offsets = append(n.offsets, start)
	if len(before) < few {
		for _, at := range before {
			if n.says(data, at, text) {
				return true
			}
		}
		return false
	}
	n.index(s, data, before)
	return n.insert(s, data, n.hash(text), text)
}

// index makes the table hold the names before the one at hand, with room for it.
func (n *names) index(s *seen, data []byte, before []int) {
	if s.indexed == len(before) && 2*(s.indexed+1) <= len(s.table) {
		return
	}
	size := 4 * few
	for size < 3*len(before) {
		size *= 2
	}
	table := make([]slot, size)
	for i, at := range before {
		put(table, slot{n.hash(n.key(data, at)), uint32(i + 1)})
	}
	s.table, s.indexed = table, len(before)
}

// put sets a slot in a table that does not have the name.
func put(table []slot, s slot) {
	mask := uint32(len(table) - 1)
	at := s.hash & mask
	for table[at].index != 0 {
		at = (at + 1) & mask
	}
	table[at] = s
}

// insert puts a name into the table and reports whether it was there.
func (n *names) insert(s *seen, data []byte, hash uint32, text []byte) bool {
	mask := uint32(len(s.table) - 1)
	at := hash & mask
	for ; s.table[at].index != 0; at = (at + 1) & mask {
		if s.table[at].hash == hash && n.says(data, n.offsets[s.first+int(s.table[at].index)-1], text) {
			return true
		}
	}
	s.indexed++
	s.table[at] = slot{hash, uint32(s.indexed)}
	return false
}

func (n *names) hash(text []byte) uint32 {
	if !n.seeded {
		n.seed, n.seeded = maphash.MakeSeed(), true
	}
	return uint32(maphash.Bytes(n.seed, text))
}

// says reports whether the key whose quote is at an offset says a text.
func (n *names) says(data []byte, at int, text []byte) bool {
	return string(n.key(data, at)) == string(text)
}

// key returns what the key whose quote is at an offset says.
func (n *names) key(data []byte, at int) []byte {
	raw := data[at+1:]
	if raw = raw[:bytes.IndexByte(raw, '"')]; bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	raw = rawKey(data, at)
	n.text = appendUnescaped(n.text[:0], raw)
	return n.text
}

// keyAt is key in memory of its own.
func keyAt(data []byte, at int) []byte { return appendUnescaped(nil, rawKey(data, at)) }

// rawKey returns what stands between the quotes of a valid key.
func rawKey(data []byte, at int) []byte {
	end := at + 1
	for data[end] != '"' {
		if data[end] == '\\' {
			end++
		}
		end++
	}
	return data[at+1 : end]
}
