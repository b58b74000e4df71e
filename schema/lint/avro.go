package lint

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// An avroWalk goes through the types that a text defines itself, each where it is written: a type that is used by name is
// left to the place that defines it, so that the walk ends.
type avroWalk struct {
	*linter
	lines   *lines
	members *members
	steps   []string // the way from the root, as a path has it
	most    naming   // what most of the fields are in
	old     *avro.Schema
	root    *avro.Node
	records map[*avro.Node]map[string]*avro.Field // the fields of those whose defaults were looked at, by name
}

func lintAvro(l *linter, s, old *avro.Schema) {
	w := &avroWalk{linter: l, lines: newLines(l.src.Text), members: membersOf(l.src.Text), old: old, root: s.Root().Node}
	w.most = mostFields(s.Root())
	w.steps = append(w.steps, w.root.TypeName())
	w.use(s.Root(), nil)
}

// own reports whether the type is defined where it is used.
func own(u avro.Use) bool { return !u.ByName && u.Node.Dependency == "" }

// use looks at a type. outer is the named type that it stands in, nil at the root.
func (w *avroWalk) use(u avro.Use, outer *avro.Node) {
	if !own(u) {
		return
	}
	n := u.Node
	w.logicalType(n)
	switch n.Kind {
	case avro.Record:
		w.named(n, outer)
		w.record(n)
	case avro.Enum:
		w.named(n, outer)
		w.enum(n)
	case avro.Fixed:
		w.named(n, outer)
	case avro.Array:
		w.into("[]", n.Items, outer)
	case avro.Map:
		w.into("{}", n.Items, outer)
	case avro.Union:
		w.union(n)
		for _, b := range n.Branches {
			w.into("<"+b.Node.TypeName()+">", b, outer)
		}
	}
}

func (w *avroWalk) into(step string, u avro.Use, outer *avro.Node) {
	w.steps = append(w.steps, step)
	w.use(u, outer)
	w.steps = w.steps[:len(w.steps)-1]
}

// path prints the way to the type at hand, and to a member of it if one is given.
func (w *avroWalk) path(member string) string {
	path := strings.Join(w.steps, "")
	if member != "" {
		path += "." + member
	}
	return path
}

// find reports a breach by the type at hand, or by a member of it.
func (w *avroWalk) find(code string, at schema.Position, member, message string) {
	if w.on(code) {
		w.add(code, at, w.path(member), message)
	}
}

// place returns where a member of the object at a position has its value, the position itself if it has none.
func (w *avroWalk) place(object schema.Position, key string) schema.Position {
	if offset, ok := w.members.values[member{object.Offset, key}]; ok {
		return w.lines.at(offset)
	}
	return object
}

// element returns where element i of an array of an object stands.
func (w *avroWalk) element(object schema.Position, key string, i int) schema.Position {
	array, ok := w.members.values[member{object.Offset, key}]
	if elements := w.members.elements[array]; ok && i < len(elements) {
		return w.lines.at(elements[i])
	}
	return w.place(object, key)
}

// record looks at the fields of a record.
func (w *avroWalk) record(n *avro.Node) {
	if strings.TrimSpace(n.Doc) == "" {
		w.find("AVRO_RECORD_DOC", w.place(n.Pos, "name"), "", "record `"+n.Name+"` has no doc")
	}
	if len(n.Fields) == 0 {
		w.find("AVRO_RECORD_EMPTY", w.place(n.Pos, "name"), "", "record `"+n.Name+"` has no fields")
	}
	known, compared := w.before(n)
	alike := map[string]string{}
	for _, f := range n.Fields {
		w.fieldName(f)
		folded := strings.ToLower(strings.ReplaceAll(f.Name, "_", ""))
		if first, twice := alike[folded]; twice {
			w.find("AVRO_FIELD_NAME_COLLISION", f.NamePos, f.Name, "`"+f.Name+"` differs from `"+first+"` in case and underscores alone")
		} else {
			alike[folded] = f.Name
		}
		w.field(f)
		if compared && f.Default == nil && !known[f.Name] && !slices.ContainsFunc(f.Aliases, func(a string) bool { return known[a] }) {
			w.find("AVRO_NEW_FIELD_DEFAULT", f.NamePos, f.Name, "`"+f.Name+"` is new in `"+n.Name+"` and has no default")
		}
		w.into("."+f.Name, f.Type, n)
	}
}

// before returns the names of the fields that a record had in the old schema; false if it was not there.
func (w *avroWalk) before(n *avro.Node) (names map[string]bool, ok bool) {
	if w.old == nil || !w.on("AVRO_NEW_FIELD_DEFAULT") {
		return nil, false
	}
	old := w.old.Named(n.Name)
	for i := 0; old == nil && i < len(n.Alias); i++ {
		old = w.old.Named(n.Alias[i])
	}
	if old == nil && n == w.root {
		old = w.old.Root().Node
	}
	if old == nil || old.Kind != avro.Record {
		return nil, false
	}
	names = make(map[string]bool, len(old.Fields))
	for _, f := range old.Fields {
		names[f.Name] = true
	}
	return names, true
}

// field looks at a field but for its name and what is inside its type.
func (w *avroWalk) field(f *avro.Field) {
	if strings.TrimSpace(f.Doc) == "" {
		w.find("AVRO_FIELD_DOC", f.NamePos, f.Name, "field `"+f.Name+"` has no doc")
	}
	if slices.Contains(f.Aliases, f.Name) {
		w.find("AVRO_ALIAS_SELF", w.alias(f.Pos, f.Name), f.Name, "`"+f.Name+"` is an alias of itself")
	}
	w.meaning(f)
	if f.Default != nil {
		w.defaultValue(f, f.Type.Node, f.Default)
	}
	if f.Type.Node.Kind == avro.Union {
		w.nullable(f, f.Type.Node)
	}
}

// alias returns where a name stands among the aliases of the object at a position, spelled as it is or at the end of a full name.
func (w *avroWalk) alias(object schema.Position, name string) schema.Position {
	array, ok := w.members.values[member{object.Offset, "aliases"}]
	if !ok {
		return object
	}
	for _, offset := range w.members.elements[array] {
		rest := w.src.Text[offset:]
		for _, spelled := range []string{name, avro.Unqualified(name)} {
			if strings.HasPrefix(rest, `"`+spelled+`"`) {
				return w.lines.at(offset)
			}
		}
	}
	return w.lines.at(array)
}

// enum looks at an enum but for its name.
func (w *avroWalk) enum(n *avro.Node) {
	at := w.place(n.Pos, "name")
	if strings.TrimSpace(n.Doc) == "" {
		w.find("AVRO_ENUM_DOC", at, "", "enum `"+n.Name+"` has no doc")
	}
	if !n.HasDefault {
		w.find("AVRO_ENUM_DEFAULT", at, "", "enum `"+n.Name+"` has no default: a symbol that is added later cannot be read with this schema")
	}
	for i, symbol := range n.Symbols {
		if !isUpperSnake(symbol) {
			w.find("AVRO_ENUM_SYMBOL_CASE", w.element(n.Pos, "symbols", i), "",
				"symbol `"+symbol+"` is not in UPPER_SNAKE_CASE"+better(symbol, toUpperSnake(symbol)))
		}
	}
}

// union looks at a union by itself.
func (w *avroWalk) union(n *avro.Node) {
	switch len(n.Branches) {
	case 0:
		w.find("AVRO_UNION_SINGLE_BRANCH", n.Pos, "", "the union has no branch, so there is no value of it")
	case 1:
		w.find("AVRO_UNION_SINGLE_BRANCH", n.Pos, "", "the union has `"+n.Branches[0].Node.TypeName()+"` as its only branch")
	}
}

// nullable looks at the order of a field's union and at its default.
func (w *avroWalk) nullable(f *avro.Field, n *avro.Node) {
	null := slices.IndexFunc(n.Branches, func(b avro.Use) bool { return b.Node.Kind == avro.Null })
	switch {
	case f.Default != nil && len(n.Branches) > 1 && !n.Branches[0].Node.Fits(f.Default):
		message := "the default of `" + f.Name + "` is not of its union's first branch, `" + n.Branches[0].Node.TypeName() + "`"
		if f.Default.Kind == avro.NullValue {
			message += ": null belongs first"
		}
		w.find("AVRO_UNION_DEFAULT_ORDER", f.Default.Pos, f.Name, message)
	case null >= 0 && f.Default == nil:
		if null > 0 {
			w.find("AVRO_NULLABLE_ORDER", f.Type.Pos, f.Name, "null is not the first branch of the union of `"+f.Name+"`")
		}
		w.find("AVRO_NULLABLE_DEFAULT", f.NamePos, f.Name, "`"+f.Name+"` may be null and has no default: \"default\": null, with null first, lets it be left out")
	}
}
