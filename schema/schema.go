package schema

import (
	"fmt"
)

// A Type names a schema language as the API spells it.
type Type string

// The types that are served.
const (
	Avro     Type = "AVRO"
	Protobuf Type = "PROTOBUF"
)

// A Reference names another version that a schema's text builds on: a full name for Avro, an import path for Protobuf.
type Reference struct {
	Name    string `json:"name"`
	Subject string `json:"subject"`
	Version int    `json:"version"` // -1 is the latest; it is pinned to a number when the schema is registered
}

// A Dependency is a reference with the canonical text that it names.
type Dependency struct {
	Reference
	Text string
}

// A Source is what a parser reads. Dependencies are the transitive closure of the references: every name once, each
// after those that it needs itself.
type Source struct {
	Text         string
	References   []Reference
	Dependencies []Dependency
}

// Options say how strictly a text is read.
type Options struct {
	// New asks for everything that is demanded of a schema that was never stored: valid names and namespaces, defaults
	// that fit their types. Stored versions are read without it, so that they can always be served.
	New    bool
	Limits Limits
}

// A Schema is a parsed text. It is immutable and safe for concurrent use.
type Schema interface {
	Type() Type
	// Canonical returns the text that the registry stores and identifies the schema by.
	Canonical() string
	// Normalized returns the canonical text in the order that normalize=true asks for. It drops no doc, alias, default
	// or property.
	Normalized() string
	// Format returns the text in a named form: "resolved" for Avro, "ignore_extensions" and "serialized" for Protobuf.
	// A name that the type does not know gives the canonical text.
	Format(name string) string
	// Equivalent reports whether other is the same schema once both have their references inlined.
	Equivalent(other Schema) bool
	// FieldNames returns the names of the fields at the top level: of the root record (of each branch that is a record,
	// for a union), or of the first message of a file.
	FieldNames() []string
	// Tags returns the inline tags of every record, message and field that has some, in the order of the text.
	Tags() []EntityTags
	// Retag returns the canonical text with inline tags kept, added and removed. An entity path that does not exist is an
	// *Error, but for tags to keep.
	Retag(Retagging) (string, error)
	// Size estimates the memory that the parsed form holds, in bytes.
	Size() int
}

// A Position is a place in a source text. Line and Column count from 1, columns in bytes; Offset counts bytes from 0.
// The zero Position is unknown.
type Position struct {
	Line, Column, Offset int
}

// String prints line and column, "12:5".
func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// An Error is a text that is no valid schema, or one that exceeds a limit.
type Error struct {
	Position Position // zero where no single place is to blame
	Message  string   // one sentence, which names the thing at fault
	Limit    string   // the name of the limit that was exceeded, else empty
	Err      error    // cause, may be nil
}

func (e *Error) Error() string {
	if e.Position.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%s (line %d, column %d)", e.Message, e.Position.Line, e.Position.Column)
}

func (e *Error) Unwrap() error { return e.Err }

// Limits bound what a parser accepts. A zero field means the default.
type Limits struct {
	Text       int // bytes of the text itself
	Total      int // bytes of the text and everything it refers to
	Depth      int // levels of nesting
	Fields     int // fields of one record or message
	Symbols    int // symbols of one enum
	Branches   int // branches of one union, members of one oneof
	References int // references, transitive ones included
	FixedSize  int // bytes of one fixed
}

// DefaultLimits are in force where a flag does not say otherwise.
var DefaultLimits = Limits{
	Text:       1 << 20,
	Total:      8 << 20,
	Depth:      200,
	Fields:     20_000,
	Symbols:    65_536,
	Branches:   1_000,
	References: 1_000,
	FixedSize:  1<<31 - 1,
}

// WithDefaults returns l with every zero field set to its default.
func (l Limits) WithDefaults() Limits {
	for _, f := range []struct {
		v *int
		d int
	}{
		{&l.Text, DefaultLimits.Text},
		{&l.Total, DefaultLimits.Total},
		{&l.Depth, DefaultLimits.Depth},
		{&l.Fields, DefaultLimits.Fields},
		{&l.Symbols, DefaultLimits.Symbols},
		{&l.Branches, DefaultLimits.Branches},
		{&l.References, DefaultLimits.References},
		{&l.FixedSize, DefaultLimits.FixedSize},
	} {
		if *f.v == 0 {
			*f.v = f.d
		}
	}
	return l
}
