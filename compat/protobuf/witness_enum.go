package protobuf

import (
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

// A use is a field of one number in two messages, whose enum is what is proved.
type use struct {
	way            route // to the messages
	reader, writer protoreflect.FieldDescriptor
}

// renamedValue returns a message with a number that the reader knows by another name, or by none, nil if there is none.
func (p *prover) renamedValue(f *difference) *compat.Witness {
	switch w := f.writer.(type) {
	case protoreflect.EnumValueDescriptor:
		r, ok := f.reader.Parent().(protoreflect.EnumDescriptor)
		old, isEnum := w.Parent().(protoreflect.EnumDescriptor)
		if !ok || !isEnum {
			return nil
		}
		if at, used := p.ways().enums[enums{r, old}]; used {
			return p.named(at, w)
		}
	case protoreflect.FieldDescriptor:
		r, isField := f.reader.(protoreflect.FieldDescriptor)
		way, ok := p.way(f)
		if !ok || !isField || enumOf(r) == nil || enumOf(w) == nil {
			return nil
		}
		for v := range otherNames(enumOf(r), enumOf(w)) {
			return p.named(use{way, r, w}, v)
		}
	}
	return nil
}

// enumOf returns the enum of a field, or of a map's values.
func enumOf(f protoreflect.FieldDescriptor) protoreflect.EnumDescriptor {
	if f.IsMap() {
		f = f.MapValue()
	}
	return f.Enum()
}

// named proves that the reader does not have the number of a value by its name.
func (p *prover) named(at use, v protoreflect.EnumValueDescriptor) *compat.Witness {
	path := append(append([]protoreflect.FieldNumber(nil), at.way.numbers...), at.writer.Number())
	m, err := envelope.Reaching(at.way.writer, path, protoreflect.ValueOfEnum(v.Number()))
	if p.room -= 100 + at.way.reader.Fields().Len() + at.way.writer.Fields().Len(); p.room < 0 || err != nil {
		return nil
	}
	data, err := envelope.Encode(m)
	if err != nil {
		return nil
	}
	resolved, err := envelope.Resolve(at.way.reader, at.way.writer, data, envelope.Limits{})
	if err != nil {
		return nil // refused for another reason
	}
	text, err := envelope.JSON(m)
	if err != nil {
		return nil
	}
	read := at.readIn(at.way.inside(resolved.Message), at.way.inside(m))
	if read == string(v.Name()) {
		return nil
	}
	said := string(at.writer.Name()) + ": " + string(v.Name()) + " is not read"
	if read != "" {
		said = string(at.writer.Name()) + ": " + string(v.Name()) + " is read as " + read
	}
	return &compat.Witness{Writer: p.words.writer, Message: text, Error: said}
}

// readIn returns the name of what a reader has in the field; of the default where nothing is sent, as zeros are not.
// It is empty where the reader has none.
func (at use) readIn(read, sent protoreflect.Message) string {
	r, w := accessible(at.reader), accessible(at.writer)
	switch {
	case read == nil:
		return ""
	case read.Has(r):
		return nameOf(firstNumber(r, read.Get(r)), enumOf(r))
	case sent.Has(w) || r.IsList() || r.IsMap():
		return ""
	default:
		return nameOf(r.Default().Enum(), enumOf(r))
	}
}

// firstNumber returns the number of the enum that a field is set to, or its first element or its only entry; 0 if it has none.
func firstNumber(f protoreflect.FieldDescriptor, v protoreflect.Value) (n protoreflect.EnumNumber) {
	switch {
	case f.IsMap():
		v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
			n = v.Enum()
			return false
		})
	case f.IsList() && v.List().Len() > 0:
		n = v.List().Get(0).Enum()
	case !f.IsList():
		n = v.Enum()
	}
	return n
}

// nameOf returns the name of a number, and the number itself if it has none.
func nameOf(n protoreflect.EnumNumber, e protoreflect.EnumDescriptor) string {
	if v := e.Values().ByNumber(n); v != nil {
		return string(v.Name())
	}
	return strconv.Itoa(int(n))
}
