package protobuf

import (
	"cmp"
	"slices"
	"sync"
	"unique"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A list is any of protoreflect's lists of descriptors. Their own look-ups may be linear, so none is used here.
type list[D any] interface {
	Len() int
	Get(i int) D
}

// byName indexes a list of descriptors.
func byName[D protoreflect.Descriptor](l list[D]) map[protoreflect.Name]D {
	if l.Len() == 0 {
		return nil
	}
	m := make(map[protoreflect.Name]D, l.Len())
	for i := range l.Len() {
		m[l.Get(i).Name()] = l.Get(i)
	}
	return m
}

// members are the fields of one message, and what else it declares.
type members struct {
	protoreflect.MessageDescriptor
	sorted   []protoreflect.FieldDescriptor // by number
	numbers  []protoreflect.FieldNumber     // of those
	names    func() map[protoreflect.Name]protoreflect.FieldDescriptor
	reserved reserved

	// These are set in an outline only.
	scope
	marks     []fieldMark // of the fields
	exclusive unique.Handle[string]
}

func membersOf(m protoreflect.MessageDescriptor) *members {
	fields := m.Fields()
	sorted := make([]protoreflect.FieldDescriptor, fields.Len())
	for i := range sorted {
		sorted[i] = fields.Get(i)
	}
	order := func(a, b protoreflect.FieldDescriptor) int { return cmp.Compare(a.Number(), b.Number()) }
	if !slices.IsSortedFunc(sorted, order) {
		slices.SortFunc(sorted, order)
	}
	numbers := make([]protoreflect.FieldNumber, len(sorted))
	for i, f := range sorted {
		numbers[i] = f.Number()
	}
	names := sync.OnceValue(func() map[protoreflect.Name]protoreflect.FieldDescriptor {
		return byName[protoreflect.FieldDescriptor](m.Fields())
	})
	return &members{MessageDescriptor: m, sorted: sorted, numbers: numbers, names: names, reserved: reservedOf(m)}
}

// number returns the field with a number, nil if there is none.
func (m *members) number(n protoreflect.FieldNumber) protoreflect.FieldDescriptor {
	i, ok := slices.BinarySearch(m.numbers, n)
	if !ok {
		return nil
	}
	return m.sorted[i]
}

// name returns the field with a name, nil if there is none.
func (m *members) name(n protoreflect.Name) protoreflect.FieldDescriptor { return m.names()[n] }

// marked reports whether two fields have the same mark, and one that says something.
func marked(r, w *members, i, j int) bool {
	return i < len(r.marks) && j < len(w.marks) && r.marks[i] == w.marks[j] && r.marks[i] != fieldMark{}
}

// eachNumber calls f for the numbers of both messages in order; the side that has no such field is nil. Fields of the same
// mark are passed over.
func eachNumber(r, w *members, f func(r, w protoreflect.FieldDescriptor)) {
	i, j := 0, 0
	for i < len(r.sorted) || j < len(w.sorted) {
		switch {
		case j == len(w.sorted) || i < len(r.sorted) && r.numbers[i] < w.numbers[j]:
			f(r.sorted[i], nil)
			i++
		case i == len(r.sorted) || w.numbers[j] < r.numbers[i]:
			f(nil, w.sorted[j])
			j++
		default:
			if !marked(r, w, i, j) {
				f(r.sorted[i], w.sorted[j])
			}
			i, j = i+1, j+1
		}
	}
}
