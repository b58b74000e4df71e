package protobuf

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// fieldWarnings looks for what the reference lets pass in a field that both have.
func (d *differ) fieldWarnings(path string, of *members, r, w protoreflect.FieldDescriptor) {
	warn := func(code, message string) { d.add(code, placeOf(path, r), r, w, message) }
	if r.Name() != w.Name() && reused(of, r, w) {
		warn("FIELD_NUMBER_REUSED", d.change("number "+strconv.Itoa(int(r.Number())),
			"`"+string(r.Name())+"`, "+typeName(r), "`"+string(w.Name())+"`, "+typeName(w)))
	} else if r.JSONName() != w.JSONName() {
		warn("JSON_NAME_CHANGED", d.change("the name in JSON", "`"+r.JSONName()+"`", "`"+w.JSONName()+"`"))
	}
	if shapeOf(r) == shapeOf(w) && w.IsList() && !r.IsList() {
		warn("REPEATED_TO_SINGULAR", "`"+string(r.Name())+"` is a list in the "+d.words.writer+
			" schema: only its last value is read")
	}
	if r.Cardinality() == protoreflect.Required && w.Cardinality() != protoreflect.Required {
		warn("FIELD_NOW_REQUIRED", "`"+string(r.Name())+"` is required, and the "+d.words.writer+
			" schema may leave it out: such a message is refused")
	}
	d.defaults(warn, r, w)
	d.valueWarnings(warn, r, w)
	if r.IsMap() && w.IsMap() {
		d.valueWarnings(warn, r.MapKey(), w.MapKey())
		d.valueWarnings(warn, r.MapValue(), w.MapValue())
	}
}

// defaults looks for scalars that are not sent and read as another value than the writer's. The defaults of lists, messages
// and of what is encoded otherwise do not matter.
func (d *differ) defaults(warn func(code, message string), r, w protoreflect.FieldDescriptor) {
	if !r.HasDefault() && !w.HasDefault() && r.Enum() == nil && w.Enum() == nil {
		return // zero on both sides
	}
	if shapeOf(r) != scalar || shapeOf(w) != scalar || r.IsList() || w.IsList() || encoding[r.Kind()] != encoding[w.Kind()] {
		return
	}
	if reader, writer := absentValue(r), absentValue(w); reader != writer {
		warn("DEFAULT_CHANGED", d.change("the default of `"+string(r.Name())+"`", reader, writer)+
			": a message without the field reads otherwise")
	}
}

// absentValue returns the default of a scalar; false and true are 0 and 1, values of enums their numbers, as they are encoded.
func absentValue(f protoreflect.FieldDescriptor) string {
	if f.Enum() != nil && f.Enum().Values().Len() == 0 {
		return "0" // an import may be as old as a parser that let it pass
	}
	switch v := f.Default().Interface().(type) {
	case bool:
		if v {
			return "1"
		}
		return "0"
	case protoreflect.EnumNumber:
		return strconv.Itoa(int(v))
	case string:
		return strconv.Quote(v)
	case []byte:
		return strconv.Quote(string(v))
	default:
		return f.Default().String()
	}
}

// reused reports whether a number stands for another field than before, and not for the same one renamed: its type has
// changed as well, or the old field lives on at another number.
func reused(of *members, r, w protoreflect.FieldDescriptor) bool {
	return localType(r) != localType(w) || of.name(w.Name()) != nil
}

// valueWarnings looks for scalars that are encoded alike but do not keep every value.
func (d *differ) valueWarnings(warn func(code, message string), r, w protoreflect.FieldDescriptor) {
	if unknown := d.unknownTo(r, w); unknown != "" {
		warn("ENUM_VALUE_UNKNOWN", "`"+string(r.Enum().Name())+"` is closed and has no value for "+unknown+
			", which the "+d.words.writer+" schema may write: the field is read as if it were not set")
	}
	if r.Kind() == w.Kind() || encoding[r.Kind()] != encoding[w.Kind()] || encoding[r.Kind()] == 0 {
		return
	}
	from := typeName(w) + " is read as " + typeName(r)
	if w.Kind() == protoreflect.BytesKind {
		warn("UTF8_NOT_GUARANTEED", from+": bytes that are not UTF-8 are refused or mangled")
		return
	}
	reader, writer := spans[r.Kind()], spans[w.Kind()]
	switch {
	case reader.bits < writer.bits:
		warn("NARROWED_INTEGER", from+": large values are cut off")
	case writer.signed && !reader.signed, reader.signed && !writer.signed && reader.bits == writer.bits:
		warn("INTEGER_SIGN_CHANGED", from+": negative or large values become others")
	}
}

// unknownTo names the numbers that a writer's field may send and that the reader's enum lacks, "" if there are none or if
// the enum is open: that keeps them. A closed one drops them.
func (d *differ) unknownTo(r, w protoreflect.FieldDescriptor) string {
	if r.Enum() == nil || !r.Enum().IsClosed() || encoding[w.Kind()] != encoding[r.Kind()] {
		return ""
	}
	if w.Enum() == nil {
		return "some of " + typeName(w)
	}
	key := enums{r.Enum(), w.Enum()}
	unknown, ok := d.unknown[key]
	if !ok {
		unknown = missingValues(key.reader, key.writer)
		if unknown == "" && !key.writer.IsClosed() {
			unknown = "numbers that have no name"
		}
		d.unknown[key] = unknown
	}
	return unknown
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
	list := strings.Join(missing[:min(listed, len(missing))], ", ")
	if n := len(missing) - listed; n > 0 {
		list += " and " + strconv.Itoa(n) + " more"
	}
	return list
}

// renumbered looks for fields that keep name and type, but not their number: what was written under the old one is
// skipped.
func (d *differ) renumbered(path string, r, w *members) {
	for _, old := range w.sorted {
		if same := r.number(old.Number()); same != nil && same.Name() == old.Name() {
			continue
		}
		f := r.name(old.Name())
		if f == nil || localType(f) != localType(old) {
			continue
		}
		d.add("FIELD_RENUMBERED", placeOf(path, f), f, old,
			d.change("the number of `"+string(f.Name())+"`", strconv.Itoa(int(f.Number())), strconv.Itoa(int(old.Number())))+
				": what is written under the one is not read under the other")
	}
}
