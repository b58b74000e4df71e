package compat

import (
	"github.com/treatyhq/treaty/schema"
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

// A Demand is what a level asks for: the directions, in the order in which they are reported, and whether every
// version is compared or the newest alone.
type Demand struct {
	Directions []Direction
	All        bool
}

// A Severity says what a finding does to a change.
type Severity string

// The severities. An error refuses the change.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// A Finding is one thing wrong between a reader and a writer schema.
type Finding struct {
	Code      string    `json:"code"`
	Severity  Severity  `json:"severity"`
	Direction Direction `json:"direction"`
	// Path is by name in the reader schema, so that it survives an inserted field: orders.OrderPlaced.items[].status,
	// {} for map values, <branch> for a union's; for Protobuf #/Message/5.
	Path     string   `json:"path"`
	Wire     bool     `json:"wire"`               // whether bytes can break, and not only names or JSON
	Versions []int    `json:"versions,omitempty"` // the compared versions that show it, newest first
	Reader   Location `json:"-"`
	Writer   Location `json:"-"`
	Old      Location `json:"old"`
	New      Location `json:"new"`
	Message  string   `json:"message"`
}

// A Location is a place in a schema's text. Pointer is a JSON pointer for Avro; it is empty for Protobuf.
type Location struct {
	Pointer string `json:"pointer,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
}

// A Comparison is what a checker says of one reader and one writer.
type Comparison struct {
	// DropIn is the list of incompatibilities as the reference server prints them, in its order and with its quirks. The
	// pair is compatible exactly if it is empty.
	DropIn []string
	// Findings are all that is wrong, sorted by path and code, one for each (code, path).
	Findings []Finding
}

// A Checker compares two schemas of its own type. direction tells which of the two is the new one, for the wording.
// It is pure, never stops at the first finding, and ends in time polynomial in the size of the schemas.
type Checker func(reader, writer schema.Schema, direction Direction) Comparison
