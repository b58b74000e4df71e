// Command treaty serves a schema registry and speaks to one.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

// run carries out the command line and returns the exit code: 0, or after an error its code.
func run() int {
	// The first signal ends what runs in good order. From then on signals have their usual effect: the second kills.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	root := newRoot(os.Stdin, os.Stdout, os.Stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		if text := err.Error(); text != "" {
			fmt.Fprintln(os.Stderr, "treaty:", text)
		}
		return exitCode(err)
	}
	return 0
}

func newRoot(in io.Reader, out, errOut io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:           "treaty",
		Short:         "A schema registry that enforces contracts",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.Version = thisBuild().String()
	root.SetVersionTemplate("treaty {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath())
	})
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	root.AddCommand(newInit(), newCheck(), newDiff(), newLint(), newLock(), newRegister(), newPlan(), newApply())
	root.AddCommand(newMessages()...)
	root.AddCommand(newServe(), newUpgrade(), newAuth(), newImport(), newExport(), newLog(), newManual(), newVersion())
	return root
}
