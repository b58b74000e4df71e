package avro

import (
	"bytes"

	"github.com/treatyhq/treaty/envelope/token"
)

// union writes the value of a union, and a tag before it if it could else be read as another branch, or as none.
func (w *jsonWriter) union(f *form, at int) int {
	i, next := readIndex(w.body, at, len(f.branches))
	if i == f.null {
		w.dst = append(w.dst, "null"...)
		return next
	}
	b := f.branches[i]
	start := len(w.dst)
	if !w.plain {
		w.dst = append(w.dst, b.tag...)
	}
	if at = w.datum(b, next); at < 0 {
		return bad
	}
	if w.plain {
		switch same, known := w.reads(f, i, w.dst[start:]); {
		case !known:
			return bad
		case same:
			return at
		}
		w.dst = append(w.dst, b.tag...)
		copy(w.dst[start+len(b.tag):], w.dst[start:])
		copy(w.dst[start:], b.tag)
	}
	w.dst = append(w.dst, '}')
	return at
}

// reads reports whether a text without a tag, which is one of the branch, is read as that; known is false if it takes too
// much work to find out.
func (w *jsonWriter) reads(f *form, branch int, text []byte) (same, known bool) {
	kind := begins(text)
	if len(f.takes[kind]) == 1 && (kind != token.ObjectStart || !f.calls(text)) {
		return true, true
	}
	w.check.reset(text, w.options)
	w.check.valid, w.check.work = len(text), w.work
	same = w.check.alone(f, branch)
	w.work = w.check.work
	return same, !w.check.dead
}

// begins returns the kind of value that a text is, which is not null.
func begins(text []byte) token.Kind {
	switch text[0] {
	case '{':
		return token.ObjectStart
	case '[':
		return token.ArrayStart
	case '"':
		return token.String
	case 't':
		return token.True
	case 'f':
		return token.False
	default:
		return token.Number
	}
}

// calls reports whether the first name in an object that was written here is one of a branch. None has to be escaped.
func (f *form) calls(object []byte) bool {
	if object[1] != '"' {
		return false
	}
	name := object[2:]
	name = name[:bytes.IndexByte(name, '"')]
	_, ok := f.tags[string(name)]
	return ok
}
