package protobuf

import (
	"math"
	"math/big"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// fields compares one field that the writer set with what the reader has.
func (c *comparison) fields(r, w protoreflect.FieldDescriptor, reader, writer protoreflect.Message) {
	switch {
	case r.IsMap() || w.IsMap():
		c.entries(r, w, reader.Get(r), writer.Get(w))
		return
	case !reader.Has(r) && overwritten(reader, r):
		c.add(Overwritten, w, text(w, writer.Get(w)), "")
		return
	}
	read, sent := elements(r, reader.Get(r)), elements(w, writer.Get(w))
	if w.IsList() && !r.IsList() && len(sent) > 1 {
		c.add(Overwritten, w, text(w, writer.Get(w)), text(r, reader.Get(r)))
		return
	}
	if len(read) != len(sent) {
		c.add(Changed, w, text(w, writer.Get(w)), text(r, reader.Get(r)))
		return
	}
	for i := range sent {
		piece := ""
		if w.IsList() {
			piece = elementPiece(i)
		}
		c.at(piece, func() { c.values(r, w, read[i], sent[i]) })
	}
}

// overwritten reports whether another member of the field's oneof is set.
func overwritten(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	oneof := fd.ContainingOneof()
	return oneof != nil && m.WhichOneof(oneof) != nil && m.WhichOneof(oneof).Number() != fd.Number()
}

func elements(fd protoreflect.FieldDescriptor, v protoreflect.Value) []protoreflect.Value {
	if !fd.IsList() {
		return []protoreflect.Value{v}
	}
	out := make([]protoreflect.Value, v.List().Len())
	for i := range out {
		out[i] = v.List().Get(i)
	}
	return out
}

// entries compares maps, or a map with a list of messages that look like its entries.
func (c *comparison) entries(r, w protoreflect.FieldDescriptor, reader, writer protoreflect.Value) {
	read := entriesOf(r, reader)
	seen, taken := map[string]protoreflect.Message{}, map[string]bool{}
	for _, e := range read {
		seen[keyOf(e)] = e
	}
	for i, e := range entriesOf(w, writer) {
		piece := elementPiece(i)
		if w.IsMap() {
			piece = keyPiece(e.Get(w.MapKey()).MapKey())
		}
		c.at(piece, func() {
			switch other := seen[keyOf(e)]; {
			case other == nil:
				c.add(missingEntry(r, w), w, text(w, writer), text(r, reader))
			case r.IsMap() && taken[keyOf(e)]:
				c.add(Overwritten, w, text(w, writer), text(r, reader))
			default:
				c.messages(other, e)
			}
			taken[keyOf(e)] = true
		})
	}
}

// missingEntry says why a reader lacks an entry: the key has become another, or all of it is unknown to it, as with a
// number that a closed enum does not have.
func missingEntry(r, w protoreflect.FieldDescriptor) Kind {
	if r.IsMap() && w.IsMap() && r.MapKey().Kind() != w.MapKey().Kind() {
		return Changed
	}
	return Skipped
}

// entriesOf returns the entries of a map as messages, and the elements of a list of messages.
func entriesOf(fd protoreflect.FieldDescriptor, v protoreflect.Value) []protoreflect.Message {
	var out []protoreflect.Message
	switch {
	case fd.IsMap():
		for _, key := range keys(v.Map()) {
			entry := dynamicpb.NewMessage(fd.Message())
			entry.Set(fd.MapKey(), key.Value())
			entry.Set(fd.MapValue(), v.Map().Get(key))
			out = append(out, entry)
		}
	case fd.Message() == nil:
	case fd.IsList():
		for i := range v.List().Len() {
			out = append(out, v.List().Get(i).Message())
		}
	default:
		out = append(out, v.Message())
	}
	return out
}

// keyOf returns field 1 of an entry.
func keyOf(entry protoreflect.Message) string {
	fd := entry.Descriptor().Fields().ByNumber(1)
	if fd == nil || fd.IsList() || fd.Message() != nil {
		return ""
	}
	return string(atomOf(fd, entry.Get(fd)))
}

// values compares two values that are no lists.
func (c *comparison) values(r, w protoreflect.FieldDescriptor, read, sent protoreflect.Value) {
	switch {
	case r.Message() != nil && w.Message() != nil:
		c.messages(read.Message(), sent.Message())
	case w.Message() != nil:
		if !sameMessage(w, c.sent, sent, read) {
			c.add(Changed, w, text(w, sent), text(r, read))
		}
	case r.Message() != nil:
		if !sameMessage(r, c.types, read, sent) {
			c.add(Changed, w, text(w, sent), text(r, read))
		}
	case atomOf(r, read) != atomOf(w, sent):
		c.add(difference(r, w), w, text(w, sent), text(r, read))
	case r.Enum() != nil && !has(r.Enum(), read) && (w.Enum() == nil || has(w.Enum(), sent)):
		c.add(Unnamed, w, text(w, sent), text(r, read))
	}
}

// sameMessage reports whether a string or bytes hold a message, which may have extensions that t knows.
func sameMessage(fd protoreflect.FieldDescriptor, t *types, message, raw protoreflect.Value) bool {
	data, ok := raw.Interface().([]byte)
	if s, text := raw.Interface().(string); text {
		data, ok = []byte(s), true
	}
	if !ok {
		return false
	}
	m := dynamicpb.NewMessage(fd.Message())
	if (proto.UnmarshalOptions{AllowPartial: true, Resolver: t}).Unmarshal(data, m) != nil {
		return false
	}
	closeEnums(m)
	return proto.Equal(m, message.Message().Interface())
}

// difference says how a scalar that is read as another value has changed.
func difference(r, w protoreflect.FieldDescriptor) Kind {
	if bits[r.Kind()] < bits[w.Kind()] {
		return Narrowed
	}
	return Changed
}

// bits are the widths of integers with the varint encoding.
var bits = map[protoreflect.Kind]int{
	protoreflect.BoolKind: 1, protoreflect.EnumKind: 32,
	protoreflect.Int32Kind: 32, protoreflect.Uint32Kind: 32, protoreflect.Sint32Kind: 32,
	protoreflect.Int64Kind: 64, protoreflect.Uint64Kind: 64, protoreflect.Sint64Kind: 64,
}

// An atom is a scalar by its meaning: numbers of every type that are equal are so, and strings and bytes that are.
type atom string

func atomOf(fd protoreflect.FieldDescriptor, v protoreflect.Value) atom {
	switch x := v.Interface().(type) {
	case bool:
		if x {
			return "1"
		}
		return "0"
	case int32, int64:
		return atom(strconv.FormatInt(v.Int(), 10))
	case uint32, uint64:
		return atom(strconv.FormatUint(v.Uint(), 10))
	case protoreflect.EnumNumber:
		return atom(strconv.Itoa(int(x)))
	case float32, float64:
		return floatAtom(v.Float())
	case string:
		return atom("=" + x)
	case []byte:
		return atom("=" + string(x))
	default:
		return atom(fd.Kind().String())
	}
}

// floatAtom returns whole numbers as integers are, and the bits of all others.
func floatAtom(f float64) atom {
	if f == math.Trunc(f) && !math.IsInf(f, 0) && (f != 0 || !math.Signbit(f)) {
		whole, _ := big.NewFloat(f).Int(nil)
		return atom(whole.String())
	}
	return atom("f" + strconv.FormatUint(math.Float64bits(f), 16))
}
