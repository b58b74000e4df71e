package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/internal/stored"
)

// Read implements [eventlog.Log].
func (l *Log) Read(ctx context.Context, after eventlog.Position) iter.Seq2[eventlog.Record, error] {
	return stored.Read(ctx, (*source)(l), after)
}

// Wait implements [eventlog.Log]. It is woken by the Appends of this Log and by notifications of others', and asks each
// second in any case. An error that is not that of ctx says that the database does not answer.
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	return l.growth.Wait(ctx, (*source)(l), after)
}

// Head implements [eventlog.Log].
func (l *Log) Head(ctx context.Context) (eventlog.Position, error) {
	var head eventlog.Position
	var mark []byte
	err := l.pool.QueryRow(ctx, `
		SELECT seq, mark FROM events ORDER BY seq DESC LIMIT 1`).Scan(&head.Seq, &mark)
	if errors.Is(err, pgx.ErrNoRows) {
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
	rows, err := s.pool.Query(ctx, `
		SELECT
			seq,
			mark,
			kind,
			version,
			actor,
			time,
			data
		FROM events
		WHERE seq BETWEEN $1 AND $2
		ORDER BY seq
		LIMIT $3`, first, last, stored.PageSize)
	if err != nil {
		return nil, fmt.Errorf("read events from %d: %w", first, err)
	}
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("read events from %d: %w", first, err)
	}
	return records, nil
}

func scanRecord(row pgx.CollectableRow) (eventlog.Record, error) {
	var record eventlog.Record
	var mark []byte
	err := row.Scan(
		&record.Seq,
		&mark,
		&record.Kind,
		&record.Version,
		&record.Actor,
		&record.Time,
		(*[]byte)(&record.Data),
	)
	copy(record.Mark[:], mark)
	record.Time = record.Time.UTC()
	return record, err
}

// Blobs implements [eventlog.Log].
func (l *Log) Blobs(ctx context.Context, digests []eventlog.Digest) (map[eventlog.Digest][]byte, error) {
	bodies := make(map[eventlog.Digest][]byte, len(digests))
	for some := range slices.Chunk(digests, stored.PageSize) {
		if err := l.blobs(ctx, some, bodies); err != nil {
			return nil, fmt.Errorf("read %d blobs: %w", len(digests), err)
		}
	}
	return bodies, nil
}

// blobs adds the bodies of the digests that the log has.
func (l *Log) blobs(ctx context.Context, digests []eventlog.Digest, bodies map[eventlog.Digest][]byte) error {
	keys := make([][]byte, len(digests))
	for i := range digests {
		keys[i] = digests[i][:]
	}
	rows, err := l.pool.Query(ctx, `
		SELECT digest, body FROM blobs WHERE digest = ANY ($1::bytea[])`, keys)
	if err != nil {
		return err
	}
	var key, body []byte
	_, err = pgx.ForEachRow(rows, []any{&key, &body}, func() error {
		bodies[eventlog.Digest(key)] = body
		return nil
	})
	return err
}
