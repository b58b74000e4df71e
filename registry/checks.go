package registry

import (
	"context"
	"slices"
	"time"

	"github.com/treatyhq/treaty/compat"
)

// A Proposal is one schema of a future state.
type Proposal struct {
	Submission
	Level      compat.Level      // in place of the subject's; "" leaves that
	Policies   *compat.Policies  // in place of the subject's, in any order; nil leaves those
	Resolution compat.Resolution // "" is compat.Practice
	Err        error             // why it takes no part, if it was refused before
}

// A Forecast is what would become of a proposal.
type Forecast struct {
	Verdict
	Subject  Subject // the one that the proposal's is an alias of, or that itself
	Number   int     // of the version that it would become, or that it is; 0 with Err
	ID       int     // of the version that it is; UnsetID if it is none yet
	Existing bool    // it is there already
	Err      error   // why it could not be registered at all, compatible or not; an *Error, or that of the proposal
}

// CheckAll reports what would become of proposals if they were registered together: each is checked on one and the same
// state, on which those that it refers to have been registered before. A reference to a proposal has the version
// LatestVersion, or the number that the proposal would get. One that is incompatible is registered there all the same, so
// that nothing is held against its referrers but what they do themselves. Nothing is written. The forecasts are in the
// order of the proposals.
func (r *Registry) CheckAll(ctx context.Context, proposals []Proposal, explain bool) ([]Forecast, error) {
	s, err := r.Latest(ctx)
	if err != nil {
		return nil, err
	}
	f := future{
		Registry: r, ctx: ctx, explain: explain, budget: compat.NewBudget(), base: s, draft: &draft{state: s.fork()}, proposals: proposals,
		forecasts: make([]Forecast, len(proposals)), stages: make([]stage, len(proposals)), of: make(map[Subject]int, len(proposals)),
	}
	for i := range proposals {
		f.enter(i)
	}
	for i := range proposals {
		f.settle(i)
	}
	return f.forecasts, ctx.Err()
}

// A future is a state in the making on which proposals are registered one after the other.
type future struct {
	*Registry
	ctx       context.Context
	explain   bool
	budget    *compat.Budget // of all the reports together
	base      *State
	draft     *draft // what it would take; it is never appended
	proposals []Proposal
	forecasts []Forecast
	stages    []stage
	way       []int           // the proposals underway, each of which refers to the next
	of        map[Subject]int // the proposal of a subject
}

// A stage is how far a proposal has come.
type stage int

const (
	unvisited stage = iota
	underway
	settled
)

// enter notes a proposal under its subject. A second one of the same subject is refused: references to it could mean either.
func (f *future) enter(i int) {
	p, forecast := &f.proposals[i], &f.forecasts[i]
	if p.Err != nil {
		*forecast = Forecast{Subject: p.Subject, ID: UnsetID}
		f.fail(i, p.Err)
		return
	}
	p.Subject = f.base.ResolveAlias(p.Subject)
	*forecast = Forecast{Subject: p.Subject, ID: UnsetID}
	forecast.Stale = f.base.Stale()
	if _, twice := f.of[p.Subject]; twice {
		f.fail(i, refuse(InvalidSubject, "The subject '%s' stands twice in the request.", p.Subject))
		return
	}
	f.of[p.Subject] = i
}

// fail settles a proposal that cannot be registered.
func (f *future) fail(i int, err error) {
	f.stages[i] = settled
	if f.base.Stale() > 0 && (notFound(err) || missesReference(err)) {
		err = unavailable(f.health.status(f.cfg.Now()).StoreErr)
	}
	f.forecasts[i].Err = err
}

// settle forecasts a proposal, those that it refers to first.
func (f *future) settle(i int) {
	if f.stages[i] != unvisited {
		return
	}
	f.stages[i], f.way = underway, append(f.way, i)
	defer func() { f.way = f.way[:len(f.way)-1] }()
	p := f.proposals[i]
	for _, r := range p.References {
		j, ok := f.of[targetOf(p.Subject.Context, r)]
		if !ok || j == i || r.Version != LatestVersion && r.Version < f.base.nextVersion(f.proposals[j].Subject) {
			continue // not proposed, or a version that is there
		}
		if f.stages[j] == underway {
			f.circle(j)
			return
		}
		if f.settle(j); f.stages[i] == settled {
			return // what it refers to leads back to it
		}
		if f.forecasts[j].Err != nil {
			f.fail(i, invalidSchema(p.typ(), badReference("Reference %q is to subject %s, which is refused itself", r.Name, f.proposals[j].Subject)))
			return
		}
	}
	if err := f.forecast(i); err != nil {
		f.fail(i, err)
	}
	f.stages[i] = settled
}

// circle refuses all proposals on the way from j to the last one, which refers to j.
func (f *future) circle(j int) {
	members := f.way[slices.Index(f.way, j):]
	for k, i := range members {
		p, next := &f.proposals[i], &f.proposals[members[(k+1)%len(members)]]
		f.fail(i, invalidSchema(p.typ(), badReference("The references of %s and %s form a circle", p.Subject, next.Subject)))
	}
}

// forecast has a proposal checked, and registers it on the future state.
func (f *future) forecast(i int) error {
	p, out := f.proposals[i], &f.forecasts[i]
	p.RuleSet = p.RuleSet.WithDefaults()
	if err := f.validSubject(p.Subject); err != nil {
		return err
	}
	if err := validRules(p.RuleSet); err != nil {
		return err
	}
	r := registering{Registry: f.Registry, ctx: f.ctx, s: f.draft.state, cmd: RegisterCommand{Submission: p.Submission, ID: UnsetID}}
	r.begin()
	if err := p.over(&r.basis.config); err != nil {
		return err
	}
	resolution, err := compat.ParseResolution(string(p.Resolution))
	if err != nil {
		return invalidResolution(err)
	}
	out.Level, out.Policies, out.Resolution = r.basis.config.Level, r.basis.config.policies(), resolution
	known, err := r.known()
	if err != nil {
		return err
	}
	if known == nil {
		if known, err = f.register(&r, resolution, out); err != nil || known == nil {
			return err
		}
	}
	out.Compatible, out.Existing, out.Number, out.ID = true, true, int(known.number), int(known.id)
	return nil
}

// over puts what the proposal says of its own over the settings of its subject. The refusals are InvalidLevel and
// InvalidPolicy.
func (p *Proposal) over(config *SubjectConfig) error {
	if p.Level != "" {
		if !p.Level.Valid() {
			return invalidLevel()
		}
		config.Level = p.Level
	}
	if p.Policies != nil {
		policies, err := compat.ParsePolicies(*p.Policies)
		if err != nil {
			return invalidPolicy(err)
		}
		config.Policies = &policies
	}
	return nil
}

// register checks a registration and carries it out on the future state. It returns the version that the proposal is
// already, if there is one.
func (f *future) register(r *registering, resolution compat.Resolution, out *Forecast) (*version, error) {
	if err := r.permitted(); err != nil {
		return nil, err
	}
	c, err := r.readToCheck()
	if err != nil {
		return nil, err
	}
	if v, err := r.already(c); v != nil || err != nil {
		return v, err
	}
	verdict, err := f.check(f.ctx, r.s, c, r.basis.config, &r.basis, Asking{f.explain, resolution, f.budget})
	if err != nil {
		return nil, err
	}
	verdict.Stale = out.Stale
	out.Verdict = verdict
	prepared, err := r.command(c)
	if err != nil {
		return nil, err
	}
	now := f.cfg.Now().UTC().Truncate(time.Millisecond)
	decided, err := prepared.command.decide(r.s, moment{now, ""})
	if err != nil {
		return nil, err
	}
	out.Number = decided.answer.(Registered).Number
	return nil, f.draft.add(decided, now, "")
}
