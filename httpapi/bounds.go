package httpapi

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/treatyhq/treaty/registry"
)

// maxBeside bounds what a body says beside a schema's text, in bytes a member: it can be 70 times as large once it is
// decoded, and is hashed, merged and stored as the text is.
const maxBeside = 1 << 20

// within reads one value with read. If it is longer than maxBeside it is refused with the code. A value inside one that is
// read so already needs no bound of its own.
func (d *decoder) within(code registry.Code, read func()) {
	if d.until == 0 {
		d.until, d.depth, d.beyond = d.at+maxBeside, len(d.path), code
		defer func() { d.until = 0 }()
	}
	read()
	d.bound()
}

// bound refuses a value that should have ended by now.
func (d *decoder) bound() {
	if d.until == 0 || d.at <= d.until || d.err != nil {
		return
	}
	what := "Register operation failed because schema is too large"
	if d.beyond == registry.InvalidSchema {
		what = "Invalid schema, details"
	}
	d.err = &registry.Error{
		Code:    d.beyond,
		Message: fmt.Sprintf("%s: %s has more than %d bytes", what, placeOf(d.path[:d.depth]), maxBeside),
	}
}

// manyKeys is the number of members from which an object's names are told apart by their hashes.
const manyKeys = 24

// A keySet tells which names of an object have been met, in a time that does not grow with their number. It holds hashes,
// which a client cannot make collide, once the names are many.
type keySet struct {
	seed   maphash.Seed
	hashes map[uint64]struct{}
}

// add reports whether name is among keys, the names of the same object before it, and adds it to the set.
func (s *keySet) add(name []byte, keys [][]byte) (known bool) {
	is := func(k []byte) bool { return bytes.Equal(k, name) }
	if len(keys) < manyKeys {
		return slices.ContainsFunc(keys, is)
	}
	if s.hashes == nil {
		s.seed, s.hashes = maphash.MakeSeed(), make(map[uint64]struct{}, 2*manyKeys)
		for _, k := range keys {
			s.hashes[maphash.Bytes(s.seed, k)] = struct{}{}
		}
	}
	hash := maphash.Bytes(s.seed, name)
	if _, met := s.hashes[hash]; met && slices.ContainsFunc(keys, is) {
		return true
	}
	s.hashes[hash] = struct{}{}
	return false
}
