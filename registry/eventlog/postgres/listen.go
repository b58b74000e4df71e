package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// listen announces growth at every notification until ctx ends. Notifications are a hint: what goes wrong here is put
// right by the polling of Wait, and tried again.
func (l *Log) listen(ctx context.Context, config *pgx.ConnConfig) {
	defer close(l.listening)
	for ctx.Err() == nil {
		_ = l.hear(ctx, config)
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}

// hear announces growth at every notification that one connection brings, until it breaks.
func (l *Log) hear(ctx context.Context, config *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `LISTEN treaty_events`); err != nil {
		return err
	}
	for {
		l.growth.Announce() // at first for what came before the connection
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}
