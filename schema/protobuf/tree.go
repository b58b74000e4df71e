package protobuf

// A file is the syntax tree of one .proto text. Every canonical print is made from it. Lists keep the order of the text;
// the printer alone decides in which order the lists follow each other.
//
// at is the offset of a declaration in the text that the tree was read from, in bytes.
type file struct {
	syntax     string // "proto2", "proto3", or empty where the text has none
	edition    string // "2023", or empty
	pkg        string
	imports    []importing
	options    []option
	messages   []*message
	enums      []*enum
	extends    []*extend
	services   []*service
	statements int // declarations in the whole file, an estimate of its cost
}

// An importing is one import statement. Kind is "", "public" or "weak".
type importing struct {
	path, kind string
	at         int
}

type message struct {
	name       string
	reserved   []reserved
	options    []option
	fields     []*field
	oneofs     []*oneof
	groups     []*group
	extensions []extensions
	extends    []*extend
	messages   []*message
	enums      []*enum
	at         int
}

// A field is a field of a message, a oneof, a group or an extend block.
type field struct {
	label   string // "", "optional", "required" or "repeated"
	typ     string // as written; the value type of a map
	key     string // key type of a map, empty for any other field
	name    string
	number  int32
	options []option
	at      int
}

// A group is a field and the message that it declares; name is the message's.
type group struct {
	label   string
	number  int32
	options []option // of the field
	message
}

type oneof struct {
	name    string
	options []option
	fields  []*field
	groups  []*group
	at      int
}

type enum struct {
	name     string
	reserved []reserved
	options  []option
	values   []*enumValue
	at       int
}

type enumValue struct {
	name    string
	number  int32
	options []option
	at      int
}

// A span is a range of numbers, both ends included. Single is a range written as one number, max one that ends in "max".
type span struct {
	first, last int32
	single, max bool
}

// A reserved is one reserved statement: ranges, or names, or names written as identifiers.
type reserved struct {
	ranges []span
	names  []string
	idents []string
}

type extensions struct {
	ranges  []span
	options []option
}

type extend struct {
	extendee string
	fields   []*field
	groups   []*group
}

type service struct {
	name    string
	options []option
	rpcs    []*rpc
	at      int
}

type rpc struct {
	name                          string
	request, response             string
	requestStream, responseStream bool
	options                       []option
	at                            int
}

// isMapEntry reports whether m is spelled as the entry of a map, as descriptors spell it.
func (m *message) isMapEntry() bool {
	for _, o := range m.options {
		if o.is("map_entry") && o.value.text == "true" {
			return true
		}
	}
	return false
}
