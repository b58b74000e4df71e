package registry

import (
	"errors"
	"fmt"
	"math"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// apply folds the next record of the log, decoded as ev, into a forked state. It decides nothing and depends on nothing but its
// arguments. blobs holds what the event [needs], as far as the log still has it; the bodies become part of the state and
// must not be changed. An event that contradicts the state is an error, after which the state is of no use.
func (s *State) apply(rec eventlog.Record, ev event, blobs map[eventlog.Digest][]byte) error {
	if s.edit == 0 {
		panic("registry: apply to a published state")
	}
	if rec.Seq != s.position.Seq+1 {
		return fmt.Errorf("apply event %d after %d", rec.Seq, s.position.Seq)
	}
	if err := s.fold(rec, ev, blobs); err != nil {
		return fmt.Errorf("apply event %d, %s: %w", rec.Seq, rec.Kind, err)
	}
	s.position = rec.Position()
	return nil
}

func (s *State) fold(rec eventlog.Record, ev event, blobs map[eventlog.Digest][]byte) error {
	switch e := ev.(type) {
	case *logCreated:
		s.key = e.Key
		return s.raise(e.Level)
	case *levelRaised:
		return s.raise(e.Level)
	case *schemaRegistered:
		return s.register(rec, e, blobs)
	case *versionsDeleted:
		return s.deleteVersions(rec, e)
	case *versionsErased:
		return s.eraseVersions(e)
	case *configSet:
		return s.setConfig(rec, e, blobs)
	case *configCleared:
		return s.changeSettings(rec, e.scope, func(n *scopeSettings) { n.config = nil })
	case *modeSet:
		return s.changeSettings(rec, e.scope, func(n *scopeSettings) { n.mode = e.Mode })
	case *modeCleared:
		return s.changeSettings(rec, e.scope, func(n *scopeSettings) { n.mode = "" })
	case *contextDeleted:
		return s.deleteContext(e)
	}
	return s.foldNamed(ev)
}

// foldNamed is fold of what messages call versions and subjects.
func (s *State) foldNamed(ev event) error {
	switch e := ev.(type) {
	case *labelSet:
		return s.setName(versionName{scope: e.subject(), text: e.Label, target: e.subject(), number: int32(e.Version)})
	case *labelCleared:
		return s.clearName(&versionName{scope: e.subject(), text: e.Label})
	case *aliasSet:
		return s.setName(versionName{
			scope: Subject{Context: e.Context}, system: e.System, text: e.ExternalID,
			target: SubjectIn(e.Context, e.Subject), number: int32(e.Version),
		})
	case *aliasCleared:
		return s.clearName(&versionName{scope: Subject{Context: e.Context}, system: e.System, text: e.ExternalID})
	case *typeSet:
		s.bindings.Set(&binding{context: e.Context, eventType: e.Type, settings: e.Settings})
		return nil
	case *typeCleared:
		return s.clearBinding(e)
	}
	return fmt.Errorf("no rule for %T", ev)
}

var errLevel = errors.New("the log's level is higher than this release reads")

func (s *State) raise(level int) error {
	if level > binaryLevel {
		return fmt.Errorf("level %d: %w", level, errLevel)
	}
	s.level = level
	return nil
}

func (s *State) deleteContext(e *contextDeleted) error {
	c, ok := s.contexts.Get(e.Context)
	if !ok || c.subjects.Len() > 0 {
		return fmt.Errorf("context %q is unknown or has subjects", e.Context)
	}
	s.context(e.Context).listed = false
	return nil
}

// addUses counts blobs that something has begun to use, and dropUses those that it uses no more.
func (s *State) addUses(digests []eventlog.Digest) {
	for _, d := range digests {
		n, _ := s.uses.Get(use(d))
		s.uses.Set(use(d), n+1)
	}
}

func (s *State) dropUses(digests []eventlog.Digest) {
	for _, d := range digests {
		if n, _ := s.uses.Get(use(d)); n > 1 {
			s.uses.Set(use(d), n-1)
		} else {
			s.uses.Delete(use(d))
		}
	}
}

// fits reports whether a version number or an ID is one.
func fits(n, least int) bool { return n >= least && n <= math.MaxInt32 }
