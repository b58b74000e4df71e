package registry

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// SetConfig changes the settings of a subject, existing or not, of a context, or of the GlobalContext, and returns what is
// set there then; a level that is not set is empty. An update that changes nothing writes nothing: a scope without settings
// stays one. The refusals are InvalidSubject, InvalidLevel, InvalidPolicy, InvalidRuleSet, SchemaTooLarge (of metadata and
// rules), OperationNotPermitted and StoreUnavailable.
func (r *Registry) SetConfig(ctx context.Context, subj Subject, update ConfigUpdate) (SubjectConfig, error) {
	if err := validScope(subj); err != nil {
		return SubjectConfig{}, err
	}
	if err := update.validate(); err != nil {
		return SubjectConfig{}, err
	}
	answer, _, err := r.carry(ctx, func(s *State) (preparation, error) {
		c := newConfigChange(s, subj, update)
		if c.blobs.size > r.cfg.Limits.Text {
			return preparation{}, schemaTooLarge()
		}
		return preparation{command: c}, nil
	})
	if err != nil {
		return SubjectConfig{}, err
	}
	return answer.(SubjectConfig), nil
}

// ClearConfig removes all settings of a scope and returns what they were, with the server's default where no level was set.
// It is a SubjectNotFound error if there were none, but for the default context and the GlobalContext.
func (r *Registry) ClearConfig(ctx context.Context, subj Subject) (SubjectConfig, error) {
	return carryTo[SubjectConfig](ctx, r, &configRemoval{subj})
}

// validScope refuses names that nothing can be set for.
func validScope(s Subject) error {
	if s.Name == "__GLOBAL" || s.Name == "__EMPTY" || strings.ContainsFunc(s.String(), isControl) {
		return invalidSubject(s)
	}
	return nil
}

// compatibilityPolicies are the values of compatibilityPolicy that are known. They are for JSON Schema.
var compatibilityPolicies = []string{"STRICT", "LENIENT"}

// validate puts the update into the form that is stored, or refuses it.
func (u *ConfigUpdate) validate() error {
	if v := u.Level.Value; v != nil {
		level, err := compat.ParseLevel(string(*v))
		if err != nil {
			return invalidLevel()
		}
		u.Level.Value = &level
	}
	if v := u.Policy.Value; v != nil {
		policy := strings.ToUpper(*v)
		u.Policy.Value = &policy
		if !slices.Contains(compatibilityPolicies, policy) {
			u.Policy.Value = nil
		}
	}
	if v := u.Policies.Value; v != nil {
		policies, err := compat.ParsePolicies(*v)
		if err != nil {
			return invalidPolicy(err)
		}
		u.Policies.Value = &policies
	}
	for _, set := range []*Patch[schema.RuleSet]{&u.DefaultRuleSet, &u.OverrideRuleSet} {
		set.Value = schema.MergeRuleSets(nil, set.Value.WithDefaults())
		if err := validRules(set.Value); err != nil {
			return err
		}
	}
	for _, set := range []*Patch[schema.Metadata]{&u.DefaultMetadata, &u.OverrideMetadata} {
		set.Value = schema.MergeMetadata(nil, set.Value)
	}
	return nil
}

// apply returns the settings with the update put over them.
func (u *ConfigUpdate) apply(c SubjectConfig) SubjectConfig {
	u.Alias.over(&c.Alias)
	u.AliasForDeks.over(&c.AliasForDeks)
	u.Level.over(&c.Level)
	u.Policy.over(&c.Policy)
	u.Group.over(&c.Group)
	u.Policies.overPointer(&c.Policies)
	u.Normalize.overPointer(&c.Normalize)
	u.ValidateFields.overPointer(&c.ValidateFields)
	u.ValidateNewSchemas.overPointer(&c.ValidateNewSchemas)
	u.ValidateRules.overPointer(&c.ValidateRules)
	u.DefaultMetadata.overPointer(&c.DefaultMetadata)
	u.OverrideMetadata.overPointer(&c.OverrideMetadata)
	u.DefaultRuleSet.overPointer(&c.DefaultRuleSet)
	u.OverrideRuleSet.overPointer(&c.OverrideRuleSet)
	return c
}

// over changes a member for which its zero value means that it is not set.
func (p Patch[T]) over(member *T) {
	if !p.Set {
		return
	}
	var zero T
	*member = zero
	if p.Value != nil {
		*member = *p.Value
	}
}

// overPointer changes a member for which nil means that it is not set.
func (p Patch[T]) overPointer(member **T) {
	if p.Set {
		*member = p.Value
	}
}

// A configChange is a prepared SetConfig.
type configChange struct {
	subject Subject
	own     *SubjectConfig // what was set; nil if nothing was
	config  SubjectConfig  // what is to be set
	event   configSet
	changes bool // the event says something else than what was set
	blobs   blobs
}

func newConfigChange(s *State, subj Subject, update ConfigUpdate) *configChange {
	c := &configChange{subject: subj, own: s.ownConfig(subj), blobs: blobs{key: s.key}}
	var was SubjectConfig
	if c.own != nil {
		was = *c.own
	}
	c.config = update.apply(was)
	c.event = c.config.set(scope(subj), &c.blobs)
	c.changes = !reflect.DeepEqual(c.event, was.set(scope(subj), &blobs{key: s.key}))
	return c
}

// set returns the event that sets these settings for a scope, and puts what it names.
func (c SubjectConfig) set(of scope, b *blobs) configSet {
	return configSet{
		scope: of, Alias: c.Alias, AliasForDeks: c.AliasForDeks,
		Normalize: c.Normalize, ValidateFields: c.ValidateFields,
		ValidateNewSchemas: c.ValidateNewSchemas, ValidateRules: c.ValidateRules,
		Level: c.Level, Policy: c.Policy, Group: c.Group, Policies: c.Policies,
		DefaultMetadata:  putJSON(b, c.DefaultMetadata),
		OverrideMetadata: putJSON(b, c.OverrideMetadata),
		DefaultRuleSet:   putJSON(b, c.DefaultRuleSet),
		OverrideRuleSet:  putJSON(b, c.OverrideRuleSet),
	}
}

func (c *configChange) size() int { return c.blobs.size }

func (c *configChange) decide(s *State, _ moment) (decision, error) {
	switch {
	case s.ownConfig(c.subject) != c.own || !bytes.Equal(s.key, c.blobs.key):
		return decision{}, errAgain
	case s.EffectiveMode(c.subject).readOnly():
		return decision{}, notInMode(c.subject, "is in read-only mode")
	case !c.changes:
		return decision{answer: c.config}, nil
	}
	if c.event.Policies != nil {
		if err := s.atLevel(policiesLevel, "Policies"); err != nil {
			return decision{}, err
		}
	}
	ev := c.event
	return decision{
		events: []event{&ev},
		puts:   c.blobs.puts,
		erases: slices.Clone(s.configBlobs(c.subject)),
		answer: c.config,
	}, nil
}

// A configRemoval is a ClearConfig.
type configRemoval struct{ subject Subject }

func (*configRemoval) size() int { return 0 }

func (c *configRemoval) decide(s *State, _ moment) (decision, error) {
	old, err := s.Config(c.subject)
	switch {
	case err != nil:
		return decision{}, subjectNotFound(c.subject)
	case s.EffectiveMode(c.subject).readOnly():
		return decision{}, notInMode(c.subject, "is in read-only mode")
	case s.ownConfig(c.subject) == nil:
		return decision{answer: old}, nil
	}
	return decision{
		events: []event{&configCleared{scope(c.subject)}},
		erases: slices.Clone(s.configBlobs(c.subject)),
		answer: old,
	}, nil
}
