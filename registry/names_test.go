package registry

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	envevent "github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

func (c *client) label(subject string, number int, label string) Code {
	_, err := c.SetLabel(c.t.Context(), ParseSubject(subject), number, label)
	return codeOf(err)
}

// alias sets an alias that counts in a context.
func (c *client) alias(context string, system envelope.System, id, subject string, number int) Code {
	_, err := c.SetAlias(c.t.Context(), Alias{context, system, id, ParseSubject(subject), number})
	return codeOf(err)
}

func (c *client) bind(context, eventType string, settings envevent.Settings) Code {
	_, err := c.SetEventType(c.t.Context(), context, eventType, settings)
	return codeOf(err)
}

// labels returns the labels of a subject as "label=version".
func (c *client) labels(subject string) []string {
	labels, err := c.Current().Labels(ParseSubject(subject))
	if err != nil {
		c.t.Fatal(err)
	}
	var list []string
	for _, l := range labels {
		list = append(list, l.Label+"="+string(rune('0'+l.Version)))
	}
	return list
}

func TestLabels(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", record("R", "a"))
	c.register("s", record("R", "a", "b"))
	c.register("t", record("R", "a"))
	c.delete("s", 1, false)
	tests := []struct {
		name    string
		subject string
		number  int
		label   string
		want    Code
	}{
		{"a label", "s", 2, "1.0", 0},
		{"the same of another subject", "t", 1, "1.0", 0},
		{"of a soft-deleted version", "s", 1, "stable", 0},
		{"moved, to the newest", "s", LatestVersion, "stable", 0},
		{"its own number", "s", 2, "2", 0},
		{"with a slash and a space", "s", 2, "a/b c", 0},
		{"another number", "s", 2, "1", InvalidSetting},
		{"a number that is not there", "s", 2, "99999999999999999999", InvalidSetting},
		{"its number in another spelling", "s", 2, "02", InvalidSetting},
		{"a negative number", "s", 2, "-1", InvalidSetting},
		{"latest", "s", 2, "Latest", InvalidSetting},
		{"empty", "s", 2, "", InvalidSetting},
		{"long", "s", 2, strings.Repeat("x", maxName), 0},
		{"too long", "s", 2, strings.Repeat("x", maxName+1), InvalidSetting},
		{"with a control character", "s", 2, "a\nb", InvalidSetting},
		{"not UTF-8", "s", 2, "a\xff", InvalidSetting},
		{"no such version", "s", 3, "x", VersionNotFound},
		{"no such subject", "u", 1, "x", SubjectNotFound},
	}
	for _, tt := range tests {
		c.code(tt.name, c.label(tt.subject, tt.number, tt.label), tt.want)
	}
	want := []string{"1.0=2", "2=2", "a/b c=2", "stable=2", strings.Repeat("x", maxName) + "=2"}
	if diff := cmp.Diff(want, c.labels("s")); diff != "" {
		t.Errorf("labels, -want +got:\n%s", diff)
	}
	_, err := c.ClearLabel(t.Context(), ParseSubject("s"), 1, "stable")
	c.code("taken from a version that does not have it", codeOf(err), SettingNotFound)
	gone, err := c.ClearLabel(t.Context(), ParseSubject("s"), LatestVersion, "stable")
	if diff := cmp.Diff(Label{ParseSubject("s"), 2, "stable"}, gone); diff != "" || err != nil {
		t.Errorf("taken away: %v; -want +got:\n%s", err, diff)
	}
	_, err = c.ClearLabel(t.Context(), ParseSubject("s"), 2, "stable")
	c.code("taken away twice", codeOf(err), SettingNotFound)
}

func TestAliases(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", record("R", "a"))
	c.register(":.x:s", record("R", "b"))
	uuid := "89791762-2336-4186-9674-299b90a802e2"
	tests := []struct {
		name    string
		context string
		system  envelope.System
		id      string
		subject string
		number  int
		want    Code
	}{
		{"a UUID", ".", envelope.GlueID, strings.ToUpper(uuid), "s", 1, 0},
		{"no UUID", ".", envelope.GlueID, "7", "s", 1, InvalidSetting},
		{"hexadecimal digits", ".", envelope.AzureID, "0123456789ABCDEF0123456789abcdef", "s", LatestVersion, 0},
		{"too few of them", ".", envelope.AzureID, "0123", "s", 1, InvalidSetting},
		{"a number of 64 bits", ".", envelope.ApicurioGlobal, "18446744073709551615", "s", 1, 0},
		{"the same elsewhere", ".x", envelope.ApicurioContent, "7", "s", 1, 0},
		{"a number with zeros before it", ".x", envelope.ConfluentID, "007", ":.x:s", 1, 0},
		{"a negative number", ".", envelope.ConfluentID, "-7", "s", 1, InvalidSetting},
		{"a revision", ".", envelope.PubSubID, "order@0a1B2c3d", "s", 1, 0},
		{"an empty one", ".", envelope.PubSubID, "", "s", 1, InvalidSetting},
		{"a long one", ".", envelope.PubSubID, strings.Repeat("x", maxName+1), "s", 1, InvalidSetting},
		{"no such system", ".", "karapace", "7", "s", 1, InvalidSetting},
		{"no such version", ".", envelope.ConfluentID, "7", "s", 2, VersionNotFound},
		{"no such subject", ".", envelope.ConfluentID, "7", "u", 1, SubjectNotFound},
		{"no context", GlobalContext, envelope.ConfluentID, "7", "s", 1, InvalidSubject},
	}
	for _, tt := range tests {
		c.code(tt.name, c.alias(tt.context, tt.system, tt.id, tt.subject, tt.number), tt.want)
	}
	s, x := ParseSubject("s"), ParseSubject(":.x:s")
	want := []Alias{
		{".", envelope.ApicurioGlobal, "18446744073709551615", s, 1},
		{".", envelope.AzureID, "0123456789abcdef0123456789abcdef", s, 1},
		{".", envelope.GlueID, uuid, s, 1},
		{".", envelope.PubSubID, "order@0a1B2c3d", s, 1},
		{".x", envelope.ApicurioContent, "7", s, 1},
		{".x", envelope.ConfluentID, "7", x, 1},
	}
	if diff := cmp.Diff(want, slices.Concat(c.Current().Aliases("."), c.Current().Aliases(".x"))); diff != "" {
		t.Errorf("aliases, -want +got:\n%s", diff)
	}
	gone, err := c.ClearAlias(t.Context(), ".", envelope.GlueID, strings.ToUpper(uuid))
	if diff := cmp.Diff(want[2], gone); diff != "" || err != nil {
		t.Errorf("taken away: %v; -want +got:\n%s", err, diff)
	}
	for _, id := range []string{uuid, "no UUID"} {
		_, err = c.ClearAlias(t.Context(), ".", envelope.GlueID, id)
		c.code("taken away where none is", codeOf(err), SettingNotFound)
	}
}

func TestEventTypes(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	tests := []struct {
		name      string
		context   string
		eventType string
		settings  envevent.Settings
		want      Code
	}{
		{"of a subject that is not there", ".", "com.example.Placed", envevent.Settings{Subject: "orders"}, 0},
		{"of a context", ".x", "Placed", envevent.Settings{Subject: "orders", IDFormat: "ulid"}, 0},
		{"of another context", ".x", "Moved", envevent.Settings{Subject: ":.:orders"}, 0},
		{"without a subject", ".", "t", envevent.Settings{}, InvalidSetting},
		{"without a type", ".", "", envevent.Settings{Subject: "orders"}, InvalidSetting},
		{"a long type", ".", strings.Repeat("x", maxName+1), envevent.Settings{Subject: "orders"}, InvalidSetting},
		{"an unknown format", ".", "t", envevent.Settings{Subject: "orders", IDFormat: "guid"}, InvalidSetting},
		{"no regular expression", ".", "t", envevent.Settings{Subject: "orders", TypeFormat: "("}, InvalidSetting},
		{"no duration", ".", "t", envevent.Settings{Subject: "orders", MaxPast: "a while"}, InvalidSetting},
		{"of no subject", ".", "t", envevent.Settings{Subject: "a\x00b"}, InvalidSubject},
		{"in no context", GlobalContext, "t", envevent.Settings{Subject: "orders"}, InvalidSubject},
	}
	for _, tt := range tests {
		c.code(tt.name, c.bind(tt.context, tt.eventType, tt.settings), tt.want)
	}
	of := func(subject string) envevent.Settings { return envevent.Settings{Subject: subject}.WithDefaults() }
	ulid := of(":.x:orders")
	ulid.IDFormat = "ulid"
	want := []EventType{
		{".", "com.example.Placed", ParseSubject("orders"), of("orders")},
		{".x", "Moved", ParseSubject("orders"), of(":.:orders")},
		{".x", "Placed", ParseSubject(":.x:orders"), ulid},
	}
	if diff := cmp.Diff(want, slices.Concat(c.Current().EventTypes("."), c.Current().EventTypes(".x"))); diff != "" {
		t.Errorf("types, -want +got:\n%s", diff)
	}
	gone, err := c.ClearEventType(t.Context(), ".x", "Placed")
	if diff := cmp.Diff(want[2], gone); diff != "" || err != nil {
		t.Errorf("taken away: %v; -want +got:\n%s", err, diff)
	}
	_, err = c.ClearEventType(t.Context(), ".x", "Placed")
	c.code("taken away twice", codeOf(err), SettingNotFound)
}

// Rule 10: who sets what is set already writes nothing.
func TestNamesAreSetOnce(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", record("R", "a"))
	set := func() {
		c.code("label", c.label("s", 1, "x"), 0)
		c.code("alias", c.alias(".", envelope.GlueID, "89791762-2336-4186-9674-299b90a802e2", "s", 1), 0)
		c.code("type", c.bind(".", "t", envevent.Settings{Subject: "s"}), 0)
	}
	set()
	before := c.Current().position
	set()
	c.code("alias in capitals", c.alias(".", envelope.GlueID, "89791762-2336-4186-9674-299B90A802E2", "s", LatestVersion), 0)
	c.code("type with a default", c.bind(".", "t", envevent.Settings{Subject: "s", MaxFuture: "1h"}), 0)
	if after := c.Current().position; after != before {
		t.Errorf("the log has grown from %d to %d", before.Seq, after.Seq)
	}
}

// Rule 9: labels and aliases go with the version, and a version that gets its number has none.
func TestErasureTakesNames(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", record("R", "a"))
	c.register("s", record("R", "a", "b"))
	for number, label := range []string{1: "one", 2: "two"} {
		if number > 0 {
			c.code("label", c.label("s", number, label), 0)
			c.code("alias", c.alias(".x", envelope.PubSubID, label, "s", number), 0)
		}
	}
	c.delete("s", 2, false)
	if diff := cmp.Diff([]string{"one=1", "two=2"}, c.labels("s")); diff != "" {
		t.Errorf("after the soft delete, -want +got:\n%s", diff)
	}
	c.delete("s", 2, true)
	c.register("s", record("R", "a", "c"))
	c.expectVersions("s", 1, 2)
	if diff := cmp.Diff([]string{"one=1"}, c.labels("s")); diff != "" {
		t.Errorf("labels after the permanent delete, -want +got:\n%s", diff)
	}
	want := []Alias{{".x", envelope.PubSubID, "one", ParseSubject("s"), 1}}
	if diff := cmp.Diff(want, c.Current().Aliases(".x")); diff != "" {
		t.Errorf("aliases after the permanent delete, -want +got:\n%s", diff)
	}
	c.bind(".x", "t", envevent.Settings{Subject: "s"})
	if err := c.DeleteContext(t.Context(), "x"); err != nil {
		t.Fatal(err)
	}
	if a, types := c.Current().Aliases(".x"), c.Current().EventTypes(".x"); len(a)+len(types) > 0 {
		t.Errorf("after the context: aliases %v, types %v", a, types)
	}
}

func TestNamesInReadOnlyMode(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	ctx := t.Context()
	c.register("s", record("R", "a"))
	c.label("s", 1, "x")
	c.alias(".", envelope.PubSubID, "x", "s", 1)
	c.bind(".", "t", envevent.Settings{Subject: "s"})
	c.mode("", ReadOnly, false)
	c.code("label", c.label("s", 1, "y"), OperationNotPermitted)
	c.code("alias", c.alias(".", envelope.PubSubID, "y", "s", 1), OperationNotPermitted)
	c.code("alias in a context that takes writes", c.alias(".x", envelope.PubSubID, "y", "s", 1), OperationNotPermitted)
	c.code("type", c.bind(".", "u", envevent.Settings{Subject: "s"}), OperationNotPermitted)
	_, err := c.ClearLabel(ctx, ParseSubject("s"), 1, "x")
	c.code("no label", codeOf(err), OperationNotPermitted)
	_, err = c.ClearAlias(ctx, ".", envelope.PubSubID, "x")
	c.code("no alias", codeOf(err), OperationNotPermitted)
	_, err = c.ClearEventType(ctx, ".", "t")
	c.code("no type", codeOf(err), OperationNotPermitted)
}

// A log of an earlier level takes no such events before it is raised. What is set is recorded as its actor's.
func TestNamesWaitForTheLevel(t *testing.T) {
	t.Parallel()
	log := memory.New()
	data, err := json.Marshal(logCreated{Level: envelopesLevel - 1, Key: newKey()})
	if err != nil {
		t.Fatal(err)
	}
	created := eventlog.Event{Mark: newMark(), Kind: "log.created", Version: 1, Time: time.Now(), Data: data}
	if _, err := log.Append(t.Context(), eventlog.Position{}, eventlog.Batch{Events: []eventlog.Event{created}}); err != nil {
		t.Fatal(err)
	}
	c := &client{run(t, log, Config{}), t}
	c.register("s", record("R", "a"))
	set := func(want Code) {
		c.code("label", c.label("s", 1, "x"), want)
		c.code("alias", c.alias(".", envelope.PubSubID, "x", "s", 1), want)
		c.code("type", c.bind(".", "t", envevent.Settings{Subject: "s"}), want)
	}
	set(OperationNotPermitted)
	if _, err := c.RaiseLevel(t.Context()); err != nil {
		t.Fatal(err)
	}
	set(0)
	if _, err := c.ClearLabel(WithActor(t.Context(), "ann"), ParseSubject("s"), 1, "x"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for rec, err := range c.Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, rec.Kind+" by "+rec.Actor)
	}
	want := []string{
		"log.created by ", "schema.registered by anonymous", "level.raised by anonymous", "label.set by anonymous",
		"alias.set by anonymous", "type.set by anonymous", "label.cleared by ann",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events, -want +got:\n%s", diff)
	}
}
