package registry

import (
	"context"
	"slices"
)

// SetMode gives a subject, a context or the GlobalContext a mode of its own, or takes it away for nil. IMPORT wants a scope
// without active versions, unless force says otherwise, and removes the soft-deleted ones for good. The refusals are
// InvalidSubject, InvalidMode, OperationNotPermitted, ReferenceExists and StoreUnavailable.
func (r *Registry) SetMode(ctx context.Context, subj Subject, mode *Mode, force bool) error {
	if err := validScope(subj); err != nil {
		return err
	}
	if r.cfg.FixedModes {
		return errFixedModes
	}
	if mode == nil {
		_, err := carryTo[Mode](ctx, r, &modeRemoval{subj, true, false})
		return err
	}
	if *mode == Forward && subj != (Subject{Context: GlobalContext}) {
		return refuse(InvalidMode, "Forward mode only supported on global level")
	}
	_, err := carryTo[Mode](ctx, r, &modeChange{subj, *mode, force})
	return err
}

// ClearMode takes a scope's own mode away and returns what it was. With recursive the modes of a context's subjects go,
// too, and it is no error if the scope had none; else it is SubjectNotFound, but for the default context and the
// GlobalContext.
func (r *Registry) ClearMode(ctx context.Context, subj Subject, recursive bool) (Mode, error) {
	if r.cfg.FixedModes {
		return "", errFixedModes
	}
	return carryTo[Mode](ctx, r, &modeRemoval{subj, recursive, recursive && subj.Name == ""})
}

var errFixedModes = refuse(OperationNotPermitted, "Mode changes are not allowed")

// A modeChange is a SetMode.
type modeChange struct {
	subject Subject
	mode    Mode
	force   bool
}

func (*modeChange) size() int { return 0 }

func (c *modeChange) decide(s *State, _ moment) (decision, error) {
	d := decision{answer: c.mode}
	if s.ownMode(c.subject) == c.mode {
		return d, nil
	}
	if c.mode == Import && s.EffectiveMode(c.subject) != Import {
		if err := d.makeRoom(s, c.subject, c.force); err != nil {
			return decision{}, err
		}
	}
	d.events = append(d.events, &modeSet{scope(c.subject), c.mode})
	return d, nil
}

// makeRoom adds the events that leave nothing soft-deleted in a scope. What goes with them may refer to them.
func (d *decision) makeRoom(s *State, scope Subject, force bool) error {
	for subj, u := range s.subjectsIn(scope) {
		if u.active > 0 && !force {
			return refuse(OperationNotPermitted, "Cannot import since found existing subjects")
		}
		var gone []int
		for v := range u.ascending() {
			if !v.deleted {
				continue
			}
			for by := range s.referrersOf(subj, int(v.number)) {
				if !by.Deleted || !scope.covers(by.Subject) {
					return referenceExists(subj, int(v.number))
				}
			}
			gone = append(gone, int(v.number))
		}
		if len(gone) > 0 {
			d.erase(s, subj, gone)
		}
	}
	return nil
}

// covers reports whether a subject is in the scope that s names: s itself, a context, or all of them.
func (s Subject) covers(subj Subject) bool {
	if s.Name != "" {
		return s == subj
	}
	return s.Context == subj.Context || s.Context == GlobalContext
}

// subjectsIn yields the subjects that a scope covers: itself, those of a context, or all.
func (s *State) subjectsIn(scope Subject) func(yield func(Subject, *subjectState) bool) {
	return func(yield func(Subject, *subjectState) bool) {
		if scope.Name != "" {
			if u := s.subjectOf(scope); u != nil {
				yield(scope, u)
			}
			return
		}
		more := true
		s.contexts.Scan(func(name string, c *contextState) bool {
			if scope.covers(Subject{Context: name}) {
				c.subjects.Scan(func(subject string, u *subjectState) bool {
					more = yield(Subject{name, subject}, u)
					return more
				})
			}
			return more
		})
	}
}

// A modeRemoval takes modes away.
type modeRemoval struct {
	subject   Subject
	lenient   bool // it is no error if there is none
	recursive bool
}

func (*modeRemoval) size() int { return 0 }

func (c *modeRemoval) decide(s *State, _ moment) (decision, error) {
	scopes := []Subject{c.subject}
	if c.recursive {
		scopes = slices.Collect(s.scopesIn(c.subject.Context))
	}
	old, err := s.Mode(c.subject)
	if err != nil && !c.lenient {
		return decision{}, subjectNotFound(c.subject)
	}
	d := decision{answer: old}
	for _, subj := range scopes {
		if s.ownMode(subj) != "" {
			d.events = append(d.events, &modeCleared{scope(subj)})
		}
	}
	return d, nil
}
