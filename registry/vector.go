package registry

import "iter"

const (
	vectorBits  = 5
	vectorWidth = 1 << vectorBits
)

// A vector is a persistent array: setting an element copies the path to it, at most seven nodes of 32, and shares the
// rest with the vectors that were copied from it before. Elements that were never set are zero and, apart from
// neighbours, take no room, so that one element at 2^31-1 costs as little as one at 0. The zero vector is empty.
//
// A copy of the struct is a copy of the vector. A node is changed in place by the edit that made it (see [State.fork]),
// and copied by any other.
type vector[T comparable] struct {
	root  *vectorNode[T]
	shift uint // what is above the bits that the root looks at; 0 where the root is a leaf
}

// A vectorNode is a leaf with elements or an inner node with children. Neither ends with a zero.
type vectorNode[T comparable] struct {
	edit     uint64
	elements []T
	children []*vectorNode[T]
}

// get returns the element at i, or zero.
func (v vector[T]) get(i uint32) T {
	var zero T
	if uint64(i)>>v.shift >= vectorWidth {
		return zero
	}
	n := v.root
	for shift := v.shift; n != nil && shift > 0; shift -= vectorBits {
		slot := i >> shift % vectorWidth
		if int(slot) >= len(n.children) {
			return zero
		}
		n = n.children[slot]
	}
	if n == nil || int(i%vectorWidth) >= len(n.elements) {
		return zero
	}
	return n.elements[i%vectorWidth]
}

// set replaces the element at i; a zero removes it.
func (v *vector[T]) set(i uint32, element T, edit uint64) {
	for uint64(i)>>v.shift >= vectorWidth {
		if v.root != nil {
			v.root = &vectorNode[T]{edit: edit, children: []*vectorNode[T]{v.root}}
		}
		v.shift += vectorBits
	}
	v.root = v.root.with(i, v.shift, element, edit)
}

// with returns the node with the element set, which is nil if nothing is left in it.
func (n *vectorNode[T]) with(i uint32, shift uint, element T, edit uint64) *vectorNode[T] {
	n = n.editable(edit)
	if shift == 0 {
		n.elements = put(n.elements, int(i%vectorWidth), element)
		if len(n.elements) == 0 {
			return nil
		}
		return n
	}
	slot := int(i >> shift % vectorWidth)
	var child *vectorNode[T]
	if slot < len(n.children) {
		child = n.children[slot]
	}
	n.children = put(n.children, slot, child.with(i, shift-vectorBits, element, edit))
	if len(n.children) == 0 {
		return nil
	}
	return n
}

// editable returns the node itself if the edit made it, else a copy.
func (n *vectorNode[T]) editable(edit uint64) *vectorNode[T] {
	switch {
	case n == nil:
		return &vectorNode[T]{edit: edit}
	case n.edit == edit:
		return n
	}
	return &vectorNode[T]{
		edit:     edit,
		elements: append([]T(nil), n.elements...),
		children: append([]*vectorNode[T](nil), n.children...),
	}
}

// put sets items[i], with zeros before it where there was nothing, and drops zeros from the end.
func put[E comparable](items []E, i int, item E) []E {
	var zero E
	if i >= len(items) {
		items = append(items, make([]E, i+1-len(items))...)
	}
	items[i] = item
	for len(items) > 0 && items[len(items)-1] == zero {
		items = items[:len(items)-1]
	}
	return items
}

// all yields the elements that are set, with their indexes, in order.
func (v vector[T]) all() iter.Seq2[uint32, T] {
	return func(yield func(uint32, T) bool) { v.root.walk(0, v.shift, false, yield) }
}

// since yields the elements that are set and differ from those of another vector, with their indexes, in order. What the two
// share it does not look at, so after an earlier moment of the vector it costs what has changed.
func (v vector[T]) since(old vector[T]) iter.Seq2[uint32, T] {
	for old.shift > v.shift {
		old = vector[T]{old.root.child(0), old.shift - vectorBits}
	}
	return func(yield func(uint32, T) bool) { v.root.since(old.root, 0, v.shift, old.shift, yield) }
}

// since is walk without what the node shares with an old one, which stands where it did or, before the vector grew, in the
// place of its first child. It reports whether to go on.
func (n *vectorNode[T]) since(old *vectorNode[T], base uint32, shift, oldShift uint, yield func(uint32, T) bool) bool {
	if n == nil || n == old {
		return true
	}
	var zero T
	for slot, child := range n.children {
		before := old
		if shift == oldShift {
			before = old.child(slot)
		} else if slot > 0 {
			before = nil
		}
		if !child.since(before, base+uint32(slot)<<shift, shift-vectorBits, min(oldShift, shift-vectorBits), yield) {
			return false
		}
	}
	for slot, element := range n.elements {
		same := old != nil && slot < len(old.elements) && old.elements[slot] == element
		if element != zero && !same && !yield(base+uint32(slot), element) {
			return false
		}
	}
	return true
}

// child returns the child in a slot, nil if there is none.
func (n *vectorNode[T]) child(slot int) *vectorNode[T] {
	if n == nil || slot >= len(n.children) {
		return nil
	}
	return n.children[slot]
}

// backward yields the elements that are set, with their indexes, the last first.
func (v vector[T]) backward() iter.Seq2[uint32, T] {
	return func(yield func(uint32, T) bool) { v.root.walk(0, v.shift, true, yield) }
}

// walk yields the node's elements; base is the index of the first of them. It reports whether to go on.
func (n *vectorNode[T]) walk(base uint32, shift uint, backward bool, yield func(uint32, T) bool) bool {
	if n == nil {
		return true
	}
	var zero T
	length := max(len(n.elements), len(n.children))
	for step := range length {
		slot := step
		if backward {
			slot = length - 1 - step
		}
		at := base + uint32(slot)<<shift
		if shift > 0 {
			if !n.children[slot].walk(at, shift-vectorBits, backward, yield) {
				return false
			}
		} else if n.elements[slot] != zero && !yield(at, n.elements[slot]) {
			return false
		}
	}
	return true
}
