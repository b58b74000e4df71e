package protobuf

import (
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// A Resolved is a message as a reader with another type has it.
type Resolved struct {
	Message *dynamicpb.Message // of the reader's type; its unknown fields are kept
	// Differences are what the reader does not have as it was sent, by field number; at most 100.
	Differences []Difference
}

// A Difference is one field that a reader does not have as the writer sent it.
type Difference struct {
	Kind   Kind
	Path   string                   // by the writer's names, as in [Error]
	Number protoreflect.FieldNumber // of the innermost field
	// Writer and Reader are what the two have there, as protojson prints it; Reader is empty where it has nothing.
	Writer, Reader string
}

// A Kind says what became of a field.
type Kind string

// The kinds of differences.
const (
	// Skipped fields are unknown to the reader: it has no such number, or another wire type. It keeps their bytes.
	Skipped Kind = "skipped"
	// Overwritten values are gone: the reader keeps one member of a oneof or one element of a list, the last.
	Overwritten Kind = "overwritten"
	// Narrowed integers have lost bits.
	Narrowed Kind = "narrowed"
	// Changed values are read as others.
	Changed Kind = "changed"
	// Unnamed numbers are of an open enum that has no value of that number; a closed one skips them.
	Unnamed Kind = "unnamed"
	// Defaults differ, and the field was not sent.
	OtherDefault Kind = "default"
)

// Resolve reads a message of the writer's type as one of the reader's, and compares what the two have field by field, by
// number. Bytes that [Decode] refuses for the writer are an error, and so is a message that a reader refuses: a string
// that is not UTF-8, bytes that are no message, a required field that is not there. Fields with another wire type are
// not: readers take them for unknown ones. The error is an *[Error].
// Source: Protocol Buffers, Encoding; Updating a Message Type.
func Resolve(reader, writer protoreflect.MessageDescriptor, data []byte, limits Limits) (Resolved, error) {
	sent, err := DecodeWithin(writer, data, limits)
	if err != nil {
		return Resolved{}, err
	}
	read, err := decode(reader, data, limits.withDefaults(), true)
	if err != nil {
		return Resolved{}, err
	}
	c := comparison{types: typesOf(reader), sent: typesOf(writer)}
	c.messages(read.Message, sent.Message)
	return Resolved{read.Message, c.found}, nil
}

// maxDifferences bounds what one message can say.
const maxDifferences = 100

// A comparison walks two messages that were read from the same bytes.
type comparison struct {
	types *types // the reader's
	sent  *types // the writer's
	trail trail
	found []Difference
}

func (c *comparison) add(kind Kind, w protoreflect.FieldDescriptor, writer, reader string) {
	if len(c.found) < maxDifferences {
		c.found = append(c.found, Difference{Kind: kind, Path: c.trail.String(), Number: w.Number(), Writer: writer, Reader: reader})
	}
}

// at runs f with the trail one piece longer.
func (c *comparison) at(piece string, f func()) {
	c.trail = append(c.trail, piece)
	f()
	c.trail = c.trail[:len(c.trail)-1]
}

// messages compares every field that the writer set, and the defaults of those that it did not.
func (c *comparison) messages(r, w protoreflect.Message) {
	skipped := unknownNumbers(r)
	for _, fd := range populated(w) {
		c.at(fieldPiece(fd), func() {
			reader := c.types.field(r.Descriptor(), fd.Number())
			if reader == nil || skipped[fd.Number()] && !r.Has(reader) {
				c.add(Skipped, fd, text(fd, w.Get(fd)), "")
				return
			}
			c.fields(reader, fd, r, w)
		})
	}
	fields := w.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if reader := c.types.declared(r.Descriptor(), fd.Number()); reader != nil && !w.Has(fd) && !r.Has(reader) {
			c.defaults(reader, fd)
		}
	}
}

// unknownNumbers returns the numbers of the fields that a message keeps without knowing them.
func unknownNumbers(m protoreflect.Message) map[protoreflect.FieldNumber]bool {
	var out map[protoreflect.FieldNumber]bool
	for raw := m.GetUnknown(); len(raw) > 0; {
		number, _, n := protowire.ConsumeField(raw)
		if n < 0 {
			break // a parser made them, so it cannot be
		}
		if out == nil {
			out = map[protoreflect.FieldNumber]bool{}
		}
		out[number] = true
		raw = raw[n:]
	}
	return out
}

func (c *comparison) defaults(r, w protoreflect.FieldDescriptor) {
	scalar := func(fd protoreflect.FieldDescriptor) bool { return !fd.IsList() && !fd.IsMap() && fd.Message() == nil }
	if !scalar(r) || !scalar(w) || w.ContainingMessage().IsMapEntry() || atomOf(r, r.Default()) == atomOf(w, w.Default()) {
		return
	}
	if wireTypes[r.Kind()] != wireTypes[w.Kind()] {
		return // a change of type, which a message that has the field shows
	}
	c.at(fieldPiece(w), func() { c.add(OtherDefault, w, text(w, w.Default()), text(r, r.Default())) })
}
