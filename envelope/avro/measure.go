package avro

import (
	"math"
	"math/bits"

	"github.com/treatyhq/treaty/schema/avro"
)

// endlessly stands for more levels or data than a message can have, and more instructions than a program.
const endlessly = math.MaxUint32

// A measure is what every datum of a type has, apart from the items of arrays and maps and what is in branches of unions.
type measure struct {
	levels uint64 // of records, arrays and maps
	data   uint64 // with the datum itself, and the one in a union
	empty  bool   // it takes no bytes
}

// A surveyor measures the types of a schema, each once.
type surveyor struct {
	uses     map[*avro.Node]int  // of records
	open     map[*avro.Node]bool // records that the one at hand is inside of
	circular map[*avro.Node]bool // records on the ways from a type to itself, at least one on each
	measures map[*avro.Node]measure
	weights  map[*avro.Node]uint64
}

func newSurveyor(root *avro.Node) *surveyor {
	s := &surveyor{
		uses: map[*avro.Node]int{}, open: map[*avro.Node]bool{}, circular: map[*avro.Node]bool{},
		measures: map[*avro.Node]measure{}, weights: map[*avro.Node]uint64{},
	}
	s.count(root)
	return s
}

func (s *surveyor) count(n *avro.Node) {
	if n.Kind == avro.Record {
		s.uses[n]++
		if s.open[n] {
			s.circular[n] = true
		}
		if s.uses[n] > 1 {
			return
		}
		s.open[n] = true
		defer delete(s.open, n)
	}
	for _, inner := range inside(n) {
		s.count(inner)
	}
}

// inside returns the types that a type is made of.
func inside(n *avro.Node) []*avro.Node {
	var out []*avro.Node
	switch n.Kind {
	case avro.Record:
		for _, f := range n.Fields {
			out = append(out, f.Type.Node)
		}
	case avro.Union:
		for _, b := range n.Branches {
			out = append(out, b.Node)
		}
	case avro.Array, avro.Map:
		out = append(out, n.Items.Node)
	}
	return out
}

// measure measures a type. A record that is inside itself with nothing between has no end.
func (s *surveyor) measure(n *avro.Node) measure {
	switch n.Kind {
	case avro.Null:
		return measure{data: 1, empty: true}
	case avro.Fixed:
		return measure{data: 1, empty: n.Size == 0}
	case avro.Array, avro.Map:
		return measure{data: 1, levels: 1}
	case avro.Union:
		return measure{data: 2}
	case avro.Record:
	default:
		return measure{data: 1}
	}
	if m, ok := s.measures[n]; ok {
		return m
	}
	if s.open[n] {
		return measure{levels: endlessly, data: endlessly}
	}
	s.open[n] = true
	m := measure{data: 1, empty: true}
	for _, f := range n.Fields {
		inner := s.measure(f.Type.Node)
		m = measure{max(m.levels, inner.levels), min(m.data+inner.data, endlessly), m.empty && inner.empty}
	}
	m.levels = min(m.levels+1, endlessly)
	delete(s.open, n)
	s.measures[n] = m
	return m
}

// small is how many instructions are rather repeated than called.
const small = 8

// called reports whether a record stands once in a program.
func (s *surveyor) called(n *avro.Node) bool {
	return s.circular[n] || s.uses[n] > 1 && s.weight(n) > small
}

// weight returns about how many instructions a type takes where it is not called.
func (s *surveyor) weight(n *avro.Node) uint64 {
	if w, ok := s.weights[n]; ok {
		return w
	}
	w := uint64(1)
	for _, inner := range inside(n) {
		w++
		if inner.Kind != avro.Record || !s.called(inner) {
			w = min(w+s.weight(inner), endlessly)
		}
	}
	s.weights[n] = w
	return w
}

// product returns what so many items have together, endlessly if that is more than can be said.
func product(count int64, each uint64) uint64 {
	if high, low := bits.Mul64(uint64(count), each); high == 0 && low <= endlessly {
		return low
	}
	return endlessly
}
