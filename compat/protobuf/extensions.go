package protobuf

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// extensionKey tells what an extension extends, without packages, and by which number.
type extensionKey struct {
	message string
	number  protoreflect.FieldNumber
}

func keyOfExtension(x protoreflect.FieldDescriptor) extensionKey {
	return extensionKey{localName(x.ContainingMessage()), x.Number()}
}

// extensions compares the extensions at the top of two files, which the reference does not. They are paired by number; one
// that only one side has is none of the other's business.
func (d *differ) extensions(r, w protoreflect.ExtensionDescriptors) {
	now := make(map[extensionKey]protoreflect.FieldDescriptor, r.Len())
	for i := range r.Len() {
		now[keyOfExtension(r.Get(i))] = r.Get(i)
	}
	for i := range w.Len() {
		old := w.Get(i)
		if x := now[keyOfExtension(old)]; x != nil {
			d.extension(x, old)
		}
	}
}

// extension compares two extensions of one number. The path is that of a field.
func (d *differ) extension(r, w protoreflect.FieldDescriptor) {
	at := "#/" + localName(r.ContainingMessage()) + "/" + strconv.Itoa(int(r.Number()))
	warn := func(code, message string) { d.add(code, at, r, w, message) }
	switch {
	case shapeOf(r) != shapeOf(w) || encodingOf(r) != encodingOf(w):
		warn("EXTENSION_CHANGED", d.changes(typeOf(r), r, w))
		return
	case r.Message() != nil && !d.walked(r.Message(), w.Message()) && !d.alike(r.Message(), w.Message()):
		warn("EXTENSION_CHANGED", typeOf(r)+" is "+typeName(r)+", which does not read all that "+typeName(w)+" writes in the "+
			d.words.writer+" schema")
		return
	case w.IsList() && !r.IsList():
		warn("REPEATED_TO_SINGULAR", "`"+string(r.Name())+"` is a list in the "+d.words.writer+" schema: only its last value is read")
	}
	d.defaults(warn, r, w)
	d.valueWarnings(warn, r, w)
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
