package protobuf

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// docsOf returns the docs of everything in a text that has a descriptor and a doc, by full name; nothing for what is no text.
func docsOf(text string) map[protoreflect.FullName]string {
	docs := documented{}
	if !strings.Contains(text, "//") && !strings.Contains(text, "/*") {
		return nil
	}
	file, err := OutlineOf(text)
	if err != nil {
		return nil
	}
	var pkg protoreflect.FullName
	for _, d := range file.Inner {
		if d.Kind == PackageDeclaration {
			pkg = protoreflect.FullName(d.Name)
		}
	}
	docs.inside(pkg, file)
	return docs
}

type documented map[protoreflect.FullName]string

func (docs documented) inside(scope protoreflect.FullName, in *Declaration) {
	for _, d := range in.Inner {
		name := scope
		switch d.Kind {
		case SyntaxDeclaration, PackageDeclaration, ImportDeclaration, OptionDeclaration, ReservedStatement:
			continue
		case ExtendDeclaration:
		case GroupDeclaration:
			docs.add(scope.Append(protoreflect.Name(strings.ToLower(d.Name))), d.Doc)
			name = scope.Append(protoreflect.Name(d.Name))
		case EnumDeclaration:
			docs.add(scope.Append(protoreflect.Name(d.Name)), d.Doc) // whose values live beside it
		case OneofDeclaration:
			docs.add(scope.Append(protoreflect.Name(d.Name)), d.Doc) // whose fields do
		default:
			name = scope.Append(protoreflect.Name(d.Name))
			docs.add(name, d.Doc)
		}
		docs.inside(name, d)
	}
}

func (docs documented) add(name protoreflect.FullName, doc string) {
	if doc != "" {
		docs[name] = doc
	}
}
