package protobuf_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

func TestSmallest(t *testing.T) {
	t.Parallel()
	doubling := "message M0 { required int32 x = 1; }\n"
	for i := range 20 {
		doubling = fmt.Sprintf("message M%d { required M%d a = 1; required M%d b = 2; }\n", i+1, i, i) + doubling
	}
	for _, c := range []struct{ name, text, want string }{
		{"optional fields", everything[0], `{}`},
		{"required fields", proto2(`message M { required int32 i = 1; required E e = 2; required N n = 3; required bytes b = 4; required string s = 5; required bool o = 6; }
			enum E { X = 3; } message N { required double d = 1; optional N n = 2; }`), `{"i":0,"e":"X","n":{"d":0},"b":"","s":"","o":false}`},
		{"no end", proto2("message M { required N n = 1; }\nmessage N { required M m = 1; }"), "no message of M ends: its required fields contain it"},
		{"too large", proto2(doubling), "is too large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			md := parse(t, c.text)
			m, err := envelope.Smallest(md)
			got := fmt.Sprint(err)
			if err == nil {
				if _, err := envelope.Decode(md, encode(t, m)); err != nil {
					t.Error(err)
				}
				printed, _ := envelope.JSON(m)
				got = string(printed)
			}
			if !strings.HasSuffix(got, c.want) {
				t.Errorf("want %s, got %s", c.want, got)
			}
		})
	}
}

func TestReaching(t *testing.T) {
	t.Parallel()
	type nums = []protoreflect.FieldNumber
	for _, c := range []struct {
		name   string
		of     int
		path   nums
		values []protoreflect.Value
		want   string
	}{
		{"the message", 1, nil, nil, `{"id":0}`},
		{"a number", 0, nums{3}, nil, `{"i32":1}`},
		{"a double", 0, nums{1}, nil, `{"d":1}`},
		{"an enum", 0, nums{16}, nil, `{"color":"RED"}`},
		{"a value", 0, nums{14}, []protoreflect.Value{protoreflect.ValueOfString("x")}, `{"text":"x"}`},
		{"a list", 0, nums{18}, nil, `{"nums":[1]}`},
		{"two elements", 0, nums{19}, []protoreflect.Value{protoreflect.ValueOfString("x"), protoreflect.ValueOfString("y")}, `{"tags":["x","y"]}`},
		{"a message", 0, nums{17}, nil, `{"item":{}}`},
		{"in messages", 0, nums{25, 24, 1}, nil, `{"child":{"items":[{"sku":"a"}]}}`},
		{"a map", 0, nums{20}, nil, `{"counts":{"key0":1}}`},
		{"values of a map", 0, nums{20, 2}, []protoreflect.Value{protoreflect.ValueOfInt32(5), protoreflect.ValueOfInt32(6)}, `{"counts":{"key0":5,"key1":6}}`},
		{"a key of a map", 0, nums{21, 1}, []protoreflect.Value{protoreflect.ValueOfInt32(-1)}, `{"byId":{"-1":{}}}`},
		{"any key of a map", 0, nums{20, 1}, nil, `{"counts":{"a":1}}`},
		{"in a map", 0, nums{21, 2, 2}, nil, `{"byId":{"1":{"qty":1}}}`},
		{"a group", 1, nums{2, 2, 7}, nil, `{"id":0,"part":{"name":"","all":[{"id":0,"text":"a"}]}}`},
		{"an extension", 1, nums{100, 1}, nil, `{"id":0,"[ext]":{"all":{"id":0}}}`},
		{"nowhere", 0, nums{99}, nil, `All has no field 99`},
		{"through a number", 0, nums{3, 1}, nil, `All.i32 is no message`},
		{"through a map of numbers", 0, nums{20, 2, 1}, nil, `the values of All.counts are no messages`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			md := parse(t, everything[c.of])
			m, err := envelope.Reaching(md, c.path, c.values...)
			got := fmt.Sprint(err)
			if err == nil {
				if _, err := envelope.Decode(md, encode(t, m)); err != nil {
					t.Error(err)
				}
				printed, _ := envelope.JSON(m)
				got = string(printed)
			}
			if got != c.want {
				t.Errorf("want %s, got %s", c.want, got)
			}
		})
	}
}

func TestUnfit(t *testing.T) {
	t.Parallel()
	md := parse(t, everything[1])
	m, err := envelope.Reaching(md, []protoreflect.FieldNumber{7}, protoreflect.ValueOfString("x"))
	if err != nil {
		t.Fatal(err)
	}
	m.Clear(md.Fields().ByNumber(1))
	if _, err := envelope.Encode(m); told(err) != "PROTOBUF_REQUIRED 1 id: required, and missing in the data @-1" {
		t.Error(err)
	}
	stamped := parse(t, proto3("import \"google/protobuf/timestamp.proto\";\nmessage M { google.protobuf.Timestamp at = 1; }"))
	m, err = envelope.Reaching(stamped, []protoreflect.FieldNumber{1, 1}, protoreflect.ValueOfInt64(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	if printed, err := envelope.JSON(m); err == nil || codeOf(err) != envelope.Unfit {
		t.Errorf("printed %s, %v", printed, err)
	}
}
