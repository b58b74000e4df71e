package protobuf_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

// TestResolve prints what the reader has and every difference to what was sent. The messages are built by paths of field
// numbers; the first is M, and files are of proto3 unless they say otherwise.
func TestResolve(t *testing.T) {
	t.Parallel()
	type nums = []protoreflect.FieldNumber
	type set struct {
		path   nums
		values []protoreflect.Value
	}
	i64, i32, str := protoreflect.ValueOfInt64, protoreflect.ValueOfInt32, protoreflect.ValueOfString
	one := func(v ...protoreflect.Value) []set { return []set{{nums{1}, v}} }
	m := func(body string) string { return proto3("message M {" + body + "}\n") }
	for _, c := range []struct {
		name, reader, writer string
		sets                 []set
		want                 []string // the message, then the differences; or the error
	}{
		{"nothing changed", m("int32 a = 1;"), m("int32 a = 1;"), one(), []string{`{"a":1}`}},
		{"renamed", m("int32 b = 1;"), m("int32 a = 1;"), one(), []string{`{"b":1}`}},
		{"removed", m(""), m("int32 a = 1;"), one(), []string{`{}`, `skipped a 1: 1 -> `}},
		{"renumbered", m("int32 a = 2;"), m("int32 a = 1;"), one(), []string{`{}`, `skipped a 1: 1 -> `}},
		{"widened", m("int64 a = 1;"), m("int32 a = 1;"), one(i32(-5)), []string{`{"a":"-5"}`}},
		{"narrowed", m("int32 a = 1;"), m("int64 a = 1;"), one(i64(1<<32 + 7)), []string{`{"a":7}`, `narrowed a 1: "4294967303" -> 7`}},
		{"narrowed, a small value", m("int32 a = 1;"), m("int64 a = 1;"), one(i64(7)), []string{`{"a":7}`}},
		{"sign lost", m("uint32 a = 1;"), m("int32 a = 1;"), one(i32(-1)), []string{`{"a":4294967295}`, `changed a 1: -1 -> 4294967295`}},
		{"zig-zag", m("int32 a = 1;"), m("sint32 a = 1;"), one(i32(1)), []string{`{"a":2}`, `changed a 1: 1 -> 2`}},
		{"to bool", m("bool a = 1;"), m("int32 a = 1;"), one(i32(2)), []string{`{"a":true}`, `narrowed a 1: 2 -> true`}},
		{"fixed to float", m("float a = 1;"), m("fixed32 a = 1;"), one(protoreflect.ValueOfUint32(0x3f800000)), []string{`{"a":1}`, `changed a 1: 1065353216 -> 1`}},
		{"another wire type", m("string a = 1;"), m("int32 a = 1;"), one(), []string{`{}`, `skipped a 1: 1 -> `}},
		{"bytes to string", m("string a = 1;"), m("bytes a = 1;"), one(), []string{`{"a":"a"}`}},
		{"bytes to string, no UTF-8", m("string a = 1;"), m("bytes a = 1;"), one(protoreflect.ValueOfBytes([]byte{0xff})), []string{`PROTOBUF_UTF8 a: the string is not UTF-8`}},
		{"string to message", m("M a = 1;"), m("string a = 1;"), one(str("a")), []string{`PROTOBUF_TRUNCATED a: field 12 needs 8 bytes, and 0 are left`}},
		{"message to bytes", m("bytes a = 1;"), m("N a = 1;") + "message N { int32 x = 1; }", []set{{nums{1, 1}, nil}}, []string{`{"a":"CAE="}`}},
		{"inside a message", m("repeated N a = 1;") + "message N { int32 x = 2; }", m("repeated N a = 1;") + "message N { int32 x = 1; }", []set{{nums{1, 1}, nil}},
			[]string{`{"a":[{}]}`, `skipped a[0].x 1: 1 -> `}},
		{"inside a map", m("map<string, N> a = 1;") + "message N { string x = 1; }", m("map<string, N> a = 1;") + "message N { int32 x = 1; }", []set{{nums{1, 2, 1}, nil}},
			[]string{`{"a":{"key0":{}}}`, `skipped a["key0"].x 1: 1 -> `}},
		{"map to list", m("repeated E a = 1;") + "message E { string k = 1; int32 v = 2; }", m("map<string, int32> a = 1;"), one(), []string{`{"a":[{"k":"key0","v":1}]}`}},
		{"map to a member that another one overwrites", m("oneof o { E a = 1; string b = 2; }") + "message E { string k = 1; }",
			m("map<string, int32> a = 1; string b = 2;"), []set{{nums{1}, nil}, {nums{2}, nil}},
			[]string{`{"b":"a"}`, `skipped a["key0"] 1: {"key0":1} -> `}},
		{"keys of a map", m("map<int32, int32> a = 1;"), m("map<int64, int32> a = 1;"), []set{{nums{1, 1}, []protoreflect.Value{i64(1 << 32)}}},
			[]string{`{"a":{"0":1}}`, `changed a[4294967296] 1: {"4294967296":1} -> {"0":1}`}},
		{"list to one", m("string a = 1;"), m("repeated string a = 1;"), one(str("a"), str("b")), []string{`{"a":"b"}`, `overwritten a 1: ["a","b"] -> "b"`}},
		{"list of one to one", m("string a = 1;"), m("repeated string a = 1;"), one(), []string{`{"a":"a"}`}},
		{"one to list", m("repeated string a = 1;"), m("string a = 1;"), one(), []string{`{"a":["a"]}`}},
		{"packed list to one", m("int32 a = 1;"), m("repeated int32 a = 1;"), one(), []string{`{}`, `skipped a 1: [1] -> `}},
		{"into one oneof", m("oneof o { int32 a = 1; string b = 2; }"), m("int32 a = 1; string b = 2;"), []set{{nums{1}, nil}, {nums{2}, nil}},
			[]string{`{"b":"a"}`, `overwritten a 1: 1 -> `}},
		{"out of a oneof", m("int32 a = 1; string b = 2;"), m("oneof o { int32 a = 1; string b = 2; }"), one(), []string{`{"a":1}`}},
		{"an open enum", m("E a = 1;") + "enum E { Z = 0; }", m("E a = 1;") + "enum E { Z = 0; X = 3; }", one(), []string{`{"a":3}`, `unnamed a 1: "X" -> 3`}},
		{"a closed enum", proto2("message M { optional E a = 1; }\nenum E { Z = 0; }"), proto2("message M { optional E a = 1; }\nenum E { Z = 0; X = 3; }"), one(),
			[]string{`{}`, `skipped a 1: "X" -> `}},
		{"a closed enum in a map", proto2("message M { map<int32, E> a = 1; }\nenum E { Z = 0; }"), proto2("message M { map<int32, E> a = 1; }\nenum E { Z = 0; X = 3; }"), one(),
			[]string{`{}`, `skipped a 1: {"1":"X"} -> `}},
		{"required", proto2("message M { optional int32 a = 1; required int32 b = 2; }"), m("int32 a = 1;"), one(), []string{`PROTOBUF_REQUIRED b: required, and missing in the data`}},
		{"a default", proto2("message M { optional int32 a = 1 [default = 5]; }"), proto2("message M { optional int32 a = 1 [default = 6]; }"), nil, []string{`{}`, `default a 1: 6 -> 5`}},
		{"a group", proto2("message M { optional group G = 1 { optional string x = 1; } }"), proto2("message M { optional group G = 1 { optional int32 x = 1; } }"), []set{{nums{1, 1}, nil}},
			[]string{`{"g":{}}`, `skipped g.x 1: 1 -> `}},
		{"an extension", proto2("message M { extensions 1 to 9; }\nextend M { optional int64 y = 1; }"), proto2("message M { extensions 1 to 9; }\nextend M { optional int32 x = 1; }"), one(),
			[]string{`{"[y]":"1"}`}},
		{"an extension that is gone", proto2("message M { extensions 1 to 9; }"), proto2("message M { extensions 1 to 9; }\nextend M { optional int32 x = 1; }"), one(),
			[]string{`{}`, `skipped (x) 1: 1 -> `}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reader, writer := parse(t, c.reader), parse(t, c.writer)
			sent, err := envelope.Smallest(writer)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range c.sets {
				if err := envelope.Set(sent, s.path, s.values...); err != nil {
					t.Fatal(err)
				}
			}
			r, err := envelope.Resolve(reader, writer, encode(t, sent), envelope.Limits{})
			var got []string
			if err != nil {
				got = []string{fmt.Sprint(codeOf(err), " ", err)}
			} else {
				printed, err := envelope.JSON(r.Message)
				if err != nil {
					t.Fatal(err)
				}
				got = []string{string(printed)}
			}
			for _, d := range r.Differences {
				got = append(got, fmt.Sprintf("%s %s %d: %s -> %s", d.Kind, d.Path, d.Number, d.Writer, d.Reader))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%v\nreader %s\nwriter %s (-want +got):\n%s", sent, c.reader, c.writer, diff)
			}
		})
	}
}

// TestEntriesWithTwoKeys sends an entry a key as the reader has it, then one as it does not: protobuf-go panics on that.
func TestEntriesWithTwoKeys(t *testing.T) {
	t.Parallel()
	writer := parse(t, proto3("message M { repeated E a = 1; }\nmessage E { repeated int32 k = 1; int32 v = 2; }"))
	for _, c := range []struct{ name, reader, data, want string }{
		{"a number, then a list", "map<int32, int32>", "0a07 0801 0a0102 1001", "PROTOBUF_WIRE_TYPE a[0]: wire type bytes where int32 has varint"},
		{"a list, then a number", "map<int32, int32>", "0a07 0a0102 0801 1001", "<nil>"},
		{"a string, then a number", "map<string, int32>", "0a07 0a0102 0801 1001", `PROTOBUF_WIRE_TYPE a[""]: wire type varint where string has bytes`},
		{"two values", "map<int32, string>", "0a06 0801 1001 1002", "<nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := envelope.Resolve(parse(t, proto3("message M { "+c.reader+" a = 1; }")), writer, bin(t, c.data), envelope.Limits{})
			got := "<nil>"
			if err != nil {
				got = fmt.Sprint(codeOf(err), " ", err)
			}
			if got != c.want {
				t.Errorf("want %s, got %s", c.want, got)
			}
		})
	}
}

func codeOf(err error) envelope.Code {
	var e *envelope.Error
	errors.As(err, &e)
	return e.Code
}

// TestResolveKeyTwice reads a list of entries as a map, which keeps one of those that share a key.
func TestResolveKeyTwice(t *testing.T) {
	t.Parallel()
	writer := parse(t, proto3("message M { repeated E a = 1; }\nmessage E { string k = 1; int32 v = 2; }"))
	sent, err := envelope.Smallest(writer)
	if err != nil {
		t.Fatal(err)
	}
	list := sent.Mutable(writer.Fields().ByNumber(1)).List()
	list.AppendMutable()
	list.AppendMutable()
	r, err := envelope.Resolve(parse(t, proto3("message M { map<string, int32> a = 1; }")), writer, encode(t, sent), envelope.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := []envelope.Difference{{Kind: envelope.Overwritten, Path: "a[1]", Number: 1, Writer: "[{},{}]", Reader: `{"":0}`}}
	if diff := cmp.Diff(want, r.Differences); diff != "" {
		t.Errorf("two entries without a key, read as a map (-want +got):\n%s", diff)
	}
}

// TestResolveExtensionInBytes reads a message with an extension as bytes: nothing is lost.
func TestResolveExtensionInBytes(t *testing.T) {
	t.Parallel()
	writer := parse(t, proto2("message M { optional N a = 1; } message N { extensions 100 to 200; } extend N { repeated int32 x = 100; }"))
	reader := parse(t, proto2("message M { optional bytes a = 1; }"))
	for _, sent := range []string{"0a 06 a006 07 a006 09", "0a 05 a206 02 07 09"} { // not packed, and packed
		r, err := envelope.Resolve(reader, writer, bin(t, sent), envelope.Limits{})
		if err != nil || len(r.Differences) > 0 {
			t.Errorf("%s: %+v, %v", sent, r.Differences, err)
		}
	}
}
