package registry

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// AllVersions asks a check for all the versions that the level names.
const AllVersions = 0

// A CheckCommand asks whether a submission could follow what its subject has.
type CheckCommand struct {
	Submission
	Version int // the one to compare with, LatestVersion for the newest; AllVersions is what a registration would compare
	Asking
}

// An Asking says how a check is to be made, beside what the settings say. The zero value is how registrations are checked.
type Asking struct {
	Explain    bool              // findings get witnesses and fixes
	Resolution compat.Resolution // "" is compat.Practice
	budget     *compat.Budget    // that it shares with others; nil for its own
}

// A Verdict is the answer to a check.
type Verdict struct {
	compat.Report
	Level      compat.Level      // that was asked for
	Policies   compat.Policies   // those that were on
	Resolution compat.Resolution // that it was made by
	Compared   []int             // the versions that were compared, newest first
	Registered []time.Time       // when each of them was
	Stale      time.Duration     // more than 0 if it was answered from memory while the store was out of reach
}

// Check reports whether a submission is compatible with one active version of its subject, or could be registered as far
// as compatibility goes. With a subject that has no version it could. It is a VersionNotFound error if a numbered version
// is missing, InvalidSchema if the submission is empty or cannot be read, InvalidResolution if there is no such resolution.
func (r *Registry) Check(ctx context.Context, cmd CheckCommand) (Verdict, error) {
	s, err := r.Latest(ctx)
	if err != nil {
		return Verdict{}, err
	}
	p := registering{Registry: r, ctx: ctx, s: s, cmd: RegisterCommand{Submission: cmd.Submission, ID: UnsetID}}
	p.begin()
	verdict, err := p.verdict(cmd)
	verdict.Stale = s.Stale()
	if s.Stale() > 0 && (notFound(err) || missesReference(err)) {
		err = unavailable(r.health.status(r.cfg.Now()).StoreErr)
	}
	return verdict, err
}

func (p *registering) verdict(cmd CheckCommand) (Verdict, error) {
	v := p.u.pick(cmd.Version, false)
	if v == nil && cmd.Version != LatestVersion && cmd.Version != AllVersions {
		return Verdict{}, versionNotFound(cmd.Version)
	}
	c, err := p.readToCheck()
	if err != nil {
		return Verdict{}, err
	}
	if cmd.Version == AllVersions {
		return p.check(p.ctx, p.s, c, p.basis.config, &p.basis, cmd.Asking)
	}
	opts := p.basis.config.options(c, v)
	opts.Single = true
	return p.compare(p.ctx, p.s, c, just(v), opts, cmd.Asking)
}

// just yields a version, nothing for nil.
func just(v *version) iter.Seq[*version] {
	return func(yield func(*version) bool) {
		if v != nil {
			yield(v)
		}
	}
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
func (r *Registry) check(ctx context.Context, s *State, c *candidate, config SubjectConfig, b *basis, how Asking) (Verdict, error) {
	demand := config.Level.Demand()
	b.uses.compared = len(demand.Directions) > 0
	b.uses.all = b.uses.compared && demand.All
	b.uses.newest = b.uses.newest || isTrue(config.ValidateFields)
	olds := s.subjectOf(c.subject).comparable(config.Group, c.metadata)
	b.compared = first(olds)
	return r.compare(ctx, s, c, olds, config.options(c, b.newest), how)
}

// options returns what the settings ask of a check: the level, the policies and, where they are wanted, the fields that
// newest reserves.
func (c SubjectConfig) options(checked *candidate, newest *version) compat.Options {
	opts := compat.Options{Level: c.Level, Policies: c.policies(), ValidateFields: isTrue(c.ValidateFields)}
	if opts.ValidateFields {
		opts.Before = reservedErrors(checked, newest.said().metadata)
	}
	return opts
}

// compare has a candidate compared with stored versions, which are parsed one by one as they are asked for. Comparisons that
// were made before are remembered. The first is made whatever it takes; one that is to begin when the time for work is over
// is refused with InvalidSchema, as a text is that takes too long to read.
func (r *Registry) compare(ctx context.Context, s *State, c *candidate, olds iter.Seq[*version], opts compat.Options, how Asking) (Verdict, error) {
	resolution, err := compat.ParseResolution(string(how.Resolution))
	if err != nil {
		return Verdict{}, invalidResolution(err)
	}
	by := formats[c.typ].comparer[resolution]
	verdict := Verdict{Level: opts.Level, Policies: opts.Policies, Resolution: resolution}
	opts.Budget = how.budget
	now, until := matchup{latest: c.parsed, resolution: resolution}, time.Now().Add(r.cfg.Work)
	read := r.keyedVersion
	if how.Explain {
		opts.Explain = r.explanation(ctx, c, by.explain)
		read = r.keyedSource
	}
	parsed := func(yield func(compat.Old, error) bool) {
		for v := range olds {
			old, err := read(ctx, s, c.subject, v)
			if err == nil {
				err = ctx.Err()
			}
			if err == nil && len(verdict.Compared) > 0 && time.Now().After(until) {
				err = invalidSchema(c.typ, overworked(r.cfg.Work, "compare"))
			}
			now.old = old
			verdict.Compared = append(verdict.Compared, int(v.number))
			verdict.Registered = append(verdict.Registered, time.UnixMilli(v.time).UTC())
			if !yield(compat.Old{Version: int(v.number), Schema: old.Schema, Text: old.text}, err) {
				return
			}
		}
	}
	check := r.verdicts.remembering(by.check, &now)
	verdict.Report, err = compat.Check(check, c.parsed.Schema, parsed, opts)
	return verdict, err
}

// explanation returns what a check of the candidate needs to explain its findings.
func (r *Registry) explanation(ctx context.Context, c *candidate, explainer compat.Explainer) *compat.Explanation {
	return &compat.Explanation{
		Explainer: explainer,
		Text:      c.parsed.text,
		Parse: func(text string) (schema.Schema, error) {
			src := schema.Source{Text: text, References: c.pinned, Dependencies: c.dependencies}
			edited, err := r.parsed.parse(ctx, c.typ, src, asFirst)
			return edited.Schema, err
		},
	}
}
