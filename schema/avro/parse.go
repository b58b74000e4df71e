package avro

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/treatyhq/treaty/schema"
)

// Parse reads a schema. The names that its text may use are those it defines itself, each before it is used, and those
// that the texts of src.Dependencies define; there is no other source of names.
//
// With opts.New the text must be fit to be registered: names and namespaces are valid, defaults fit their types, logical
// types that apply to their types are well formed. Without it, and in dependencies, only what any reader needs is
// demanded, simple names included. An invalid text, and one that exceeds a limit or outlasts ctx, is a *schema.Error.
//
// Source: Avro 1.12, and where it leaves a choice, Apache's Java implementation.
func Parse(ctx context.Context, src schema.Source, opts schema.Options) (*Schema, error) {
	limits := opts.Limits.WithDefaults()
	total, err := checkSource(src, limits)
	if err != nil {
		return nil, err
	}
	p := parser{ctx: ctx, limits: limits, names: make(map[string]*Node, 8)}
	texts, err := p.dependencies(src.Dependencies)
	if err != nil {
		return nil, err
	}
	p.strict = opts.New
	root, err := p.read("", src.Text)
	if err != nil {
		return nil, err
	}
	s := &Schema{root: root, names: p.names, texts: texts}
	s.canonical = render(root, printer{buf: make([]byte, 0, len(src.Text)+len(src.Text)/8)})
	s.size = total + len(s.canonical) + p.size + schemaOverhead + nameOverhead*(len(p.names)+len(texts))
	return s, nil
}

// dependencies reads the texts that the schema refers to, and returns them by name; nil if there are none.
func (p *parser) dependencies(list []schema.Dependency) (map[string]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	texts := make(map[string]string, len(list))
	for _, d := range list {
		if _, err := p.read(d.Name, d.Text); err != nil {
			return nil, inDependency(d.Name, err)
		}
		texts[d.Name] = d.Text
	}
	return texts, nil
}

// schemaOverhead and nameOverhead are about what a schema and an entry of its maps take, in bytes.
const (
	schemaOverhead = 256
	nameOverhead   = 64
)

// checkSource holds the limits that need no parsing, and returns the bytes of all texts.
func checkSource(src schema.Source, limits schema.Limits) (total int, err error) {
	if len(src.Text) > limits.Text {
		return 0, exceeds("text", limits.Text, "the schema has %d bytes", len(src.Text))
	}
	if n := max(len(src.Dependencies), len(src.References)); n > limits.References {
		return 0, exceeds("references", limits.References, "the schema has %d references", n)
	}
	total = len(src.Text)
	for _, d := range src.Dependencies {
		total += len(d.Text)
	}
	if total > limits.Total {
		return 0, exceeds("total", limits.Total, "the schema and its references have %d bytes", total)
	}
	return total, nil
}

func exceeds(name string, limit int, format string, args ...any) *schema.Error {
	return &schema.Error{
		Message: fmt.Sprintf(format, args...) + fmt.Sprintf(", more than the limit of %d", limit),
		Limit:   name,
	}
}

// inDependency says of an error that it lies in the text of a reference. Its position is one in that text, so it is part
// of the sentence.
func inDependency(name string, err error) error {
	out := &schema.Error{Message: fmt.Sprintf("reference %s: %v", quote(name), err), Err: err}
	var cause *schema.Error
	if errors.As(err, &cause) {
		out.Limit = cause.Limit
	}
	return out
}

// A parser reads the texts of one schema, its dependencies first.
type parser struct {
	ctx    context.Context
	limits schema.Limits
	names  map[string]*Node // by full name; what has been defined so far
	size   int              // estimate of the bytes of the nodes

	nameBytes int // of all full names and aliases

	// Of the text that is being read.
	text       string
	tokens     []token
	strict     bool
	dependency string // the name of the reference, empty for the schema itself

	record   string // the record whose fields are being read, if any
	field    string // the field whose type is being read, if any
	defaults []defaulted
}

// A defaulted is a field with a default, and the record it belongs to.
type defaulted struct {
	field  *Field
	record *Node
}

var tokenPool = sync.Pool{New: func() any { return new([]token) }}

// maxPooled is how many tokens a slice may hold that is kept for the next text.
const maxPooled = 1 << 14

// read reads one text.
func (p *parser) read(dependency, text string) (Use, error) {
	if err := deadline(p.ctx); err != nil {
		return Use{}, err
	}
	pooled := tokenPool.Get().(*[]token)
	tokens, err := scan(p.ctx, text, p.limits.Depth, (*pooled)[:0])
	defer func() {
		if cap(tokens) <= maxPooled {
			*pooled = tokens
			tokenPool.Put(pooled)
		}
	}()
	if err != nil {
		return Use{}, err
	}
	p.text, p.tokens, p.dependency, p.defaults = text, tokens, dependency, p.defaults[:0]
	root, err := p.use(0, "")
	if err != nil || !p.strict {
		return root, err
	}
	return root, checkDefaults(p.ctx, p.defaults)
}

// errorf is an error at a token.
func (p *parser) errorf(i uint32, format string, args ...any) error {
	return &schema.Error{Position: p.tokens[i].position(), Message: fmt.Sprintf(format, args...)}
}

// limit is an error at a token that says what exceeds which limit.
func (p *parser) limit(i uint32, name string, limit int, format string, args ...any) error {
	err := exceeds(name, limit, format, args...)
	err.Position = p.tokens[i].position()
	return err
}

// place names the field or record that is being read, for the end of a message.
func (p *parser) place() string {
	switch {
	case p.field != "":
		return fmt.Sprintf(" of field %s of record %s", quote(p.field), quote(p.record))
	case p.record != "":
		return " of record " + quote(p.record)
	default:
		return ""
	}
}

// str returns the characters of a string token.
func (p *parser) str(i uint32) string { return stringOf(p.text, &p.tokens[i]) }

// optional returns the characters of the string at i, or "" and false for no token and for another kind of value, which
// the reference ignores.
func (p *parser) optional(i uint32) (string, bool) {
	if i == 0 || p.tokens[i].kind != '"' {
		return "", false
	}
	return p.str(i), true
}

// show repeats a value in a message.
func (p *parser) show(i uint32) string {
	t := &p.tokens[i]
	switch t.kind {
	case '"':
		return quote(p.str(i))
	case '{':
		return "an object"
	case '[':
		return "an array"
	default:
		s := p.text[t.start:t.end]
		if len(s) > maxQuoted {
			s = s[:maxQuoted] + "…"
		}
		return s
	}
}

// integer reads a number that is written as an integer and fits an int32.
func (p *parser) integer(i uint32) (int, bool) {
	t := &p.tokens[i]
	if t.kind != '0' {
		return 0, false
	}
	n, err := strconv.ParseInt(p.text[t.start:t.end], 10, 32)
	return int(n), err == nil
}
