package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/httpapi"
	"github.com/treatyhq/treaty/registry"
)

const serveLong = `Serve the registry.

Every flag can be given as a variable too: TREATY_LOG_FORMAT for --log-format. A flag
wins over a variable, a variable over the default; --print-config shows the outcome.

Traces are sent as the OTEL_ variables say, if there are any. GOGC and GOMEMLIMIT
replace the spacing of garbage collections that keeps a registry small.`

func newServe() *cobra.Command {
	var s settings
	var printConfig bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the registry",
		Long:  serveLong,
		Args:  cobra.NoArgs,
	}
	s.bind(cmd.Flags())
	cmd.Flags().BoolVar(&printConfig, "print-config", false, "print every setting with its origin, and exit")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		from, unknown, err := applyEnvironment(cmd.Flags(), os.Environ())
		if err != nil {
			return err
		}
		if err := s.check(from["data"] != fromDefault); err != nil {
			return err
		}
		logger := s.logger(cmd.ErrOrStderr())
		for _, name := range unknown {
			logger.Warn("variable means nothing to treaty", "name", name)
		}
		if printConfig {
			return from.print(cmd.OutOrStdout(), cmd.Flags())
		}
		if err := s.mayListen(); err != nil {
			return err
		}
		if s.demo && s.postgres == "" && from["data"] == fromDefault {
			remove, err := s.temporaryData()
			if err != nil {
				return err
			}
			defer remove()
		}
		return s.serve(cmd.Context(), cmd.OutOrStdout(), logger)
	}
	return cmd
}

func (s *settings) logger(w io.Writer) *slog.Logger {
	level, _ := s.slogLevel()
	options := &slog.HandlerOptions{Level: level}
	if s.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// serve runs until ctx ends and everything accepted by then is answered and stored.
func (s *settings) serve(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	started := time.Now()
	spaceCollections()
	log, err := s.openLog(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	reg := registry.New(log, s.registryConfig(logger))
	handler, auth, err := s.handler(reg, logger)
	if err != nil {
		return err
	}
	handler, stopTracing, err := traced(ctx, handler)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, within(s.shutdownTimeout, stopTracing)) }()
	listener, base, err := s.open(ctx)
	if err != nil {
		return err
	}
	logger.Info("listening", "url", base, "store", s.storeName())

	// The registry outlives the server, so that it finishes what the server accepted.
	running, stopRegistry := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRegistry()
	server := newServer(handler, logger)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return reg.Run(running) })
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		defer stopRegistry()
		return s.shutDown(server, logger)
	})
	group.Go(func() error { return s.afterStart(ctx, reg, base, out, logger, started) })
	if s.authFile != "" {
		group.Go(func() error {
			auth.Follow(ctx, s.authFile, time.Second)
			return nil
		})
	}
	return group.Wait()
}

// afterStart waits until the registry serves, and registers the examples in a demo.
func (s *settings) afterStart(ctx context.Context, reg *registry.Registry, base string, out io.Writer, logger *slog.Logger, started time.Time) error {
	if err := reg.Ready(ctx); err != nil {
		return nil // stopped before it was ready
	}
	status := reg.Status()
	logger.Info("ready", "after", time.Since(started).Round(time.Microsecond), "subjects", status.Subjects,
		"versions", status.Versions, "events", int64(status.Applied.Seq))
	if !s.demo {
		return nil
	}
	if err := registerExamples(ctx, reg); err != nil {
		return fmt.Errorf("register the examples: %w", err)
	}
	return printTour(out, base, s.data)
}

// shutDown lets requests finish. What has not finished in time is cut off.
func (s *settings) shutDown(server *http.Server, logger *slog.Logger) error {
	logger.Info("stopping", "within", s.shutdownTimeout)
	err := within(s.shutdownTimeout, server.Shutdown)
	if err != nil {
		server.Close()
		return fmt.Errorf("requests were cut off after %s: %w", s.shutdownTimeout, err)
	}
	return nil
}

// within calls f with a context that ends after d, whatever has ended before.
func within(d time.Duration, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	return f(ctx)
}

func (s *settings) registryConfig(logger *slog.Logger) registry.Config {
	return registry.Config{
		Limits:             s.limits,
		Work:               s.work,
		CacheBytes:         s.cacheBytes,
		DefaultLevel:       compat.Level(s.level),
		RejectEmptySubject: s.rejectEmptySubject,
		StrictReferences:   s.strictReferences,
		FixedModes:         s.fixedModes,
		MaxQueue:           s.maxQueue,
		Logger:             logger,
	}
}

// handler returns the API. auth is nil where nobody is asked who they are.
func (s *settings) handler(reg *registry.Registry, logger *slog.Logger) (h http.Handler, auth *httpapi.Auth, err error) {
	if s.authFile != "" || s.tlsClientCA != "" {
		if auth, err = httpapi.NewAuth(s.authFile, logger); err != nil {
			return nil, nil, err
		}
	}
	b := thisBuild()
	h, err = httpapi.New(reg, httpapi.Config{
		MaxBody:          s.maxBody,
		IncompatibleCode: s.incompatibleCode,
		Cluster:          s.cluster,
		Version:          b.version,
		Commit:           b.commit,
		Logger:           logger,
		Observer:         httpapi.NewObserver(logger, newMetrics(reg), s.accessLog),
		Auth:             auth,
	})
	return h, auth, err
}
