package protobuf

import (
	"slices"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
)

// A differ is the walk over a pair of files. It belongs to one check.
type differ struct {
	reader, writer protoreflect.FileDescriptor
	of             struct{ reader, writer *outline }
	direction      compat.Direction
	words          struct{ reader, writer string } // "new" and "old", or the other way round
	unseen         bool                            // the walk is where the reference does not look: at a group, or inside one
	found          []difference
	printed        []int               // indices of what the reference prints, repetitions included
	repeated       int                 // how many of them are repetitions
	known          map[reading]stretch // what keeps the reader's from reading the writer's; nothing while it is being found out
	same           map[messages]bool   // whether it does as far as bytes go, whatever the names
	unknown        map[enums]string    // the numbers of the writer's that the reader's lacks
	renamed        map[enums]string    // the values of the writer's that have other names in the reader's
	compared       map[enums]bool      // those of imports that were compared as a field uses them
}

type messages struct {
	reader, writer protoreflect.MessageDescriptor
}

// A reading is a pair of messages that are compared where the reference looks, or where it does not.
type reading struct {
	messages
	unseen bool
}

// A stretch is a part of what is printed.
type stretch struct {
	from, to int
	harmless bool // nothing in it breaks bytes
}

type enums struct {
	reader, writer protoreflect.EnumDescriptor
}

// newDiffer returns a walk over files of which no outline is kept.
func newDiffer(reader, writer protoreflect.FileDescriptor, direction compat.Direction) *differ {
	return outlined(newOutline(reader), newOutline(writer), direction)
}

func outlined(reader, writer *outline, direction compat.Direction) *differ {
	d := &differ{reader: reader.file, writer: writer.file, direction: direction}
	d.of.reader, d.of.writer = reader, writer
	d.known, d.same = map[reading]stretch{}, map[messages]bool{}
	d.unknown, d.renamed, d.compared = map[enums]string{}, map[enums]string{}, map[enums]bool{}
	d.words.reader, d.words.writer = direction.Words()
	return d
}

// add notes a difference and returns it. What the reference would refuse if it looked at groups is a change of a group.
func (d *differ) add(code, path string, r, w protoreflect.Descriptor, message string) *difference {
	found := difference{code: code, path: path, reader: r, writer: w, message: message}
	switch refused := ruleOf[code].DropIn; {
	case refused && d.unseen:
		found.code, found.harmless = "GROUP_CHANGED", !ruleOf[code].Wire
	case refused:
		d.printed = append(d.printed, len(d.found))
	}
	d.found = append(d.found, found)
	return &d.found[len(d.found)-1]
}

// passing runs f where the reference does not look, if group says so or it did not look there already.
func (d *differ) passing(group bool, f func()) {
	before := d.unseen
	d.unseen = before || group
	f()
	d.unseen = before
}

// files compares the packages, then all that stands in the files.
func (d *differ) files() {
	r, w := d.reader, d.writer
	if r.Package() != w.Package() {
		d.add("PACKAGE_CHANGED", "#/", r, w, d.change("the package", packageName(r), packageName(w))+stillRead)
	}
	d.types("#", d.of.reader.messages, d.of.writer.messages)
	d.enums("#", d.of.reader.scope, d.of.writer.scope, r.Enums(), w.Enums())
	d.services(r.Services(), w.Services())
	d.extensions()
}

func packageName(f protoreflect.FileDescriptor) string {
	if f.Package() == "" {
		return "none"
	}
	return "`" + string(f.Package()) + "`"
}

// types compares the messages of two scopes by name: first those that the writer knows, then the new ones.
func (d *differ) types(scope string, r, w []protoreflect.MessageDescriptor) {
	if sameNames(r, w) {
		for i, m := range w {
			d.message(scope+"/"+string(m.Name()), r[i], m)
		}
		return
	}
	at := make(map[protoreflect.Name]int, len(r))
	for i, m := range r {
		at[m.Name()] = i
	}
	for j, m := range w {
		path := scope + "/" + string(m.Name())
		i, ok := at[m.Name()]
		if !ok {
			d.add("MESSAGE_REMOVED", path, nil, m, d.lacks("message `"+localName(m)+"`")+": messages of other types are still read")
			continue
		}
		delete(at, m.Name())
		if i != j {
			d.add("MESSAGE_MOVED", path, r[i], m, "")
			d.add("MESSAGE_INDEX_CHANGED", path, r[i], m,
				d.change("the index of `"+localName(m)+"`", strconv.Itoa(i), strconv.Itoa(j))+
					", and framed messages name a message by its index")
		}
		d.message(path, r[i], m)
	}
	for _, m := range r {
		if _, added := at[m.Name()]; added {
			d.add("MESSAGE_ADDED", scope+"/"+string(m.Name()), m, nil, "")
		}
	}
}

// sameNames reports whether two lists name the same in the same order, as most do.
func sameNames(r, w []protoreflect.MessageDescriptor) bool {
	return slices.EqualFunc(r, w, func(a, b protoreflect.MessageDescriptor) bool { return a.Name() == b.Name() })
}

// declared returns the messages that are written as such, not those that stand for maps and groups.
func declared(all protoreflect.MessageDescriptors) []protoreflect.MessageDescriptor {
	if all.Len() == 0 {
		return nil
	}
	groups := groupTypes(all.Get(0).Parent())
	list := make([]protoreflect.MessageDescriptor, 0, all.Len())
	for i := range all.Len() {
		if m := all.Get(i); !m.IsMapEntry() && !groups[m.Name()] {
			list = append(list, m)
		}
	}
	return list
}

// groupTypes names the messages in a scope that are written together with a field or an extension, as a group.
func groupTypes(scope protoreflect.Descriptor) map[protoreflect.Name]bool {
	if scope.ParentFile().Syntax() != protoreflect.Proto2 {
		return nil
	}
	groups := map[protoreflect.Name]bool{}
	note := func(fields list[protoreflect.FieldDescriptor]) {
		for i := range fields.Len() {
			if f := fields.Get(i); f.Kind() == protoreflect.GroupKind {
				groups[f.Message().Name()] = true
			}
		}
	}
	switch scope := scope.(type) {
	case protoreflect.MessageDescriptor:
		note(scope.Fields())
		note(scope.Extensions())
	case protoreflect.FileDescriptor:
		note(scope.Extensions())
	}
	return groups
}

// message compares two messages: first the fields that exclude one another now, then the fields by number, then what
// is nested.
func (d *differ) message(path string, reader, writer protoreflect.MessageDescriptor) {
	r, w := d.of.reader.of(reader), d.of.writer.of(writer)
	if r.exclusive != w.exclusive {
		d.oneofs(path, r, w)
	}
	d.fields(path, r, w)
	d.reserved(path, reader, writer, r.reserved, w.reserved)
	d.types(path, r.messages, w.messages)
	d.enums(path, r.scope, w.scope, r.Enums(), w.Enums())
}

// services looks for methods of the old schema that the new one lacks, which the reference does not.
func (d *differ) services(r, w protoreflect.ServiceDescriptors) {
	latest, before := d.newOld(r, w)
	services := byName(latest)
	for i := range before.Len() {
		old := before.Get(i)
		path := "#/" + string(old.Name())
		s := services[old.Name()]
		if s == nil {
			d.gone(path, nil, old, "service `"+string(old.Name())+"` is gone")
			continue
		}
		methods := byName(s.Methods())
		for j := range old.Methods().Len() {
			if m := old.Methods().Get(j); methods[m.Name()] == nil {
				d.gone(path+"/"+string(m.Name()), s, m, "method `"+string(m.Name())+"` is gone")
			}
		}
	}
}

func (d *differ) newOld(r, w protoreflect.ServiceDescriptors) (latest, before protoreflect.ServiceDescriptors) {
	if d.direction == compat.OldReadsNew {
		return w, r
	}
	return r, w
}

// gone notes that the old schema's method or service is not in the new one.
func (d *differ) gone(path string, latest, before protoreflect.Descriptor, message string) {
	if d.direction == compat.OldReadsNew {
		latest, before = before, latest
	}
	d.add("SERVICE_METHOD_REMOVED", path, latest, before, message)
}

// change says how something changes from the old schema to the new one.
func (d *differ) change(what, reader, writer string) string {
	if d.direction == compat.OldReadsNew {
		reader, writer = writer, reader
	}
	return what + " changes from " + writer + " to " + reader
}

// lacks says that the reader's schema does not have something.
func (d *differ) lacks(what string) string { return "the " + d.words.reader + " schema lacks " + what }
