package registry

import (
	"cmp"
	"context"
)

// Lookup returns the version of a subject that a submission is: one with the same content, else one that is equivalent to
// it, else one that has it with the latest version's metadata and rules. One that the default context does not have is
// searched for under the same name in all others, in the order of their names. Soft-deleted versions count only if deleted
// says so. It is a SubjectNotFound error if the subject has no version to look at, InvalidSchema if the submission cannot be
// read, else a SchemaNotFound error.
// Source: Confluent Schema Registry, lookUpSchemaUnderSubjectUsingContexts.
func (r *Registry) Lookup(ctx context.Context, sub Submission, deleted bool) (Version, error) {
	s, err := r.Latest(ctx)
	if err != nil {
		return Version{}, err
	}
	sub.RuleSet = sub.RuleSet.WithDefaults()
	v, err := r.lookUp(ctx, s, sub, deleted)
	if s.Stale() > 0 && (notFound(err) || missesReference(err)) {
		return Version{}, unavailable(r.health.status(r.cfg.Now()).StoreErr)
	}
	return v, err
}

func (r *Registry) lookUp(ctx context.Context, s *State, sub Submission, deleted bool) (Version, error) {
	v, err := r.lookUpThere(ctx, s, sub, deleted)
	switch {
	case err != nil:
		return Version{}, err
	case v != nil:
		return v.in(sub.Subject), nil
	}
	if found, ok := r.lookUpElsewhere(ctx, s, sub, deleted); ok {
		return found, nil
	}
	switch {
	case ctx.Err() != nil:
		return Version{}, ctx.Err()
	case !s.subjectOf(sub.Subject).visible(deleted):
		return Version{}, subjectNotFound(sub.Subject)
	}
	return Version{}, schemaNotFound()
}

// lookUpThere looks under the submission's own subject. It returns nil if that has not got the schema.
func (r *Registry) lookUpThere(ctx context.Context, s *State, sub Submission, deleted bool) (*version, error) {
	if !s.subjectOf(sub.Subject).visible(deleted) {
		return nil, nil
	}
	c, err := r.readSubmission(ctx, s, sub, asSubmitted, sub.normalizes(s.EffectiveConfig(sub.Subject)))
	if err != nil {
		return nil, err
	}
	return r.find(ctx, s, c, deleted)
}

// lookUpElsewhere looks in the other contexts under the same name, if the submission's subject is in the default one. What
// cannot be read there, for its references mean nothing, is not there.
func (r *Registry) lookUpElsewhere(ctx context.Context, s *State, sub Submission, deleted bool) (Version, bool) {
	if sub.Subject.Context != DefaultContext {
		return Version{}, false
	}
	for context := range s.otherContexts() {
		sub.Subject.Context = context.name
		if v, err := r.lookUpThere(ctx, s, sub, deleted); err == nil && v != nil {
			return v.in(sub.Subject), true
		}
	}
	return Version{}, false
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
	if v := s.exactly(&filled, deleted); v != nil {
		return v, nil
	}
	return r.equivalent(ctx, s, &filled, deleted)
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
