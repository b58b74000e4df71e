package avro_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// bin returns bytes written in hexadecimal, with spaces as one likes.
func bin(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zigzag(v int64) []byte { return binary.AppendVarint(nil, v) }

const (
	arrayOfInt  = `{"type":"array","items":"int"}`
	arrayOfNull = `{"type":"array","items":"null"}`
	mapOfLong   = `{"type":"map","values":"long"}`
	list        = `{"type":"record","name":"List","fields":[{"name":"next","type":["null","List"]}]}`
	endless     = `{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}`
	colour      = `{"type":"enum","name":"Colour","symbols":["RED","BLUE"]}`
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, schema, data string
		want               envelope.Datum
	}{
		{"null", `"null"`, "", envelope.Null{}},
		{"boolean", `"boolean"`, "01", envelope.Boolean(true)},
		{"int", `"int"`, "ffffffff0f", envelope.Int(math.MinInt32)},
		{"long", `"long"`, "feffffffffffffffff01", envelope.Long(math.MaxInt64)},
		{"leading zeros", `"long"`, "8280808000", envelope.Long(1)},
		{"float", `"float"`, "0000c03f", envelope.Float(1.5)},
		{"double", `"double"`, "000000000000f87f", envelope.Double(math.Float64frombits(0x7ff8 << 48))},
		{"bytes", `"bytes"`, "04 00ff", envelope.Bytes{0, 255}},
		{"no bytes", `"bytes"`, "00", envelope.Bytes{}},
		{"string", `"string"`, "06 666f6f", envelope.String("foo")},
		{"enum", colour, "02", envelope.Enum("BLUE")},
		{"fixed", `{"type":"fixed","name":"F","size":2}`, "6162", envelope.Fixed("ab")},
		{"blocks with and without sizes", arrayOfInt, "04 02 04 03 04 06 08 00", envelope.Array{envelope.Int(1), envelope.Int(2), envelope.Int(3), envelope.Int(4)}},
		{"no items", arrayOfInt, "00", envelope.Array{}},
		{"a key twice", mapOfLong, "04 02 61 02 02 61 04 00", envelope.Map{{"a", envelope.Long(1)}, {"a", envelope.Long(2)}}},
		{"recursion", list, "02 02 00", envelope.Record{envelope.Union{Branch: 1, Value: envelope.Record{envelope.Union{Branch: 1, Value: envelope.Record{envelope.Union{Value: envelope.Null{}}}}}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := envelope.Decode(parse(t, c.schema), bin(t, c.data))
			if err != nil || !envelope.Equal(c.want, got) {
				t.Errorf("%s of %s: want %#v, got %#v, %v", c.data, c.schema, c.want, got, err)
			}
		})
	}
}

// TestHostileBytes holds each refusal to its code, its place and its reason.
func TestHostileBytes(t *testing.T) {
	t.Parallel()
	order := `{"type":"record","name":"Order","fields":[{"name":"id","type":"int"},{"name":"lines","type":{"type":"array","items":` +
		`{"type":"record","name":"Line","fields":[{"name":"colour","type":["null",` + colour + `]},{"name":"notes","type":{"type":"map","values":"string"}}]}}}]}`
	for _, c := range []struct {
		name, schema, data string
		code               envelope.Code
		want               string // path: reason @offset
	}{
		{"nothing", `"int"`, "", envelope.Truncated, "an int ends before its last byte @0"},
		{"boolean", `"boolean"`, "02", envelope.BooleanByte, "a boolean has the byte 2 @0"},
		{"int of six bytes", `"int"`, "808080808000", envelope.VarintWidth, "an int takes more bytes than a number of 32 bits has @0"},
		{"int of 33 bits", `"int"`, "8080808010", envelope.VarintWidth, "an int has more than 32 bits @0"},
		{"long of 65 bits", `"long"`, "80808080808080808002", envelope.VarintWidth, "a long has more than 64 bits @0"},
		{"long of eleven bytes", `"long"`, "8080808080808080808000", envelope.VarintWidth, "a long takes more bytes than a number of 64 bits has @0"},
		{"int cut", `"int"`, "80", envelope.Truncated, "an int ends before its last byte @0"},
		{"double cut", `"double"`, "00000000000000", envelope.Truncated, "a double needs 8 bytes, and 7 are left @0"},
		{"string longer than the message", `"string"`, "fcffffffffffffffff01 61", envelope.Truncated, "a string needs 9223372036854775806 bytes, and 1 are left @10"},
		{"negative length", `"bytes"`, "01", envelope.LengthRange, "bytes has the length -1 @1"},
		{"no UTF-8", `"string"`, "04 c328", envelope.InvalidUTF8, "a string is not UTF-8 @0"},
		{"symbol", order, "00 02 02 04", envelope.EnumRange, "lines[0].colour: symbol 2, and there are 2 @3"},
		{"negative symbol", colour, "01", envelope.EnumRange, "symbol -1, and there are 2 @0"},
		{"branch", order, "00 02 04", envelope.UnionRange, "lines[0].colour: branch 2, and there are 2 @2"},
		{"value of a map", order, "00 02 00 02 02 22 02 ff", envelope.InvalidUTF8, `lines[0].notes["\""]: a string is not UTF-8 @6`},
		{"key of a map", order, "00 02 00 02 02 ff", envelope.InvalidUTF8, `lines[0].notes: a key is not UTF-8 @4`},
		{"left over", `"int"`, "00 00", envelope.Trailing, "a byte is left over @1"},
		{"2^33 items", arrayOfInt, "8080808040", envelope.Truncated, "[0]: an int ends before its last byte @5"},
		{"2^62 nulls", arrayOfNull, "80808080808080808001", envelope.TooManyItems, "too many items that take no bytes @10"},
		{"2^62 nulls in a block of a size", arrayOfNull, "ffffffffffffffffff00 00", envelope.TooManyItems, "too many items that take no bytes @11"},
		{"the least count", arrayOfInt, "ffffffffffffffffff01 00", envelope.BlockSize, "a block has the count -9223372036854775808 @0"},
		{"size beyond the message", arrayOfInt, "01 08 02 00", envelope.BlockSize, "a block has the size 4, and 2 bytes are left @0"},
		{"negative size", arrayOfInt, "01 01 02 00", envelope.BlockSize, "a block has the size -1, and 2 bytes are left @0"},
		{"size too large", arrayOfInt, "01 04 02 00", envelope.BlockSize, "a block of 1 items ends at byte 3, not at 4 as it says @0"},
		{"size too small", arrayOfInt, "01 00 02 00", envelope.BlockSize, "a block of 1 items ends at byte 3, not at 2 as it says @0"},
		{"recursion without bytes", endless, "", envelope.TooDeep, strings.Repeat("r.", 999) + "r: nested too deep @0"},
		{"recursion with bytes", list, strings.Repeat("02", 2000), envelope.TooDeep, strings.Repeat("next.", 999) + "next: nested too deep @1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			writer, data := parse(t, c.schema), bin(t, c.data)
			start := time.Now()
			_, err := envelope.Decode(writer, data)
			if took := time.Since(start); took > time.Minute { // it ends: what it costs is for a benchmark
				t.Errorf("took %v", took)
			}
			if diff := cmp.Diff(string(c.code)+" "+c.want, told(err)); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", c.data, c.schema, diff)
			}
			if _, again := envelope.Resolve(writer, writer, data, envelope.Options{}); told(again) != told(err) {
				t.Errorf("%s of %s: decoded with %v, resolved with %v", c.data, c.schema, err, again)
			}
		})
	}
}

func told(err error) string {
	if err == nil {
		return "no error"
	}
	return fmt.Sprintf("%s %v @%d", code(err), err, err.(*envelope.Error).Offset)
}

// TestBudgets puts much into few bytes: the limits hold, exactly where they are said to be.
func TestBudgets(t *testing.T) {
	t.Parallel()
	wide := `{"type":"record","name":"Wide","fields":[{"name":"i","type":"int"}`
	for i := range 5000 {
		wide += fmt.Sprintf(`,{"name":"n%d","type":"null"}`, i)
	}
	wide += "]}"
	items := func(item string) string { return `{"type":"array","items":` + item + `}` }
	for _, c := range []struct {
		name, schema string
		data         []byte
		want         envelope.Code
	}{
		{"a million nulls", arrayOfNull, append(zigzag(1_000_000), 0), ""},
		{"one more", arrayOfNull, append(zigzag(1_000_001), 0), envelope.TooManyItems},
		{"in two blocks", arrayOfNull, bytes.Join([][]byte{zigzag(1_000_000), zigzag(1), {0}}, nil), envelope.TooManyItems},
		{"nulls in nulls", items(arrayOfNull), bytes.Join([][]byte{zigzag(3), zigzag(500_000), {0}, zigzag(500_000), {0}, zigzag(1)}, nil), envelope.TooManyItems},
		{"records of nulls", items(wide), append(append(zigzag(1<<14), make([]byte, 1<<14)...), 0), envelope.TooManyItems},
		{"empty records", items(`{"type":"record","name":"E","fields":[]}`), append(zigzag(1_000_000), 0), ""},
		{"bytes", items("\"boolean\""), append(append(zigzag(1<<20), make([]byte, 1<<20)...), 0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := envelope.Decode(parse(t, c.schema), c.data)
			if code(err) != c.want {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
	t.Run("limits", func(t *testing.T) {
		t.Parallel()
		_, err := envelope.DecodeWithin(parse(t, list), bin(t, "02 02 00"), envelope.Limits{Depth: 2})
		if code(err) != envelope.TooDeep {
			t.Errorf("three levels within two: %v", err)
		}
		if _, err = envelope.DecodeWithin(parse(t, list), bin(t, "02 02 00"), envelope.Limits{Depth: 3}); err != nil {
			t.Errorf("three levels within three: %v", err)
		}
	})
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	writer := parse(t, `{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"array","items":["null",`+colour+`,{"type":"fixed","name":"F","size":2}]}}]}`)
	in := func(d envelope.Datum) envelope.Datum { return envelope.Record{envelope.Array{d}} }
	for _, c := range []struct {
		name string
		d    envelope.Datum
		want string
	}{
		{"nothing", nil, "<nil> is no value of R"},
		{"another type", in(envelope.Int(1)), "a[0]: avro.Int is no value of union"},
		{"branch", in(envelope.Union{Branch: 3, Value: envelope.Null{}}), "a[0]: branch 3, and there are 3"},
		{"value of a branch", in(envelope.Union{Branch: 0, Value: envelope.Int(1)}), "a[0]: avro.Int is no value of null"},
		{"symbol", in(envelope.Union{Branch: 1, Value: envelope.Enum("GREEN")}), `a[0]: "GREEN" is no symbol of Colour`},
		{"size", in(envelope.Union{Branch: 2, Value: envelope.Fixed("a")}), "a[0]: 1 bytes are no value of F, which has 2"},
		{"fields", envelope.Record{}, "0 data are no value of R, which has 1 fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dst := []byte("kept")
			got, err := envelope.Append(dst, writer, c.d)
			if err == nil || err.Error() != c.want || string(got) != "kept" {
				t.Errorf("want %q, got %v, %q", c.want, err, got)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	var writers []avro.Use
	for _, text := range []string{
		`"long"`, arrayOfNull, mapOfLong, list, colour,
		`{"type":"record","name":"R","fields":[{"name":"s","type":"string"},{"name":"u","type":["null","int","R"]},{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},{"name":"m","type":{"type":"map","values":{"type":"array","items":"boolean"}}}]}`,
	} {
		writers = append(writers, parse(f, text))
	}
	f.Add(uint8(0), []byte{2})
	f.Add(uint8(1), bin(f, "0400"))
	f.Add(uint8(2), bin(f, "0202610200"))
	f.Add(uint8(5), bin(f, "0261 04 0262 00 020102 00 00 0201 0202610201000000"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		writer := writers[int(which)%len(writers)]
		d, err := envelope.Decode(writer, data)
		resolved, resolveErr := envelope.Resolve(writer, writer, data, envelope.Options{})
		if told(err) != told(resolveErr) || !envelope.Equal(d, resolved) {
			t.Fatalf("decoded %#v, %v; resolved %#v, %v", d, err, resolved, resolveErr)
		}
		if err != nil {
			return
		}
		again := roundTrip(t, writer, d)
		if !envelope.Equal(d, again) {
			t.Fatalf("%#v comes back as %#v", d, again)
		}
		envelope.AppendJSON(nil, writer, d)
	})
}

func roundTrip(t testing.TB, writer avro.Use, d envelope.Datum) envelope.Datum {
	t.Helper()
	data, err := envelope.Encode(writer, d)
	if err != nil {
		t.Fatalf("encode %#v: %v", d, err)
	}
	again, err := envelope.Decode(writer, data)
	if err != nil {
		t.Fatalf("decode %x: %v", data, err)
	}
	return again
}
