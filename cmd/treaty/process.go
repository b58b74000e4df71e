package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/treatyhq/treaty/httpapi"
	"github.com/treatyhq/treaty/registry"
)

// A process is the parts of a server that run beside each other.
type process struct {
	*settings
	logger  *slog.Logger
	out     io.Writer
	started time.Time
	base    string // URL

	reg    *registry.Registry
	auth   *httpapi.Auth // nil where nobody is asked who they are
	server *http.Server
}

// run serves until ctx ends or a part fails. The registry outlives the server, so that it finishes what the server has
// accepted.
func (p *process) run(ctx context.Context, listener net.Listener) error {
	running, stopRegistry := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRegistry()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.reg.Run(running) })
	group.Go(func() error {
		if err := p.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		defer stopRegistry()
		return p.shutDown()
	})
	group.Go(func() error { return p.afterStart(ctx) })
	if p.authFile != "" {
		group.Go(func() error {
			p.auth.Follow(ctx, p.authFile, time.Second)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	p.logger.Info("stopped")
	return nil
}

// afterStart says when the registry serves. Then it raises the level of an embedded log, and in a demo registers the
// examples.
func (p *process) afterStart(ctx context.Context) error {
	if err := p.reg.Ready(ctx); err != nil {
		return nil // stopped before it was ready
	}
	status := p.reg.Status()
	p.logger.Info("ready", "after", time.Since(p.started).Round(time.Microsecond), "subjects", status.Subjects,
		"versions", status.Versions, "events", int64(status.Applied.Seq))
	if p.postgres == "" { // alone with its log
		if _, err := p.reg.RaiseLevel(registry.WithActor(ctx, "treaty serve")); err != nil && ctx.Err() == nil {
			p.logger.Error("the log stays at its level", "level", status.Level, "error", err)
		}
	}
	if !p.demo {
		return nil
	}
	if err := registerExamples(ctx, p.reg); err != nil {
		if ctx.Err() != nil {
			return nil // stopped while it registered
		}
		return fmt.Errorf("register the examples: %w", err)
	}
	return printTour(p.out, p.base, p.storeName())
}

// shutDown lets requests finish. What has not finished in time is cut off.
func (p *process) shutDown() error {
	p.logger.Info("stopping", "within", p.shutdownTimeout)
	if err := within(p.shutdownTimeout, p.server.Shutdown); err != nil {
		p.server.Close()
		return fmt.Errorf("requests were cut off after %s: %w", p.shutdownTimeout, err)
	}
	return nil
}

// within calls f with a context that ends after d, whatever has ended before.
func within(d time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return f(ctx)
}
