package envelope

import (
	"cmp"
	"encoding/binary"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// An indexForm is how a framing says which message of a Protobuf file it has.
type indexForm uint8

const (
	indexNone  indexForm = iota // not at all: the caller says it, or it is the file's first
	indexPath                   // Confluent: a count and the index of each level, zig-zag; 0 for the first message
	indexTable                  // Glue: an unsigned index into the full names, sorted
	indexRef                    // Apicurio: a message that holds the name, or nothing
)

// maxNesting bounds the levels of a message index: the compiler's own limit.
const maxNesting = 32

// choose returns the message of a Protobuf file that a frame holds, and the bytes behind the index.
func choose(file protoreflect.FileDescriptor, f frame, asked string) (protoreflect.MessageDescriptor, []byte, *verdict.Finding) {
	from := f.body
	if f.lead != nil {
		from = f.lead
	}
	md, rest, found := read(file, f.index, from, asked)
	switch {
	case found != nil:
		return nil, nil, found
	case f.lead == nil:
		return md, rest, nil
	case len(rest) > 0:
		return nil, nil, badIndex("%d bytes follow the message index in the header", len(rest))
	}
	return md, f.body, nil
}

func read(file protoreflect.FileDescriptor, form indexForm, from []byte, asked string) (protoreflect.MessageDescriptor, []byte, *verdict.Finding) {
	switch form {
	case indexPath:
		return readPath(file, from)
	case indexTable:
		return readTable(file, from)
	case indexRef:
		if md, rest, ok := readRef(file, from); ok {
			return md, rest, nil
		}
	}
	md, found := named(file, asked)
	return md, from, found
}

// named returns a message by its full name, the file's first for none.
func named(file protoreflect.FileDescriptor, name string) (protoreflect.MessageDescriptor, *verdict.Finding) {
	if name == "" {
		if file.Messages().Len() > 0 {
			return file.Messages().Get(0), nil
		}
		return nil, badIndex("the schema has no message")
	}
	if name[0] == '.' {
		name = name[1:]
	}
	if md := find(file.Messages(), protoreflect.FullName(name)); md != nil {
		return md, nil
	}
	if others := ending(file.Messages(), name); len(others) > 0 {
		return nil, badIndex("the schema has no message %s; there is %s", cut(name), list(others))
	}
	return nil, badIndex("the schema has no message %s", cut(name))
}

// ending returns the full names whose last part a name is.
func ending(in protoreflect.MessageDescriptors, name string) []protoreflect.FullName {
	var found []protoreflect.FullName
	for _, md := range declared(in) {
		if string(md.Name()) == name {
			found = append(found, md.FullName())
		}
		found = append(found, ending(md.Messages(), name)...)
	}
	return found
}

func find(in protoreflect.MessageDescriptors, name protoreflect.FullName) protoreflect.MessageDescriptor {
	for i := range in.Len() {
		md := in.Get(i)
		if md.FullName() == name {
			return md
		}
		if below := find(md.Messages(), name); below != nil {
			return below
		}
	}
	return nil
}

// readPath reads a count and as many indexes, all zig-zag varints. A count of 0 stands for the first message.
func readPath(file protoreflect.FileDescriptor, b []byte) (protoreflect.MessageDescriptor, []byte, *verdict.Finding) {
	count, n := binary.Varint(b)
	switch {
	case n <= 0:
		return nil, nil, badIndex("the message index is missing or cut off")
	case count < 0 || count > maxNesting:
		return nil, nil, badIndex("the message index has %d levels", count)
	}
	b = b[n:]
	if count == 0 {
		md, found := named(file, "")
		return md, b, found
	}
	level := file.Messages()
	var md protoreflect.MessageDescriptor
	for range count {
		i, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil, badIndex("the message index is cut off")
		}
		if md = indexed(level, i); md == nil {
			return nil, nil, badIndex("the message index %d is out of range: there are %d messages on that level", i, len(declared(level)))
		}
		level, b = md.Messages(), b[n:]
	}
	return md, b, nil
}

// declared returns the messages that a text declares: not the entries of maps, which the compiler adds.
func declared(level protoreflect.MessageDescriptors) []protoreflect.MessageDescriptor {
	var all []protoreflect.MessageDescriptor
	for i := range level.Len() {
		if md := level.Get(i); !md.IsMapEntry() {
			all = append(all, md)
		}
	}
	return all
}

// indexed returns the message of an index, nil if there is none. The reference counts the messages that the text declares.
// Some clients count the entries of maps too, which no message ever is; an index that is beyond the reference's is theirs.
// Source: Confluent Schema Registry, MessageIndexes; its clients for Go and Python.
func indexed(level protoreflect.MessageDescriptors, i int64) protoreflect.MessageDescriptor {
	all := declared(level)
	switch {
	case i < 0 || i >= int64(level.Len()):
		return nil
	case i < int64(len(all)):
		return all[i]
	case level.Get(int(i)).IsMapEntry():
		return nil
	}
	return level.Get(int(i))
}

// appendPath appends the index of the contract's message, nothing for Avro.
func (c *contract) appendPath(b []byte) []byte {
	if c.message == nil {
		return b
	}
	path := pathOf(c.message)
	if len(path) == 1 && path[0] == 0 {
		return append(b, 0)
	}
	b = binary.AppendVarint(b, int64(len(path)))
	for _, i := range path {
		b = binary.AppendVarint(b, int64(i))
	}
	return b
}

func pathOf(md protoreflect.MessageDescriptor) []int {
	var path []int
	for {
		parent, nested := md.Parent().(protoreflect.MessageDescriptor)
		level := md.ParentFile().Messages()
		if nested {
			level = parent.Messages()
		}
		path = append(path, slices.Index(declared(level), md))
		if md = parent; !nested {
			slices.Reverse(path)
			return path
		}
	}
}

// readTable reads an unsigned index into the full names of all messages, sorted.
// Source: AWS Glue Schema Registry, serializer for Protobuf.
func readTable(file protoreflect.FileDescriptor, b []byte) (protoreflect.MessageDescriptor, []byte, *verdict.Finding) {
	i, n := binary.Uvarint(b)
	if n <= 0 {
		return nil, nil, badIndex("the message index is missing or cut off")
	}
	all := table(file)
	if i >= uint64(len(all)) {
		return nil, nil, badIndex("the message index %d is out of range: there are %d messages", i, len(all))
	}
	return all[i], b[n:], nil
}

// table returns all messages of a file, nested ones too, by their full names.
func table(file protoreflect.FileDescriptor) []protoreflect.MessageDescriptor {
	var all []protoreflect.MessageDescriptor
	var add func(protoreflect.MessageDescriptors)
	add = func(in protoreflect.MessageDescriptors) {
		for i := range in.Len() {
			all = append(all, in.Get(i))
			add(in.Get(i).Messages())
		}
	}
	add(file.Messages())
	slices.SortFunc(all, func(a, b protoreflect.MessageDescriptor) int { return cmp.Compare(a.FullName(), b.FullName()) })
	return all
}

// readRef reads what Apicurio's serializer puts before a message: its length, and a message whose field 1 is the name of a
// message of the file, in full or within its package. Behind it may follow a message index of Confluent's form, which says
// the same once more: no message begins as one of up to three levels does, with the number 0.
// ok is false if there is no such thing, which its serializer can be told.
func readRef(file protoreflect.FileDescriptor, b []byte) (md protoreflect.MessageDescriptor, rest []byte, ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) || size < 2 {
		return nil, nil, false
	}
	ref, rest := b[n:n+int(size)], b[n+int(size):]
	length, k := binary.Uvarint(ref[1:])
	if ref[0] != 1<<3|2 || k <= 0 || length > size || size != uint64(1+k)+length {
		return nil, nil, false
	}
	name := protoreflect.FullName(ref[1+k:])
	if md = find(file.Messages(), name); md == nil {
		md = find(file.Messages(), protoreflect.FullName(string(file.Package())+"."+string(name)))
	}
	if md != nil && len(rest) > 0 && rest[0] < 8 {
		if again, behind, f := readPath(file, rest); f == nil && again == md {
			rest = behind
		}
	}
	return md, rest, md != nil
}

// appendRef appends what readRef reads.
func (c *contract) appendRef(b []byte) []byte {
	if c.message == nil {
		return b
	}
	name := string(c.message.Name())
	ref := append(binary.AppendUvarint([]byte{1<<3 | 2}, uint64(len(name))), name...)
	return append(binary.AppendUvarint(b, uint64(len(ref))), ref...)
}

func badIndex(format string, args ...any) *verdict.Finding {
	f := verdict.Errorf("FRAME_INDEX", "", format, args...)
	return &f
}
