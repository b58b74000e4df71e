package registry

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A candidate is a submission that has been read on a state: what would be stored.
type candidate struct {
	subject Subject
	typ     schema.Type
	source  string // as submitted
	parsed  keyed
	text    string // canonical or normalized
	resolution
	pinned   []schema.Reference // the references in the order in which they were submitted
	metadata *schema.Metadata
	ruleSet  *schema.RuleSet
	guid     *schema.GUID // nil until it is asked for
}

// readSubmission resolves and parses a submission. Unless it is read as a new schema, its references may mean
// soft-deleted versions.
func (r *Registry) readSubmission(ctx context.Context, s *State, sub Submission, how reading, normalize bool) (*candidate, error) {
	typ := sub.typ()
	if _, ok := formats[typ]; !ok {
		return nil, refuse(InvalidSchema, "Invalid schema type %s", typ)
	}
	if strings.TrimSpace(sub.Text) == "" {
		return nil, emptySchema()
	}
	if n := len(sub.References); n > r.cfg.Limits.References {
		return nil, invalidSchema(typ, badReference("the schema has %d references, more than the limit of %d", n, r.cfg.Limits.References))
	}
	c := &candidate{subject: sub.Subject, typ: typ, source: sub.Text}
	var err error
	if c.resolution, err = s.resolve(sub.Subject.Context, sub.References, how < asNew); err != nil {
		return nil, invalidSchema(typ, err)
	}
	if r.cfg.StrictReferences && how >= asNew {
		if err := s.unambiguous(sub.Subject.Context, c.references); err != nil {
			return nil, invalidSchema(typ, err)
		}
	}
	src := schema.Source{Text: sub.Text, References: c.references, Dependencies: c.dependencies}
	if c.parsed, err = r.parsed.parse(ctx, typ, src, how); err != nil {
		return nil, err
	}
	c.pinned, c.text = c.references, c.parsed.Canonical()
	if normalize {
		c.text = c.parsed.Normalized()
		c.references = normalized(c.references)
	}
	c.say(sub.Metadata, sub.RuleSet)
	return c, nil
}

// typ returns the schema's type, the default where none is named.
func (sub Submission) typ() schema.Type { return cmp.Or(sub.Type, schema.Avro) }

func emptySchema() error { return refuse(InvalidSchema, "Empty schema") }

// say gives the candidate its metadata and rules; empty ones count as none.
func (c *candidate) say(metadata *schema.Metadata, ruleSet *schema.RuleSet) {
	c.metadata = schema.MergeMetadata(nil, metadata)
	c.ruleSet = schema.MergeRuleSets(nil, ruleSet)
	c.guid = nil
}

// identity returns the candidate's GUID. It is made of all that the candidate says, so a check, which asks for no GUID,
// does without the hashing.
func (c *candidate) identity() schema.GUID {
	if c.guid == nil {
		guid := schema.Identify(c.text, c.references, c.metadata, c.ruleSet)
		c.guid = &guid
	}
	return *c.guid
}

// normalized returns the references sorted, each once.
func normalized(references []schema.Reference) []schema.Reference {
	sorted := slices.Clone(references)
	slices.SortFunc(sorted, func(a, b schema.Reference) int {
		return cmp.Or(strings.Compare(a.Subject, b.Subject), cmp.Compare(a.Version, b.Version), strings.Compare(a.Name, b.Name))
	})
	return slices.Compact(sorted)
}

// normalizes reports whether a submission is to be normalized: what it asks for itself, else what the settings say.
func (sub Submission) normalizes(config SubjectConfig) bool {
	if sub.Normalize != nil {
		return *sub.Normalize
	}
	return isTrue(config.Normalize)
}

func isTrue(b *bool) bool { return b != nil && *b }

// isFalse reports whether a switch that is on by default is off.
func isFalse(b *bool) bool { return b != nil && !*b }

// parsedVersion returns the parsed form of a stored version.
func (r *Registry) parsedVersion(ctx context.Context, s *State, subj Subject, v *version) (schema.Schema, error) {
	k, err := r.keyedVersion(ctx, s, subj, v)
	return k.Schema, err
}

// keyedVersion returns the parsed form of a stored version, of its canonical text. The key of one that refers to nothing
// depends on nothing but its content, which keeps it: hashing a text takes longer than finding what was parsed from it.
func (r *Registry) keyedVersion(ctx context.Context, s *State, subj Subject, v *version) (keyed, error) {
	n := v.content
	src := s.sourceOf(subj, v)
	var key contentKey
	switch kept := n.key.Load(); {
	case len(src.References) > 0:
		key = keyOf(n.typ, src)
	case kept != nil:
		key = *kept
	default:
		key = keyOf(n.typ, src)
		kept := key // so that only this one is on the heap
		n.key.Store(&kept)
	}
	return r.parsed.keyed(ctx, key, n.typ, src, asStored)
}

// keyedSource is keyedVersion of the text as it was submitted, which is the one to show places in. Where that says
// something else, for it was normalized, or is out of reach, it is the canonical text.
func (r *Registry) keyedSource(ctx context.Context, s *State, subj Subject, v *version) (keyed, error) {
	canonical, err := r.keyedVersion(ctx, s, subj, v)
	if err != nil || v.source == nil {
		return canonical, err
	}
	text, err := r.SourceText(ctx, v.in(subj))
	if err != nil {
		return canonical, ctx.Err()
	}
	src := s.sourceOf(subj, v)
	src.Text = text
	submitted, err := r.parsed.parse(ctx, v.content.typ, src, asStored)
	if err != nil || submitted.Canonical() != v.content.text {
		return canonical, ctx.Err()
	}
	return submitted, nil
}

// sourceOf returns what a stored version is parsed from.
func (s *State) sourceOf(subj Subject, v *version) schema.Source {
	src := schema.Source{Text: v.content.text, References: v.content.attached().references}
	if len(src.References) > 0 {
		src.Dependencies = s.Dependencies(v.in(subj))
	}
	return src
}

// Parsed returns the parsed form of a version.
func (r *Registry) Parsed(ctx context.Context, v Version) (schema.Schema, error) {
	src := schema.Source{Text: v.Text, References: v.References, Dependencies: r.Current().Dependencies(v)}
	parsed, err := r.parsed.parse(ctx, v.Type, src, asStored)
	return parsed.Schema, err
}
