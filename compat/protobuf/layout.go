package protobuf

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// A layout is a text with the places of what it declares.
type layout struct {
	text  string
	file  *protobuf.Declaration
	known map[*protobuf.Declaration]map[member]*protobuf.Declaration // what is in those that were looked into
}

// A member is what something is called in its scope.
type member struct {
	kind protobuf.DeclarationKind
	name string
}

func layoutOf(text string) (*layout, bool) {
	file, err := protobuf.OutlineOf(text)
	return &layout{text, file, map[*protobuf.Declaration]map[member]*protobuf.Declaration{}}, err == nil
}

// at returns where d is declared, nil if it is nowhere in the text. The names of scopes count without the file's package, so
// it may be of another file.
func (l *layout) at(d protoreflect.Descriptor) *protobuf.Declaration {
	if _, isFile := d.(protoreflect.FileDescriptor); isFile {
		return l.file
	}
	scope := l.at(d.Parent())
	if scope == nil {
		return nil
	}
	inside := l.known[scope]
	if inside == nil {
		inside = map[member]*protobuf.Declaration{}
		collect(inside, scope.Inner)
		l.known[scope] = inside
	}
	return inside[memberOf(d)]
}

// collect indexes declarations; members of oneofs and extensions are in the scope around. A group is a field and a message.
func collect(into map[member]*protobuf.Declaration, list []*protobuf.Declaration) {
	for _, d := range list {
		switch d.Kind {
		case protobuf.GroupDeclaration:
			into[member{protobuf.FieldDeclaration, strings.ToLower(d.Name)}] = d
			into[member{protobuf.MessageDeclaration, d.Name}] = d
		case protobuf.ExtendDeclaration:
			collect(into, d.Inner)
		case protobuf.OneofDeclaration:
			collect(into, d.Inner)
			fallthrough
		default:
			into[member{d.Kind, d.Name}] = d
		}
	}
}

func memberOf(d protoreflect.Descriptor) member {
	var kind protobuf.DeclarationKind
	switch d.(type) {
	case protoreflect.FieldDescriptor:
		kind = protobuf.FieldDeclaration
	case protoreflect.MessageDescriptor:
		kind = protobuf.MessageDeclaration
	case protoreflect.EnumDescriptor:
		kind = protobuf.EnumDeclaration
	case protoreflect.EnumValueDescriptor:
		kind = protobuf.ValueDeclaration
	case protoreflect.OneofDescriptor:
		kind = protobuf.OneofDeclaration
	case protoreflect.ServiceDescriptor:
		kind = protobuf.ServiceDeclaration
	case protoreflect.MethodDescriptor:
		kind = protobuf.MethodDeclaration
	}
	return member{kind, string(d.Name())}
}

// lineBreak returns how lines end.
func (l *layout) lineBreak() string {
	if strings.Contains(l.text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// indentation returns what the line of an offset begins with.
func (l *layout) indentation(offset int) string {
	line := l.text[strings.LastIndexByte(l.text[:offset], '\n')+1:]
	line = strings.TrimPrefix(line, byteOrderMark)
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

// step returns by how much one level is indented further than the one above it: as the first line that is.
func (l *layout) step() string {
	for _, d := range l.file.Inner {
		for _, inner := range d.Inner {
			if d.OneLine || inner.OneLine {
				continue
			}
			outer, in := l.indentation(d.Start), l.indentation(inner.Whole.Start)
			if strings.HasPrefix(in, outer) && in != outer {
				return in[len(outer):]
			}
		}
	}
	return "  "
}

// inside returns the indentation of what is in a declaration.
func (l *layout) inside(d *protobuf.Declaration) string {
	if d.Kind == protobuf.FileDeclaration {
		return ""
	}
	return l.indentation(d.Start) + l.step()
}

// moved returns a declaration for another level: what its lines are indented with is replaced, but for the first line, which
// has none.
func (l *layout) moved(declaration, was, indent string) string {
	lines := strings.Split(strings.ReplaceAll(declaration, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if line = strings.TrimRight(strings.TrimPrefix(line, was), " \t"); i > 0 && line != "" {
			line = indent + line
		}
		lines[i] = line
	}
	return strings.Join(lines, l.lineBreak())
}

// laid returns a declaration of a canonical text, in which each level is indented by two spaces, for this one.
func (l *layout) laid(declaration, was, indent string) string {
	lines, step := strings.Split(declaration, "\n"), l.step()
	for i, line := range lines {
		line = strings.TrimPrefix(line, was)
		rest := strings.TrimLeft(line, " ")
		lines[i] = strings.Repeat(step, (len(line)-len(rest))/2) + rest
	}
	return l.moved(strings.Join(lines, "\n"), "", indent)
}

// after puts a declaration behind another; lines is how many line breaks are between them.
func (l *layout) after(d *protobuf.Declaration, with string, lines int) splice {
	at, between := d.Whole.End, " "
	if !d.OneLine || strings.Contains(l.text[d.End:at], "//") {
		between = strings.Repeat(l.lineBreak(), lines) + l.indentation(d.Whole.Start)
	}
	return splice{at, at, between + with}
}

// before puts a declaration before another.
func (l *layout) before(d *protobuf.Declaration, with string, lines int) splice {
	at, between := d.Whole.Start, " "
	if !d.OneLine {
		between = strings.Repeat(l.lineBreak(), lines) + l.indentation(at)
	}
	return splice{at, at, with + between}
}

// into puts a declaration at the end of what is in another.
func (l *layout) into(d *protobuf.Declaration, with string, lines int) splice {
	if n := len(d.Inner); n > 0 {
		return l.after(d.Inner[n-1], with, lines)
	}
	if d.Kind == protobuf.FileDeclaration {
		return splice{d.End, d.End, with + l.lineBreak()}
	}
	at := d.Body.Start
	with = l.lineBreak() + l.inside(d) + with
	if !strings.Contains(d.Body.In(l.text), "\n") {
		with += l.lineBreak() + l.indentation(d.Start)
	}
	return splice{at, at, with}
}

// without takes a declaration out, with its comments and its line if nothing else is on it.
func (l *layout) without(d *protobuf.Declaration) splice {
	start, end := d.Whole.Start, d.Whole.End
	rest := l.text[end:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 && strings.TrimSpace(rest[:i]) == "" && !d.OneLine {
		return splice{start - len(l.indentation(start)), end + i + 1, ""}
	}
	if d.OneLine && start > 0 && l.text[start-1] == ' ' {
		start--
	}
	return splice{start, end, ""}
}
