package registry

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
)

// check asks for a verdict on a submission against all versions that the level names.
func (c *client) check(subject, text string, change ...func(*RegisterCommand)) Verdict {
	c.t.Helper()
	verdict, err := c.Check(c.t.Context(), CheckCommand{Submission: submission(subject, text, change...).Submission})
	if err != nil {
		c.t.Fatalf("check %s: %v", subject, err)
	}
	return verdict
}

// TestRepeatedChecksAreRemembered asks the same twice of a subject with many versions: the second time nothing is compared.
func TestRepeatedChecksAreRemembered(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.level("s", compat.FullTransitive)
	const versions = 20
	for i := range versions {
		c.register("s", record("R", fmt.Sprintf("f%d", i)))
	}
	text := strict("R", "g", "string")
	first := c.check("s", text)
	before := c.Status().Verdicts
	again := c.check("s", text)
	if diff := cmp.Diff(first, again); diff != "" || first.Compatible {
		t.Errorf("asked again (-first +again):\n%s", diff)
	}
	after := c.Status().Verdicts
	if made, found := after.Misses-before.Misses, after.Hits-before.Hits; made != 0 || found != 2*versions {
		t.Errorf("%d comparisons made and %d found, want 0 and %d", made, found, 2*versions)
	}
}

// TestRememberedVerdictsKnowWhatDecides changes one thing at a time of a pair that was compared before: a verdict that is
// remembered for another pair would hide it.
func TestRememberedVerdictsKnowWhatDecides(t *testing.T) {
	t.Parallel()
	enum := func(more string) string {
		return `{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]` + more + `}}]}`
	}
	wider := `{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}}]}`
	field := func(more string) string {
		return `{"type":"record","name":"R","fields":[{"name":"f","type":"int"` + more + `}]}`
	}
	holds := `{"type":"record","name":"H","fields":[{"name":"m","type":"M"}]}`
	money := func(version int) func(*RegisterCommand) {
		return func(c *RegisterCommand) {
			c.References = []schema.Reference{{Name: "M", Subject: "m", Version: version}}
		}
	}
	type asked struct {
		text   string
		change func(*RegisterCommand)
		want   bool
	}
	same := func(*RegisterCommand) {}
	for _, tc := range []struct {
		name  string
		old   string
		how   func(*RegisterCommand)
		level compat.Level
		asked []asked
	}{
		{"a field's default", record("R"), same, compat.Backward,
			[]asked{{field(`,"default":1`), same, true}, {field(""), same, false}, {field(`,"default":2`), same, true}}},
		{"an enum's default", wider, same, compat.Backward,
			[]asked{{enum(`,"default":"A"`), same, true}, {enum(""), same, false}}},
		{"what a name refers to", holds, money(1), compat.Backward,
			[]asked{{holds, money(1), true}, {holds, money(2), false}}},
		{"who reads whom", field(`,"default":1`), same, compat.Full,
			[]asked{{record("R"), same, true}, {`{"type":"record","name":"R","fields":[{"name":"f","type":"long","default":1}]}`, same, false}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			c.level("m", compat.None)
			c.register("m", strict("M", "amount", "int"))
			c.register("m", strict("M", "amount", "string"))
			c.level("s", tc.level)
			c.register("s", tc.old, tc.how)
			for range 2 {
				for _, a := range tc.asked {
					if got := c.check("s", a.text, a.change); got.Compatible != a.want {
						t.Errorf("%s: compatible %t, want %t: %s", a.text, got.Compatible, a.want, got.Details())
					}
				}
			}
		})
	}
}

// TestRememberedVerdictsAreBounded makes more comparisons than fit.
func TestRememberedVerdictsAreBounded(t *testing.T) {
	t.Parallel()
	const bound = 32 << 10
	c := &client{run(t, memory.New(), Config{VerdictBytes: bound}), t}
	c.register("s", record("R", "a"))
	for i := range 200 {
		c.check("s", strict("R", fmt.Sprintf("f%d", i), "string"))
		if got := c.Status().Verdicts.Bytes; got > bound {
			t.Fatalf("%d bytes after %d checks, want at most %d", got, i+1, bound)
		}
	}
	if c.Status().Verdicts.Evictions == 0 {
		t.Error("nothing was evicted: the bound was not put to the test")
	}
}

// TestConcurrentChecksAgree has many check the same recursive schemas at once.
func TestConcurrentChecksAgree(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.level("s", compat.FullTransitive)
	node := func(typ string) string {
		return `{"type":"record","name":"N","fields":[{"name":"v","type":"` + typ + `"},{"name":"next","type":["null","N"],"default":null}]}`
	}
	c.register("s", node("int"))
	want := newClient(t)
	want.level("s", compat.FullTransitive)
	want.register("s", node("int"))
	texts := []string{node("int"), node("long"), node("string"), node("bytes")}
	var verdicts []Verdict
	for _, text := range texts {
		verdicts = append(verdicts, want.check("s", text))
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i, text := range texts {
				got, err := c.Check(t.Context(), CheckCommand{Submission: submission("s", text).Submission})
				if diff := cmp.Diff(verdicts[i], got); err != nil || diff != "" {
					t.Errorf("check at the same time, %v (-alone +together):\n%s", err, diff)
				}
			}
		})
	}
	all.Wait()
}
