package protobuf

import (
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/ast"
)

// A DeclarationKind says what is declared, in the word that the language has for it where there is one.
type DeclarationKind string

// The kinds of declarations.
const (
	FileDeclaration    DeclarationKind = "file"
	SyntaxDeclaration  DeclarationKind = "syntax" // or the edition
	PackageDeclaration DeclarationKind = "package"
	ImportDeclaration  DeclarationKind = "import"
	OptionDeclaration  DeclarationKind = "option"
	MessageDeclaration DeclarationKind = "message"
	FieldDeclaration   DeclarationKind = "field"
	GroupDeclaration   DeclarationKind = "group" // of a field and its message
	OneofDeclaration   DeclarationKind = "oneof"
	EnumDeclaration    DeclarationKind = "enum"
	ValueDeclaration   DeclarationKind = "value"
	ExtendDeclaration  DeclarationKind = "extend"
	ServiceDeclaration DeclarationKind = "service"
	MethodDeclaration  DeclarationKind = "rpc"
	ReservedStatement  DeclarationKind = "reserved"
)

// A Span is a part of a text: the bytes from Start up to End. The zero Span is none.
type Span struct{ Start, End int }

// In returns the part of the text.
func (s Span) In(text string) string { return text[s.Start:s.End] }

// A Declaration is one of a text, with the places of its parts.
type Declaration struct {
	Kind DeclarationKind
	Name string // as it is written: a path for an import, dotted for a package, the message's for a group; may be empty
	Span        // from its first token to its last
	// Whole is Span with the comments that belong to the declaration: those right above it, and behind it on its last line.
	Whole Span
	// Doc is what the comments right above it say, without what marks them as comments.
	Doc string

	Label, Type, Ident, Number Span // Type is that of a field, or what is extended; Ident is the name
	Options                    Span // with the brackets, of a field or value
	Body                       Span // between the braces
	Inner                      []*Declaration
	OneLine                    bool // it shares its first line with what stands before it
}

// OutlineOf returns the declarations of a .proto text: the file, and in it all others in their order. What is no .proto text
// is a [*schema.Error]. Nothing is resolved or checked beyond the syntax.
func OutlineOf(text string) (*Declaration, error) {
	s, bad := scan(text, storedLimits)
	if bad != nil {
		return nil, bad
	}
	s.path = selfPath
	node, err := parseSyntax(s.path, s.text)
	if err != nil {
		return nil, s.wrapSyntax(err)
	}
	o := outliner{node: node, text: s, places: newPlaces(text)}
	file := &Declaration{Kind: FileDeclaration, Span: Span{s.bias, len(text)}}
	file.Whole, file.Body = file.Span, file.Span
	if node.Syntax != nil {
		file.Inner = append(file.Inner, o.declare(SyntaxDeclaration, node.Syntax, nil))
	}
	if node.Edition != nil {
		file.Inner = append(file.Inner, o.declare(SyntaxDeclaration, node.Edition, nil))
	}
	for _, d := range node.Decls {
		o.add(file, d)
	}
	return file, nil
}

// An outliner makes declarations of the parser's tree.
type outliner struct {
	node   *ast.FileNode
	text   *scanned
	places *places
}

// add adds a declaration with all that is in it. Empty statements and ranges of extensions are left out.
func (o *outliner) add(to *Declaration, node ast.Node) {
	var d *Declaration
	switch n := node.(type) {
	case *ast.PackageNode:
		d = o.declare(PackageDeclaration, n, n.Name)
		d.Name = ident(n.Name)
	case *ast.ImportNode:
		d = o.declare(ImportDeclaration, n, n.Name)
		d.Name = n.Name.AsString()
	case *ast.OptionNode:
		d = o.declare(OptionDeclaration, n, n.Name)
	case *ast.MessageNode:
		d = o.declare(MessageDeclaration, n, n.Name)
		o.body(d, n.MessageBody)
	case *ast.EnumNode:
		d = o.declare(EnumDeclaration, n, n.Name)
		d.Body = o.between(n.OpenBrace, n.CloseBrace)
		addAll(o, d, n.Decls)
	case *ast.ExtendNode:
		d = o.declare(ExtendDeclaration, n, nil)
		d.Type = o.span(n.Extendee)
		d.Body = o.between(n.OpenBrace, n.CloseBrace)
		addAll(o, d, n.Decls)
	case *ast.ServiceNode:
		d = o.declare(ServiceDeclaration, n, n.Name)
		d.Body = o.between(n.OpenBrace, n.CloseBrace)
		addAll(o, d, n.Decls)
	case *ast.RPCNode:
		d = o.declare(MethodDeclaration, n, n.Name)
		d.Type = o.between(n.Name, n.Output)
		d.Type.End = o.span(n.Output).End
	case *ast.ReservedNode:
		d = o.declare(ReservedStatement, n, nil)
	default:
		d = o.member(node)
	}
	if d != nil {
		to.Inner = append(to.Inner, d)
	}
}

// member outlines what has a number, and oneofs; nil for anything else.
func (o *outliner) member(node ast.Node) *Declaration {
	var d *Declaration
	switch n := node.(type) {
	case *ast.FieldNode:
		d = o.declare(FieldDeclaration, n, n.Name)
		d.Type = o.span(n.FldType)
		o.tagged(d, n.Label, n.Tag, n.Options)
	case *ast.MapFieldNode:
		d = o.declare(FieldDeclaration, n, n.Name)
		d.Type = o.span(n.MapType)
		o.tagged(d, ast.FieldLabel{}, n.Tag, n.Options)
	case *ast.GroupNode:
		d = o.declare(GroupDeclaration, n, n.Name)
		o.tagged(d, n.Label, n.Tag, n.Options)
		o.body(d, n.MessageBody)
	case *ast.OneofNode:
		d = o.declare(OneofDeclaration, n, n.Name)
		d.Body = o.between(n.OpenBrace, n.CloseBrace)
		addAll(o, d, n.Decls)
	case *ast.EnumValueNode:
		d = o.declare(ValueDeclaration, n, n.Name)
		d.Number = o.span(n.Number)
		if n.Options != nil {
			d.Options = o.span(n.Options)
		}
	}
	return d
}

func addAll[N ast.Node](o *outliner, to *Declaration, nodes []N) {
	for _, n := range nodes {
		o.add(to, n)
	}
}

func (o *outliner) body(d *Declaration, b ast.MessageBody) {
	d.Body = o.between(b.OpenBrace, b.CloseBrace)
	addAll(o, d, b.Decls)
}

// tagged sets the places of what fields have.
func (o *outliner) tagged(d *Declaration, label ast.FieldLabel, tag *ast.UintLiteralNode, options *ast.CompactOptionsNode) {
	if label.KeywordNode != nil {
		d.Label = o.span(label.KeywordNode)
	}
	if tag != nil {
		d.Number = o.span(tag)
	}
	if options != nil {
		d.Options = o.span(options)
	}
}

// declare outlines a declaration as such. name is the node of its name, or nil.
func (o *outliner) declare(kind DeclarationKind, n, name ast.Node) *Declaration {
	d := &Declaration{Kind: kind, Span: o.span(n)}
	d.Whole = d.Span
	if name != nil {
		d.Ident = o.span(name)
		d.Name = d.Ident.In(o.text.source)
	}
	o.comments(d, o.node.NodeInfo(n))
	d.OneLine = !o.begins(d.Whole.Start)
	return d
}

// begins reports whether a line begins at an offset, but for space.
func (o *outliner) begins(offset int) bool {
	start := o.places.lines[o.places.at(offset).Line-1]
	return strings.TrimSpace(o.text.source[start:offset]) == ""
}

// comments takes the comments that belong to a declaration.
func (o *outliner) comments(d *Declaration, info ast.NodeInfo) {
	source, above := o.text.source, info.LeadingComments()
	var said []string
	for i := above.Len() - 1; i >= 0; i-- {
		at := o.comment(above.Index(i))
		if strings.Count(source[at.End:d.Whole.Start], "\n") > 1 || !o.begins(at.Start) {
			break
		}
		d.Whole.Start = at.Start
		said = append(said, uncommented(at.In(source)))
	}
	slices.Reverse(said)
	d.Doc = strings.Join(said, "\n")
	behind := info.TrailingComments()
	for i := range behind.Len() {
		at := o.comment(behind.Index(i))
		if strings.Contains(source[d.Whole.End:at.Start], "\n") {
			break
		}
		d.Whole.End = at.End
	}
}

func (o *outliner) comment(c ast.Comment) Span {
	start := c.Start().Offset
	last := start + len(strings.TrimRight(c.RawText(), "\r\n")) - 1
	return Span{o.text.offset(start), o.text.offset(last) + 1}
}

// uncommented returns what a comment says: without its marks, and without the stars and the space that lines begin with.
func uncommented(comment string) string {
	block := strings.HasPrefix(comment, "/*")
	comment = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(comment, "//"), "/*"), "*/")
	lines := strings.Split(comment, "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if block {
			line = strings.TrimSpace(strings.TrimLeft(line, "*"))
		}
		lines[i] = line
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func (o *outliner) span(n ast.Node) Span {
	info := o.node.NodeInfo(n) // whose end has the offset of the last byte
	return Span{o.text.offset(info.Start().Offset), o.text.offset(info.End().Offset) + 1}
}

// between returns what stands between two tokens.
func (o *outliner) between(open, end ast.Node) Span {
	return Span{o.span(open).End, o.span(end).Start}
}
