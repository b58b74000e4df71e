package registry

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope"
	envevent "github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
)

var samePortrait = cmp.Options{cmp.AllowUnexported(scopeSettings{}), cmpopts.EquateEmpty()}

// A random history: valid events, in any order that a log may hold.
type history struct {
	*script
	*rapid.T
}

func (h *history) subject() Subject {
	return Subject{
		rapid.SampledFrom([]string{".", ".a", ".b"}).Draw(h.T, "context"),
		rapid.SampledFrom([]string{"orders", "payments", ":odd", "z"}).Draw(h.T, "subject"),
	}
}

// version draws a version that is there; false if there is none.
func (h *history) version(deleted bool) (Version, bool) {
	var versions []Version
	for v := range h.state.SchemaSeq(SchemaFilter{Prefix: ":*:", Deleted: true}) {
		if v.Deleted == deleted {
			versions = append(versions, v.Version)
		}
	}
	if len(versions) == 0 {
		return Version{}, false
	}
	return rapid.SampledFrom(versions).Draw(h.T, "version"), true
}

func (h *history) registerAny() {
	subj := h.subject()
	r := registration{text: fmt.Sprintf("text %d", rapid.IntRange(0, 4).Draw(h.T, "text"))}
	if target, ok := h.version(false); ok && rapid.IntRange(0, 2).Draw(h.T, "refers") == 0 {
		r.references = []schema.Reference{{Name: "N", Subject: ":" + target.Subject.Context + ":" + target.Subject.Name, Version: target.Number}}
	}
	if rapid.IntRange(0, 3).Draw(h.T, "annotated") == 0 {
		r.metadata = &schema.Metadata{Properties: map[string]string{"owner": rapid.SampledFrom([]string{"a", "b"}).Draw(h.T, "owner")}}
		r.ruleSet = &schema.RuleSet{DomainRules: []schema.Rule{{Name: "r", Type: "CEL"}}}
	}
	if rapid.IntRange(0, 4).Draw(h.T, "imports") == 0 {
		r.id = h.state.nextID(subj.Context) + rapid.IntRange(0, 1000).Draw(h.T, "gap")
		r.version = h.state.nextVersion(subj) + rapid.IntRange(0, 40).Draw(h.T, "gap")
	}
	h.register(":"+subj.Context+":"+subj.Name, r)
}

func (h *history) step() {
	switch rapid.IntRange(0, 14).Draw(h.T, "step") {
	case 0, 1:
		if v, ok := h.version(false); ok {
			h.do(&versionsDeleted{scope(v.Subject), []int{v.Number}})
		}
	case 2, 3:
		if v, ok := h.version(true); ok {
			h.do(&versionsErased{scope(v.Subject), []int{v.Number}})
		}
	case 4:
		m := &schema.Metadata{Properties: map[string]string{"owner": "a"}}
		policies, _ := compat.ParsePolicies(rapid.SliceOf(rapid.SampledFrom(compat.AllPolicies)).Draw(h.T, "policies"))
		h.do(&configSet{scope: scope(h.subject()), Level: compat.Full, Policies: &policies, DefaultMetadata: h.blob(m)})
	case 5:
		h.do(&configCleared{scope(h.subject())})
	case 6:
		h.do(&modeSet{scope(h.subject()), Import})
	case 7:
		h.do(&modeCleared{scope(h.subject())})
	case 8, 9:
		h.nameAny()
	case 10:
		h.bindAny()
	default:
		h.registerAny()
	}
}

// nameAny sets a label or an alias of a version that is there, or takes one away.
func (h *history) nameAny() {
	if names := h.state.versionNames.Items(); len(names) > 0 && rapid.IntRange(0, 3).Draw(h.T, "clears") == 0 {
		n := rapid.SampledFrom(names).Draw(h.T, "name")
		if n.system == "" {
			h.do(&labelCleared{scope(n.scope), n.text})
		} else {
			h.do(&aliasCleared{n.scope.Context, n.system, n.text})
		}
		return
	}
	v, ok := h.version(rapid.Bool().Draw(h.T, "deleted"))
	if !ok {
		return
	}
	text := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(h.T, "text")
	if rapid.Bool().Draw(h.T, "label") {
		h.do(&labelSet{scope(v.Subject), v.Number, text})
		return
	}
	context := rapid.SampledFrom([]string{".", ".a"}).Draw(h.T, "context")
	system := rapid.SampledFrom([]envelope.System{envelope.ConfluentID, envelope.PubSubID}).Draw(h.T, "system")
	h.do(&aliasSet{context, system, text, v.Subject.spelledIn(context), v.Number})
}

// bindAny sets something for a type of events, or takes it away.
func (h *history) bindAny() {
	context, eventType := rapid.SampledFrom([]string{".", ".a"}).Draw(h.T, "context"), rapid.SampledFrom([]string{"x", "y"}).Draw(h.T, "type")
	if h.state.binding(context, eventType) != nil && rapid.Bool().Draw(h.T, "clears") {
		h.do(&typeCleared{context, eventType})
		return
	}
	h.do(&typeSet{context, eventType, envevent.Settings{Subject: h.subject().spelledIn(context)}})
}

// Indexes agree with versions after every event, a published state never changes, and one state per event comes to the
// same as one state for all events.
func TestHistories(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := &history{newScript(t), t}
		type moment struct {
			state *State
			was   portrait
		}
		var moments []moment
		for range rapid.IntRange(1, 40).Draw(t, "events") {
			h.step()
			moments = append(moments, moment{h.state, portraitOf(h.state)})
		}
		for _, m := range moments {
			if diff := cmp.Diff(m.was, portraitOf(m.state), samePortrait); diff != "" {
				t.Fatalf("state %d changed, -before +after:\n%s", m.was.Position.Seq, diff)
			}
			if err := m.state.check(); err != nil {
				t.Fatalf("state %d: %v", m.was.Position.Seq, err)
			}
		}
		replayed := h.replay(newState(compat.Backward))
		if diff := cmp.Diff(portraitOf(h.state), portraitOf(replayed), samePortrait); diff != "" {
			t.Fatalf("replayed at once, -live +replayed:\n%s", diff)
		}
		if err := replayed.check(); err != nil {
			t.Fatalf("replayed at once: %v", err)
		}
		middle := moments[rapid.IntRange(0, len(moments)-1).Draw(t, "middle")].state
		h.replay(middle.fork()) // a fork of the past takes nothing from the present
		if diff := cmp.Diff(portraitOf(replayed), portraitOf(h.state), samePortrait); diff != "" {
			t.Fatalf("after another fork, -want +got:\n%s", diff)
		}
	})
}

// replay applies what the log holds behind the state, without publishing in between.
func (k *script) replay(s *State) *State {
	for _, rec := range k.log[s.position.Seq:] {
		mustApply(k.tb, s, rec, k.blobs)
	}
	return s.publish()
}

// Readers of published states need no lock while the next state is built. The race detector proves it.
func TestReadersBesideAWriter(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	var current atomic.Pointer[State]
	current.Store(k.state)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				s := current.Load()
				_ = s.check()
				portraitOf(s)
				s.ByID(1, nil)
				s.EffectiveConfig(Subject{".", "a"})
			}
		})
	}
	for i := range 200 {
		name := fmt.Sprintf("subject-%d", i%40)
		k.register(name, registration{text: fmt.Sprintf("text %d", i%70)})
		k.setLevel(name, compat.Full)
		if i%3 == 0 {
			k.delete(name, k.state.nextVersion(Subject{".", name})-1)
		}
		if i%6 == 0 {
			k.erase(name, k.state.nextVersion(Subject{".", name})-1)
		}
		current.Store(k.state)
	}
	close(stop)
	readers.Wait()
}
