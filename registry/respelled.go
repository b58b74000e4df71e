package registry

import (
	"context"
	"slices"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// respelled returns the newest version of the candidate's subject that is the same Protobuf schema in its other spelling:
// one of the two was submitted as a text, with names as people write them, the other as a descriptor, where they are full.
// Both spellings are kept as they are, since the reference, whose versions are imported here, has both too.
func (r *Registry) respelled(ctx context.Context, s *State, c *candidate, deleted bool) (*version, error) {
	p, ok := c.parsed.Schema.(*protobuf.Schema)
	if !ok || c.text != p.Canonical() {
		return nil, nil
	}
	if p.Decoded() {
		return r.asText(ctx, s, c, deleted)
	}
	if full := p.Respelled(); full != c.text {
		decoded := *c
		decoded.text = full
		decoded.say(c.metadata, c.ruleSet)
		return s.exactly(&decoded, deleted), nil
	}
	return nil, nil
}

// asText returns the newest version of the candidate's subject whose descriptor is the candidate's.
func (r *Registry) asText(ctx context.Context, s *State, c *candidate, deleted bool) (*version, error) {
	for v := range s.subjectOf(c.subject).descending() {
		more := v.content.attached()
		if v.deleted && !deleted || v.content.typ != schema.Protobuf || !slices.Equal(more.references, c.references) || !c.says(more) {
			continue
		}
		old, err := r.parsedVersion(ctx, s, c.subject, v)
		if err != nil {
			return nil, err
		}
		if old.(*protobuf.Schema).Respelled() == c.text {
			return v, nil
		}
	}
	return nil, nil
}
