package token

import (
	"strconv"
	"unicode/utf8"
)

// A Mark is a place in a text to come back to.
type Mark struct {
	pos     int
	state   state
	depth   int
	serial  int // of the innermost frame
	at      int // likewise
	indexed int // likewise
	names   int
}

// Mark returns the place at which the reader is.
func (r *Reader) Mark() Mark {
	m := Mark{pos: r.pos, state: r.state, depth: len(r.frames), names: len(r.names.keys)}
	if m.depth > 0 {
		top := &r.frames[m.depth-1]
		m.serial, m.at, m.indexed = top.serial, top.at, top.seen.indexed
	}
	return m
}

// Rewind goes back to a mark of this text, as if nothing had been read since, failures included. The object or array in
// which the mark was made must still be open, as it is after any reading of the value behind the mark: all else is a
// mistake of the caller, and panics.
func (r *Reader) Rewind(m Mark) {
	if m.depth > len(r.frames) || m.depth > 0 && r.frames[m.depth-1].serial != m.serial {
		panic("token: Rewind to a mark in an object or array that is closed")
	}
	r.pos, r.state, r.failed = m.pos, m.state, false
	clear(r.frames[m.depth:])
	r.frames = r.frames[:m.depth]
	if m.depth == 0 {
		r.names.keys = r.names.keys[:0]
		return
	}
	top := &r.frames[m.depth-1]
	top.at = m.at
	r.names.forget(&top.seen, m.names, m.indexed)
}

// Path returns the way to the value at hand, as findings show it: names joined by dots, [3] for items, and ["a b"] for a
// name that is not one word.
func (r *Reader) Path() string {
	var dst []byte
	for i := range r.frames {
		f := &r.frames[i]
		switch {
		case !f.object:
			dst = append(dst, '[')
			dst = strconv.AppendInt(dst, int64(f.at), 10)
			dst = append(dst, ']')
		case f.at >= 0:
			dst = appendName(dst, keyAt(r.data, f.at))
		}
	}
	return string(dst)
}

// JoinPath returns the path of a member of the value to which a path leads, written as [Reader.Path] writes it.
func JoinPath(path, name string) string { return string(appendName([]byte(path), []byte(name))) }

// keyAt returns what the valid key says whose quote is at an offset.
func keyAt(data []byte, at int) []byte {
	end := at + 1
	for data[end] != '"' {
		if data[end] == '\\' {
			end++
		}
		end++
	}
	return appendUnescaped(nil, data[at+1:end])
}

// appendName appends a step to a path.
func appendName(dst, name []byte) []byte {
	if !isWord(name) {
		dst = append(dst, '[')
		dst = append(dst, quoted(name)...)
		return append(dst, ']')
	}
	if len(dst) > 0 {
		dst = append(dst, '.')
	}
	return append(dst, name...)
}

// isWord reports whether a name can stand in a path without quotes.
func isWord(name []byte) bool {
	for _, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf
		if !letter && (c < '0' || c > '9') && c != '_' && c != '-' && c != '$' {
			return false
		}
	}
	return len(name) > 0 && len(name) <= maxName
}

// maxName is how many bytes of a name are shown.
const maxName = 100

// quoted returns a name for a sentence, cut where it is long.
func quoted(name []byte) string {
	if len(name) <= maxName {
		return string(AppendString(nil, name))
	}
	end := maxName
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return string(AppendString(nil, string(name[:end])+"…"))
}
