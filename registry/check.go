package registry

import (
	"cmp"
	"context"
	"iter"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// CheckVersion reports whether a submission is compatible with one active version of its subject, at the subject's level.
// With LatestVersion and a subject that has no version it is. It is a VersionNotFound error if a numbered version is
// missing, InvalidSchema if the submission is empty or cannot be read.
func (r *Registry) CheckVersion(ctx context.Context, sub Submission, number int) (compat.Report, error) {
	return r.report(ctx, sub, func(p *registering) (compat.Report, error) {
		v := p.u.pick(number, false)
		if v == nil && number != LatestVersion {
			return compat.Report{}, versionNotFound(number)
		}
		c, err := p.readToCheck()
		if err != nil {
			return compat.Report{}, err
		}
		olds := func(yield func(*version) bool) {
			if v != nil {
				yield(v)
			}
		}
		config := p.basis.config
		return r.compare(ctx, p.s, c, olds, reserving(c, v, config, compat.Options{Level: config.Level, Single: true}))
	})
}

// CheckLevel reports whether a submission could be registered as far as compatibility goes: with the versions that the
// subject's level names. With a subject that has no version it could. It is an InvalidSchema error if the submission is
// empty or cannot be read.
func (r *Registry) CheckLevel(ctx context.Context, sub Submission) (compat.Report, error) {
	return r.report(ctx, sub, func(p *registering) (compat.Report, error) {
		c, err := p.readToCheck()
		if err != nil {
			return compat.Report{}, err
		}
		return r.check(ctx, p.s, c, p.basis.config, &p.basis)
	})
}

// report has a submission checked that is not to be registered.
func (r *Registry) report(ctx context.Context, sub Submission, check func(*registering) (compat.Report, error)) (compat.Report, error) {
	s, err := r.Latest(ctx)
	if err != nil {
		return compat.Report{}, err
	}
	p := registering{Registry: r, ctx: ctx, s: s, cmd: RegisterCommand{Submission: sub, ID: UnsetID}}
	p.begin()
	report, err := check(&p)
	if s.Stale() > 0 && (notFound(err) || missesReference(err)) {
		err = unavailable(r.health.status(r.cfg.Now()).StoreErr)
	}
	return report, err
}

// readToCheck reads the submission as one that is to be registered, with the metadata that it would have. Only a
// registration may leave out the text.
func (p *registering) readToCheck() (*candidate, error) {
	if strings.TrimSpace(p.cmd.Text) == "" {
		return nil, emptySchema()
	}
	return p.read()
}

// check runs the checks that a registration has to pass, and notes in b what they look at.
func (r *Registry) check(ctx context.Context, s *State, c *candidate, config SubjectConfig, b *basis) (compat.Report, error) {
	demand := config.Level.Demand()
	b.uses.compared = len(demand.Directions) > 0
	b.uses.all = b.uses.compared && demand.All
	b.uses.newest = b.uses.newest || isTrue(config.ValidateFields)
	olds := s.subjectOf(c.subject).comparable(config.Group, c.metadata)
	b.compared = first(olds)
	return r.compare(ctx, s, c, olds, reserving(c, b.newest, config, compat.Options{Level: config.Level}))
}

// reserving adds the check of reserved fields to the options of a check, where the settings ask for it.
func reserving(c *candidate, newest *version, config SubjectConfig, opts compat.Options) compat.Options {
	opts.ValidateFields = isTrue(config.ValidateFields)
	if opts.ValidateFields {
		opts.Before = reservedErrors(c, newest.said().metadata)
	}
	return opts
}

// compare has a candidate compared with stored versions, which are parsed one by one as they are asked for.
func (r *Registry) compare(ctx context.Context, s *State, c *candidate, olds iter.Seq[*version], opts compat.Options) (compat.Report, error) {
	parsed := func(yield func(compat.Old, error) bool) {
		for v := range olds {
			old, err := r.parsedVersion(ctx, s, c.subject, v)
			if err == nil {
				err = ctx.Err()
			}
			if !yield(compat.Old{Version: int(v.number), Schema: old}, err) {
				return
			}
		}
	}
	return compat.Check(formats[cmp.Or(c.typ, schema.Avro)].check, c.parsed, parsed, opts)
}
