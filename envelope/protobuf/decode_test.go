package protobuf_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

func told(err error) string {
	var e *envelope.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%s %d %v @%d", e.Code, e.Number, e, e.Offset)
}

// TestHostileBytes holds each refusal to its code, its field, its reason and its place.
func TestHostileBytes(t *testing.T) {
	t.Parallel()
	const (
		three = iota // of everything
		two
		ed
	)
	for _, c := range []struct {
		name string
		of   int
		data string
		want string // code, number, path: reason, offset
	}{
		{"nothing", three, "", "<nil>"},
		{"field 0", three, "00", "PROTOBUF_TAG 0 0 is no field number @0"},
		{"field 2^29", three, "8080808010 00", "PROTOBUF_TAG 0 536870912 is no field number @0"},
		{"wire type 6", three, "0e", "PROTOBUF_TAG 0 field 1 has the wire type 6, which does not exist @0"},
		{"tag cut", three, "80", "PROTOBUF_TRUNCATED 0 a varint ends before its last byte @0"},
		{"varint of eleven bytes", three, "18 8080808080808080808000", "PROTOBUF_VARINT 0 i32: a varint has more than 64 bits @1"},
		{"varint of 65 bits", three, "18 ffffffffffffffffff02", "PROTOBUF_VARINT 0 i32: a varint has more than 64 bits @1"},
		{"ten bytes without an end", three, "18 80808080808080808080", "PROTOBUF_VARINT 0 i32: a varint has more than 64 bits @1"},
		{"leading zeros", three, "18 8180808000", "<nil>"},
		{"string longer than the message", three, "72 ffffffff7f 61", "PROTOBUF_TRUNCATED 0 text: field 14 needs 34359738367 bytes, and 1 are left @0"},
		{"length of 2^64-1", three, "72 ffffffffffffffffff01 61", "PROTOBUF_TRUNCATED 0 text: field 14 needs 18446744073709551615 bytes, and 1 are left @0"},
		{"fixed cut", three, "09 00000000", "PROTOBUF_TRUNCATED 0 d: field 1 needs 8 bytes, and 4 are left @0"},
		{"inner message longer than the outer", three, "8a01 03 0a 05 61 0a 02 6162", "PROTOBUF_TRUNCATED 0 item.sku: field 1 needs 5 bytes, and 1 are left @3"},
		{"another wire type", three, "1a 00", "PROTOBUF_WIRE_TYPE 3 i32: wire type bytes where int32 has varint @0"},
		{"a packed list", three, "9201 03 01 ac02", "<nil>"},
		{"a list that is not packed", three, "9001 01", "<nil>"},
		{"a packed list cut", three, "9201 02 01 ac", "PROTOBUF_TRUNCATED 0 nums[0]: a varint ends before its last byte @4"},
		{"packed fixed", three, "e201 03 000000", "PROTOBUF_TRUNCATED 0 fixeds: field 28 needs 4 bytes, and 3 are left @3"},
		{"packed into one", three, "da01 01 01", "PROTOBUF_WIRE_TYPE 27 maybe: wire type bytes where int32 has varint @0"},
		{"no UTF-8", three, "9a01 01 61 9a01 01 ff", "PROTOBUF_UTF8 19 tags[1]: the string is not UTF-8 @4"},
		{"no UTF-8 in proto2", two, "0801 3a01ff", "PROTOBUF_UTF8 7 text: the string is not UTF-8 @2"},
		{"no UTF-8 in a map's key", three, "a201 03 0a01ff", "PROTOBUF_UTF8 1 counts: the string is not UTF-8 @3"},
		{"in a map's value", three, "aa01 07 0809 1203 0a01ff", "PROTOBUF_UTF8 1 by_id[9].sku: the string is not UTF-8 @7"},
		{"an entry without a value", three, "aa01 02 0809", "<nil>"},
		{"a group not ended", two, "0801 13", "PROTOBUF_GROUP 0 part: group 2 is not ended @3"},
		{"another group's end", two, "0801 13 1c", "PROTOBUF_GROUP 0 part: group 3 ends, and has not begun @3"},
		{"an end without a start", two, "0801 14", "PROTOBUF_GROUP 0 group 2 ends, and has not begun @2"},
		{"an unknown group not ended", three, "9b06 9306", "PROTOBUF_GROUP 0 group 98 is not ended @4"},
		{"an unknown group", three, "9b06 9306 9406 9c06", "<nil>"},
		{"delimited in an edition", ed, "0801 13 12 00 14", "<nil>"},
		{"a required field", two, "", "PROTOBUF_REQUIRED 1 id: required, and missing in the data @-1"},
		{"a required field inside", two, "0801 13 0a00 1200 14", "PROTOBUF_REQUIRED 1 part.all[0].id: required, and missing in the data @-1"},
		{"a required field in an extension", two, "0801 a206 02 0a00", "PROTOBUF_REQUIRED 1 (ext).all.id: required, and missing in the data @-1"},
		{"an extension of another wire type", two, "0801 a006 00", "PROTOBUF_WIRE_TYPE 100 (ext): wire type varint where message has bytes @2"},
		{"101 levels", three, deep(101), "PROTOBUF_DEPTH 0 " + strings.Repeat("child.", 99) + "child: nested too deep @357"},
		{"100 levels", three, deep(100), "<nil>"},
		{"a million levels", three, strings.Repeat("9b06", 1_000_000), "PROTOBUF_DEPTH 0 nested too deep @200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := envelope.Decode(parse(t, everything[c.of]), bin(t, c.data))
			if took := time.Since(start); took > time.Minute { // it ends: what it costs is for a benchmark
				t.Errorf("took %v", took)
			}
			got := told(err)
			if !strings.Contains(c.want, "@") {
				got, _, _ = strings.Cut(got, " @")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%.80s (-want +got):\n%s", c.data, diff)
			}
		})
	}
}

// deep returns so many messages in each other, the first counted.
func deep(levels int) string {
	var data []byte
	for range levels - 1 {
		head := []byte{0xca, 0x01}
		n := len(data)
		if n < 128 {
			head = append(head, byte(n))
		} else {
			head = append(head, byte(n)|0x80, byte(n>>7))
		}
		data = append(head, data...)
	}
	return fmt.Sprintf("%x", data)
}

// TestWarnings tells what readers accept and do not read as it was sent.
func TestWarnings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		of      int
		data    string
		json    string
		unknown int
		want    []string
	}{
		{"unknown fields", 0, "a006 01 8a01 05 a006 02 1006", `{"item":{"qty":3}}`, 2, nil},
		{"an open enum's number", 0, "8001 07", `{"color":7}`, 0, nil},
		{"a closed enum's number", 1, "0801 2007", `{"id":1}`, 0, []string{"PROTOBUF_ENUM_RANGE 4 closed: the closed enum Closed has no number 7: readers take it for an unknown field @2"}},
		{"in a list", 1, "0801 2a03 010702", `{"id":1,"closeds":["ONE","TWO"]}`, 0, []string{"PROTOBUF_ENUM_RANGE 5 closeds[1]: the closed enum Closed has no number 7: readers take it for an unknown field @5"}},
		{"in a map", 1, "0801 3205 0a0161 1007 3205 0a0162 1001", `{"id":1,"byName":{"b":"ONE"}}`, 0, []string{`PROTOBUF_ENUM_RANGE 2 by_name["a"]: the closed enum Closed has no number 7: readers take it for an unknown field @7`}},
		{"in an edition", 2, "0801 2007", `{"id":1}`, 0, []string{"PROTOBUF_ENUM_RANGE 4 closed: the closed enum Closed has no number 7: readers take it for an unknown field @2"}},
		{"a number of 33 bits", 0, "18 8180808010", `{"i32":1}`, 0, []string{"PROTOBUF_INTEGER_RANGE 3 i32: the number has more than the 32 bits of int32: readers cut it off @0"}},
		{"a negative number of 64 bits", 0, "18 ffffffffffffffffff01", `{"i32":-1}`, 0, nil},
		{"a negative number of 32 bits", 0, "18 ffffffff0f", `{"i32":-1}`, 0, nil},
		{"a negative unsigned number", 0, "28 ffffffffffffffffff01", `{"u32":4294967295}`, 0, []string{"PROTOBUF_INTEGER_RANGE 5 u32: the number has more than the 32 bits of uint32: readers cut it off @0"}},
		{"extensions", 1, "0801 a206 00 a806 05 a806 06", `{"id":1,"[ext]":{},"[exts]":["5","6"]}`, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, err := envelope.Decode(parse(t, everything[c.of]), bin(t, c.data))
			if err != nil {
				t.Fatal(err)
			}
			printed, err := envelope.JSON(d.Message)
			if err != nil || string(printed) != c.json || d.Unknown != c.unknown {
				t.Errorf("want %s and %d unknown, got %s, %d, %v", c.json, c.unknown, printed, d.Unknown, err)
			}
			var got []string
			for _, w := range d.Warnings {
				got = append(got, told(w))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
