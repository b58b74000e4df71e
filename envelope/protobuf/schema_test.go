package protobuf_test

import (
	"context"
	"encoding/hex"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// parse returns the first message of a file.
func parse(t fataler, text string) protoreflect.MessageDescriptor {
	t.Helper()
	s, err := protobuf.Parse(context.Background(), schema.Source{Text: text}, schema.Options{New: true})
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return s.Descriptor().Messages().Get(0)
}

func proto2(body string) string  { return "syntax = \"proto2\";\n" + body }
func proto3(body string) string  { return "syntax = \"proto3\";\n" + body }
func edition(body string) string { return "edition = \"2023\";\n" + body }

// bin returns bytes written in hexadecimal, with spaces as one likes.
func bin(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Types with everything in them.
var everything = []string{
	proto3(`
message All {
  double d = 1; float f = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6; sint32 s32 = 7; sint64 s64 = 8;
  fixed32 fx32 = 9; fixed64 fx64 = 10; sfixed32 sf32 = 11; sfixed64 sf64 = 12; bool flag = 13; string text = 14; bytes raw = 15;
  Color color = 16; Item item = 17; repeated int32 nums = 18; repeated string tags = 19; map<string, int32> counts = 20;
  map<int32, Item> by_id = 21; oneof choice { string first = 22; int32 second = 23; } repeated Item items = 24; All child = 25;
  repeated Color colors = 26; optional int32 maybe = 27; repeated fixed32 fixeds = 28 [packed = false]; map<bool, Color> by_flag = 30;
}
message Item { string sku = 1; sint32 qty = 2; }
enum Color { UNKNOWN = 0; RED = 1; BLUE = -2; }`),
	proto2(`
message All {
  required int32 id = 1; optional group Part = 2 { required string name = 1; repeated All all = 2; } repeated group List = 3 { optional bool b = 1; }
  optional Closed closed = 4; repeated Closed closeds = 5 [packed = true]; map<string, Closed> by_name = 6; optional string text = 7 [default = "x"];
  extensions 100 to 200;
}
enum Closed { ONE = 1; TWO = 2; }
extend All { optional Ext ext = 100; repeated int64 exts = 101; }
message Ext { optional All all = 1; }`),
	edition(`
message All {
  int32 id = 1 [features.field_presence = LEGACY_REQUIRED]; Sub delimited = 2 [features.message_encoding = DELIMITED];
  repeated int32 expanded = 3 [features.repeated_field_encoding = EXPANDED]; Closed closed = 4; string implicit = 5 [features.field_presence = IMPLICIT];
}
message Sub { All all = 1; bytes b = 2; }
enum Closed { option features.enum_type = CLOSED; ONE = 1; TWO = 2; }`),
}
