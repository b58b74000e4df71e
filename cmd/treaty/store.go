package main

import (
	"context"
	"path/filepath"

	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/postgres"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

// A store is a log that is open.
type store interface {
	eventlog.Log
	Close() error
}

// openLog opens the store that the settings name, and brings its tables up to date. A nil provider traces nothing.
func (s *settings) openLog(ctx context.Context, provider *trace.TracerProvider) (store, error) {
	if s.postgres == "" {
		if path, err := filepath.Abs(s.data); err == nil { // so that what is logged says which directory it is
			s.data = path
		}
		return sqlite.Open(ctx, s.data)
	}
	var options []postgres.Option
	if s.notify != "" {
		options = append(options, postgres.WithListenURL(s.notify))
	}
	if provider != nil {
		options = append(options, postgres.WithTraces(provider))
	}
	return postgres.Open(ctx, s.postgres, options...)
}

// storeName tells where the log is, without secrets.
func (s *settings) storeName() string {
	if s.postgres != "" {
		return maskPassword(s.postgres)
	}
	return s.data
}
