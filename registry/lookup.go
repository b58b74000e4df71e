package registry

import (
	"cmp"
	"context"
)

// Lookup returns the version of a subject that a submission is: one with the same content, else one that is equivalent to
// it, else one that has it with the latest version's metadata and rules. Soft-deleted versions count only if deleted says
// so. It is a SubjectNotFound error if the subject has no version to look at, else a SchemaNotFound error.
func (r *Registry) Lookup(ctx context.Context, sub Submission, deleted bool) (Version, error) {
	s, err := r.Latest(ctx)
	if err != nil {
		return Version{}, err
	}
	v, err := r.lookUp(ctx, s, sub, deleted)
	if s.Stale() > 0 && notFound(err) {
		return Version{}, unavailable(r.health.status(r.cfg.Now()).StoreErr)
	}
	return v, err
}

func (r *Registry) lookUp(ctx context.Context, s *State, sub Submission, deleted bool) (Version, error) {
	if !s.subjectOf(sub.Subject).visible(deleted) {
		return Version{}, subjectNotFound(sub.Subject)
	}
	c, err := r.readSubmission(ctx, s, sub, asSubmitted, sub.normalizes(s.EffectiveConfig(sub.Subject)))
	if err != nil {
		return Version{}, err
	}
	v, err := r.find(ctx, s, c, deleted)
	switch {
	case err != nil:
		return Version{}, err
	case v == nil:
		return Version{}, schemaNotFound()
	}
	return v.in(sub.Subject), nil
}

// find returns the version that a candidate is, nil if there is none.
func (r *Registry) find(ctx context.Context, s *State, c *candidate, deleted bool) (*version, error) {
	u := s.subjectOf(c.subject)
	if !u.visible(deleted) {
		return nil, nil
	}
	if v := s.exactly(c, deleted); v != nil {
		return v, nil
	}
	if v, err := r.equivalent(ctx, s, c, deleted); v != nil || err != nil {
		return v, err
	}
	latest := u.newest(deleted)
	if latest == nil || latest.content.more == nil || c.metadata != nil && c.ruleSet != nil {
		return nil, nil
	}
	said, filled := latest.content.attached(), *c
	filled.say(cmp.Or(c.metadata, said.metadata), cmp.Or(c.ruleSet, said.ruleSet))
	return s.exactly(&filled, deleted), nil
}

// newest returns the newest active version, or the newest of all if deleted says so.
func (u *subjectState) newest(deleted bool) *version {
	if !deleted {
		return u.pick(LatestVersion, false)
	}
	for v := range u.descending() {
		return v
	}
	return nil
}
