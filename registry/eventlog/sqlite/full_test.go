package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
)

// A store that is full refuses the batch and keeps none of it, wherever in the batch it runs out of room; the log is
// read as before, and grows again once there is room.
func TestFull(t *testing.T) {
	t.Parallel()
	for _, room := range []int{0, 1, 3, 10, 40, 200} {
		t.Run(fmt.Sprintf("%d pages", room), func(t *testing.T) {
			t.Parallel()
			log, err := Open(t.Context(), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer log.Close()
			first, batch := logtest.Batch("ada", 3), logtest.Batch("ada", 200)
			for range 400 {
				batch.Puts = append(batch.Puts, logtest.Blob(3000))
			}
			batch.Puts[399] = logtest.Blob(4 << 20)
			head, err := log.Append(t.Context(), eventlog.Position{}, first)
			if err != nil {
				t.Fatal(err)
			}
			before := read(t, log)

			fill(t, log, room)
			if _, err := log.Append(t.Context(), head, batch); err == nil || errors.Is(err, eventlog.ErrStale) {
				t.Fatalf("append to a full store: got %v, want another error than ErrStale", err)
			}
			if d := cmp.Diff(before, read(t, log)); d != "" {
				t.Errorf("records of a full store (-before +after):\n%s", d)
			}
			if bodies, err := log.Blobs(t.Context(), []eventlog.Digest{batch.Puts[0].Digest}); err != nil || len(bodies) > 0 {
				t.Errorf("blobs of a full store: got %d and %v, want none", len(bodies), err)
			}

			// The connection that was told about the end of the room is gone with the error.
			if _, err := log.Append(t.Context(), head, batch); err != nil {
				t.Fatalf("append once there is room: %v", err)
			}
			if got := len(read(t, log)); got != 203 {
				t.Errorf("the log has %d events, want 203", got)
			}
		})
	}
}

// fill leaves the connection that writes room for so many more pages.
func fill(t *testing.T, log *Log, pages int) {
	t.Helper()
	var size int
	if err := log.writer.conn.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&size); err != nil {
		t.Fatal(err)
	}
	if _, err := log.writer.conn.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", size+pages)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, log *Log) []eventlog.Record {
	t.Helper()
	records, err := logtest.Collect(log.Read(t.Context(), eventlog.Position{}))
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// A directory in which nothing can be made is refused with the system's reason, and one that will do is left as it was.
func TestWritable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := writable(dir); err != nil {
		t.Errorf("an empty directory: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("it was left with %d files, %v", len(entries), err)
	}
	if err := writable(filepath.Join(dir, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that is not there: got %v, want that it does not exist", err)
	}
}
