package avro

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema/avro"
)

// A Resolution says which branch of the reader's union a datum is read as.
type Resolution uint8

const (
	// Practice is what Apache's Java does: the branch of the same full name or, for types without one, of the same kind;
	// then one whose name matches otherwise; then the first that the type is promoted to.
	Practice Resolution = iota
	// Specification takes the first branch that matches in any of these ways.
	Specification
)

var kindNames = [...]string{
	avro.Null: "null", avro.Boolean: "boolean", avro.Int: "int", avro.Long: "long", avro.Float: "float",
	avro.Double: "double", avro.Bytes: "bytes", avro.String: "string", avro.Record: "record", avro.Enum: "enum",
	avro.Array: "array", avro.Map: "map", avro.Union: "union", avro.Fixed: "fixed",
}

// TypeName returns the full name of a record, enum or fixed, and the kind of any other type: what a union's branch is
// called.
func TypeName(n *avro.Node) string {
	if n.Kind.Named() {
		return n.Name
	}
	return kindNames[n.Kind]
}

func unqualified(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// namesMatch reports whether a reader's named type reads a writer's: the unqualified names are equal, or one of the
// reader's aliases is the writer's full name.
// Source: Avro 1.12, Schema Resolution and Aliases.
func namesMatch(reader, writer *avro.Node) bool {
	return unqualified(reader.Name) == unqualified(writer.Name) || slices.Contains(reader.Alias, writer.Name)
}

// promotes reports whether a datum of the writer's kind is read as the reader's.
// Source: Avro 1.12, Schema Resolution.
func promotes(reader, writer avro.Kind) bool {
	switch writer {
	case avro.Int:
		return reader == avro.Long || reader == avro.Float || reader == avro.Double
	case avro.Long:
		return reader == avro.Float || reader == avro.Double
	case avro.Float:
		return reader == avro.Double
	case avro.String:
		return reader == avro.Bytes
	case avro.Bytes:
		return reader == avro.String
	default:
		return false
	}
}

type pair struct{ reader, writer *avro.Node }

// A matcher pairs what the reader reads with what the writer writes, and remembers it. It belongs to one call.
type matcher struct {
	resolution Resolution
	pairings   map[pair]*pairing
	branches   map[pair]int
}

// branch returns the index of the reader's branch that a datum of the writer's type, no union, is read as; -1 if none.
func (m *matcher) branch(union, writer *avro.Node) int {
	key := pair{union, writer}
	if i, ok := m.branches[key]; ok {
		return i
	}
	var i int
	if m.resolution == Specification {
		i = slices.IndexFunc(union.Branches, func(b avro.Use) bool { return matches(b.Node, writer) })
	} else {
		i = PractisedBranch(union, writer)
	}
	if m.branches == nil {
		m.branches = map[pair]int{}
	}
	m.branches[key] = i
	return i
}

// PractisedBranch returns the index of the branch of a reader's union that Apache's Java picks for a writer's type, -1 if
// there is none: the same full name or, for types without one, the same kind; then a name that matches otherwise; then a
// promotion.
// Source: Apache Avro for Java, Resolver.ReaderUnion.
func PractisedBranch(union, w *avro.Node) int {
	byName, promoted := -1, -1
	for i := range union.Branches {
		b := union.Branches[i].Node
		switch {
		case b.Kind == w.Kind && (!b.Kind.Named() || b.Name == w.Name):
			return i
		case b.Kind == w.Kind && byName < 0 && namesMatch(b, w):
			byName = i
		case promoted < 0 && promotes(b.Kind, w.Kind):
			promoted = i
		}
	}
	if byName >= 0 {
		return byName
	}
	return promoted
}

// matches reports whether two types match: without looking at the fields of records, the symbols of enums and the
// branches of unions.
// Source: Avro 1.12, Schema Resolution.
func matches(reader, writer *avro.Node) bool {
	for {
		switch {
		case reader.Kind == avro.Union || writer.Kind == avro.Union:
			return true
		case reader.Kind != writer.Kind:
			return promotes(reader.Kind, writer.Kind)
		case reader.Kind == avro.Array || reader.Kind == avro.Map:
			reader, writer = reader.Items.Node, writer.Items.Node
		case reader.Kind == avro.Fixed:
			return namesMatch(reader, writer) && reader.Size == writer.Size
		default:
			return !reader.Kind.Named() || namesMatch(reader, writer)
		}
	}
}

// A pairing says how a reader's record reads a writer's.
type pairing struct {
	readers   [][]int // for each of the writer's fields, the reader's that take it
	missing   []int   // the reader's fields that nobody writes
	ambiguous []int   // the reader's fields that match several of the writer's
	renamed   []bool  // for each of the reader's fields, whether it was found by an alias
}

// pairing returns how the fields of two records match: by name, else by the reader's aliases.
// Source: Avro 1.12, Schema Resolution and Aliases.
func (m *matcher) pairing(reader, writer *avro.Node) *pairing {
	key := pair{reader, writer}
	if p := m.pairings[key]; p != nil {
		return p
	}
	written := make(map[string]int, len(writer.Fields))
	for i, f := range writer.Fields {
		written[f.Name] = i
	}
	p := &pairing{readers: make([][]int, len(writer.Fields)), renamed: make([]bool, len(reader.Fields))}
	for i, f := range reader.Fields {
		at, found := written[f.Name]
		ambiguous := false
		for _, alias := range f.Aliases {
			j, ok := written[alias]
			switch {
			case !ok || found && j == at:
			case found:
				ambiguous = true
			default:
				at, found = j, true
				p.renamed[i] = true
			}
		}
		switch {
		case !found:
			p.missing = append(p.missing, i)
		default:
			p.readers[at] = append(p.readers[at], i)
			if ambiguous {
				p.ambiguous = append(p.ambiguous, i)
			}
		}
	}
	if m.pairings == nil {
		m.pairings = map[pair]*pairing{}
	}
	m.pairings[key] = p
	return p
}
