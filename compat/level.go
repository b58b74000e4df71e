package compat

import (
	"fmt"
	"strings"
)

// A Level says which versions a new one is compared with, and who reads whom.
type Level string

// The levels, as the API spells them.
const (
	None               Level = "NONE"
	Backward           Level = "BACKWARD"
	BackwardTransitive Level = "BACKWARD_TRANSITIVE"
	Forward            Level = "FORWARD"
	ForwardTransitive  Level = "FORWARD_TRANSITIVE"
	Full               Level = "FULL"
	FullTransitive     Level = "FULL_TRANSITIVE"
)

// A Direction says who reads whom.
type Direction string

// The directions.
const (
	// NewReadsOld asks whether readers with the new schema read what was written with the old one.
	NewReadsOld Direction = "backward"
	// OldReadsNew asks whether readers with the old schema read what will be written with the new one.
	OldReadsNew Direction = "forward"
)

// words are what messages call the reader's and the writer's schema, and whom a finding hurts.
var words = map[Direction]struct{ reader, writer, breaks string }{
	NewReadsOld: {"new", "old", "new readers, old data (BACKWARD)"},
	OldReadsNew: {"old", "new", "old readers, new data (FORWARD)"},
}

// Words returns what messages call the reader's and the writer's schema: "new" and "old", or the other way round.
func (d Direction) Words() (reader, writer string) { return words[d].reader, words[d].writer }

// A Demand is what a level asks for: the directions, in the order in which they are reported, and whether every
// version is compared or the newest alone.
type Demand struct {
	Directions []Direction
	All        bool
}

// demands is the matrix of levels. Both directions together are reported with the old reader first, as the reference
// server does.
var demands = map[Level]Demand{
	None:               {},
	Backward:           {Directions: []Direction{NewReadsOld}},
	BackwardTransitive: {Directions: []Direction{NewReadsOld}, All: true},
	Forward:            {Directions: []Direction{OldReadsNew}},
	ForwardTransitive:  {Directions: []Direction{OldReadsNew}, All: true},
	Full:               {Directions: []Direction{OldReadsNew, NewReadsOld}},
	FullTransitive:     {Directions: []Direction{OldReadsNew, NewReadsOld}, All: true},
}

// Demand returns what the level asks for; nothing, if there is no such level. The caller must not change it.
func (l Level) Demand() Demand { return demands[l] }

// Valid reports whether l is one of the seven levels, in the API's spelling.
func (l Level) Valid() bool {
	_, ok := demands[l]
	return ok
}

// ParseLevel returns the level that s names in any case. The error names what was asked for.
func ParseLevel(s string) (Level, error) {
	if l := Level(strings.ToUpper(s)); l.Valid() {
		return l, nil
	}
	return "", fmt.Errorf("%q is no compatibility level", s)
}
