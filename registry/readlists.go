package registry

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A SubjectFilter narrows a list of subjects.
type SubjectFilter struct {
	// Prefix is "name" for the default context, ":.ctx:name" for another, ":*:name" for all of them; the name part is a
	// prefix of the names that are wanted.
	Prefix      string
	Deleted     bool // also subjects that have only soft-deleted versions
	DeletedOnly bool // nothing but those; beats Deleted
}

// A SchemaFilter narrows a list of versions.
type SchemaFilter struct {
	Prefix     string // as in SubjectFilter
	Deleted    bool   // also soft-deleted versions
	LatestOnly bool   // of each subject the newest version that passes Deleted
	Aliases    bool   // also the versions of subjects that a matching subject is an alias for, and say which
	RuleType   string // only versions with a rule of this type; looked at after LatestOnly
}

// An AliasedVersion is a version with the subjects that are aliases for its subject.
type AliasedVersion struct {
	Version
	Aliases []Subject
}

// Contexts returns the names of the contexts that begin with the prefix: the default one, then all that were ever
// registered into and not deleted since, sorted.
func (s *State) Contexts(prefix string) []string {
	names := []string{}
	if strings.HasPrefix(DefaultContext, prefix) {
		names = append(names, DefaultContext)
	}
	for c := range s.otherContexts() {
		if c.listed && strings.HasPrefix(c.name, prefix) {
			names = append(names, c.name)
		}
	}
	return names
}

// Subjects returns the subjects that pass the filter, sorted by qualified name.
func (s *State) Subjects(f SubjectFilter) []Subject {
	subjects := []Subject{}
	for subj, u := range s.under(f.Prefix) {
		gone := u.active == 0
		if gone && (f.Deleted || f.DeletedOnly) || !gone && !f.DeletedOnly {
			subjects = append(subjects, subj)
		}
	}
	return subjects
}

// Schemas returns the versions that pass the filter, sorted by qualified subject and number.
func (s *State) Schemas(f SchemaFilter) []AliasedVersion {
	return slices.Collect(s.SchemaSeq(f))
}

// SchemaSeq yields what Schemas returns, for callers that want only some of it.
func (s *State) SchemaSeq(f SchemaFilter) iter.Seq[AliasedVersion] {
	subjects, aliases := s.under(f.Prefix), map[Subject][]Subject(nil)
	if f.Aliases {
		aliases = s.aliases(f.Prefix)
		subjects = s.withTargets(f.Prefix, aliases)
	}
	return func(yield func(AliasedVersion) bool) {
		for subj, u := range subjects {
			for v := range u.passing(f) {
				if !yield(AliasedVersion{v.in(subj), aliases[subj]}) {
					return
				}
			}
		}
	}
}

func (u *subjectState) passing(f SchemaFilter) iter.Seq[*version] {
	if !f.LatestOnly {
		return func(yield func(*version) bool) {
			for v := range u.ascending() {
				if (f.Deleted || !v.deleted) && v.content.hasRule(f.RuleType) && !yield(v) {
					return
				}
			}
		}
	}
	return func(yield func(*version) bool) {
		for v := range u.descending() {
			if f.Deleted || !v.deleted {
				if v.content.hasRule(f.RuleType) {
					yield(v)
				}
				return
			}
		}
	}
}

// hasRule reports whether the content has a rule of the type; any content does if the type is empty.
func (n *content) hasRule(ruleType string) bool {
	if ruleType == "" {
		return true
	}
	rules := n.attached().ruleSet
	if rules == nil {
		return false
	}
	of := func(r schema.Rule) bool { return r.Type == ruleType }
	return slices.ContainsFunc(rules.MigrationRules, of) || slices.ContainsFunc(rules.DomainRules, of) ||
		slices.ContainsFunc(rules.EncodingRules, of)
}

// aliases returns the subjects under the prefix that are aliases, by the subject that they stand for.
func (s *State) aliases(prefix string) map[Subject][]Subject {
	context, name := cutPrefix(prefix)
	aliases := map[Subject][]Subject{}
	s.settings.Scan(func(n *scopeSettings) bool {
		in := context == anyContext || context == n.subject.Context
		if target := s.ResolveAlias(n.subject); in && strings.HasPrefix(n.subject.Name, name) && target != n.subject {
			aliases[target] = append(aliases[target], n.subject)
		}
		return true
	})
	for _, of := range aliases {
		slices.SortFunc(of, byQualifiedName)
	}
	return aliases
}

// withTargets yields the subjects under the prefix and those that aliases stand for, each once, in order.
func (s *State) withTargets(prefix string, aliases map[Subject][]Subject) iter.Seq2[Subject, *subjectState] {
	return func(yield func(Subject, *subjectState) bool) {
		found := map[Subject]*subjectState{}
		for target := range aliases {
			if u := s.subjectOf(target); u != nil {
				found[target] = u
			}
		}
		var order []Subject
		for subj, u := range s.under(prefix) {
			found[subj] = u
		}
		for subj := range found {
			order = append(order, subj)
		}
		slices.SortFunc(order, byQualifiedName)
		for _, subj := range order {
			if !yield(subj, found[subj]) {
				return
			}
		}
	}
}

func byQualifiedName(a, b Subject) int { return strings.Compare(a.String(), b.String()) }

// anyContext stands for all contexts in the prefix of a list.
const anyContext = "*"

// cutPrefix splits the prefix of a list into a context, or anyContext, and a prefix of names.
func cutPrefix(prefix string) (context, name string) {
	if name, ok := strings.CutPrefix(prefix, ":*:"); ok {
		return anyContext, name
	}
	subj := ParseSubject(prefix)
	return subj.Context, subj.Name
}

// qualified is what the qualified names of all contexts but the default one begin with. No name in the default context
// does.
const qualified = ":."

// under yields the subjects that a prefix means, those with only soft-deleted versions too, sorted by qualified name: the
// names in the default context lie before and behind all others.
func (s *State) under(prefix string) iter.Seq2[Subject, *subjectState] {
	context, name := cutPrefix(prefix)
	return func(yield func(Subject, *subjectState) bool) {
		if context != anyContext {
			c, _ := s.contexts.Get(context)
			c.subjectsBetween(name, "", name, yield)
			return
		}
		plain, _ := s.contexts.Get(DefaultContext)
		if !plain.subjectsBetween(name, qualified, name, yield) {
			return
		}
		others := slices.Collect(s.otherContexts())
		slices.SortFunc(others, func(a, b *contextState) int { return cmp.Compare(a.name+":", b.name+":") })
		for _, c := range others {
			if !c.subjectsBetween(name, "", name, yield) {
				return
			}
		}
		plain.subjectsBetween(max(name, qualified), "", name, yield)
	}
}

// subjectsBetween yields the subjects from one name on and below another, if that is not empty, as long as they begin
// with the prefix. It reports whether to go on.
func (c *contextState) subjectsBetween(from, below, prefix string, yield func(Subject, *subjectState) bool) bool {
	more := true
	if c == nil {
		return more
	}
	c.subjects.Ascend(from, func(name string, u *subjectState) bool {
		if below != "" && name >= below || !strings.HasPrefix(name, prefix) {
			return false
		}
		more = yield(Subject{c.name, name}, u)
		return more
	})
	return more
}

// otherContexts yields every context but the default one, sorted by name.
func (s *State) otherContexts() iter.Seq[*contextState] {
	return func(yield func(*contextState) bool) {
		s.contexts.Scan(func(name string, c *contextState) bool { return name == DefaultContext || yield(c) })
	}
}
