package protobuf

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"

	"github.com/treatyhq/treaty/schema"
)

// parsePrefix begins the message of a text that cannot be parsed. Clients know it.
// Source: Confluent REST API, Protobuf provider.
const parsePrefix = "Could not parse Protobuf - "

// Parse reads a .proto text or, if it is none, a serialized FileDescriptorProto in base64. Imports resolve to
// src.Dependencies by name, then to the built-in files, and to nothing else.
//
// A text that is not valid, names a type or file that does not exist, or exceeds a limit is a [*schema.Error]; a text that
// is neither is reported with the text parser's error. An error that wraps ctx's says that ctx ended first. With
// opts.New, everything protoc checks is checked; without it, what the reference's parser let pass is read as well.
// Options that nobody defines are kept, never refused.
func Parse(ctx context.Context, src schema.Source, opts schema.Options) (s *Schema, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, &schema.Error{Message: parsePrefix + "it cannot be compiled", Err: panicked{p}}
		}
	}()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("parse Protobuf: %w", err)
	}
	limits := storedLimits
	if opts.New {
		limits = opts.Limits.WithDefaults()
	}
	if err := checkSource(src, limits); err != nil {
		return nil, err
	}
	g := newGraph(ctx, src, limits)
	linked, text, err := g.read(src.Text, opts.New)
	if err != nil {
		return nil, err
	}
	return newSchema(linked, text, g.used), nil
}

// A panicked is what the compiler panicked with where it had reported no error before.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// A text is what is known of one .proto text before it is linked.
type text struct {
	*scanned
	node      *ast.FileNode
	tree      *file  // the text, with the entries of maps folded into map types
	canonical string // the text as written, in the reference's layout
	linkable  string // the canonical text, with the entries of maps folded
	decoded   bool   // whether it was made of a descriptor
}

// read parses the schema's own source, a text or a descriptor, and links it. What is linked is the canonical text, so that a
// schema has the same descriptor when it is registered and when it is read back; errors are placed in the source.
func (g *graph) read(source string, strict bool) (linker.Result, *text, error) {
	limits := storedLimits
	if strict {
		limits = g.limits
	}
	t, err := parseText(selfPath, source, limits)
	if err != nil {
		if t = g.fromDescriptor(source, limits, &err); t == nil {
			return nil, nil, err
		}
	}
	linked, err := g.linkText(t, strict)
	if err != nil && t.linkable != t.source && t.linkable == t.canonical {
		if _, inSource := g.fresh().link(t.node, t.scanned, strict); inSource != nil {
			err = inSource
		}
	}
	return linked, t, err
}

// linkText links the canonical text of t.
func (g *graph) linkText(t *text, strict bool) (linker.Result, error) {
	if t.linkable != t.source {
		printed, err := parseText(t.path, t.linkable, storedLimits)
		if err != nil {
			return nil, err
		}
		t = printed
	}
	return g.link(t.node, t.scanned, strict)
}

// fresh returns a graph of the same dependencies in which nothing is linked yet.
func (g *graph) fresh() *graph {
	out := newGraph(g.ctx, schema.Source{}, g.limits)
	out.texts = g.texts
	return out
}

// parseText reads a text and checks it against the limits.
func parseText(path, source string, limits schema.Limits) (*text, error) {
	s, bad := scan(source, limits)
	if bad != nil {
		return nil, bad
	}
	s.path = path
	node, err := parseSyntax(path, s.text)
	if err != nil {
		return nil, s.wrapSyntax(err)
	}
	t := &text{scanned: s, node: node, tree: read(node, s)}
	count := counter{limits: limits}
	count.file(t.tree)
	if count.err != nil {
		count.err.Position = s.place(count.at)
		return nil, count.err
	}
	ok := false
	if t.canonical, ok = printFile(t.tree, limits.Text); !ok {
		return nil, exceeded("text", "The schema has more than the limit of %d bytes in its canonical form", limits.Text)
	}
	t.linkable = t.canonical
	if fold(t.tree) {
		t.linkable, _ = printFile(t.tree, limits.Text)
	}
	return t, nil
}

// parseSyntax runs the parser. It goes on for a while after an error and can panic on what it has made of it; the error is
// what counts then.
func parseSyntax(path, text string) (node *ast.FileNode, err error) {
	handler := reporter.NewHandler(nil)
	defer func() {
		if p := recover(); p != nil {
			if err = handler.Error(); err == nil {
				err = panicked{p}
			}
		}
	}()
	return parser.Parse(path, strings.NewReader(text), handler)
}

// fromDescriptor reads a source that is no text as a descriptor. It returns nil if the source is no descriptor either, and
// then leaves the text parser's error in err, or if the descriptor is not valid.
func (g *graph) fromDescriptor(source string, limits schema.Limits, err *error) *text {
	var bad *schema.Error
	if errors.As(*err, &bad) && bad.Limit != "" {
		return nil
	}
	raw, decodeErr := base64.StdEncoding.DecodeString(source)
	if decodeErr != nil {
		return nil
	}
	fd := decodeDescriptor(raw)
	if fd == nil {
		return nil
	}
	printed, badDescriptor := g.printDescriptor(fd, limits.Text)
	if badDescriptor != nil {
		*err = badDescriptor
		return nil
	}
	t, badText := parseText(selfPath, printed, limits)
	if *err = badText; t != nil {
		t.decoded = true
	}
	return t
}

// wrapSyntax turns an error of the parser into one of ours.
func (s *scanned) wrapSyntax(err error) error {
	wrapped := s.wrap(err)
	var bad *schema.Error
	if errors.As(wrapped, &bad) {
		bad.Message = parsePrefix + bad.Message
	}
	return wrapped
}

// wrap turns an error of the compiler into one of ours, with its place in the source.
func (s *scanned) wrap(err error) error {
	var bad *schema.Error
	if errors.As(err, &bad) {
		return bad
	}
	var placed reporter.ErrorWithPos
	if !errors.As(err, &placed) {
		return &schema.Error{Message: err.Error(), Err: err}
	}
	pos := placed.GetPosition()
	bad = &schema.Error{Message: placed.Unwrap().Error(), Err: err}
	switch {
	case pos.Filename != s.path:
		bad.Message = pos.String() + ": " + bad.Message
	case pos.Line > 0:
		bad.Position = s.place(s.offset(pos.Offset))
	}
	return bad
}

// at gives an error that has no place yet the place of a node.
func (s *scanned) at(n ast.NodeInfo, err error) error {
	if bad, ok := err.(*schema.Error); ok && bad.Position.Line == 0 && n.IsValid() {
		placed := *bad
		placed.Position = s.place(s.offset(n.Start().Offset))
		return &placed
	}
	return err
}
