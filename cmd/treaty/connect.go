package main

import (
	"cmp"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/treatyhq/treaty/httpapi/client"
)

// A connection is how a command reaches a registry.
type connection struct {
	url     string // of --registry or TREATY_REGISTRY
	timeout time.Duration
}

const connectionHelp = `The registry is --registry, else TREATY_REGISTRY, else the one of treaty.yaml. Credentials come from the
environment: TREATY_TOKEN, or TREATY_USER and TREATY_PASSWORD, or they stand in the URL.`

// flags adds the flags of a command that talks to a server.
func (c *connection) flags(f *pflag.FlagSet) {
	f.StringVar(&c.url, "registry", os.Getenv("TREATY_REGISTRY"), "URL of the registry; TREATY_REGISTRY")
	f.DurationVar(&c.timeout, "timeout", 30*time.Second, "longest time to take")
}

// open returns a client of the registry. fallback is the URL that a treaty.yaml names, and may be empty.
func (c *connection) open(fallback string) (*client.Client, error) {
	url := cmp.Or(c.url, fallback)
	if url == "" {
		return nil, &exit{exitUsage, errors.New("no registry: --registry, TREATY_REGISTRY or treaty.yaml must name its URL")}
	}
	var options []client.Option
	if user := os.Getenv("TREATY_USER"); user != "" {
		options = append(options, client.WithBasic(user, os.Getenv("TREATY_PASSWORD")))
	}
	if token := os.Getenv("TREATY_TOKEN"); token != "" {
		options = append(options, client.WithBearer(token))
	}
	opened, err := client.New(url, options...)
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	return opened, nil
}

// unanswered gives an error of the registry the code that it ends the program with: 2 for a request for what is not there
// or makes no sense, 3 for a registry that could not answer.
func unanswered(err error) error {
	var known *exit
	if err == nil || errors.As(err, &known) {
		return err
	}
	var refused *client.Error
	if errors.As(err, &refused) && (refused.Code >= 40400 && refused.Code < 40500 || refused.Status == http.StatusUnprocessableEntity) {
		return &exit{exitUsage, err}
	}
	return &exit{exitUnchecked, err}
}
