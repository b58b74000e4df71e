package registry

import (
	"math"
	"slices"

	"github.com/tidwall/btree"

	"github.com/treatyhq/treaty/schema"
)

// ByID returns a version that has the ID, an active one if there is any. The hint, the subject that the caller reads,
// says which context counts the ID:
//   - nil: the default one; the version may be any subject's;
//   - a subject of the default context: its own version with the ID, else that of the subject of the same name in
//     another context, else any subject's in the default context;
//   - a subject of another context: its own, no other;
//   - a context: any subject's there.
//
// Where the subject itself has the ID in several versions, it is the newest of them. It is a SchemaNotFound error.
func (s *State) ByID(id int, hint *Subject) (Version, error) {
	if v, subj := s.byID(id, hint); v != nil {
		return v.in(subj), nil
	}
	return Version{}, idNotFound(id)
}

func (s *State) byID(id int, hint *Subject) (*version, Subject) {
	if !fits(id, 0) {
		return nil, Subject{}
	}
	if hint == nil {
		hint = &Subject{Context: DefaultContext}
	}
	c, _ := s.contexts.Get(hint.Context)
	if hint.Name == "" {
		return c.anyWith(id)
	}
	v := c.versionWith(id, hint.Name)
	if v != nil || hint.Context != DefaultContext {
		return v, *hint
	}
	for other := range s.otherContexts() {
		if v := other.versionWith(id, hint.Name); v != nil {
			return v, Subject{other.name, hint.Name}
		}
	}
	return c.anyWith(id)
}

// MaxID returns the highest ID that was ever given in the context of the hint, the default one for nil; 0 if none was.
func (s *State) MaxID(hint *Subject) int {
	context := DefaultContext
	if hint != nil {
		context = hint.Context
	}
	if c, ok := s.contexts.Get(context); ok {
		return max(c.maxID, 0)
	}
	return 0
}

// ByGUID returns a version with that content, of the default context if it has one. It is a SchemaNotFound error.
func (s *State) ByGUID(g schema.GUID) (Version, error) {
	ids := s.IDsOfGUID(g)
	if len(ids) == 0 {
		return Version{}, guidNotFound(g)
	}
	c, _ := s.contexts.Get(ids[0].Context)
	v, subj := c.anyWith(ids[0].ID)
	return v.in(subj), nil
}

// IDsOfGUID returns the IDs that stand for a content, ordered by context and ID, the default context first.
func (s *State) IDsOfGUID(g schema.GUID) []ContextID {
	var ids []ContextID
	s.identities.Ascend(identity{guid: g}, func(i identity) bool {
		if i.guid != g {
			return false
		}
		ids = append(ids, ContextID{s.contextNames.get(i.context), int(i.id)})
		return true
	})
	slices.SortFunc(ids, ContextID.compare)
	return ids
}

// HoldersOfID returns of each subject the newest version that has the ID, ordered by subject. The hint says which context
// counts the ID, as for ByID. Soft-deleted versions count only if deleted says so; the list may be empty. An ID that
// nothing has is a SchemaNotFound error.
func (s *State) HoldersOfID(id int, hint *Subject, deleted bool) ([]Version, error) {
	v, subj := s.byID(id, hint)
	if v == nil {
		return nil, schemaNotFound()
	}
	c, _ := s.contexts.Get(subj.Context)
	holders := holdersIn(c.active, int32(id))
	if deleted {
		holders = append(holders, holdersIn(c.deleted, int32(id))...)
		slices.SortFunc(holders, func(a, b holder) int {
			if a.less(b) {
				return -1
			}
			return 1
		})
	}
	versions := []Version{}
	for i, h := range holders {
		if i+1 == len(holders) || holders[i+1].subject != h.subject {
			versions = append(versions, c.heldBy(h).in(Subject{c.name, h.subject}))
		}
	}
	return versions, nil
}

// anyWith returns a version that has the ID, an active one if there is any, and its subject.
func (c *contextState) anyWith(id int) (*version, Subject) {
	if c == nil {
		return nil, Subject{}
	}
	h, ok := c.holder(int32(id))
	if !ok {
		return nil, Subject{}
	}
	return c.heldBy(h), Subject{c.name, h.subject}
}

// holder returns the first holder of the ID, an active one if there is any.
func (c *contextState) holder(id int32) (first holder, ok bool) {
	for _, index := range []*btree.BTreeG[holder]{c.active, c.deleted} {
		index.Ascend(holder{id: id}, func(h holder) bool {
			first, ok = h, h.id == id
			return false
		})
		if ok {
			return first, true
		}
	}
	return holder{}, false
}

// versionWith returns the newest version of a subject that has the ID, nil if there is none.
func (c *contextState) versionWith(id int, name string) *version {
	if c == nil {
		return nil
	}
	newest := holder{name, int32(id), 0}
	for _, index := range []*btree.BTreeG[holder]{c.active, c.deleted} {
		index.Descend(holder{name, int32(id), math.MaxInt32}, func(h holder) bool {
			if h.id == newest.id && h.subject == name {
				newest.number = max(newest.number, h.number)
			}
			return false
		})
	}
	if newest.number == 0 {
		return nil
	}
	return c.heldBy(newest)
}

func holdersIn(index *btree.BTreeG[holder], id int32) []holder {
	var holders []holder
	index.Ascend(holder{id: id}, func(h holder) bool {
		if h.id != id {
			return false
		}
		holders = append(holders, h)
		return true
	})
	return holders
}

func (c *contextState) heldBy(h holder) *version {
	u, _ := c.subjects.Get(h.subject)
	return u.version(int(h.number))
}
