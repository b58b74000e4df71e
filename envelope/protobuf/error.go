package protobuf

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Code says what is wrong with a message. Codes are public and stay.
type Code string

// The codes.
const (
	Truncated       Code = "PROTOBUF_TRUNCATED"        // the message ends inside a field
	InvalidTag      Code = "PROTOBUF_TAG"              // a field number or a wire type that cannot be
	VarintWidth     Code = "PROTOBUF_VARINT"           // a varint of more than 64 bits
	WireType        Code = "PROTOBUF_WIRE_TYPE"        // a field that is known, in another encoding than its type's
	InvalidGroup    Code = "PROTOBUF_GROUP"            // a group that is not ended, or an end without a start
	InvalidUTF8     Code = "PROTOBUF_UTF8"             // a string that is not UTF-8
	TooDeep         Code = "PROTOBUF_DEPTH"            // more levels than the limits allow
	MissingRequired Code = "PROTOBUF_REQUIRED"         // a required field that is not set
	UnknownEnum     Code = "PROTOBUF_ENUM_RANGE"       // a number that a closed enum does not have
	IntegerWidth    Code = "PROTOBUF_INTEGER_RANGE"    // a number with more bits than its field has
	Unfit           Code = "PROTOBUF_UNFIT"            // what cannot be encoded or printed
	NoMessage       Code = "PROTOBUF_NO_MESSAGE"       // a type that has no finite message, or none that is small
	NoPath          Code = "PROTOBUF_NO_SUCH_PLACE"    // a path that does not lead through the type
	internal        Code = "PROTOBUF_READERS_DISAGREE" // a bug: what was found valid could not be read
)

// An Error says which field cannot be read or written, and why.
type Error struct {
	Code Code
	// Path leads to the field: names joined by dots, [3] for elements, ["key"] for the values of maps, (full.name) for
	// extensions. It is empty for the message itself.
	Path   string
	Number protoreflect.FieldNumber // 0 where there is none
	Schema string                   // #/Message/5: the type without its package, and the number; empty where there is none
	Offset int                      // of the field's tag in the message; -1 where there are no bytes
	Reason string                   // without the path
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Reason
	}
	return e.Path + ": " + e.Reason
}

// schemaPath prints where a field is declared.
func schemaPath(fd protoreflect.FieldDescriptor) string {
	var names []string
	for d := protoreflect.Descriptor(fd.ContainingMessage()); ; d = d.Parent() {
		if _, ok := d.(protoreflect.MessageDescriptor); !ok {
			break
		}
		names = append(names, string(d.Name()))
	}
	slices.Reverse(names)
	return "#/" + strings.Join(names, "/") + "/" + strconv.Itoa(int(fd.Number()))
}

// A trail is the way to a field, element or entry, as a path prints it piece by piece.
type trail []string

func (t trail) String() string { return strings.TrimPrefix(strings.Join(t, ""), ".") }

// fieldPiece returns the piece of a field. The key and the value of an entry have none: the entry is the value.
func fieldPiece(fd protoreflect.FieldDescriptor) string {
	if fd.ContainingMessage().IsMapEntry() {
		return ""
	}
	if fd.IsExtension() {
		return ".(" + string(fd.FullName()) + ")"
	}
	return "." + string(fd.Name())
}

func elementPiece(i int) string { return "[" + strconv.Itoa(i) + "]" }

// maxKey is how many bytes of a map's key a path shows.
const maxKey = 100

func keyPiece(key protoreflect.MapKey) string {
	s, ok := key.Interface().(string)
	if !ok {
		return "[" + key.String() + "]"
	}
	if len(s) > maxKey {
		end := maxKey
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "…"
	}
	return "[" + strconv.Quote(s) + "]"
}
