package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/sqlite"
)

func open(t testing.TB, dir string) *sqlite.Log {
	t.Helper()
	log, err := sqlite.Open(t.Context(), dir)
	check(t, err)
	t.Cleanup(func() { check(t, log.Close()) })
	return log
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// raw opens the database of the log in dir without the log.
func raw(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "treaty.db")+"?_txlock=immediate")
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

func TestLog(t *testing.T) {
	t.Parallel()
	logtest.Run(t, func(t *testing.T) (eventlog.Log, eventlog.Log) {
		dir := t.TempDir()
		return open(t, dir), open(t, dir)
	})
}

// What one process has written the next one finds, in a directory of any name that is made when it is missing.
func TestReopen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "a b?c=%41#ключ")
	batch := logtest.Batch("ada", 3)
	batch.Puts = []eventlog.Blob{logtest.Blob(1000)}
	log, err := sqlite.Open(t.Context(), dir)
	check(t, err)
	head, err := log.Append(t.Context(), eventlog.Position{}, batch)
	check(t, err)
	check(t, log.Close())
	if _, err := os.Stat(filepath.Join(dir, "treaty.db")); err != nil {
		t.Error(err)
	}

	again := open(t, dir)
	got, err := again.Head(t.Context())
	check(t, err)
	if got != head {
		t.Errorf("head: got %v, want %v", got, head)
	}
	bodies, err := again.Blobs(t.Context(), []eventlog.Digest{batch.Puts[0].Digest})
	check(t, err)
	if d := cmp.Diff(map[eventlog.Digest][]byte{batch.Puts[0].Digest: batch.Puts[0].Body}, bodies); d != "" {
		t.Errorf("blobs (-want +got):\n%s", d)
	}
}

// Processes that start together make the tables once, and all find them.
func TestRelativeDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	open(t, "data/below")
}

func TestOpenTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			log, err := sqlite.Open(t.Context(), dir)
			if err != nil {
				t.Error(err)
				return
			}
			defer log.Close()
			if _, err := log.Head(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, []byte("not a directory"), 0o600))
	garbage := t.TempDir()
	check(t, os.WriteFile(filepath.Join(garbage, "treaty.db"), bytes.Repeat([]byte("not a database "), 1000), 0o600))
	for name, dir := range map[string]string{"a file": file, "garbage": garbage} {
		if log, err := sqlite.Open(t.Context(), dir); err == nil {
			t.Errorf("%s: no error", name)
			log.Close()
		}
	}
}

// Events are frozen, whoever tries.
func TestFrozen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := open(t, dir)
	_, err := log.Append(t.Context(), eventlog.Position{}, logtest.Batch("ada", 2))
	check(t, err)
	db := raw(t, dir)
	for _, change := range []string{
		`UPDATE events SET actor = 'bob'`,
		`DELETE FROM events WHERE seq = 2`,
		`DELETE FROM events`,
		`INSERT INTO events (seq, mark, kind, version, actor, time, data) VALUES (3, 'short', '', 1, '', 1, '')`,
	} {
		if _, err := db.Exec(change); err == nil {
			t.Errorf("%s: no error", change)
		}
	}
}

// What is erased is in no file of the directory any more.
func TestErasedForGood(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := open(t, dir)
	batch := logtest.Batch("ada", 1)
	secret := bytes.Repeat([]byte("the quick brown fox. "), 1000)
	for i := range 50 {
		blob := logtest.Blob(1400)
		if i == 25 {
			blob.Body = secret
		}
		batch.Puts = append(batch.Puts, blob)
	}
	head, err := log.Append(t.Context(), eventlog.Position{}, batch)
	check(t, err)
	if !onDisk(t, dir, "the quick brown fox") {
		t.Error("the blob is nowhere on disk before it is erased: the test looks at the wrong place")
	}
	erase := logtest.Batch("ada", 1)
	erase.Erases = []eventlog.Digest{batch.Puts[25].Digest}
	_, err = log.Append(t.Context(), head, erase)
	check(t, err)
	if onDisk(t, dir, "the quick brown fox") {
		t.Error("the blob is on disk after it was erased")
	}
}

func onDisk(t *testing.T, dir, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	check(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		check(t, err)
		if bytes.Contains(content, []byte(text)) {
			return true
		}
	}
	return false
}

// Another process that holds the lock for writing holds a writer up for the time of the busy_timeout, not for ever; the
// log is read meanwhile.
func TestLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	log := open(t, dir)
	head, err := log.Append(t.Context(), eventlog.Position{}, logtest.Batch("ada", 1))
	check(t, err)
	tx, err := raw(t, dir).Begin()
	check(t, err)
	start := time.Now()
	_, err = log.Append(t.Context(), head, logtest.Batch("ada", 1))
	if err == nil || errors.Is(err, eventlog.ErrStale) {
		t.Errorf("append to a locked log: got %v, want another error than ErrStale", err)
	}
	if took := time.Since(start); took > 9*time.Second {
		t.Errorf("append to a locked log took %v", took)
	}
	got, err := log.Head(t.Context())
	check(t, err)
	if got != head {
		t.Errorf("head: got %v, want %v", got, head)
	}
	check(t, tx.Rollback())
	_, err = log.Append(t.Context(), head, logtest.Batch("ada", 1))
	check(t, err)
}
