package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/treatyhq/treaty/registry"
)

const upgradeLong = `Raise the level of a log to this release's.

A release writes only what all releases at the log's level can read, so that replicas can be
replaced one after the other. Once all of them run the new release, upgrade lets it write
what is new; from then on older releases stop before it and are not ready. A server on the
embedded store raises the level when it starts.`

// upgradeTimeout bounds the replay and the one event.
const upgradeTimeout = 5 * time.Minute

func newUpgrade() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:     "upgrade --postgres URL",
		Short:   "Raise the level of a log, once all replicas run this release",
		Long:    upgradeLong,
		Example: "  treaty upgrade --postgres postgres://treaty@db.internal/treaty",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&s.postgres, "postgres", "", "URL of the PostgreSQL database that the replicas share")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if _, _, err := applyEnvironment(cmd.Flags(), os.Environ()); err != nil {
			return err
		}
		if s.postgres == "" {
			return errors.New("--postgres is missing: a server on the embedded store upgrades it when it starts")
		}
		return s.upgrade(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	return cmd
}

func (s *settings) upgrade(ctx context.Context, out, errOut io.Writer) (err error) {
	log, err := s.openLog(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	reg := registry.New(log, registry.Config{Logger: s.logger(errOut)})
	ctx, cancel := context.WithTimeout(ctx, upgradeTimeout)
	done := make(chan error, 1)
	go func() { done <- reg.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-done)
	}()
	if err := reg.Ready(ctx); err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	level, err := reg.RaiseLevel(registry.WithActor(ctx, "treaty upgrade"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the log is at level %d\n", level)
	return err
}
