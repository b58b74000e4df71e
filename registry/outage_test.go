package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	log := &faultyLog{log: memory.New()}
	c := &client{run(t, log, Config{}), t}
	c.register("s", record("R", "a"))
	for _, fault := range []struct {
		name string
		set  func()
	}{
		{"written, but the answer is lost", func() { log.lose.Store(1) }},
		{"not written the first time", func() { log.refuse.Store(1) }},
	} {
		fault.set()
		before := c.Current().nextVersion(ParseSubject("s"))
		got := c.register("s", record("R", "a", "b"+string(rune('a'+before))))
		if got.Existing || got.Number != before {
			t.Errorf("%s: version %d, existing %t, want the new version %d", fault.name, got.Number, got.Existing, before)
		}
	}
	log.refuse.Store(2)
	c.refused(StoreUnavailable, "s", record("R", "a", "never"))
	time.Sleep(retryAfter)
	if got := c.register("s", record("R", "a", "later")); got.Number != 4 {
		t.Errorf("after a failure: version %d, want 4", got.Number)
	}
}

func TestOutage(t *testing.T) {
	t.Parallel()
	log := &faultyLog{log: memory.New()}
	c := &client{run(t, log, Config{}), t}
	ctx, a := t.Context(), record("R", "a")
	v := c.register("s", a)
	log.set(true)

	if _, err := c.Current().ByID(v.ID, nil); err != nil {
		t.Errorf("read by ID: %v", err)
	}
	s, err := c.Latest(ctx)
	if err != nil || s.Stale() <= 0 {
		t.Errorf("latest: stale for %v, error %v, want what is in memory, stale", s.Stale(), err)
	}
	if got := c.register("s", a); !got.Existing || got.Stale <= 0 {
		t.Errorf("registered again: %+v, want the existing version, stale", got)
	}
	c.refused(StoreUnavailable, "s", record("R", "a", "b"))
	c.refused(StoreUnavailable, "s", strict("R", "b", "int"))
	c.code("delete", c.delete("s", 1, false), StoreUnavailable)
	err = c.Read(ctx, func(s *State) error {
		_, err := s.ByID(99, nil)
		return err
	})
	c.code("a miss", codeOf(err), StoreUnavailable)
	_, err = c.Lookup(ctx, submission("s", record("R", "z")).Submission, false)
	c.code("a look-up that misses", codeOf(err), StoreUnavailable)
	if status := c.Status(); !status.Ready || status.Lag <= 0 || !errors.Is(status.StoreErr, errFault) {
		t.Errorf("status %+v, want ready with a lag and the reason", status)
	}

	log.set(false)
	eventually(t, "a registration", func() bool {
		_, err := c.Register(ctx, submission("s", record("R", "a", "b")))
		return err == nil
	})
	c.expectVersions("s", 1, 2)
	if status := c.Status(); status.Lag != 0 || status.StoreErr != nil {
		t.Errorf("status afterwards %+v, want no lag", status)
	}
}

func TestStartsWithoutItsStore(t *testing.T) {
	t.Parallel()
	log := &faultyLog{log: memory.New(), down: true}
	r := New(log, Config{Logger: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	_, err := r.Latest(ctx)
	if codeOf(err) != StoreUnavailable || r.Status().Ready {
		t.Errorf("before the store is there: %v, ready %t, want a refusal", err, r.Status().Ready)
	}
	log.set(false)
	eventually(t, "ready", func() bool { return r.Status().Ready })
	stop()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if _, err := r.Register(t.Context(), submission("s", record("R", "a"))); codeOf(err) != StoreUnavailable {
		t.Errorf("register after the end: %v, want a refusal", err)
	}
}

// A log that lost its tail, as after a restore, is read anew.
func TestSplitHistory(t *testing.T) {
	t.Parallel()
	first, restored := memory.New(), memory.New()
	log := &faultyLog{log: first}
	c := &client{run(t, log, Config{}), t}
	c.register("s", record("R", "a"))
	kept := c.Current().position
	c.register("s", record("R", "a", "b"))
	c.register("lost", record("R", "a"))
	copyLog(t, first, restored, kept)
	log.replace(restored)

	eventually(t, "the lost subject vanishes", func() bool {
		s, err := c.Latest(t.Context())
		return err == nil && s.subjectOf(ParseSubject("lost")) == nil
	})
	c.expectVersions("s", 1)
	if got := c.register("s", record("R", "a", "c")); got.Number != 2 {
		t.Errorf("after the split: version %d, want 2", got.Number)
	}
	if diff := cmp.Diff(portraitOf(run(t, restored, Config{}).Current()), portraitOf(c.Current()), samePortrait); diff != "" {
		t.Errorf("the state after the split, -replayed +live:\n%s", diff)
	}
}

// copyLog copies a log up to a position.
func copyLog(t *testing.T, from, to eventlog.Log, last eventlog.Position) {
	t.Helper()
	var at eventlog.Position
	for rec, err := range from.Read(t.Context(), at) {
		if err != nil {
			t.Fatal(err)
		}
		batch := eventlog.Batch{Events: []eventlog.Event{rec.Event}}
		ev, err := kinds.decode(rec)
		if err != nil {
			t.Fatal(err)
		}
		blobs, err := from.Blobs(t.Context(), needs(ev))
		if err != nil {
			t.Fatal(err)
		}
		for digest, body := range blobs {
			batch.Puts = append(batch.Puts, eventlog.Blob{Digest: digest, Body: body})
		}
		if at, err = to.Append(t.Context(), at, batch); err != nil {
			t.Fatal(err)
		}
		if at == last {
			return
		}
	}
}

// A log that a later release writes is served as far as this one understands it, and not written.
func TestHigherLevel(t *testing.T) {
	t.Parallel()
	log := memory.New()
	c := &client{run(t, log, Config{}), t}
	v := c.register("s", record("R", "a"))
	data, err := json.Marshal(levelRaised{Level: binaryLevel + 1})
	if err != nil {
		t.Fatal(err)
	}
	raise := eventlog.Event{Mark: newMark(), Kind: "level.raised", Version: 1, Actor: "ci", Time: time.Now(), Data: data}
	if _, err := log.Append(t.Context(), c.Current().position, eventlog.Batch{Events: []eventlog.Event{raise}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "not ready", func() bool { return !c.Status().Ready })
	c.refused(StoreUnavailable, "s", record("R", "a", "b"))
	if _, err := c.Current().ByID(v.ID, nil); err != nil {
		t.Errorf("read by ID: %v", err)
	}
	if got := c.Status(); got.Level != binaryLevel || got.Applied.Seq != v.Seq {
		t.Errorf("status %+v, want level %d and the state before the event", got, binaryLevel)
	}
}

// A log of an earlier level is raised once, however often that is asked for; an empty one is left empty.
func TestRaiseLevel(t *testing.T) {
	t.Parallel()
	log := memory.New()
	empty := &client{run(t, memory.New(), Config{}), t}
	if level, err := empty.RaiseLevel(t.Context()); err != nil || level != binaryLevel || empty.Status().Applied.Seq != 0 {
		t.Errorf("an empty log: level %d, %v, head %d", level, err, empty.Status().Applied.Seq)
	}
	data, err := json.Marshal(logCreated{Level: binaryLevel - 1, Key: newKey()})
	if err != nil {
		t.Fatal(err)
	}
	created := eventlog.Event{Mark: newMark(), Kind: "log.created", Version: 1, Actor: "ci", Time: time.Now(), Data: data}
	if _, err := log.Append(t.Context(), eventlog.Position{}, eventlog.Batch{Events: []eventlog.Event{created}}); err != nil {
		t.Fatal(err)
	}
	c := &client{run(t, log, Config{}), t}
	for range 2 {
		if level, err := c.RaiseLevel(t.Context()); err != nil || level != binaryLevel {
			t.Fatalf("level %d, %v; want %d", level, err, binaryLevel)
		}
		if got := c.Status(); got.Level != binaryLevel || got.Applied.Seq != 2 {
			t.Errorf("level %d at event %d, want %d at 2", got.Level, got.Applied.Seq, binaryLevel)
		}
	}
}

func TestCancelledCaller(t *testing.T) {
	t.Parallel()
	log := &faultyLog{log: memory.New()}
	c := &client{run(t, log, Config{}), t}
	c.register("s", record("R", "a"))
	entered, leave := make(chan struct{}, 1), make(chan struct{})
	log.slow = func() {
		select {
		case entered <- struct{}{}:
		default:
		}
		<-leave
	}
	first := make(chan error)
	go func() {
		_, err := c.Register(t.Context(), submission("s", record("R", "a", "b")))
		first <- err
	}()
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error)
	go func() {
		_, err := c.Register(ctx, submission("other", record("R", "c")))
		second <- err
	}()
	eventually(t, "the second command waits", func() bool { return c.Status().Queued == 1 })
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled caller: %v, want context.Canceled", err)
	}
	close(leave)
	if err := <-first; err != nil {
		t.Errorf("the caller before: %v", err)
	}
	c.register("third", record("R", "d"))
	if c.Current().subjectOf(ParseSubject("other")) != nil {
		t.Error("the cancelled command was carried out")
	}
}

func TestRunFinishesWhatItAccepted(t *testing.T) {
	t.Parallel()
	r := New(memory.New(), Config{Logger: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	if err := r.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	const n = 200
	answers := make(chan error, n)
	for i := range n {
		go func() {
			_, err := r.Register(t.Context(), submission("s", record("R", "a", fmt.Sprintf("b%d", i))))
			answers <- err
		}()
	}
	accepted := 0
	if err := <-answers; err == nil {
		accepted++
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	for range n - 1 {
		switch err := <-answers; codeOf(err) {
		case 0:
			accepted++
		case StoreUnavailable:
		default:
			t.Errorf("answer %v, want success or a refusal", err)
		}
	}
	if got := int(r.Current().subjectOf(ParseSubject("s")).active); got != accepted {
		t.Errorf("%d versions, but %d were acknowledged", got, accepted)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	c.register("s", record("R", "a"))
	waited := make(chan error)
	go func() { waited <- c.Wait(t.Context(), 2) }()
	c.level("s", compat.Full)
	if err := <-waited; err != nil {
		t.Errorf("Wait: %v", err)
	}
	kindsAfter := func(after eventlog.Seq) (kinds []string) {
		for rec, err := range c.Events(t.Context(), after) {
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, rec.Kind)
			if rec.Seq == 1 && slices.Contains(memberNames(t, rec.Data), "key") {
				t.Errorf("the first event shows the key: %s", rec.Data)
			}
		}
		return kinds
	}
	if diff := cmp.Diff([]string{"log.created", "schema.registered", "config.set"}, kindsAfter(0)); diff != "" {
		t.Errorf("all events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"config.set"}, kindsAfter(2)); diff != "" {
		t.Errorf("events after 2 (-want +got):\n%s", diff)
	}
}

func memberNames(t *testing.T, data json.RawMessage) (names []string) {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	for name := range members {
		names = append(names, name)
	}
	return names
}
