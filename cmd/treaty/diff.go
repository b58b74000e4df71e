package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/treatyhq/treaty/compat"
	compatavro "github.com/treatyhq/treaty/compat/avro"
	compatprotobuf "github.com/treatyhq/treaty/compat/protobuf"
	"github.com/treatyhq/treaty/httpapi/client"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/protobuf"
)

const diffLong = `List all that has changed between two schemas, docs and defaults included, and what each
change does to those who read and those who write.

With a subject and two versions, which may be "latest", it is the registry that compares.
With two files no registry is asked: what they refer to is named by --reference, as a
full name in Avro and as an import path in Protobuf, each behind those that it needs
itself. Credentials for the registry are TREATY_TOKEN, or stand in the URL.

Policies do not count, nor do other versions: what a registration would be told is asked
at /compatibility and /checks.

Exit codes: 0 the change is compatible at --level, 1 it is not, 2 bad usage or a schema or
version that is not one, 3 the registry is out of reach or refuses.`

// diffing is what a diff was asked for.
type diffing struct {
	registry, typ, format, level string
	timeout                      time.Duration
	deleted                      bool        // soft-deleted versions, too
	references                   []string    // name=path of what both files refer to
	own                          [2][]string // the same, of what the old and the new one alone do
}

func newDiff() *cobra.Command {
	var d diffing
	cmd := &cobra.Command{
		Use:   "diff SUBJECT A B | OLD NEW",
		Short: "List what has changed between two versions, or two files",
		Long:  diffLong,
		Example: "  treaty diff orders-value 1 latest --registry http://localhost:8081\n  treaty diff old.avsc new.avsc\n" +
			"  treaty diff old.avsc new.avsc --reference shop.Money=money.avsc",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 && len(args) != 3 {
				return &exit{exitUsage, errors.New("diff takes two files, or a subject and two versions")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd, args) },
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exit{exitUsage, err} })
	f := cmd.Flags()
	f.StringVar(&d.registry, "registry", os.Getenv("TREATY_REGISTRY"), "URL of the registry; TREATY_REGISTRY")
	f.StringVar(&d.typ, "type", "", "AVRO or PROTOBUF, where the names of files do not tell")
	f.StringVar(&d.format, "format", "text", "text or json")
	f.StringVar(&d.level, "level", string(compat.Backward), "compatibility level that decides the exit code")
	f.BoolVar(&d.deleted, "deleted", false, "soft-deleted versions, too")
	f.StringArrayVar(&d.references, "reference", nil, "NAME=FILE that both files refer to; may be given again")
	f.StringArrayVar(&d.own[0], "old-reference", nil, "NAME=FILE that the old file refers to")
	f.StringArrayVar(&d.own[1], "new-reference", nil, "NAME=FILE that the new file refers to")
	f.DurationVar(&d.timeout, "timeout", 30*time.Second, "longest time to take")
	return cmd
}

func (d *diffing) run(cmd *cobra.Command, args []string) error {
	level, err := compat.ParseLevel(d.level)
	if err != nil {
		return &exit{exitUsage, fmt.Errorf("--level: %w", err)}
	}
	if d.format != "text" && d.format != "json" {
		return &exit{exitUsage, fmt.Errorf("--format %q is neither text nor json", d.format)}
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), d.timeout)
	defer cancel()
	compare := d.files
	switch {
	case len(args) == 3:
		compare = d.versions
	case cmd.Flags().Changed("registry"):
		return &exit{exitUsage, errors.New("with --registry, diff takes a subject and two versions, which may be \"latest\"")}
	}
	diff, err := compare(ctx, args)
	if err != nil {
		return err
	}
	if d.format == "json" {
		fmt.Fprintf(cmd.OutOrStdout(), "%s\n", compat.JSON(diff))
	} else {
		printDiff(cmd.OutOrStdout(), args, diff)
	}
	if !diff.Compatible[string(level)] {
		return &exit{code: exitFindings}
	}
	return nil
}

// versions asks the registry.
func (d *diffing) versions(ctx context.Context, args []string) (client.Diff, error) {
	var none client.Diff
	if len(d.references)+len(d.own[0])+len(d.own[1]) > 0 {
		return none, &exit{exitUsage, errors.New("--reference is for files: the registry knows what its versions refer to")}
	}
	if d.registry == "" {
		return none, &exit{exitUsage, errors.New("--registry or TREATY_REGISTRY must name the registry")}
	}
	var numbers [2]int
	for i, text := range args[1:] {
		n, err := registry.ParseVersion(text)
		if refused := (*registry.Error)(nil); errors.As(err, &refused) {
			return none, &exit{exitUsage, fmt.Errorf("%w (%d)", err, refused.Code)}
		}
		numbers[i] = n
	}
	var options []client.Option
	if token := os.Getenv("TREATY_TOKEN"); token != "" {
		options = append(options, client.WithBearer(token))
	}
	c, err := client.New(d.registry, options...)
	if err != nil {
		return none, &exit{exitUsage, err}
	}
	diff, err := c.Diff(ctx, args[0], numbers[0], numbers[1], d.deleted)
	if err != nil {
		return none, &exit{codeOf(err), err}
	}
	return diff, nil
}

// codeOf tells a request for what is not there from a registry that could not answer.
func codeOf(err error) int {
	var refused *client.Error
	if errors.As(err, &refused) && (refused.Code >= 40400 && refused.Code < 40500 || refused.Status == http.StatusUnprocessableEntity) {
		return exitUsage
	}
	return exitUnchecked
}

// files compares two files without a registry.
func (d *diffing) files(ctx context.Context, args []string) (client.Diff, error) {
	var parsed [2]schema.Schema
	for i, name := range args {
		s, err := d.read(ctx, name, slices.Concat(d.references, d.own[i]))
		if err != nil {
			return client.Diff{}, &exit{exitUsage, fmt.Errorf("%s: %w%s", name, err, d.hint(i, err))}
		}
		parsed[i] = s
	}
	differ := compat.Differ(compatavro.Diff)
	if parsed[1].Type() == schema.Protobuf {
		differ = compatprotobuf.Diff
	}
	found := differ.Diff(parsed[0], parsed[1])
	diff := client.Diff{Compatible: map[string]bool{}, Changes: []client.Change{}, Truncated: found.Truncated}
	for level, ok := range found.Compatible() {
		diff.Compatible[string(level)] = ok
	}
	if len(found.Changes) == 0 {
		return diff, nil
	}
	return diff, json.Unmarshal(compat.JSON(found.Changes), &diff.Changes)
}

// hint says how to name what a schema may lack, where nothing is named.
func (d *diffing) hint(i int, err error) string {
	var refused *schema.Error
	if !errors.As(err, &refused) || len(d.references)+len(d.own[i]) > 0 {
		return ""
	}
	return "; what it refers to, if anything, is named by --reference NAME=FILE"
}

// read parses a file with what it refers to.
func (d *diffing) read(ctx context.Context, name string, references []string) (schema.Schema, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	src := schema.Source{Text: string(text)}
	if src.Dependencies, err = readReferences(references); err != nil {
		return nil, err
	}
	typ := strings.ToUpper(d.typ)
	if typ == "" {
		typ = map[string]string{".avsc": string(schema.Avro), ".proto": string(schema.Protobuf)}[filepath.Ext(name)]
	}
	switch schema.Type(typ) {
	case schema.Avro:
		return avro.Parse(ctx, src, schema.Options{})
	case schema.Protobuf:
		return protobuf.Parse(ctx, src, schema.Options{})
	default:
		return nil, errors.New("the name ends neither in .avsc nor in .proto: --type AVRO or PROTOBUF says what it is")
	}
}

// readReferences reads the files that references name, written NAME=FILE. Each name may stand once.
func readReferences(references []string) ([]schema.Dependency, error) {
	var read []schema.Dependency
	for _, r := range references {
		name, path, ok := strings.Cut(r, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--reference %q is not NAME=FILE", r)
		}
		if slices.ContainsFunc(read, func(d schema.Dependency) bool { return d.Name == name }) {
			return nil, fmt.Errorf("--reference %s stands twice", name)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("--reference %s: %w", name, err)
		}
		read = append(read, schema.Dependency{Reference: schema.Reference{Name: name}, Text: string(text)})
	}
	return read, nil
}
