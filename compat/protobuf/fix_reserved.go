package protobuf

import (
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// missing are numbers and names that are to be reserved.
type missing struct {
	numbers []numberRange
	names   []protoreflect.Name
}

func (m missing) none() bool { return len(m.numbers)+len(m.names) == 0 }

// missingFrom returns what the old schema reserves and the new one does not.
func missingFrom(now, before reserved) missing {
	var m missing
	for _, at := range before.ranges {
		m.numbers = append(m.numbers, now.without(at)...)
	}
	for _, name := range before.names {
		if !slices.Contains(now.names, name) {
			m.names = append(m.names, name)
		}
	}
	return m
}

// reserve writes statements that reserve numbers and names in a message or an enum.
func (x *fixer) reserve(scope *protobuf.Declaration, m missing) splice {
	var numbers, names []string
	for _, at := range m.numbers {
		numbers = append(numbers, at.String())
	}
	for _, name := range m.names {
		if x.latest.Syntax() == protoreflect.Editions {
			names = append(names, string(name))
		} else {
			names = append(names, strconv.Quote(string(name)))
		}
	}
	var lines []string
	for _, list := range [][]string{numbers, names} {
		if len(list) > 0 {
			lines = append(lines, "reserved "+strings.Join(list, ", ")+";")
		}
	}
	text := x.now.moved(strings.Join(lines, "\n"), "", x.now.inside(scope))
	if there := reservedStatements(scope); len(there) > 0 {
		return x.now.after(there[len(there)-1], text, 1)
	}
	if len(scope.Inner) > 0 {
		return x.now.before(scope.Inner[0], text, 1)
	}
	return x.now.into(scope, text, 1)
}

// unreserve takes the number and the name of a field out of the statements that reserve them by themselves. A statement has
// numbers or names, and each but once.
func (x *fixer) unreserve(scope *protobuf.Declaration, g protoreflect.FieldDescriptor) []splice {
	var splices []splice
	own := []string{strconv.Itoa(int(g.Number())), string(g.Name()), strconv.Quote(string(g.Name())), "'" + string(g.Name()) + "'"}
	for _, d := range reservedStatements(scope) {
		items := itemsIn(x.now.text, protobuf.Span{Start: d.Start + len("reserved"), End: d.End - len(";")})
		i := slices.IndexFunc(items, func(item protobuf.Span) bool { return slices.Contains(own, item.In(x.now.text)) })
		switch {
		case i < 0:
		case len(items) == 1:
			splices = append(splices, x.now.without(d))
		default:
			splices = append(splices, withoutItem(items, i))
		}
	}
	return splices
}

// reservations is for what is no longer reserved. A field that uses such a number gets another one.
func (x *fixer) reservations() {
	scope, gone, used := x.lifted()
	if scope == nil || gone.none() {
		return
	}
	var names []string
	for _, at := range gone.numbers {
		names = append(names, at.String())
	}
	for _, name := range gone.names {
		names = append(names, quote(name))
	}
	x.propose("reserve "+shortened(names)+" again", append(used, x.reserve(scope, gone))...)
}

// lifted returns the declaration that has lost reservations, those, and the splices that give fields other numbers.
func (x *fixer) lifted() (*protobuf.Declaration, missing, []splice) {
	switch now := x.f.(type) {
	case protoreflect.MessageDescriptor:
		old, ok := x.g.(protoreflect.MessageDescriptor)
		if !ok {
			return nil, missing{}, nil
		}
		gone := missingFrom(reservedOf(now), reservedOf(old))
		return x.now.at(now), gone, x.outOf(now, old, reserved{ranges: gone.numbers})
	case protoreflect.EnumDescriptor:
		old, ok := x.g.(protoreflect.EnumDescriptor)
		if !ok {
			return nil, missing{}, nil
		}
		return x.now.at(now), missingFrom(reservedValues(now), reservedValues(old)), nil
	}
	return nil, missing{}, nil
}

// outOf gives the fields of a message whose numbers are to be reserved other ones.
func (x *fixer) outOf(now, old protoreflect.MessageDescriptor, gone reserved) []splice {
	next, ok := freeNumber(now, old)
	var splices []splice
	for i := range now.Fields().Len() {
		f := now.Fields().Get(i)
		if d := x.now.at(f); ok && d != nil && gone.has(f.Number()) {
			splices = append(splices, at(d.Number, strconv.Itoa(next)))
			next++
		}
	}
	return splices
}
