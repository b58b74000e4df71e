package avro

import (
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A Schema is a parsed Avro schema. It is immutable and safe for concurrent use.
type Schema struct {
	root      Use
	names     map[string]*Node
	texts     map[string]string // of the dependencies, by the names of their references
	canonical string
	size      int
}

var _ schema.Schema = (*Schema)(nil)

// Root returns the schema's own type, ByName if the text is nothing but the name of a reference's type.
func (s *Schema) Root() Use { return s.root }

// Named returns the definition of a full name, from the text or its references, nil if there is none.
func (s *Schema) Named(full string) *Node { return s.names[full] }

// ReferenceText returns the text of the dependency called name, which positions of its definitions are of; "" if there is
// none.
func (s *Schema) ReferenceText(name string) string { return s.texts[name] }

// Type returns schema.Avro.
func (s *Schema) Type() schema.Type { return schema.Avro }

// Canonical returns the text as the reference stores it: compact, attributes in a fixed order, custom properties in
// theirs, types of references as names.
func (s *Schema) Canonical() string { return s.canonical }

// Normalized returns the canonical text with properties and aliases sorted, numbers in defaults as their types have
// them, and no empty docs of types. Normalizing it again changes nothing.
func (s *Schema) Normalized() string {
	return render(s.root, printer{sorted: true, buf: make([]byte, 0, len(s.canonical))})
}

// Format returns the text with the types of references inlined where they are used first, for "resolved" in any case of
// letters; the canonical text for any other name.
func (s *Schema) Format(name string) string {
	if strings.EqualFold(name, "resolved") {
		return render(s.root, printer{resolve: true, buf: make([]byte, 0, len(s.canonical))})
	}
	return s.canonical
}

// JSON returns the definition alone as a compact text, with every other one that it uses inlined where that is used first.
func (n *Node) JSON() string { return render(Use{Node: n}, printer{resolve: true}) }

// Equivalent reports whether other is the same schema once both have their references inlined. The order of properties
// and aliases makes no difference; docs, aliases, defaults and orders do.
func (s *Schema) Equivalent(other schema.Schema) bool {
	o, ok := other.(*Schema)
	return ok && (s == o || s.inlined() == o.inlined())
}

func (s *Schema) inlined() string { return render(s.root, printer{sorted: true, resolve: true}) }

// FieldNames returns the names of the fields of the root record, or of each branch that is a record.
func (s *Schema) FieldNames() []string { return fieldNames(s.root.Node, nil) }

// Size estimates the bytes that the schema holds: its texts, which the nodes point into, and its nodes.
func (s *Schema) Size() int { return s.size }
