package main

import (
	"context"
	"fmt"
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
		var err error
		if s.data, err = filepath.Abs(s.data); err != nil { // so that the log says which directory it is
			return nil, fmt.Errorf("--data: %w", err)
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
