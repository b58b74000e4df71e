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

// path prints the way from the root by the reader's names: shop.Order.lines[].price<shop.Money>.amount. member is a field
// at its end, if it is not empty.
func path(root string, steps []step, member string) string {
	var room [128]byte
	b := append(room[:0], root...)
	for i := range steps {
		switch s := &steps[i]; {
		case s.kind == intoField:
			b = append(append(b, '.'), s.name...)
		case s.kind == intoItems:
			b = append(b, "[]"...)
		case s.kind == intoValues:
			b = append(b, "{}"...)
		case s.reader >= 0:
			b = append(append(append(b, '<'), s.name...), '>')
		}
	}
	if member != "" {
		b = append(append(b, '.'), member...)
	}
	return string(b)
}

// A side picks one of the two schemas.
type side func(*step) int

func readerSide(s *step) int { return s.reader }
func writerSide(s *step) int { return s.writer }

// pointer prints the JSON pointer of a spot on one side, "" for the root. Names of types are gone through as if the
// definition stood in their place.
func pointer(steps []step, of side, at spot) string {
	var room [128]byte
	b := room[:0]
	for i := range steps {
		s := &steps[i]
		at := of(s)
		switch {
		case s.kind == intoItems:
			b = append(b, "/items"...)
		case s.kind == intoValues:
			b = append(b, "/values"...)
		case at < 0:
		case s.kind == intoField:
			b = append(b, "/fields/"...)
			b = strconv.AppendInt(b, int64(at), 10)
			b = append(b, "/type"...)
		default:
			b = strconv.AppendInt(append(b, '/'), int64(at), 10)
		}
	}
	b = append(b, at.member...)
	if strings.HasSuffix(at.member, "/") {
		b = strconv.AppendInt(b, int64(at.index), 10)
	}
	return string(b)
}

// A spot is where a finding stands in one text: what follows the pointer of the pair at hand, and the position.
type spot struct {
	member    string // such as "/size"; one that ends in a slash is followed by index
	index     int
	pos       schema.Position
	reference string
}

// definition returns the spot of a node's definition.
func definition(n *avro.Node, member string) spot {
	return spot{member: member, pos: n.Pos, reference: n.Dependency}
}

// fieldSpot returns the spot of field i of a record.
func fieldSpot(n *avro.Node, i int) spot {
	return spot{member: "/fields/", index: i, pos: n.Fields[i].Pos, reference: n.Dependency}
}

// branchSpot returns the spot of branch i of a union that is written in a reference, or in the schema's own text.
func branchSpot(union *avro.Node, i int, reference string) spot {
	return spot{member: "/", index: i, pos: union.Branches[i].Pos, reference: reference}
}

func (s spot) location(pointer string) compat.Location {
	return compat.Location{Pointer: pointer, Line: s.pos.Line, Column: s.pos.Column, Reference: s.reference}
}
