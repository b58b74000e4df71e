package client

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// content is the hash of a text with its type and everything that it refers to.
type content [sha256.Size]byte

// unlimited are the limits for what is stored: the registry has had its own when it was registered.
var unlimited = schema.Limits{
	Text: math.MaxInt, Total: math.MaxInt, Depth: math.MaxInt, Fields: math.MaxInt, Symbols: math.MaxInt,
	Branches: math.MaxInt, References: math.MaxInt, FixedSize: math.MaxInt,
}

// parseStored parses what the registry has stored.
func (s *Source) parseStored(ctx context.Context, text Schema) (schema.Schema, error) {
	context, _ := split("", text.Subject)
	found, err := s.dependencies(ctx, context, text.References)
	if err != nil {
		return nil, err
	}
	src := schema.Source{Text: text.Text, References: text.References, Dependencies: found}
	return s.parsed.Get(contentOf(text.Type, src), func() (schema.Schema, error) {
		return parse(ctx, text.Type, src, schema.Options{Limits: unlimited})
	})
}

// parseNew parses what a caller has sent along. What is wrong with it is an *envelope.Error.
func (s *Source) parseNew(ctx context.Context, context string, in envelope.Inline) (schema.Schema, error) {
	references, err := s.pinned(ctx, context, in.References)
	if err != nil {
		return nil, refused(err)
	}
	found, err := s.dependencies(ctx, context, references)
	if err != nil {
		return nil, refused(err)
	}
	src := schema.Source{Text: in.Text, References: references, Dependencies: found}
	parsed, err := parse(ctx, in.Type, src, schema.Options{})
	if err != nil {
		return nil, refused(err)
	}
	return s.parsed.Get(contentOf(parsed.Type(), src), func() (schema.Schema, error) { return parsed, nil })
}

// refused turns what is wrong with a schema into a refusal.
func refused(err error) error {
	if errors.As(err, new(*schema.Error)) || errors.As(err, new(*envelope.Unknown)) || IsNotFound(err) {
		return &envelope.Error{Code: envelope.Unprocessable, Message: "Invalid schema: " + err.Error()}
	}
	return err
}

// pinned returns the references with numbers in the place of the latest.
func (s *Source) pinned(ctx context.Context, context string, references []schema.Reference) ([]schema.Reference, error) {
	var out []schema.Reference
	for _, r := range references {
		if r.Version == Latest {
			text, err := s.stored(ctx, joined(split(context, r.Subject)), envelope.Latest, nil)
			if err != nil {
				return nil, fmt.Errorf("the reference %s: %w", r.Name, err)
			}
			r.Version = text.Version
		}
		out = append(out, r)
	}
	return out, nil
}

func parse(ctx context.Context, kind schema.Type, src schema.Source, opts schema.Options) (schema.Schema, error) {
	switch kind {
	case schema.Avro, "":
		return avro.Parse(ctx, src, opts)
	case schema.Protobuf:
		return protobuf.Parse(ctx, src, opts)
	}
	return nil, &schema.Error{Message: fmt.Sprintf("schemas of type %q cannot be read", kind)}
}

func contentOf(kind schema.Type, src schema.Source) content {
	h := sha256.New()
	write := func(text string) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		h.Write([]byte(text))
	}
	write(string(kind))
	write(src.Text)
	for _, d := range src.Dependencies {
		write(d.Name)
		write(d.Text)
	}
	return content(h.Sum(nil))
}

// dependencies returns what references that stand in a context need, each text after those that it needs itself.
func (s *Source) dependencies(ctx context.Context, context string, references []schema.Reference) ([]schema.Dependency, error) {
	g := gathering{source: s, seen: map[string]bool{}}
	err := g.add(ctx, context, references)
	return g.found, err
}

// A gathering follows references. A name is followed once, so it ends even where the registry's references do not.
type gathering struct {
	source *Source
	seen   map[string]bool
	found  []schema.Dependency
}

func (g *gathering) add(ctx context.Context, context string, references []schema.Reference) error {
	for _, r := range references {
		if g.seen[r.Name] {
			continue
		}
		g.seen[r.Name] = true
		own, name := split(context, r.Subject)
		text, err := g.source.text(ctx, Place{joined(own, name), r.Version})
		if err != nil {
			return fmt.Errorf("the reference %s to version %d of %s: %w", r.Name, r.Version, r.Subject, err)
		}
		if err := g.add(ctx, own, text.References); err != nil {
			return err
		}
		g.found = append(g.found, schema.Dependency{Reference: r, Text: text.Text})
	}
	return nil
}
