package protobuf

import (
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Program reads the messages of one type. It is immutable and safe for concurrent use.
//
// It is a table for each type of message that can be inside, with what is to be checked of each field by its number.
type Program struct {
	md       protoreflect.MessageDescriptor
	limits   Limits
	messages []message // the first is md's
	enums    []numbers // of the closed ones
	// extensions are those that are known, by the message that they extend.
	extensions map[protoreflect.FullName][]protoreflect.FieldDescriptor

	textOnce sync.Once
	text     []textForm // by [Program.forms]
}

// A message is the table of one type.
type message struct {
	dense    []rule           // by number
	sparse   map[uint32]*rule // of numbers beyond
	required uint64           // a bit for each required field
	fields   int              // how many are known
	// slow says that there are more required fields than bits, so that the table cannot tell.
	slow bool
}

// A rule is what is checked of one field. The zero rule is that of a number that is unknown.
type rule struct {
	known    bool
	packable bool // values may come packed
	wire     protowire.Type
	check    check
	required uint8 // 1 and the index of its bit; 0 if it is not required
	of       int32 // index of the message or the enum
}

// A check is what is demanded of a value beyond its length.
type check uint8

const (
	checkNothing check = iota
	checkText          // UTF-8
	checkMessage
	checkGroup
	checkSigned   // a varint of 32 bits, or a negative one extended to 64
	checkUnsigned // a varint of 32 bits
	checkClosed   // a number of a closed enum
)

// numbers are those of a closed enum: a bit for each below 64, and the others.
type numbers struct {
	small uint64
	more  map[int32]struct{}
}

func (n numbers) has(v int32) bool {
	if v >= 0 && v < 64 {
		return n.small>>v&1 == 1
	}
	_, ok := n.more[v]
	return ok
}

// Size estimates the bytes that the program holds, what it writes JSON with included, without those of the schema.
func (p *Program) Size() int {
	const ruleBytes, entryBytes, textBytes = 12, 48, 100
	size := 200
	for _, m := range p.messages {
		size += 150 + (ruleBytes+4)*len(m.dense) + 2*entryBytes*len(m.sparse) + textBytes*m.fields
	}
	for _, e := range p.enums {
		size += 32 + 16*len(e.more)
	}
	return size
}

// Compile returns the program of a message type.
func Compile(md protoreflect.MessageDescriptor) *Program { return CompileWithin(md, Limits{}) }

// CompileWithin is Compile with other limits.
func CompileWithin(md protoreflect.MessageDescriptor, limits Limits) *Program {
	c := compiler{
		Program: &Program{md: md, limits: limits.withDefaults(), extensions: extensionsOf(md.ParentFile())},
		at:      map[protoreflect.FullName]int32{}, enumAt: map[protoreflect.FullName]int32{},
	}
	c.message(md)
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.fill(next)
	}
	return c.Program
}

// A compiler fills the tables of a program.
type compiler struct {
	*Program
	at, enumAt map[protoreflect.FullName]int32
	queue      []protoreflect.MessageDescriptor
}

// message returns the index of a type's table, which is filled later.
func (c *compiler) message(md protoreflect.MessageDescriptor) int32 {
	if i, ok := c.at[md.FullName()]; ok {
		return i
	}
	i := int32(len(c.messages))
	c.at[md.FullName()] = i
	c.messages = append(c.messages, message{})
	c.queue = append(c.queue, md)
	return i
}

// maxDense is the highest number that a table has a place for; most types have no higher one.
const maxDense = 255

func (c *compiler) fill(md protoreflect.MessageDescriptor) {
	var m message
	required := 0
	add := func(fd protoreflect.FieldDescriptor) {
		r := c.rule(fd)
		m.fields++
		if fd.Cardinality() == protoreflect.Required {
			if required++; required <= 64 {
				r.required = uint8(required)
				m.required |= 1 << (required - 1)
			}
		}
		m.put(uint32(fd.Number()), r)
	}
	fields := md.Fields()
	for i := range fields.Len() {
		add(fields.Get(i))
	}
	for _, x := range c.extensions[md.FullName()] {
		add(x)
	}
	m.slow = required > 64
	c.messages[c.at[md.FullName()]] = m
}

func (m *message) put(number uint32, r rule) {
	if number > maxDense {
		if m.sparse == nil {
			m.sparse = map[uint32]*rule{}
		}
		m.sparse[number] = &r
		return
	}
	if grow := int(number) + 1 - len(m.dense); grow > 0 {
		m.dense = append(m.dense, make([]rule, grow)...)
	}
	m.dense[number] = r
}

func (c *compiler) rule(fd protoreflect.FieldDescriptor) rule {
	r := rule{known: true, wire: wireTypes[fd.Kind()]}
	r.packable = fd.IsList() && r.wire != protowire.BytesType && r.wire != protowire.StartGroupType
	switch fd.Kind() {
	case protoreflect.StringKind:
		r.check = checkText
	case protoreflect.MessageKind:
		r.check, r.of = checkMessage, c.message(fd.Message())
	case protoreflect.GroupKind:
		r.check, r.of = checkGroup, c.message(fd.Message())
	case protoreflect.Int32Kind:
		r.check = checkSigned
	case protoreflect.Uint32Kind, protoreflect.Sint32Kind:
		r.check = checkUnsigned
	case protoreflect.EnumKind:
		if r.check = checkSigned; fd.Enum().IsClosed() {
			r.check, r.of = checkClosed, c.enum(fd.Enum())
		}
	}
	return r
}

func (c *compiler) enum(e protoreflect.EnumDescriptor) int32 {
	if i, ok := c.enumAt[e.FullName()]; ok {
		return i
	}
	n := numbers{more: map[int32]struct{}{}}
	for i := range e.Values().Len() {
		if v := int32(e.Values().Get(i).Number()); v >= 0 && v < 64 {
			n.small |= 1 << v
		} else {
			n.more[v] = struct{}{}
		}
	}
	i := int32(len(c.enums))
	c.enumAt[e.FullName()] = i
	c.enums = append(c.enums, n)
	return i
}

// extensionsOf returns the extensions that a file and all that it imports declare, by the message that they extend.
func extensionsOf(file protoreflect.FileDescriptor) map[protoreflect.FullName][]protoreflect.FieldDescriptor {
	found := map[protoreflect.FullName][]protoreflect.FieldDescriptor{}
	declared := func(in protoreflect.ExtensionDescriptors) {
		for i := range in.Len() {
			x := in.Get(i)
			name := x.ContainingMessage().FullName()
			found[name] = append(found[name], x)
		}
	}
	var inMessages func(protoreflect.MessageDescriptors)
	inMessages = func(in protoreflect.MessageDescriptors) {
		for i := range in.Len() {
			declared(in.Get(i).Extensions())
			inMessages(in.Get(i).Messages())
		}
	}
	seen := map[string]bool{}
	var inFile func(protoreflect.FileDescriptor)
	inFile = func(f protoreflect.FileDescriptor) {
		if seen[f.Path()] {
			return
		}
		seen[f.Path()] = true
		declared(f.Extensions())
		inMessages(f.Messages())
		for i := range f.Imports().Len() {
			inFile(f.Imports().Get(i).FileDescriptor)
		}
	}
	inFile(file)
	return found
}
