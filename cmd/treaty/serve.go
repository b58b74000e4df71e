package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

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
		Example: `  treaty serve --demo
  treaty serve --data /var/lib/treaty
  treaty serve --postgres postgres://user:password@host/treaty`,
		Args: cobra.NoArgs,
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
		defer runtime.KeepAlive(spaceCollections())
		return s.serve(cmd.Context(), cmd.OutOrStdout(), logger)
	}
	return cmd
}

func (s *settings) logger(w io.Writer) *slog.Logger {
	level, _ := s.slogLevel()
	options := &slog.HandlerOptions{Level: level}
	if s.logFormat == "json" {
		options.ReplaceAttr = spellDuration
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// spellDuration gives a duration the form that it has in a text log, which tells its unit.
func spellDuration(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindDuration {
		a.Value = slog.StringValue(a.Value.Duration().String())
	}
	return a
}

// serve runs until ctx ends and everything accepted by then is answered and stored.
func (s *settings) serve(ctx context.Context, out io.Writer, logger *slog.Logger) (err error) {
	started := time.Now()
	auth, err := s.auth(logger)
	if err != nil {
		return err
	}
	provider, err := startTracing(ctx)
	if err != nil {
		return err
	}
	if provider != nil {
		defer flushTraces(provider, logger)
	}
	listener, base, err := s.listenOn(ctx) // before the log is opened, which makes a directory
	if err != nil {
		return err
	}
	defer listener.Close()
	log, err := s.openLog(ctx, provider)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	reg := registry.New(log, s.registryConfig(logger))
	handler, err := s.handler(reg, auth, logger)
	if err != nil {
		return err
	}
	logger.Info("listening", "url", base, "store", s.storeName())
	entrance := &gate{next: handler, ready: func() bool { return reg.Status().Ready }}
	p := process{
		settings: s, logger: logger, out: out, started: started, base: base,
		reg: reg, auth: auth, server: newServer(traced(entrance, provider), logger),
	}
	return p.run(ctx, listener)
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

// auth returns nil where nobody is asked who they are.
func (s *settings) auth(logger *slog.Logger) (*httpapi.Auth, error) {
	if s.authFile == "" && s.tlsClientCA == "" {
		return nil, nil
	}
	auth, err := httpapi.NewAuth(s.authFile, logger)
	if err != nil {
		return nil, fmt.Errorf("--auth-file: %w", err)
	}
	return auth, nil
}

func (s *settings) handler(reg *registry.Registry, auth *httpapi.Auth, logger *slog.Logger) (http.Handler, error) {
	b := thisBuild()
	meter := newMetrics(reg)
	return httpapi.New(reg, httpapi.Config{
		MaxBody:          s.maxBody,
		MaxBatch:         s.maxBatch,
		MaxMessage:       s.maxMessage,
		IncompatibleCode: s.incompatibleCode,
		Cluster:          s.cluster,
		Version:          b.version,
		Commit:           b.commit,
		Logger:           logger,
		Observer:         httpapi.NewObserver(logger, meter, s.accessLog),
		Auth:             auth,
		Messages:         meter.messages.Count,
	})
}
