package protobuf

import (
	"cmp"
	"slices"

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

// members are the fields of one message, and what it reserves. They belong to one check.
type members struct {
	protoreflect.MessageDescriptor
	sorted   []protoreflect.FieldDescriptor // by number
	names    map[protoreflect.Name]protoreflect.FieldDescriptor
	reserved reserved
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
	return &members{MessageDescriptor: m, sorted: sorted, reserved: reservedOf(m)}
}

// number returns the field with a number, nil if there is none.
func (m *members) number(n protoreflect.FieldNumber) protoreflect.FieldDescriptor {
	i, ok := slices.BinarySearchFunc(m.sorted, n, func(f protoreflect.FieldDescriptor, n protoreflect.FieldNumber) int {
		return cmp.Compare(f.Number(), n)
	})
	if !ok {
		return nil
	}
	return m.sorted[i]
}

// name returns the field with a name, nil if there is none.
func (m *members) name(n protoreflect.Name) protoreflect.FieldDescriptor {
	if m.names == nil {
		m.names = byName(m.Fields())
	}
	return m.names[n]
}

// eachNumber calls f for the numbers of both messages in order; the side that has no such field is nil.
func eachNumber(r, w *members, f func(r, w protoreflect.FieldDescriptor)) {
	i, j := 0, 0
	for i < len(r.sorted) || j < len(w.sorted) {
		switch {
		case j == len(w.sorted) || i < len(r.sorted) && r.sorted[i].Number() < w.sorted[j].Number():
			f(r.sorted[i], nil)
			i++
		case i == len(r.sorted) || w.sorted[j].Number() < r.sorted[i].Number():
			f(nil, w.sorted[j])
			j++
		default:
			f(r.sorted[i], w.sorted[j])
			i, j = i+1, j+1
		}
	}
}
