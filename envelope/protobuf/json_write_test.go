package protobuf_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/protobuf/protobuftest"
)

// asParsed holds the text of a body to that of the message that is read from it.
func asParsed(t fataler, p *envelope.Program, md protoreflect.MessageDescriptor, body []byte) {
	t.Helper()
	got, ok := p.AppendJSON([]byte("before"), body, envelope.JSONOptions{})
	d, err := envelope.Decode(md, body)
	if err != nil {
		if ok || string(got) != "before" {
			t.Fatalf("%x is no message, and is written as %s", body, got)
		}
		return
	}
	want, err := envelope.JSON(d.Message)
	if err != nil {
		if ok || string(got) != "before" {
			t.Fatalf("%x has no text (%v), and is written as %s", body, err, got)
		}
		return
	}
	if !ok || string(got) != "before"+string(want) {
		t.Fatalf("%x: want %s, got %s, %v", body, want, got, ok)
	}
}

// strange is a type whose fields are declared in another order than that of their numbers, with the types that have a form
// of their own.
const strange = `syntax = "proto3";
package s;
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
message M {
  string last = 300; int32 first = 1; google.protobuf.Timestamp at = 9; repeated In ins = 7; In in = 5;
  oneof choice { In left = 4; string right = 3; google.protobuf.NullValue none = 2; }
  map<string, google.protobuf.Value> values = 11; google.protobuf.Int64Value boxed = 12; google.protobuf.Any any = 13;
  map<sint64, In> by_key = 14; map<fixed32, bytes> raws = 15; map<bool, float> flags = 16; repeated google.protobuf.Duration took = 17;
  optional string maybe = 6 [json_name = "per\"haps"]; repeated Alias aliases = 18; google.protobuf.NullValue nothing = 19;
}
message In { string b = 2; sfixed32 a = 1; In in = 3; repeated sfixed64 many = 4; float f = 5; }
enum Alias { option allow_alias = true; ZERO = 0; NULL = 0; ONE = 1; }
`

func writable() []string { return append([]string{strange, shapes, order}, everything...) }

// TestTextIsThatOfTheParser holds the text that is written from the bytes to protojson's, for messages whose fields come in
// any order, twice, cut and changed.
func TestTextIsThatOfTheParser(t *testing.T) {
	t.Parallel()
	for _, text := range writable() {
		md := parse(t, text)
		p := envelope.Compile(md)
		rapid.Check(t, func(t *rapid.T) {
			body := encode(t, protobuftest.Message(t, md))
			asParsed(t, p, md, body)
			switch rapid.IntRange(0, 2).Draw(t, "edit") {
			case 0: // fields twice, and merged
				body = append(body, encode(t, protobuftest.Message(t, md))...)
			case 1:
				body = shuffled(t, md, body)
			case 2:
				for range rapid.IntRange(1, 3).Draw(t, "changes") {
					if len(body) > 0 {
						body[rapid.IntRange(0, len(body)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
					}
				}
			}
			asParsed(t, p, md, body)
		})
	}
}

// shuffled returns a message with its fields in another order.
func shuffled(t *rapid.T, md protoreflect.MessageDescriptor, body []byte) []byte {
	m := dynamicpb.NewMessage(md)
	if err := proto.Unmarshal(body, m); err != nil {
		t.Fatalf("%x: %v", body, err)
	}
	var parts [][]byte
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		one := dynamicpb.NewMessage(md)
		one.Set(fd, v)
		raw, _ := proto.MarshalOptions{AllowPartial: true}.Marshal(one)
		parts = append(parts, raw)
		return true
	})
	return bytes.Join(rapid.Permutation(parts).Draw(t, "order"), nil)
}

func FuzzAppendJSON(f *testing.F) {
	var types []protoreflect.MessageDescriptor
	var programs []*envelope.Program
	for i, text := range writable() {
		types = append(types, parse(f, text))
		programs = append(programs, envelope.Compile(types[i]))
		f.Add(uint8(i), []byte{8, 1})
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		i := int(which) % len(types)
		asParsed(t, programs[i], types[i], data)
	})
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"nothing", "", `{}`},
		{"in the order of the declaration", "0801 e21200 e212 0161", `{"last":"a","first":1}`},
		{"a zero that is not there", "0800 e21200", `{}`},
		{"an optional one that is", "3200", `{"per\"haps":""}`},
		{"a number twice", "0801 0802", `{"first":2}`},
		{"a message in two parts", "2a 05 0d01000000 2a 03 120162", `{"in":{"b":"b","a":1}}`},
		{"the last of a oneof", "22 05 0d01000000 1a 0172", `{"right":"r"}`},
		{"null of a oneof", "1000", `{"none":null}`},
		{"an unknown field", "0801 a03f01", `{"first":1}`},
		{"keys in order, and by number", "72 04 0802 1200 72 04 0801 1200", `{"byKey":{"-1":{},"1":{}}}`},
		{"an entry twice", "7a 08 0d01000000 120161 7a 08 0d01000000 120162", `{"raws":{"1":"Yg=="}}`},
		{"an entry of nothing", "7a 00 8201 00", `{"raws":{"0":""},"flags":{"false":0}}`},
		{"a list of nothing", "920100", `{}`},
		{"the first of two names", "9201 04 0001 0002", `{"aliases":["ZERO","ONE","ZERO",2]}`},
		{"floats", "3a 05 2d 0000c07f 3a 05 2d 00000080 3a 05 2d 95bfd633", `{"ins":[{"f":"NaN"},{"f":-0},{"f":1e-7}]}`},
		{"a time", "4a 02 0801", `{"at":"1970-01-01T00:00:01Z"}`},
		{"a time that cannot be", "4a 0b 08ffffffffffffffffff01", `{"at":"1969-12-31T23:59:59Z"}`},
		{"an Any of the file", "6a 0d 0a 06 782f732e496e 1203 120162", `{"any":{"@type":"x/s.In","b":"b"}}`},
		{"an Any of another file", "6a 05 0a 03 782f79", ``},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			md := parse(t, strange)
			p := envelope.Compile(md)
			body := bin(t, tt.body)
			asParsed(t, p, md, body)
			got, ok := p.AppendJSON(nil, body, envelope.JSONOptions{})
			if string(got) != tt.want || ok != (tt.want != "") {
				t.Errorf("want %s, got %s, %v", tt.want, got, ok)
			}
		})
	}
}

// TestTextIsBounded writes messages of few bytes whose text would have gigabytes, straight and by way of a parser.
func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("n", 1000)
	p := envelope.Compile(parse(t, proto3(fmt.Sprintf("message M { repeated In ins = 1; int32 x = 2; } message In { optional int32 %s = 1; }", name))))
	body := bytes.Repeat([]byte{0x0a, 2, 8, 0}, 1<<19)
	for _, more := range []string{"", "1001 1001"} {
		if text, ok := p.AppendJSON(nil, append(body, bin(t, more)...), envelope.JSONOptions{}); ok || len(text) > 0 {
			t.Errorf("%d bytes of text", len(text))
		}
	}
}

// BenchmarkAppendJSON compares writing a message as JSON with reading it into a dynamic one and printing that, in turns.
func BenchmarkAppendJSON(b *testing.B) {
	data, m := orderMessage(b)
	p := envelope.Compile(m.Descriptor())
	const each = 100
	var ours, theirs time.Duration
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		for range each {
			var ok bool
			if dst, ok = p.AppendJSON(dst[:0], data, envelope.JSONOptions{}); !ok {
				b.Fatal("not written")
			}
		}
		ours += time.Since(start)
		b.StopTimer()
		start = time.Now()
		for range each {
			m := dynamicpb.NewMessage(m.Descriptor())
			if err := proto.Unmarshal(data, m); err != nil {
				b.Fatal(err)
			}
			if _, err := protojson.Marshal(m); err != nil {
				b.Fatal(err)
			}
		}
		theirs += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*each), "ns/message")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "of-protojson")
}
