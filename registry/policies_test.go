package registry

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// amount is the text of a record with a decimal of a scale: every scale reads every other, in other amounts.
func amount(scale int) string {
	return fmt.Sprintf(`{"type":"record","name":"Payment","fields":[{"name":"amount","type":`+
		`{"type":"bytes","logicalType":"decimal","precision":9,"scale":%d}}]}`, scale)
}

func TestPoliciesAsSettings(t *testing.T) {
	t.Parallel()
	logical := ConfigUpdate{Policies: patch(compat.Policies{"logicalTypes"})}
	const why = "additionalInfo:'policy logicalTypes'}, {oldSchemaVersion: 1}"
	show(t, []behaviour{
		{"off, a scale may change", func(c *client) {
			c.register("s", amount(2))
			c.register("s", amount(4))
		}},
		{"on, it may not, and the refusal says why", func(c *client) {
			c.config("s", logical)
			c.register("s", amount(2))
			e := c.refused(Incompatible, "s", amount(4))
			if !strings.Contains(e.Message, "{errorType:'DECIMAL_SCALE_CHANGED', ") || !strings.Contains(e.Message, why) {
				c.t.Errorf("message %s, want the code and %s", e.Message, why)
			}
			if got := e.Report.Findings[0]; got.Severity != compat.Error || got.Policy != "logicalTypes" {
				c.t.Errorf("finding %+v, want an error of the policy", got)
			}
			c.register("s", amount(4), func(cmd *RegisterCommand) { cmd.Force = true })
		}},
		{"what was compared before is judged by the settings of now, and of the subject", func(c *client) {
			c.config("strict", logical)
			for _, s := range []string{"s", "strict"} {
				c.register(s, amount(2))
			}
			for range 2 {
				for subject, want := range map[string]bool{"s": true, "strict": false} {
					if got := c.check(subject, amount(4)); got.Compatible != want {
						c.t.Errorf("%s: compatible %t, want %t", subject, got.Compatible, want)
					}
				}
			}
			if diff := cmp.Diff(compat.Policies{"logicalTypes"}, c.check("strict", amount(4)).Policies); diff != "" {
				c.t.Errorf("policies of the verdict (-want +got):\n%s", diff)
			}
			c.config("strict", ConfigUpdate{Policies: clearing[compat.Policies]()})
			c.register("strict", amount(4))
		}},
		{"against one version alone", func(c *client) {
			c.config("s", logical)
			c.register("s", amount(2))
			got, err := c.Check(c.t.Context(), CheckCommand{Submission: submission("s", amount(4)).Submission, Version: 1})
			if err != nil || got.Compatible {
				c.t.Errorf("compatible %t, %v; want a refusal", got.Compatible, err)
			}
		}},
		{"NONE compares nothing", func(c *client) {
			c.config("s", ConfigUpdate{Level: patch(compat.None), Policies: logical.Policies})
			c.register("s", amount(2))
			c.register("s", amount(4))
		}},
		{"inherited, unless a subject says otherwise", func(c *client) {
			c.config("", logical)
			c.config("own", ConfigUpdate{Normalize: patch(true)})
			c.config("lax", ConfigUpdate{Policies: patch(compat.Policies{})})
			for _, s := range []string{"s", "own", "lax"} {
				c.register(s, amount(2))
			}
			c.refused(Incompatible, "s", amount(4))
			c.refused(Incompatible, "own", amount(4))
			c.register("lax", amount(4))
		}},
		{"merged: absent keeps, null clears, sorted, each once", func(c *client) {
			given := c.config("s", ConfigUpdate{Policies: patch(compat.Policies{"names", "defaults", "names"})})
			kept := c.config("s", ConfigUpdate{Level: patch(compat.Full)})
			cleared := c.config("s", ConfigUpdate{Policies: clearing[compat.Policies]()})
			want := &compat.Policies{"defaults", "names"}
			if diff := cmp.Diff([]*compat.Policies{want, want, nil}, []*compat.Policies{given.Policies, kept.Policies, cleared.Policies}); diff != "" {
				c.t.Errorf("(-want +got):\n%s", diff)
			}
		}},
		{"an unknown one is refused", func(c *client) {
			_, err := c.SetConfig(c.t.Context(), ParseSubject("s"), ConfigUpdate{Policies: patch(compat.Policies{"names", "nmaes"})})
			c.code("set", codeOf(err), InvalidPolicy)
			for _, name := range append(compat.Policies{`"nmaes"`}, compat.AllPolicies...) {
				if !strings.Contains(err.Error(), name) {
					c.t.Errorf("%q does not name %s", err, name)
				}
			}
		}},
	})
}

// TestVerdictsRestOnPolicies turns a policy on while a registration that it would refuse is decided already, and waits to be
// written.
func TestVerdictsRestOnPolicies(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", amount(2))
	for _, policies := range []compat.Policies{{"names"}, {"logicalTypes"}} {
		s := c.Current()
		p := registering{Registry: c.Registry, ctx: t.Context(), s: s, cmd: submission("s", amount(4))}
		prepared, err := p.prepare()
		if err != nil {
			t.Fatal(err)
		}
		c.config("s", ConfigUpdate{Policies: patch(policies)})
		if _, err := prepared.command.decide(c.Current(), moment{}); err != errAgain {
			t.Errorf("decided with %v on: %v, want to be asked again", policies, err)
		}
	}
	c.refused(Incompatible, "s", amount(4))
}

// TestPoliciesWaitForTheLevel has a log that releases still read which know no policies: none are set, and what else is set
// is written as they know it.
func TestPoliciesWaitForTheLevel(t *testing.T) {
	t.Parallel()
	log := memory.New()
	data, err := json.Marshal(logCreated{Level: policiesLevel - 1, Key: newKey()})
	if err != nil {
		t.Fatal(err)
	}
	created := eventlog.Event{Mark: newMark(), Kind: "log.created", Version: 1, Time: time.Now(), Data: data}
	if _, err := log.Append(t.Context(), eventlog.Position{}, eventlog.Batch{Events: []eventlog.Event{created}}); err != nil {
		t.Fatal(err)
	}
	c := &client{run(t, log, Config{}), t}
	on := ConfigUpdate{Level: patch(compat.Full), Policies: patch(compat.Policies{"names"})}
	_, err = c.SetConfig(t.Context(), ParseSubject("s"), on)
	if codeOf(err) != OperationNotPermitted || !strings.Contains(err.Error(), "treaty upgrade") {
		t.Errorf("set: %v, want a refusal that names treaty upgrade", err)
	}
	c.config("s", ConfigUpdate{Level: patch(compat.Full), Policies: clearing[compat.Policies]()})
	if _, err := c.RaiseLevel(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.config("s", on)
	var versions []int
	for rec, err := range log.Read(t.Context(), eventlog.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Kind == "config.set" {
			versions = append(versions, rec.Version)
		}
	}
	if diff := cmp.Diff([]int{1, 2}, versions); diff != "" {
		t.Errorf("versions of config.set (-want +got):\n%s", diff)
	}
}

// TestUnchangedSettings changes nothing in several ways: nothing is written, and a scope without settings stays one.
func TestUnchangedSettings(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	full := ConfigUpdate{
		Level: patch(compat.Full), Normalize: patch(true), Policies: patch(compat.Policies{"names", "defaults"}),
		DefaultMetadata: patch(*submission("", "", withProperties("k", "v")).Metadata),
	}
	want := c.config("s", full)
	before := c.Current().position
	full.Policies = patch(compat.Policies{"defaults", "names"})
	for _, update := range []ConfigUpdate{{}, {Group: clearing[string]()}, {Level: patch(compat.Level("full"))}, full} {
		if diff := cmp.Diff(want, c.config("s", update)); diff != "" {
			t.Errorf("%+v: -want +got:\n%s", update, diff)
		}
	}
	for _, update := range []ConfigUpdate{{}, {Level: clearing[compat.Level]()}} {
		if diff := cmp.Diff(SubjectConfig{}, c.config("t", update)); diff != "" {
			t.Errorf("%+v where nothing is set: -want +got:\n%s", update, diff)
		}
	}
	if after := c.Current().position; after != before {
		t.Errorf("the log has grown from %d to %d", before.Seq, after.Seq)
	}
	_, err := c.Current().Config(ParseSubject("t"))
	c.code("settings of the other", codeOf(err), ConfigNotFound)
	c.config("s", ConfigUpdate{Level: clearing[compat.Level]()})
	if c.Current().position == before {
		t.Error("a change was not written")
	}
	c.mode("s", ReadOnly, false)
	_, err = c.SetConfig(t.Context(), ParseSubject("s"), ConfigUpdate{})
	c.code("read-only", codeOf(err), OperationNotPermitted)
}
