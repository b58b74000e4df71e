package protobuf

import (
	"slices"
	"strconv"
	"strings"

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
		groups, outside := origins(o, w)
		switch {
		case groups <= 1:
		case outside > 1:
			d.add("MULTIPLE_FIELDS_MOVED_TO_ONEOF", at, o, nil,
				"oneof `"+string(o.Name())+"` keeps only one of fields that the "+d.words.writer+" schema sets together")
		default:
			d.add("FIELD_MOVED_TO_EXISTING_ONEOF", at, o, nil,
				"oneof `"+string(o.Name())+"` joins fields that the "+d.words.writer+" schema sets together")
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

// origins counts the places in w that the members of o come from, and how many of those are outside a oneof.
func origins(o protoreflect.OneofDescriptor, w *members) (groups, outside int) {
	from := map[protoreflect.Name]bool{}
	for i := range o.Fields().Len() {
		old := w.number(o.Fields().Get(i).Number())
		if old == nil {
			continue
		}
		if place := oneofOf(old); place == nil {
			outside++
		} else {
			from[place.Name()] = true
		}
	}
	return len(from) + outside, outside
}

// fields compares the fields of two messages by number.
func (d *differ) fields(path string, r, w *members) {
	gone := map[protoreflect.Name]bool{} // the writer's oneofs of which no member is left
	eachNumber(r, w, func(f, old protoreflect.FieldDescriptor) {
		switch {
		case old == nil:
			d.fieldAdded(path, f, w)
		case f == nil:
			d.fieldRemoved(path, old, r, gone)
		default:
			d.field(path, f, old)
			d.fieldWarnings(path, r, f, old)
		}
	})
}

func (d *differ) fieldAdded(path string, f protoreflect.FieldDescriptor, w *members) {
	at, code, message := placeOf(path, f), "FIELD_ADDED", ""
	switch {
	case oneofOf(f) != nil:
		code = "ONEOF_FIELD_ADDED"
	case f.Cardinality() == protoreflect.Required:
		code, message = "REQUIRED_FIELD_ADDED", "`"+string(f.Name())+"` is required, and the "+d.words.writer+" schema lacks it"
	}
	d.add(code, at, f, nil, message)
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
		code, message = "ONEOF_FIELD_REMOVED", d.lacks("`"+string(old.Name())+"` of oneof `"+string(o.Name())+"`")
	case old.Cardinality() == protoreflect.Required:
		code, message = "REQUIRED_FIELD_REMOVED", d.lacks("the required field `"+string(old.Name())+"`")
	}
	d.add(code, at, nil, old, message)
	if d.direction == compat.OldReadsNew && r.reserved.has(old.Number()) {
		d.add("FIELD_NUMBER_REUSED", at, r.MessageDescriptor, old, isReserved(old))
	}
}

// survives reports whether a member of the writer's oneof o is still a field of r. gone remembers those of which none is.
func survives(o protoreflect.OneofDescriptor, r *members, gone map[protoreflect.Name]bool) bool {
	if gone[o.Name()] {
		return false
	}
	for i := range o.Fields().Len() {
		if r.number(o.Fields().Get(i).Number()) != nil {
			return true
		}
	}
	gone[o.Name()] = true
	return false
}

// field compares a field that both have, at the reader's place.
func (d *differ) field(path string, r, w protoreflect.FieldDescriptor) {
	at := ""
	add := func(code, message string) {
		if at == "" {
			at = placeOf(path, r)
		}
		d.add(code, at, r, w, message)
	}
	if r.Name() != w.Name() {
		add("FIELD_NAME_CHANGED", "")
	}
	if oneofOf(w) != nil && oneofOf(r) == nil {
		add("ONEOF_FIELD_MOVED_TO_TOP_LEVEL", "")
	}
	shape, what := shapeOf(r), typeOf(r)
	if shape != shapeOf(w) {
		add("FIELD_KIND_CHANGED", d.changes(what, r, w))
		d.found[len(d.found)-1].harmless = holds(r, w)
		return
	}
	switch shape {
	case scalar:
		d.scalars(add, what, r, w)
		d.labels(add, r, w)
	case message:
		d.named(add, what, r, w)
	case group:
		if !declaresGroup(r) || !declaresGroup(w) {
			d.named(add, what, r, w)
			return
		}
		d.message(path+"/"+string(r.Message().Name()), r.Message(), w.Message())
	case mapped:
		d.entries(add, "the key type of `"+string(r.Name())+"`", r.MapKey(), w.MapKey())
		d.entries(add, "the value type of `"+string(r.Name())+"`", r.MapValue(), w.MapValue())
	}
}

// holds reports whether a field takes the bytes of messages as they are: bytes do, and text where the messages are empty.
func holds(r, w protoreflect.FieldDescriptor) bool {
	if shapeOf(w) != message || w.IsList() && !r.IsList() {
		return false
	}
	empty := w.Message().Fields().Len() == 0 && w.Message().ExtensionRanges().Len() == 0
	return r.Kind() == protoreflect.BytesKind || r.Kind() == protoreflect.StringKind && empty
}

// declaresGroup reports whether a field of group encoding declares its type as well, as in proto2. In an edition the type
// stands by itself and may contain itself.
func declaresGroup(f protoreflect.FieldDescriptor) bool {
	return f.ParentFile().Syntax() == protoreflect.Proto2
}

// typeOf says of what a message tells the change.
func typeOf(f protoreflect.FieldDescriptor) string { return "the type of `" + string(f.Name()) + "`" }

func (d *differ) changes(what string, r, w protoreflect.FieldDescriptor) string {
	return d.change(what, typeName(r), typeName(w)) + ", which is encoded otherwise"
}

// entries compares the keys or the values of two maps; what says which.
func (d *differ) entries(add func(string, string), what string, r, w protoreflect.FieldDescriptor) {
	switch {
	case shapeOf(r) != shapeOf(w):
		add("FIELD_KIND_CHANGED", d.changes(what, r, w))
	case shapeOf(r) == scalar:
		d.scalars(add, what, r, w)
	default:
		d.named(add, what, r, w)
	}
}

func (d *differ) scalars(add func(string, string), what string, r, w protoreflect.FieldDescriptor) {
	if encoding[r.Kind()] != encoding[w.Kind()] {
		add("FIELD_SCALAR_KIND_CHANGED", d.changes(what, r, w))
	}
}

// labels compares the labels of two scalars, if both have one.
func (d *differ) labels(add func(string, string), r, w protoreflect.FieldDescriptor) {
	reader, writer := labelOf(r), labelOf(w)
	switch {
	case reader == "" || writer == "" || reader == writer:
	case isText(r):
		add("FIELD_STRING_OR_BYTES_LABEL_CHANGED", "")
	default:
		add("FIELD_NUMERIC_LABEL_CHANGED", d.change("the label of `"+string(r.Name())+"`", reader, writer))
		d.found[len(d.found)-1].harmless = r.IsList() || w.Cardinality() == protoreflect.Required
	}
}

// named compares the message types of two fields: by name if the walk over the files meets both, else in depth too.
func (d *differ) named(add func(string, string), what string, r, w protoreflect.FieldDescriptor) {
	reader, writer := r.Message(), w.Message()
	if localName(reader) != localName(writer) {
		add("FIELD_NAMED_TYPE_CHANGED", d.change(what, typeName(r), typeName(w)))
		d.found[len(d.found)-1].harmless = d.alike(reader, writer)
		return
	}
	if d.walked(reader, writer) {
		return
	}
	if !d.reads(reader, writer) {
		add("FIELD_NAMED_TYPE_CHANGED", what+" is "+typeName(r)+", which cannot read what it is in the "+
			d.words.writer+" schema")
	}
}

// maxRepeated is how many differences are printed again because a type is met again: written out the list can be
// exponential. Past it a field that uses the type is printed alone.
const maxRepeated = 10_000

// reads reports whether one imported message reads another, and notes what keeps it from doing so, to be printed again for
// each field that uses it. A pair that is being compared further up counts as compatible.
func (d *differ) reads(r, w protoreflect.MessageDescriptor) bool {
	key := messages{r, w}
	if known, ok := d.known[key]; ok {
		if d.repeated += known.to - known.from; d.repeated <= maxRepeated {
			d.printed = append(d.printed, d.printed[known.from:known.to]...)
		}
		return known.from == known.to
	}
	d.known[key] = stretch{}
	from := len(d.printed)
	d.message("#/"+strings.ReplaceAll(localName(r), ".", "/"), r, w)
	d.known[key] = stretch{from, len(d.printed)}
	return from == len(d.printed)
}

// maxAlike is the number of pairs of messages with different names up to which it is found out whether their bytes are
// alike; past it they count as different. There can be as many pairs as the product of two files.
const maxAlike = 1000

// alike reports whether the bytes of one message read as another's, whatever they are called. It notes nothing.
func (d *differ) alike(r, w protoreflect.MessageDescriptor) bool {
	key := messages{r, w}
	if same, ok := d.same[key]; ok {
		return same
	}
	if len(d.same) >= maxAlike {
		return false
	}
	d.same[key] = true
	start, printed, known := len(d.found), len(d.printed), d.known
	d.known = map[messages]stretch{}
	d.message("", r, w)
	ok := !slices.ContainsFunc(d.found[start:], func(f difference) bool {
		return ruleOf[f.code].Wire && !f.harmless
	})
	d.found, d.printed, d.known, d.same[key] = d.found[:start], d.printed[:printed], known, ok
	return ok
}
