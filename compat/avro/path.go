package avro

import (
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// A step leads from a pair of types to a pair inside them. Where one side stays where it is, as with a branch of the
// other's union, its index is -1.
type step struct {
	kind           stepKind
	name           string // of the reader's field or branch
	reader, writer int    // index of the field or branch
}

type stepKind uint8

const (
	intoField stepKind = iota
	intoItems
	intoValues
	intoBranch
)

// path prints the way from the root by the reader's names: shop.Order.lines[].price<shop.Money>.amount.
func path(root string, steps []step) string {
	var b strings.Builder
	b.WriteString(root)
	for _, s := range steps {
		switch {
		case s.kind == intoField:
			b.WriteString("." + s.name)
		case s.kind == intoItems:
			b.WriteString("[]")
		case s.kind == intoValues:
			b.WriteString("{}")
		case s.reader >= 0:
			b.WriteString("<" + s.name + ">")
		}
	}
	return b.String()
}

// A side picks one of the two schemas.
type side func(step) int

func readerSide(s step) int { return s.reader }
func writerSide(s step) int { return s.writer }

// pointer prints the JSON pointer of one side, "" for the root. Names of types are gone through as if the definition
// stood in their place.
func pointer(steps []step, of side, suffix string) string {
	var b strings.Builder
	for _, s := range steps {
		at := of(s)
		switch {
		case s.kind == intoItems:
			b.WriteString("/items")
		case s.kind == intoValues:
			b.WriteString("/values")
		case at < 0:
		case s.kind == intoField:
			b.WriteString("/fields/" + strconv.Itoa(at) + "/type")
		default:
			b.WriteString("/" + strconv.Itoa(at))
		}
	}
	b.WriteString(suffix)
	return b.String()
}

// A spot is where a finding stands in one text: what follows the pointer of the pair at hand, and the position.
type spot struct {
	suffix    string
	pos       schema.Position
	reference string
}

// definition returns the spot of a node's definition.
func definition(n *avro.Node, suffix string) spot {
	return spot{suffix: suffix, pos: n.Pos, reference: n.Dependency}
}

func (s spot) location(pointer string) compat.Location {
	return compat.Location{Pointer: pointer, Line: s.pos.Line, Column: s.pos.Column, Reference: s.reference}
}
