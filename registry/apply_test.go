package registry

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	registered := func(version, id int, text string) *schemaRegistered {
		return &schemaRegistered{scope: scope{".", "s"}, Version: version, ID: id, GUID: schema.Identify(text, nil, nil, nil), Type: schema.Avro, Text: digestOf(text)}
	}
	tests := []struct {
		name string
		ev   event
		want string
	}{
		{"a version twice", registered(1, 1, "a"), "s already has version 1"},
		{"version 0", registered(0, 9, "z"), "version 0 with ID 9"},
		{"an ID for other content", registered(3, 1, "z"), "ID 1 is of "},
		{"an erased ID for other content", registered(3, 2, "z"), "ID 2 is of "},
		{"to delete what is not there", &versionsDeleted{scope{".", "s"}, []int{7}}, "s has no active version 7"},
		{"to erase what is not there", &versionsErased{scope{".", "s"}, []int{7}}, "s has no version 7"},
		{"to delete a context with subjects", &contextDeleted{"."}, `context "." is unknown or has subjects`},
		{"to label what is not there", &labelSet{scope{".", "s"}, 7, "x"}, "s has no version 7"},
		{"to take away no label", &labelCleared{scope{".", "s"}, "x"}, `nothing has the name "x" in s`},
		{"to take away no alias", &aliasCleared{".", "glue", "x"}, `nothing has the name "x" in `},
		{"to take away no type", &typeCleared{".", "x"}, `nothing is set for "x" in .`},
		{"a higher level", &levelRaised{binaryLevel + 1}, "higher than this release reads"},
	}
	k := newScript(t)
	k.texts("s", "a", "b")
	k.delete("s", 2)
	k.erase("s", 2)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := k.try(tt.ev); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if err := k.state.fork().apply(eventlog.Record{Seq: 9}, &levelRaised{1}, nil); err == nil {
		t.Error("an event out of its turn was applied")
	}
}

// Rule 9: an erased ID goes to the same content only, and a new content gets a new one.
func TestErasedIDs(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.texts("s", "a", "b")
	k.delete("s", 1, 2)
	k.erase("s", 1, 2)
	if got := k.state.nextID("."); got != 3 {
		t.Errorf("next ID %d, want 3", got)
	}
	if got := k.state.nextVersion(Subject{".", "s"}); got != 1 {
		t.Errorf("next version %d, want 1", got)
	}
	b := schema.Identify("b", nil, nil, nil)
	if id, ok := k.state.idOf(".", b); ok {
		t.Errorf("erased content is found under ID %d", id)
	}
	asEvent := func(g schema.GUID) *schemaRegistered {
		return &schemaRegistered{scope: scope{Context: ".", Name: "s"}, GUID: g}
	}
	if !k.state.mayHave(2, asEvent(b)) || k.state.mayHave(2, asEvent(schema.GUID{})) {
		t.Error("ID 2 goes to another content than the one that it was given to")
	}
	k.register("s", registration{text: "b", id: 2})
	if got := outcomeOf(k.state.ByID(2, nil)); got != "s/1" {
		t.Errorf("brought back: got %s", got)
	}
	k.texts("s", "a")
	if got := outcomeOf(k.state.ByID(3, nil)); got != "s/2" {
		t.Errorf("registered again: got %s", got)
	}
}

// What was erased leaves its event behind and no text: a replay gets by.
func TestReplayWithoutErasedBlobs(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.register("s", registration{text: "gone", metadata: &schema.Metadata{Properties: map[string]string{"a": "b"}}})
	k.texts("s", "kept")
	k.delete("s", 1)
	k.erase("s", 1)
	delete(k.blobs, digestOf("gone"))
	replayed := k.replay(newState(k.state.defaultLevel))
	if err := replayed.check(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(portraitOf(k.state), portraitOf(replayed), samePortrait); diff != "" {
		t.Errorf("-live +replayed:\n%s", diff)
	}
}
