package avro

import (
	"slices"

	"github.com/treatyhq/treaty/schema/avro"
)

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
