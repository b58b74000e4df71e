package protobuf

import (
	"encoding/base64"
	"math"
	"sync"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema"
)

// A Schema is one parsed .proto file, linked to everything it imports. It is immutable and safe for concurrent use.
type Schema struct {
	canonical string
	tree      *file
	linked    linker.Result
	imported  map[string]string // texts of the dependencies that are imported, directly or not
	size      int
	decoded   bool // submitted as a descriptor

	normalized func() string
	inlined    func() string
	respelled  func() string
	places     func() map[protoreflect.FullName]schema.Position

	once      sync.Once
	derived   any
	elsewhere map[string]func() map[protoreflect.FullName]schema.Position // by import path
	docs      func() map[protoreflect.FullName]string
}

var _ schema.Schema = (*Schema)(nil)

func newSchema(linked linker.Result, t *text, imported map[string]string) *Schema {
	s := &Schema{canonical: t.canonical, tree: t.tree, linked: linked, imported: imported, decoded: t.decoded}
	s.size = estimate(t, imported)
	source := t.source
	s.normalized = sync.OnceValue(func() string { return s.printNormal(true) })
	s.inlined = sync.OnceValue(func() string { return s.printNormal(false) })
	s.respelled = sync.OnceValue(s.printAgain)
	s.places = sync.OnceValue(func() map[protoreflect.FullName]schema.Position { return declarations(s.tree, source) })
	s.docs = sync.OnceValue(func() map[protoreflect.FullName]string { return docsOf(source) })
	s.elsewhere = make(map[string]func() map[protoreflect.FullName]schema.Position, len(imported))
	for path, text := range imported {
		s.elsewhere[path] = sync.OnceValue(func() map[protoreflect.FullName]schema.Position {
			t, err := parseText(path, text, storedLimits)
			if err != nil {
				return nil // it was parsed before, so this cannot be
			}
			return declarations(t.tree, text)
		})
	}
	return s
}

// maxNormal bounds a normal form, in bytes. Qualified names can make it many times as long as the text.
const maxNormal = 32 << 20

// printNormal returns a normal form, or the canonical text where the form is out of all proportion to it.
func (s *Schema) printNormal(sort bool) string {
	printed, ok := printFile(s.normal(sort), maxNormal)
	if !ok {
		return s.canonical
	}
	return printed
}

func (s *Schema) printAgain() string {
	tree, bad := rewrite(s.linked)
	printed, ok := printFile(tree, maxNormal)
	if !ok || bad != "" {
		return s.canonical
	}
	again, err := parseText(selfPath, printed, storedLimits)
	if err != nil {
		return s.canonical
	}
	return again.canonical
}

// Respelled returns the canonical text that the file's descriptor has when it is submitted in the text's place. Clients of
// some languages submit nothing else. It is the canonical text itself if that was made of a descriptor.
func (s *Schema) Respelled() string { return s.respelled() }

// Decoded reports whether what was parsed is a descriptor and no text.
func (s *Schema) Decoded() bool { return s.decoded }

// Type returns [schema.Protobuf].
func (s *Schema) Type() schema.Type { return schema.Protobuf }

// Canonical returns the text in the reference's layout: comments gone, names and numbers as they were written.
func (s *Schema) Canonical() string { return s.canonical }

// Normalized returns the canonical text with names resolved and everything sorted whose order means nothing. Messages,
// enums, services and methods keep their order: framed messages name a message by its position.
func (s *Schema) Normalized() string { return s.normalized() }

// Descriptor returns the linked file. Its imports and every type they define are reachable from it. Its path says nothing,
// for a schema has none.
func (s *Schema) Descriptor() protoreflect.FileDescriptor { return s.linked }

// Position returns where d is declared in the text that was parsed; for a schema that was given as a descriptor, in its
// canonical text. For what a dependency declares it is a place in the dependency's text. It is zero for what a built-in
// file declares and for the entries of maps.
func (s *Schema) Position(d protoreflect.Descriptor) schema.Position {
	if d == nil {
		return schema.Position{}
	}
	file := d.ParentFile()
	if file == protoreflect.FileDescriptor(s.linked) {
		return s.places()[d.FullName()]
	}
	if places := s.elsewhere[file.Path()]; places != nil {
		return places()[d.FullName()]
	}
	return schema.Position{}
}

// ReferenceText returns the text of the dependency that is imported, directly or not, under a path; "" if there is none.
func (s *Schema) ReferenceText(path string) string { return s.imported[path] }

// Doc returns what the comments right above a declaration say in the text that was parsed, without what marks them as
// comments. It is empty for what another file declares.
func (s *Schema) Doc(d protoreflect.Descriptor) string {
	if d.ParentFile() != protoreflect.FileDescriptor(s.linked) {
		return ""
	}
	return s.docs()[d.FullName()]
}

// Derived returns what derive returned when it was called for the schema, which it is once. It is the place where the checker
// keeps what it looks up in the descriptors, so that it lives as long as they do.
func (s *Schema) Derived(derive func() any) any {
	s.once.Do(func() { s.derived = derive() })
	return s.derived
}

// Format returns the text in a named form: "ignore_extensions" is the canonical text without extension ranges, extensions and
// custom options other than confluent's; "serialized" is the FileDescriptorProto in base64, without source positions and
// without the json_names that every reader derives. Any other name gives the canonical text.
func (s *Schema) Format(name string) string {
	switch name {
	case "ignore_extensions":
		printed, _ := printFile(withoutExtensions(s.tree), math.MaxInt)
		return printed
	case "serialized":
		return s.serialized()
	default:
		return s.canonical
	}
}

func (s *Schema) serialized() string {
	fd := clone(s.linked)
	dropJSONNames(fd)
	raw, err := proto.MarshalOptions{Deterministic: true, AllowPartial: true}.Marshal(fd)
	if err != nil {
		return s.canonical // names are UTF-8, so this cannot be
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// Equivalent reports whether other is the same file: the same canonical text, or one that differs only in what a descriptor
// does not keep (how names are qualified, how maps and ranges are spelled, the order of options, a json_name that is the
// usual one), with the same texts imported.
func (s *Schema) Equivalent(other schema.Schema) bool {
	o, ok := other.(*Schema)
	if !ok || len(s.imported) != len(o.imported) {
		return false
	}
	for path, text := range s.imported {
		if t, ok := o.imported[path]; !ok || t != text {
			return false
		}
	}
	return s.canonical == o.canonical || s.inlined() == o.inlined()
}

// FieldNames returns the names of the fields of the first message, those in oneofs included.
func (s *Schema) FieldNames() []string {
	if s.linked.Messages().Len() == 0 {
		return nil
	}
	fields := s.linked.Messages().Get(0).Fields()
	names := make([]string, fields.Len())
	for i := range names {
		names[i] = string(fields.Get(i).Name())
	}
	return names
}

// Size estimates the bytes that the schema holds: the text, its tree and the descriptors, of the file and what it imports.
func (s *Schema) Size() int { return s.size }

// Bytes a schema holds for each byte of text and each statement, as measured, with what a check keeps of it.
const (
	bytesPerByte      = 3
	bytesPerStatement = 750
)

func estimate(t *text, imported map[string]string) int {
	n := 2048 + bytesPerByte*len(t.source) + bytesPerStatement*t.tree.statements
	for _, text := range imported {
		n += 20 * len(text)
	}
	return n
}
