package registry

import (
	"cmp"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/treatyhq/treaty/envelope"
)

// A versionName is a name that somebody gave a version: a label of its subject, or the ID that another registry has for it.
// It is never changed, but replaced.
type versionName struct {
	scope  Subject         // that the name counts in: the label's subject, or the alias's context
	system envelope.System // of an alias; "" for a label
	text   string
	target Subject
	number int32
}

// byName orders names as they are looked up.
func (a *versionName) byName(b *versionName) bool {
	return cmp.Or(a.scope.compare(b.scope), cmp.Compare(a.system, b.system), strings.Compare(a.text, b.text)) < 0
}

// byVersion orders names by what they stand for.
func (a *versionName) byVersion(b *versionName) bool {
	return cmp.Or(a.target.compare(b.target), cmp.Compare(a.number, b.number), cmp.Compare(a.system, b.system),
		a.scope.compare(b.scope), strings.Compare(a.text, b.text)) < 0
}

// setName lets a name stand for a version, and no longer for the one that it stood for.
func (s *State) setName(n versionName) error {
	if s.subjectOf(n.target).version(int(n.number)) == nil {
		return fmt.Errorf("%s has no version %d", n.target, n.number)
	}
	if old, ok := s.versionNames.Set(&n); ok {
		s.namesOf.Delete(old)
	}
	s.namesOf.Set(&n)
	return nil
}

// clearName takes a name away.
func (s *State) clearName(sought *versionName) error {
	old, ok := s.versionNames.Delete(sought)
	if !ok {
		return fmt.Errorf("nothing has the name %q in %s", sought.text, sought.scope)
	}
	s.namesOf.Delete(old)
	return nil
}

// clearNames takes away all names of a version.
func (s *State) clearNames(subj Subject, number int32) {
	var gone []*versionName
	for n := range s.namesFor(subj, number) {
		gone = append(gone, n)
	}
	for _, n := range gone {
		s.versionNames.Delete(n)
		s.namesOf.Delete(n)
	}
}

// named returns what has a name in a scope.
func (s *State) named(scope Subject, system envelope.System, text string) (*versionName, bool) {
	sought := soughtNames.Get().(*versionName)
	defer soughtNames.Put(sought)
	sought.scope, sought.system, sought.text = scope, system, text
	return s.versionNames.Get(sought)
}

// soughtNames hold what the tree is searched for: messages name what they were written with.
var soughtNames = sync.Pool{New: func() any { return new(versionName) }}

// namesFor yields the names of a version: its labels, then its aliases by system.
func (s *State) namesFor(subj Subject, number int32) iter.Seq[*versionName] {
	return func(yield func(*versionName) bool) {
		s.namesOf.Ascend(&versionName{target: subj, number: number}, func(n *versionName) bool {
			return n.target == subj && n.number == number && yield(n)
		})
	}
}

// namesIn yields the names that count in a scope: the labels of a subject, or the aliases of a context, by system.
func (s *State) namesIn(scope Subject, aliases bool) iter.Seq[*versionName] {
	return func(yield func(*versionName) bool) {
		s.versionNames.Ascend(&versionName{scope: scope}, func(n *versionName) bool {
			if n.scope != scope {
				return false
			}
			return aliases != (n.system != "") || yield(n) // a subject without a name has the scope of its context
		})
	}
}

// A Label is a name of a version within its subject.
type Label struct {
	Subject Subject
	Version int
	Label   string
}

func (n *versionName) label() Label { return Label{n.target, int(n.number), n.text} }

// Labels returns the labels of a subject's versions, sorted; soft-deleted versions have theirs still. It is a
// SubjectNotFound error if the subject has no versions.
func (s *State) Labels(subj Subject) ([]Label, error) {
	if s.subjectOf(subj) == nil {
		return nil, subjectNotFound(subj)
	}
	var labels []Label
	for n := range s.namesIn(subj, false) {
		labels = append(labels, n.label())
	}
	return labels, nil
}

// Label returns a label of a version, soft-deleted or not. It is a SubjectNotFound or a VersionNotFound error, or
// SettingNotFound where the version has no such label.
func (s *State) Label(subj Subject, number int, label string) (Label, error) {
	v, err := s.held(subj, number)
	if err != nil {
		return Label{}, err
	}
	n, ok := s.named(subj, "", label)
	if !ok || n.number != v.number {
		return Label{}, refuse(SettingNotFound, "Version %d of subject '%s' has no label %q.", v.number, subj, label)
	}
	return n.label(), nil
}

// labelled returns the number of the version that a label names; false if none has it.
func (s *State) labelled(subj Subject, label string) (int, bool) {
	n, ok := s.named(subj, "", label)
	if !ok {
		return 0, false
	}
	return int(n.number), true
}

// An Alias is the ID that another registry has for a version.
type Alias struct {
	Context    string // in which the ID counts
	System     envelope.System
	ExternalID string // in the one way in which the system's IDs are kept
	Subject    Subject
	Version    int
}

func (n *versionName) alias() Alias {
	return Alias{n.scope.Context, n.system, n.text, n.target, int(n.number)}
}

// Aliases returns the aliases of a context, sorted by system and ID.
func (s *State) Aliases(context string) []Alias {
	var aliases []Alias
	for n := range s.namesIn(Subject{Context: context}, true) {
		aliases = append(aliases, n.alias())
	}
	return aliases
}

// Alias returns what another registry's ID stands for in a context. It is a SettingNotFound error if nothing is set.
func (s *State) Alias(context string, system envelope.System, externalID string) (Alias, error) {
	if n := s.aliased(context, system, externalID); n != nil {
		return n.alias(), nil
	}
	return Alias{}, aliasNotFound(context, system, externalID)
}

func aliasNotFound(context string, system envelope.System, externalID string) *Error {
	return refuse(SettingNotFound, "The ID %q of system %q has no alias in context %s.", externalID, system, context)
}

// aliased returns the name that an ID is, however it is written; nil if there is none.
func (s *State) aliased(context string, system envelope.System, externalID string) *versionName {
	id, err := canonicalID(system, externalID)
	if err != nil {
		return nil
	}
	n, _ := s.named(Subject{Context: context}, system, id)
	return n
}

// external returns the ID that a system has for a version; one that counts in the version's own context comes first.
func (s *State) external(system envelope.System, subj Subject, number int) (id string, ok bool) {
	for n := range s.namesFor(subj, int32(number)) {
		if n.system != system {
			continue
		}
		if n.scope.Context == subj.Context {
			return n.text, true
		}
		if !ok {
			id, ok = n.text, true
		}
	}
	return id, ok
}
