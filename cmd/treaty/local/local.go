// Package local is a registry in the process, over files instead of a store. What a server would answer about the versions
// that are put into it, it answers through the same code and the same client, without a network.
package local

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/treatyhq/treaty/httpapi"
	"github.com/treatyhq/treaty/httpapi/client"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
)

// A Version is put into a registry as it is: with its number and its ID, whatever it breaks.
type Version struct {
	Subject    string
	Number     int // 0 is the next one
	ID         int // 0 is a new one
	Type       schema.Type
	Text       string
	References []schema.Reference
	Metadata   *schema.Metadata
	RuleSet    *schema.RuleSet
}

// A Registry lives until it is closed.
type Registry struct {
	reg  *registry.Registry
	stop context.CancelFunc
	done sync.WaitGroup
}

// Open returns an empty registry. cfg says how it behaves; its logger is replaced by silence.
func Open(ctx context.Context, cfg registry.Config) (*Registry, error) {
	cfg.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &Registry{reg: registry.New(memory.New(), cfg), stop: stop}
	r.done.Go(func() { _ = r.reg.Run(running) })
	if err := r.reg.Ready(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Close ends the registry.
func (r *Registry) Close() {
	r.stop()
	r.done.Wait()
}

// Inside returns the registry itself.
func (r *Registry) Inside() *registry.Registry { return r.reg }

// Put adds versions in the order given, in which each stands behind those that it refers to. The error names the version.
func (r *Registry) Put(ctx context.Context, versions ...Version) error {
	mode := registry.Import
	if err := r.reg.SetMode(ctx, registry.Subject{Context: registry.GlobalContext}, &mode, true); err != nil {
		return err
	}
	for _, v := range versions {
		if err := r.put(ctx, v); err != nil {
			return fmt.Errorf("%s version %d: %w", v.Subject, v.Number, err)
		}
	}
	return r.reg.SetMode(ctx, registry.Subject{Context: registry.GlobalContext}, nil, false)
}

func (r *Registry) put(ctx context.Context, v Version) error {
	subject := registry.ParseSubject(v.Subject)
	id := v.ID
	if id == 0 {
		id = r.reg.Current().MaxID(&subject) + 1
	}
	_, err := r.reg.Register(ctx, registry.RegisterCommand{
		Submission: registry.Submission{
			Subject: subject, Type: v.Type, Text: v.Text, References: v.References, Metadata: v.Metadata, RuleSet: v.RuleSet,
		},
		Version: v.Number,
		ID:      max(id, 1),
	})
	return err
}

// Client returns a client of the registry.
func (r *Registry) Client() (*client.Client, error) {
	handler, err := httpapi.New(r.reg, httpapi.Config{Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), MaxBody: 1 << 30})
	if err != nil {
		return nil, err
	}
	return client.New("http://local", client.WithHTTPClient(&http.Client{Transport: direct{handler}}), client.WithAttempts(1))
}

// direct answers requests by a handler in the process.
type direct struct{ http.Handler }

// RoundTrip implements [http.RoundTripper].
func (d direct) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body == nil {
		request.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	d.ServeHTTP(recorder, request)
	return recorder.Result(), request.Context().Err()
}
