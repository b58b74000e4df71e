package protobuf

import "strings"

// fold turns maps that are spelled out, as descriptors spell them, into map fields: a repeated field whose type is a
// nested message with the option map_entry. Compilers refuse that option in a text, but other registries have stored it.
// It reports whether it changed anything; f's messages are replaced, not written to.
func fold(f *file) bool {
	changed := false
	for i, m := range f.messages {
		if folded := foldMessage(m); folded != nil {
			f.messages[i] = folded
			changed = true
		}
	}
	return changed
}

// foldMessage returns m with its map entries folded, or nil if there are none in it.
func foldMessage(m *message) *message {
	entries := map[string]*message{}
	var nested []*message
	changed := false
	for _, n := range m.messages {
		if n.isMapEntry() && len(n.fields) == 2 {
			entries[n.name] = n
			continue
		}
		if folded := foldMessage(n); folded != nil {
			n, changed = folded, true
		}
		nested = append(nested, n)
	}
	if len(entries) == 0 && !changed {
		return nil
	}
	out := *m
	out.messages = nested
	out.fields = make([]*field, len(m.fields))
	for i, f := range m.fields {
		out.fields[i] = foldField(f, entries)
	}
	return &out
}

func foldField(f *field, entries map[string]*message) *field {
	entry := entries[f.typ[strings.LastIndexByte(f.typ, '.')+1:]]
	if entry == nil || f.label != "repeated" {
		return f
	}
	out := *f
	out.label = ""
	for _, part := range entry.fields {
		if part.number == 1 {
			out.key = part.typ
		} else {
			out.typ = part.typ
		}
	}
	return &out
}
