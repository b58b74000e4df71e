package protobuf_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/protobuf/protobuftest"
)

// TestJSONComesBack holds reading what was printed to be the message, but for the fields that are unknown.
func TestJSONComesBack(t *testing.T) {
	t.Parallel()
	for _, text := range everything {
		md := parse(t, text)
		p := envelope.Compile(md)
		rapid.Check(t, func(t *rapid.T) {
			m := protobuftest.Message(t, md)
			data := encode(t, m)
			printed, ok := p.AppendJSON([]byte("before"), data, envelope.JSONOptions{})
			if !ok {
				return // it has no such form: a Timestamp beyond its range
			}
			back, _, findings := p.AppendBinary([]byte("x"), printed[len("before"):], envelope.JSONOptions{MaxFindings: 100})
			if len(findings) > 0 || !bytes.Equal(back[1:], data) {
				t.Fatalf("%x prints as %s, which is %x, %v", data, printed, back, findings)
			}
		})
	}
}

const shapes = `syntax = "proto3";
package s;
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
message M {
  int32 i32 = 1; int64 i64 = 2; uint32 u32 = 3; uint64 u64 = 4; bool flag = 5; string some_text = 6; bytes raw = 7;
  Color color = 8; In in = 9; repeated int32 nums = 10; map<string, int32> counts = 11; map<int32, In> by_id = 12;
  oneof choice { string first = 13; int32 second = 14; }
  float f = 15; double d = 16; google.protobuf.Timestamp at = 17; google.protobuf.Value any_value = 18; google.protobuf.Int64Value boxed = 19;
  google.protobuf.NullValue nothing = 20; optional int32 maybe = 21; repeated google.protobuf.Value values = 22; map<bool, string> said = 23;
}
enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }
message In { string sku_code = 1; In in = 2; }
`

func TestProtoJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, json string
		want       []string // the codes and paths of what is wrong; none if it is a message
	}{
		{"numbers", `{"i32":-1,"i64":"5","u32":4294967295,"u64":"18446744073709551615"}`, nil},
		{"whole numbers in other spellings", `{"i64":1e3,"i32":1.0,"u64":"1e2"}`, nil},
		{"a long that no float holds", `{"i64":9007199254740993}`, nil},
		{"the field's own name", `{"some_text":"x"}`, nil},
		{"an enum's number", `{"color":2}`, nil},
		{"base64 of the other alphabet, without padding", `{"raw":"AP_-AA"}`, nil},
		{"null is absent", `{"someText":null,"in":null,"nums":null,"counts":null}`, nil},
		{"null is a value", `{"anyValue":null,"nothing":null,"values":[null,1,"a",{"b":[]}]}`, nil},
		{"numbers that are no numbers", `{"d":"NaN","f":"-Infinity"}`, nil},
		{"numbers in strings", `{"d":"2.5","f":"1e3"}`, nil},
		{"a time", `{"at":"2026-11-24T18:00:00.5Z"}`, nil},
		{"a wrapper", `{"boxed":"9007199254740993"}`, nil},
		{"keys", `{"byId":{"9":{"skuCode":"z"}},"said":{"true":"t"}}`, nil},
		{"too large", `{"i32":2147483648,"i64":9223372036854775808,"u32":-1,"f":1e39,"d":1e400}`,
			[]string{"JSON_RANGE i32", "JSON_RANGE i64", "JSON_RANGE u32", "JSON_RANGE f", "JSON_RANGE d"}},
		{"not whole", `{"i32":1.5}`, []string{"JSON_RANGE i32"}},
		{"other types", `{"flag":"true","someText":5,"raw":[1,{"a":2}],"nums":{"a":1},"counts":[1],"in":"x","color":true}`,
			[]string{"JSON_TYPE flag", "JSON_TYPE some_text", "JSON_TYPE raw", "JSON_TYPE nums", "JSON_TYPE counts", "JSON_TYPE in", "JSON_TYPE color"}},
		{"an unknown name", `{"color":"PURPLE","nope":{"a":[1]},"in":{"inner":1}}`,
			[]string{"JSON_UNKNOWN_FIELD color", "JSON_UNKNOWN_FIELD nope", "JSON_UNKNOWN_FIELD in.inner"}},
		{"both spellings", `{"someText":"a","some_text":"b"}`, []string{"JSON_DUPLICATE some_text"}},
		{"two of a oneof", `{"first":"a","second":1}`, []string{"JSON_ONEOF second"}},
		{"one of a oneof, the other null", `{"first":"a","second":null}`, nil},
		{"a member twice", `{"i32":1,"i32":1}`, []string{"JSON_DUPLICATE i32"}},
		{"a key twice", `{"byId":{"1":{},"1.0":{}}}`, []string{`JSON_DUPLICATE by_id["1.0"]`}},
		{"no base64", `{"raw":"@@"}`, []string{"JSON_FORMAT raw"}},
		{"no keys", `{"byId":{"x":{}},"said":{"yes":"y"}}`, []string{`JSON_FORMAT by_id["x"]`, `JSON_FORMAT said["yes"]`}},
		{"null in lists and maps", `{"nums":[1,null],"counts":{"a":null}}`, []string{"JSON_TYPE nums[1]", `JSON_TYPE counts["a"]`}},
		{"no time", `{"at":"yesterday"}`, []string{"JSON_FORMAT at"}},
		{"half a surrogate pair", `{"someText":"\ud800"}`, []string{"JSON_UNICODE someText"}},
		{"a list", `[]`, []string{"JSON_TYPE "}},
		{"null", `null`, []string{"JSON_TYPE "}},
		{"nothing", ``, []string{"JSON_SYNTAX "}},
		{"something behind", `{} {}`, []string{"JSON_SYNTAX "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			md := parse(t, shapes)
			p := envelope.Compile(md)
			out, _, findings := p.AppendBinary(nil, []byte(tt.json), envelope.JSONOptions{MaxFindings: 100})
			var got []string
			for _, f := range findings {
				got = append(got, f.Code+" "+f.Path)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Fatalf("findings %v (-want +got):\n%s", findings, diff)
			}
			m := dynamicpb.NewMessage(md)
			if err := protojson.Unmarshal([]byte(tt.json), m); (err == nil) != (tt.want == nil) && !slices.Contains([]string{"a key twice"}, tt.name) {
				t.Fatalf("protojson says %v", err)
			}
			if tt.want != nil {
				return
			}
			if read := dynamicpb.NewMessage(md); proto.Unmarshal(out, read) != nil || !proto.Equal(m, read) {
				t.Fatalf("read as %v, protojson has %v", read, m)
			}
		})
	}
}

func TestSentencesOfJSON(t *testing.T) {
	t.Parallel()
	p := envelope.Compile(parse(t, shapes))
	for text, want := range map[string]string{
		`[]`:           "the datum is an array, and",
		`{"flag":"x"}`: "flag is a string, and",
	} {
		_, _, findings := p.AppendBinary(nil, []byte(text), envelope.JSONOptions{MaxFindings: 1})
		if len(findings) != 1 || !strings.HasPrefix(findings[0].Message, want) {
			t.Errorf("%s: %v, want %q", text, findings, want)
		}
	}
}

func TestUnknownMembersAreDropped(t *testing.T) {
	t.Parallel()
	p := envelope.Compile(parse(t, shapes))
	out, _, findings := p.AppendBinary(nil, []byte(`{"nope":[{}],"i32":7,"color":"PURPLE"}`), envelope.JSONOptions{DropUnknown: true, MaxFindings: 100})
	if want := []byte{8, 7}; !bytes.Equal(out, want) || len(findings) > 0 {
		t.Errorf("got %x, %v, want %x", out, findings, want)
	}
}

func FuzzJSON(f *testing.F) {
	p := envelope.Compile(parse(f, shapes))
	f.Add([]byte(`{"i32":1,"byId":{"1":{"skuCode":"a"}},"at":"2026-11-24T18:00:00.5Z","values":[1,null]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		raw, _, findings := p.AppendBinary(nil, text, envelope.JSONOptions{MaxFindings: 100})
		if len(findings) > 0 {
			return
		}
		printed, ok := p.AppendJSON(nil, raw, envelope.JSONOptions{})
		if !ok {
			t.Fatalf("%q is read as %x, which cannot be printed", text, raw)
		}
		again, _, findings := p.AppendBinary(nil, printed, envelope.JSONOptions{MaxFindings: 100})
		if len(findings) > 0 || !bytes.Equal(raw, again) {
			t.Fatalf("%q is read as %x, printed as %s and read as %x, %v", text, raw, printed, again, findings)
		}
	})
}
