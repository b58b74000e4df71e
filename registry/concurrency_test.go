package registry

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
)

// clients are registries over one log, by turns.
func clients(t *testing.T, replicas int) []*client {
	log := memory.New()
	var cs []*client
	for range replicas {
		cs = append(cs, &client{run(t, log, Config{}), t})
	}
	return cs
}

func onReplicas(t *testing.T, f func(t *testing.T, cs []*client)) {
	for _, n := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d replicas", n), func(t *testing.T) {
			t.Parallel()
			f(t, clients(t, n))
		})
	}
}

// atOnce calls f n times at the same time, with the replicas in turn.
func atOnce(cs []*client, n int, f func(i int, c *client)) {
	var callers sync.WaitGroup
	for i := range n {
		callers.Go(func() { f(i, cs[i%len(cs)]) })
	}
	callers.Wait()
}

func TestIdenticalRegistrations(t *testing.T) {
	t.Parallel()
	onReplicas(t, func(t *testing.T, cs []*client) {
		for round := range 20 {
			subject := fmt.Sprintf("s%d", round)
			answers := make([]Registered, 20)
			atOnce(cs, len(answers), func(i int, c *client) { answers[i] = c.register(subject, record(subject, "a")) })
			created := 0
			for _, got := range answers {
				if got.ID != answers[0].ID || got.Number != 1 {
					t.Fatalf("version %d with ID %d, want version 1 with ID %d", got.Number, got.ID, answers[0].ID)
				}
				if !got.Existing {
					created++
				}
			}
			if created != 1 {
				t.Errorf("%d of the same registrations made a version, want 1", created)
			}
		}
	})
}

func TestContradictingRegistrations(t *testing.T) {
	t.Parallel()
	onReplicas(t, func(t *testing.T, cs []*client) {
		for round := range 50 {
			subject := fmt.Sprintf("s%d", round)
			codes := make([]Code, 2)
			atOnce(cs, len(codes), func(i int, c *client) {
				_, err := c.Register(t.Context(), submission(subject, strict("R", string(rune('a'+i)), "int")))
				codes[i] = codeOf(err)
			})
			if codes[0]+codes[1] != Incompatible {
				t.Fatalf("answers %v, want one registration and one refusal with %d", codes, Incompatible)
			}
		}
	})
}

func TestGroupCommit(t *testing.T) {
	t.Parallel()
	log := &faultyLog{log: memory.New()}
	c := &client{run(t, log, Config{}), t}
	c.level("many", compat.None)
	before := log.appends.Load()
	entered, leave := make(chan struct{}), make(chan struct{})
	enter := sync.OnceFunc(func() { close(entered) })
	log.slow = func() { enter(); <-leave }
	const n = 300
	go func() {
		defer close(leave)
		eventually(t, "all but one wait", func() bool { return c.Status().Queued == n-1 })
	}()
	ids := make([]int, n)
	atOnce([]*client{c}, n, func(i int, c *client) {
		if i > 0 { // the first one is appended alone, and holds up the others
			<-entered
		}
		ids[i] = c.register("many", strict("R", fmt.Sprintf("f%d", i), "int")).ID
	})
	seen := map[int]bool{}
	for _, id := range ids {
		seen[id] = true
	}
	if len(seen) != n {
		t.Errorf("%d registrations of different schemas got %d IDs", n, len(seen))
	}
	if got := log.appends.Load() - before; got > n/4 {
		t.Errorf("%d registrations took %d appends, want them together", n, got)
	}
}

// Callers who miss at the same time share what is asked of the log.
func TestMissesShareAHead(t *testing.T) {
	t.Parallel()
	log := &faultyLog{log: memory.New()}
	c := &client{run(t, log, Config{}), t}
	c.register("s", record("R", "a"))
	before := log.heads.Load()
	const n = 1000
	atOnce([]*client{c}, n, func(int, *client) {
		err := c.Read(t.Context(), func(s *State) error {
			_, err := s.ByID(99, nil)
			return err
		})
		if codeOf(err) != SchemaNotFound {
			t.Errorf("miss: %v", err)
		}
	})
	if got := log.heads.Load() - before; got >= n {
		t.Errorf("%d misses asked for the head %d times", n, got)
	}
}

func TestReadYourWritesElsewhere(t *testing.T) {
	t.Parallel()
	cs := clients(t, 2)
	for i := range 100 {
		v := cs[i%2].register("s", record("R", "a", fmt.Sprintf("f%d", i)))
		err := cs[1-i%2].Read(t.Context(), func(s *State) error {
			_, err := s.ByID(v.ID, nil)
			return err
		})
		if err != nil {
			t.Fatalf("ID %d on the other replica: %v", v.ID, err)
		}
		s, err := cs[1-i%2].Latest(t.Context())
		if err != nil || s.position.Seq < v.Seq {
			t.Fatalf("latest on the other replica: position %d, %v, want %d at least", s.position.Seq, err, v.Seq)
		}
	}
}

// Whatever commands are given, in any order and at the same time on two replicas, every state is sound, and replaying the
// log gives the live state.
func TestRandomCommands(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		cs := clients(t, 2)
		for range rapid.IntRange(1, 12).Draw(rt, "rounds") {
			steps := make([]func(*client), rapid.IntRange(1, 4).Draw(rt, "at once"))
			for i := range steps {
				steps[i] = drawCommand(rt)
			}
			atOnce(cs, len(steps), func(i int, c *client) { steps[i](c) })
			for _, c := range cs {
				s, err := c.Latest(t.Context())
				if err != nil {
					rt.Fatal(err)
				}
				if err := s.check(); err != nil {
					rt.Fatalf("state %d: %v", s.position.Seq, err)
				}
			}
		}
		replayed := portraitOf(run(t, cs[0].log, Config{}).Current())
		for i, c := range cs {
			if diff := cmp.Diff(replayed, portraitOf(c.Current()), samePortrait); diff != "" {
				rt.Fatalf("replica %d, -replayed +live:\n%s", i, diff)
			}
		}
		everyBlobIsUsed(t, rt, cs[0])
	})
}

// drawCommand draws a command that may be refused, but never fails.
func drawCommand(rt *rapid.T) func(*client) {
	subject := rapid.SampledFrom([]string{"a", "b", ":.c:a"}).Draw(rt, "subject")
	subj := ParseSubject(subject)
	number := rapid.IntRange(-1, 3).Draw(rt, "version")
	permanent := rapid.Bool().Draw(rt, "permanent")
	text := rapid.SampledFrom([]string{record("R", "a"), record("R", "a", "b"), strict("S", "s", "int"), " " + record("R", "a")}).Draw(rt, "text")
	var do func(c *client) error
	switch rapid.IntRange(0, 11).Draw(rt, "command") {
	case 0:
		do = func(c *client) error { _, err := c.DeleteVersion(c.t.Context(), subj, number, permanent); return err }
	case 1, 2:
		do = func(c *client) error { _, err := c.DeleteSubject(c.t.Context(), subj, permanent); return err }
	case 3:
		mode := rapid.SampledFrom([]Mode{ReadWrite, ReadWrite, Import, ReadOnly}).Draw(rt, "mode")
		do = func(c *client) error { return c.SetMode(c.t.Context(), subj, &mode, permanent) }
	case 4:
		do = func(c *client) error { _, err := c.ClearMode(c.t.Context(), subj, permanent); return err }
	case 5:
		update := ConfigUpdate{Level: patch(compat.None)}
		if permanent {
			update.DefaultMetadata = patch(schema.Metadata{Properties: map[string]string{"k": "v"}})
		}
		do = func(c *client) error { _, err := c.SetConfig(c.t.Context(), subj, update); return err }
	case 6:
		do = func(c *client) error { _, err := c.ClearConfig(c.t.Context(), subj); return err }
	case 7:
		cmd := submission(subject, text, withID(number+10), withVersion(max(number, 0)))
		do = func(c *client) error { _, err := c.Register(c.t.Context(), cmd); return err }
	case 8:
		cmd := submission(subject, strict("U", "r", "R"), referring("R", "a", number))
		do = func(c *client) error { _, err := c.Register(c.t.Context(), cmd); return err }
	default:
		cmd := submission(subject, text)
		if permanent {
			withProperties("owner", "x")(&cmd)
		}
		do = func(c *client) error { _, err := c.Register(c.t.Context(), cmd); return err }
	}
	return func(c *client) {
		if err := do(c); codeOf(err) == -1 {
			c.t.Errorf("a command failed: %v", err)
		}
	}
}

// everyBlobIsUsed fails unless the log has those blobs that the state uses, and no others that an event ever named.
func everyBlobIsUsed(t *testing.T, rt *rapid.T, c *client) {
	for rec, err := range c.log.Read(t.Context(), c.marks.before(0)) {
		if err != nil {
			rt.Fatal(err)
		}
		ev, err := kinds.decode(rec)
		if err != nil {
			rt.Fatal(err)
		}
		named := needs(ev)
		if e, ok := ev.(*schemaRegistered); ok {
			named = e.blobs()
		}
		there, err := c.log.Blobs(t.Context(), named)
		if err != nil {
			rt.Fatal(err)
		}
		for _, d := range named {
			if _, kept := there[d]; kept != c.Current().used(d) {
				rt.Fatalf("event %d, %s: a blob is kept %t, used %t", rec.Seq, rec.Kind, kept, c.Current().used(d))
			}
		}
	}
}
