package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// insertEvents inserts all the events or none: the guard is asked once, before the first of them is there. ?2 is NULL
// where the log is to be empty.
const insertEvents = `
	INSERT INTO events (seq, mark, kind, version, actor, time, data)
	SELECT
		?1 + 1 + e.key,
		unhex(e.value ->> 0),
		e.value ->> 1,
		e.value ->> 2,
		e.value ->> 3,
		e.value ->> 4,
		e.value ->> 5
	FROM json_each(?3) AS e
	WHERE (SELECT coalesce(max(seq), 0) FROM events) = ?1
	AND (SELECT mark FROM events WHERE seq = ?1) IS ?2`

const (
	insertBlob = `INSERT INTO blobs (digest, body) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING`
	deleteBlob = `DELETE FROM blobs WHERE digest = ?1`
)

// Append implements [eventlog.Log]. It does not end before the write does.
func (l *Log) Append(ctx context.Context, after eventlog.Position, batch eventlog.Batch) (eventlog.Position, error) {
	ctx = context.WithoutCancel(ctx)
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.writer == nil {
		w, err := newWriter(ctx, l.writes)
		if err != nil {
			return eventlog.Position{}, fmt.Errorf("append %d events after %d: %w", len(batch.Events), after.Seq, err)
		}
		l.writer = w
	}
	err := l.writer.append(ctx, after, batch)
	switch {
	case errors.Is(err, eventlog.ErrStale):
		return eventlog.Position{}, err
	case err != nil:
		l.writer.close()
		l.writer = nil
		return eventlog.Position{}, fmt.Errorf("append %d events after %d: %w", len(batch.Events), after.Seq, err)
	}
	l.growth.Announce()
	n := len(batch.Events)
	return eventlog.Position{Seq: after.Seq + eventlog.Seq(n), Mark: batch.Events[n-1].Mark}, nil
}

// A writer is the connection that writes, with its statements. After an error that is not ErrStale it may be in any
// state, and is closed.
type writer struct {
	conn                   *sql.Conn
	begin, commit, undo    *sql.Stmt
	events, blob, eraseOne *sql.Stmt
}

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn}
	for _, s := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&w.begin, "BEGIN IMMEDIATE"},
		{&w.commit, "COMMIT"},
		{&w.undo, "ROLLBACK"},
		{&w.events, insertEvents},
		{&w.blob, insertBlob},
		{&w.eraseOne, deleteBlob},
	} {
		if *s.stmt, err = conn.PrepareContext(ctx, s.text); err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

// close closes the connection itself, instead of giving it back to the pool: that ends its transaction for certain.
func (w *writer) close() {
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = w.conn.Close()
}

func (w *writer) append(ctx context.Context, after eventlog.Position, batch eventlog.Batch) error {
	events, err := encode(batch.Events)
	if err != nil {
		return err
	}
	if _, err := w.begin.ExecContext(ctx); err != nil {
		return err
	}
	var mark []byte
	if after != (eventlog.Position{}) {
		mark = after.Mark[:]
	}
	result, err := w.events.ExecContext(ctx, int64(after.Seq), mark, events)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil {
		return err
	} else if n != int64(len(batch.Events)) {
		if _, err := w.undo.ExecContext(ctx); err != nil {
			return err
		}
		return eventlog.ErrStale
	}
	for _, digest := range batch.Erases {
		if _, err := w.eraseOne.ExecContext(ctx, digest[:]); err != nil {
			return err
		}
	}
	for _, blob := range batch.Puts {
		if _, err := w.blob.ExecContext(ctx, blob.Digest[:], blob.Body); err != nil {
			return err
		}
	}
	if _, err := w.commit.ExecContext(ctx); err != nil {
		return err
	}
	if len(batch.Erases) > 0 {
		w.truncate(ctx)
	}
	return nil
}

// truncate empties the write-ahead log, in which erased blobs can still be read. While others read or write it may
// leave it as it is: then it is overwritten later.
func (w *writer) truncate(ctx context.Context) {
	_, _ = w.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
}

// encode returns the events as JSON arrays for insertEvents. Data is a string in it, so that SQLite keeps it as it is.
func encode(events []eventlog.Event) (string, error) {
	rows := make([][6]any, len(events))
	for i, e := range events {
		rows[i] = [6]any{hex.EncodeToString(e.Mark[:]), e.Kind, e.Version, e.Actor, e.Time.UnixMilli(), string(e.Data)}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(rows)
	return b.String(), err
}
