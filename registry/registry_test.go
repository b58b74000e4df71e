package registry

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
)

// run starts a registry over a log, waits until it serves, and stops it when the test ends.
func run(t testing.TB, log eventlog.Log, cfg Config) *Registry {
	t.Helper()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	r := New(log, cfg)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	if err := r.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// A client is a registry in a test, addressed as the API addresses it.
type client struct {
	*Registry
	t testing.TB
}

func newClient(t testing.TB) *client { return &client{run(t, memory.New(), Config{}), t} }

// record is the text of a record with fields of type string.
func record(name string, fields ...string) string {
	text := `{"type":"record","name":"` + name + `","fields":[`
	for i, f := range fields {
		if i > 0 {
			text += ","
		}
		text += `{"name":"` + f + `","type":"string","default":""}`
	}
	return text + `]}`
}

// strict is the text of a record with a field that has no default.
func strict(name, field, typ string) string {
	return `{"type":"record","name":"` + name + `","fields":[{"name":"` + field + `","type":"` + typ + `"}]}`
}

func submission(subject, text string, change ...func(*RegisterCommand)) RegisterCommand {
	cmd := RegisterCommand{Submission: Submission{Subject: ParseSubject(subject), Text: text}, ID: UnsetID}
	for _, c := range change {
		c(&cmd)
	}
	return cmd
}

func withID(id int) func(*RegisterCommand) { return func(c *RegisterCommand) { c.ID = id } }
func withVersion(version int) func(*RegisterCommand) {
	return func(c *RegisterCommand) { c.Version = version }
}
func normalizing(c *RegisterCommand) { yes := true; c.Normalize = &yes }

func withProperties(pairs ...string) func(*RegisterCommand) {
	m := &schema.Metadata{Properties: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		m.Properties[pairs[i]] = pairs[i+1]
	}
	return func(c *RegisterCommand) { c.Metadata = m }
}

func referring(name, subject string, version int) func(*RegisterCommand) {
	return func(c *RegisterCommand) {
		c.References = append(c.References, schema.Reference{Name: name, Subject: subject, Version: version})
	}
}

func (c *client) register(subject, text string, change ...func(*RegisterCommand)) Registered {
	c.t.Helper()
	got, err := c.Register(c.t.Context(), submission(subject, text, change...))
	if err != nil {
		c.t.Fatalf("register %s under %s: %v", text, subject, err)
	}
	return got
}

func (c *client) refused(want Code, subject, text string, change ...func(*RegisterCommand)) *Error {
	c.t.Helper()
	got, err := c.Register(c.t.Context(), submission(subject, text, change...))
	if codeOf(err) != want {
		c.t.Fatalf("register %s under %s: version %d, error %v; want a refusal with %d", text, subject, got.Number, err, want)
	}
	var e *Error
	errors.As(err, &e)
	return e
}

func (c *client) level(subject string, level compat.Level) {
	c.t.Helper()
	c.config(subject, ConfigUpdate{Level: patch(level)})
}

func (c *client) config(subject string, update ConfigUpdate) SubjectConfig {
	c.t.Helper()
	config, err := c.SetConfig(c.t.Context(), ParseSubject(subject), update)
	if err != nil {
		c.t.Fatalf("set config of %s: %v", subject, err)
	}
	return config
}

func (c *client) mode(subject string, mode Mode, force bool) {
	c.t.Helper()
	if err := c.SetMode(c.t.Context(), ParseSubject(subject), &mode, force); err != nil {
		c.t.Fatalf("set mode of %s to %s: %v", subject, mode, err)
	}
}

func (c *client) delete(subject string, number int, permanent bool) Code {
	_, err := c.DeleteVersion(c.t.Context(), ParseSubject(subject), number, permanent)
	return codeOf(err)
}

func (c *client) deleteSubject(subject string, permanent bool) ([]int, Code) {
	numbers, err := c.DeleteSubject(c.t.Context(), ParseSubject(subject), permanent)
	return numbers, codeOf(err)
}

// versions returns the numbers of a subject's versions, those of soft-deleted ones negative.
func (c *client) versions(subject string) []int {
	found, err := c.Current().Versions(ParseSubject(subject), VersionFilter{Deleted: true})
	if err != nil {
		return nil
	}
	var numbers []int
	for _, v := range found {
		if v.Deleted {
			v.Number = -v.Number
		}
		numbers = append(numbers, v.Number)
	}
	return numbers
}

func patch[T any](v T) Patch[T] { return Patch[T]{Set: true, Value: &v} }

func clearing[T any]() Patch[T] { return Patch[T]{Set: true} }

// codeOf returns the code of a refusal, 0 for no error, and -1 for an internal one.
func codeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.Code
	}
	return -1
}
