package compat

import "github.com/treatyhq/treaty/schema"

// An Old is a stored version that a new schema is compared with.
type Old struct {
	Version int
	Schema  schema.Schema
}

// A Report is the verdict on one change.
type Report struct {
	Compatible bool
	// Messages is the list that the reference server prints in its 409 answer and for verbose=true; empty if compatible.
	Messages []string
	Findings []Finding
}
