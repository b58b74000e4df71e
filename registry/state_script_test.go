package registry

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// A tester is a test, or a property's.
type tester interface {
	Helper()
	Fatal(args ...any)
}

// A script makes a state event by event, as a log would, and checks it after each.
type script struct {
	tb    tester
	state *State // published
	blobs map[eventlog.Digest][]byte
	log   []eventlog.Record
}

func newScript(tb tester) *script {
	return &script{tb: tb, state: newState(compat.Backward).publish(), blobs: map[eventlog.Digest][]byte{}}
}

// blob keeps a value as JSON, a string as it is, and returns its digest; none for nil.
func (k *script) blob(value any) eventlog.Digest {
	body := []byte(nil)
	switch v := value.(type) {
	case string:
		body = []byte(v)
	case *schema.Metadata:
		if v == nil {
			return eventlog.Digest{}
		}
	case *schema.RuleSet:
		if v == nil {
			return eventlog.Digest{}
		}
	}
	if body == nil {
		body, _ = json.Marshal(value)
	}
	d := digestOf(string(body))
	k.blobs[d] = body
	return d
}

// do applies an event to a fork of the state and publishes it.
func (k *script) do(ev event) {
	k.tb.Helper()
	if err := k.try(ev); err != nil {
		k.tb.Fatal(err)
	}
}

func (k *script) try(ev event) error {
	e, err := kinds.encode(ev, binaryLevel)
	if err != nil {
		return err
	}
	n := len(k.log) + 1
	e.Actor, e.Time = "ci", time.UnixMilli(1_700_000_000_000+int64(n)).UTC()
	rec := eventlog.Record{Seq: eventlog.Seq(n), Event: e}
	rec.Mark[0] = byte(n)
	decoded, err := kinds.decode(rec)
	if err != nil {
		return err
	}
	next := k.state.fork()
	if err := next.apply(rec, decoded, k.blobs); err != nil {
		return err
	}
	if err := next.check(); err != nil {
		return err
	}
	k.log = append(k.log, rec)
	k.state = next.publish()
	return nil
}

// A registration is what a test says of one; what it leaves out is the next version and, by content, the ID.
type registration struct {
	text       string
	version    int
	id         int
	references []schema.Reference
	metadata   *schema.Metadata
	ruleSet    *schema.RuleSet
}

func (k *script) register(qualified string, r registration) Version {
	k.tb.Helper()
	subj := ParseSubject(qualified)
	guid := schema.Identify(r.text, r.references, r.metadata, r.ruleSet)
	if r.version == 0 {
		r.version = k.state.nextVersion(subj)
	}
	if r.id == 0 {
		known, ok := k.state.idOf(subj.Context, guid)
		if r.id = known; !ok {
			r.id = k.state.nextID(subj.Context)
		}
	}
	k.do(&schemaRegistered{
		scope: scope(subj), Version: r.version, ID: r.id, GUID: guid, Type: schema.Avro, Size: len(r.text),
		Text: k.blob(r.text), Source: k.blob("source of " + r.text), References: r.references,
		Metadata: k.blob(r.metadata), RuleSet: k.blob(r.ruleSet),
	})
	v, err := k.state.Version(subj, r.version, false)
	if err != nil {
		k.tb.Fatal(err)
	}
	return v
}

// texts registers each text as the next version of the subject.
func (k *script) texts(qualified string, texts ...string) {
	k.tb.Helper()
	for _, text := range texts {
		k.register(qualified, registration{text: text})
	}
}

func (k *script) delete(qualified string, versions ...int) {
	k.tb.Helper()
	k.do(&versionsDeleted{scope(ParseSubject(qualified)), versions})
}

func (k *script) erase(qualified string, versions ...int) {
	k.tb.Helper()
	k.do(&versionsErased{scope(ParseSubject(qualified)), versions})
}

func (k *script) setLevel(qualified string, level compat.Level) {
	k.tb.Helper()
	k.do(&configSet{scope: scope(ParseSubject(qualified)), Level: level})
}

// A portrait is everything that a state says, in a form that can be compared.
type portrait struct {
	Position eventlog.Position
	Level    int
	Contexts []string
	Versions []Version
	Sources  []eventlog.Digest
	IDs      map[string]map[uint32]schema.GUID
	Settings []scopeSettings
	Labels   []Label
	Aliases  []Alias
	Types    []EventType
	Uses     []int32
	Subjects int
	Active   int
	Text     int64
}

func portraitOf(s *State) portrait {
	p := portrait{Position: s.position, Level: s.level, Contexts: s.Contexts(""), IDs: map[string]map[uint32]schema.GUID{}}
	for v := range s.SchemaSeq(SchemaFilter{Prefix: ":*:", Deleted: true}) {
		p.Versions = append(p.Versions, v.Version)
		source, _ := s.source(v.Subject, v.Number)
		p.Sources = append(p.Sources, source)
	}
	s.contexts.Scan(func(name string, c *contextState) bool {
		p.IDs[name] = map[uint32]schema.GUID{}
		for id, n := range c.ids.all() {
			p.IDs[name][id] = n.guid
		}
		return true
	})
	s.settings.Scan(func(n *scopeSettings) bool {
		p.Settings = append(p.Settings, *n)
		return true
	})
	s.versionNames.Scan(func(n *versionName) bool {
		if n.system == "" {
			p.Labels = append(p.Labels, n.label())
		} else {
			p.Aliases = append(p.Aliases, n.alias())
		}
		return true
	})
	s.bindings.Scan(func(b *binding) bool {
		p.Types = append(p.Types, b.public())
		return true
	})
	s.uses.Scan(func(_ uint64, n int32) bool {
		p.Uses = append(p.Uses, n)
		return true
	})
	p.Subjects, p.Active, p.Text = s.totals()
	return p
}

// names returns the qualified names of subjects.
func names(subjects []Subject) []string {
	list := make([]string, len(subjects))
	for i, s := range subjects {
		list[i] = s.String()
	}
	return list
}

// numbered prints versions as subject and number.
func numbered(versions []Version) []string {
	list := make([]string, len(versions))
	for i, v := range versions {
		list[i] = fmt.Sprintf("%s/%d", v.Subject, v.Number)
	}
	return list
}

// idOf returns the ID that stands for a content in a context, the lowest if there are several.
func (s *State) idOf(context string, g schema.GUID) (id int, ok bool) {
	c, ok := s.contexts.Get(context)
	if !ok {
		return 0, false
	}
	i, ok := s.firstIdentity(g, c.ordinal)
	return int(i.id), ok && i.context == c.ordinal
}
