package avro

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema/avro"
)

// A promotion is a pair of primitive types, the writer's first.
type promotion struct{ writer, reader avro.Kind }

// promoted is the table of promotions, by kind of the writer and of the reader.
var promoted = func() (t [len(kindNames)][len(kindNames)]bool) {
	for p := range promotions {
		t[p.writer][p.reader] = true
	}
	return t
}()

// promotes reports whether readers follow the change of one kind to another.
func promotes(writer, reader avro.Kind) bool { return promoted[writer][reader] }

// Short names for the table of promotions.
const (
	avroInt    = avro.Int
	avroLong   = avro.Long
	avroFloat  = avro.Float
	avroDouble = avro.Double
	avroBytes  = avro.Bytes
	avroString = avro.String
)

// kindNames are the kinds as schemas spell them; messages print them in capitals.
var kindNames = [...]string{
	avro.Null: "null", avro.Boolean: "boolean", avro.Int: "int", avro.Long: "long", avro.Float: "float",
	avro.Double: "double", avro.Bytes: "bytes", avro.String: "string", avro.Record: "record", avro.Enum: "enum",
	avro.Array: "array", avro.Map: "map", avro.Union: "union", avro.Fixed: "fixed",
}

func kindName(k avro.Kind) string { return kindNames[k] }

// typeName returns the full name of a named type and the kind of any other.
func typeName(n *avro.Node) string {
	if n.Kind.Named() {
		return n.Name
	}
	return kindName(n.Kind)
}

// unqualified returns a full name without its namespace.
func unqualified(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// namesMatch reports whether a reader's named type may read a writer's: the unqualified names are equal, or one of the
// reader's aliases is the writer's full name. The writer's aliases do not count.
// Source: Apache SchemaCompatibility; Avro specification 1.12, Schema Resolution and Aliases.
func namesMatch(reader, writer *avro.Node) bool {
	return unqualified(reader.Name) == unqualified(writer.Name) || slices.Contains(reader.Alias, writer.Name)
}

// equalLeaves reports whether two enums or two fixed types have the same full name and hold the same: there is nothing
// to compare. It costs less than to remember that.
func equalLeaves(r, w *avro.Node) bool {
	if r.Kind != w.Kind || r.Name != w.Name {
		return false
	}
	return r.Kind == avro.Enum && slices.Equal(r.Symbols, w.Symbols) || r.Kind == avro.Fixed && r.Size == w.Size
}

// missingSymbols returns the writer's symbols that the reader does not know, sorted.
func missingSymbols(reader, writer *avro.Node) []string {
	known := make(map[string]bool, len(reader.Symbols))
	for _, s := range reader.Symbols {
		known[s] = true
	}
	var missing []string
	for _, s := range writer.Symbols {
		if !known[s] {
			missing = append(missing, s)
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}

// substitutes reports whether the reader's enum has a default that stands for symbols it does not know.
func substitutes(reader *avro.Node) bool {
	return reader.HasDefault && slices.Contains(reader.Symbols, reader.Default)
}

// scanned is the number of fields up to which a record is searched one by one.
const scanned = 64

// A fieldIndex finds fields of records by name. It belongs to one check.
type fieldIndex struct {
	byName map[*avro.Node]map[string]int
}

// find returns the index of the field called name, or -1. near is where it stands if nothing has moved.
func (x *fieldIndex) find(record *avro.Node, name string, near int) int {
	if near < len(record.Fields) && record.Fields[near].Name == name {
		return near
	}
	if len(record.Fields) > scanned {
		return x.lookUp(record, name)
	}
	return slices.IndexFunc(record.Fields, func(f *avro.Field) bool { return f.Name == name })
}

func (x *fieldIndex) lookUp(record *avro.Node, name string) int {
	names, ok := x.byName[record]
	if !ok {
		names = make(map[string]int, len(record.Fields))
		for i, f := range record.Fields {
			names[f.Name] = i
		}
		if x.byName == nil {
			x.byName = map[*avro.Node]map[string]int{}
		}
		x.byName[record] = names
	}
	if i, ok := names[name]; ok {
		return i
	}
	return -1
}

// match returns the index of the writer's field that the reader's field reads, by its name or else by one of its
// aliases; -1 if there is none. ambiguous is true if there are several, or the same twice over.
// Source: Apache SchemaCompatibility, which counts an alias that repeats the field's own name as a second match.
func (x *fieldIndex) match(f *avro.Field, writer *avro.Node, near int) (at int, ambiguous bool) {
	at = x.find(writer, f.Name, near)
	found := "" // the alias that led to at: it may stand there again
	for _, alias := range f.Aliases {
		if alias == found {
			continue
		}
		if j := x.find(writer, alias, near); j >= 0 {
			if at >= 0 {
				return at, true
			}
			at, found = j, alias
		}
	}
	return at, false
}
