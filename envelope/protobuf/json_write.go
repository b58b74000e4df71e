package protobuf

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxText bounds the JSON of one message: the names of fields can make much of messages that take two bytes.
const maxText = 128 << 20

// AppendJSON appends the message that a body is as protojson, without spaces: fields as they are declared, entries of maps by
// key. ok is false, and dst as it was, if the body is not valid, has no such form, or would have more than 128 MiB of text.
// Unknown fields are left out.
//
// It is written straight from the bytes. A message in which something comes twice that can be there only once is read in
// full before, for what counts then is the business of a parser.
// Source: Protocol Buffers, ProtoJSON Format.
func (p *Program) AppendJSON(dst, body []byte, _ JSONOptions) (out []byte, ok bool) {
	if !p.Clean(body) {
		return p.appendParsed(dst, body)
	}
	w := writers.Get().(*textWriter)
	w.program, w.forms, w.body, w.dst, w.base = p, p.forms(), body, dst, len(dst)
	what := w.message(&w.forms[0], span{0, len(body)})
	out = w.dst
	w.release()
	switch what {
	case written:
		return out, true
	case twice:
		return p.appendParsed(dst, body)
	}
	return dst, false
}

// appendParsed is AppendJSON by way of a message.
func (p *Program) appendParsed(dst, body []byte) (out []byte, ok bool) {
	d, err := DecodeWithin(p.md, body, p.limits)
	if err != nil || p.bound(&p.forms()[0], body, span{0, len(body)}) > maxText {
		return dst, false
	}
	text, err := JSON(d.Message)
	if err != nil || len(text) > maxText {
		return dst, false
	}
	return append(dst, text...), true
}

// An outcome is what became of a message that is written.
type outcome uint8

const (
	written outcome = iota
	twice           // something comes twice that can be there only once
	unfit           // there is no such text, or too much of it
)

// A textWriter walks a body that is clean and writes what it finds.
type textWriter struct {
	program *Program
	forms   []textForm
	types   *types // of messages in an Any
	body    []byte
	dst     []byte
	base    int    // of dst, where the text begins
	parts   []part // of the messages that the one at hand is in, and of its own
}

// A part is one field of a message on the wire.
type part struct {
	field int32 // in the order in which it is written
	typ   protowire.Type
	span  // of the value, without its length
}

var writers = sync.Pool{New: func() any { return new(textWriter) }}

// keptParts is how many parts a writer has room for when it waits for the next text.
const keptParts = 4 << 10

func (w *textWriter) release() {
	if cap(w.parts) > keptParts {
		w.parts = nil
	}
	*w = textWriter{parts: w.parts[:0]}
	writers.Put(w)
}

// gather appends the parts of a message in the order in which they are written, and returns where they begin. It is false if
// something comes twice that can be there only once.
func (w *textWriter) gather(f *textForm, in span) (first int, once bool) {
	first = len(w.parts)
	sorted := true
	for at, body := in.at, w.body[:in.end]; at < in.end; {
		tag, next := readVarint(body, at)
		number, typ := uint32(tag>>3), protowire.Type(tag&7)
		value, behind := extentOf(body, next, number, typ)
		at = behind
		i := f.index(number) - 1
		if i < 0 {
			continue
		}
		if last := len(w.parts) - 1; last >= first && w.parts[last].field > i {
			sorted = false
		}
		w.parts = append(w.parts, part{i, typ, value})
	}
	own := w.parts[first:]
	if !sorted {
		slices.SortStableFunc(own, func(a, b part) int { return cmp.Compare(a.field, b.field) })
	}
	return first, f.once(own)
}

// once reports whether nothing comes twice that can be there only once: a field that is no list and no map, and a member of a
// oneof.
func (f *textForm) once(parts []part) bool {
	for i := 1; i < len(parts); i++ {
		was, is := parts[i-1].field, parts[i].field
		t := &f.fields[is]
		if was == is && !t.list && !t.keyed || t.oneof > 0 && f.fields[was].oneof == t.oneof { // whose members are declared together
			return false
		}
	}
	return true
}

// extentOf returns where a value lies in a body that is clean, without its length or a group's end, and the offset behind it.
func extentOf(body []byte, at int, number uint32, typ protowire.Type) (value span, behind int) {
	switch typ {
	case protowire.VarintType:
		_, behind = readVarint(body, at)
		return span{at, behind}, behind
	case protowire.Fixed32Type:
		return span{at, at + 4}, at + 4
	case protowire.Fixed64Type:
		return span{at, at + 8}, at + 8
	case protowire.BytesType:
		start, end := readSpan(body, at)
		return span{start, end}, end
	}
	inside, n := protowire.ConsumeGroup(protowire.Number(number), body[at:])
	return span{at, at + len(inside)}, at + n
}

// message writes a message, or the inside of a group.
func (w *textWriter) message(f *textForm, in span) outcome {
	if f.special {
		return w.special(f, in)
	}
	first, once := w.gather(f, in)
	if !once {
		return twice
	}
	w.dst = append(w.dst, '{')
	for i, empty := first, len(w.dst); i < len(w.parts); {
		behind := i + 1
		for behind < len(w.parts) && w.parts[behind].field == w.parts[i].field {
			behind++
		}
		if o := w.field(&f.fields[w.parts[i].field], i, behind, empty); o != written {
			return o
		}
		i = behind
	}
	w.parts = w.parts[:first]
	w.dst = append(w.dst, '}')
	if len(w.dst)-w.base > maxText {
		return unfit
	}
	return written
}

// field writes a field, which the parts from i to behind are. empty is where the first member of the object begins.
func (w *textWriter) field(t *textField, i, behind, empty int) outcome {
	if t.implicit && isZero(t, w.bytes(w.parts[i].span)) {
		return written
	}
	before := len(w.dst)
	if before > empty {
		w.dst = append(w.dst, ',')
	}
	w.dst = append(w.dst, t.name...)
	switch {
	case t.keyed:
		return w.entries(t, i, behind)
	case t.list:
		return w.elements(t, i, behind, before)
	}
	return w.value(t, w.parts[i].span)
}

func (w *textWriter) bytes(in span) []byte { return w.body[in.at:in.end] }

// elements writes a list. One that has only packed fields without a value is not there.
func (w *textWriter) elements(t *textField, i, behind, before int) outcome {
	w.dst = append(w.dst, '[')
	start := len(w.dst)
	for ; i < behind; i++ {
		x := w.parts[i]
		if x.typ != t.wire {
			w.packed(t, x.span, start)
			continue
		}
		if len(w.dst) > start {
			w.dst = append(w.dst, ',')
		}
		if o := w.value(t, x.span); o != written {
			return o
		}
	}
	if len(w.dst) == start {
		w.dst = w.dst[:before]
		return written
	}
	w.dst = append(w.dst, ']')
	return written
}

func (w *textWriter) packed(t *textField, in span, start int) {
	for at := in.at; at < in.end; {
		value, behind := extentOf(w.body, at, 0, t.wire)
		if len(w.dst) > start {
			w.dst = append(w.dst, ',')
		}
		w.dst = appendScalar(w.dst, t, w.bytes(value))
		at = behind
	}
}

func (w *textWriter) value(t *textField, in span) outcome {
	if t.form >= 0 {
		return w.message(&w.forms[t.form], in)
	}
	w.dst = appendScalar(w.dst, t, w.bytes(in))
	return written
}

// An entry is a key of a map and its value.
type entry struct{ key, value span }

// entries writes a map, whose entries are those from i to behind. Keys and values that are left out are zero, and of two
// entries with one key the last counts; both are rare, and left to the parser.
func (w *textWriter) entries(t *textField, i, behind int) outcome {
	f := &w.forms[t.form]
	all := make([]entry, 0, behind-i)
	for ; i < behind; i++ {
		first, once := w.gather(f, w.parts[i].span)
		if !once || len(w.parts)-first != 2 {
			return twice
		}
		all = append(all, entry{w.parts[first].span, w.parts[first+1].span})
		w.parts = w.parts[:first]
	}
	key := &f.fields[0]
	slices.SortFunc(all, func(a, b entry) int { return compareRaw(key.kind, w.bytes(a.key), w.bytes(b.key)) })
	w.dst = append(w.dst, '{')
	for i, e := range all {
		if i > 0 {
			if compareRaw(key.kind, w.bytes(all[i-1].key), w.bytes(e.key)) == 0 {
				return twice
			}
			w.dst = append(w.dst, ',')
		}
		w.dst = append(appendKey(w.dst, key, w.bytes(e.key)), ':')
		if o := w.value(&f.fields[1], e.value); o != written {
			return o
		}
	}
	w.dst = append(w.dst, '}')
	return written
}

// compareRaw compares two keys as protojson sorts them.
func compareRaw(kind protoreflect.Kind, a, b []byte) int {
	if kind == protoreflect.StringKind {
		return bytes.Compare(a, b)
	}
	if signed(kind) {
		return cmp.Compare(int64(bitsOf(kind, a)), int64(bitsOf(kind, b)))
	}
	return cmp.Compare(bitsOf(kind, a), bitsOf(kind, b))
}

// special writes a type that has a form of its own, as protojson does.
func (w *textWriter) special(f *textForm, in span) outcome {
	if w.types == nil {
		w.types = typesOf(w.program.md)
	}
	m, err := unmarshal(f.md, w.bytes(in), w.types)
	if err != nil {
		return unfit
	}
	text, err := printed(m, w.types)
	if err != nil || len(w.dst)-w.base+len(text) > maxText {
		return unfit
	}
	w.dst = append(w.dst, text...)
	return written
}

// bound returns a length that the text of a message does not exceed, however its fields are merged.
func (p *Program) bound(f *textForm, body []byte, in span) int {
	const number, escaped = 32, 6 // the longest of a number with its quotes and comma, and of a byte
	if f.special {
		return number + escaped*(in.end-in.at)
	}
	size := len("{},")
	for at := in.at; at < in.end; {
		tag, next := readVarint(body, at)
		typ := protowire.Type(tag & 7)
		value, behind := extentOf(body[:in.end], next, uint32(tag>>3), typ)
		at = behind
		i := f.index(uint32(tag>>3)) - 1
		if i < 0 {
			continue
		}
		t := &f.fields[i]
		size += len(t.name) + number
		switch {
		case t.form >= 0:
			size += p.bound(&p.text[t.form], body, value)
		case typ == protowire.BytesType:
			size += max(escaped, t.enum.longest()) * (value.end - value.at)
		default:
			size += t.enum.longest()
		}
	}
	return size
}
