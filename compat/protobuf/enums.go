package protobuf

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// enums compares the enums of two scopes by name, and their values by number. Of two with the same mark there is nothing to say.
func (d *differ) enums(scope string, reader, writer scope, r, w protoreflect.EnumDescriptors) {
	if slices.Equal(reader.enums, writer.enums) {
		return
	}
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
	names, were, now, before := byName(r.Values()), byName(w.Values()), values(r), values(w)
	for i := range w.Values().Len() {
		old := w.Values().Get(i)
		v, named := now[old.Number()], names[old.Name()]
		if named != nil && named.Number() == old.Number() {
			continue
		}
		number := strconv.Itoa(int(old.Number()))
		if v == nil {
			d.add("ENUM_CONST_REMOVED", path+"/"+number, nil, old, "")
			if named != nil {
				d.add("ENUM_VALUE_REUSED", path+"/"+strconv.Itoa(int(named.Number())), named, old,
					d.change("the number of `"+string(old.Name())+"`", strconv.Itoa(int(named.Number())), number)+
						": what is written as the one is not read as the other")
			}
			continue
		}
		d.add("ENUM_CONST_CHANGED", path+"/"+number, v, old, "")
		if alias := were[v.Name()]; alias == nil || alias.Number() != v.Number() {
			d.add("ENUM_VALUE_REUSED", path+"/"+number, v, old,
				d.change("number "+number+" of `"+string(r.Name())+"`", "`"+string(v.Name())+"`", "`"+string(old.Name())+"`")+
					": what is written as the one is read as the other")
		}
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

// enumWarnings compares the enums of two fields that are encoded alike: what a closed one drops, and what becomes of the names
// where the walk over the files does not compare the two.
func (d *differ) enumWarnings(warn func(code, message string), r, w protoreflect.FieldDescriptor) {
	if unknown := d.unknownTo(r, w); unknown != "" {
		warn("ENUM_VALUE_UNKNOWN", "`"+string(r.Enum().Name())+"` is closed and has no value for "+unknown+
			", which the "+d.words.writer+" schema may write: "+dropped(r))
	}
	if r.Enum() == nil || w.Enum() == nil || r.Enum().ParentFile() == d.reader && w.Enum().ParentFile() == d.writer &&
		localName(r.Enum()) == localName(w.Enum()) {
		return
	}
	key := enums{r.Enum(), w.Enum()}
	if localName(key.reader) == localName(key.writer) {
		if !d.compared[key] {
			d.compared[key] = true
			d.enum("#/"+strings.ReplaceAll(localName(key.reader), ".", "/"), key.reader, key.writer)
		}
		return
	}
	renamed, ok := d.renamed[key]
	if !ok {
		renamed = readAs(key.reader, key.writer)
		d.renamed[key] = renamed
	}
	if renamed != "" {
		warn("ENUM_VALUE_REUSED", d.change("the type of `"+string(r.Name())+"`", typeName(r), typeName(w))+": "+renamed)
	}
}

// dropped says what a reader makes of a number that its closed enum does not have.
func dropped(r protoreflect.FieldDescriptor) string {
	switch {
	case r.ContainingMessage().IsMapEntry():
		return "the entry is left out"
	case r.IsList():
		return "the element is left out"
	default:
		return "the field is read as if it were not set"
	}
}

// readAs says which numbers have another name in the reader's enum than in the writer's, "" if none.
func readAs(r, w protoreflect.EnumDescriptor) string {
	var list []string
	for old, v := range otherNames(r, w) {
		if list = append(list, "`"+string(old.Name())+"` is read as `"+string(v.Name())+"`"); len(list) == listed {
			break
		}
	}
	return strings.Join(list, ", ")
}

// otherNames yields the values of the writer's enum whose numbers the reader's has under another name, and that.
func otherNames(r, w protoreflect.EnumDescriptor) iter.Seq2[protoreflect.EnumValueDescriptor, protoreflect.EnumValueDescriptor] {
	return func(yield func(old, v protoreflect.EnumValueDescriptor) bool) {
		names, were, now := byName(r.Values()), byName(w.Values()), values(r)
		for i := range w.Values().Len() {
			old := w.Values().Get(i)
			if same := names[old.Name()]; same != nil && same.Number() == old.Number() {
				continue
			}
			v := now[old.Number()]
			if v == nil {
				continue
			}
			if alias := were[v.Name()]; (alias == nil || alias.Number() != v.Number()) && !yield(old, v) {
				return
			}
		}
	}
}

// unknownTo names the numbers that a writer's field may send and that the reader's enum lacks, "" if there are none or if
// the enum is open: that keeps them. A closed one drops them.
func (d *differ) unknownTo(r, w protoreflect.FieldDescriptor) string {
	if r.Enum() == nil || !r.Enum().IsClosed() {
		return ""
	}
	if w.Enum() == nil {
		return missingNumbers(r.Enum(), w)
	}
	key := enums{r.Enum(), w.Enum()}
	unknown, ok := d.unknown[key]
	if !ok {
		unknown = missingValues(key.reader, key.writer)
		if unknown == "" && !key.writer.IsClosed() {
			unknown = "numbers without a name"
		}
		d.unknown[key] = unknown
	}
	return unknown
}

// missingNumbers says which numbers of an integer field the enum lacks, "" if none.
func missingNumbers(e protoreflect.EnumDescriptor, w protoreflect.FieldDescriptor) string {
	if w.Kind() != protoreflect.BoolKind {
		return "most of the numbers of " + typeName(w)
	}
	known, missing := values(e), []string(nil)
	for n := range protoreflect.EnumNumber(2) {
		if known[n] == nil {
			missing = append(missing, strconv.Itoa(int(n)))
		}
	}
	return shortened(missing)
}

// missingValues lists the numbers of the writer's enum that the reader's lacks.
func missingValues(r, w protoreflect.EnumDescriptor) string {
	if sameValues(r.Values(), w.Values()) {
		return ""
	}
	known, missing := values(r), []string(nil)
	for number := range values(w) {
		if known[number] == nil {
			missing = append(missing, strconv.Itoa(int(number)))
		}
	}
	slices.SortFunc(missing, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return shortened(missing)
}
