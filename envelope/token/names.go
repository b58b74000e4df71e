package token

import "hash/maphash"

// names are the keys of the objects that are open, one object's behind the other's: with them a reader knows a key that it
// has met.
type names struct {
	keys   []name
	seed   maphash.Seed
	seeded bool
	text   []byte
	spare  []slot // a table that no object uses
}

// A name is where a key stands, as it is written.
type name struct {
	start   int // behind the quote
	size    int
	escaped bool
}

// seen is what is known of one object's keys. The first few are looked through, more of them are hashed.
type seen struct {
	first   int    // of the object's names in keys
	table   []slot // open addressing, a power of two, at most half full; nil for few names
	indexed int    // how many of the object's names are in the table
}

// A slot holds a name and what it hashes to.
type slot struct {
	hash  uint32
	index uint32 // among the object's names, plus one; 0 if the slot is free
}

// few is how many names are looked through without a table.
const few = 16

func (n *names) reset() {
	if cap(n.keys) > keptNames {
		n.keys, n.spare = nil, nil
	}
	if cap(n.text) > keptText {
		n.text = nil
	}
	n.keys = n.keys[:0]
}

func (n *names) open() seen { return seen{first: len(n.keys)} }

func (n *names) close(s seen) {
	n.keys = n.keys[:s.first]
	if len(s.table) > len(n.spare) {
		n.spare = s.table
	}
}

// forget drops the object's last names, down to how many were indexed of all that are left.
func (n *names) forget(s *seen, left, indexed int) {
	n.keys = n.keys[:left]
	if s.indexed != indexed {
		s.table, s.indexed = nil, 0
	}
}

// repeated reports whether the object at hand has the key already, and remembers it. Key is how it is written, text what
// it says.
func (n *names) repeated(s *seen, data []byte, key name, text []byte) bool {
	before := n.keys[s.first:]
	n.keys = append(n.keys, key)
	if len(before) >= few {
		n.index(s, data, before)
		return n.insert(s, data, n.hash(text), text)
	}
	for _, other := range before {
		if n.says(data, other, text) {
			return true
		}
	}
	return false
}

// index makes the table hold the names before the one at hand, with room for it.
func (n *names) index(s *seen, data []byte, before []name) {
	if s.indexed == len(before) && 2*(s.indexed+1) <= len(s.table) {
		return
	}
	size := 4 * few
	for size < 3*len(before) {
		size *= 2
	}
	table := n.table(size)
	for i, key := range before {
		put(table, slot{n.hash(n.key(data, key)), uint32(i + 1)})
	}
	s.table, s.indexed = table, len(before)
}

// table returns an empty table.
func (n *names) table(size int) []slot {
	if len(n.spare) < size {
		return make([]slot, size)
	}
	table := n.spare[:size]
	n.spare = nil
	clear(table)
	return table
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
		if s.table[at].hash == hash && n.says(data, n.keys[s.first+int(s.table[at].index)-1], text) {
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

// says reports whether a key says a text.
func (n *names) says(data []byte, key name, text []byte) bool {
	if !key.escaped {
		return key.size == len(text) && string(data[key.start:key.start+key.size]) == string(text)
	}
	return string(n.key(data, key)) == string(text)
}

// key returns what a key says.
func (n *names) key(data []byte, key name) []byte {
	raw := data[key.start : key.start+key.size]
	if !key.escaped {
		return raw
	}
	n.text = appendUnescaped(n.text[:0], raw)
	return n.text
}
