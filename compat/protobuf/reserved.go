package protobuf

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
)

// reserved are the numbers and names that a message or enum keeps free. Ranges include both ends, are sorted and do not
// touch one another.
type reserved struct {
	ranges []numberRange
	names  []protoreflect.Name
}

type numberRange struct{ from, to int64 }

func reservedOf(m protoreflect.MessageDescriptor) reserved {
	var ranges []numberRange
	for i := range m.ReservedRanges().Len() {
		at := m.ReservedRanges().Get(i)
		ranges = append(ranges, numberRange{int64(at[0]), int64(at[1]) - 1})
	}
	return reserved{joined(ranges), namesOf(m.ReservedNames())}
}

func reservedValues(e protoreflect.EnumDescriptor) reserved {
	var ranges []numberRange
	for i := range e.ReservedRanges().Len() {
		at := e.ReservedRanges().Get(i)
		ranges = append(ranges, numberRange{int64(at[0]), int64(at[1])})
	}
	return reserved{joined(ranges), namesOf(e.ReservedNames())}
}

func namesOf(l protoreflect.Names) []protoreflect.Name {
	var all []protoreflect.Name
	for i := range l.Len() {
		all = append(all, l.Get(i))
	}
	return all
}

// joined sorts ranges and makes one of those that touch.
func joined(ranges []numberRange) []numberRange {
	slices.SortFunc(ranges, func(a, b numberRange) int { return cmp.Compare(a.from, b.from) })
	var list []numberRange
	for _, r := range ranges {
		if last := len(list) - 1; last >= 0 && r.from <= list[last].to+1 {
			list[last].to = max(list[last].to, r.to)
			continue
		}
		list = append(list, r)
	}
	return list
}

// without returns the parts of a range that are not reserved.
func (r reserved) without(at numberRange) []numberRange {
	var left []numberRange
	i, _ := slices.BinarySearchFunc(r.ranges, at.from, func(e numberRange, n int64) int { return cmp.Compare(e.to, n) })
	for ; i < len(r.ranges) && r.ranges[i].from <= at.to; i++ {
		if at.from < r.ranges[i].from {
			left = append(left, numberRange{at.from, r.ranges[i].from - 1})
		}
		at.from = r.ranges[i].to + 1
	}
	if at.from <= at.to {
		left = append(left, at)
	}
	return left
}

// String spells a range as a text does.
func (at numberRange) String() string {
	switch {
	case at.from == at.to:
		return strconv.FormatInt(at.from, 10)
	case at.to == math.MaxInt32 || at.to == int64(protowire.MaxValidNumber):
		return strconv.FormatInt(at.from, 10) + " to max"
	default:
		return strconv.FormatInt(at.from, 10) + " to " + strconv.FormatInt(at.to, 10)
	}
}

func (r reserved) has(n protoreflect.FieldNumber) bool {
	return len(r.ranges) > 0 && len(r.without(numberRange{int64(n), int64(n)})) == 0
}

// shortened joins a list, up to a bound.
func shortened(list []string) string {
	all := strings.Join(list[:min(listed, len(list))], ", ")
	if n := len(list) - listed; n > 0 {
		all += " and " + strconv.Itoa(n) + " more"
	}
	return all
}

// listed is how many things a message names.
const listed = 20

// reserved looks for reservations of the old schema that the new one lifts.
func (d *differ) reserved(path string, r, w protoreflect.Descriptor, now, before reserved) {
	if d.direction == compat.OldReadsNew {
		now, before = before, now
	}
	if len(before.ranges)+len(before.names) == 0 {
		return
	}
	var gone []string
	for _, at := range before.ranges {
		for _, part := range now.without(at) {
			gone = append(gone, part.String())
		}
	}
	kept := make(map[protoreflect.Name]bool, len(now.names))
	for _, n := range now.names {
		kept[n] = true
	}
	for _, n := range before.names {
		if !kept[n] {
			gone = append(gone, "`"+string(n)+"`")
		}
	}
	if len(gone) > 0 {
		d.add("RESERVED_REMOVED", path, r, w, "`"+string(r.Name())+"` no longer reserves "+shortened(gone))
	}
}
