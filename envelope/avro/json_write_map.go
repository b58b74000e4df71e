package avro

import (
	"bytes"
	"hash/maphash"
)

// An entryKey is a key of a map that is being written.
type entryKey struct {
	start, end int // of the key in the body
	out        int // where the entry begins in the text, with its comma
	dead       bool
}

func (w *jsonWriter) entries(f *form, at int) int {
	w.dst = append(w.dst, '{')
	first := len(w.keys)
	for {
		count, _, next := readBlock(w.body, at)
		if at = next; count == 0 {
			break
		}
		for range count {
			start, end := readSpan(w.body, at)
			w.keys = append(w.keys, entryKey{start: start, end: end, out: len(w.dst)})
			if len(w.keys) > first+1 {
				w.dst = append(w.dst, ',')
			}
			w.text(start, end)
			w.dst = append(w.dst, ':')
			if at = w.datum(f.items, end); at < 0 || len(w.dst)-w.base > maxText {
				w.keys = w.keys[:first]
				return bad
			}
		}
	}
	if keys := w.keys[first:]; w.repeated(keys) {
		w.remove(keys)
	}
	w.keys = w.keys[:first]
	w.dst = append(w.dst, '}')
	return at
}

// few is how many keys are compared with each other; more are hashed.
const few = 8

// repeated marks the entries whose keys come again as dead, and reports whether there are any.
func (w *jsonWriter) repeated(keys []entryKey) bool {
	if len(keys) > few {
		return w.repeatedMany(keys)
	}
	found := false
	for i := range keys {
		for _, later := range keys[i+1:] {
			if bytes.Equal(w.key(keys[i]), w.key(later)) {
				keys[i].dead, found = true, true
			}
		}
	}
	return found
}

func (w *jsonWriter) key(k entryKey) []byte { return w.body[k.start:k.end] }

var keySeed = maphash.MakeSeed()

// repeatedMany puts the keys into a table of slots, in each of which stands the index of a key plus one.
func (w *jsonWriter) repeatedMany(keys []entryKey) bool {
	size := 1
	for size < 2*len(keys) {
		size *= 2
	}
	if cap(w.slots) < size {
		w.slots = make([]uint32, size)
	}
	slots := w.slots[:size]
	clear(slots)
	found := false
	for i := range keys {
		key := w.key(keys[i])
		at := int(maphash.Bytes(keySeed, key)) & (size - 1)
		for slots[at] != 0 && !bytes.Equal(w.key(keys[slots[at]-1]), key) {
			at = (at + 1) & (size - 1)
		}
		if slots[at] != 0 {
			keys[slots[at]-1].dead, found = true, true
		}
		slots[at] = uint32(i + 1)
	}
	return found
}

// remove takes the dead entries of a map out of the text, which ends behind the last.
func (w *jsonWriter) remove(keys []entryKey) {
	begin := keys[0].out
	to := begin
	for i, k := range keys {
		if k.dead {
			continue
		}
		from, end := k.out, len(w.dst)
		if i+1 < len(keys) {
			end = keys[i+1].out
		}
		if to == begin && from > begin {
			from++ // the comma
		}
		to += copy(w.dst[to:], w.dst[from:end])
	}
	w.dst = w.dst[:to]
}
