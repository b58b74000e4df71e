package main

import (
	"context"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

// A store is a log that is open.
type store interface {
	eventlog.Log
	Close() error
}

// openLog opens the store that the settings name, and brings its tables up to date.
func (s *settings) openLog(ctx context.Context) (store, error) {
	return sqlite.Open(ctx, s.data)
}

// storeName tells where the log is, without secrets.
func (s *settings) storeName() string {
	if s.postgres != "" {
		return maskPassword(s.postgres)
	}
	return s.data
}
