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

// extensions compares the extensions of two files, which the reference does not. They are paired by number; one that only
// one side has is none of the other's business.
func (d *differ) extensions(r, w []protoreflect.FieldDescriptor) {
	if len(r) == 0 || len(w) == 0 {
		return
	}
	now := make(map[extensionKey]protoreflect.FieldDescriptor, len(r))
	for _, x := range r {
		now[keyOfExtension(x)] = x
	}
	for _, old := range w {
		if x := now[keyOfExtension(old)]; x != nil {
			d.extension(x, old)
		}
	}
}

// extension compares two extensions of one number. The path is that of a field.
func (d *differ) extension(r, w protoreflect.FieldDescriptor) {
	at := scopeOf(r) + "/" + strconv.Itoa(int(r.Number()))
	warn := func(code, message string) { d.add(code, at, r, w, message) }
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
