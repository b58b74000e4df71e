package registry

import (
	"encoding/json"
	"fmt"
	"slices"
	"unique"
	"unsafe"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

func (s *State) register(rec eventlog.Record, e *schemaRegistered, blobs map[eventlog.Digest][]byte) error {
	if !fits(e.Version, 1) || !fits(e.ID, 0) {
		return fmt.Errorf("version %d with ID %d", e.Version, e.ID)
	}
	c := s.context(e.Context)
	u := c.subject(e.Name)
	if u.version(e.Version) != nil {
		return fmt.Errorf("%s already has version %d", e.subject(), e.Version)
	}
	content, err := s.content(u, e, blobs)
	if err != nil {
		return err
	}
	if err := s.giveID(c, e.ID, content); err != nil {
		return err
	}
	c.listed = true
	v := &version{
		content: content, actor: unique.Make(rec.Actor), time: rec.Time.UnixMilli(), seq: rec.Seq,
		number: int32(e.Version), id: int32(e.ID),
	}
	if e.Source != (eventlog.Digest{}) && e.Source != e.Text {
		source := e.Source // a copy, for a pointer into the event would keep all of it
		v.source = &source
	}
	s.add(c, u, e, v)
	return nil
}

// add enters a version into every index.
func (s *State) add(c *contextState, u *subjectState, e *schemaRegistered, v *version) {
	u.versions.set(uint32(v.number), v, c.edit)
	if u.active == 0 {
		s.counts.subjects++
	}
	u.total++
	u.active++
	if v.content.special() {
		u.special++
	}
	u.latest = max(u.latest, v.number)
	s.counts.versions++
	c.active.Set(holder{u.name, v.id, v.number})
	for _, r := range v.content.attached().references {
		s.referrers.Set(referrer{targetOf(e.Context, r), e.subject(), int32(r.Version), v.number})
	}
	s.addUses(v.blobs())
}

// targetOf returns the subject that a reference in a context means.
func targetOf(context string, r schema.Reference) Subject { return SubjectIn(context, r.Subject) }

// giveID makes the ID stand for the content. An ID that is in use or was once goes to the same content only.
func (s *State) giveID(c *contextState, id int, n *content) error {
	known := c.ids.get(uint32(id))
	if known != nil && known.guid != n.guid {
		return fmt.Errorf("ID %d is of %s, not of %s", id, known.guid, n.guid)
	}
	if known != nil && !known.erased {
		return nil
	}
	c.ids.set(uint32(id), n, c.edit)
	c.maxID = max(c.maxID, id)
	s.identities.Set(identity{n.guid, c.ordinal, int32(id)})
	s.counts.textBytes += int64(len(n.text))
	return nil
}

// content returns the content of a registration, shared with what the state has of it already.
func (s *State) content(u *subjectState, e *schemaRegistered, blobs map[eventlog.Digest][]byte) (*content, error) {
	if known := s.contentOf(e.GUID); known != nil && known.is(e) {
		return known, nil
	}
	n := &content{guid: e.GUID, typ: e.Type, textDigest: e.Text}
	body, ok := blobs[e.Text]
	n.missing = !ok
	// The log gives bodies away, and nobody writes to them any more.
	n.text = unsafe.String(unsafe.SliceData(body), len(body))
	var latest *content
	if v := u.version(int(u.latest)); v != nil {
		latest = v.content
		if latest.textDigest == e.Text && !latest.missing {
			n.text, n.missing = latest.text, false
		}
	}
	var err error
	n.more, err = attach(latest, e, blobs)
	return n, err
}

// contentOf returns a content that has the GUID, nil if there is none.
func (s *State) contentOf(g schema.GUID) *content {
	first, ok := s.firstIdentity(g, 0)
	if !ok {
		return nil
	}
	c, _ := s.contexts.Get(s.contextNames.get(first.context))
	return c.ids.get(uint32(first.id))
}

// firstIdentity returns the first ID that has the GUID in the contexts from the ordinal on.
func (s *State) firstIdentity(g schema.GUID, ordinal uint32) (first identity, ok bool) {
	s.identities.Ascend(identity{g, ordinal, 0}, func(i identity) bool {
		first, ok = i, i.guid == g
		return false
	})
	return first, ok
}

// is reports whether the content is what the event registers. Two contents can have one GUID, for nothing separates the
// parts that it is computed from.
func (n *content) is(e *schemaRegistered) bool {
	more := n.attached()
	return !n.missing && n.typ == e.Type && n.textDigest == e.Text && more.metadataDigest == e.Metadata &&
		more.ruleSetDigest == e.RuleSet && slices.Equal(more.references, e.References)
}

// attach returns the attachments of a registration. Metadata and rule set mostly are those of the latest version.
func attach(latest *content, e *schemaRegistered, blobs map[eventlog.Digest][]byte) (*attachments, error) {
	none := eventlog.Digest{}
	if len(e.References) == 0 && e.Metadata == none && e.RuleSet == none {
		return nil, nil
	}
	more := &attachments{references: e.References, metadataDigest: e.Metadata, ruleSetDigest: e.RuleSet}
	if latest != nil {
		old := latest.attached()
		if old.metadataDigest == e.Metadata {
			more.metadata = old.metadata
		}
		if old.ruleSetDigest == e.RuleSet {
			more.ruleSet = old.ruleSet
		}
	}
	var err error
	if more.metadata == nil {
		if more.metadata, err = parseBlob[schema.Metadata](e.Metadata, blobs); err != nil {
			return nil, fmt.Errorf("metadata: %w", err)
		}
	}
	if more.ruleSet == nil {
		if more.ruleSet, err = parseBlob[schema.RuleSet](e.RuleSet, blobs); err != nil {
			return nil, fmt.Errorf("rule set: %w", err)
		}
	}
	return more, nil
}

// parseBlob reads a blob as JSON. It returns nil if the digest names none, or if the log no longer has it.
func parseBlob[T any](d eventlog.Digest, blobs map[eventlog.Digest][]byte) (*T, error) {
	body, ok := blobs[d]
	if !ok {
		return nil, nil
	}
	t := new(T)
	if err := json.Unmarshal(body, t); err != nil {
		return nil, err
	}
	return t, nil
}

func (s *State) deleteVersions(rec eventlog.Record, e *versionsDeleted) error {
	c := s.context(e.Context)
	u := c.subject(e.Name)
	for _, n := range e.Versions {
		v := u.version(n)
		if v == nil || v.deleted {
			return fmt.Errorf("%s has no active version %d", e.subject(), n)
		}
		gone := *v
		gone.deleted, gone.seq = true, rec.Seq
		u.versions.set(uint32(n), &gone, c.edit)
		h := holder{u.name, v.id, v.number}
		c.active.Delete(h)
		c.deleted.Set(h)
		s.retire(u, v)
	}
	return nil
}

// retire takes an active version out of what is counted as active.
func (s *State) retire(u *subjectState, v *version) {
	s.counts.versions--
	if u.active--; u.active == 0 {
		s.counts.subjects--
	}
	if u.latest == v.number {
		u.latest = u.newestActive()
	}
}

func (u *subjectState) newestActive() int32 {
	if u.active == 0 {
		return 0
	}
	for v := range u.descending() {
		if !v.deleted {
			return v.number
		}
	}
	return 0
}

// version returns the version with a number, nil if there is none.
func (u *subjectState) version(number int) *version {
	if u == nil || !fits(number, 1) {
		return nil
	}
	return u.versions.get(uint32(number))
}

func (s *State) eraseVersions(e *versionsErased) error {
	c := s.context(e.Context)
	u := c.subject(e.Name)
	for _, n := range e.Versions {
		v := u.version(n)
		if v == nil {
			return fmt.Errorf("%s has no version %d", e.subject(), n)
		}
		s.remove(c, u, e.subject(), v)
	}
	if u.total == 0 {
		c.subjects.Delete(e.Name)
	}
	return nil
}

// remove takes a version out of every index.
func (s *State) remove(c *contextState, u *subjectState, of Subject, v *version) {
	u.versions.set(uint32(v.number), nil, c.edit)
	u.total--
	if v.content.special() {
		u.special--
	}
	h := holder{u.name, v.id, v.number}
	c.active.Delete(h)
	c.deleted.Delete(h)
	if !v.deleted {
		s.retire(u, v)
	}
	for _, r := range v.content.attached().references {
		s.referrers.Delete(referrer{targetOf(of.Context, r), of, int32(r.Version), v.number})
	}
	s.clearNames(of, v.number)
	s.dropUses(v.blobs())
	if !c.held(v.id) {
		s.eraseID(c, v.id)
	}
}

// held reports whether any version has the ID.
func (c *contextState) held(id int32) bool {
	_, ok := c.holder(id)
	return ok
}

// eraseID forgets what the ID stood for, except for its GUID: it is never given to another content.
func (s *State) eraseID(c *contextState, id int32) {
	n := c.ids.get(uint32(id))
	s.identities.Delete(identity{n.guid, c.ordinal, id})
	s.counts.textBytes -= int64(len(n.text))
	c.ids.set(uint32(id), &content{guid: n.guid, erased: true}, c.edit)
}

// blobs returns the digests that the version uses, each as often as it uses it.
func (v *version) blobs() []eventlog.Digest {
	more := v.content.attached()
	var source eventlog.Digest
	if v.source != nil {
		source = *v.source
	}
	return named(v.content.textDigest, source, more.metadataDigest, more.ruleSetDigest)
}
