package protobuf

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// restored is what brings declarations of the old schema back. Each is brought back once.
type restored struct {
	*fixer
	splices []splice
	seen    map[protoreflect.FullName]bool
}

func (x *fixer) restoring() *restored {
	return &restored{fixer: x, seen: map[protoreflect.FullName]bool{}}
}

// back puts what only the old schema declares into its scope in the new one, beside what it stood beside, with the types
// that it needs. It returns false if there is no such scope.
func (r *restored) back(d protoreflect.Descriptor) bool {
	r.seen[d.FullName()] = true
	was, scope := r.was.at(d), r.scopeNow(d)
	if was == nil || scope == nil {
		return false
	}
	text := was.In(r.was.text)
	if f, ok := d.(protoreflect.FieldDescriptor); ok {
		text = r.fieldText(f, was, scope.Kind == protobuf.OneofDeclaration)
	}
	r.put(d, scope, r.now.laid(text, r.was.indentation(was.Start), r.now.inside(scope)))
	r.needs(d)
	return true
}

// scopeNow returns the declaration of the new schema that one of the old schema's belongs into.
func (r *restored) scopeNow(d protoreflect.Descriptor) *protobuf.Declaration {
	if f, ok := d.(protoreflect.FieldDescriptor); ok {
		if o := oneofOf(f); o != nil {
			if at := r.now.at(o); at != nil {
				return at
			}
		}
	}
	return r.now.at(d.Parent())
}

// put adds the splice for a declaration: behind the nearest one before it that the new schema has, else before the nearest
// behind it, else at the end.
func (r *restored) put(d protoreflect.Descriptor, scope *protobuf.Declaration, text string) {
	lines := 1
	if scope.Kind == protobuf.FileDeclaration {
		lines = 2
	}
	before, behind := r.siblings(d)
	for i := len(before) - 1; i >= 0; i-- {
		if at := directly(scope.Inner, before[i]); at != nil {
			r.splices = append(r.splices, r.now.after(at, text, lines))
			return
		}
	}
	for _, next := range behind {
		if at := directly(scope.Inner, next); at != nil {
			r.splices = append(r.splices, r.now.before(at, text, lines))
			return
		}
	}
	r.splices = append(r.splices, r.now.into(scope, text, lines))
}

// siblings returns the declarations of one kind before and behind one of the old schema's, in their order.
func (r *restored) siblings(d protoreflect.Descriptor) (before, behind []*protobuf.Declaration) {
	was := r.was.at(d)
	scope := r.was.at(d.Parent())
	if f, ok := d.(protoreflect.FieldDescriptor); ok && oneofOf(f) != nil {
		scope = r.was.at(oneofOf(f))
	}
	passed := false
	for _, c := range scope.Inner {
		switch {
		case c == was:
			passed = true
		case c.Kind != was.Kind:
		case passed:
			behind = append(behind, c)
		default:
			before = append(before, c)
		}
	}
	return before, behind
}

// directly returns the declaration of a list with the kind and name of another.
func directly(list []*protobuf.Declaration, like *protobuf.Declaration) *protobuf.Declaration {
	for _, c := range list {
		if c.Kind == like.Kind && c.Name == like.Name {
			return c
		}
	}
	return nil
}

// needs brings back the types that a declaration of the old schema names and the new one lacks, and what they need.
func (r *restored) needs(d protoreflect.Descriptor) {
	switch x := d.(type) {
	case protoreflect.FieldDescriptor:
		if x.IsMap() {
			x = x.MapValue()
		}
		if m := x.Message(); m != nil {
			r.typeBack(m)
		}
		if e := x.Enum(); e != nil {
			r.typeBack(e)
		}
	case protoreflect.MessageDescriptor:
		for i := range x.Fields().Len() {
			r.needs(x.Fields().Get(i))
		}
	case protoreflect.MethodDescriptor:
		r.typeBack(x.Input())
		r.typeBack(x.Output())
	case protoreflect.ServiceDescriptor:
		for i := range x.Methods().Len() {
			r.needs(x.Methods().Get(i))
		}
	}
}

// typeBack brings a type back, or the import of its file. One that is declared inside of what is brought back comes with it.
func (r *restored) typeBack(t protoreflect.Descriptor) {
	if r.seen[t.FullName()] {
		return
	}
	r.seen[t.FullName()] = true
	if file := t.ParentFile(); file != r.old {
		r.imports(file.Path())
		return
	}
	for up := t.Parent(); up != nil; up = up.Parent() {
		if _, isFile := up.(protoreflect.FileDescriptor); !isFile && r.seen[up.FullName()] {
			return
		}
	}
	if r.now.at(t) == nil {
		r.back(t)
	}
}

// imports adds an import that the new schema lacks.
func (r *restored) imports(path string) {
	if r.seen[protoreflect.FullName("import "+path)] {
		return
	}
	r.seen[protoreflect.FullName("import "+path)] = true
	var last *protobuf.Declaration
	for _, d := range r.now.file.Inner {
		switch d.Kind {
		case protobuf.ImportDeclaration:
			if d.Name == path {
				return
			}
			last = d
		case protobuf.SyntaxDeclaration, protobuf.PackageDeclaration:
			last = d
		}
	}
	statement := `import "` + path + `";`
	if last == nil {
		r.splices = append(r.splices, splice{r.now.file.Start, r.now.file.Start, statement + r.now.lineBreak()})
		return
	}
	r.splices = append(r.splices, r.now.after(last, statement, 1))
}

// fieldText returns the declaration of an old field with a label that the new file's syntax has.
func (r *restored) fieldText(g protoreflect.FieldDescriptor, was *protobuf.Declaration, inOneof bool) string {
	text := strings.TrimSpace(r.was.text[max(was.Start, was.Label.End):was.End])
	if label := r.labelNow(g, inOneof); label != "" {
		return label + " " + text
	}
	return text
}

// labelNow returns the label of an old field as the new file's syntax has it. What is required stays so in proto2 alone.
func (x *fixer) labelNow(g protoreflect.FieldDescriptor, inOneof bool) string {
	label := labels[g.Cardinality()]
	switch syntax := x.latest.Syntax(); {
	case inOneof || g.IsMap():
		return ""
	case label == "repeated" || syntax == protoreflect.Proto2:
		return label
	case syntax == protoreflect.Proto3 && (label == "required" || labelOf(g) != ""):
		return "optional"
	}
	return ""
}
