package schema

import (
	"maps"
	"slices"
)

// Properties that the registry itself reads or writes.
const (
	// PropertyVersion holds the number of the version that it stands in.
	PropertyVersion = "confluent:version"
	// PropertyReserved lists top-level fields, separated by commas, that no schema may have.
	PropertyReserved = "confluent:reserved"
)

// MergeMetadata returns old with everything of new put over it: a path's tags and a property's value are new's where it
// has them, the sensitive names are those of both. Neither argument is changed; either may be nil. Metadata that says
// nothing is nil.
func MergeMetadata(old, new *Metadata) *Metadata {
	switch {
	case new == nil:
		return old.orNil()
	case old == nil:
		return new.orNil()
	}
	m := &Metadata{
		Tags:       mergeMaps(old.Tags, new.Tags),
		Properties: mergeMaps(old.Properties, new.Properties),
		Sensitive:  slices.Concat(old.Sensitive, new.Sensitive),
	}
	slices.Sort(m.Sensitive)
	m.Sensitive = slices.Compact(m.Sensitive)
	return m.orNil()
}

func mergeMaps[V any](old, new map[string]V) map[string]V {
	if len(old) == 0 {
		return new
	}
	if len(new) == 0 {
		return old
	}
	m := maps.Clone(old)
	maps.Copy(m, new)
	return m
}

func (m *Metadata) orNil() *Metadata {
	if m == nil || len(m.Tags)+len(m.Properties)+len(m.Sensitive) == 0 {
		return nil
	}
	return m
}

// Equal reports whether both say the same. Either may be nil, which says nothing.
func (m *Metadata) Equal(other *Metadata) bool {
	m, other = m.orNil(), other.orNil()
	if m == nil || other == nil {
		return m == other
	}
	return maps.EqualFunc(m.Tags, other.Tags, slices.Equal) && maps.Equal(m.Properties, other.Properties) &&
		slices.Equal(m.Sensitive, other.Sensitive)
}

// Property returns the value of a property, empty if it is not there. m may be nil.
func (m *Metadata) Property(name string) string {
	if m == nil {
		return ""
	}
	return m.Properties[name]
}

// WithProperty returns m with a property set, or without the property if value is empty. m is not changed and may be
// nil, and so may be the result.
func (m *Metadata) WithProperty(name, value string) *Metadata {
	if m.Property(name) == value {
		return m.orNil()
	}
	next := Metadata{}
	if m != nil {
		next = *m
	}
	next.Properties = maps.Clone(next.Properties)
	if value == "" {
		delete(next.Properties, name)
		return next.orNil()
	}
	if next.Properties == nil {
		next.Properties = map[string]string{}
	}
	next.Properties[name] = value
	return &next
}

// MergeRuleSets returns old with the rules of new: old ones of the same name go, new ones follow those that stay.
// Neither argument is changed; either may be nil. A set that says nothing is nil.
func MergeRuleSets(old, new *RuleSet) *RuleSet {
	switch {
	case new == nil:
		return old.orNil()
	case old == nil:
		return new.orNil()
	}
	var names []string
	for r := range new.All() {
		names = append(names, r.Name)
	}
	kept := old.Without(names)
	if kept == nil {
		kept = &RuleSet{}
	}
	s := &RuleSet{
		MigrationRules: slices.Concat(kept.MigrationRules, new.MigrationRules),
		DomainRules:    slices.Concat(kept.DomainRules, new.DomainRules),
		EncodingRules:  slices.Concat(kept.EncodingRules, new.EncodingRules),
		EnableAt:       new.EnableAt,
	}
	if s.EnableAt == "" {
		s.EnableAt = old.EnableAt
	}
	return s.orNil()
}

// Without returns s without the rules of those names. s is not changed and may be nil.
func (s *RuleSet) Without(names []string) *RuleSet {
	if s == nil || len(names) == 0 {
		return s.orNil()
	}
	gone := make(map[string]struct{}, len(names))
	for _, name := range names {
		gone[name] = struct{}{}
	}
	named := func(r Rule) bool { _, is := gone[r.Name]; return is }
	return (&RuleSet{
		MigrationRules: slices.DeleteFunc(slices.Clone(s.MigrationRules), named),
		DomainRules:    slices.DeleteFunc(slices.Clone(s.DomainRules), named),
		EncodingRules:  slices.DeleteFunc(slices.Clone(s.EncodingRules), named),
		EnableAt:       s.EnableAt,
	}).orNil()
}

// Equal reports whether both have the same rules in the same order. Either may be nil, which has none.
func (s *RuleSet) Equal(other *RuleSet) bool {
	s, other = s.orNil(), other.orNil()
	if s == nil || other == nil {
		return s == other
	}
	return slices.EqualFunc(s.MigrationRules, other.MigrationRules, Rule.equal) &&
		slices.EqualFunc(s.DomainRules, other.DomainRules, Rule.equal) &&
		slices.EqualFunc(s.EncodingRules, other.EncodingRules, Rule.equal) && s.EnableAt == other.EnableAt
}

func (r Rule) equal(other Rule) bool {
	return r.Name == other.Name && r.Doc == other.Doc && r.Kind == other.Kind && r.Mode == other.Mode && r.Type == other.Type &&
		slices.Equal(r.Tags, other.Tags) && maps.Equal(r.Params, other.Params) && r.Expr == other.Expr &&
		r.OnSuccess == other.OnSuccess && r.OnFailure == other.OnFailure && r.Disabled == other.Disabled
}

func (s *RuleSet) orNil() *RuleSet {
	if s == nil || len(s.MigrationRules)+len(s.DomainRules)+len(s.EncodingRules) == 0 && s.EnableAt == "" {
		return nil
	}
	return s
}
