package registry

import (
	"fmt"
	"sync"
	"testing"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

func rabinOf(t testing.TB, text string) uint64 {
	t.Helper()
	s, err := avro.Parse(t.Context(), schema.Source{Text: text}, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Rabin()
}

func TestFingerprintsGrow(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	doc := func(doc string) string { return `{"type":"fixed","name":"F","size":4,"doc":"` + doc + `"}` }
	n := envelope.Name{Kind: envelope.ByFingerprint, Rabin: rabinOf(t, doc(""))}
	for i := range 40 {
		c.register("others", fmt.Sprintf(`{"type":"fixed","name":"G","size":%d}`, i+1), func(cmd *RegisterCommand) { cmd.Force = true })
	}
	step := func(want string) {
		t.Helper()
		if got := ask(t, c.Source(), n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	step("no schema")
	c.register("b", doc("b"))
	step("b/1")
	c.register("c", `{"type":"record","name":"C","fields":[{"name":"f","type":"F"}]}`, referring("F", "b", 1))
	c.register("a", doc("a"))
	step("b/1")
	withReference := n
	withReference.Rabin = rabinOf(t, `{"type":"record","name":"C","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":4}}]}`)
	for _, withReference.Subject = range []string{"", "c"} {
		if got := ask(t, c.Source(), withReference); got != "c/1" {
			t.Errorf("with a reference, of subject %q: got %s", withReference.Subject, got)
		}
	}
	c.mode(":.i:", Import, false)
	c.register(":.i:s", doc("five"), withID(5), withVersion(1))
	n.Context = ".i"
	step(":.i:s/1")
	c.register(":.i:t", doc("four"), withID(4), withVersion(1))
	step(":.i:t/1")
	c.delete(":.i:t", 1, false)
	step(":.i:t/1")
	c.delete(":.i:t", 1, true)
	step(":.i:s/1")
}

func TestFingerprintsAfterASplit(t *testing.T) {
	t.Parallel()
	first, restored := memory.New(), memory.New()
	log := &faultyLog{log: first}
	c := &client{run(t, log, Config{}), t}
	c.register("s", record("R", "a"))
	kept := c.Current().position
	c.register("s", record("R", "a", "b"))
	n := envelope.Name{Kind: envelope.ByFingerprint, Rabin: rabinOf(t, record("R", "a", "b"))}
	if got := ask(t, c.Source(), n); got != "s/2" {
		t.Fatalf("before the split: got %s", got)
	}
	copyLog(t, first, restored, kept)
	log.replace(restored)
	eventually(t, "the lost version vanishes", func() bool {
		s, err := c.Latest(t.Context())
		return err == nil && s.subjectOf(ParseSubject("s")).version(2) == nil
	})
	c.register("s", record("R", "a", "c"))
	if got := ask(t, c.Source(), n); got != "no schema" {
		t.Errorf("the lost schema, after the split: got %s", got)
	}
	n.Rabin = rabinOf(t, record("R", "a", "c"))
	if got := ask(t, c.Source(), n); got != "s/2" {
		t.Errorf("the one that has its ID now: got %s", got)
	}
}

func TestFingerprintsBesideAWriter(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	var asking sync.WaitGroup
	for i := range 40 {
		text := fmt.Sprintf(`{"type":"fixed","name":"F%d","size":4}`, i)
		subject := []string{"s", ":.x:s"}[i%2] + fmt.Sprint(i)
		v := c.register(subject, text)
		n := envelope.Name{Kind: envelope.ByFingerprint, Context: v.Subject.Context, Rabin: rabinOf(t, text)}
		for range 3 {
			asking.Go(func() {
				if got := ask(t, c.Source(), n); got != subject+"/1" {
					t.Errorf("got %s, want %s/1", got, subject)
				}
			})
		}
	}
	asking.Wait()
}
