package registry

import (
	"slices"
	"strings"
	"time"

	"github.com/treatyhq/treaty/schema"
)

// A VersionFilter narrows a list of a subject's versions.
type VersionFilter struct {
	Deleted     bool // also soft-deleted versions
	DeletedOnly bool // nothing but those; beats Deleted
}

// Stale returns how long the store had been out of reach when the state was handed out; 0 if it was not.
func (s *State) Stale() time.Duration { return s.stale }

// Versions returns the numbers of the subject's versions in order. If none passes the filter it is a SubjectNotFound
// error.
func (s *State) Versions(subj Subject, f VersionFilter) ([]VersionNumber, error) {
	var numbers []VersionNumber
	for v := range s.subjectOf(subj).ascending() {
		if v.deleted && (f.Deleted || f.DeletedOnly) || !v.deleted && !f.DeletedOnly {
			numbers = append(numbers, VersionNumber{int(v.number), v.deleted})
		}
	}
	if numbers == nil {
		return nil, subjectNotFound(subj)
	}
	return numbers, nil
}

// Version returns one version of a subject. [LatestVersion] is the newest active one, even where soft-deleted ones are
// asked for too. It is a SubjectNotFound error if the subject has no version at all, soft-deleted ones counting only if
// deleted says so, else a VersionNotFound error.
func (s *State) Version(subj Subject, number int, deleted bool) (Version, error) {
	u := s.subjectOf(subj)
	if v := u.pick(number, deleted); v != nil {
		return v.in(subj), nil
	}
	if !u.visible(deleted) {
		return Version{}, subjectNotFound(subj)
	}
	return Version{}, versionNotFound(number)
}

// FindVersion returns what Version does. A version that the default context does not have is searched for under the same
// name in all others, in the order of their names.
func (s *State) FindVersion(subj Subject, number int, deleted bool) (Version, error) {
	v, err := s.Version(subj, number, deleted)
	if err == nil || subj.Context != DefaultContext {
		return v, err
	}
	for context := range s.otherContexts() {
		there := Subject{context.name, subj.Name}
		if v := s.subjectOf(there).pick(number, deleted); v != nil {
			return v.in(there), nil
		}
	}
	return Version{}, err
}

// ByMetadata returns the newest version whose metadata has all the given properties. It is a SubjectNotFound or a
// SchemaNotFound error.
func (s *State) ByMetadata(subj Subject, pairs map[string]string, deleted bool) (Version, error) {
	u := s.subjectOf(subj)
	if !u.visible(deleted) {
		return Version{}, subjectNotFound(subj)
	}
	for v := range u.descending() {
		if (deleted || !v.deleted) && v.content.hasProperties(pairs) {
			return v.in(subj), nil
		}
	}
	return Version{}, schemaNotFound()
}

// ReferencedBy returns the IDs of the schemas that refer to a version, ordered by context and ID. Referrers that are
// soft-deleted count only if deleted says so; the version itself may be. It is a SubjectNotFound or a VersionNotFound
// error.
func (s *State) ReferencedBy(subj Subject, number int, deleted bool) ([]int, error) {
	v, err := s.held(subj, number)
	if err != nil {
		return nil, err
	}
	var from []ContextID
	for r := range s.referrersOf(subj, int(v.number)) {
		if deleted || !r.Deleted {
			from = append(from, ContextID{r.Subject.Context, r.ID})
		}
	}
	slices.SortFunc(from, ContextID.compare)
	ids := make([]int, 0, len(from))
	for _, f := range slices.Compact(from) {
		ids = append(ids, f.ID)
	}
	return ids, nil
}

// Dependencies returns the transitive closure of the version's references, soft-deleted ones included: each name once,
// as its first occurrence has it, behind all that it needs itself.
func (s *State) Dependencies(v Version) []schema.Dependency {
	d := dependencies{state: s, deleted: true, seen: map[string]bool{}}
	d.add(v.Subject.Context, v.References)
	return d.found
}

// subjectOf returns the subject, nil if it has no versions.
func (s *State) subjectOf(subj Subject) *subjectState {
	c, ok := s.contexts.Get(subj.Context)
	if !ok {
		return nil
	}
	u, _ := c.subjects.Get(subj.Name)
	return u
}

// held returns a version that the subject has, soft-deleted or not. It is a SubjectNotFound or a VersionNotFound error.
func (s *State) held(subj Subject, number int) (*version, error) {
	u := s.subjectOf(subj)
	if u == nil {
		return nil, subjectNotFound(subj)
	}
	if v := u.pick(number, true); v != nil {
		return v, nil
	}
	return nil, versionNotFound(number)
}

// visible reports whether the subject has a version, soft-deleted ones counting only if deleted says so.
func (u *subjectState) visible(deleted bool) bool {
	return u != nil && (deleted || u.active > 0)
}

// pick returns the version with a number, or the newest active one for [LatestVersion]; nil if there is none.
func (u *subjectState) pick(number int, deleted bool) *version {
	if u != nil && number == LatestVersion {
		number = int(u.latest)
	}
	if v := u.version(number); v != nil && (deleted || !v.deleted) {
		return v
	}
	return nil
}

func (v *version) in(subj Subject) Version {
	n, more := v.content, v.content.attached()
	return Version{
		Subject: subj, Number: int(v.number), ID: int(v.id), GUID: n.guid, Type: n.typ, Text: n.text,
		References: more.references, Metadata: more.metadata, RuleSet: more.ruleSet,
		Time: time.UnixMilli(v.time).UTC(), Actor: v.actor.Value(), Deleted: v.deleted, Seq: v.seq,
	}
}

func (n *content) hasProperties(pairs map[string]string) bool {
	var have map[string]string
	if metadata := n.attached().metadata; metadata != nil {
		have = metadata.Properties
	}
	for name, want := range pairs {
		if value, ok := have[name]; !ok || value != want {
			return false
		}
	}
	return true
}

func (a ContextID) compare(b ContextID) int {
	if c := strings.Compare(a.Context, b.Context); c != 0 {
		return c
	}
	return a.ID - b.ID
}
