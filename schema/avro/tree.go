package avro

import "github.com/treatyhq/treaty/schema"

// A Kind is the type of a [Node].
type Kind uint8

// The kinds of the specification. There is none for references by name: a [Use] points at the definition itself.
const (
	Null Kind = iota + 1
	Boolean
	Int
	Long
	Float
	Double
	Bytes
	String
	Record // also for "error"
	Enum
	Array
	Map
	Union
	Fixed
)

// A Node is one definition: a primitive, a named type, an array, a map or a union. Named types are shared: every use of
// a name points at the same Node, so recursion is a cycle, and two nodes are the same definition if they are the same
// pointer. Nodes are immutable once Parse has returned.
//
// Primitives without properties are one Node for each kind, shared by all schemas, with the zero Pos: where they stand
// is the Pos of their Use.
type Node struct {
	Kind   Kind
	Name   string   // full name of a record, enum or fixed
	Alias  []string // aliases of a named type, as absolute full names
	Doc    string
	HasDoc bool   // whether the text has a doc, which may be empty
	Props  []Prop // custom properties in their order, and logicalType, precision, scale among them

	Fields     []*Field // record
	Symbols    []string // enum
	Default    string   // enum: the symbol that stands for unknown ones
	HasDefault bool     // enum: whether Default is set
	Size       int      // fixed: bytes
	Items      Use      // array: its items; map: its values
	Branches   []Use    // union

	Logical *Logical // nil if there is none, or one that is invalid for the type and so ignored
	Pos     schema.Position
	// Dependency is the name of the reference whose text defines the node, empty for the schema's own text. Pos is a
	// position in that text.
	Dependency string
	IsError    bool // a record spelled "error"
}

// A Use is a place where a type stands: inline, or as the name of a type that is defined elsewhere.
type Use struct {
	Node   *Node
	Pos    schema.Position
	ByName bool // written as a name
}

// A Field is one field of a record.
type Field struct {
	Name    string
	Aliases []string
	Doc     string
	HasDoc  bool // whether the text has a doc, which may be empty
	Type    Use
	Default *Value // nil if there is none; a JSON null is a Value
	Order   string // ascending, descending, ignore, or empty where the text does not say
	Props   []Prop
	Pos     schema.Position // of the field's object
	NamePos schema.Position // of the value of "name"
}

// A Logical is a logical type that is valid where it stands.
type Logical struct {
	Name             string
	Precision, Scale int // decimal
}

// A Prop is a custom property. Value is exact JSON: numbers keep their digits.
type Prop struct {
	Key   string
	Value *Value
}
