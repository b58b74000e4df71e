package protobuf_test

import (
	"encoding/json"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/protobuf/protobuftest"
)

func encode(t fataler, m protoreflect.Message) []byte {
	t.Helper()
	data, err := envelope.Encode(m)
	if err != nil {
		t.Fatalf("encode %v: %v", m, err)
	}
	return data
}

func equal(a, b *dynamicpb.Message) bool { return proto.Equal(a, b) }

func TestDecodeOfEncodeIsIdentity(t *testing.T) {
	t.Parallel()
	for _, text := range everything {
		md := parse(t, text)
		rapid.Check(t, func(t *rapid.T) {
			m := protobuftest.Message(t, md)
			data := encode(t, m)
			got, err := envelope.Decode(md, data)
			if err != nil || !equal(m, got.Message) || got.Unknown > 0 || len(got.Warnings) > 0 {
				t.Fatalf("%x: want %v, got %v, %d unknown, %v, %v", data, m, got.Message, got.Unknown, got.Warnings, err)
			}
			r, err := envelope.Resolve(md, md, data, envelope.Limits{})
			if err != nil || !equal(m, r.Message) || len(r.Differences) > 0 {
				t.Fatalf("%x resolved with itself: want %v, got %v, %v, %v", data, m, r.Message, r.Differences, err)
			}
			if printed, err := envelope.JSON(m); err != nil || !json.Valid(printed) {
				t.Fatalf("%v printed as %s, %v", m, printed, err)
			}
		})
	}
}

// TestDamagedMessages changes, cuts and lengthens messages. What still passes, protobuf-go reads as well, and comes back
// from its bytes.
func TestDamagedMessages(t *testing.T) {
	t.Parallel()
	for _, text := range everything {
		md := parse(t, text)
		rapid.Check(t, func(t *rapid.T) {
			data := encode(t, protobuftest.Message(t, md))
			if rapid.Bool().Draw(t, "cut") {
				data = data[:rapid.IntRange(0, len(data)).Draw(t, "length")]
			}
			for range rapid.IntRange(0, 3).Draw(t, "changes") {
				if len(data) > 0 {
					data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
				}
			}
			comesBack(t, md, data)
		})
	}
}

// comesBack holds what Decode accepts to what protobuf-go does, and to its own bytes.
func comesBack(t fataler, md protoreflect.MessageDescriptor, data []byte) {
	t.Helper()
	got, err := envelope.Decode(md, data)
	if err != nil {
		return
	}
	if err := proto.Unmarshal(data, dynamicpb.NewMessage(md)); err != nil {
		t.Fatalf("%x: decoded %v; protobuf-go: %v", data, got.Message, err)
	}
	again, err := envelope.Decode(md, encode(t, got.Message))
	if err != nil || !equal(got.Message, again.Message) {
		t.Fatalf("%x: decoded %v, which comes back as %v, %v", data, got.Message, again.Message, err)
	}
	r, err := envelope.Resolve(md, md, data, envelope.Limits{})
	if err != nil || len(r.Differences) > 0 || !equal(got.Message, r.Message) {
		t.Fatalf("%x resolved with itself: %v, %v", data, r.Differences, err)
	}
}

func FuzzDecode(f *testing.F) {
	var types []protoreflect.MessageDescriptor
	for i, text := range everything {
		types = append(types, parse(f, text))
		f.Add(uint8(i), []byte{8, 1})
	}
	f.Add(uint8(0), bin(f, "a201 05 0a016b 1007 c201 02 0a00 9201 03 01ac02"))
	f.Add(uint8(1), bin(f, "0801 13 0a0161 1202 0801 14 1b 0801 1c 2a02 0103 a206 04 0a02 0801"))
	f.Add(uint8(2), bin(f, "0801 13 0a02 0801 14 2007"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		comesBack(t, types[int(which)%len(types)], data)
	})
}

// TestStrangers reads messages of one type as another that has nothing to do with it: most of it is skipped, some is read as
// something else, and what is read is a message of its type.
func TestStrangers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(everything)-1).Draw(t, "writer")
		j := rapid.IntRange(0, len(everything)-1).Draw(t, "reader")
		writer, reader := parse(t, everything[i]), parse(t, everything[j])
		sent := protobuftest.Message(t, writer)
		r, err := envelope.Resolve(reader, writer, encode(t, sent), envelope.Limits{})
		if err != nil {
			return
		}
		read, err := envelope.Decode(reader, encode(t, r.Message))
		if err == nil && !equal(read.Message, r.Message) {
			t.Fatalf("%v is read as %v, which comes back as %v", sent, r.Message, read.Message)
		}
		if len(r.Differences) == 0 && i != j && len(r.Message.GetUnknown()) > 0 {
			t.Fatalf("%v is read as %v, with fields unknown and no difference", sent, r.Message)
		}
	})
}
