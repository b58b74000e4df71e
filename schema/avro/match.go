package avro

import (
	"slices"
	"strings"
)

// promotions are the primitives that readers take another one for, the writer's first.
// Source: Avro specification 1.12, Schema Resolution.
var promotions = [...]struct{ writer, reader Kind }{
	{Int, Long},
	{Int, Float},
	{Int, Double},
	{Long, Float},
	{Long, Double},
	{Float, Double},
	{String, Bytes},
	{Bytes, String},
}

// promoted is the table of promotions, by kind of the reader and of the writer.
var promoted = func() (t [Fixed + 1][Fixed + 1]bool) {
	for _, p := range promotions {
		t[p.reader][p.writer] = true
	}
	return t
}()

// Promotes reports whether a datum of the writer's kind is read as one of the reader's, which is another one.
// Source: Avro specification 1.12, Schema Resolution.
func Promotes(reader, writer Kind) bool { return promoted[reader][writer] }

// Unqualified returns a full name without its namespace.
func Unqualified(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// TypeName returns the full name of a record, enum or fixed, and the kind of any other type: what a union's branch is
// called.
func (n *Node) TypeName() string {
	if n.Kind.Named() {
		return n.Name
	}
	return n.Kind.String()
}

// NamesMatch reports whether a reader's named type may read a writer's: the unqualified names are equal, or one of the
// reader's aliases is the writer's full name. The writer's aliases do not count.
// Source: Avro specification 1.12, Schema Resolution and Aliases; Apache SchemaCompatibility.
func NamesMatch(reader, writer *Node) bool {
	return sameUnqualified(reader.Name, writer.Name) || slices.Contains(reader.Alias, writer.Name)
}

// sameUnqualified compares full names from their ends, where those of the branches of a union differ.
func sameUnqualified(a, b string) bool {
	i, j := len(a)-1, len(b)-1
	for i >= 0 && j >= 0 && a[i] == b[j] && a[i] != '.' {
		i, j = i-1, j-1
	}
	return (i < 0 || a[i] == '.') && (j < 0 || b[j] == '.')
}

// Matches reports whether two types match, which is less than that one reads the other: the fields of records, the symbols
// of enums and the branches of unions are not looked at.
// Source: Avro specification 1.12, Schema Resolution.
func Matches(reader, writer *Node) bool {
	for {
		switch {
		case reader.Kind == Union || writer.Kind == Union:
			return true
		case reader.Kind != writer.Kind:
			return Promotes(reader.Kind, writer.Kind)
		case reader.Kind == Array || reader.Kind == Map:
			reader, writer = reader.Items.Node, writer.Items.Node
		case reader.Kind == Fixed:
			return NamesMatch(reader, writer) && reader.Size == writer.Size
		default:
			return !reader.Kind.Named() || NamesMatch(reader, writer)
		}
	}
}

// A Resolution says which branch of the reader's union a datum is read as.
type Resolution uint8

const (
	// Practice is what Apache's Java does: the branch of the same full name or, for types without one, of the same kind;
	// then one that has the full name as an alias, which Java renames the writer's type by; then one of the same unqualified
	// name; then the first that the type is promoted to.
	Practice Resolution = iota
	// Specification takes the first branch that matches in any of these ways.
	Specification
)

// Branch returns the index of the branch of a reader's union that a datum of the writer's type, no union, is read as; -1
// if there is none.
// Source: Apache Avro for Java, Resolver.ReaderUnion; Avro specification 1.12, Schema Resolution.
func (r Resolution) Branch(union, writer *Node) int {
	if r == Specification {
		return slices.IndexFunc(union.Branches, func(b Use) bool { return Matches(b.Node, writer) })
	}
	byAlias, byName, promoted := -1, -1, -1
	for i := range union.Branches {
		b := union.Branches[i].Node
		switch {
		case b.Kind == writer.Kind && (!b.Kind.Named() || b.Name == writer.Name):
			return i
		case b.Kind == writer.Kind && byAlias < 0 && slices.Contains(b.Alias, writer.Name):
			byAlias = i
		case b.Kind == writer.Kind && byName < 0 && NamesMatch(b, writer):
			byName = i
		case promoted < 0 && Promotes(b.Kind, writer.Kind):
			promoted = i
		}
	}
	switch {
	case byAlias >= 0:
		return byAlias
	case byName >= 0:
		return byName
	default:
		return promoted
	}
}
