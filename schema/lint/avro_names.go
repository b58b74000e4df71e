package lint

import (
	"strings"
	"unicode"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// A naming is a case in which fields can be.
type naming string

const (
	undecided naming = "" // one lower-case word is in both cases
	snake     naming = "snake_case"
	camel     naming = "camelCase"
	neither   naming = "neither snake_case nor camelCase"
)

// namingOf returns the case that a field's name is in. Underscores in front do not count.
func namingOf(name string) naming {
	name = strings.TrimLeft(name, "_")
	switch s, c := isSnake(name), isCamel(name); {
	case s && c, name == "":
		return undecided
	case s:
		return snake
	case c:
		return camel
	default:
		return neither
	}
}

// spelled returns a name in the case.
func (n naming) spelled(name string) string {
	switch n {
	case snake:
		return toSnake(name)
	case camel:
		return toCamel(name)
	default:
		return ""
	}
}

// mostFields returns the case that most of the fields are in which a text defines, the first one's if as many are in the
// other; undecided if there is none.
func mostFields(root avro.Use) naming {
	var first naming
	counts := map[naming]int{}
	var count func(u avro.Use)
	count = func(u avro.Use) {
		if !own(u) {
			return
		}
		for _, f := range u.Node.Fields {
			n := namingOf(f.Name)
			if counts[n]++; first == undecided && n != neither {
				first = n
			}
			count(f.Type)
		}
		for _, b := range u.Node.Branches {
			count(b)
		}
		if u.Node.Kind == avro.Array || u.Node.Kind == avro.Map {
			count(u.Node.Items)
		}
	}
	count(root)
	switch {
	case counts[snake] > counts[camel]:
		return snake
	case counts[camel] > counts[snake]:
		return camel
	default:
		return first
	}
}

// fieldName looks at the name of a field.
func (w *avroWalk) fieldName(f *avro.Field) {
	n := namingOf(f.Name)
	if n == undecided {
		return
	}
	for _, wanted := range []struct {
		code string
		naming
	}{{"AVRO_FIELD_NAME_SNAKE_CASE", snake}, {"AVRO_FIELD_NAME_CAMEL_CASE", camel}} {
		if n != wanted.naming {
			w.find(wanted.code, f.NamePos, f.Name, "`"+f.Name+"` is not in "+string(wanted.naming)+better(f.Name, wanted.spelled(f.Name)))
		}
	}
	switch {
	case n == neither:
		message := "`" + f.Name + "` is in " + string(neither)
		w.find("AVRO_FIELD_NAME_CASE", f.NamePos, f.Name, message+better(f.Name, w.most.spelled(f.Name)))
	case n != w.most:
		w.find("AVRO_FIELD_NAME_CASE", f.NamePos, f.Name,
			"`"+f.Name+"` is in "+string(n)+", and the schema in "+string(w.most)+better(f.Name, w.most.spelled(f.Name)))
	}
}

// named looks at the name of a record, enum or fixed. outer is the named type that it stands in, nil for none.
func (w *avroWalk) named(n, outer *avro.Node) {
	at := w.place(n.Pos, "name")
	simple := avro.Unqualified(n.Name)
	if !isPascal(simple) {
		w.find("AVRO_TYPE_NAME_CASE", at, "", n.Kind.String()+" `"+simple+"` is not in PascalCase"+better(simple, toPascal(simple)))
	}
	for _, alias := range n.Alias {
		if alias == n.Name {
			w.find("AVRO_ALIAS_SELF", w.alias(n.Pos, n.Name), "", "`"+n.Name+"` is an alias of itself")
		}
	}
	w.namespace(n, outer, at)
}

// namespace looks at a namespace where it begins.
func (w *avroWalk) namespace(n, outer *avro.Node, name schema.Position) {
	ns := namespaceOf(n)
	if outer != nil && namespaceOf(outer) == ns {
		return
	}
	at := name
	if !strings.Contains(w.written(name), ".") {
		if given, ok := w.members.values[member{n.Pos.Offset, "namespace"}]; ok {
			at = w.lines.at(given)
		}
	}
	if ns == "" {
		w.find("AVRO_NAMESPACE_MISSING", at, "", n.Kind.String()+" `"+n.Name+"` is in no namespace")
		return
	}
	if strings.ContainsFunc(ns, unicode.IsUpper) {
		w.find("AVRO_NAMESPACE_CASE", at, "", "namespace `"+ns+"` is not in lower case: `"+strings.ToLower(ns)+"`")
	}
}

func namespaceOf(n *avro.Node) string {
	return strings.TrimSuffix(strings.TrimSuffix(n.Name, avro.Unqualified(n.Name)), ".")
}

// written returns the string that is written at a position, escapes as they are.
func (w *avroWalk) written(at schema.Position) string {
	rest, ok := strings.CutPrefix(w.src.Text[min(at.Offset, len(w.src.Text)):], `"`)
	if !ok {
		return ""
	}
	text, _, _ := strings.Cut(rest, `"`)
	return text
}
