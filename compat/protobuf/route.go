package protobuf

import (
	"regexp"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A route leads from a message that both files declare to one that is a part of it, which may be an imported type.
type route struct {
	reader, writer protoreflect.MessageDescriptor // where it begins
	numbers        []protoreflect.FieldNumber     // of the fields, and 2 for the value of a map
	names          []string                       // of the writer's fields
}

// maxRoutes bounds the pairs of messages that are looked for.
const maxRoutes = 10_000

// routes are the shortest ways to pairs of messages.
type routes struct {
	to       map[messages]route
	byReader map[protoreflect.MessageDescriptor]protoreflect.MessageDescriptor // the first writer's for each of the reader's
	byWriter map[protoreflect.MessageDescriptor]protoreflect.MessageDescriptor
	enums    map[enums]use // the first use of two enums
}

// routesIn finds the ways from the messages of two files through fields of the same number.
func routesIn(reader, writer protoreflect.FileDescriptor) *routes {
	r := &routes{
		to:       map[messages]route{},
		byReader: map[protoreflect.MessageDescriptor]protoreflect.MessageDescriptor{},
		byWriter: map[protoreflect.MessageDescriptor]protoreflect.MessageDescriptor{},
		enums:    map[enums]use{},
	}
	queue := r.begin(nil, reader.Messages(), writer.Messages())
	for len(queue) > 0 && len(r.to) < maxRoutes {
		from := queue[0]
		queue = queue[1:]
		eachNumber(membersOf(from.reader), membersOf(from.writer), func(f, g protoreflect.FieldDescriptor) {
			if f != nil && g != nil {
				queue = r.follow(queue, from, f, g)
			}
		})
	}
	return r
}

// begin adds the messages of two scopes that have the same name, with those in them.
func (r *routes) begin(queue []messages, reader, writer protoreflect.MessageDescriptors) []messages {
	known := byName(reader)
	for i := range writer.Len() {
		w := writer.Get(i)
		if m := known[w.Name()]; m != nil && !w.IsMapEntry() && len(r.to) < maxRoutes {
			queue = r.add(queue, messages{m, w}, route{reader: m, writer: w})
			queue = r.begin(queue, m.Messages(), w.Messages())
		}
	}
	return queue
}

func (r *routes) add(queue []messages, to messages, way route) []messages {
	if _, known := r.to[to]; known {
		return queue
	}
	r.to[to] = way
	if r.byReader[to.reader] == nil {
		r.byReader[to.reader] = to.writer
	}
	if r.byWriter[to.writer] == nil {
		r.byWriter[to.writer] = to.reader
	}
	return append(queue, to)
}

// follow adds what two fields of one number contain.
func (r *routes) follow(queue []messages, from messages, f, g protoreflect.FieldDescriptor) []messages {
	if f.IsMap() != g.IsMap() {
		return queue
	}
	way := r.to[from]
	if pair := (enums{enumOf(f), enumOf(g)}); pair.reader != nil && pair.writer != nil {
		if _, known := r.enums[pair]; !known {
			r.enums[pair] = use{way, f, g}
		}
		return queue
	}
	numbers := append(append([]protoreflect.FieldNumber(nil), way.numbers...), g.Number())
	to := messages{f.Message(), g.Message()}
	if f.IsMap() {
		numbers, to = append(numbers, 2), messages{f.MapValue().Message(), g.MapValue().Message()}
	}
	if to.reader == nil || to.writer == nil {
		return queue
	}
	names := append(append([]string(nil), way.names...), string(g.Name()))
	return r.add(queue, to, route{way.reader, way.writer, numbers, names})
}

// find returns the way to the messages that a difference is in, of which one side may be nil.
func (r *routes) find(reader, writer protoreflect.MessageDescriptor) (route, bool) {
	if reader == nil {
		reader = r.byWriter[writer]
	}
	if writer == nil {
		writer = r.byReader[reader]
	}
	way, ok := r.to[messages{reader, writer}]
	return way, ok
}

// inside returns the message at the end of the way: through the first elements of lists and the only entries of maps. It is
// nil where a message has nothing there.
func (way route) inside(m protoreflect.Message) protoreflect.Message {
	for i := 0; i < len(way.numbers); i++ {
		f := m.Descriptor().Fields().ByNumber(way.numbers[i])
		switch {
		case f == nil || !m.Has(f):
			return nil
		case f.IsMap():
			var value protoreflect.Message
			m.Get(f).Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				value = v.Message()
				return false
			})
			m, i = value, i+1
		case f.IsList():
			m = m.Get(f).List().Get(0).Message()
		default:
			m = m.Get(f).Message()
		}
	}
	return m
}

var brackets = regexp.MustCompile(`\[[^\]]*\]`)

// leadsTo reports whether a path of names, with indices and keys, goes to a field at the end of the way, or further.
func (way route) leadsTo(path, field string) bool {
	want := strings.Join(append(append([]string(nil), way.names...), field), ".") + "."
	return strings.HasPrefix(brackets.ReplaceAllString(path, "")+".", want)
}
