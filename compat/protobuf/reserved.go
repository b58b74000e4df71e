package protobuf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// covers reports whether every number of the range is reserved.
func (r reserved) covers(at numberRange) bool {
	i, _ := slices.BinarySearchFunc(r.ranges, at.from, func(e numberRange, n int64) int { return cmp.Compare(e.to, n) })
	return i < len(r.ranges) && r.ranges[i].from <= at.from && at.to <= r.ranges[i].to
}

func (r reserved) has(n protoreflect.FieldNumber) bool {
	return r.covers(numberRange{int64(n), int64(n)})
}

// listed is how many reservations a message names.
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
		switch {
		case now.covers(at):
		case at.from == at.to:
			gone = append(gone, fmt.Sprint(at.from))
		default:
			gone = append(gone, fmt.Sprintf("%d to %d", at.from, at.to))
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
		d.add("RESERVED_REMOVED", path, r, w, "no longer reserved: "+strings.Join(gone[:min(listed, len(gone))], ", "))
	}
}
