package avro

import "github.com/treatyhq/treaty/schema"

// A ValueKind is the type of a JSON [Value].
type ValueKind uint8

// The types of JSON.
const (
	NullValue ValueKind = iota + 1
	BoolValue
	NumberValue
	StringValue
	ArrayValue
	ObjectValue
)

// A Value is a JSON value as it was written: a default or a custom property. It is immutable.
type Value struct {
	Kind    ValueKind
	Text    string  // string: its characters; number: its digits as written; bool: "true" or "false"
	Items   []Value // array
	Members []Prop  // object, in the order of the text; no key twice
	Pos     schema.Position
}

// Member returns a member of an object, nil if it has none of that name or is no object.
func (v *Value) Member(key string) *Value {
	for i := range v.Members {
		if v.Members[i].Key == key {
			return v.Members[i].Value
		}
	}
	return nil
}
