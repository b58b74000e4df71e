package client

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
)

// A Source tells a codec which schemas there are. It asks the registry and keeps the answers, within a bound of bytes: for
// good what cannot change, that is IDs, GUIDs and numbered versions, and for a while what can: the latest version, labels,
// fingerprints, the IDs of other registries, types of events. What is not there, or cannot be asked for, is asked for
// again after a second. The same content is the same parsed schema. It is safe for concurrent use.
type Source struct {
	root    Client // of the registry, whatever context the base URL names
	context string // that the base URL names; "" is the default one
	life    time.Duration

	versions *memory[envelope.Name, envelope.Version]
	texts    *memory[Place, Schema]
	types    *memory[inContext, *event.Rules]
	aliases  *memory[inContext, map[Place]string]
	parsed   *schema.Cache[content, schema.Schema]
}

// inContext is a type of events, or a system, in a context.
type inContext struct{ context, name string }

// A SourceOption changes how a Source works.
type SourceOption func(*sourceConfig)

type sourceConfig struct {
	life  time.Duration
	bytes int
}

// WithMaxAge says how long what can change is believed without asking again. The default is 30 seconds.
func WithMaxAge(d time.Duration) SourceOption { return func(c *sourceConfig) { c.life = max(d, 0) } }

// WithSchemaBytes bounds the parsed schemas that are kept, and the texts. The default is 64 MiB.
func WithSchemaBytes(n int) SourceOption { return func(c *sourceConfig) { c.bytes = n } }

// Source returns what an [envelope.Codec] asks for schemas.
//
//	codec := envelope.New(c.Source(), envelope.Config{})
func (c *Client) Source(options ...SourceOption) *Source {
	cfg := sourceConfig{life: 30 * time.Second, bytes: 64 << 20}
	for _, option := range options {
		option(&cfg)
	}
	s := &Source{
		root: *c,
		life: cfg.life,
		versions: newMemory(cfg.bytes, func(n envelope.Name, v envelope.Version) int {
			return entryBytes + len(n.Context) + len(n.Subject) + len(n.Text) + parsedSize(v.Schema)
		}),
		texts: newMemory(cfg.bytes, func(p Place, t Schema) int { return entryBytes + len(p.Subject) + len(t.Text) }),
		types: newMemory(cfg.bytes/16, func(k inContext, _ *event.Rules) int { return entryBytes + len(k.context) + len(k.name) }),
		aliases: newMemory(cfg.bytes/16, func(_ inContext, all map[Place]string) int {
			return entryBytes + len(all)*entryBytes
		}),
		parsed: schema.NewCache[content](int64(cfg.bytes), parsedSize),
	}
	if i := strings.LastIndex(c.base, "/contexts/"); i >= 0 {
		s.root.base, s.context = c.base[:i], contextName(c.base[i+len("/contexts/"):])
	}
	return s
}

// entryBytes is about what an answer takes beside what it says, in bytes.
const entryBytes = 400

func parsedSize(s schema.Schema) int {
	if s == nil {
		return 0
	}
	return s.Size()
}

// contextName returns a context as names have it: ".name", and "" for the default one.
func contextName(context string) string {
	if context == "" || context == "." {
		return ""
	}
	return "." + strings.TrimPrefix(context, ".")
}

// in returns the context that a caller means.
func (s *Source) in(context string) string {
	if context == "" {
		return s.context
	}
	return contextName(context)
}

// settled returns the name in the one way in which it can be written: the context is the one that counts, and the subject
// is spelled as answers spell it, with its context unless that is the default one.
func (s *Source) settled(n envelope.Name) envelope.Name {
	n.Context = s.in(n.Context)
	if n.Subject != "" {
		n.Context, n.Subject = split(n.Context, n.Subject)
		n.Subject = joined(n.Context, n.Subject)
	}
	return n
}

// split takes the context off a subject that is qualified with one; others are of the context given.
func split(context, subject string) (string, string) {
	if rest, ok := strings.CutPrefix(subject, ":."); ok {
		own, name, _ := strings.Cut(rest, ":")
		return contextName("." + own), name
	}
	return context, subject
}

func joined(context, subject string) string {
	if context == "" {
		return subject
	}
	return ":" + context + ":" + subject
}

// Version returns the schema that a name stands for. It does not allocate for one that is kept.
func (s *Source) Version(ctx context.Context, name envelope.Name) (envelope.Version, error) {
	n := s.settled(name)
	if a := s.versions.look(n); a != nil {
		return a.value, a.err
	}
	return s.ask(ctx, n)
}

// ask asks for a version, and keeps the answer for as long as it can be true.
func (s *Source) ask(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	number := numberOf(n.Text)
	life := s.life
	if n.Kind == envelope.ByID || n.Kind == envelope.ByGUID || n.Kind == envelope.ByVersion && number > 0 {
		life = forever
	}
	return s.versions.get(ctx, n, life, func(ctx context.Context) (envelope.Version, error) {
		switch n.Kind {
		case envelope.ByVersion:
			if number > 0 {
				return s.numbered(ctx, n, number)
			}
			return s.labelled(ctx, n)
		case envelope.ByID:
			return s.byID(ctx, n)
		case envelope.ByGUID:
			return s.byGUID(ctx, n)
		case envelope.ByFingerprint:
			return s.byFingerprint(ctx, n)
		case envelope.ByAlias:
			return s.byAlias(ctx, n)
		}
		return envelope.Version{}, fmt.Errorf("there is no kind %d of names", n.Kind)
	})
}

// numberOf returns the number that a version is named by, 0 for a label or "latest".
func numberOf(text string) int {
	if n, err := strconv.Atoi(text); err == nil && n > 0 && strconv.Itoa(n) == text {
		return n
	}
	return 0
}

// External returns the ID that another registry has for a version. Of several it is the first one.
func (s *Source) External(ctx context.Context, system envelope.System, v envelope.Version) (string, bool, error) {
	context, _ := split("", v.Subject)
	all, err := s.aliasesOf(ctx, inContext{context, string(system)})
	id, ok := all[Place{v.Subject, v.Number}]
	return id, ok, err
}

// Binding returns what is set for events of a type.
func (s *Source) Binding(ctx context.Context, context, eventType string) (event.Rules, bool, error) {
	rules, err := s.rulesOf(ctx, inContext{s.in(context), eventType})
	if err != nil || rules == nil {
		return event.Rules{}, false, err
	}
	return *rules, true, nil
}

// Parse reads a text that is not stored.
func (s *Source) Parse(ctx context.Context, context string, in envelope.Inline) (schema.Schema, error) {
	return s.parseNew(ctx, s.in(context), in)
}
