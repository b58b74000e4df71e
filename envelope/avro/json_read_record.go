package avro

import (
	"github.com/treatyhq/treaty/envelope/token"
)

// record reads the members of an object that begins at offset, in any order.
func (r *jsonReader) record(f *form, offset int) bool {
	start, mine := len(r.out), len(r.spans)
	for range f.fields {
		r.spans = append(r.spans, span{-1, -1})
	}
	ok, next, ordered := true, 0, true
	for {
		key := r.tokens.Next()
		if key.Kind == token.ObjectEnd {
			break
		}
		if key.Kind != token.Key {
			return r.broken()
		}
		i := f.field(key.Text, next)
		if i < 0 {
			ok = r.unknown(f, key) && ok
		} else {
			ordered = ordered && i == next
			next = i + 1
			ok = r.member(f, i, mine) && ok
		}
		if !ok && r.stopped() {
			return false
		}
	}
	if !ordered || next < len(f.fields) {
		ok = r.complete(f, offset, mine) && ok
		if ok {
			r.reorder(r.spans[mine:], start)
		}
	}
	r.spans = r.spans[:mine]
	return ok
}

// field returns the index of a field, -1 if there is none of the name. It is most often the next.
func (f *form) field(name []byte, next int) int {
	if next < len(f.fields) && f.fields[next].name == string(name) {
		return next
	}
	if i, ok := f.index[string(name)]; ok {
		return i
	}
	return -1
}

func (r *jsonReader) member(f *form, i, mine int) bool {
	r.at(i)
	from := len(r.out)
	ok := r.value(f.fields[i].form)
	r.spans[mine+i] = span{from, len(r.out)}
	return ok
}

// lenient reports whether what a record lacks and what it does not have may be looked over.
func (r *jsonReader) lenient() bool {
	return !r.strict && (r.options.ApplyDefaults || r.options.DropUnknown)
}

// unknown passes a member that the record does not have.
func (r *jsonReader) unknown(f *form, key token.Token) bool {
	if r.options.DropUnknown && !r.strict {
		raw, ok := r.tokens.Skip()
		if !ok {
			return r.broken()
		}
		return !r.trying || r.worked(len(raw)/8)
	}
	if r.trying {
		return false
	}
	name, record := string(key.Text), len(r.trail)-1
	r.report(jsonUnknown, key.Offset, r.places(record), token.JoinPath(r.pathOf(record), name), "%s is no field of %s", quoteKey(name), f.node.TypeName())
	if !r.dead {
		r.pass()
	}
	return false
}

// complete gives the fields that were not in the object at offset their defaults.
func (r *jsonReader) complete(f *form, offset, mine int) bool {
	ok := true
	for i := range f.fields {
		if r.spans[mine+i].start >= 0 {
			continue
		}
		r.at(i)
		from := len(r.out)
		if !r.fill(&f.fields[i], offset) {
			if ok = false; r.stopped() {
				return false
			}
		}
		r.spans[mine+i] = span{from, len(r.out)}
	}
	return ok
}

// fill appends the default of a field.
func (r *jsonReader) fill(f *formField, offset int) bool {
	hint := ""
	if f.fill != nil {
		raw, ok := f.fill()
		switch {
		case !ok:
		case !r.options.ApplyDefaults:
			hint = ": its default is given only with applyDefaults"
		case r.strict:
		case r.trying:
			return true
		case len(r.out)-r.base+len(raw) > maxOutput:
			r.fault(tooLarge, offset, "makes the message larger than %d bytes", maxOutput)
			r.dead = true
			return false
		default:
			r.out = append(r.out, raw...)
			if len(r.defaulted) < r.limit {
				r.defaulted = append(r.defaulted, r.path())
			}
			return true
		}
	}
	if r.trying {
		return false
	}
	return r.fault(jsonMissing, offset, "is missing%s", hint)
}

// reorder puts the fields whose bytes are in out from start on into the order of their spans.
func (r *jsonReader) reorder(spans []span, start int) {
	r.spare = append(r.spare[:0], r.out[start:]...)
	r.out = r.out[:start]
	for _, s := range spans {
		r.out = append(r.out, r.spare[s.start-start:s.end-start]...)
	}
}
