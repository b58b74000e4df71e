package registry

import (
	"fmt"
	"maps"
	"slices"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// A ledger is what a state's indexes must say, computed from its versions and settings alone.
type ledger struct {
	counts     counts
	uses       map[uint64]int32
	identities map[identity]bool
	referrers  map[referrer]bool
	versions   map[Subject]map[int32]bool
}

// check returns an error if anything in the state contradicts the versions and settings that it holds.
func (s *State) check() error {
	l := ledger{uses: map[uint64]int32{}, identities: map[identity]bool{}, referrers: map[referrer]bool{}, versions: map[Subject]map[int32]bool{}}
	var err error
	s.contexts.Scan(func(name string, c *contextState) bool {
		if c.name != name || s.contextNames.get(c.ordinal) != name {
			err = fmt.Errorf("context %q is %q, number %d is %q", name, c.name, c.ordinal, s.contextNames.get(c.ordinal))
			return false
		}
		err = l.context(c)
		return err == nil
	})
	if err != nil {
		return err
	}
	s.settings.Scan(func(n *scopeSettings) bool {
		if n.config == nil && (n.mode == "" || len(n.blobs) > 0) {
			err = fmt.Errorf("settings of %s: nothing set, blobs %v", n.subject, n.blobs)
		}
		l.use(n.blobs)
		return err == nil
	})
	if err != nil {
		return err
	}
	return l.compare(s)
}

func (l *ledger) use(digests []eventlog.Digest) {
	for _, d := range digests {
		l.uses[use(d)]++
	}
}

// context checks what a context holds and enters it.
func (l *ledger) context(c *contextState) error {
	active, deleted := map[holder]bool{}, map[holder]bool{}
	live := map[int32]schema.GUID{}
	var err error
	c.subjects.Scan(func(name string, u *subjectState) bool {
		if u.name != name {
			err = fmt.Errorf("subject %q calls itself %q", name, u.name)
			return false
		}
		for v := range u.ascending() {
			h := holder{name, v.id, v.number}
			if v.deleted {
				deleted[h] = true
			} else {
				active[h] = true
			}
			live[v.id] = v.content.guid
			l.version(c, u, v)
		}
		err = l.subject(c, u)
		return err == nil
	})
	if err != nil {
		return err
	}
	if got := holderSet(c.active.Items()); !maps.Equal(got, active) {
		return fmt.Errorf("%s: active holders %v, want %v", c.name, got, active)
	}
	if got := holderSet(c.deleted.Items()); !maps.Equal(got, deleted) {
		return fmt.Errorf("%s: deleted holders %v, want %v", c.name, got, deleted)
	}
	return l.ids(c, live)
}

func holderSet(holders []holder) map[holder]bool {
	set := map[holder]bool{}
	for _, h := range holders {
		set[h] = true
	}
	return set
}

func (l *ledger) version(c *contextState, u *subjectState, v *version) {
	l.use(v.blobs())
	of := Subject{c.name, u.name}
	if l.versions[of] == nil {
		l.versions[of] = map[int32]bool{}
	}
	l.versions[of][v.number] = true
	for _, r := range v.content.attached().references {
		l.referrers[referrer{targetOf(c.name, r), of, int32(r.Version), v.number}] = true
	}
}

// subject checks a subject's own counts.
func (l *ledger) subject(c *contextState, u *subjectState) error {
	var total, active, latest, special int32
	for v := range u.ascending() {
		if u.versions.get(uint32(v.number)) != v {
			return fmt.Errorf("%s: version %d stands elsewhere", u.name, v.number)
		}
		total++
		if v.content.special() {
			special++
		}
		if !v.deleted {
			active++
			latest = v.number
		}
	}
	if total == 0 || !c.listed || u.total != total || u.active != active || u.latest != latest || u.special != special {
		return fmt.Errorf("%s in %s: listed %t; total, active, latest, special %d %d %d %d, want %d %d %d %d",
			u.name, c.name, c.listed, u.total, u.active, u.latest, u.special, total, active, latest, special)
	}
	if l.counts.versions += int(active); active > 0 {
		l.counts.subjects++
	}
	return nil
}

// ids checks that the live IDs of a context are those that its versions have.
func (l *ledger) ids(c *contextState, live map[int32]schema.GUID) error {
	seen := 0
	for id, n := range c.ids.all() {
		if int(id) > c.maxID {
			return fmt.Errorf("%s: ID %d is above %d", c.name, id, c.maxID)
		}
		guid, held := live[int32(id)]
		if held == n.erased || held && guid != n.guid {
			return fmt.Errorf("%s: ID %d is of %s (erased %t), its versions are of %s", c.name, id, n.guid, n.erased, guid)
		}
		if held {
			seen++
			l.identities[identity{n.guid, c.ordinal, int32(id)}] = true
			l.counts.textBytes += int64(len(n.text))
		}
	}
	if seen != len(live) {
		return fmt.Errorf("%s: %d of %d IDs are known", c.name, seen, len(live))
	}
	return nil
}

// compare checks the indexes that span contexts.
func (l *ledger) compare(s *State) error {
	if s.counts != l.counts {
		return fmt.Errorf("counts %+v, want %+v", s.counts, l.counts)
	}
	uses := map[uint64]int32{}
	s.uses.Scan(func(d uint64, n int32) bool { uses[d] = n; return true })
	if !maps.Equal(uses, l.uses) {
		return fmt.Errorf("uses of blobs %v, want %v", uses, l.uses)
	}
	identities := s.identities.Items()
	if len(identities) != len(l.identities) || slices.ContainsFunc(identities, func(i identity) bool { return !l.identities[i] }) {
		return fmt.Errorf("identities %v, want %v", identities, l.identities)
	}
	referrers := s.referrers.Items()
	if len(referrers) != len(l.referrers) || slices.ContainsFunc(referrers, func(r referrer) bool { return !l.referrers[r] }) {
		return fmt.Errorf("referrers %v, want %v", referrers, l.referrers)
	}
	return l.names(s)
}

// names checks that every name is of a version that is there, and that both orders hold the same.
func (l *ledger) names(s *State) error {
	names := s.versionNames.Items()
	if len(names) != s.namesOf.Len() {
		return fmt.Errorf("%d names, by version %d", len(names), s.namesOf.Len())
	}
	for _, n := range names {
		if same, _ := s.namesOf.Get(n); same != n || !l.versions[n.target][n.number] || n.system == "" && n.scope != n.target {
			return fmt.Errorf("name %+v, by version %+v", *n, same)
		}
	}
	return nil
}
