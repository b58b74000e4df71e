package registry

import (
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

func (s *State) setConfig(rec eventlog.Record, e *configSet, blobs map[eventlog.Digest][]byte) error {
	config := &SubjectConfig{
		Alias: e.Alias, AliasForDeks: e.AliasForDeks,
		Normalize: e.Normalize, ValidateFields: e.ValidateFields,
		ValidateNewSchemas: e.ValidateNewSchemas, ValidateRules: e.ValidateRules,
		Level: e.Level, Policy: e.Policy, Group: e.Group, Policies: e.Policies,
	}
	for _, m := range []struct {
		of eventlog.Digest
		to **schema.Metadata
	}{{e.DefaultMetadata, &config.DefaultMetadata}, {e.OverrideMetadata, &config.OverrideMetadata}} {
		var err error
		if *m.to, err = parseBlob[schema.Metadata](m.of, blobs); err != nil {
			return err
		}
	}
	for _, m := range []struct {
		of eventlog.Digest
		to **schema.RuleSet
	}{{e.DefaultRuleSet, &config.DefaultRuleSet}, {e.OverrideRuleSet, &config.OverrideRuleSet}} {
		var err error
		if *m.to, err = parseBlob[schema.RuleSet](m.of, blobs); err != nil {
			return err
		}
	}
	return s.changeSettings(rec, e.scope, func(n *scopeSettings) { n.config, n.blobs = config, e.blobs() })
}

// changeSettings replaces what a scope has set; nothing is kept of a scope that has nothing set.
func (s *State) changeSettings(rec eventlog.Record, of scope, change func(*scopeSettings)) error {
	n := scopeSettings{subject: of.subject()}
	if old, ok := s.settings.Get(&n); ok {
		n = *old
		s.dropUses(old.blobs)
	}
	n.seq = rec.Seq
	s.settingsSeq = rec.Seq
	change(&n)
	if n.config == nil {
		n.blobs = nil
	}
	s.addUses(n.blobs)
	if n.config == nil && n.mode == "" {
		s.settings.Delete(&n)
	} else {
		s.settings.Set(&n)
	}
	return nil
}
