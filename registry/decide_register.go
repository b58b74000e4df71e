package registry

import (
	"math"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// An admission is a prepared RegisterCommand.
type admission struct {
	*candidate
	basis     basis
	asked     int // the number it must get, 0 or LatestVersion if any
	id        int // UnsetID unless importing
	importing bool
	event     schemaRegistered // without version and ID
	blobs     blobs
}

// command makes the command of a candidate that nothing speaks against, unless its metadata and rules are too large.
func (p *registering) command(c *candidate) (preparation, error) {
	p.basis.targets = c.targets
	if p.from != nil {
		p.basis.targets = append(p.basis.targets, *p.from)
	}
	r := &admission{
		candidate: c, basis: p.basis, asked: p.cmd.Version, id: p.cmd.ID, importing: p.importing(),
		blobs: blobs{key: p.s.key},
		event: schemaRegistered{
			scope: scope(c.subject), GUID: c.identity(), Type: c.typ, Size: len(c.text), References: c.references,
		},
	}
	r.event.Text = r.blobs.putText(c.text)
	if c.source != c.text {
		r.event.Source = r.blobs.putText(c.source)
	}
	texts := r.blobs.size
	r.event.Metadata = putJSON(&r.blobs, c.metadata)
	r.event.RuleSet = putJSON(&r.blobs, c.ruleSet)
	if r.blobs.size-texts > p.cfg.Limits.Text {
		return preparation{}, schemaTooLarge()
	}
	return preparation{command: r}, nil
}

func (r *admission) size() int { return r.blobs.size }

func (r *admission) decide(s *State, at moment) (decision, error) {
	if !r.basis.stands(s, r.subject, r.metadata) {
		return decision{}, errAgain
	}
	if r.importing {
		return r.decideImport(s, at)
	}
	if r.asked == 0 {
		if v := s.exactly(r.candidate, false); v != nil {
			return decision{answer: Registered{Version: v.in(r.subject), Existing: true}}, nil
		}
	}
	next := s.nextVersion(r.subject)
	if r.asked > 0 && r.asked != next {
		return decision{}, notNext()
	}
	id, known := s.idOfContent(&r.event)
	if !known {
		id = s.nextID(r.subject.Context)
	}
	return r.register(s, at, next, id)
}

// decideImport gives the version the ID that was asked for, unless the ID has or had another content, and the number, unless
// an active version has it, or one that others refer to and that is another schema.
func (r *admission) decideImport(s *State, at moment) (decision, error) {
	if !s.mayHave(r.id, &r.event) {
		return decision{}, r.overwrites()
	}
	number := r.asked
	if number <= 0 {
		number = s.nextVersion(r.subject)
	}
	there := s.subjectOf(r.subject).version(number)
	switch {
	case there == nil:
	case !there.deleted:
		return decision{}, r.overwrites()
	case !r.is(there.content) && s.referenced(r.subject, number, true, true):
		return decision{}, referenceExists(r.subject, number)
	}
	return r.register(s, at, number, r.id)
}

func (r *admission) overwrites() error {
	return refuse(OperationNotPermitted, "Overwrite new schema with id %d in context %s is not permitted.", r.id, r.subject.Context)
}

// register makes the version. Soft-deleted versions of the subject with the same ID go for good, unless something refers
// to them, and so does one with the same number.
func (r *admission) register(s *State, at moment, number, id int) (decision, error) {
	if !fits(number, 1) || !fits(id, 0) {
		return decision{}, refuse(OperationNotPermitted, "Version %d or ID %d is out of range: the highest is %d", number, id, math.MaxInt32)
	}
	ev := r.event
	ev.Version, ev.ID = number, id
	d := decision{puts: r.blobs.puts}
	replaced := s.tombstones(r.subject, number, id)
	if s.subjectOf(r.subject).version(number) != nil {
		d.erase(s, r.subject, []int{number})
	}
	d.events = append(d.events, &ev)
	if len(replaced) > 0 {
		d.erase(s, r.subject, replaced)
	}
	d.answer = Registered{Version: Version{
		Subject: r.subject, Number: number, ID: id, GUID: r.identity(), Type: r.typ, Text: r.text, References: r.references,
		Metadata: r.metadata, RuleSet: r.ruleSet, Time: at.now, Actor: at.actor, Seq: s.position.Seq + eventlog.Seq(len(d.events)),
	}}
	return d, nil
}

// erase adds the event that removes versions for good, and the blobs that they may have been the last to use.
func (d *decision) erase(s *State, subj Subject, numbers []int) {
	d.events = append(d.events, &versionsErased{scope: scope(subj), Versions: numbers})
	d.erases = append(d.erases, s.blobsOf(subj, numbers...)...)
}

// tombstones returns the soft-deleted versions of a subject that a new one with their ID replaces, but for the one that
// has its number.
func (s *State) tombstones(subj Subject, number, id int) []int {
	c, ok := s.contexts.Get(subj.Context)
	if !ok {
		return nil
	}
	var old []int
	c.deleted.Ascend(holder{subj.Name, int32(id), 0}, func(h holder) bool {
		if h.id != int32(id) || h.subject != subj.Name {
			return false
		}
		if n := int(h.number); n != number && !s.referenced(subj, n, true, true) {
			old = append(old, n)
		}
		return true
	})
	return old
}

// idOfContent returns the ID that stands for the very content of an event in its context. Something else may have the same
// GUID: it is no keyed hash, and two texts can be made that share one.
func (s *State) idOfContent(e *schemaRegistered) (id int, ok bool) {
	c, known := s.contexts.Get(e.Context)
	if !known {
		return 0, false
	}
	s.identities.Ascend(identity{e.GUID, c.ordinal, 0}, func(i identity) bool {
		if i.guid != e.GUID || i.context != c.ordinal {
			return false
		}
		id, ok = int(i.id), c.ids.get(uint32(i.id)).is(e)
		return !ok
	})
	return id, ok
}
