package protobuf

import (
	"bytes"
	"encoding/json"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// JSON returns a message as protojson without spaces. What has no such form, such as an Any of a type that is not in the file
// and its imports, or a Timestamp beyond the year 9999, is an *[Error] of code [Unfit]. Unknown fields are left out.
func JSON(m protoreflect.Message) ([]byte, error) { return printed(m, typesOf(m.Descriptor())) }

// printed is JSON with the types that an Any may hold.
func printed(m protoreflect.Message, known *types) ([]byte, error) {
	opts := protojson.MarshalOptions{AllowPartial: true, Resolver: known}
	spaced, err := opts.Marshal(m.Interface())
	var out bytes.Buffer
	if err == nil {
		err = json.Compact(&out, spaced) // protojson puts in spaces at random
	}
	if err != nil {
		return nil, &Error{Code: Unfit, Offset: -1, Reason: strings.ReplaceAll(err.Error(), "\u00a0", " ")}
	}
	return out.Bytes(), nil
}

// maxShown is how many bytes of a value a difference shows.
const maxShown = 1000

// text prints a field's value, or one element of a list, shortened if it is long.
func text(fd protoreflect.FieldDescriptor, v protoreflect.Value) string {
	switch x := v.Interface().(type) {
	case protoreflect.List:
		if !x.IsValid() {
			return "[]" // of a field that is not set; it cannot be set either
		}
	case protoreflect.Map:
		if !x.IsValid() {
			return "{}"
		}
	case protoreflect.Message:
		if !x.IsValid() {
			return ""
		}
	}
	m := dynamicpb.NewMessage(fd.ContainingMessage())
	if _, whole := v.Interface().(protoreflect.List); fd.IsList() && !whole {
		m.Mutable(fd).List().Append(v)
		return strings.TrimSuffix(strings.TrimPrefix(text(fd, m.Get(fd)), "["), "]")
	}
	m.Set(fd, v)
	raw, err := JSON(m)
	if err != nil {
		return v.String()
	}
	s := strings.TrimSuffix(string(raw), "}")
	if _, value, ok := strings.Cut(s, `":`); ok {
		s = value
	}
	if s == "{" || s == "" { // a zero, which is not printed where presence is not known
		return v.String()
	}
	if len(s) > maxShown {
		s = strings.ToValidUTF8(s[:maxShown], "") + "…"
	}
	return s
}
