package registry

import (
	"context"
	"slices"

	"github.com/treatyhq/treaty/schema"
)

// special reports whether the content may be what somebody asks for although it has another GUID: because its references
// can be written out instead, or because it says its own version number.
func (n *content) special() bool {
	more := n.attached()
	return len(more.references) > 0 || more.metadata.Property(schema.PropertyVersion) != ""
}

// exactly returns the newest version of the candidate's subject that has its content, nil if none has. Soft-deleted ones
// count only if deleted says so. A version with the same GUID may have another content, see State.idOfContent.
func (s *State) exactly(c *candidate, deleted bool) *version {
	u := s.subjectOf(c.subject)
	if u == nil {
		return nil
	}
	ctx, _ := s.contexts.Get(c.subject.Context)
	var newest *version
	guid := c.identity()
	s.identities.Ascend(identity{guid, ctx.ordinal, 0}, func(i identity) bool {
		if i.guid != guid || i.context != ctx.ordinal {
			return false
		}
		if v := ctx.newestWith(int(i.id), u, deleted); v != nil && c.is(v.content) && (newest == nil || v.number > newest.number) {
			newest = v
		}
		return true
	})
	return newest
}

// is reports whether the candidate is the content.
func (c *candidate) is(n *content) bool {
	more := n.attached()
	return n.typ == c.typ && n.text == c.text && slices.Equal(more.references, c.references) &&
		more.metadata.Equal(c.metadata) && more.ruleSet.Equal(c.ruleSet)
}

// newestWith returns the newest version of a subject that has the ID, an active one unless deleted says otherwise.
func (c *contextState) newestWith(id int, u *subjectState, deleted bool) *version {
	v := c.versionWith(id, u.name)
	if v == nil || !v.deleted || deleted {
		return v
	}
	for v := range u.descending() {
		if !v.deleted && int(v.id) == id {
			return v
		}
	}
	return nil
}

// equivalent returns the newest version of the candidate's subject that is the same schema although its GUID is another:
// the candidate writes out what the version refers to, or only one of the two says its version number, or is a descriptor.
// Source: Confluent Schema Registry, canLookup.
func (r *Registry) equivalent(ctx context.Context, s *State, c *candidate, deleted bool) (*version, error) {
	u := s.subjectOf(c.subject)
	if u == nil {
		return nil, nil
	}
	if v, err := r.respelled(ctx, s, c, deleted); v != nil || err != nil {
		return v, err
	}
	numbered := c.metadata.Property(schema.PropertyVersion) != ""
	if u.special == 0 && !numbered {
		return nil, nil
	}
	for v := range u.descending() {
		if v.deleted && !deleted || v.content.typ != c.typ || !numbered && !v.content.special() {
			continue
		}
		if !c.says(v.content.attached()) {
			continue
		}
		same, err := r.sameSchema(ctx, s, c, v)
		if err != nil {
			return nil, err
		}
		if same {
			return v, nil
		}
	}
	return nil, nil
}

// says reports whether the candidate says the same as a version beside its schema. Version numbers do not count where only
// one of the two says its own.
func (c *candidate) says(more *attachments) bool {
	ours, theirs := c.metadata, more.metadata
	if (ours.Property(schema.PropertyVersion) == "") != (theirs.Property(schema.PropertyVersion) == "") {
		ours, theirs = ours.WithProperty(schema.PropertyVersion, ""), theirs.WithProperty(schema.PropertyVersion, "")
	}
	return ours.Equal(theirs) && c.ruleSet.Equal(more.ruleSet)
}

// sameSchema reports whether a candidate is a version's schema, by its text or with the version's references written out.
func (r *Registry) sameSchema(ctx context.Context, s *State, c *candidate, v *version) (bool, error) {
	references := v.content.attached().references
	if c.text == v.content.text && slices.Equal(c.references, references) {
		return true, nil
	}
	if len(c.references) > 0 || len(references) == 0 {
		return false, nil
	}
	old, err := r.parsedVersion(ctx, s, c.subject, v)
	if err != nil {
		return false, err
	}
	return c.parsed.Equivalent(old), nil
}
