// Package migrations holds the SQL that makes the tables of the two durable logs, and brings a database up to date. It
// is imported by the two logs alone.
//
// Migrations go forward only. A file that has been released is never edited: what comes after it goes into the next one.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// SQLite brings a SQLite database up to date. The caller holds a lock that keeps other processes from doing the same.
func SQLite(ctx context.Context, db *sql.DB) error {
	return up(ctx, goose.DialectSQLite3, db, "sqlite")
}

// Postgres brings a PostgreSQL database up to date. The caller holds a lock that keeps other processes from doing the
// same.
func Postgres(ctx context.Context, db *sql.DB) error {
	return up(ctx, goose.DialectPostgres, db, "postgres")
}

func up(ctx context.Context, dialect goose.Dialect, db *sql.DB, dir string) error {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db, sub, goose.WithTableName("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations of %s: %w", dir, err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
