package protobuf

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// fieldWarnings looks for what the reference lets pass in a field that both have.
func (d *differ) fieldWarnings(path string, of *members, r, w protoreflect.FieldDescriptor) {
	warn := func(code, message string) { d.add(code, placeOf(path, r), r, w, message) }
	if r.Name() != w.Name() && reused(of, r, w) {
		warn("FIELD_NUMBER_REUSED", d.change("number "+strconv.Itoa(int(r.Number())),
			"`"+string(r.Name())+"` ("+spelled(r)+")", "`"+string(w.Name())+"` ("+spelled(w)+")")+
			": what is written as the one is read as the other")
	} else if r.JSONName() != w.JSONName() {
		warn("JSON_NAME_CHANGED", d.change("the name of `"+string(r.Name())+"` in JSON", "`"+r.JSONName()+"`", "`"+w.JSONName()+"`"))
	}
	if !numberRelabelled(r, w) {
		if shapeOf(r) == shapeOf(w) && encodingOf(r) == encodingOf(w) && w.IsList() && !r.IsList() {
			warn("REPEATED_TO_SINGULAR", d.singled(r, w))
		}
		if r.Cardinality() == protoreflect.Required && w.Cardinality() != protoreflect.Required {
			warn("FIELD_NOW_REQUIRED", d.demanded(r))
		}
	}
	d.defaults(warn, r, w)
	d.valueWarnings(warn, r, w)
	if r.IsMap() && w.IsMap() {
		d.valueWarnings(warn, r.MapKey(), w.MapKey())
		d.valueWarnings(warn, r.MapValue(), w.MapValue())
	}
}

// defaults looks for scalars that are not sent and read as another value than the writer's. The defaults of lists, messages
// and of what is encoded otherwise do not matter, nor do those of fields that are always sent.
func (d *differ) defaults(warn func(code, message string), r, w protoreflect.FieldDescriptor) {
	if !r.HasDefault() && !w.HasDefault() && r.Enum() == nil && w.Enum() == nil {
		return // zero on both sides
	}
	if shapeOf(r) != scalar || shapeOf(w) != scalar || r.IsList() || w.IsList() || encoding[r.Kind()] != encoding[w.Kind()] ||
		w.Cardinality() == protoreflect.Required {
		return
	}
	if absentValue(r) != absentValue(w) {
		warn("DEFAULT_CHANGED", d.change("the default of `"+string(r.Name())+"`", shownDefault(r), shownDefault(w))+
			": a message without the field is read with the other value")
	}
}

// shownDefault returns the default of a scalar as a text would spell it.
func shownDefault(f protoreflect.FieldDescriptor) string {
	switch {
	case f.Enum() != nil && f.Enum().Values().ByNumber(f.Default().Enum()) != nil:
		return string(f.Enum().Values().ByNumber(f.Default().Enum()).Name())
	case f.Kind() == protoreflect.BoolKind:
		return f.Default().String()
	default:
		return absentValue(f)
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
	if encodingOf(r) == 0 || encodingOf(r) != encodingOf(w) {
		return
	}
	d.enumWarnings(warn, r, w)
	if r.Kind() == w.Kind() {
		return
	}
	from := typeName(w) + " is read as " + typeName(r)
	if w.Kind() == protoreflect.BytesKind {
		warn("UTF8_NOT_GUARANTEED", from+": bytes that are not UTF-8 are refused or mangled")
		return
	}
	reader, writer := spans[r.Kind()], spanOf(w)
	switch {
	case reader.bits >= writer.bits:
		if sign := signChange(reader, writer); sign != "" {
			warn("INTEGER_SIGN_CHANGED", from+": "+sign)
		}
	case r.Kind() == protoreflect.BoolKind:
		warn("NARROWED_INTEGER", from+": every number but 0 is read as true")
	default:
		warn("NARROWED_INTEGER", from+": values beyond "+strconv.Itoa(reader.bits)+" bits are cut off")
	}
}

// signChange says which values of a type that is no wider become others, "" if none do.
func signChange(reader, writer span) string {
	switch {
	case writer.signed && !reader.signed:
		return "negative values are read as large ones"
	case reader.signed && !writer.signed && reader.bits == writer.bits:
		return "values of " + strconv.FormatUint(1<<(reader.bits-1), 10) + " and more are read as negative ones"
	default:
		return ""
	}
}

// renumbered looks for those of the writer's fields that keep their name, but not their number: what was written under the old one
// is skipped.
func (d *differ) renumbered(path string, r *members, moved []protoreflect.FieldDescriptor) {
	for _, old := range moved {
		f := r.name(old.Name())
		if f == nil || localType(f) != localType(old) && r.number(old.Number()) != nil {
			continue // or its number is said to be another field's
		}
		d.add("FIELD_RENUMBERED", placeOf(path, f), f, old, d.renumbering(f, old))
	}
}

// renumbering says that a field, or an extension, has another number, and perhaps another type.
func (d *differ) renumbering(r, w protoreflect.FieldDescriptor) string {
	what, reader, writer := "the number of", strconv.Itoa(int(r.Number())), strconv.Itoa(int(w.Number()))
	if localType(r) != localType(w) {
		what, reader, writer = "the number and type of", reader+" ("+spelled(r)+")", writer+" ("+spelled(w)+")"
	}
	return d.change(what+" `"+string(r.Name())+"`", reader, writer) + ": what is written under the one is not read under the other"
}
