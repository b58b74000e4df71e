package httpapi

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	compatavro "github.com/treatyhq/treaty/compat/avro"
	compatprotobuf "github.com/treatyhq/treaty/compat/protobuf"
	"github.com/treatyhq/treaty/httpapi/client"
	"github.com/treatyhq/treaty/schema"
)

// TestOurClientChecks asks for a report, and for many at once, through our own client.
func TestOurClientChecks(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	money := `{"type":"record","name":"Money","fields":[]}`
	broken := `{"type":"record","name":"Money","fields":[{"name":"a","type":"int"}]}`
	if _, err := c.Register(t.Context(), "money", client.Schema{Text: money}, client.RegisterOptions{}); err != nil {
		t.Fatal(err)
	}
	report, err := c.Explain(t.Context(), "money", client.Latest, client.Schema{Text: broken}, "")
	if err != nil || report.Compatible || len(report.Findings) != 1 {
		t.Fatalf("explain: %+v, %v, want one finding", report, err)
	}
	if f := report.Findings[0]; f.Code != "READER_FIELD_MISSING_DEFAULT_VALUE" || f.Old.Version != 1 {
		t.Errorf("finding %+v, want a missing default against version 1", f)
	}
	if w := report.Findings[0].Witness; w == nil || w.Writer != "old" || string(w.Message) != "{}" {
		t.Errorf("witness %+v, want an empty message of the old schema", w)
	}
	report, err = c.Explain(t.Context(), "money", 0, client.Schema{Text: broken}, "spec")
	if err != nil || report.Resolution != "spec" {
		t.Errorf("explained by the specification: %+v, %v", report, err)
	}
	forecasts, err := c.CheckAll(t.Context(), []client.Proposal{
		{Subject: "order", Text: `{"type":"record","name":"Order","fields":[{"name":"m","type":"Money"}]}`,
			References: []schema.Reference{{Name: "Money", Subject: "money", Version: 2}}},
		{Subject: "money", Text: broken},
		{Subject: "bad", Text: `"strng"`},
	}, true)
	if err != nil || len(forecasts) != 3 {
		t.Fatalf("checks: %+v, %v, want three forecasts", forecasts, err)
	}
	order, next, bad := forecasts[0], forecasts[1], forecasts[2]
	if !order.Compatible || order.Version != 1 || next.Compatible || next.Version != 2 || bad.Refusal == nil || bad.Refusal.Code != 42201 {
		t.Errorf("forecasts %+v", forecasts)
	}
}

// TestOurClientHasFixes applies what our own client has read, in both forms of edits.
func TestOurClientHasFixes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		typ               schema.Type
		old, latest, want string
		apply             func(string, []compat.Edit) (string, error)
	}{
		{schema.Avro, `{"type":"fixed","name":"F","size":2}`, `{"type": "fixed", "name": "F", "size": 3}`,
			`{"type": "fixed", "name": "F", "size": 2}`, compatavro.Explainer.Apply},
		{schema.Protobuf, `syntax = "proto3"; message M { int32 a = 1; }`, `syntax = "proto3"; message M { string a = 1; }`,
			`syntax = "proto3"; message M { int32 a = 1; }`, compatprotobuf.Explainer.Apply},
	} {
		subject := string(tt.typ)
		if _, err := c.Register(t.Context(), subject, client.Schema{Type: tt.typ, Text: tt.old}, client.RegisterOptions{}); err != nil {
			t.Fatal(err)
		}
		report, err := c.Explain(t.Context(), subject, 0, client.Schema{Type: tt.typ, Text: tt.latest}, "")
		if err != nil || len(report.Findings) == 0 || len(report.Findings[0].Fixes) == 0 {
			t.Fatalf("explain %s: %+v, %v, want a fix", tt.latest, report, err)
		}
		var edits []compat.Edit
		if err := json.Unmarshal(compat.JSON(report.Findings[0].Fixes[0].Patch), &edits); err != nil {
			t.Fatal(err)
		}
		got, err := tt.apply(tt.latest, edits)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.latest, err, diff)
		}
	}
}

// TestOurClientClearsSettings clears one setting and leaves the others.
func TestOurClientClearsSettings(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	all := client.Config{Level: "FULL", Group: "g", Policies: []string{"names"}}
	if _, err := c.SetConfig(t.Context(), "s", all); err != nil {
		t.Fatal(err)
	}
	got, err := c.SetConfig(t.Context(), "s", client.Config{}, "compatibilityLevel", "policies")
	if diff := cmp.Diff(client.Config{Group: "g"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := c.SetConfig(t.Context(), "s", client.Config{}, "policy"); err == nil {
		t.Error("a setting that is none is cleared")
	}
}

// TestOurClientSetsPolicies turns policies on and off through our own client, and tries them.
func TestOurClientSetsPolicies(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	text := func(typ string) string {
		return `{"type":"record","name":"R","fields":[{"name":"f","type":"` + typ + `"}]}`
	}
	if _, err := c.Register(t.Context(), "r", client.Schema{Text: text("long")}, client.RegisterOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		change     client.Config
		want       []string
		compatible bool
	}{
		{"on", client.Config{Policies: []string{"names", "lossyPromotion"}}, []string{"lossyPromotion", "names"}, false},
		{"kept", client.Config{Level: "BACKWARD"}, []string{"lossyPromotion", "names"}, false},
		{"none at all", client.Config{Policies: []string{}}, []string{}, true},
	} {
		config, err := c.SetConfig(t.Context(), "r", tt.change)
		if diff := cmp.Diff(tt.want, config.Policies); diff != "" || err != nil {
			t.Errorf("%s: %v; policies (-want +got):\n%s", tt.name, err, diff)
		}
		report, err := c.Explain(t.Context(), "r", client.Latest, client.Schema{Text: text("double")}, "")
		if err != nil || report.Compatible != tt.compatible || len(report.Findings) != 1 || report.Findings[0].Policy != "lossyPromotion" {
			t.Errorf("%s: %+v, %v; want compatible %t for a finding of lossyPromotion", tt.name, report, err, tt.compatible)
		}
	}
	forecasts, err := c.CheckAll(t.Context(), []client.Proposal{
		{Subject: "r", Text: text("double"), Policies: []string{"lossyPromotion"}}, {Subject: "s", Text: text("int"), Policies: []string{"odd"}},
	}, false)
	if err != nil || len(forecasts) != 2 || forecasts[0].Compatible || forecasts[1].Refusal == nil || forecasts[1].Refusal.Code != 42290 {
		t.Errorf("checks: %+v, %v; want a refusal by a policy, and one of an unknown policy", forecasts, err)
	}
}
