package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/internal/stored"
)

// Blobs implements [eventlog.Log]. A registry that starts asks for blobs in the order in which they were put; those are
// read row after row, which takes two thirds of the time of looking each of them up.
func (l *Log) Blobs(ctx context.Context, digests []eventlog.Digest) (map[eventlog.Digest][]byte, error) {
	bodies := make(map[eventlog.Digest][]byte, len(digests))
	for some := range slices.Chunk(digests, stored.PageSize) {
		missing, err := l.scan(ctx, some, bodies)
		if err == nil {
			err = l.lookUp(ctx, missing, bodies)
		}
		if err != nil {
			return nil, fmt.Errorf("read %d blobs: %w", len(digests), err)
		}
	}
	return bodies, nil
}

// scan adds the bodies that stand from the first to the last of the digests, if they stand so close together that it
// pays, and returns the digests that are not among them.
func (l *Log) scan(ctx context.Context, digests []eventlog.Digest, bodies map[eventlog.Digest][]byte) ([]eventlog.Digest, error) {
	var first, last int
	err := l.reads.QueryRowContext(ctx, `
		SELECT a.id, z.id FROM blobs AS a, blobs AS z WHERE a.digest = ?1 AND z.digest = ?2`,
		digests[0][:], digests[len(digests)-1][:]).Scan(&first, &last)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (last <= first || last-first > 4*len(digests)) {
		return digests, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := l.reads.QueryContext(ctx, `
		SELECT digest, body FROM blobs WHERE id BETWEEN ?1 AND ?2 ORDER BY id`, first, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := make(map[eventlog.Digest]bool, len(digests))
	for _, digest := range digests {
		found[digest] = false
	}
	for rows.Next() {
		var digest eventlog.Digest
		var key, body sql.RawBytes
		if err := rows.Scan(&key, &body); err != nil {
			return nil, err
		}
		copy(digest[:], key)
		if _, ok := found[digest]; ok {
			found[digest] = true
			bodies[digest] = append([]byte{}, body...)
		}
	}
	return slices.DeleteFunc(slices.Clone(digests), func(d eventlog.Digest) bool { return found[d] }), rows.Err()
}

// lookUp adds the bodies of the digests, one after the other.
func (l *Log) lookUp(ctx context.Context, digests []eventlog.Digest, bodies map[eventlog.Digest][]byte) error {
	if len(digests) == 0 {
		return nil
	}
	keys := make([]byte, 0, len(digests)*len(eventlog.Digest{}))
	for _, digest := range digests {
		keys = append(keys, digest[:]...)
	}
	rows, err := l.reads.QueryContext(ctx, `
		WITH RECURSIVE wanted (n) AS (
			SELECT 0 UNION ALL SELECT n + 1 FROM wanted WHERE n + 1 < ?2
		)
		SELECT wanted.n, blobs.body
		FROM wanted
		CROSS JOIN blobs ON blobs.digest = substr(?1, 1 + 32 * wanted.n, 32)`, keys, len(digests))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var body []byte
		if err := rows.Scan(&n, &body); err != nil {
			return err
		}
		bodies[digests[n]] = body
	}
	return rows.Err()
}
