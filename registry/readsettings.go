package registry

import "sync"

// Config returns the settings of a scope itself. A level that is not set there shows as the server's default. The
// default context and the [GlobalContext] always have settings; any other scope that has none is a ConfigNotFound error.
func (s *State) Config(subj Subject) (SubjectConfig, error) {
	if own := s.ownConfig(subj); own != nil {
		return s.withLevel(*own), nil
	}
	if subj.alwaysSet() {
		return s.withLevel(SubjectConfig{}), nil
	}
	return SubjectConfig{}, configNotFound(subj)
}

// EffectiveConfig returns the settings that hold in a scope: its own, else the context's, else those above all contexts,
// else the defaults. Of a scope with settings of its own, the switches, the policies and the group that it leaves open come
// from the default context; aliases, metadata and rule sets never do, and neither does the level, which is the server's
// default then.
// Source: Confluent Schema Registry, getConfigInScope.
func (s *State) EffectiveConfig(subj Subject) SubjectConfig {
	if own := s.ownConfig(subj); own != nil {
		return s.withLevel(s.inherit(*own))
	}
	for _, scope := range []Subject{{Context: subj.Context}, {Context: GlobalContext}} {
		if c := s.ownConfig(scope); c != nil {
			return s.withLevel(*c)
		}
	}
	return s.withLevel(SubjectConfig{})
}

// inherit fills what a scope's own settings leave open from the default context's.
func (s *State) inherit(c SubjectConfig) SubjectConfig {
	above := s.ownConfig(Subject{Context: DefaultContext})
	if above == nil {
		return c
	}
	for _, m := range []struct{ own, above **bool }{
		{&c.Normalize, &above.Normalize},
		{&c.ValidateFields, &above.ValidateFields},
		{&c.ValidateNewSchemas, &above.ValidateNewSchemas},
		{&c.ValidateRules, &above.ValidateRules},
	} {
		if *m.own == nil {
			*m.own = *m.above
		}
	}
	if c.Policy == "" {
		c.Policy = above.Policy
	}
	if c.Group == "" {
		c.Group = above.Group
	}
	if c.Policies == nil {
		c.Policies = above.Policies
	}
	return c
}

// withLevel fills in the level that holds where none is set.
func (s *State) withLevel(c SubjectConfig) SubjectConfig {
	if c.Level == "" {
		c.Level = s.defaultLevel
	}
	return c
}

// Mode returns the mode of a scope itself. The default context and the [GlobalContext] always have one; any other scope
// that has none is a ModeNotFound error.
func (s *State) Mode(subj Subject) (Mode, error) {
	switch own := s.ownMode(subj); {
	case own != "":
		return own, nil
	case subj.alwaysSet():
		return ReadWrite, nil
	}
	return "", modeNotFound(subj)
}

// EffectiveMode returns the mode that holds in a scope: its own, else the context's, else the one above all contexts,
// else READWRITE.
func (s *State) EffectiveMode(subj Subject) Mode {
	for _, scope := range []Subject{subj, {Context: subj.Context}, {Context: GlobalContext}} {
		if m := s.ownMode(scope); m != "" {
			return m
		}
	}
	return ReadWrite
}

// ResolveAlias returns the subject that a subject is an alias for, or the subject itself. It takes one step; an alias
// that names no context means the subject's own. A context has no alias.
func (s *State) ResolveAlias(subj Subject) Subject {
	own := s.ownConfig(subj)
	if subj.Name == "" || own == nil || own.Alias == "" {
		return subj
	}
	return SubjectIn(subj.Context, own.Alias)
}

// alwaysSet reports whether the scope answers with defaults where nothing is set.
func (s Subject) alwaysSet() bool {
	return s.Name == "" && (s.Context == DefaultContext || s.Context == GlobalContext)
}

// ownConfig returns what is set on the scope itself, nil if nothing is. It is shared and must not be changed.
func (s *State) ownConfig(subj Subject) *SubjectConfig {
	if n := s.own(subj); n != nil {
		return n.config
	}
	return nil
}

// ownMode returns the mode that is set on the scope itself, "" if none is.
func (s *State) ownMode(subj Subject) Mode {
	if n := s.own(subj); n != nil {
		return n.mode
	}
	return ""
}

// own returns what is set on the scope itself, nil if nothing is.
func (s *State) own(subj Subject) *scopeSettings {
	sought := soughtScopes.Get().(*scopeSettings)
	defer soughtScopes.Put(sought)
	sought.subject = subj
	n, _ := s.settings.Get(sought)
	return n
}

// soughtScopes hold what the tree is searched for: every request looks several scopes up.
var soughtScopes = sync.Pool{New: func() any { return new(scopeSettings) }}
