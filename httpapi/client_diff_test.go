package httpapi

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/httpapi/client"
)

// TestOurClientDiffs asks for what has changed between two versions. A new default of null is no missing one.
func TestOurClientDiffs(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`{"type":"record","name":"A","fields":[{"name":"n","type":["null","int"]}]}`,
		`{"type":"record","name":"A","fields":[{"name":"n","type":["null","int"],"default":null}]}`,
	} {
		if _, err := c.Register(t.Context(), "orders", client.Schema{Text: text}, client.RegisterOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.Diff(t.Context(), "orders", 1, client.Latest, false)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Compatible["FULL_TRANSITIVE"] || got.Old.Version != 1 || got.New.Version != 2 || len(got.Changes) != 1 {
		t.Fatalf("diff: %+v", got)
	}
	if diff := cmp.Diff("null", string(got.Changes[0].New)); diff != "" || got.Changes[0].Old != nil {
		t.Errorf("the default was %q, and is (-want +got):\n%s", got.Changes[0].Old, diff)
	}
	if _, err := c.Diff(t.Context(), "orders", 1, 9, false); !client.IsNotFound(err) {
		t.Errorf("a version that is not there: %v, want not found", err)
	}
}
