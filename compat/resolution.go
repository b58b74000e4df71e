package compat

import (
	"fmt"
	"strings"
)

// A Resolution says by whose rule a reader's union picks the branch that a message is read as. The types that have no unions
// have one rule for everybody, and the same verdict by both.
// Source: README.md, How schemas match.
type Resolution string

// The resolutions, as the API spells them.
const (
	// Practice is what Apache's Java does, and what decides registrations: the branch that fits best.
	Practice Resolution = "practice"
	// Specification takes the first branch that matches.
	Specification Resolution = "spec"
)

// ParseResolution returns the resolution that s names in any case, Practice for none. The error names what was asked for.
func ParseResolution(s string) (Resolution, error) {
	switch r := Resolution(strings.ToLower(s)); r {
	case "":
		return Practice, nil
	case Practice, Specification:
		return r, nil
	default:
		return "", fmt.Errorf("there is no resolution %q; there are %s and %s", s, Practice, Specification)
	}
}
