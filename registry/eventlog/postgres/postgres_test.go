package postgres_test

import (
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/postgres"
	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
)

func open(t testing.TB, url string, opts ...postgres.Option) *postgres.Log {
	t.Helper()
	log, err := postgres.Open(t.Context(), url, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func TestLog(t *testing.T) {
	t.Parallel()
	logtest.Run(t, func(t *testing.T) (eventlog.Log, eventlog.Log) {
		url := pgtest.URL(t)
		return open(t, url), open(t, url)
	})
}
