package protobuf

import (
	"strconv"
	"strings"
	"sync"
	"unique"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// An outline is what checks look up in the descriptors of one schema, over and over: it is made once and kept with the schema.
// Looking at descriptors costs many times what comparing marks does. It is safe for concurrent use.
type outline struct {
	scope
	file       protoreflect.FileDescriptor
	extensions extensions
	members    sync.Map // of [protoreflect.MessageDescriptor] to [*members], those that a check has met
}

// A scope is what a file or a message declares.
type scope struct {
	messages []protoreflect.MessageDescriptor // those that have an index
	enums    []enumMark
}

// An enumMark is the same for enums with the same name, values and reservations.
type enumMark unique.Handle[string]

// A fieldMark is the same for fields that no check tells apart. The zero mark is of those whose types must be looked at.
type fieldMark unique.Handle[traits]

// traits are what the walk compares of a field.
type traits struct {
	name, json, oneof, typ, label, absent string
	kind                                  protoreflect.Kind
	cardinality                           protoreflect.Cardinality
}

func outlineOf(s *protobuf.Schema) *outline {
	return s.Derived(func() any { return newOutline(s.Descriptor()) }).(*outline)
}

func newOutline(file protoreflect.FileDescriptor) *outline {
	return &outline{scope: scopeIn(file), file: file, extensions: extensionsOf(file)}
}

func scopeIn(d interface {
	Messages() protoreflect.MessageDescriptors
	Enums() protoreflect.EnumDescriptors
}) scope {
	s := scope{messages: declared(d.Messages())}
	for i := range d.Enums().Len() {
		s.enums = append(s.enums, markOfEnum(d.Enums().Get(i)))
	}
	return s
}

// of returns the members of a message of the schema's own, or of an import.
func (o *outline) of(m protoreflect.MessageDescriptor) *members {
	if known, ok := o.members.Load(m); ok {
		return known.(*members)
	}
	made := membersOf(m)
	made.scope, made.exclusive = scopeIn(m), unique.Make(exclusions(m))
	made.marks = make([]fieldMark, len(made.sorted))
	for i, f := range made.sorted {
		made.marks[i] = o.mark(f)
	}
	known, _ := o.members.LoadOrStore(m, made)
	return known.(*members)
}

// mark returns the mark of a field, zero if equal traits do not say that all is well.
func (o *outline) mark(f protoreflect.FieldDescriptor) fieldMark {
	value := f
	if f.IsMap() {
		value = f.MapValue()
	}
	switch {
	case value.Kind() == protoreflect.GroupKind:
		return fieldMark{}
	case value.Message() != nil && value.Message().ParentFile() != o.file:
		return fieldMark{}
	case value.Enum() != nil && (value.Enum().ParentFile() != o.file || value.Enum().IsClosed()):
		return fieldMark{}
	}
	t := traits{name: string(f.Name()), json: f.JSONName(), typ: localType(f), label: labelOf(f), kind: f.Kind(), cardinality: f.Cardinality()}
	if oneof := oneofOf(f); oneof != nil {
		t.oneof = string(oneof.Name())
	}
	if shapeOf(f) == scalar && !f.IsList() {
		t.absent = absentValue(f)
	}
	return fieldMark(unique.Make(t))
}

func markOfEnum(e protoreflect.EnumDescriptor) enumMark {
	var b strings.Builder
	b.WriteString(string(e.Name()))
	for i := range e.Values().Len() {
		v := e.Values().Get(i)
		b.WriteString(" " + string(v.Name()) + " " + strconv.Itoa(int(v.Number())))
	}
	kept := reservedValues(e)
	for _, at := range kept.ranges {
		b.WriteString(" " + at.String())
	}
	for _, name := range kept.names {
		b.WriteString(` "` + string(name) + `"`)
	}
	return enumMark(unique.Make(b.String()))
}

// exclusions spells which fields of a message exclude one another.
func exclusions(m protoreflect.MessageDescriptor) string {
	var b strings.Builder
	for i := range m.Oneofs().Len() {
		o := m.Oneofs().Get(i)
		if o.IsSynthetic() {
			continue
		}
		b.WriteString(string(o.Name()))
		for j := range o.Fields().Len() {
			b.WriteString(" " + strconv.Itoa(int(o.Fields().Get(j).Number())))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
