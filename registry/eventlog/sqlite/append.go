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
	conn       *sql.Conn
	begin      *sql.Stmt
	appendAll  *sql.Stmt
	put, erase *sql.Stmt
	commit     *sql.Stmt
	rollback   *sql.Stmt
	checkpoint *sql.Stmt
	statements []*sql.Stmt // all of them
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
		{&w.appendAll, insertEvents},
		{&w.put, insertBlob},
		{&w.erase, deleteBlob},
		{&w.commit, "COMMIT"},
		{&w.rollback, "ROLLBACK"},
		{&w.checkpoint, "PRAGMA wal_checkpoint(TRUNCATE)"},
	} {
		if *s.stmt, err = conn.PrepareContext(ctx, s.text); err != nil {
			w.close()
			return nil, err
		}
		w.statements = append(w.statements, *s.stmt)
	}
	return w, nil
}

// close closes the connection itself, instead of giving it back to the pool. SQLite ends the transaction of a connection
// that is closed, but not before all of its statements are.
func (w *writer) close() {
	for _, stmt := range w.statements {
		_ = stmt.Close()
	}
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
	result, err := w.appendAll.ExecContext(ctx, int64(after.Seq), mark, events)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil {
		return err
	} else if n != int64(len(batch.Events)) {
		if _, err := w.rollback.ExecContext(ctx); err != nil {
			return err
		}
		return eventlog.ErrStale
	}
	for _, digest := range batch.Erases {
		if _, err := w.erase.ExecContext(ctx, digest[:]); err != nil {
			return err
		}
	}
	for _, blob := range batch.Puts {
		if _, err := w.put.ExecContext(ctx, blob.Digest[:], blob.Body); err != nil {
			return err
		}
	}
	if _, err := w.commit.ExecContext(ctx); err != nil {
		return err
	}
	if len(batch.Erases) > 0 {
		// Erased blobs can still be read in the write-ahead log. While others read it, it may stay as it is, and is
		// overwritten later.
		_, _ = w.checkpoint.ExecContext(ctx)
	}
	return nil
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
