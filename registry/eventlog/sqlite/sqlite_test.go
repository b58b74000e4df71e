package sqlite_test

import (
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

func open(t testing.TB, dir string) *sqlite.Log {
	t.Helper()
	log, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

func TestLog(t *testing.T) {
	t.Parallel()
	logtest.Run(t, func(t *testing.T) (eventlog.Log, eventlog.Log) {
		dir := t.TempDir()
		return open(t, dir), open(t, dir)
	})
}
