package protobuf

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// edits are what people do to a file. An edit can make it invalid; such a pair is thrown away.
var edits = []func(*rapid.T, *drawnFile){
	func(t *rapid.T, f *drawnFile) { // another type
		d := f.anyField(t)
		d.typ = f.drawType(t)
		f.drawLabel(t, d)
		if d.oneof != "" {
			d.label, d.option = "", ""
		}
	},
	func(t *rapid.T, f *drawnFile) { // another scalar
		if d := f.anyField(t); slices.Contains(drawnScalars, d.typ) {
			d.typ, d.option = pick(t, drawnScalars, "scalar"), ""
		}
	},
	func(t *rapid.T, f *drawnFile) { // another label, another default
		if d := f.anyField(t); d.oneof == "" {
			f.drawLabel(t, d)
		}
	},
	func(t *rapid.T, f *drawnFile) { // another name
		f.anyField(t).name += "x"
	},
	func(t *rapid.T, f *drawnFile) { // another number
		f.anyField(t).number = rapid.IntRange(1, 8).Draw(t, "number")
	},
	func(t *rapid.T, f *drawnFile) { // two numbers change places
		m := f.anyMessage(t)
		a, b := pick(t, m.fields, "one"), pick(t, m.fields, "other")
		a.number, b.number = b.number, a.number
	},
	func(t *rapid.T, f *drawnFile) { // a field less
		m := f.anyMessage(t)
		i := rapid.IntRange(0, len(m.fields)-1).Draw(t, "which")
		m.fields = slices.Delete(m.fields, i, i+1)
	},
	func(t *rapid.T, f *drawnFile) { // a field more
		i := rapid.IntRange(0, len(f.messages)-1).Draw(t, "message")
		f.messages[i].fields = append(f.messages[i].fields, f.drawField(t, i, rapid.IntRange(1, 8).Draw(t, "number")))
	},
	func(t *rapid.T, f *drawnFile) { // into a oneof, or out of one
		d := f.anyField(t)
		d.oneof = pick(t, []string{"", "o", "p", "q"}, "oneof")
		d.label, d.option = "", ""
		if d.oneof == "" && f.syntax == "proto2" {
			d.label = "optional"
		}
	},
	func(t *rapid.T, f *drawnFile) { // two fields into one oneof
		m := f.anyMessage(t)
		for range 2 {
			d := pick(t, m.fields, "member")
			d.oneof, d.label, d.option = "q", "", ""
		}
	},
	func(t *rapid.T, f *drawnFile) { // a message with another name
		m := pick(t, f.messages, "message")
		f.rename(m.name, "R"+m.name)
		m.name = "R" + m.name
	},
	func(t *rapid.T, f *drawnFile) { // a field of another message with other contents
		copied := f.clone().messages[0]
		copied.name = "MCopy"
		f.messages = append(f.messages, copied)
		f.rename(f.messages[0].name, copied.name)
		f.retype(t, copied)
	},
	func(t *rapid.T, f *drawnFile) { // a value more, less, first, or with another number
		e := pick(t, f.enums, "enum")
		if len(e.values) == 0 {
			return // an edit before this one has taken the last
		}
		switch rapid.IntRange(0, 4).Draw(t, "edit") {
		case 0:
			n := rapid.IntRange(3, 5).Draw(t, "number")
			e.values = append(e.values, drawnValue{fmt.Sprintf("%s_V%d", e.name, n), n})
		case 1:
			e.values = e.values[:len(e.values)-1]
		case 2:
			e.values = e.values[1:]
		case 3:
			e.values[len(e.values)-1].number += 3
		default:
			slices.Reverse(e.values)
		}
	},
	func(_ *rapid.T, f *drawnFile) { f.enums[0].closed = !f.enums[0].closed },
	func(t *rapid.T, f *drawnFile) { // an extension of another type
		for _, x := range f.extend {
			x.typ = pick(t, append([]string{"M0", "M1", "E0", "E1"}, drawnScalars...), "type")
			x.label = pick(t, []string{"optional", "repeated"}, "label")
		}
	},
	func(t *rapid.T, f *drawnFile) { // an extension becomes a field
		if len(f.extend) > 0 && f.messages[0].name == extended {
			f.messages[0].fields = append(f.messages[0].fields, f.extend[0])
			f.extend = f.extend[1:]
		}
	},
	func(_ *rapid.T, f *drawnFile) { // extensions of another number
		for _, x := range f.extend {
			x.number += 5
		}
	},
	func(t *rapid.T, f *drawnFile) { // a value, or two, of another name
		e := pick(t, f.enums, "enum")
		if len(e.values) < 2 {
			return
		}
		a, b := &e.values[0], &e.values[len(e.values)-1]
		if a.name, b.name = b.name, a.name; rapid.Bool().Draw(t, "new names") {
			a.name, b.name = a.name+"x", b.name+"x"
		}
	},
	func(t *rapid.T, f *drawnFile) { // a group, or no longer one
		d := f.anyField(t)
		d.typ = pick(t, drawnScalars, "scalar")
		f.drawLabel(t, d)
		f.drawGroup(t, d)
	},
	func(_ *rapid.T, f *drawnFile) { f.syntax = "edition" },
	func(_ *rapid.T, f *drawnFile) { f.pkg += "2" },
	func(_ *rapid.T, f *drawnFile) { slices.Reverse(f.messages) },
}

func (f *drawnFile) anyMessage(t *rapid.T) *drawnMessage {
	var all []*drawnMessage
	for _, m := range f.messages {
		for _, m := range []*drawnMessage{m, m.inner} {
			if m != nil && len(m.fields) > 0 {
				all = append(all, m)
			}
		}
	}
	return pick(t, all, "message")
}

// anyField returns a field of a message, or one in a group.
func (f *drawnFile) anyField(t *rapid.T) *drawnField {
	d := pick(t, f.anyMessage(t).fields, "field")
	if d.body != nil && rapid.Bool().Draw(t, "in the group") {
		return pick(t, d.body, "field of the group")
	}
	return d
}

// retype gives the fields of a message other types.
func (f *drawnFile) retype(t *rapid.T, m *drawnMessage) {
	for _, d := range m.fields {
		if slices.Contains(drawnScalars, d.typ) && rapid.Bool().Draw(t, "retype") {
			d.typ, d.option = pick(t, drawnScalars, "scalar"), ""
		}
	}
}

// rename has every field that uses a type of this file use another.
func (f *drawnFile) rename(from, to string) {
	for _, m := range f.messages {
		for _, d := range m.fields {
			renameType(d, from, to)
		}
		if m.inner != nil {
			for _, d := range m.inner.fields {
				renameType(d, from, to)
			}
		}
	}
}

func renameType(d *drawnField, from, to string) {
	for _, nested := range []string{"", ".In"} {
		switch {
		case d.typ == from+nested:
			d.typ = to + nested
		case strings.HasSuffix(d.typ, ", "+from+nested+">"):
			d.typ = strings.TrimSuffix(d.typ, from+nested+">") + to + nested + ">"
		}
	}
}
