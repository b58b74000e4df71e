package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// A page of records is read at a time, so that a slow reader does not keep the write-ahead log from being emptied.
const page = 1024

// Read implements [eventlog.Log].
func (l *Log) Read(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return func(yield func(eventlog.Record, error) bool) {
		head, err := l.Head(ctx)
		if err != nil {
			yield(eventlog.Record{}, err)
			return
		}
		for at := after; ; {
			records, err := l.page(ctx, at, head.Seq)
			if err != nil {
				yield(eventlog.Record{}, fmt.Errorf("read after %d: %w", at.Seq, err))
				return
			}
			for _, record := range records {
				if !yield(record, nil) {
					return
				}
				at = record.Position()
			}
			if at.Seq >= head.Seq {
				return
			}
		}
	}
}

// page returns the records after at, up to last. It reads the record at as well, to see that the history is still the
// same.
func (l *Log) page(ctx context.Context, at eventlog.Position, last eventlog.Seq) ([]eventlog.Record, error) {
	rows, err := l.reads.QueryContext(ctx, `
		SELECT seq, mark, kind, version, actor, time, data
		FROM events
		WHERE seq BETWEEN ?1 AND ?2
		ORDER BY seq
		LIMIT ?3`, int64(at.Seq), int64(max(at.Seq, last)), page+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seen := at == eventlog.Position{} // or else the record at
	var records []eventlog.Record
	for rows.Next() {
		record, err := scan(rows)
		switch {
		case err != nil:
			return nil, err
		case seen:
			records = append(records, record)
		case record.Position() != at:
			return nil, eventlog.ErrSplit
		}
		seen = true
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if !seen {
		return nil, eventlog.ErrSplit
	}
	return records, nil
}

func scan(rows *sql.Rows) (eventlog.Record, error) {
	var record eventlog.Record
	var mark, data sql.RawBytes
	var millis int64
	err := rows.Scan(
		&record.Seq,
		&mark,
		&record.Kind,
		&record.Version,
		&record.Actor,
		&millis,
		&data,
	)
	copy(record.Mark[:], mark)
	record.Data = append(record.Data, data...)
	record.Time = time.UnixMilli(millis).UTC()
	return record, err
}

// Head implements [eventlog.Log].
func (l *Log) Head(ctx context.Context) (eventlog.Position, error) {
	var head eventlog.Position
	var mark []byte
	err := l.reads.QueryRowContext(ctx, `
		SELECT seq, mark FROM events ORDER BY seq DESC LIMIT 1`).Scan(&head.Seq, &mark)
	if errors.Is(err, sql.ErrNoRows) {
		return head, nil
	}
	if err != nil {
		return eventlog.Position{}, fmt.Errorf("read the head: %w", err)
	}
	copy(head.Mark[:], mark)
	return head, nil
}

// Blobs implements [eventlog.Log].
func (l *Log) Blobs(ctx context.Context, digests []eventlog.Digest) (map[eventlog.Digest][]byte, error) {
	conn, err := l.reads.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("read %d blobs: %w", len(digests), err)
	}
	defer conn.Close()
	stmt, err := conn.PrepareContext(ctx, `SELECT body FROM blobs WHERE digest = ?1`)
	if err != nil {
		return nil, fmt.Errorf("read %d blobs: %w", len(digests), err)
	}
	defer stmt.Close()
	bodies := make(map[eventlog.Digest][]byte, len(digests))
	for _, digest := range digests {
		var body []byte
		err := stmt.QueryRowContext(ctx, digest[:]).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read %d blobs: %w", len(digests), err)
		}
		bodies[digest] = body
	}
	return bodies, nil
}
