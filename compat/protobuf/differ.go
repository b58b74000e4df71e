package protobuf

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
)

// A differ is the walk over a pair of files. It belongs to one check.
type differ struct {
	reader, writer protoreflect.FileDescriptor
	direction      compat.Direction
	words          struct{ reader, writer string } // "new" and "old", or the other way round
	found          []difference
	printed        []int                // indices of what the reference prints, repetitions included
	repeated       int                  // how many of them are repetitions
	known          map[messages]stretch // what keeps the reader's from reading the writer's; nothing while it is being found out
	same           map[messages]bool    // whether it does as far as bytes go, whatever the names
	unknown        map[enums]string     // the numbers of the writer's that the reader's lacks
}

type messages struct {
	reader, writer protoreflect.MessageDescriptor
}

// A stretch is a part of what is printed.
type stretch struct{ from, to int }

type enums struct {
	reader, writer protoreflect.EnumDescriptor
}

func newDiffer(reader, writer protoreflect.FileDescriptor, direction compat.Direction) *differ {
	d := &differ{reader: reader, writer: writer, direction: direction}
	d.known, d.same, d.unknown = map[messages]stretch{}, map[messages]bool{}, map[enums]string{}
	d.words.reader, d.words.writer = direction.Words()
	return d
}

func (d *differ) add(code, path string, r, w protoreflect.Descriptor, message string) {
	if ruleOf[code].DropIn {
		d.printed = append(d.printed, len(d.found))
	}
	d.found = append(d.found, difference{code: code, path: path, reader: r, writer: w, message: message})
}

// files compares the packages, then all that stands in the files.
func (d *differ) files() {
	r, w := d.reader, d.writer
	if r.Package() != w.Package() {
		d.add("PACKAGE_CHANGED", "#/", r, w, d.change("the package", "`"+string(r.Package())+"`", "`"+string(w.Package())+"`"))
	}
	d.types("#", r.Messages(), w.Messages())
	d.enums("#", r.Enums(), w.Enums())
	d.services(r.Services(), w.Services())
	d.extensions(r.Extensions(), w.Extensions())
}

// types compares the messages of two scopes by name: first those that the writer knows, then the new ones.
func (d *differ) types(scope string, r, w protoreflect.MessageDescriptors) {
	readers, writers := declared(r), declared(w)
	at := make(map[protoreflect.Name]int, len(readers))
	for i, m := range readers {
		at[m.Name()] = i
	}
	for j, m := range writers {
		path := scope + "/" + string(m.Name())
		i, ok := at[m.Name()]
		if !ok {
			d.add("MESSAGE_REMOVED", path, nil, m, d.lacks("message `"+localName(m)+"`"))
			continue
		}
		delete(at, m.Name())
		if i != j {
			d.add("MESSAGE_MOVED", path, readers[i], m, "")
			d.add("MESSAGE_INDEX_CHANGED", path, readers[i], m,
				d.change("the index of `"+localName(m)+"`", strconv.Itoa(i), strconv.Itoa(j)))
		}
		d.message(path, readers[i], m)
	}
	for _, m := range readers {
		if _, added := at[m.Name()]; added {
			d.add("MESSAGE_ADDED", scope+"/"+string(m.Name()), m, nil, "")
		}
	}
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

// groupTypes names the messages in a scope that are written together with a field, as a group.
func groupTypes(scope protoreflect.Descriptor) map[protoreflect.Name]bool {
	parent, ok := scope.(protoreflect.MessageDescriptor)
	if !ok || parent.ParentFile().Syntax() != protoreflect.Proto2 {
		return nil
	}
	groups := map[protoreflect.Name]bool{}
	for i := range parent.Fields().Len() {
		if f := parent.Fields().Get(i); f.Kind() == protoreflect.GroupKind {
			groups[f.Message().Name()] = true
		}
	}
	return groups
}

// message compares two messages: first the fields that exclude one another now, then the fields by number, then what
// is nested.
func (d *differ) message(path string, reader, writer protoreflect.MessageDescriptor) {
	r, w := membersOf(reader), membersOf(writer)
	d.oneofs(path, r, w)
	d.fields(path, r, w)
	d.renumbered(path, r, w)
	d.reserved(path, reader, writer, r.reserved, w.reserved)
	d.types(path, r.Messages(), w.Messages())
	d.enums(path, r.Enums(), w.Enums())
}

// enums compares the enums of two scopes by name, and their values by number.
func (d *differ) enums(scope string, r, w protoreflect.EnumDescriptors) {
	now, before := byName(r), byName(w)
	for i := range w.Len() {
		old := w.Get(i)
		path := scope + "/" + string(old.Name())
		if e := now[old.Name()]; e != nil {
			d.enum(path, e, old)
		} else {
			d.add("ENUM_REMOVED", path, nil, old, "")
		}
	}
	for i := range r.Len() {
		if e := r.Get(i); before[e.Name()] == nil {
			d.add("ENUM_ADDED", scope+"/"+string(e.Name()), e, nil, "")
		}
	}
}

func (d *differ) enum(path string, r, w protoreflect.EnumDescriptor) {
	d.reserved(path, r, w, reservedValues(r), reservedValues(w))
	if sameValues(r.Values(), w.Values()) {
		return
	}
	names, now, before := byName(r.Values()), values(r), values(w)
	for i := range w.Values().Len() {
		old := w.Values().Get(i)
		v, named := now[old.Number()], names[old.Name()]
		if named != nil && named.Number() == old.Number() {
			continue
		}
		number := strconv.Itoa(int(old.Number()))
		if v == nil {
			d.add("ENUM_CONST_REMOVED", path+"/"+number, nil, old, "")
			continue
		}
		d.add("ENUM_CONST_CHANGED", path+"/"+number, v, old, "")
		d.add("ENUM_VALUE_REUSED", path+"/"+number, v, old,
			d.change("the name of "+number, "`"+string(v.Name())+"`", "`"+string(old.Name())+"`"))
	}
	for i := range r.Values().Len() {
		if v := r.Values().Get(i); before[v.Number()] == nil {
			d.add("ENUM_CONST_ADDED", path+"/"+strconv.Itoa(int(v.Number())), v, nil, "")
		}
	}
}

// sameValues reports whether two enums have the same values in the same order, as most have.
func sameValues(r, w protoreflect.EnumValueDescriptors) bool {
	if r.Len() != w.Len() {
		return false
	}
	for i := range r.Len() {
		if a, b := r.Get(i), w.Get(i); a.Number() != b.Number() || a.Name() != b.Name() {
			return false
		}
	}
	return true
}

// values indexes the values of an enum by number, the first of those that share one.
func values(e protoreflect.EnumDescriptor) map[protoreflect.EnumNumber]protoreflect.EnumValueDescriptor {
	m := make(map[protoreflect.EnumNumber]protoreflect.EnumValueDescriptor, e.Values().Len())
	for i := range e.Values().Len() {
		if v := e.Values().Get(i); m[v.Number()] == nil {
			m[v.Number()] = v
		}
	}
	return m
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
