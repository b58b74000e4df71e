package compat

import (
	"bytes"
	"encoding/json"

	"github.com/treatyhq/treaty/schema"
)

// A ChangeKind says what has become of a thing.
type ChangeKind string

// The kinds of changes.
const (
	Added     ChangeKind = "added"
	Removed   ChangeKind = "removed"
	Changed   ChangeKind = "changed"
	Renamed   ChangeKind = "renamed"
	Reordered ChangeKind = "reordered"
)

// An Effect is what a change does to readers in one direction.
type Effect string

// The effects, the worst last.
const (
	Harmless Effect = "compatible"   // nothing was found
	Risky    Effect = "warning"      // the reference accepts it, and a value may be altered or a name lost
	Breaking Effect = "incompatible" // the reference refuses it
)

// A Change is one difference between an old and a new schema, whether it breaks anybody or not.
type Change struct {
	// Path is by name as in a [Finding], in the new schema; what is gone stands where it was in the old one.
	Path string     `json:"path"`
	Kind ChangeKind `json:"kind"`
	What string     `json:"what"` // field, type, default, doc, alias, symbol, precision, number, …
	// Old and New are what was and what is, as JSON: a default as it is written, a doc as a string, a type as a schema
	// would spell it. The side that has nothing is nil.
	Old      json.RawMessage `json:"old,omitempty"`
	New      json.RawMessage `json:"new,omitempty"`
	Backward Effect          `json:"backward"` // on new readers, old data
	Forward  Effect          `json:"forward"`  // on old readers, new data
	Codes    []string        `json:"codes,omitempty"`
	OldAt    Location        `json:"oldAt,omitzero"`
	NewAt    Location        `json:"newAt,omitzero"`
	Message  string          `json:"message"`
}

// A Diff is what has changed between two schemas, in the order of the new one, with what is gone at the end of what it
// was part of.
type Diff struct {
	Backward bool // whether the new schema reads what was written with the old one, by the drop-in verdict
	Forward  bool // whether the old schema reads what will be written with the new one
	Changes  []Change
	// Truncated tells that there are more changes than are listed: the list is bounded in bytes.
	Truncated bool
}

// Compatible returns the verdict of every level on the change of the one version to the other.
func (d Diff) Compatible() map[Level]bool {
	verdicts := make(map[Level]bool, len(demands))
	for level, demand := range demands {
		ok := true
		for _, direction := range demand.Directions {
			ok = ok && d.verdict(direction)
		}
		verdicts[level] = ok
	}
	return verdicts
}

func (d Diff) verdict(direction Direction) bool {
	if direction == OldReadsNew {
		return d.Forward
	}
	return d.Backward
}

// A Differ lists what has changed between two schemas of its own type. It is pure, and ends in time polynomial in the
// size of the schemas.
type Differ func(old, latest schema.Schema) Diff

// Diff lists what has changed with differ. Schemas of different types have nothing in common that could be compared: the
// type itself is all that has changed, in both directions for the worse.
func (differ Differ) Diff(old, latest schema.Schema) Diff {
	if old.Type() == latest.Type() {
		return differ(old, latest)
	}
	return Diff{Changes: []Change{{
		Kind:     Changed,
		What:     "schema type",
		Old:      JSON(old.Type()),
		New:      JSON(latest.Type()),
		Backward: Breaking,
		Forward:  Breaking,
		Codes:    []string{TypeChanged.ID},
		Message:  "the schema's type changes from " + string(old.Type()) + " to " + string(latest.Type()),
	}}}
}

// JSON returns a value as JSON, without escapes for HTML. The value must be one that has such a form.
func JSON(value any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic("compat: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
