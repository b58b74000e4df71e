package protobuf

import "github.com/treatyhq/treaty/compat"

// A rule is one code. The reference's differences that it accepts have no severity: they are no findings.
type rule struct {
	compat.Rule
	accepted bool
	// text is the reference's sentence; PATH, READER and WRITER stand for the path and the two schemas' words.
	text string
}

func refused(id string, wire bool, purpose, text string) rule {
	return rule{Rule: compat.Rule{ID: id, Purpose: purpose, DropIn: true, Wire: wire}, text: text}
}

func accepted(id, purpose string) rule {
	return rule{Rule: compat.Rule{ID: id, Purpose: purpose}, accepted: true}
}

func warned(id string, wire bool, policy, purpose string) rule {
	return rule{Rule: compat.Rule{ID: id, Purpose: purpose, Policy: policy, Wire: wire}}
}

// rules are all that the walk looks at. The first group are the reference's 26 differences, its verdicts and texts
// included.
// Source: Confluent Schema Registry, Protobuf differences.
var rules = []rule{
	refused("PACKAGE_CHANGED", false, "the file keeps its package",
		"The package at 'PATH' in the READER schema does not match the package in the WRITER schema"),
	accepted("MESSAGE_ADDED", "a message is new"),
	refused("MESSAGE_REMOVED", false, "every message stays in the file",
		"The READER schema is missing a MESSAGE type at path 'PATH' in the WRITER schema"),
	accepted("MESSAGE_MOVED", "a message stands at another index"),
	accepted("ENUM_ADDED", "an enum is new"),
	accepted("ENUM_REMOVED", "an enum is gone"),
	accepted("ENUM_CONST_ADDED", "an enum has a new number"),
	accepted("ENUM_CONST_CHANGED", "a number of an enum has another name"),
	accepted("ENUM_CONST_REMOVED", "a number of an enum is gone"),
	accepted("FIELD_ADDED", "a field is new"),
	accepted("FIELD_REMOVED", "a field is gone"),
	accepted("FIELD_NAME_CHANGED", "a field has another name"),
	refused("FIELD_KIND_CHANGED", true, "a field stays a scalar, a message or a map",
		"The type of a field at path 'PATH' in the READER schema does not match the WRITER schema"),
	refused("FIELD_SCALAR_KIND_CHANGED", true, "a scalar keeps a type that is encoded alike",
		"The kind of a SCALAR field at path 'PATH' in the READER schema does not match its kind in the WRITER schema"),
	refused("FIELD_NAMED_TYPE_CHANGED", true, "a field keeps its message type, and an imported one stays compatible",
		"The type of a MESSAGE field at path 'PATH' in the READER schema does not match its type in the WRITER schema"),
	refused("FIELD_NUMERIC_LABEL_CHANGED", true, "a number or enum that is labelled keeps its label",
		"The label for a NUMERIC field at path 'PATH' in the READER schema does not match its label in the WRITER schema"),
	accepted("FIELD_STRING_OR_BYTES_LABEL_CHANGED", "a string or bytes field has another label"),
	refused("REQUIRED_FIELD_ADDED", true, "no field is required that the writer does not send",
		"A required field  at path 'PATH' in the READER schema is missing in the WRITER schema"),
	refused("REQUIRED_FIELD_REMOVED", false, "a required field stays",
		"The READER schema is missing a required field at path: 'PATH' in the WRITER schema"),
	accepted("ONEOF_ADDED", "a oneof is new"),
	accepted("ONEOF_REMOVED", "a oneof is gone"),
	accepted("ONEOF_FIELD_ADDED", "a oneof has a new member"),
	refused("ONEOF_FIELD_REMOVED", false, "a member of a oneof stays while others of it do",
		"The READER schema is missing a oneof field at path 'PATH' in the WRITER schema"),
	accepted("ONEOF_FIELD_MOVED_TO_TOP_LEVEL", "a field has left its oneof"),
	refused("MULTIPLE_FIELDS_MOVED_TO_ONEOF", true, "fields that could be set together are not put into one oneof",
		"Multiple fields in the oneof at path 'PATH' in the READER schema are outside a oneof in the WRITER schema"),
	refused("FIELD_MOVED_TO_EXISTING_ONEOF", true, "no field is put into a oneof that has other members already",
		"A field in the oneof at path 'PATH' in the READER schema is outside an existing oneof in the WRITER schema."),

	warned("FIELD_RENUMBERED", true, "fieldNumberReuse", "a field that keeps its name keeps its number"),
	warned("FIELD_NUMBER_REUSED", true, "fieldNumberReuse", "a number that has meant one field never means another"),
	warned("RESERVED_REMOVED", false, "fieldNumberReuse", "numbers and names that are reserved stay so"),
	warned("JSON_NAME_CHANGED", false, "names", "a field keeps its name in JSON"),
	warned("MESSAGE_INDEX_CHANGED", false, "messageIndex", "a message keeps its index, by which framed messages name it"),
	warned("ENUM_VALUE_REUSED", true, "fieldNumberReuse", "a number of an enum keeps its name, and a name its number"),
	warned("ENUM_VALUE_UNKNOWN", true, "enumDefaults", "a closed enum has a value for every number that the writer may send"),
	warned("SERVICE_METHOD_REMOVED", false, "services", "services and their methods stay"),
	warned("NARROWED_INTEGER", true, "lossyPromotion", "an integer is not read as a smaller one"),
	warned("INTEGER_SIGN_CHANGED", true, "lossyPromotion", "an integer is not read as one that lacks some of its values"),
	warned("FIELD_NOW_REQUIRED", true, "required", "no field becomes required that could be left out"),
	warned("DEFAULT_CHANGED", true, "defaults", "a scalar that is not sent reads as the same value"),
	warned("EXTENSION_CHANGED", true, "extensions", "an extension stays encoded alike"),
	warned("GROUP_CHANGED", true, "groups", "a group stays one, and so does what is in it"),
	warned("REPEATED_TO_SINGULAR", true, "lossyPromotion", "a list is not read as one value"),
	warned("UTF8_NOT_GUARANTEED", true, "lossyPromotion", "bytes are not read as text, which must be UTF-8"),
}

var ruleOf = func() map[string]rule {
	m := make(map[string]rule, len(rules))
	for _, r := range rules {
		m[r.ID] = r
	}
	return m
}()

// Rules are the rules whose breach is a finding. The codes are public and stay.
var Rules = func() (all []compat.Rule) {
	for _, r := range rules {
		if !r.accepted {
			all = append(all, r.Rule)
		}
	}
	return all
}()
