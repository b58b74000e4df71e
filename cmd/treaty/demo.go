package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/examples"
	"github.com/treatyhq/treaty/registry"
)

// temporaryData makes a directory for a demo's data. remove deletes it.
func (s *settings) temporaryData() (remove func(), err error) {
	if s.data, err = os.MkdirTemp("", "treaty-demo-"); err != nil {
		return nil, err
	}
	return func() { os.RemoveAll(s.data) }, nil
}

// registerExamples registers the contracts of examples/ in the default context. Those that are there already are left
// as they are.
func registerExamples(ctx context.Context, reg *registry.Registry) error {
	contracts, err := examples.Contracts()
	if err != nil {
		return err
	}
	ctx = registry.WithActor(ctx, "demo")
	for _, contract := range contracts {
		if err := registerExample(ctx, reg, contract); err != nil {
			return fmt.Errorf("%s: %w", contract.Subject, err)
		}
	}
	return nil
}

func registerExample(ctx context.Context, reg *registry.Registry, contract examples.Contract) error {
	subject := registry.ParseSubject(contract.Subject)
	if contract.Compatibility != "" {
		level := compat.Level(contract.Compatibility)
		update := registry.ConfigUpdate{Level: registry.Patch[compat.Level]{Set: true, Value: &level}}
		if _, err := reg.SetConfig(ctx, subject, update); err != nil {
			return err
		}
	}
	for _, version := range contract.Versions {
		_, err := reg.Register(ctx, registry.RegisterCommand{
			Submission: registry.Submission{
				Subject: subject, Type: contract.Type, Text: version.Text, References: version.References,
			},
			ID: -1,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", version.File, err)
		}
	}
	return nil
}

// tour is what a demo says. The last command is refused, and says why.
const tour = `
treaty is listening on %[1]s, with the contracts of examples/ in it (data in %[2]s).
Try, in another terminal:

  curl -s %[1]s/subjects

  curl -s %[1]s/subjects/orders-value/versions/latest

  curl -s '%[1]s/compatibility/subjects/shop.common.Money/versions?verbose=true' \
    -H 'Content-Type: application/vnd.schemaregistry.v1+json' \
    -d '{"schema": "{\"type\":\"record\",\"name\":\"Money\",\"namespace\":\"shop.common\",\"fields\":[{\"name\":\"currency\",\"type\":\"string\"},{\"name\":\"minor_units\",\"type\":\"string\"}]}"}'

Ctrl-C ends it.
`

func printTour(out io.Writer, base, data string) error {
	_, err := fmt.Fprintf(out, tour, base, data)
	return err
}
