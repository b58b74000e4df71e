package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/httpapi/client"
)

// printDiff prints a line for each change and one for each direction in which it hurts, then the verdicts.
func printDiff(out io.Writer, args []string, d client.Diff) {
	if d.Subject != "" {
		fmt.Fprintf(out, "%s version %d -> version %d\n", d.Subject, d.Old.Version, d.New.Version)
	} else {
		fmt.Fprintf(out, "%s -> %s\n", args[0], args[1])
	}
	for _, c := range d.Changes {
		fmt.Fprintf(out, "  %-9s %-12s %s%s\n", c.Kind, c.What, c.Path, at(c))
		fmt.Fprintf(out, "      %s\n", c.Message)
		printEffect(out, c.Backward, "new readers, old data (BACKWARD)", c.Codes)
		printEffect(out, c.Forward, "old readers, new data (FORWARD)", c.Codes)
	}
	if d.Truncated {
		fmt.Fprintln(out, "  … and more")
	}
	noun := "changes"
	if len(d.Changes) == 1 {
		noun = "change"
	}
	fmt.Fprintf(out, "%d %s: backward %s, forward %s\n", len(d.Changes), noun,
		verdict(d.Compatible[string(compat.Backward)]), verdict(d.Compatible[string(compat.Forward)]))
}

// at tells where a change stands: in the new text, or in the old one if it is gone.
func at(c client.Change) string {
	place, which := c.NewAt, "new"
	if c.Kind == string(compat.Removed) || place.Line == 0 {
		place, which = c.OldAt, "old"
	}
	if place.Line == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s:%d:%d)", which, place.Line, place.Column)
}

func printEffect(out io.Writer, effect, whom string, codes []string) {
	switch compat.Effect(effect) {
	case compat.Breaking:
		fmt.Fprintf(out, "      breaks %s: %s\n", whom, strings.Join(codes, ", "))
	case compat.Risky:
		fmt.Fprintf(out, "      warning for %s: %s\n", whom, strings.Join(codes, ", "))
	}
}

func verdict(compatible bool) string {
	if compatible {
		return "compatible"
	}
	return "incompatible"
}
