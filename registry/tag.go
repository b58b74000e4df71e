package registry

import (
	"cmp"
	"context"

	"github.com/treatyhq/treaty/schema"
)

// Tag makes a new version out of an existing one by changing its inline tags, its metadata or its rules. The new version
// says its number in the property confluent:version, and passes the same checks as any other.
// Source: Confluent Schema Registry, POST …/tags.
func (r *Registry) Tag(ctx context.Context, cmd TagCommand) (Version, error) {
	if err := r.validSubject(cmd.Subject); err != nil {
		return Version{}, err
	}
	if cmd.RuleSet != nil && (cmd.RulesToMerge != nil || len(cmd.RulesToRemove) > 0) {
		return Version{}, refuse(InvalidRuleSet, "ruleSet should be omitted if specifying rulesToMerge or rulesToRemove")
	}
	cmd.RuleSet, cmd.RulesToMerge = cmd.RuleSet.WithDefaults(), cmd.RulesToMerge.WithDefaults()
	answer, _, err := r.carry(ctx, func(s *State) (preparation, error) {
		return r.prepareTag(ctx, s, cmd)
	})
	if err != nil {
		return Version{}, err
	}
	return answer.(Registered).Version, nil
}

func (r *Registry) prepareTag(ctx context.Context, s *State, cmd TagCommand) (preparation, error) {
	old, err := s.Version(cmd.Subject, cmd.Version, false)
	if err != nil {
		return preparation{}, err
	}
	ruleSet := cmp.Or(cmd.RuleSet, old.RuleSet)
	ruleSet = schema.MergeRuleSets(ruleSet.Without(cmd.RulesToRemove), cmd.RulesToMerge)
	if err := validRules(ruleSet); err != nil {
		return preparation{}, err
	}
	p := registering{Registry: r, ctx: ctx, s: s, cmd: RegisterCommand{
		Submission: Submission{
			Subject: old.Subject, Type: old.Type, Text: old.Text, References: old.References,
			Metadata: cmp.Or(cmd.Metadata, old.Metadata, &schema.Metadata{}), RuleSet: cmp.Or(ruleSet, &schema.RuleSet{}),
		},
		Version:   cmp.Or(cmd.NewVersion, LatestVersion),
		ID:        UnsetID,
		TagsToAdd: cmd.Add, TagsToRemove: cmd.Remove,
	}}
	p.begin()
	if err := p.permitted(); err != nil {
		return preparation{}, err
	}
	from := s.subjectOf(old.Subject).version(old.Number)
	p.from = &target{subject: old.Subject, asked: cmd.Version, number: from.number, content: from.content}
	return p.prepareNew()
}

// retagged returns the candidate's text with tags added and removed, those of the latest version first if they are to be
// taken over. Of those, the ones whose place is gone go with it.
func (p *registering) retagged(c *candidate) (string, error) {
	change := schema.Retagging{Add: p.cmd.TagsToAdd, Remove: p.cmd.TagsToRemove}
	if p.cmd.PropagateTags && p.basis.newest != nil {
		p.basis.uses.newest = true
		latest, err := p.parsedVersion(p.ctx, p.s, c.subject, p.basis.newest)
		if err != nil {
			return "", err
		}
		change.Keep = latest.Tags()
	}
	text, err := c.parsed.Retag(change)
	if err != nil {
		return "", invalidSchema(c.typ, err)
	}
	return text, nil
}
