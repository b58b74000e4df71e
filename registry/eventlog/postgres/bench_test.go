package postgres_test

import (
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
)

func BenchmarkAppend(b *testing.B) {
	logtest.BenchmarkAppend(b, func(b *testing.B) eventlog.Log { return open(b, pgtest.URL(b)) })
}

func BenchmarkReplay(b *testing.B) {
	logtest.BenchmarkReplay(b, open(b, pgtest.URL(b)))
}
