package registry

// A versionDeletion is a DeleteVersion.
type versionDeletion struct {
	subject   Subject
	number    int
	permanent bool
}

func (*versionDeletion) size() int { return 0 }

func (c *versionDeletion) decide(s *State, _ moment) (decision, error) {
	v, err := s.held(c.subject, c.number)
	switch {
	case err != nil:
		return decision{}, err
	case v.deleted && !c.permanent:
		return decision{}, versionSoftDeleted(c.subject, int(v.number))
	case !v.deleted && c.permanent:
		return decision{}, versionNotSoftDeleted(c.subject, int(v.number))
	case s.EffectiveMode(c.subject).readOnly():
		return decision{}, notInMode(c.subject, "is in read-only mode")
	case s.referenced(c.subject, int(v.number), c.permanent, true):
		return decision{}, referenceExists(c.subject, int(v.number))
	}
	d := s.deletion(c.subject, []int{int(v.number)}, c.permanent)
	d.answer = int(v.number)
	return d, nil
}

// deletion returns the decision to delete versions. With a subject's last version its own settings and mode go.
func (s *State) deletion(subj Subject, numbers []int, permanent bool) decision {
	if !permanent {
		return decision{events: []event{&versionsDeleted{scope: scope(subj), Versions: numbers}}}
	}
	var d decision
	d.erase(s, subj, numbers)
	if int(s.subjectOf(subj).total) == len(numbers) {
		d.clear(s, subj)
	}
	return d
}

// clear adds the events that take away what is set on a scope.
func (d *decision) clear(s *State, subj Subject) {
	if s.ownConfig(subj) != nil {
		d.events = append(d.events, &configCleared{scope(subj)})
		d.erases = append(d.erases, s.configBlobs(subj)...)
	}
	if s.ownMode(subj) != "" {
		d.events = append(d.events, &modeCleared{scope(subj)})
	}
}

// A subjectDeletion is a DeleteSubject.
type subjectDeletion struct {
	subject   Subject
	permanent bool
}

func (*subjectDeletion) size() int { return 0 }

func (c *subjectDeletion) decide(s *State, _ moment) (decision, error) {
	u := s.subjectOf(c.subject)
	switch {
	case u == nil:
		return decision{}, subjectNotFound(c.subject)
	case u.active == 0 && !c.permanent:
		return decision{}, subjectSoftDeleted(c.subject)
	case u.active > 0 && c.permanent:
		return decision{}, subjectNotSoftDeleted(c.subject)
	case s.EffectiveMode(c.subject).readOnly():
		return decision{}, notInMode(c.subject, "is in read-only mode")
	}
	var numbers []int
	for v := range u.ascending() {
		if v.deleted && !c.permanent {
			continue
		}
		if s.referenced(c.subject, int(v.number), c.permanent, false) {
			return decision{}, referenceExists(c.subject, int(v.number))
		}
		numbers = append(numbers, int(v.number))
	}
	d := s.deletion(c.subject, numbers, c.permanent)
	d.answer = numbers
	return d, nil
}

// A contextDeletion is a DeleteContext.
type contextDeletion struct{ name string }

func (*contextDeletion) size() int { return 0 }

func (c *contextDeletion) decide(s *State, _ moment) (decision, error) {
	d := decision{answer: struct{}{}}
	there, ok := s.contexts.Get(c.name)
	if ok && there.subjects.Len() > 0 {
		return decision{}, contextNotEmpty(c.name)
	}
	if c.name == DefaultContext {
		return d, nil
	}
	if ok && there.listed {
		d.events = append(d.events, &contextDeleted{c.name})
	}
	d.clear(s, Subject{Context: c.name})
	for b := range s.bindingsIn(c.name) {
		d.events = append(d.events, &typeCleared{b.context, b.eventType})
	}
	for n := range s.namesIn(Subject{Context: c.name}, true) {
		d.events = append(d.events, &aliasCleared{c.name, n.system, n.text})
	}
	return d, nil
}
