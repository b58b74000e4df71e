package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// outcomeTimeout is how long Append waits for its connection and its statement, which both give up before that: so it
// ends only where the server is silent.
const outcomeTimeout = 2 * patience

// appendBatch appends a whole batch and asks once where the log ends; everything else is done only if it was there. $2
// is NULL where the log is to be empty. It returns how many events it has inserted: all or none.
const appendBatch = `
	WITH appended AS (
		INSERT INTO events (seq, mark, kind, version, actor, time, data)
		SELECT
			$1 + e.o,
			e.mark,
			e.kind,
			e.version,
			e.actor,
			e.time,
			e.data::json
		FROM unnest(
			$3::bytea[],
			$4::text[],
			$5::integer[],
			$6::text[],
			$7::timestamptz[],
			$8::text[]
		) WITH ORDINALITY AS e (mark, kind, version, actor, time, data, o)
		WHERE (SELECT coalesce(max(seq), 0) FROM events) = $1::bigint
		AND (SELECT mark FROM events WHERE seq = $1::bigint) IS NOT DISTINCT FROM $2::bytea
		RETURNING seq
	), erased AS (
		DELETE FROM blobs
		WHERE digest = ANY ($9::bytea[]) AND EXISTS (SELECT FROM appended)
	), put AS (
		INSERT INTO blobs (digest, body)
		SELECT b.digest, b.body
		FROM unnest($10::bytea[], $11::bytea[]) AS b (digest, body)
		WHERE EXISTS (SELECT FROM appended)
		ON CONFLICT (digest) DO NOTHING
	)
	SELECT count(*), (SELECT pg_notify('treaty_events', '') WHERE EXISTS (SELECT FROM appended))::text
	FROM appended`

// Append implements [eventlog.Log]. It does not end before the outcome is known, or seems out of reach.
func (l *Log) Append(ctx context.Context, after eventlog.Position, batch eventlog.Batch) (eventlog.Position, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outcomeTimeout)
	defer cancel()
	var n int
	var notified *string
	err := l.pool.QueryRow(ctx, appendBatch, arguments(after, batch)...).Scan(&n, &notified)
	switch {
	case stale(err) || err == nil && n != len(batch.Events):
		return eventlog.Position{}, eventlog.ErrStale
	case err != nil:
		return eventlog.Position{}, fmt.Errorf("append %d events after %d: %w", len(batch.Events), after.Seq, err)
	}
	l.growth.Announce()
	return eventlog.Position{Seq: after.Seq + eventlog.Seq(n), Mark: batch.Events[n-1].Mark}, nil
}

// stale reports whether a rival has taken the place: its event stands there, or the server has seen the two run into
// each other.
func stale(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	const uniqueViolation, serializationFailure = "23505", "40001"
	return refused.Code == uniqueViolation && refused.ConstraintName == "events_pkey" ||
		refused.Code == serializationFailure
}

// arguments returns what appendBatch asks for.
func arguments(after eventlog.Position, batch eventlog.Batch) []any {
	n := len(batch.Events)
	var (
		marks    = make([][]byte, n)
		kinds    = make([]string, n)
		versions = make([]int32, n)
		actors   = make([]string, n)
		times    = make([]time.Time, n)
		data     = make([]string, n)
		erases   = make([][]byte, 0, len(batch.Erases))
		digests  = make([][]byte, len(batch.Puts))
		bodies   = make([][]byte, len(batch.Puts))
		mark     []byte
	)
	for i, e := range batch.Events {
		marks[i], kinds[i], versions[i], actors[i], times[i], data[i] = e.Mark[:], e.Kind, int32(e.Version), e.Actor, e.Time, string(e.Data)
	}
	for i, put := range batch.Puts {
		digests[i], bodies[i] = put.Digest[:], put.Body
	}
	for _, digest := range batch.Erases {
		// The parts of a statement do not see each other's changes: one both put and erased would be neither.
		if !slices.ContainsFunc(batch.Puts, func(b eventlog.Blob) bool { return b.Digest == digest }) {
			erases = append(erases, digest[:])
		}
	}
	if after != (eventlog.Position{}) {
		mark = after.Mark[:]
	}
	return []any{int64(after.Seq), mark, marks, kinds, versions, actors, times, data, erases, digests, bodies}
}
