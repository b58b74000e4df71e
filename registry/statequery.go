package registry

import (
	"iter"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// What deciding asks of a state, beside what everybody reads.

// totals returns the subjects that have an active version, the active versions, and the bytes of the canonical texts that
// IDs stand for.
func (s *State) totals() (subjects, versions int, textBytes int64) {
	return s.counts.subjects, s.counts.versions, s.counts.textBytes
}

// nextVersion returns the number of the subject's next version: one more than the highest, soft-deleted ones counting.
func (s *State) nextVersion(subj Subject) int {
	for v := range s.subjectOf(subj).descending() {
		return int(v.number) + 1
	}
	return 1
}

// nextID returns the ID of the context's next content: one more than the highest that was ever given.
func (s *State) nextID(context string) int {
	return s.MaxID(&Subject{Context: context}) + 1
}

// mayHave reports whether an ID may stand for the content of an event in its context: it was never given, or to that very
// content. Of an erased one only the GUID is left to compare.
func (s *State) mayHave(id int, e *schemaRegistered) bool {
	c, known := s.contexts.Get(e.Context)
	if !known || !fits(id, 0) {
		return true
	}
	n := c.ids.get(uint32(id))
	if n == nil || n.erased {
		return n == nil || n.guid == e.GUID
	}
	return n.is(e)
}

// ascending yields the subject's versions by number; none for nil.
func (u *subjectState) ascending() iter.Seq[*version] {
	return func(yield func(*version) bool) {
		if u == nil {
			return
		}
		for _, v := range u.versions.all() {
			if !yield(v) {
				return
			}
		}
	}
}

// descending yields the subject's versions, the highest number first; none for nil.
func (u *subjectState) descending() iter.Seq[*version] {
	return func(yield func(*version) bool) {
		if u == nil {
			return
		}
		for _, v := range u.versions.backward() {
			if !yield(v) {
				return
			}
		}
	}
}

// referrersOf yields the versions that refer to a version, ordered by context, subject and number.
func (s *State) referrersOf(subj Subject, number int) iter.Seq[Version] {
	return func(yield func(Version) bool) {
		s.referrers.Ascend(referrer{target: subj, number: int32(number)}, func(r referrer) bool {
			return r.target == subj && int(r.number) == number &&
				yield(s.subjectOf(r.by).version(int(r.from)).in(r.by))
		})
	}
}

// referenced reports whether any version refers to the given one. Soft-deleted referrers count only if deleted says so,
// those in the same subject only if ownSubject does.
func (s *State) referenced(subj Subject, number int, deleted, ownSubject bool) bool {
	for r := range s.referrersOf(subj, number) {
		if (deleted || !r.Deleted) && (ownSubject || r.Subject != subj) {
			return true
		}
	}
	return false
}

// scopesIn yields the subjects of a context, and the context itself, that have settings or a mode of their own.
func (s *State) scopesIn(context string) iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		s.settings.Ascend(&scopeSettings{subject: Subject{Context: context}}, func(n *scopeSettings) bool {
			return n.subject.Context == context && yield(n.subject)
		})
	}
}

// source returns the digest of the text as it was first submitted, which may be that of the canonical text; false if there
// is no such version.
func (s *State) source(subj Subject, number int) (eventlog.Digest, bool) {
	v := s.subjectOf(subj).version(number)
	switch {
	case v == nil:
		return eventlog.Digest{}, false
	case v.source == nil:
		return v.content.textDigest, true
	}
	return *v.source, true
}

// blobsOf returns the blobs that versions of a subject use, each as often as they use it.
func (s *State) blobsOf(subj Subject, numbers ...int) []eventlog.Digest {
	var used []eventlog.Digest
	for _, n := range numbers {
		if v := s.subjectOf(subj).version(n); v != nil {
			used = append(used, v.blobs()...)
		}
	}
	return used
}

// configBlobs returns the blobs that the settings of a scope use, each as often as they use it.
func (s *State) configBlobs(subj Subject) []eventlog.Digest {
	if n := s.own(subj); n != nil {
		return n.blobs
	}
	return nil
}

// dependencies gathers what references need.
type dependencies struct {
	state   *State
	deleted bool // soft-deleted targets count
	seen    map[string]bool
	found   []schema.Dependency
	missing []schema.Reference
}

// add follows references that stand in a context.
func (d *dependencies) add(context string, references []schema.Reference) {
	for _, r := range references {
		if d.seen[r.Name] {
			continue
		}
		d.seen[r.Name] = true
		target := targetOf(context, r)
		v := d.state.subjectOf(target).pick(r.Version, d.deleted)
		if v == nil {
			d.missing = append(d.missing, r)
			continue
		}
		d.add(target.Context, v.content.attached().references)
		d.found = append(d.found, schema.Dependency{Reference: r, Text: v.content.text})
	}
}
