package registry

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

// withIDs has ID 1 in three contexts, for different contents, and ID 2 for one content in several subjects.
func withIDs(t *testing.T) *script {
	k := newScript(t)
	k.texts("a", "one", "two")
	k.texts("b", "two")
	k.texts("c", "three")
	k.texts(":.x:a", "x one")
	k.texts(":.x:d", "x one")
	k.texts(":.y:c", "y one", "y two", "y three", "y four")
	k.delete("a", 2)
	return k
}

func TestByID(t *testing.T) {
	t.Parallel()
	k := withIDs(t)
	tests := []struct {
		name string
		id   int
		hint string // "-" for none
		want string
	}{
		{"no hint", 1, "-", "a/1"},
		{"no hint, active before soft-deleted", 2, "-", "b/1"},
		{"the subject's own", 1, "a", "a/1"},
		{"the subject's own, soft-deleted", 2, "a", "a/2"},
		{"the same name in another context", 4, "c", ":.y:c/4"},
		{"its own before another context's", 3, "c", "c/1"},
		{"the same name before another subject here", 1, "c", ":.y:c/1"},
		{"any subject's here", 3, "b", "c/1"},
		{"an unknown subject", 1, "nobody", "a/1"},
		{"another context's subject", 1, ":.x:d", ":.x:d/1"},
		{"another context's subject without it", 1, ":.x:nobody", "40403 Schema 1 not found"},
		{"not in the context", 2, ":.x:a", "40403 Schema 2 not found"},
		{"a context", 1, ":.x:", ":.x:a/1"},
		{"the default context", 3, "", "c/1"},
		{"the default context, spelled out", 3, ":.:", "c/1"},
		{"an unknown context", 1, ":.z:", "40403 Schema 1 not found"},
		{"nobody's", 9, "-", "40403 Schema 9 not found"},
		{"nobody's with a hint", 9, "a", "40403 Schema 9 not found"},
		{"no ID", -1, "-", "40403 Schema -1 not found"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var hint *Subject
			if tt.hint != "-" {
				subj := ParseSubject(tt.hint)
				hint = &subj
			}
			if got := outcomeOf(k.state.ByID(tt.id, hint)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestHoldersOfID(t *testing.T) {
	t.Parallel()
	k := withIDs(t)
	k.register("c", registration{text: "three", id: 3, version: 5}) // as an import may
	k.register("c", registration{text: "three", id: 3, version: 6})
	k.delete("c", 6)
	tests := []struct {
		id      int
		hint    string
		deleted bool
		want    []string
		err     string
	}{
		{id: 2, want: []string{"b/1"}},
		{id: 2, deleted: true, want: []string{"a/2", "b/1"}},
		{id: 3, want: []string{"c/5"}},
		{id: 3, deleted: true, want: []string{"c/6"}},
		{id: 1, hint: ":.x:", want: []string{":.x:a/1", ":.x:d/1"}},
		{id: 1, hint: ":.x:d", want: []string{":.x:a/1", ":.x:d/1"}},
		{id: 1, hint: ":.x:nobody", err: "40403 Schema not found"},
		{id: 9, err: "40403 Schema not found"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%d %s %t", tt.id, tt.hint, tt.deleted), func(t *testing.T) {
			t.Parallel()
			hint := ParseSubject(tt.hint)
			holders, err := k.state.HoldersOfID(tt.id, &hint, tt.deleted)
			var got []string
			if err == nil {
				got = numbered(holders)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || refusalOf(err) != tt.err {
				t.Errorf("error %v, want %s; -want +got:\n%s", err, tt.err, diff)
			}
		})
	}
}

func TestHoldersOfIDAllSoftDeleted(t *testing.T) {
	t.Parallel()
	k := withIDs(t)
	k.delete("b", 1)
	got, err := k.state.HoldersOfID(2, nil, false)
	if diff := cmp.Diff([]Version{}, got); diff != "" || err != nil {
		t.Errorf("error %v; -want +got:\n%s", err, diff)
	}
}

func TestByGUID(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.texts(":.x:a", "first", "shared")
	k.texts("b", "shared")
	k.register("c", registration{text: "shared", id: 70})
	shared := schema.Identify("shared", nil, nil, nil)
	if got := outcomeOf(k.state.ByGUID(shared)); got != "b/1" {
		t.Errorf("ByGUID: got %s, want b/1", got)
	}
	if diff := cmp.Diff([]ContextID{{".", 1}, {".", 70}, {".x", 2}}, k.state.IDsOfGUID(shared)); diff != "" {
		t.Errorf("IDsOfGUID: -want +got:\n%s", diff)
	}
	if got := outcomeOf(k.state.ByGUID(schema.Identify("first", nil, nil, nil))); got != ":.x:a/1" {
		t.Errorf("ByGUID: got %s, want :.x:a/1", got)
	}
	unknown := schema.GUID{1}
	if got, want := outcomeOf(k.state.ByGUID(unknown)), "40403 Schema 01000000-0000-0000-0000-000000000000 not found"; got != want {
		t.Errorf("ByGUID: got %s, want %s", got, want)
	}
	if got := k.state.IDsOfGUID(unknown); len(got) != 0 {
		t.Errorf("IDsOfGUID of an unknown one: %v", got)
	}
}

func TestMaxID(t *testing.T) {
	t.Parallel()
	k := withIDs(t)
	for hint, want := range map[string]int{"": 3, "a": 3, ":.x:a": 1, ":.y:": 4, ":.z:a": 0} {
		subj := ParseSubject(hint)
		if got := k.state.MaxID(&subj); got != want {
			t.Errorf("MaxID(%q) = %d, want %d", hint, got, want)
		}
	}
	if got := k.state.MaxID(nil); got != 3 {
		t.Errorf("MaxID(nil) = %d, want 3", got)
	}
}

// Two contents can have the same GUID; each version keeps its own text and metadata all the same.
func TestContentsWithOneGUID(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	properties := func(name, value string) *schema.Metadata {
		return &schema.Metadata{Properties: map[string]string{name: value}}
	}
	first := k.register("a", registration{text: "t", metadata: properties("ab", "c")})
	second := k.register("b", registration{text: "t", metadata: properties("a", "bc")})
	if first.GUID != second.GUID || first.ID != second.ID {
		t.Fatalf("not the same: %v and %v", first, second)
	}
	if diff := cmp.Diff(properties("a", "bc"), second.Metadata); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
