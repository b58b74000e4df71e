package avrotest

import (
	"fmt"
	"strconv"
	"strings"
)

// A Type is an Avro schema in the making. A named type that stands in several places is one Type; so types are a graph,
// in which a record can contain itself.
type Type struct {
	Kind     string   // as schemas spell it
	Name     string   // full name of a record, enum or fixed
	Aliases  []string // of a named type, with a namespace or without
	Doc      string
	Fields   []*Field
	Symbols  []string
	Default  string // the enum's: one of its symbols, or none
	Size     int    // of a fixed
	Items    *Type  // of an array or map
	Branches []*Type
	Logical  string // the members of a logical type, such as "logicalType":"date"
}

// A Field is a field of a record. What its default is follows from its type.
type Field struct {
	Name    string
	Doc     string
	Aliases []string
	Default bool
	Type    *Type
}

// Named reports whether the type is a record, an enum or a fixed.
func (t *Type) Named() bool { return t.Name != "" }

// String writes the schema; a named type that has stood before is written as its name.
func (t *Type) String() string {
	w := writer{seen: map[*Type]bool{}}
	w.typ(t)
	return w.String()
}

type writer struct {
	strings.Builder
	seen map[*Type]bool
}

func (w *writer) typ(t *Type) {
	switch {
	case t.Named() && w.seen[t]:
		w.WriteString(strconv.Quote(t.Name))
	case t.Kind == "union":
		list(w, "[", t.Branches, w.typ)
	case t.Named():
		w.seen[t] = true
		w.definition(t)
	case t.Items != nil:
		member := map[string]string{"array": "items", "map": "values"}[t.Kind]
		fmt.Fprintf(w, `{"type":%q,%q:`, t.Kind, member)
		w.typ(t.Items)
		w.WriteString("}")
	case t.Logical != "":
		fmt.Fprintf(w, `{"type":%q,%s}`, t.Kind, t.Logical)
	default:
		w.WriteString(strconv.Quote(t.Kind))
	}
}

func (w *writer) definition(t *Type) {
	fmt.Fprintf(w, `{"type":%q,"name":%q`, t.Kind, t.Name)
	w.notes(t.Doc, t.Aliases)
	if t.Logical != "" {
		w.WriteString("," + t.Logical)
	}
	switch t.Kind {
	case "enum":
		if t.Default != "" {
			fmt.Fprintf(w, `,"default":%q`, t.Default)
		}
		list(w, `,"symbols":[`, t.Symbols, func(s string) { w.WriteString(strconv.Quote(s)) })
	case "fixed":
		fmt.Fprintf(w, `,"size":%d`, t.Size)
	default:
		list(w, `,"fields":[`, t.Fields, w.field)
	}
	w.WriteString("}")
}

func (w *writer) field(f *Field) {
	fmt.Fprintf(w, `{"name":%q`, f.Name)
	w.notes(f.Doc, f.Aliases)
	w.WriteString(`,"type":`)
	w.typ(f.Type)
	if text, ok := f.Type.value(nil); ok && f.Default {
		w.WriteString(`,"default":` + text)
	}
	w.WriteString("}")
}

func (w *writer) notes(doc string, aliases []string) {
	if doc != "" {
		fmt.Fprintf(w, `,"doc":%q`, doc)
	}
	if len(aliases) > 0 {
		list(w, `,"aliases":[`, aliases, func(s string) { w.WriteString(strconv.Quote(s)) })
	}
}

func list[T any](w *writer, open string, items []T, write func(T)) {
	w.WriteString(open)
	for i, item := range items {
		if i > 0 {
			w.WriteString(",")
		}
		write(item)
	}
	w.WriteString("]")
}

// value returns a default of the type, with the records that it is inside of; false if no value of it ends.
func (t *Type) value(inside []*Type) (text string, ok bool) {
	switch t.Kind {
	case "union":
		return t.Branches[0].value(inside)
	case "enum":
		return strconv.Quote(t.Symbols[0]), true
	case "fixed":
		return strconv.Quote(strings.Repeat("a", t.Size)), true
	case "record":
		return t.object(inside)
	}
	text, ok = values[t.Kind]
	return text, ok
}

var values = map[string]string{"null": "null", "boolean": "true", "int": "7", "long": "-8", "float": "1.5", "double": "2.25",
	"bytes": `"\u00ff"`, "string": `"ä"`, "array": "[]", "map": "{}"}

func (t *Type) object(inside []*Type) (text string, ok bool) {
	for _, outer := range inside {
		if outer == t {
			return "", false
		}
	}
	inside = append(inside, t)
	members := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		if text, ok = f.Type.value(inside); !ok {
			return "", false
		}
		members[i] = strconv.Quote(f.Name) + ":" + text
	}
	return "{" + strings.Join(members, ",") + "}", true
}
