package registry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// proposal makes a proposal of a text and of references written name, subject, version.
func proposal(subject, text string, references ...any) Proposal {
	p := Proposal{Submission: Submission{Subject: ParseSubject(subject), Text: text}}
	for i := 0; i < len(references); i += 3 {
		p.References = append(p.References, schema.Reference{
			Name: references[i].(string), Subject: references[i+1].(string), Version: references[i+2].(int),
		})
	}
	return p
}

// at gives a proposal a level of its own.
func at(level compat.Level, p Proposal) Proposal {
	p.Level = level
	return p
}

// under gives a proposal policies of its own.
func under(policies compat.Policies, p Proposal) Proposal {
	p.Policies = &policies
	return p
}

// by gives a proposal a resolution of its own.
func by(resolution compat.Resolution, p Proposal) Proposal {
	p.Resolution = resolution
	return p
}

// holding is the text of a record with a field of a type that another schema defines.
func holding(name, of string) string {
	return `{"type":"record","name":"` + name + `","fields":[{"name":"m","type":"` + of + `"}]}`
}

func TestCheckAll(t *testing.T) {
	t.Parallel()
	a, money := record("R", "a"), strict("M", "amount", "int")
	for _, tc := range []struct {
		name      string
		registers func(c *client)
		proposals []Proposal
		want      []string // of each its verdict, version and code
	}{
		{"nothing", func(*client) {}, nil, nil},
		{"what is new, and what is there", func(c *client) { c.register("s", a) },
			[]Proposal{proposal("s", a), proposal("t", a), proposal("s2", strict("R", "b", "int"))},
			[]string{"existing 1", "compatible 1", "compatible 1"}},
		{"what breaks", func(c *client) { c.register("s", a) },
			[]Proposal{proposal("s", strict("R", "b", "int"))},
			[]string{"incompatible 2"}},
		{"a level of its own", func(c *client) { c.register("s", a) },
			[]Proposal{at(compat.Forward, proposal("s", strict("R", "b", "int"))), at("SIDEWAYS", proposal("t", a))},
			[]string{"compatible 2", "error 42203"}},
		{"policies of its own", func(c *client) {
			c.register("s", amount(2))
			c.register("t", amount(2))
			c.config("t", ConfigUpdate{Policies: patch(compat.Policies{"logicalTypes"})})
			c.register("u", amount(2))
		},
			[]Proposal{
				under(compat.Policies{"names", "logicalTypes"}, proposal("s", amount(4))), under(compat.Policies{}, proposal("t", amount(4))),
				under(compat.Policies{"odd"}, proposal("u", amount(4))),
			},
			[]string{"incompatible 2", "compatible 2", "error 42290"}},
		{"a resolution of its own", func(c *client) { c.register("s", onePerson); c.register("t", onePerson) },
			[]Proposal{by(compat.Specification, proposal("s", twoPersons)), by(compat.Practice, proposal("t", twoPersons)), by("odd", proposal("u", a))},
			[]string{"incompatible 2", "compatible 2", "error 42291"}},
		{"references to each other, in any order", func(*client) {},
			[]Proposal{proposal("h2", holding("H2", "H"), "H", "h", -1, "M", "m", 1), proposal("h", holding("H", "M"), "M", "m", -1), proposal("m", money)},
			[]string{"compatible 1", "compatible 1", "compatible 1"}},
		{"the next version of what is referred to is checked through", func(c *client) {
			c.level("m", compat.None)
			c.register("m", money)
			c.register("h", holding("H", "M"), func(cmd *RegisterCommand) {
				cmd.References = []schema.Reference{{Name: "M", Subject: "m", Version: 1}}
			})
		},
			[]Proposal{proposal("h", holding("H", "M"), "M", "m", 2), proposal("m", strict("M", "amount", "string"))},
			[]string{"incompatible 2", "compatible 2"}},
		{"an incompatible target counts all the same", func(c *client) { c.register("m", money) },
			[]Proposal{proposal("m", strict("M", "other", "int")), proposal("h", holding("H", "M"), "M", "m", -1)},
			[]string{"incompatible 2", "compatible 1"}},
		{"a circle", func(*client) {},
			[]Proposal{proposal("a", holding("A", "B"), "B", "b", -1), proposal("b", holding("B", "A"), "A", "a", -1), proposal("s", a)},
			[]string{"error 42201", "error 42201", "compatible 1"}},
		{"an unreadable target", func(*client) {},
			[]Proposal{proposal("h", holding("H", "M"), "M", "m", -1), proposal("m", "{"), proposal("e", "")},
			[]string{"error 42201", "error 42201", "error 42201"}},
		{"a target that nobody has", func(*client) {},
			[]Proposal{proposal("h", holding("H", "M"), "M", "m", 1)},
			[]string{"error 42201"}},
		{"a version that is there is no circle", func(c *client) {
			c.register("m", money)
		},
			[]Proposal{proposal("h", holding("H", "M"), "M", "m", 1), proposal("m", `{"type":"record","name":"N","fields":[{"name":"h","type":["null","H"],"default":null}]}`, "H", "h", -1)},
			[]string{"compatible 1", "incompatible 2"}},
		{"a subject twice", func(*client) {}, []Proposal{proposal("s", a), proposal("s", a)}, []string{"compatible 1", "error 42208"}},
		{"a subject that takes nothing", func(c *client) {
			c.register("s", a)
			c.mode("s", ReadOnly, false)
		}, []Proposal{proposal("s", record("R", "a", "b")), proposal("t", a)}, []string{"error 42205", "compatible 1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			tc.registers(c)
			before := c.Current()
			forecasts, err := c.CheckAll(t.Context(), tc.proposals, false)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range forecasts {
				got = append(got, told(f))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if c.Current().position != before.position {
				t.Error("something was written")
			}
		})
	}
}

// TestCirclesAreTold tells every member of a circle of it, and no one else.
func TestCirclesAreTold(t *testing.T) {
	t.Parallel()
	forecasts, err := newClient(t).CheckAll(t.Context(), []Proposal{
		proposal("o", holding("O", "A"), "A", "a", -1), proposal("a", holding("A", "B"), "B", "b", -1),
		proposal("b", holding("B", "C"), "C", "c", -1), proposal("c", holding("C", "A"), "A", "a", -1),
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"subject a, which is refused itself", "of a and b form a circle", "of b and c form a circle", "of c and a form a circle"} {
		if err := forecasts[i].Err; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", forecasts[i].Subject, err, want)
		}
	}
}

func told(f Forecast) string {
	switch {
	case f.Err != nil:
		return fmt.Sprint("error ", int(codeOf(f.Err)))
	case f.Existing:
		return fmt.Sprint("existing ", f.Number)
	case f.Compatible:
		return fmt.Sprint("compatible ", f.Number)
	}
	return fmt.Sprint("incompatible ", f.Number)
}

// TestForecastsComeTrue registers what was forecast: the same verdicts, the same numbers.
func TestForecastsComeTrue(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s0", record("R", "a"))
	var proposals []Proposal
	for i := range 5 {
		proposals = append(proposals, proposal(fmt.Sprint("s", i), strict("R", fmt.Sprint("f", i), "int")))
	}
	forecasts, err := c.CheckAll(t.Context(), proposals, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range proposals {
		got, err := c.Register(t.Context(), RegisterCommand{Submission: p.Submission, ID: UnsetID})
		if f := forecasts[i]; (err == nil) != f.Compatible || err == nil && got.Number != f.Number {
			t.Errorf("%s: version %d, %v; forecast %s", p.Subject, got.Number, err, told(f))
		}
	}
}

// BenchmarkCheckAll checks 200 subjects at once, each of which refers to the one before it.
func BenchmarkCheckAll(b *testing.B) {
	c := newClient(b)
	proposals := []Proposal{proposal("s0", distinct(0))}
	for i := 1; i < 200; i++ {
		before := fmt.Sprintf("shop.orders.Order%d", i-1)
		if i%10 == 0 { // chains of ten
			proposals = append(proposals, proposal(fmt.Sprint("s", i), distinct(i)))
			continue
		}
		proposals = append(proposals, proposal(fmt.Sprint("s", i), distinct(i), before, fmt.Sprint("s", i-1), -1))
	}
	for _, p := range proposals {
		first := p.Submission
		first.References = nil
		if _, err := c.Register(b.Context(), RegisterCommand{Submission: first, ID: UnsetID}); err != nil {
			b.Fatal(err)
		}
	}
	var took time.Duration
	for b.Loop() {
		start := time.Now()
		forecasts, err := c.CheckAll(b.Context(), proposals, false)
		if err != nil || len(forecasts) != 200 {
			b.Fatal(err)
		}
		took = time.Since(start)
	}
	b.ReportMetric(took.Seconds()*1000, "ms-for-200")
}
