package protobuf

import (
	"context"
	"fmt"
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/options"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/treatyhq/treaty/schema"
)

// selfPath is the path of the schema's own file, which has none of its own.
const selfPath = "default"

// A graph links one schema and what it imports. Only dependencies that are imported are read, each once.
type graph struct {
	ctx     context.Context
	limits  schema.Limits
	texts   map[string]string // dependencies by import path
	linked  map[string]linker.File
	used    map[string]string // texts of the dependencies that were linked
	symbols *linker.Symbols
	active  []string // the chain of imports being linked
}

func newGraph(ctx context.Context, src schema.Source, limits schema.Limits) *graph {
	g := &graph{
		ctx: ctx, limits: limits, symbols: &linker.Symbols{},
		texts: map[string]string{}, linked: map[string]linker.File{}, used: map[string]string{},
	}
	for _, d := range src.Dependencies {
		if _, ok := g.texts[d.Name]; !ok {
			g.texts[d.Name] = d.Text
		}
	}
	return g
}

// link links the schema's own file. Strict asks for everything that is demanded of a new schema.
func (g *graph) link(node *ast.FileNode, s *scanned, strict bool) (linker.Result, error) {
	parsed, err := parser.ResultFromAST(node, strict, reporter.NewHandler(nil))
	if err != nil {
		return nil, s.wrap(err)
	}
	return g.linkParsed(parsed, s, strict)
}

func (g *graph) linkParsed(parsed parser.Result, s *scanned, strict bool) (linker.Result, error) {
	deps, err := g.imports(parsed, s)
	if err != nil {
		return nil, err
	}
	unknown := setAside(parsed, deps)
	handler := reporter.NewHandler(nil)
	linked, err := linker.Link(parsed, deps, g.symbols, handler)
	if err != nil {
		return nil, s.wrap(err)
	}
	unknown = append(unknown, setMisfitsAside(linked)...)
	if _, err := options.InterpretOptionsLenient(linked); err != nil {
		return nil, s.wrap(err)
	}
	putBack(unknown)
	if strict {
		if err := checkOptions(linked, handler); err != nil {
			return nil, s.wrap(err)
		}
		if err := linked.ValidateOptions(handler, g.symbols); err != nil {
			return nil, s.wrap(err)
		}
	}
	linked.RemoveAST()
	return linked, nil
}

// imports links what a file imports.
func (g *graph) imports(parsed parser.Result, s *scanned) (linker.Files, error) {
	paths := parsed.FileDescriptorProto().Dependency
	deps := make(linker.Files, 0, len(paths))
	for _, path := range paths {
		file, err := g.file(path)
		if err != nil {
			return nil, s.at(importNode(parsed.AST(), path), err)
		}
		deps = append(deps, file)
	}
	return deps, nil
}

// file returns the linked file at an import path: a dependency before a built-in file.
func (g *graph) file(path string) (linker.File, error) {
	if f, ok := g.linked[path]; ok {
		return f, nil
	}
	for _, p := range g.active {
		if p == path {
			return nil, &schema.Error{Message: "Imports form a cycle: " + strings.Join(append(g.active, path), " -> ")}
		}
	}
	if err := g.ctx.Err(); err != nil {
		return nil, fmt.Errorf("parse Protobuf: %w", err)
	}
	g.active = append(g.active, path)
	defer func() { g.active = g.active[:len(g.active)-1] }()
	f, err := g.load(path)
	if err != nil {
		return nil, err
	}
	g.linked[path] = f
	return f, nil
}

func (g *graph) load(path string) (linker.File, error) {
	if text, ok := g.texts[path]; ok {
		return g.dependency(path, text)
	}
	builtin, ok := builtins()[path]
	if !ok {
		return nil, &schema.Error{Message: fmt.Sprintf("Import %q is neither a reference nor built in", path)}
	}
	if !g.overrides(builtin) {
		return builtin, nil
	}
	// A dependency stands for one of its imports, so the shared copy would define the same names twice.
	fd := protodesc.ToFileDescriptorProto(builtin)
	return g.linkParsed(parser.ResultWithoutAST(fd), &scanned{path: path}, false)
}

// overrides reports whether a dependency stands for something that a built-in file imports.
func (g *graph) overrides(builtin linker.File) bool {
	if len(g.texts) == 0 {
		return false
	}
	for i := range builtin.Imports().Len() {
		path := builtin.Imports().Get(i).Path()
		if _, ok := g.texts[path]; ok || g.overrides(builtin.FindImportByPath(path)) {
			return true
		}
	}
	return false
}

func (g *graph) dependency(path, source string) (linker.File, error) {
	t, err := parseText(path, source, storedLimits)
	if err != nil {
		return nil, inFile(path, err)
	}
	linked, err := g.linkText(t, false)
	if err != nil {
		return nil, inFile(path, err)
	}
	g.used[path] = source
	return linked, nil
}

// inFile names the dependency that an error is in; a position in another text would only mislead.
func inFile(path string, err error) error {
	bad, ok := err.(*schema.Error)
	if !ok {
		return err
	}
	where := path
	if bad.Position.Line > 0 {
		where += ":" + bad.Position.String()
	}
	return &schema.Error{Message: where + ": " + bad.Message, Limit: bad.Limit, Err: bad.Err}
}

func importNode(file *ast.FileNode, path string) ast.NodeInfo {
	if file == nil {
		return ast.NodeInfo{}
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.ImportNode); ok && d.Name.AsString() == path {
			return file.NodeInfo(d)
		}
	}
	return ast.NodeInfo{}
}

// clone returns a copy of the descriptor of a linked file.
func clone(linked linker.Result) *descriptorpb.FileDescriptorProto {
	return proto.Clone(linked.FileDescriptorProto()).(*descriptorpb.FileDescriptorProto)
}
