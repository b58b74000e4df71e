package protobuf

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
)

// placeOf returns the path of a field in the message at path.
func placeOf(path string, f protoreflect.FieldDescriptor) string {
	if o := oneofOf(f); o != nil {
		path += "/" + string(o.Name())
	}
	return path + "/" + strconv.Itoa(int(f.Number()))
}

// oneofs looks for fields that exclude one another in the reader and did not in the writer: the members of a oneof come
// from more than one place, each field outside a oneof being a place of its own. Members that the writer does not know
// do not count.
func (d *differ) oneofs(path string, r, w *members) {
	now, before := realOneofs(r), realOneofs(w)
	for i := range r.Oneofs().Len() {
		o := r.Oneofs().Get(i)
		if now[o.Name()] == nil {
			continue
		}
		at := path + "/" + string(o.Name())
		if from := originsOf(o, w.number, isSeen); from.places > 1 {
			d.excluded(at, o, w, from)
		} else if all := originsOf(o, w.number, anyField); all.places > 1 {
			d.passing(true, func() { d.excluded(at, o, w, all) })
		} else if all := originsOf(o, d.withExtensions(w), anyField); all.places > 1 {
			d.add("EXTENSION_CHANGED", at, o, w.MessageDescriptor, d.excludes(o, all))
		}
		if before[o.Name()] == nil {
			d.add("ONEOF_ADDED", at, o, nil, "")
		}
	}
	for i := range w.Oneofs().Len() {
		if o := w.Oneofs().Get(i); before[o.Name()] != nil && now[o.Name()] == nil {
			d.add("ONEOF_REMOVED", path+"/"+string(o.Name()), nil, o, "")
		}
	}
}

// excluded notes that the reader's oneof o has members from more than one place.
func (d *differ) excluded(at string, o protoreflect.OneofDescriptor, w *members, from origins) {
	code := "FIELD_MOVED_TO_EXISTING_ONEOF"
	if from.outside > 1 {
		code = "MULTIPLE_FIELDS_MOVED_TO_ONEOF"
	}
	d.add(code, at, o, w.MessageDescriptor, d.excludes(o, from))
}

// excludes says of which fields the reader's oneof o keeps only one.
func (d *differ) excludes(o protoreflect.OneofDescriptor, from origins) string {
	which := "which"
	if from.places < len(from.members) {
		which = "some of which"
	}
	return "oneof `" + string(o.Name()) + "` keeps only one of " + shortened(from.members) + ", " + which + " the " +
		d.words.writer + " schema can set together"
}

// realOneofs indexes the oneofs of a message that are written as such.
func realOneofs(m *members) map[protoreflect.Name]protoreflect.OneofDescriptor {
	all := byName(m.Oneofs())
	for name, o := range all {
		if o.IsSynthetic() {
			delete(all, name)
		}
	}
	return all
}

// origins are the places in a message that the members of another one's oneof come from.
type origins struct {
	places  int      // how many
	outside int      // how many of them are outside a oneof
	members []string // the members that the message knows
}

// isSeen reports whether the reference looks at a field.
func isSeen(f protoreflect.FieldDescriptor) bool { return !declaresGroup(f) }

func anyField(protoreflect.FieldDescriptor) bool { return true }

// A numbering returns what a message has with a number, nil if nothing.
type numbering func(protoreflect.FieldNumber) protoreflect.FieldDescriptor

// originsOf returns the places of the members that count on both sides.
func originsOf(o protoreflect.OneofDescriptor, w numbering, counts func(protoreflect.FieldDescriptor) bool) (from origins) {
	oneofs := map[protoreflect.Name]bool{}
	for i := range o.Fields().Len() {
		f := o.Fields().Get(i)
		old := w(f.Number())
		if old == nil || !counts(f) || !counts(old) {
			continue
		}
		from.members = append(from.members, "`"+string(f.Name())+"`")
		if place := oneofOf(old); place == nil {
			from.outside++
		} else {
			oneofs[place.Name()] = true
		}
	}
	from.places = len(oneofs) + from.outside
	return from
}

// fields compares the fields of two messages by number, and then those whose number means another field, or none, by name.
func (d *differ) fields(path string, r, w *members) {
	gone := map[protoreflect.Name]bool{} // the writer's oneofs of which no member is left
	var moved []protoreflect.FieldDescriptor
	eachNumber(r, w, func(f, old protoreflect.FieldDescriptor) {
		switch {
		case old == nil:
			d.passing(declaresGroup(f), func() { d.fieldAdded(path, f, w) })
		case f == nil:
			d.passing(declaresGroup(old), func() { d.fieldRemoved(path, old, r, gone) })
			moved = append(moved, old)
		default:
			if declaresGroup(f) && !declaresGroup(old) {
				d.fieldRemoved(path, old, r, gone)
			}
			if declaresGroup(old) && !declaresGroup(f) {
				d.fieldAdded(path, f, w)
			}
			d.passing(declaresGroup(f) || declaresGroup(old), func() {
				d.field(path, f, old)
				d.fieldWarnings(path, r, f, old)
			})
			if f.Name() != old.Name() {
				moved = append(moved, old)
			}
		}
	})
	d.renumbered(path, r, moved)
}

func (d *differ) fieldAdded(path string, f protoreflect.FieldDescriptor, w *members) {
	at, code, message := placeOf(path, f), "FIELD_ADDED", ""
	switch {
	case oneofOf(f) != nil:
		code = "ONEOF_FIELD_ADDED"
	case f.Cardinality() == protoreflect.Required:
		code = "REQUIRED_FIELD_ADDED"
		message = "`" + string(f.Name()) + "` is required, and the " + d.words.writer + " schema lacks it: its messages are refused"
	}
	d.add(code, at, f, w.MessageDescriptor, message)
	if d.direction == compat.NewReadsOld && w.reserved.has(f.Number()) {
		d.add("FIELD_NUMBER_REUSED", at, f, w.MessageDescriptor, isReserved(f))
	}
}

func isReserved(f protoreflect.FieldDescriptor) string {
	return "`" + string(f.Name()) + "` takes number " + strconv.Itoa(int(f.Number())) + ", which the old schema reserves"
}

func (d *differ) fieldRemoved(path string, old protoreflect.FieldDescriptor, r *members, gone map[protoreflect.Name]bool) {
	at, code, message := placeOf(path, old), "FIELD_REMOVED", ""
	switch o := oneofOf(old); {
	case o != nil && survives(o, r, gone):
		code = "ONEOF_FIELD_REMOVED"
		message = d.lacks("`"+string(old.Name())+"` of oneof `"+string(o.Name())+"`") + stillRead + " without it"
	case old.Cardinality() == protoreflect.Required:
		code = "REQUIRED_FIELD_REMOVED"
		message = d.lacks("the required field `"+string(old.Name())+"`") + stillRead + " without it"
	}
	d.add(code, at, r.MessageDescriptor, old, message)
	if d.direction == compat.OldReadsNew && r.reserved.has(old.Number()) {
		d.add("FIELD_NUMBER_REUSED", at, r.MessageDescriptor, old, isReserved(old))
	}
}

// stillRead ends the message of a finding that breaks no byte.
const stillRead = ": messages are still read"

// survives reports whether a member of the writer's oneof o is still a field of r. gone remembers those of which none is.
func survives(o protoreflect.OneofDescriptor, r *members, gone map[protoreflect.Name]bool) bool {
	if gone[o.Name()] {
		return false
	}
	for i := range o.Fields().Len() {
		if f := r.number(o.Fields().Get(i).Number()); f != nil && isSeen(f) && isSeen(o.Fields().Get(i)) {
			return true
		}
	}
	gone[o.Name()] = true
	return false
}

// field compares a field that both have, at the reader's place.
func (d *differ) field(path string, r, w protoreflect.FieldDescriptor) {
	at := ""
	add := func(code, message string) *difference {
		if at == "" {
			at = placeOf(path, r)
		}
		return d.add(code, at, r, w, message)
	}
	if r.Name() != w.Name() {
		add("FIELD_NAME_CHANGED", "")
	}
	if oneofOf(w) != nil && oneofOf(r) == nil {
		add("ONEOF_FIELD_MOVED_TO_TOP_LEVEL", "")
	}
	what := "the type of `" + string(r.Name()) + "`"
	switch shape := shapeOf(r); {
	case !d.unseen && (shape == group && shapeOf(w) == message || shape == message && shapeOf(w) == group):
		add("GROUP_CHANGED", d.change(what, spelled(r), spelled(w))+encodedDifferently)
		d.named(add, what, r, w)
	case shape != shapeOf(w):
		d.shapes(add, what, r, w)
	case shape == scalar:
		d.scalars(add, what, r, w)
	case shape == mapped:
		d.entries(add, "the key type of `"+string(r.Name())+"`", r.MapKey(), w.MapKey())
		d.entries(add, "the value type of `"+string(r.Name())+"`", r.MapValue(), w.MapValue())
	case declaresGroup(r) || declaresGroup(w):
		d.message(path+"/"+string(r.Message().Name()), r.Message(), w.Message())
	default:
		d.named(add, what, r, w)
	}
}
