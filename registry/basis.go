package registry

import (
	"bytes"
	"iter"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// A basis is what the preparation of a registration rests on: the verdict of the compatibility check, the references, the
// contents. Where it stands on another state, so does the verdict.
type basis struct {
	key      []byte
	settings eventlog.Seq // State.settingsSeq
	config   SubjectConfig
	mode     Mode
	targets  []target
	subject  *subjectState // nil if it had no versions
	compared *version      // the newest version of the check; nil if there is none
	newest   *version      // the newest active version
	next     int           // the number of the next version
	uses     uses
}

// uses says what of a subject a preparation has looked at.
type uses struct {
	newest   bool // the newest active version, whose schema it takes over
	said     bool // the metadata and rules of that version
	next     bool // the next version's number, for it stands in the content
	compared bool // the newest version that it must be compatible with
	all      bool // all of them
	lookedUp bool // whether some active version is the same schema
	special  bool // all versions may be the same schema
}

// stands reports whether a preparation still holds on s.
func (b *basis) stands(s *State, subj Subject, metadata *schema.Metadata) bool {
	if !bytes.Equal(b.key, s.key) {
		return false
	}
	if b.settings != s.settingsSeq && (b.config != s.EffectiveConfig(subj) || b.mode != s.EffectiveMode(subj)) {
		return false
	}
	for _, t := range b.targets {
		if !t.stands(s) {
			return false
		}
	}
	u := s.subjectOf(subj)
	switch {
	case u == b.subject:
		return true
	case b.uses.all,
		b.uses.newest && u.pick(LatestVersion, false) != b.newest,
		b.uses.said && !sameSaid(u.pick(LatestVersion, false), b.newest),
		b.uses.next && s.nextVersion(subj) != b.next,
		b.uses.compared && first(u.comparable(b.config.Group, metadata)) != b.compared:
		return false
	}
	return !b.uses.lookedUp || !b.mayMatchSince(u)
}

func sameSaid(a, b *version) bool {
	return a.said().metadata == b.said().metadata && a.said().ruleSet == b.said().ruleSet
}

// mayMatchSince reports whether a version has been registered since that may be the same schema as the candidate, although
// its GUID is another.
func (b *basis) mayMatchSince(u *subjectState) bool {
	for v := range u.descending() {
		if int(v.number) < b.next {
			return false
		}
		if b.uses.special || v.content.special() {
			return true
		}
	}
	return false
}

// comparable yields the active versions that a new one with that metadata is compared with, the newest first: those that
// have the same value of the metadata property that group names. Absent equals absent.
func (u *subjectState) comparable(group string, metadata *schema.Metadata) iter.Seq[*version] {
	return func(yield func(*version) bool) {
		for v := range u.descending() {
			if !v.deleted && (group == "" || sameProperty(group, metadata, v.content.attached().metadata)) && !yield(v) {
				return
			}
		}
	}
}

func sameProperty(name string, a, b *schema.Metadata) bool {
	av, aok := property(a, name)
	bv, bok := property(b, name)
	return av == bv && aok == bok
}

func property(m *schema.Metadata, name string) (value string, ok bool) {
	if m == nil {
		return "", false
	}
	value, ok = m.Properties[name]
	return value, ok
}

func first[T any](seq iter.Seq[*T]) *T {
	for v := range seq {
		return v
	}
	return nil
}
