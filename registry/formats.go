package registry

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/treatyhq/treaty/compat"
	compatavro "github.com/treatyhq/treaty/compat/avro"
	compatprotobuf "github.com/treatyhq/treaty/compat/protobuf"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// A format is what the registry knows of a schema type: how its texts are read, and how two of them are compared.
type format struct {
	parse    func(context.Context, schema.Source, schema.Options) (schema.Schema, error)
	comparer map[compat.Resolution]comparer
	differ   compat.Differ
}

// A comparer compares two schemas, and explains what it finds.
type comparer struct {
	check   compat.Checker
	explain compat.Explainer
}

var formats = map[schema.Type]format{
	schema.Avro: {
		parse: parseWith(avro.Parse),
		comparer: map[compat.Resolution]comparer{
			compat.Practice:      {compatavro.Check, compatavro.Explainer},
			compat.Specification: {compatavro.CheckBySpecification, compatavro.ExplainerBySpecification},
		},
		differ: compatavro.Diff,
	},
	schema.Protobuf: {
		parse: parseWith(protobuf.Parse),
		comparer: map[compat.Resolution]comparer{ // there are no unions
			compat.Practice:      {compatprotobuf.Check, compatprotobuf.Explainer},
			compat.Specification: {compatprotobuf.Check, compatprotobuf.Explainer},
		},
		differ: compatprotobuf.Diff,
	},
}

// parseWith makes a parser of a concrete type one of the interface.
func parseWith[S schema.Schema](parse func(context.Context, schema.Source, schema.Options) (S, error)) func(context.Context, schema.Source, schema.Options) (schema.Schema, error) {
	return func(ctx context.Context, src schema.Source, opts schema.Options) (schema.Schema, error) {
		s, err := parse(ctx, src, opts)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
}

// unlimited are the limits for what is stored already: it is always served.
var unlimited = schema.Limits{
	Text: math.MaxInt, Total: math.MaxInt, Depth: math.MaxInt, Fields: math.MaxInt, Symbols: math.MaxInt,
	Branches: math.MaxInt, References: math.MaxInt, FixedSize: math.MaxInt,
}

// A reading says how strictly a text is read.
type reading int

const (
	asStored    reading = iota // without limits and without what is demanded of new schemas
	asSubmitted                // within the limits
	asNew                      // within the limits, and good enough to be stored
	asFirst                    // the same, of a schema that nothing is compared with: it is not remembered
)

// A parser reads schemas, each once while its cache remembers it.
type parser struct {
	limits schema.Limits
	work   time.Duration
	cache  *schema.Cache[contentKey, parsed]
}

// parsed is what a text was parsed into, and whether it is good enough to be stored.
type parsed struct {
	schema.Schema
	sound bool
}

// A keyed is a parsed text and what names it; nothing names one that was read asFirst.
type keyed struct {
	schema.Schema
	key  contentKey
	text string
}

func newParser(cfg Config) *parser {
	return &parser{
		limits: cfg.Limits,
		work:   cfg.Work,
		cache:  schema.NewCache[contentKey](cfg.CacheBytes, func(p parsed) int { return p.Size() }),
	}
}

// size returns the bytes that the cache holds.
func (p *parser) size() int64 { return p.cache.Stats().Bytes }

// parse reads a text. The errors are the refusals of the API: InvalidSchema, or SchemaTooLarge.
func (p *parser) parse(ctx context.Context, typ schema.Type, src schema.Source, how reading) (keyed, error) {
	if how != asStored {
		if err := p.fits(src); err != nil {
			return keyed{}, err
		}
	}
	if how == asFirst {
		s, err := p.bounded(ctx, typ, src, schema.Options{New: true, Limits: p.limits})
		if err != nil {
			return keyed{}, invalidSchema(typ, err)
		}
		return keyed{Schema: s, text: src.Text}, nil
	}
	return p.keyed(ctx, keyOf(typ, src), typ, src, how)
}

// keyed reads a text whose key is known, unless the cache has what it was parsed into.
func (p *parser) keyed(ctx context.Context, key contentKey, typ schema.Type, src schema.Source, how reading) (keyed, error) {
	mine := false
	s, err := p.cache.Get(key, func() (parsed, error) {
		mine = true
		return p.read(ctx, typ, src, how)
	})
	if !mine && (err != nil && how != asNew || err == nil && how == asNew && !s.sound) {
		s, err = p.read(ctx, typ, src, how) // somebody else asked for more, or for less
	}
	if err != nil {
		return keyed{}, invalidSchema(typ, err)
	}
	return keyed{s.Schema, key, src.Text}, nil
}

// read parses a text as a new one, and if that is not asked for and fails, less strictly.
func (p *parser) read(ctx context.Context, typ schema.Type, src schema.Source, how reading) (parsed, error) {
	limits := p.limits
	if how == asStored {
		limits = unlimited
	}
	s, err := p.bounded(ctx, typ, src, schema.Options{New: true, Limits: limits})
	var bad *schema.Error
	if err == nil || how == asNew || !errors.As(err, &bad) || bad.Limit != "" {
		return parsed{s, true}, err
	}
	s, err = p.bounded(ctx, typ, src, schema.Options{Limits: limits})
	return parsed{s, false}, err
}

// bounded parses within the time that is allowed for it.
func (p *parser) bounded(ctx context.Context, typ schema.Type, src schema.Source, opts schema.Options) (schema.Schema, error) {
	bounded, cancel := context.WithTimeout(ctx, p.work)
	defer cancel()
	s, err := formats[typ].parse(bounded, src, opts)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return nil, overworked(p.work, "read")
	}
	return s, err
}

// overworked is the refusal of a schema that takes longer than is allowed.
func overworked(work time.Duration, to string) error {
	return &schema.Error{Message: "the schema takes longer than " + work.String() + " to " + to, Limit: "work"}
}

// fits refuses what is too large to be looked at.
func (p *parser) fits(src schema.Source) error {
	total := len(src.Text)
	for _, d := range src.Dependencies {
		total += len(d.Text)
	}
	if len(src.Text) > p.limits.Text || total > p.limits.Total {
		return schemaTooLarge()
	}
	return nil
}

func schemaTooLarge() error {
	return refuse(SchemaTooLarge, "Register operation failed because schema is too large")
}

// invalidSchema is the refusal of a text that cannot be parsed.
func invalidSchema(typ schema.Type, err error) error {
	var bad *schema.Error
	if !errors.As(err, &bad) {
		return err
	}
	e := refuse(InvalidSchema, "Invalid schema of type %s, details: %v", typ, err)
	e.Err = err
	return e
}

// A contentKey names all that decides what a text is parsed into.
type contentKey [sha256.Size]byte

func keyOf(typ schema.Type, src schema.Source) contentKey {
	buffer := keyBuffers.Get().(*[]byte)
	defer keyBuffers.Put(buffer)
	b := appendPart((*buffer)[:0], string(typ))
	b = appendPart(b, src.Text)
	for _, r := range src.References {
		b = appendPart(b, r.Name)
	}
	for _, d := range src.Dependencies {
		b = appendPart(b, d.Name)
		b = appendPart(b, d.Text)
	}
	*buffer = b
	return sha256.Sum256(b)
}

var keyBuffers = sync.Pool{New: func() any { return new([]byte) }}

// appendPart appends a part with its length before it, so that no two lists of parts come to the same.
func appendPart(b []byte, part string) []byte {
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(part))), part...)
}
