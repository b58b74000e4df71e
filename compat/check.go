package compat

import (
	"fmt"
	"iter"

	"github.com/treatyhq/treaty/schema"
)

// Options say what a check asks for.
type Options struct {
	Level          Level
	Policies       Policies // those that are on: what breaks their rules is refused, too
	ValidateFields bool     // whether the subject checks reserved fields: it is printed, nothing more
	Single         bool     // compare with one version alone, even at a transitive level
	Before         []string // what the reserved-field check has found: it refuses the change, and is printed first

	// Budget bounds what is found and explained; nil is a budget of its own.
	Budget *Budget

	// Explain, if set, has the findings explained: with lines of the texts, witnesses and fixes. It costs many times what
	// the check does.
	Explain *Explanation
}

func (o Options) budget() *Budget {
	if o.Budget != nil {
		return o.Budget
	}
	return NewBudget()
}

// TypeChanged is the rule that all versions compared have one schema type. It stands above the checkers' own tables.
var TypeChanged = Rule{
	ID:      "SCHEMA_TYPE_CHANGED",
	Purpose: "every version that is compared is of the same schema type",
	DropIn:  true,
	Wire:    true,
}

// Versions yields olds without an error, in the order given.
func Versions(olds ...Old) iter.Seq2[Old, error] {
	return func(yield func(Old, error) bool) {
		for _, old := range olds {
			if !yield(old, nil) {
				return
			}
		}
	}
}

// Check compares latest with the versions that the level names. olds yields the subject's versions, newest first; no
// more of them is asked for than the level needs, so they may be parsed on demand. An error of olds ends the check.
//
// The messages are the reference server's, and concern the newest version that refuses: the differences, what policies
// refuse, the version's number and its canonical text. The findings concern every version.
// Source: Confluent Schema Registry, 409 answers; README.md, Policies.
func Check(check Checker, latest schema.Schema, olds iter.Seq2[Old, error], opts Options) (Report, error) {
	if !opts.Level.Valid() {
		return Report{}, fmt.Errorf("check at unknown level %q", opts.Level)
	}
	demand := opts.Level.Demand()
	if opts.Explain != nil {
		return explained(check, latest, olds, opts)
	}
	var (
		refused []string
		all     = collection{Budget: opts.budget()}
	)
	if len(demand.Directions) > 0 {
		for old, err := range olds {
			if err != nil {
				return Report{}, err
			}
			messages, found, truncated := compare(check, latest, old, demand.Directions, opts.Policies)
			all.add(found, old.Version)
			all.truncated = all.truncated || truncated
			if refused == nil {
				refused = messages
			}
			if !demand.All || opts.Single {
				break
			}
		}
	}
	return Report{
		Compatible: len(opts.Before) == 0 && len(refused) == 0,
		Messages:   closing(opts, refused),
		Findings:   SortFindings(all.findings),
		Truncated:  all.truncated,
	}, nil
}

// compare returns the messages and findings of one version in the directions given, and whether there are more. The version's
// number and text follow what the last direction refuses alone: where both are asked for and only the old reader fails,
// none does.
func compare(
	check Checker, latest schema.Schema, old Old, directions []Direction, policies Policies,
) (messages []string, found []Finding, truncated bool) {
	if old.Schema.Type() != latest.Type() {
		return []string{"Incompatible because of different schema type"}, typeChanged(latest, old, directions), false
	}
	for i, d := range directions {
		reader, writer := latest, old.Schema
		if d == OldReadsNew {
			reader, writer = writer, reader
		}
		c := check(reader, writer, d)
		truncated = truncated || c.Truncated
		before := len(messages)
		messages, found = policies.enforced(c, append(messages, c.DropIn...), found)
		if len(messages) > before && i == len(directions)-1 {
			messages = append(messages, fmt.Sprintf("{oldSchemaVersion: %d}", old.Version), oldSchema(old.Schema.Canonical()))
		}
	}
	return messages, found, truncated
}

func typeChanged(latest schema.Schema, old Old, directions []Direction) []Finding {
	var found []Finding
	for _, d := range directions {
		found = append(found, Finding{
			Code:      TypeChanged.ID,
			Severity:  Error,
			Direction: d,
			Wire:      TypeChanged.Wire,
			Message:   fmt.Sprintf("the schema's type changes from %s to %s", old.Schema.Type(), latest.Type()),
		})
	}
	return found
}

// closing puts what was refused between the reserved-field messages and the settings in force; nil if nothing was.
func closing(opts Options, refused []string) []string {
	if len(opts.Before)+len(refused) == 0 {
		return nil
	}
	messages := append(append([]string(nil), opts.Before...), refused...)
	return append(messages, fmt.Sprintf("{validateFields: '%t', compatibility: '%s'}", opts.ValidateFields, opts.Level))
}

// shown is how much of an old schema's text a message quotes, in UTF-16 code units.
const shown = 10 << 10

// oldSchema quotes a canonical text, cut after the first 10,240 UTF-16 code units.
func oldSchema(text string) string {
	units := 0
	for i, r := range text {
		if units++; r > 0xFFFF {
			units++
		}
		if units > shown {
			return "{oldSchema: <truncated> '" + text[:i] + "...'}"
		}
	}
	return "{oldSchema: '" + text + "'}"
}
