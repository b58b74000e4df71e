package registry

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// Register makes a submission a version of its subject, or finds the active version that it is already. The refusals are
// Incompatible, InvalidSchema, OperationNotPermitted, InvalidSubject, SchemaTooLarge, InvalidRuleSet, StoreUnavailable
// and RegistrationTimedOut.
// Source: Confluent Schema Registry, register.
func (r *Registry) Register(ctx context.Context, cmd RegisterCommand) (Registered, error) {
	if err := r.validSubject(cmd.Subject); err != nil {
		return Registered{}, err
	}
	cmd.RuleSet = cmd.RuleSet.WithDefaults()
	cmd.ID = max(cmd.ID, UnsetID)
	if err := validRules(cmd.RuleSet); err != nil {
		return Registered{}, err
	}
	answer, stale, err := r.carry(ctx, func(s *State) (preparation, error) {
		p := registering{Registry: r, ctx: ctx, s: s, cmd: cmd}
		return p.prepare()
	})
	if err != nil {
		return Registered{}, err
	}
	registered := answer.(Registered)
	registered.Stale = stale
	return registered, nil
}

// validSubject refuses names that no subject can have.
func (r *Registry) validSubject(s Subject) error {
	reserved := s.Name == "__GLOBAL" || s.Name == "__EMPTY" || s.Context == GlobalContext
	if reserved || s.Name == "" && r.cfg.RejectEmptySubject || strings.ContainsFunc(s.String(), isControl) {
		return invalidSubject(s)
	}
	return nil
}

func validRules(s *schema.RuleSet) error {
	if err := s.Validate(); err != nil {
		return &Error{Code: InvalidRuleSet, Message: err.Error(), Err: err}
	}
	return nil
}

// isControl reports whether c is an ISO control character.
func isControl(c rune) bool { return c < 0x20 || c >= 0x7f && c < 0xa0 }

// registering is a registration that is being prepared on a state.
type registering struct {
	*Registry
	ctx   context.Context
	s     *State
	cmd   RegisterCommand
	u     *subjectState
	from  *target // the version that the submission was made of, nil if of none
	basis basis
}

// begin notes where the subject stands.
func (p *registering) begin() {
	subj := p.cmd.Subject
	p.u = p.s.subjectOf(subj)
	p.basis = basis{
		key: p.s.key, settings: p.s.settingsSeq, config: p.s.EffectiveConfig(subj), mode: p.s.EffectiveMode(subj),
		subject: p.u, newest: p.u.pick(LatestVersion, false), next: p.s.nextVersion(subj),
	}
}

func (p *registering) prepare() (preparation, error) {
	p.begin()
	if known, err := p.known(); known != nil || err != nil {
		return p.existing(known), err
	}
	if err := p.permitted(); err != nil {
		return preparation{}, err
	}
	if p.importing() {
		return p.prepareImport()
	}
	return p.prepareNew()
}

func (p *registering) changesTags() bool {
	return p.cmd.PropagateTags || len(p.cmd.TagsToAdd)+len(p.cmd.TagsToRemove) > 0
}

// fillsIn reports whether the settings add anything to what is submitted.
func (c SubjectConfig) fillsIn() bool {
	return c.DefaultMetadata != nil || c.OverrideMetadata != nil || c.DefaultRuleSet != nil || c.OverrideRuleSet != nil
}

func (p *registering) existing(v *version) preparation {
	if v == nil {
		return preparation{}
	}
	if asked := p.u.pick(p.cmd.Version, false); asked != nil && p.cmd.Version > 0 {
		v = asked
	}
	return preparation{answer: Registered{Version: v.in(p.cmd.Subject), Existing: true}}
}

func (p *registering) importing() bool { return p.basis.mode == Import || p.basis.mode == Forward }

// permitted returns the refusal of what the mode does not take.
func (p *registering) permitted() error {
	switch mode, subj := p.basis.mode, p.cmd.Subject; {
	case mode.readOnly():
		return notInMode(subj, "is in read-only mode")
	case p.cmd.ID != UnsetID && !p.importing():
		return notInMode(subj, "is not in import mode")
	case p.cmd.ID == UnsetID && mode != ReadWrite:
		return notInMode(subj, "is not in read-write mode")
	}
	return nil
}

func (m Mode) readOnly() bool { return m == ReadOnly || m == ReadOnlyOverride }

func notInMode(s Subject, what string) error {
	return refuse(OperationNotPermitted, "Subject %s in context %s %s", s, s.Context, what)
}

// prepareImport takes the submission as it is: neither checked nor normalized nor filled in.
func (p *registering) prepareImport() (preparation, error) {
	c, err := p.readSubmission(p.ctx, p.s, p.cmd.Submission, asSubmitted, false)
	if err != nil {
		return preparation{}, err
	}
	return p.command(c)
}

func (p *registering) prepareNew() (preparation, error) {
	c, err := p.read()
	if err != nil {
		return preparation{}, err
	}
	if p.cmd.Version == 0 {
		if v, err := p.already(c); v != nil || err != nil {
			return p.existing(v), err
		}
	}
	if err := p.compatible(c); err != nil {
		return preparation{}, err
	}
	if p.cmd.Version > 0 && p.cmd.Version != p.basis.next {
		return preparation{}, notNext()
	}
	return p.command(c)
}

func notNext() error {
	return refuse(InvalidSchema, "Version is not one more than previous version")
}

// already returns the active version that the candidate is, once everything is filled in.
func (p *registering) already(c *candidate) (*version, error) {
	p.basis.uses.lookedUp = true
	p.basis.uses.special = c.typ == schema.Protobuf || c.metadata.Property(schema.PropertyVersion) != ""
	if v := p.s.exactly(c, false); v != nil {
		return v, nil
	}
	return p.equivalent(p.ctx, p.s, c, false)
}

// read reads the submission with everything filled in: an empty text from the latest version, metadata and rules from
// the latest version and the settings, the number that it is going to have.
func (p *registering) read() (*candidate, error) {
	sub, config := p.cmd.Submission, p.basis.config
	if latest := p.basis.newest; latest != nil && strings.TrimSpace(sub.Text) == "" {
		p.basis.uses.newest = true
		sub.Text, sub.Type, sub.References = latest.content.text, latest.content.typ, latest.said().references
	}
	sub.Metadata, sub.RuleSet = p.inherited(sub.Metadata, sub.RuleSet)
	sub.Metadata = schema.MergeMetadata(schema.MergeMetadata(config.DefaultMetadata, sub.Metadata), config.OverrideMetadata)
	sub.RuleSet = schema.MergeRuleSets(schema.MergeRuleSets(config.DefaultRuleSet, sub.RuleSet), config.OverrideRuleSet)
	if p.cmd.Version != 0 || sub.Metadata.Property(schema.PropertyVersion) != "" {
		p.basis.uses.next = true
		sub.Metadata = sub.Metadata.WithProperty(schema.PropertyVersion, strconv.Itoa(p.basis.next))
	}
	how := asNew
	switch {
	case isFalse(config.ValidateNewSchemas):
		how = asSubmitted
	case p.u == nil:
		how = asFirst
	}
	c, err := p.readSubmission(p.ctx, p.s, sub, how, sub.normalizes(config))
	if err != nil || !p.changesTags() {
		return p.withSource(c), err
	}
	if sub.Text, err = p.retagged(c); err != nil {
		return nil, err
	}
	c, err = p.readSubmission(p.ctx, p.s, sub, how, sub.normalizes(config))
	return p.withSource(c), err
}

// withSource gives the candidate the text as it was submitted, which is not the one that was read where tags were added or
// the latest version's was taken over.
func (p *registering) withSource(c *candidate) *candidate {
	if c != nil && (p.changesTags() || strings.TrimSpace(p.cmd.Text) == "") {
		c.source = c.text
	}
	return c
}

// inherited returns what is submitted, or of each the latest version's where nothing is. Empty metadata, or a set without a
// rule, is submitted too: nothing is wanted then.
func (p *registering) inherited(metadata *schema.Metadata, ruleSet *schema.RuleSet) (*schema.Metadata, *schema.RuleSet) {
	p.basis.uses.said = metadata == nil || ruleSet == nil
	said := p.basis.newest.said()
	return cmp.Or(metadata, said.metadata), cmp.Or(ruleSet, said.ruleSet)
}

// said returns what a version says beside its schema; nothing for nil.
func (v *version) said() *attachments {
	if v == nil {
		return &noAttachments
	}
	return v.content.attached()
}

// compatible runs the checks of the level and of reserved fields.
func (p *registering) compatible(c *candidate) error {
	if p.cmd.Force {
		return nil
	}
	verdict, err := p.check(p.ctx, p.s, c, p.basis.config, &p.basis, Asking{})
	if err != nil || verdict.Compatible {
		return err
	}
	return incompatible(c.subject, verdict.Report)
}

func incompatible(subj Subject, report compat.Report) error {
	e := refuse(Incompatible, `Schema being registered is incompatible with an earlier schema for subject "%s", details: %s`,
		subj, report.Details())
	e.Report = &report
	return e
}
