package registry

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"github.com/tidwall/btree"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// A State is one moment of the registry: what the events up to a position fold into. Once published it is immutable and
// safe for concurrent use.
//
// States share nearly everything with the states before them. All maps are B-trees that are copied node by node on the
// way to a change, IDs and version numbers index vectors that are copied in the same way, so a change costs O(log n)
// however many subjects there are and however many versions one of them has.
type State struct {
	edit         uint64      // of whoever builds the state; 0 once it is published
	forking      *sync.Mutex // copying a tree writes to the original, which readers do not look at but other forks do
	position     eventlog.Position
	level        int    // of the log
	key          []byte // of the hash that names blobs
	defaultLevel compat.Level
	stale        time.Duration

	contexts     *btree.Map[string, *contextState]
	contextNames vector[string]                // by ordinal
	identities   *btree.BTreeG[identity]       // who has a GUID
	referrers    *btree.BTreeG[referrer]       // who refers to a version
	settings     *btree.BTreeG[*scopeSettings] // of subjects and contexts, existing or not
	settingsSeq  eventlog.Seq                  // of the last event that changed any of them
	versionNames *btree.BTreeG[*versionName]   // labels and aliases, as they are looked up
	namesOf      *btree.BTreeG[*versionName]   // the same, by the version that they stand for
	bindings     *btree.BTreeG[*binding]       // what is set for types of events
	uses         *btree.Map[uint64, int32]     // how often a blob is used, by the first 8 bytes of its digest
	counts       counts
}

// counts sums up what Status tells.
type counts struct {
	subjects  int   // that have an active version
	versions  int   // active
	textBytes int64 // of the canonical texts of all IDs
}

// A contextState is what one context holds. It stays when the context is deleted, for its IDs are not given again.
type contextState struct {
	edit     uint64
	name     string
	ordinal  uint32
	listed   bool // false once it was deleted, until it is registered into again
	maxID    int  // the highest ID that was ever given; -1 before the first
	subjects *btree.Map[string, *subjectState]
	ids      vector[*content]      // what an ID stands for; an erased one keeps its GUID
	active   *btree.BTreeG[holder] // the active versions by ID
	deleted  *btree.BTreeG[holder] // the soft-deleted versions by ID
}

// A subjectState is a subject that has versions.
type subjectState struct {
	edit     uint64
	name     string
	versions vector[*version] // by number
	total    int32
	active   int32
	latest   int32 // the newest active version, 0 if there is none
	special  int32 // versions that a look-up may find although their GUID is another: see content.special
}

// A version is what a subject has under one number.
type version struct {
	content *content
	source  *eventlog.Digest // nil if the canonical text is what was submitted
	actor   unique.Handle[string]
	time    int64 // Unix milliseconds
	seq     eventlog.Seq
	number  int32
	id      int32
	deleted bool
}

// A content is what a GUID is computed from. All versions with the same content share one, in all contexts.
type content struct {
	guid       schema.GUID
	typ        schema.Type
	textDigest eventlog.Digest
	text       string
	more       *attachments // nil if there are none
	erased     bool         // the ID was given once, and no version is left that has it
	missing    bool         // the log had no text any more: the version is erased further on

	// Of the text, once they were asked for; only where nothing is referred to.
	key   atomic.Pointer[contentKey]
	rabin atomic.Pointer[uint64]
}

// attachments are the parts of a content that most schemas do not have.
type attachments struct {
	references     []schema.Reference
	metadata       *schema.Metadata
	ruleSet        *schema.RuleSet
	metadataDigest eventlog.Digest
	ruleSetDigest  eventlog.Digest
}

// noAttachments stands in for nil; it is never changed.
var noAttachments attachments

// attached returns what belongs to the content beside its text.
func (n *content) attached() *attachments {
	if n.more == nil {
		return &noAttachments
	}
	return n.more
}

// An identity is an ID under which a context has a content, while a version is left that has it.
type identity struct {
	guid    schema.GUID
	context uint32 // its ordinal
	id      int32
}

// A holder is a version that has an ID.
type holder struct {
	subject    string
	id, number int32
}

// A referrer is a reference from one version to another.
type referrer struct {
	target Subject
	by     Subject
	number int32 // of the target
	from   int32 // the version that refers
}

// scopeSettings are the settings and the mode of a subject or context. It is never changed, but replaced.
type scopeSettings struct {
	subject Subject
	config  *SubjectConfig // nil if there is none
	blobs   []eventlog.Digest
	mode    Mode // "" if there is none
	seq     eventlog.Seq
}

func (a identity) less(b identity) bool {
	if c := bytes.Compare(a.guid[:], b.guid[:]); c != 0 {
		return c < 0
	}
	if a.context != b.context {
		return a.context < b.context
	}
	return a.id < b.id
}

func (a holder) less(b holder) bool {
	if a.id != b.id {
		return a.id < b.id
	}
	if c := strings.Compare(a.subject, b.subject); c != 0 {
		return c < 0
	}
	return a.number < b.number
}

func (a referrer) less(b referrer) bool {
	return cmp.Or(a.target.compare(b.target), cmp.Compare(a.number, b.number), a.by.compare(b.by),
		cmp.Compare(a.from, b.from)) < 0
}

func (a *scopeSettings) less(b *scopeSettings) bool { return a.subject.compare(b.subject) < 0 }

// compare orders subjects by context, then by name.
func (s Subject) compare(t Subject) int {
	return cmp.Or(strings.Compare(s.Context, t.Context), strings.Compare(s.Name, t.Name))
}

// use is the key of a blob in State.uses. Digests are keyed hashes, so nobody can make two that begin alike; were it to
// happen by chance, once in 2^64 pairs, a blob would be kept too long.
func use(d eventlog.Digest) uint64 { return binary.BigEndian.Uint64(d[:8]) }

// edits counts the edits of the process; see State.fork.
var edits atomic.Uint64

func newTree[T any](less func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
}

// newState returns the state before the first event, to be built upon. defaultLevel holds where no level is set.
func newState(defaultLevel compat.Level) *State {
	return &State{
		edit:         edits.Add(1),
		forking:      new(sync.Mutex),
		defaultLevel: defaultLevel,
		contexts:     btree.NewMap[string, *contextState](0),
		identities:   newTree(identity.less),
		referrers:    newTree(referrer.less),
		settings:     newTree((*scopeSettings).less),
		versionNames: newTree((*versionName).byName),
		namesOf:      newTree((*versionName).byVersion),
		bindings:     newTree((*binding).less),
		uses:         btree.NewMap[uint64, int32](0),
	}
}

// fork returns a state that may be built upon with apply, and that leaves s as it is. It costs the same however much s
// holds. Neither state may be used while s itself is still being built upon; one goroutine at a time builds on the fork.
//
// What the fork makes, it marks with its edit, and changes in place from then on; so a replay of a long log copies
// nothing twice. What it finds it copies first.
func (s *State) fork() *State {
	s.forking.Lock()
	defer s.forking.Unlock()
	f := *s
	f.edit = edits.Add(1)
	f.contexts = s.contexts.Copy()
	f.identities = s.identities.Copy()
	f.referrers = s.referrers.Copy()
	f.settings = s.settings.Copy()
	f.versionNames = s.versionNames.Copy()
	f.namesOf = s.namesOf.Copy()
	f.bindings = s.bindings.Copy()
	f.uses = s.uses.Copy()
	return &f
}

// publish ends the building: from here on the state is immutable and may be shared.
func (s *State) publish() *State {
	s.edit = 0
	return s
}

// context returns the context to be changed, which comes to be if it is new.
func (s *State) context(name string) *contextState {
	c, ok := s.contexts.Get(name)
	switch {
	case !ok:
		c = &contextState{
			edit: s.edit, name: name, ordinal: uint32(s.contexts.Len()), maxID: -1,
			subjects: btree.NewMap[string, *subjectState](0), active: newTree(holder.less), deleted: newTree(holder.less),
		}
		s.contextNames.set(c.ordinal, name, s.edit)
	case c.edit == s.edit:
		return c
	default:
		c = s.copyContext(c)
	}
	s.contexts.Set(name, c)
	return c
}

func (s *State) copyContext(c *contextState) *contextState {
	s.forking.Lock()
	defer s.forking.Unlock()
	n := *c
	n.edit = s.edit
	n.subjects = c.subjects.Copy()
	n.active = c.active.Copy()
	n.deleted = c.deleted.Copy()
	return &n
}

// subject returns the subject to be changed, which comes to be if it is new.
func (c *contextState) subject(name string) *subjectState {
	u, ok := c.subjects.Get(name)
	switch {
	case !ok:
		u = &subjectState{edit: c.edit, name: name}
	case u.edit == c.edit:
		return u
	default:
		n := *u
		n.edit = c.edit
		u = &n
	}
	c.subjects.Set(u.name, u)
	return u
}
