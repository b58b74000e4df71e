// Package postgres keeps the event log in a PostgreSQL database, for any number of registries that are replicas of each
// other. PostgreSQL 15 or later.
//
// What Append has returned survives what the server's commits survive: with synchronous_standby_names set, the loss of
// the primary too. A server that is in recovery is refused, as its log may be behind.
package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"go.opentelemetry.io/otel/trace"

	"github.com/treatyhq/treaty/migrations"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/internal/stored"
)

// patience is how long a connection may take to come about, and a statement or a lock in a session of ours.
const patience = 5 * time.Second

// A Log is an [eventlog.Log] in a PostgreSQL database.
type Log struct {
	pool      *pgxpool.Pool
	growth    stored.Growth
	stop      context.CancelFunc // ends listening
	listening chan struct{}      // closed when listening has ended
}

var _ eventlog.Log = (*Log)(nil)

// An Option is a part of the configuration that most do without.
type Option func(*options)

type options struct {
	listenURL string
	traces    trace.TracerProvider
}

// WithListenURL makes the Log listen for notifications at another URL than it reads and writes at, for where those go
// through a pooler that drops LISTEN.
func WithListenURL(url string) Option { return func(o *options) { o.listenURL = url } }

// WithTraces makes the Log trace its statements.
func WithTraces(provider trace.TracerProvider) Option {
	return func(o *options) { o.traces = provider }
}

// Open opens the log in the database at the URL and brings its tables up to date; replicas that start together wait for
// the first to do so.
func Open(ctx context.Context, url string, opts ...Option) (*Log, error) {
	o := options{listenURL: url}
	for _, opt := range opts {
		opt(&o)
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	listen, err := pgx.ParseConfig(o.listenURL)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	prepare(config.ConnConfig)
	prepare(listen)
	config.AfterConnect = setUp
	config.ConnConfig.Tracer = tracer(o.traces)
	if err := migrate(ctx, config.ConnConfig); err != nil {
		return nil, fmt.Errorf("open the log: %w", onOneLine(err))
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	l := &Log{pool: pool, listening: make(chan struct{})}
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	go l.listen(ctx, listen)
	return l, nil
}

// Close closes all connections. Nothing else of the log may be called after it.
func (l *Log) Close() error {
	l.stop()
	<-l.listening
	l.pool.Close()
	return nil
}

func tracer(provider trace.TracerProvider) pgx.QueryTracer {
	if provider == nil {
		return nil
	}
	return otelpgx.NewTracer(otelpgx.WithTracerProvider(provider))
}

// prepare makes connections end up at a server that is not in recovery, or fail in time.
func prepare(config *pgx.ConnConfig) {
	config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = patience
	}
}

// setUp bounds what a session may wait for, and makes its commits durable. These are no parameters of the connection,
// as poolers refuse those.
func setUp(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, fmt.Sprintf(`
		SET statement_timeout = %[1]d;
		SET lock_timeout = %[1]d;
		SET idle_in_transaction_session_timeout = %[1]d;
		SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`,
		patience.Milliseconds()))
	return err
}

// migrate brings the tables up to date while it holds a lock of the database. The lock belongs to a transaction and not
// to a session, for the sake of poolers.
func migrate(ctx context.Context, config *pgx.ConnConfig) error {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	lock, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer lock.Rollback()      // gives the lock back
	const key = 0x747265617479 // "treaty"
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, key); err != nil {
		return fmt.Errorf("lock the migrations: %w", err)
	}
	return migrations.Postgres(ctx, db)
}
