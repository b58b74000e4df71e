package memory_test

import (
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

func TestLog(t *testing.T) {
	t.Parallel()
	logtest.Run(t, func(*testing.T) (eventlog.Log, eventlog.Log) {
		log := memory.New()
		return log, log
	})
}
