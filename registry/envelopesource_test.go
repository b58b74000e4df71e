package registry

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	envevent "github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
)

// ask returns what a source says to a name: "subject/number", or what is missing.
func ask(t testing.TB, s envelope.Source, n envelope.Name) string {
	t.Helper()
	v, err := s.Version(t.Context(), n)
	var unknown *envelope.Unknown
	switch {
	case errors.As(err, &unknown):
		return [...]string{"no schema", "no subject", "no version"}[unknown.Missing]
	case err != nil:
		return err.Error()
	case v.Schema == nil:
		return "no parsed form"
	}
	return fmt.Sprintf("%s/%d", v.Subject, v.Number)
}

func TestSourceVersion(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	a, b := record("R", "a"), record("R", "a", "b")
	v := c.register("s", a)
	c.register("s", b)
	c.register("s", record("R", "a", "c"))
	c.register("t", a)
	c.register("gone", record("G", "g"))
	x := c.register(":.x:s", strict("X", "x", "int"))
	c.label("s", 1, "1.0")
	c.label("s", 2, "next")
	c.delete("s", 2, false)
	c.delete("gone", 1, false)
	c.config("other", ConfigUpdate{Alias: patch("s")})
	c.alias(".", envelope.GlueID, "89791762-2336-4186-9674-299b90a802e2", "s", 1)
	c.alias(".x", envelope.ConfluentID, "7", "s", 1)
	c.alias(".x", envelope.ConfluentID, "8", ":.x:s", 1)

	byVersion := func(subject, text string) envelope.Name { return envelope.Name{Subject: subject, Text: text} }
	byID := func(context, subject string, id int) envelope.Name {
		return envelope.Name{Kind: envelope.ByID, Context: context, Subject: subject, ID: id}
	}
	byGUID := func(context, subject string, g schema.GUID) envelope.Name {
		return envelope.Name{Kind: envelope.ByGUID, Context: context, Subject: subject, GUID: g}
	}
	byRabin := func(context, subject, text string) envelope.Name {
		return envelope.Name{Kind: envelope.ByFingerprint, Context: context, Subject: subject, Rabin: rabinOf(t, text)}
	}
	byAlias := func(context, subject string, s envelope.System, id string) envelope.Name {
		return envelope.Name{Kind: envelope.ByAlias, Context: context, Subject: subject, System: s, Text: id}
	}
	tests := []struct {
		name string
		of   envelope.Name
		want string
	}{
		{"number", byVersion("s", "1"), "s/1"},
		{"soft-deleted number", byVersion("s", "2"), "s/2"},
		{"latest", byVersion("s", "latest"), "s/3"},
		{"label", byVersion("s", "1.0"), "s/1"},
		{"label of a soft-deleted version", byVersion("s", "next"), "s/2"},
		{"another spelling of a number", byVersion("s", "01"), "no version"},
		{"-1", byVersion("s", "-1"), "no version"},
		{"label that is another subject's", byVersion("t", "1.0"), "no version"},
		{"number that is not there", byVersion("s", "9"), "no version"},
		{"subject that is not there", byVersion("u", "1"), "no subject"},
		{"latest of what is soft-deleted", byVersion("gone", "latest"), "no subject"},
		{"number of what is soft-deleted", byVersion("gone", "1"), "gone/1"},
		{"alias of a subject", byVersion("other", "1.0"), "s/1"},
		{"qualified subject", byVersion(":.x:s", "latest"), ":.x:s/1"},
		{"in a context", envelope.Name{Context: ".x", Subject: "s", Text: "1"}, ":.x:s/1"},
		{"in a context that does not have it", envelope.Name{Context: ".x", Subject: "t", Text: "1"}, "no subject"},

		{"ID", byID("", "", v.ID), "s/1"},
		{"ID of a subject", byID("", "t", v.ID), "t/1"},
		{"ID of a subject that has it not", byID("", "gone", v.ID), "no schema"},
		{"ID of a subject that is not there", byID("", "u", v.ID), "no schema"},
		{"ID in a context", byID(".x", "", x.ID), ":.x:s/1"},
		{"ID in a context, with a qualified subject", byID("", ":.x:s", x.ID), ":.x:s/1"},
		{"ID that is not there", byID("", "", 99), "no schema"},
		{"ID that the context does not have", byID(".x", "", 3), "no schema"},
		{"negative ID", byID("", "", -1), "no schema"},

		{"GUID", byGUID("", "", v.GUID), "s/1"},
		{"GUID of a subject", byGUID("", "t", v.GUID), "t/1"},
		{"GUID of another context", byGUID("", "", x.GUID), ":.x:s/1"},
		{"GUID of another context, of a subject", byGUID("", "s", x.GUID), "no schema"},
		{"GUID that the context does not have", byGUID(".x", "", v.GUID), "no schema"},
		{"no GUID", byGUID("", "", schema.GUID{}), "no schema"},

		{"fingerprint", byRabin("", "", a), "s/1"},
		{"fingerprint of a subject", byRabin("", "t", a), "t/1"},
		{"fingerprint of a soft-deleted version", byRabin("", "s", b), "s/2"},
		{"fingerprint of another subject", byRabin("", "t", b), "no schema"},
		{"fingerprint in a context", byRabin(".x", "", strict("X", "x", "int")), ":.x:s/1"},
		{"fingerprint of another context", byRabin(".x", "", a), "no schema"},
		{"fingerprint in no context", byRabin(".y", "", a), "no schema"},
		{"fingerprint that nothing has", byRabin("", "", `"int"`), "no schema"},

		{"other registry's ID", byAlias("", "", envelope.GlueID, "89791762-2336-4186-9674-299B90A802E2"), "s/1"},
		{"other registry's ID, of a subject with the schema", byAlias("", "t", envelope.GlueID, "89791762-2336-4186-9674-299b90a802e2"), "t/1"},
		{"other registry's ID, of a subject without it", byAlias("", "gone", envelope.GlueID, "89791762-2336-4186-9674-299b90a802e2"), "no schema"},
		{"other registry's ID, of another context", byAlias("", "", envelope.ConfluentID, "7"), "no schema"},
		{"other registry's ID, to another context", byAlias(".x", "", envelope.ConfluentID, "7"), "s/1"},
		{"other registry's ID, with a qualified subject", byAlias("", ":.x:s", envelope.ConfluentID, "8"), ":.x:s/1"},
		{"other registry's ID, of another system", byAlias(".x", "", envelope.ApicurioGlobal, "8"), "no schema"},
		{"no ID", byAlias("", "", envelope.GlueID, "7"), "no schema"},
	}
	for _, tt := range tests {
		if got := ask(t, c.Source(), tt.of); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// What names the same schema leads to the same parsed form.
func TestSourceShares(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	v := c.register("s", record("R", "a"))
	c.register("t", record("R", "a"))
	var first envelope.Version
	for i, n := range []envelope.Name{
		{Kind: envelope.ByID, ID: v.ID}, {Subject: "t", Text: "1"}, {Kind: envelope.ByGUID, GUID: v.GUID},
		{Kind: envelope.ByFingerprint, Rabin: rabinOf(t, record("R", "a"))},
	} {
		got, err := c.Source().Version(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = got
		}
		if got.Schema != first.Schema || got.ID != v.ID || got.GUID != v.GUID {
			t.Errorf("%+v: %+v, want the schema of %+v", n, got, first)
		}
	}
}

// A hit costs no garbage, whichever name it was.
func TestSourceHitsAreLight(t *testing.T) {
	c := newClient(t)
	v := c.register("s", record("R", "a"))
	c.label("s", 1, "1.0")
	c.alias(".", envelope.ConfluentID, "7", "s", 1)
	for _, n := range []envelope.Name{
		{Kind: envelope.ByID, ID: v.ID}, {Kind: envelope.ByID, ID: v.ID, Subject: "s"}, {Subject: "s", Text: envelope.Latest},
		{Subject: "s", Text: "1.0"}, {Kind: envelope.ByGUID, GUID: v.GUID}, {Kind: envelope.ByAlias, System: envelope.ConfluentID, Text: "7"},
	} {
		source := c.Source()
		got := testing.AllocsPerRun(100, func() {
			if _, err := source.Version(context.Background(), n); err != nil {
				t.Fatal(err)
			}
		})
		if got > 1 {
			t.Errorf("%+v: %v allocations, want 1 at most", n, got)
		}
	}
}

// Schemas that come after somebody asked have their fingerprints, too; of several with the same the lowest ID counts, and
// the next one once it is erased.
// After a restore an ID may be of another schema: fingerprints of the lost history are forgotten.
// Who asks for fingerprints while schemas arrive, in several contexts and at once, gets those that were there when he asked.
// Rule 4: what is missing is looked for at most once a second, and found then; with the store out of reach it is not said
// to be missing.
func TestSourceLooksForWhatIsMissing(t *testing.T) {
	t.Parallel()
	store := memory.New()
	writer := &client{run(t, store, Config{}), t}
	writer.register("s", record("R", "a"))
	log := &deafLog{faultyLog{log: store}}
	clock := newClock()
	c := &client{run(t, log, Config{Now: clock.now}), t}
	missing := envelope.Name{Subject: "s", Text: "2"}
	heads := log.heads.Load()
	for range 1000 {
		if got := ask(t, c.Source(), missing); got != "no version" {
			t.Fatalf("got %s, want no version", got)
		}
	}
	if got := log.heads.Load() - heads; got != 1 {
		t.Errorf("1000 misses within a second asked the store %d times", got)
	}
	writer.register("s", record("R", "a", "b"))
	writer.bind(".", "t", envevent.Settings{Subject: "s"})
	writer.alias(".", envelope.PubSubID, "x", "s", 2)
	if got := ask(t, c.Source(), missing); got != "no version" {
		t.Errorf("within the second: got %s", got)
	}
	clock.add(seekEvery)
	if got := ask(t, c.Source(), missing); got != "s/2" {
		t.Errorf("a second later: got %s", got)
	}
	log.set(true)
	clock.add(seekEvery)
	if got := ask(t, c.Source(), missing); got != "s/2" {
		t.Errorf("what is known, with the store out of reach: got %s", got)
	}
	_, err := c.Source().Version(t.Context(), envelope.Name{Kind: envelope.ByID, ID: 99})
	c.code("what is not, with the store out of reach", codeOf(err), StoreUnavailable)
	_, _, err = c.Source().External(t.Context(), envelope.GlueID, envelope.Version{Subject: "s", Number: 1})
	c.code("an ID elsewhere, with the store out of reach", codeOf(err), StoreUnavailable)
	if _, ok, err := c.Source().Binding(t.Context(), "", "u"); ok || err != nil {
		t.Errorf("a type without rules, with the store out of reach: %t, %v", ok, err)
	}
	if _, ok, err := c.Source().Binding(t.Context(), "", "t"); !ok || err != nil {
		t.Errorf("a type with rules, with the store out of reach: %t, %v", ok, err)
	}
}

// A deafLog does not say that it has grown.
type deafLog struct{ faultyLog }

func (d *deafLog) Wait(ctx context.Context, _ eventlog.Position) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestSourceExternal(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register(":.x:s", record("R", "a"))
	v := envelope.Version{Subject: ":.x:s", Number: 1}
	expect := func(system envelope.System, want string, known bool) {
		t.Helper()
		got, ok, err := c.Source().External(t.Context(), system, v)
		if got != want || ok != known || err != nil {
			t.Errorf("%s: %q, %t, %v; want %q, %t", system, got, ok, err, want, known)
		}
	}
	expect(envelope.ConfluentID, "", false)
	c.alias(".", envelope.ConfluentID, "7", ":.x:s", 1)
	expect(envelope.ConfluentID, "7", true)
	c.alias(".x", envelope.ConfluentID, "9", ":.x:s", 1)
	expect(envelope.ConfluentID, "9", true)
	expect(envelope.GlueID, "", false)
}

func TestSourceBinding(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.bind(".x", "a", envevent.Settings{Subject: "s", IDFormat: "ulid"})
	c.bind(".x", "b", envevent.Settings{Subject: ":.:s"})
	got := map[string]string{}
	for _, context := range []string{"", ".x"} {
		for _, eventType := range []string{"a", "b"} {
			rules, ok, err := c.Source().Binding(t.Context(), context, eventType)
			if err != nil {
				t.Fatal(err)
			}
			got[context+" "+eventType] = fmt.Sprint(ok, " ", rules.Subject, " ", rules.IDFormat)
		}
	}
	want := map[string]string{" a": "false  ", " b": "false  ", ".x a": "true s ulid", ".x b": "true :.:s any"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSourceParse(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register(":.x:f", `{"type":"fixed","name":"F","size":4}`)
	c.delete(":.x:f", 1, false)
	user := envelope.Inline{
		Text: `{"type":"record","name":"C","fields":[{"name":"f","type":"F"}]}`, References: []schema.Reference{{Name: "F", Subject: "f", Version: 1}},
	}
	tests := []struct {
		name    string
		context string
		inline  envelope.Inline
		want    string // message of the refusal
	}{
		{"a text", "", envelope.Inline{Text: `"int"`}, ""},
		{"Protobuf", "", envelope.Inline{Text: `syntax = "proto3"; message M {}`, Type: schema.Protobuf}, ""},
		{"a reference", ".x", user, ""},
		{"a reference that means nothing there", "", user, `Invalid schema of type AVRO, details: No schema reference found for subject "f" and version 1`},
		{"nothing", "", envelope.Inline{}, "Empty schema"},
		{"no such type", "", envelope.Inline{Text: "{}", Type: "JSON"}, "Invalid schema type JSON"},
	}
	for _, tt := range tests {
		s, err := c.Source().Parse(t.Context(), tt.context, tt.inline)
		var refusal *envelope.Error
		switch {
		case tt.want == "" && (err != nil || s == nil):
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (!errors.As(err, &refusal) || refusal.Code != envelope.Unprocessable || refusal.Message != tt.want):
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// A clock is moved by a test.
type clock struct{ time chan time.Time }

func newClock() *clock {
	c := &clock{make(chan time.Time, 1)}
	c.time <- time.Now()
	return c
}

func (c *clock) now() time.Time {
	at := <-c.time
	c.time <- at
	return at
}

func (c *clock) add(d time.Duration) { c.time <- (<-c.time).Add(d) }
