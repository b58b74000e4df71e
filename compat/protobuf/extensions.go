package protobuf

import (
	"google.golang.org/protobuf/reflect/protoreflect"
)

// extensionKey tells what an extension extends and by which number.
type extensionKey struct {
	message string
	number  protoreflect.FieldNumber
	own     bool // the name is without the package, and the message is the file's own
}

// extensions are those that a file can read, its own and those of its imports.
type extensions struct {
	all     []protoreflect.FieldDescriptor
	numbers map[extensionKey]protoreflect.FieldDescriptor
	names   map[string]protoreflect.FieldDescriptor // by local name
}

// keyOf returns what an extension of a message is known by among those of a file, whose package may change.
func keyOf(m protoreflect.MessageDescriptor, n protoreflect.FieldNumber, file protoreflect.FileDescriptor) extensionKey {
	if m.ParentFile() == file {
		return extensionKey{localName(m), n, true}
	}
	return extensionKey{string(m.FullName()), n, false}
}

func extensionsOf(file protoreflect.FileDescriptor) extensions {
	e := extensions{numbers: map[extensionKey]protoreflect.FieldDescriptor{}, names: map[string]protoreflect.FieldDescriptor{}}
	eachFile(file, map[string]bool{}, func(f protoreflect.FileDescriptor) { e.all = append(e.all, extensionsIn(f)...) })
	for _, x := range e.all {
		e.numbers[keyOf(x.ContainingMessage(), x.Number(), file)] = x
		if e.names[localName(x)] == nil {
			e.names[localName(x)] = x
		}
	}
	return e
}

// eachFile calls f for a file and all that it imports.
func eachFile(file protoreflect.FileDescriptor, seen map[string]bool, f func(protoreflect.FileDescriptor)) {
	if seen[file.Path()] {
		return
	}
	seen[file.Path()] = true
	f(file)
	for i := range file.Imports().Len() {
		eachFile(file.Imports().Get(i).FileDescriptor, seen, f)
	}
}

// extensionsIn returns the extensions that a file, or a message, declares in all its scopes.
func extensionsIn(scope interface {
	Extensions() protoreflect.ExtensionDescriptors
	Messages() protoreflect.MessageDescriptors
}) []protoreflect.FieldDescriptor {
	var all []protoreflect.FieldDescriptor
	for i := range scope.Extensions().Len() {
		all = append(all, scope.Extensions().Get(i))
	}
	for i := range scope.Messages().Len() {
		all = append(all, extensionsIn(scope.Messages().Get(i))...)
	}
	return all
}

// extensions compares the extensions that two files can read, which the reference does not. They are paired by number, with
// fields too: an extension may become one, or have been one. One that only one side has is none of the other's business,
// unless the other has its name with another number.
func (d *differ) extensions() {
	r, w := d.of.reader.extensions, d.of.writer.extensions
	inReader, inWriter := fieldsLike(d.of.reader, d.writer), fieldsLike(d.of.writer, d.reader)
	for _, old := range w.all {
		if x := r.numbers[keyOf(old.ContainingMessage(), old.Number(), d.writer)]; x != nil {
			d.extension(x, old)
		} else if f := inReader(old); f != nil {
			d.extension(f, old)
		} else if x := r.names[localName(old)]; x != nil && localName(x.ContainingMessage()) == localName(old.ContainingMessage()) {
			d.add("FIELD_RENUMBERED", pathOf(x), x, old, d.renumbering(x, old))
		}
	}
	for _, x := range r.all {
		if w.numbers[keyOf(x.ContainingMessage(), x.Number(), d.reader)] != nil {
			continue
		}
		if old := inWriter(x); old != nil {
			d.extension(x, old)
		}
	}
}

// withExtensions returns the fields of a message of the writer's, and the extensions of it.
func (d *differ) withExtensions(w *members) numbering {
	return func(n protoreflect.FieldNumber) protoreflect.FieldDescriptor {
		if f := w.number(n); f != nil {
			return f
		}
		return d.of.writer.extensions.numbers[keyOf(w.MessageDescriptor, n, d.writer)]
	}
}

// fieldsLike returns a look-up of the field that a file, or what it imports, has where another one has an extension; nil if there
// is none.
func fieldsLike(o *outline, other protoreflect.FileDescriptor) func(x protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
	known := map[protoreflect.MessageDescriptor]*members{}
	return func(x protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
		m := x.ContainingMessage()
		if _, ok := known[m]; !ok {
			known[m] = o.like(m, m.ParentFile() == other)
		}
		if known[m] == nil {
			return nil
		}
		return known[m].number(x.Number())
	}
}

// like returns the message of the file, or of what it imports, that has the name of another one's own, or import's; nil if there is
// none.
func (o *outline) like(m protoreflect.MessageDescriptor, isOwn bool) (found *members) {
	eachFile(o.file, map[string]bool{}, func(f protoreflect.FileDescriptor) {
		if own := messageNamed(f, localName(m)); found == nil && own != nil && (f == o.file) == isOwn && (isOwn || own.FullName() == m.FullName()) {
			found = o.of(own)
		}
	})
	return found
}

// pathOf returns the path of a field, or of an extension, at the message that it is read in.
func pathOf(f protoreflect.FieldDescriptor) string { return placeOf(scopeOf(f), f) }

// extension compares two fields of one number of which at least one is an extension. The path is that of a field.
func (d *differ) extension(r, w protoreflect.FieldDescriptor) {
	warn := func(code, message string) { d.add(code, pathOf(r), r, w, message) }
	if d.renamedInJSON(r, w) {
		warn("JSON_NAME_CHANGED", d.change("the name of `"+string(r.Name())+"` in JSON", "`"+jsonOf(r)+"`", "`"+jsonOf(w)+"`"))
	}
	what := "the type of `" + string(r.Name()) + "`"
	switch {
	case shapeOf(r) != shapeOf(w) || encodingOf(r) != encodingOf(w):
		warn("EXTENSION_CHANGED", d.change(what, spelled(r), spelled(w))+encodedDifferently)
		return
	case r.Message() != nil && (!d.walked(r.Message(), w.Message()) || declaresGroup(r)) && !d.alike(r.Message(), w.Message()):
		warn("EXTENSION_CHANGED", d.inside(what, r, w, false))
		return
	case w.IsList() && !r.IsList():
		warn("REPEATED_TO_SINGULAR", d.singled(r, w))
	}
	if r.Cardinality() == protoreflect.Required && w.Cardinality() != protoreflect.Required {
		warn("FIELD_NOW_REQUIRED", d.demanded(r))
	}
	d.defaults(warn, r, w)
	d.valueWarnings(warn, r, w)
}

// renamedInJSON reports whether JSON knows two fields by different names. The packages of the files themselves do not count: they
// change for all extensions at once.
func (d *differ) renamedInJSON(r, w protoreflect.FieldDescriptor) bool {
	if r.IsExtension() && w.IsExtension() && r.ParentFile() == d.reader && w.ParentFile() == d.writer {
		return localName(r) != localName(w)
	}
	return jsonOf(r) != jsonOf(w)
}

func jsonOf(f protoreflect.FieldDescriptor) string {
	if f.IsExtension() {
		return "[" + string(f.FullName()) + "]"
	}
	return f.JSONName()
}

// walked reports whether the walk over the files compares two messages with each other.
func (d *differ) walked(r, w protoreflect.MessageDescriptor) bool {
	return localName(r) == localName(w) && r.ParentFile() == d.reader && w.ParentFile() == d.writer
}

// encodingOf returns how a scalar is encoded, 0 for what is none.
func encodingOf(f protoreflect.FieldDescriptor) byte {
	if shapeOf(f) != scalar {
		return 0
	}
	return encoding[f.Kind()]
}
