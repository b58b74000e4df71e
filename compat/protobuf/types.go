package protobuf

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// An adder notes a difference of the field that is compared.
type adder func(code, message string) *difference

// shapes notes that a field, or the value of a map, is no longer of the same shape.
func (d *differ) shapes(add adder, what string, r, w protoreflect.FieldDescriptor) {
	message, harmless := d.change(what, spelled(r), spelled(w)), d.holds(r, w)
	switch {
	case harmless:
		message += stillRead
	case shapeOf(r) == mapped && d.holds(w, r):
		message += ": a map keeps one of the entries that share a key"
	default:
		message += encodedDifferently
	}
	add("FIELD_KIND_CHANGED", message).harmless = harmless
}

// encodedDifferently ends the message of a finding about types that do not share an encoding.
const encodedDifferently = ", which is encoded differently"

// spelled is typeName with what else decides how a field is encoded.
func spelled(f protoreflect.FieldDescriptor) string {
	name := typeName(f)
	if f.Kind() == protoreflect.GroupKind {
		name = "group " + name
	}
	if f.IsList() {
		name = "repeated " + name
	}
	return name
}

// holds reports whether a field of another shape takes all bytes that the writer's sends as they are. Bytes hold messages, text
// empty ones, and a list of messages the entries of a map.
func (d *differ) holds(r, w protoreflect.FieldDescriptor) bool {
	switch shapeOf(w) {
	case message:
		empty := w.Message().Fields().Len() == 0 && w.Message().ExtensionRanges().Len() == 0
		return (r.IsList() || !w.IsList()) && (r.Kind() == protoreflect.BytesKind || r.Kind() == protoreflect.StringKind && empty)
	case mapped:
		return r.IsList() && r.Kind() == protoreflect.MessageKind && d.alike(r.Message(), w.Message())
	default:
		return false
	}
}

// declaresGroup reports whether a field of group encoding declares its type as well, as in proto2: the reference does not look at
// such a field. In an edition the type stands by itself and may contain itself, and the reference takes the field for one of a message.
func declaresGroup(f protoreflect.FieldDescriptor) bool {
	return f.Kind() == protoreflect.GroupKind && f.ParentFile().Syntax() == protoreflect.Proto2
}

// entries compares the keys or the values of two maps; what says which.
func (d *differ) entries(add adder, what string, r, w protoreflect.FieldDescriptor) {
	switch {
	case shapeOf(r) != shapeOf(w):
		d.shapes(add, what, r, w)
	case shapeOf(r) == scalar:
		d.scalars(add, what, r, w)
	default:
		d.named(add, what, r, w)
	}
}

// scalars compares the encodings of two scalars, and their labels where they share one.
func (d *differ) scalars(add adder, what string, r, w protoreflect.FieldDescriptor) {
	if encoding[r.Kind()] != encoding[w.Kind()] {
		add("FIELD_SCALAR_KIND_CHANGED", d.change(what, typeName(r), typeName(w))+encodedDifferently)
		return
	}
	switch {
	case !relabelled(r, w):
	case isText(r):
		add("FIELD_STRING_OR_BYTES_LABEL_CHANGED", "")
	default:
		message, consequences := d.change("the label of `"+string(r.Name())+"`", labelOf(r), labelOf(w)), d.relabelling(r, w)
		if len(consequences) == 0 {
			add("FIELD_NUMERIC_LABEL_CHANGED", message+stillRead).harmless = true
			return
		}
		add("FIELD_NUMERIC_LABEL_CHANGED", message+"; "+strings.Join(consequences, "; "))
	}
}

// relabelled reports whether two fields have labels that are written out and differ.
func relabelled(r, w protoreflect.FieldDescriptor) bool {
	reader, writer := labelOf(r), labelOf(w)
	return reader != "" && writer != "" && reader != writer
}

// numberRelabelled reports whether two fields are numbers that are encoded alike and labelled otherwise.
func numberRelabelled(r, w protoreflect.FieldDescriptor) bool {
	return encodingOf(r) != 0 && encodingOf(r) == encodingOf(w) && !isText(r) && relabelled(r, w)
}

// relabelling says what another label does to the messages of the writer's; nothing if they are read as before.
func (d *differ) relabelling(r, w protoreflect.FieldDescriptor) []string {
	var all []string
	if w.IsList() && !r.IsList() {
		all = append(all, d.singled(r, w))
	}
	if r.Cardinality() == protoreflect.Required && w.Cardinality() != protoreflect.Required {
		all = append(all, d.demanded(r))
	}
	return all
}

// singled says what a reader of one value makes of a list.
func (d *differ) singled(r, w protoreflect.FieldDescriptor) string {
	list := "`" + string(r.Name()) + "` is a list in the " + d.words.writer + " schema"
	switch {
	case r.Message() != nil:
		return list + ": its elements are read as one message, merged"
	case w.IsPacked():
		return list + ", packed: it is skipped"
	default:
		return list + ": only its last element is read"
	}
}

// demanded says what a reader makes of a message without a field that it requires.
func (d *differ) demanded(r protoreflect.FieldDescriptor) string {
	return "`" + string(r.Name()) + "` is required, and the " + d.words.writer +
		" schema may leave it out: such a message is refused"
}

// named compares the message types of two fields: by name if the walk over the files meets both, else in depth too.
func (d *differ) named(add adder, what string, r, w protoreflect.FieldDescriptor) {
	reader, writer := r.Message(), w.Message()
	switch {
	case localName(reader) != localName(writer):
		message, harmless := d.change(what, typeName(r), typeName(w)), d.alike(reader, writer)
		if harmless {
			message += stillRead + ", only names change"
		} else {
			message += ", which does not read the same bytes alike"
		}
		add("FIELD_NAMED_TYPE_CHANGED", message).harmless = harmless
	case d.walked(reader, writer):
	default:
		if found := d.reads(reader, writer); found.from != found.to {
			add("FIELD_NAMED_TYPE_CHANGED", d.inside(what, r, w, found.harmless)).harmless = found.harmless
		}
	}
}

// inside says that a message type is not what it was, although its name is.
func (d *differ) inside(what string, r, w protoreflect.FieldDescriptor, harmless bool) string {
	message := what + ", " + typeName(r) + ", has changed"
	if typeName(r) != typeName(w) {
		message = d.change(what, typeName(r), typeName(w))
	}
	if harmless {
		return message + stillRead
	}
	return message + ": the " + d.words.reader + " one does not read all that the " + d.words.writer + " one writes"
}

// maxRepeated is how many differences are printed again because a type is met again: written out the list can be
// exponential. Past it a field that uses the type is printed alone.
const maxRepeated = 10_000

// reads compares one imported message with another, and returns what keeps it from reading that, to be printed again for each
// field that uses it: nothing if it does. A pair that is being compared further up counts as compatible.
func (d *differ) reads(r, w protoreflect.MessageDescriptor) stretch {
	key := reading{messages{r, w}, d.unseen}
	if known, ok := d.known[key]; ok {
		if d.repeated += known.to - known.from; d.repeated <= maxRepeated {
			d.printed = append(d.printed, d.printed[known.from:known.to]...)
		}
		return known
	}
	d.known[key] = stretch{}
	from := len(d.printed)
	d.message("#/"+strings.ReplaceAll(localName(r), ".", "/"), r, w)
	known := stretch{from: from, to: len(d.printed)}
	known.harmless = !slices.ContainsFunc(d.printed[from:], func(i int) bool { return d.found[i].breaksBytes() })
	d.known[key] = known
	return known
}

// maxAlike is the number of pairs of messages with different names up to which it is found out whether their bytes are
// alike; past it they count as different. There can be as many pairs as the product of two files.
const maxAlike = 1000

// alike reports whether the bytes of one message read as another's, whatever they are called, and no field is lost. It notes
// nothing.
func (d *differ) alike(r, w protoreflect.MessageDescriptor) bool {
	key := messages{r, w}
	if same, ok := d.same[key]; ok {
		return same
	}
	if len(d.same) >= maxAlike {
		return false
	}
	d.same[key] = true
	start, printed, known, compared := len(d.found), len(d.printed), d.known, d.compared
	d.known, d.compared = map[reading]stretch{}, map[enums]bool{}
	d.message("", r, w)
	ok := !slices.ContainsFunc(d.found[start:], func(f difference) bool {
		return f.breaksBytes() || isLoss(f, w) && localName(r) != localName(w)
	})
	d.found, d.printed, d.known, d.compared, d.same[key] = d.found[:start], d.printed[:printed], known, compared, ok
	return ok
}

// isLoss reports whether a difference is that a field of w is gone, and the reader has its message alone.
func isLoss(f difference, w protoreflect.MessageDescriptor) bool {
	_, alone := f.reader.(protoreflect.MessageDescriptor)
	field, ok := f.writer.(protoreflect.FieldDescriptor)
	return alone && ok && field.Parent() == protoreflect.Descriptor(w)
}
