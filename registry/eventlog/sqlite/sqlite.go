// Package sqlite keeps the event log in a SQLite database, for a registry that is one process with a disk.
//
// One connection writes and a few read. A write is one transaction in WAL mode with synchronous=FULL, so that what
// Append has returned survives the loss of power. Other processes may open the same database.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver

	"github.com/treatyhq/treaty/migrations"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/internal/stored"
)

// A Log is an [eventlog.Log] in a SQLite database.
type Log struct {
	writes  *sql.DB // one connection
	reads   *sql.DB
	head    *sql.Stmt // of reads: who asks for the newest state asks this
	writing sync.Mutex
	writer  *writer // nil until the first Append, and after one that went wrong; guarded by writing
	growth  stored.Growth
}

var _ eventlog.Log = (*Log)(nil)

// writePragmas are the pragmas of the connection that writes.
var writePragmas = []string{
	"foreign_keys(1)",
	"synchronous(FULL)",
	"secure_delete(1)",
	"journal_mode(WAL)",
	"cache_size(-16384)",       // KiB: a batch fits, so that no page is written twice
	"wal_autocheckpoint(4096)", // pages: those of the blobs' index are written back once for several batches
}

// Open opens the log in the directory, which it makes if there is none, and brings its tables up to date.
func Open(ctx context.Context, dir string) (*Log, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, "treaty.db"))
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	l := new(Log)
	if l.writes, err = open(path, 1, writePragmas...); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if l.reads, err = open(path, 4, "query_only(1)"); err != nil {
		l.writes.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := l.migrate(ctx, filepath.Join(filepath.Dir(path), "treaty.lock")); err != nil {
		l.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if l.head, err = l.reads.PrepareContext(ctx, selectHead); err != nil {
		l.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return l, nil
}

// Close closes the database. Nothing else of the log may be called after it.
func (l *Log) Close() error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.writer != nil {
		l.writer.close()
	}
	err := l.reads.Close()
	if err2 := l.writes.Close(); err == nil {
		err = err2 // the last to close: it empties the write-ahead log into the database
	}
	return err
}

// open returns a pool of at most n connections to the database at path, each with the pragmas.
func open(path string, n int, pragmas ...string) (*sql.DB, error) {
	query := url.Values{
		"_pragma": append([]string{"busy_timeout(5000)"}, pragmas...),
		"_txlock": {"immediate"},
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// migrate brings the tables up to date while it holds a lock in a database of its own: the transactions of the
// migrations come and go.
func (l *Log) migrate(ctx context.Context, lock string) error {
	mutex, err := open(lock, 1)
	if err != nil {
		return err
	}
	defer mutex.Close()
	if _, err := mutex.ExecContext(ctx, "PRAGMA busy_timeout = 60000; BEGIN EXCLUSIVE"); err != nil {
		if err2 := writable(filepath.Dir(lock)); err2 != nil {
			return err2 // SQLite says only that it was unable to open the file
		}
		return fmt.Errorf("lock %s: %w", lock, err)
	}
	if err := migrations.SQLite(ctx, l.writes); err != nil {
		return err
	}
	// The first commit gives the file a page. From then on locking it writes nothing, so it works on a full disk.
	_, err = mutex.ExecContext(ctx, "COMMIT")
	return err
}

// writable returns why no file can be made in a directory, nil if one can.
func writable(dir string) error {
	file, err := os.CreateTemp(dir, "treaty-")
	if err != nil {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = cause.Err // without the name, which was chance
		}
		return fmt.Errorf("make a file in %s: %w", dir, err)
	}
	file.Close()
	return os.Remove(file.Name())
}
