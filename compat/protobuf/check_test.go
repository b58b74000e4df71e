package protobuf

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/protobuf"
)

const (
	proto2 = "syntax = \"proto2\";\npackage shop;\n"
	proto3 = "syntax = \"proto3\";\npackage shop;\n"
)

// m returns a message called M with the members given.
func m(members ...string) string { return "message M { " + strings.Join(members, " ") + " }\n" }

// TestDifferences holds, for every kind of difference, what the walk notes from old to new, the accepted ones included.
func TestDifferences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		head     string
		old, new string
		want     []string
	}{
		{"nothing", proto3, m("string a = 1;"), m("string a = 1;"), nil},
		{"field added", proto3, m(), m("string a = 1;"), []string{"FIELD_ADDED #/M/1"}},
		{"field removed", proto3, m("string a = 1;"), m(), []string{"FIELD_REMOVED #/M/1"}},
		{"field renamed", proto3, m("string a = 1;"), m("string b = 1;"), []string{"FIELD_NAME_CHANGED #/M/1"}},
		{"order of fields", proto3, m("string a = 1;", "string b = 2;"), m("string b = 2;", "string a = 1;"), nil},
		{"encoded alike", proto3, m("int32 a = 1;", "string b = 2;", "fixed32 c = 3;", "sint32 d = 4;", "sfixed64 e = 5;"),
			m("bool a = 1;", "bytes b = 2;", "sfixed32 c = 3;", "sint64 d = 4;", "fixed64 e = 5;"), nil},
		{"encoded otherwise", proto3, m("int32 a = 1;", "float b = 2;", "fixed32 c = 3;", "int64 d = 4;"),
			m("string a = 1;", "double b = 2;", "fixed64 c = 3;", "sint64 d = 4;"),
			[]string{"FIELD_SCALAR_KIND_CHANGED #/M/1", "FIELD_SCALAR_KIND_CHANGED #/M/2", "FIELD_SCALAR_KIND_CHANGED #/M/3",
				"FIELD_SCALAR_KIND_CHANGED #/M/4"}},
		{"an enum is a varint", proto3, m("E a = 1;") + "enum E { Z = 0; }", m("uint64 a = 1;") + "enum E { Z = 0; }", nil},
		{"enums of different names", proto3, m("E a = 1;") + "enum E { Z = 0; } enum F { Y = 0; }",
			m("F a = 1;") + "enum E { Z = 0; } enum F { Y = 0; }", nil},
		{"scalar to message", proto3, m("string a = 1;", "message N {}"), m("N a = 1;", "message N {}"),
			[]string{"FIELD_KIND_CHANGED #/M/1"}},
		{"message to map", proto3, m("repeated N a = 1;", "message N {}"), m("map<string, N> a = 1;", "message N {}"),
			[]string{"FIELD_KIND_CHANGED #/M/1"}},
		{"map key, map value", proto3, m("map<string, int32> a = 1;", "map<int32, N> b = 2;", "message N {}"),
			m("map<int32, int32> a = 1;", "map<int32, string> b = 2;", "message N {}"),
			[]string{"FIELD_SCALAR_KIND_CHANGED #/M/1", "FIELD_KIND_CHANGED #/M/2"}},
		{"another message type", proto3, m("N a = 1;", "message N {}", "message O {}"), m("O a = 1;", "message N {}", "message O {}"),
			[]string{"FIELD_NAMED_TYPE_CHANGED #/M/1"}},
		{"a nested message's field", proto3, m("message N { message P { int32 a = 3; } }"), m("message N { message P { string a = 3; } }"),
			[]string{"FIELD_SCALAR_KIND_CHANGED #/M/N/P/3"}},
		{"messages added, removed and moved", proto3, "message A {} message B {} message C {}", "message C {} message A {} message D {}",
			[]string{"MESSAGE_MOVED #/A", "MESSAGE_REMOVED #/B", "MESSAGE_MOVED #/C", "MESSAGE_ADDED #/D"}},
		{"map entries are no messages", proto3, m(), m("map<string, int32> a = 1;"), []string{"FIELD_ADDED #/M/1"}},
		{"enums and their values", proto3, "enum E { Z = 0; A = 1; B = 2; } enum F { Y = 0; }", "enum E { Z = 0; C = 1; D = 3; } enum G { X = 0; }",
			[]string{"ENUM_CONST_CHANGED #/E/1", "ENUM_CONST_REMOVED #/E/2", "ENUM_CONST_ADDED #/E/3", "ENUM_REMOVED #/F", "ENUM_ADDED #/G"}},
		{"aliases of a number", proto3, "enum E { option allow_alias = true; Z = 0; Y = 0; }", "enum E { option allow_alias = true; Y = 0; Z = 0; }", nil},
		{"labels of numbers and enums", proto2, m("optional int32 a = 1;", "repeated E b = 2;", "required bool c = 3;") + "enum E { Z = 0; }",
			m("repeated int32 a = 1;", "optional E b = 2;", "optional bool c = 3;") + "enum E { Z = 0; }",
			[]string{"FIELD_NUMERIC_LABEL_CHANGED #/M/1", "FIELD_NUMERIC_LABEL_CHANGED #/M/2", "FIELD_NUMERIC_LABEL_CHANGED #/M/3"}},
		{"labels of text", proto2, m("optional string a = 1;", "required bytes b = 2;"), m("repeated string a = 1;", "optional bytes b = 2;"),
			[]string{"FIELD_STRING_OR_BYTES_LABEL_CHANGED #/M/1", "FIELD_STRING_OR_BYTES_LABEL_CHANGED #/M/2"}},
		{"labels of messages", proto2, m("optional M a = 1;"), m("repeated M a = 1;"), nil},
		{"no label in proto3", proto3, m("int32 a = 1;"), m("repeated int32 a = 1;"), nil},
		{"optional in proto3", proto3, m("optional int32 a = 1;"), m("repeated int32 a = 1;"), []string{"FIELD_NUMERIC_LABEL_CHANGED #/M/1"}},
		{"optional dropped in proto3", proto3, m("optional int32 a = 1;"), m("int32 a = 1;"), nil},
		{"required added, removed", proto2, m("required int32 a = 1;"), m("required string b = 2;"),
			[]string{"REQUIRED_FIELD_REMOVED #/M/1", "REQUIRED_FIELD_ADDED #/M/2"}},
		{"oneof added with a new member", proto3, m(), m("oneof o { string a = 1; }"), []string{"ONEOF_ADDED #/M/o", "ONEOF_FIELD_ADDED #/M/o/1"}},
		{"oneof member added", proto3, m("oneof o { string a = 1; }"), m("oneof o { string a = 1; string b = 2; }"),
			[]string{"ONEOF_FIELD_ADDED #/M/o/2"}},
		{"oneof member removed", proto3, m("oneof o { string a = 1; string b = 2; }"), m("oneof o { string a = 1; }"),
			[]string{"ONEOF_FIELD_REMOVED #/M/o/2"}},
		{"oneof removed with its members", proto3, m("oneof o { string a = 1; string b = 2; }"), m(),
			[]string{"ONEOF_REMOVED #/M/o", "FIELD_REMOVED #/M/o/1", "FIELD_REMOVED #/M/o/2"}},
		{"oneof renamed", proto3, m("oneof o { string a = 1; }"), m("oneof p { string a = 1; }"), []string{"ONEOF_ADDED #/M/p", "ONEOF_REMOVED #/M/o"}},
		{"oneof member to the top", proto3, m("oneof o { string a = 1; string b = 2; }"), m("int32 a = 1;", "oneof o { string b = 2; }"),
			[]string{"ONEOF_FIELD_MOVED_TO_TOP_LEVEL #/M/1", "FIELD_SCALAR_KIND_CHANGED #/M/1"}},
		{"one field into a new oneof", proto3, m("string a = 1;"), m("oneof o { string a = 1; }"), []string{"ONEOF_ADDED #/M/o"}},
		{"one field and a new one into a new oneof", proto3, m("string a = 1;"), m("oneof o { string a = 1; string b = 2; }"),
			[]string{"ONEOF_ADDED #/M/o", "ONEOF_FIELD_ADDED #/M/o/2"}},
		{"two fields into a oneof", proto3, m("string a = 1;", "string b = 2;"), m("oneof o { string a = 1; string b = 2; }"),
			[]string{"MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o", "ONEOF_ADDED #/M/o"}},
		{"a field into an existing oneof", proto3, m("string b = 2;", "oneof o { string a = 1; }"), m("oneof o { string a = 1; string b = 2; }"),
			[]string{"FIELD_MOVED_TO_EXISTING_ONEOF #/M/o"}},
		{"two oneofs made one", proto3, m("oneof o { string a = 1; }", "oneof p { string b = 2; }"), m("oneof o { string a = 1; string b = 2; }"),
			[]string{"FIELD_MOVED_TO_EXISTING_ONEOF #/M/o", "ONEOF_REMOVED #/M/p"}},
		{"a oneof split", proto3, m("oneof o { string a = 1; string b = 2; }"), m("oneof o { string a = 1; }", "oneof p { string b = 2; }"),
			[]string{"ONEOF_ADDED #/M/p"}},
		{"exclusivity comes first", proto3, m("string a = 1;", "string b = 3;", "int32 c = 2;"), m("oneof o { string a = 1; string b = 3; }", "string c = 2;"),
			[]string{"MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o", "ONEOF_ADDED #/M/o", "FIELD_SCALAR_KIND_CHANGED #/M/2"}},
		{"fields by number", proto3, m("int32 a = 10;", "int32 b = 2;"), m("string a = 10;", "string b = 2;"),
			[]string{"FIELD_SCALAR_KIND_CHANGED #/M/2", "FIELD_SCALAR_KIND_CHANGED #/M/10"}},
		{"a group's field", proto2, m("optional group G = 1 { optional int32 a = 2; }"), m("optional group G = 1 { optional string a = 2; }"), nil},
		{"group removed", proto2, m("optional group G = 1 { optional int32 a = 2; }"), m(), []string{"FIELD_REMOVED #/M/1"}},
		{"group to message", proto2, m("optional group G = 1 { optional int32 a = 2; }"), m("optional G g = 1;", "message G { optional int32 a = 2; }"),
			[]string{"FIELD_ADDED #/M/1", "MESSAGE_ADDED #/M/G"}},
		{"extensions, services and options", proto2, m("extensions 100 to 200;") + "extend M { optional int32 x = 100; } service S { rpc Do (M) returns (M); }",
			m("option deprecated = true;", "extensions 100 to 200;") + "extend M { optional string x = 100; }", nil},
		{"a recursive message", proto3, m("M next = 1;", "int32 a = 2;"), m("M next = 1;", "string a = 2;"), []string{"FIELD_SCALAR_KIND_CHANGED #/M/2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := differences(t, tt.head+tt.old, tt.head+tt.new)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("from %s to %s (-want +got):\n%s", tt.old, tt.new, diff)
			}
		})
	}
}

// differences returns the reference's differences from old to latest, each with its path.
func differences(t *testing.T, old, latest string) []string {
	t.Helper()
	d := newDiffer(parse(t, latest).(*protobuf.Schema).Descriptor(), parse(t, old).(*protobuf.Schema).Descriptor(), compat.NewReadsOld)
	d.files()
	var list []string
	for _, f := range d.found {
		if r := ruleOf[f.code]; r.DropIn || r.accepted {
			list = append(list, f.code+" "+f.path)
		}
	}
	return list
}

// TestAcceptedDifferencesHaveACase does for the accepted kinds what the corpus does for those that are findings.
func TestAcceptedDifferencesHaveACase(t *testing.T) {
	t.Parallel()
	kinds, accepted := 0, []string{}
	for _, r := range rules {
		if r.accepted {
			accepted = append(accepted, r.ID)
		}
		if r.accepted || r.DropIn {
			kinds++
		}
		if r.DropIn != (r.text != "") || r.Purpose == "" {
			t.Errorf("rule %s lacks its purpose or text, or has one too many", r.ID)
		}
	}
	if kinds != 26 || len(rules) != len(ruleOf) {
		t.Errorf("%d kinds of differences, want 26; %d rules with %d codes", kinds, len(rules), len(ruleOf))
	}
	got := differences(t,
		proto2+"message A {} message B { optional string a = 1; optional string b = 2; oneof o { string c = 3; string e = 5; } oneof p { string d = 4; } } enum E { Z = 0; Y = 1; } enum F { X = 0; }",
		proto2+"message B { optional string f = 1; optional string g = 7; oneof o { string e = 5; string h = 8; } optional string c = 3; oneof q { string i = 9; } } message A {} message C {} enum E { V = 0; W = 2; } enum G { U = 0; }")
	got = append(got, differences(t, proto2+m("optional string a = 1;"), proto2+m("repeated string a = 1;"))...)
	for _, id := range accepted {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, id+" ") }) {
			t.Errorf("accepted difference %s is not noted", id)
		}
	}
}

// TestTexts holds the sentences that clients match on.
func TestTexts(t *testing.T) {
	t.Parallel()
	two := func(body string) string { return proto2 + body }
	tests := []struct {
		name           string
		reader, writer string
		direction      compat.Direction
		want           []string
	}{
		{"package", "syntax = \"proto3\";\npackage a;\n", "syntax = \"proto3\";\npackage b;\n", compat.NewReadsOld,
			[]string{`{errorType:"PACKAGE_CHANGED", description:"The package at '#/' in the new schema does not match the package in the old schema"}`}},
		{"message", proto3, proto3 + m(), compat.OldReadsNew,
			[]string{`{errorType:"MESSAGE_REMOVED", description:"The old schema is missing a MESSAGE type at path '#/M' in the new schema"}`}},
		{"kind", proto3 + m("M a = 1;"), proto3 + m("int32 a = 1;"), compat.NewReadsOld,
			[]string{`{errorType:"FIELD_KIND_CHANGED", description:"The type of a field at path '#/M/1' in the new schema does not match the old schema"}`}},
		{"scalar kind", proto3 + m("oneof o { int32 a = 1; }"), proto3 + m("string a = 1;"), compat.NewReadsOld,
			[]string{`{errorType:"FIELD_SCALAR_KIND_CHANGED", description:"The kind of a SCALAR field at path '#/M/o/1' in the new schema does not match its kind in the old schema"}`}},
		{"named type", proto3 + m("M a = 1;", "message N {}"), proto3 + m("N a = 1;", "message N {}"), compat.NewReadsOld,
			[]string{`{errorType:"FIELD_NAMED_TYPE_CHANGED", description:"The type of a MESSAGE field at path '#/M/1' in the new schema does not match its type in the old schema"}`}},
		{"label", two(m("optional int32 a = 1;")), two(m("repeated int32 a = 1;")), compat.OldReadsNew,
			[]string{`{errorType:"FIELD_NUMERIC_LABEL_CHANGED", description:"The label for a NUMERIC field at path '#/M/1' in the old schema does not match its label in the new schema"}`}},
		{"required", two(m("required int32 a = 1;")), two(m("required int32 b = 2;")), compat.NewReadsOld,
			[]string{`{errorType:"REQUIRED_FIELD_ADDED", description:"A required field  at path '#/M/1' in the new schema is missing in the old schema"}`,
				`{errorType:"REQUIRED_FIELD_REMOVED", description:"The new schema is missing a required field at path: '#/M/2' in the old schema"}`}},
		{"oneof member", proto3 + m("oneof o { int32 a = 1; }"), proto3 + m("oneof o { int32 a = 1; int32 b = 2; }"), compat.NewReadsOld,
			[]string{`{errorType:"ONEOF_FIELD_REMOVED", description:"The new schema is missing a oneof field at path '#/M/o/2' in the old schema"}`}},
		{"into a oneof", proto3 + m("oneof o { int32 a = 1; int32 b = 2; }"), proto3 + m("int32 a = 1; int32 b = 2;"), compat.NewReadsOld,
			[]string{`{errorType:"MULTIPLE_FIELDS_MOVED_TO_ONEOF", description:"Multiple fields in the oneof at path '#/M/o' in the new schema are outside a oneof in the old schema"}`}},
		{"into an existing oneof", proto3 + m("oneof o { int32 a = 1; int32 b = 2; }"), proto3 + m("int32 a = 1; oneof o { int32 b = 2; }"), compat.NewReadsOld,
			[]string{`{errorType:"FIELD_MOVED_TO_EXISTING_ONEOF", description:"A field in the oneof at path '#/M/o' in the new schema is outside an existing oneof in the old schema."}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Check(parse(t, tt.reader), parse(t, tt.writer), tt.direction)
			if diff := cmp.Diff(tt.want, got.DropIn); diff != "" {
				t.Errorf("reader %s, writer %s (-want +got):\n%s", tt.reader, tt.writer, diff)
			}
		})
	}
}
