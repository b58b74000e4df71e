package project

import (
	"time"

	"github.com/treatyhq/treaty/schema"
)

// DefaultFile is the name of a project's file, beside the schemas.
const DefaultFile = "treaty.yaml"

// A Project is what a treaty.yaml says, with the files that it names.
type Project struct {
	Registry string // URL; empty if none is named
	Prefix   string // that the names of all subjects begin with, for those that are no longer declared; may be empty
	Units    []Unit // each behind those that it refers to
	Ignores  []Ignore
	Lint     Lint
}

// A Unit is a file that is to be a version of a subject.
type Unit struct {
	Subject    string
	File       string // slash-separated, relative to the folder of the treaty.yaml
	Type       schema.Type
	Text       string
	References []schema.Reference // version client.Latest (-1) stands for the subject's newest, or for the unit of that subject
	Level      string             // empty leaves the registry's
	Policies   []string           // nil leaves the registry's
	Group      string             // compatibility group; empty leaves the registry's
	Metadata   *schema.Metadata
	RuleSet    *schema.RuleSet
	Normalize  *bool
	Implied    bool     // it came in as an import or a reference of another unit
	Declared   Position // of its entry, or of the one that it came in by
}

// A Position is a place in a file, from 1; zero is unknown.
type Position struct {
	Line, Column int
}

// An Ignore takes a finding out of the verdict until a day has passed.
type Ignore struct {
	Code    string
	Subject string // empty for every subject
	Path    string // empty for every path
	Reason  string
	Until   time.Time // the last day on which it holds, in UTC; zero for ever
	Position
}

// Lint is how the schemas are to be linted.
type Lint struct {
	Preset string            // "minimal" where none is named
	Rules  map[string]string // severity by the rule's ID: error, warning or off
}

// Of returns the unit of a subject, nil if there is none.
func (p *Project) Of(subject string) *Unit {
	for i := range p.Units {
		if p.Units[i].Subject == subject {
			return &p.Units[i]
		}
	}
	return nil
}
