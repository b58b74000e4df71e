package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/internal/stored"
)

// Read implements [eventlog.Log].
func (l *Log) Read(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return stored.Read(ctx, (*source)(l), after)
}

// Wait implements [eventlog.Log]. It is woken by the Appends of this Log, and asks each second for those of others. An
// error that is not that of ctx says that the database does not answer.
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	return l.growth.Wait(ctx, (*source)(l), after)
}

const selectHead = `
	SELECT seq, mark
	FROM events
	ORDER BY seq DESC
	LIMIT 1`

// Head implements [eventlog.Log].
func (l *Log) Head(ctx context.Context) (eventlog.Position, error) {
	var head eventlog.Position
	var mark []byte
	if ctx.Err() != nil {
		return eventlog.Position{}, fmt.Errorf("read the head: %w", ctx.Err())
	}
	// One row at the end of an index is there sooner than somebody is found to watch the context meanwhile.
	err := l.head.QueryRowContext(context.WithoutCancel(ctx)).Scan(&head.Seq, &mark)
	if errors.Is(err, sql.ErrNoRows) {
		return head, nil
	}
	if err != nil {
		return eventlog.Position{}, fmt.Errorf("read the head: %w", err)
	}
	copy(head.Mark[:], mark)
	return head, nil
}

// A source is the Log as [stored] sees it.
type source Log

// Head is that of the Log.
func (s *source) Head(ctx context.Context) (eventlog.Position, error) { return (*Log)(s).Head(ctx) }

// Page implements [stored.Source].
func (s *source) Page(ctx context.Context, first, last eventlog.Seq) ([]eventlog.Record, error) {
	rows, err := s.reads.QueryContext(ctx, `
		SELECT
			seq,
			mark,
			kind,
			version,
			actor,
			time,
			data
		FROM events
		WHERE seq BETWEEN ?1 AND ?2
		ORDER BY seq
		LIMIT ?3`, int64(first), int64(last), stored.PageSize)
	if err != nil {
		return nil, fmt.Errorf("read events from %d: %w", first, err)
	}
	defer rows.Close()
	var records []eventlog.Record
	for rows.Next() {
		record, err := scanRecord(rows)
		if err != nil {
			return nil, fmt.Errorf("read events from %d: %w", first, err)
		}
		records = append(records, record)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read events from %d: %w", first, err)
	}
	return records, nil
}

func scanRecord(rows *sql.Rows) (eventlog.Record, error) {
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
