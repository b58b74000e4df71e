package protobuf

import (
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/treatyhq/treaty/schema"
)

func TestPositions(t *testing.T) {
	t.Parallel()
	const text = "\ufeff// é\nsyntax = \"proto2\";\npackage p;\nenum E { Z = 0; }\nmessage M {\n\toneof o { string a = 1; }\n" +
		"  optional group G = 2 { optional int32 g1 = 1; }\n  extensions 100 to 200;\n}\nextend M { optional M x = 100; }\nservice S { rpc R (M) returns (M); }\n"
	s := parse(t, text)
	got := map[string]string{}
	all := []protoreflect.Descriptor{}
	m := s.Descriptor().Messages().ByName("M")
	all = append(all, m, m.Oneofs().Get(0), m.Fields().ByName("a"), m.Fields().ByName("g"), m.Messages().ByName("G"), m.Messages().ByName("G").Fields().Get(0))
	all = append(all, s.Descriptor().Enums().Get(0), s.Descriptor().Enums().Get(0).Values().Get(0), s.Descriptor().Extensions().Get(0))
	all = append(all, s.Descriptor().Services().Get(0), s.Descriptor().Services().Get(0).Methods().Get(0))
	for _, d := range all {
		pos := s.Position(d)
		got[string(d.FullName())] = pos.String() + " " + text[pos.Offset:pos.Offset+3]
	}
	want := map[string]string{
		"p.M": "5:1 mes", "p.M.o": "6:2 one", "p.M.a": "6:12 str", "p.M.g": "7:3 opt", "p.M.G": "7:3 opt", "p.M.G.g1": "7:26 opt",
		"p.E": "4:1 enu", "p.Z": "4:10 Z =", "p.x": "10:12 opt", "p.S": "11:1 ser", "p.S.R": "11:13 rpc",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	other := parse(t, text)
	if pos := other.Position(m); pos != (schema.Position{}) {
		t.Errorf("got %v for another file, want none", pos)
	}
}

func TestFieldNames(t *testing.T) {
	t.Parallel()
	s := parse(t, "syntax = \"proto3\"; enum E { Z = 0; } message M { oneof o { string b = 2; } string a = 1; map<string, E> m = 3; } message N { int32 no = 1; }")
	if d := cmp.Diff([]string{"a", "m", "b"}, s.FieldNames()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := parse(t, "enum E { Z = 0; }").FieldNames(); got != nil {
		t.Errorf("got %v, want none", got)
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	s := parse(t, "syntax = \"proto2\";\npackage p;\n\nmessage M {\n  optional string a_b = 1 [(x) = 1];\n\n  extensions 100 to 200;\n}\nextend M {\n  optional int32 extra = 100;\n}\n")
	want := "syntax = \"proto2\";\npackage p;\n\nmessage M {\n  optional string a_b = 1;\n}\n"
	if d := cmp.Diff(want, s.Format("ignore_extensions")); d != "" {
		t.Errorf("ignore_extensions (-want +got):\n%s", d)
	}
	if d := cmp.Diff(s.Canonical(), s.Format("bogus")); d != "" {
		t.Errorf("an unknown format (-want +got):\n%s", d)
	}
	raw, err := base64.StdEncoding.DecodeString(s.Format("serialized"))
	if err != nil {
		t.Fatal(err)
	}
	fd := &descriptorpb.FileDescriptorProto{}
	if err := proto.Unmarshal(raw, fd); err != nil {
		t.Fatal(err)
	}
	f := fd.MessageType[0].Field[0]
	if fd.SourceCodeInfo != nil || f.JsonName != nil || fd.GetPackage() != "p" {
		t.Errorf("got %v, want no positions and no derived json_name", fd)
	}
}

func TestEquivalent(t *testing.T) {
	t.Parallel()
	const base = "syntax = \"proto3\"; package p; import \"d.proto\"; message M { d.D d = 1; string a_b = 2; repeated int32 r = 3; } message N {}"
	dep := []string{"d.proto", "syntax = \"proto3\"; package d; message D {}"}
	s := parse(t, base, dep...)
	for _, tc := range []struct {
		name, text string
		deps       []string
		want       bool
	}{
		{"itself", base, dep, true},
		{"an unused reference", base, append(dep, "e.proto", ""), true},
		{"qualified names and a derived json_name", "syntax = \"proto3\"; package p; import \"d.proto\"; message M { .d.D d = 1; string a_b = 2 [json_name = \"aB\"]; repeated int32 r = 3; } message N {}", dep, true},
		{"another order of fields", "syntax = \"proto3\"; package p; import \"d.proto\"; message M { string a_b = 2; d.D d = 1; repeated int32 r = 3; } message N {}", dep, false},
		{"another order of messages", "syntax = \"proto3\"; package p; import \"d.proto\"; message N {} message M { d.D d = 1; string a_b = 2; repeated int32 r = 3; }", dep, false},
		{"another json_name", "syntax = \"proto3\"; package p; import \"d.proto\"; message M { d.D d = 1; string a_b = 2 [json_name = \"ab\"]; repeated int32 r = 3; } message N {}", dep, false},
		{"another dependency", base, []string{"d.proto", "syntax = \"proto3\"; package d; message D { int32 x = 1; }"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := s.Equivalent(parse(t, tc.text, tc.deps...)); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
	if s.Equivalent(nil) {
		t.Error("equivalent to nothing")
	}
}

func TestDescriptorJSONNames(t *testing.T) {
	t.Parallel()
	field := func(name, json string, n int32) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: proto.String(name), JsonName: proto.String(json), Number: proto.Int32(n),
			Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
	}
	s := parse(t, encode(&descriptorpb.FileDescriptorProto{
		Name: proto.String("any/name.proto"), Package: proto.String("p"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{
			Name:  proto.String("M"),
			Field: []*descriptorpb.FieldDescriptorProto{field("first_name", "firstName", 1), field("b_", "b", 2), field("c", "sea", 3)},
		}},
	}))
	want := "syntax = \"proto3\";\npackage p;\n\nmessage M {\n  string first_name = 1;\n  string b_ = 2;\n  string c = 3 [json_name = \"sea\"];\n}\n"
	if d := cmp.Diff(want, s.Canonical()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestDescriptorNames(t *testing.T) {
	t.Parallel()
	_, err := tryParse(encode(&descriptorpb.FileDescriptorProto{
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("M {} message Evil")}},
	}))
	if err == nil {
		t.Error("a name that is no identifier was accepted")
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	small, large := parse(t, "message M {}").Size(), parse(t, wide(500)).Size()
	if small < 1000 || large < 50*500 || large > 1<<20 {
		t.Errorf("sizes %d and %d", small, large)
	}
}
