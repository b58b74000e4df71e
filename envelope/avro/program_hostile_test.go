package avro_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// described prints findings, one a line: code path schemaPath @offset: sentence.
func described(findings []verdict.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s %s @%d: %s\n", f.Code, f.Path, f.SchemaPath, *f.Offset, f.Message)
	}
	return b.String()
}

func TestFindings(t *testing.T) {
	t.Parallel()
	order := `{"type":"record","name":"Order","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"}},{"name":"paid","type":"boolean"},` +
		`{"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[` +
		`{"name":"status","type":{"type":"enum","name":"Status","symbols":["A","B","C","D"]}},` +
		`{"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":3,"scale":1}]},` +
		`{"name":"notes","type":{"type":"map","values":"string"}}]}}},` +
		`{"name":"at","type":{"type":"int","logicalType":"time-millis"}},{"name":"until","type":{"type":"long","logicalType":"time-micros"}}]}`
	id := "48" + fmt.Sprintf("%x", "0f8fad5b-d9cb-469f-a165-70867728950e")
	for _, c := range []struct {
		name, schema, data, want string
	}{
		{"none", order, id + "01 02 00 00 00 00 02 02", ""},
		{"all that can be passed over", order, "02 78 02 04 12 02 04 03e8 02 02ff 02fe 00 02 02 00 00 00 01 01",
			"AVRO_UUID id /fields/0 @0: id is no UUID, such as 0f8fad5b-d9cb-469f-a165-70867728950e\n" +
				"AVRO_BOOLEAN paid /fields/1 @2: paid has the byte 2, and a boolean is 0 or 1\n" +
				"AVRO_ENUM_RANGE items[0].status /fields/2/type/items/fields/0 @4: status is symbol 9, and the enum has 4\n" +
				"AVRO_DECIMAL_PRECISION items[0].price /fields/2/type/items/fields/1/type/1 @6: price has more digits than 3, its precision\n" +
				"AVRO_UTF8 items[0].notes /fields/2/type/items/fields/2 @10: notes has a key that is not UTF-8\n" +
				`AVRO_UTF8 items[0].notes["\xff"] /fields/2/type/items/fields/2/type/values @12: notes["\xff"] is not UTF-8` + "\n" +
				"AVRO_DECIMAL_PRECISION items[1].price /fields/2/type/items/fields/1/type/1 @17: price has no byte, and a decimal has one at least\n" +
				"AVRO_TIME_OF_DAY at /fields/3 @20: at is -1, and a day has 86400000 milliseconds\n" +
				"AVRO_TIME_OF_DAY until /fields/4 @21: until is -1, and a day has 86400000000 microseconds\n"},
		{"a branch", order, id + "01 02 00 04", "AVRO_UNION_RANGE items[0].price /fields/2/type/items/fields/1 @40: price is branch 2, and the union has 2\n"},
		{"the end, behind a fault", order, id + "03 02 00", "AVRO_BOOLEAN paid /fields/1 @37: paid has the byte 3, and a boolean is 0 or 1\n" +
			"AVRO_TRUNCATED items[0].price /fields/2/type/items/fields/1 @40: price: the index of a branch ends before its last byte\n"},
		{"a string longer than the message", order, "10 30", "AVRO_TRUNCATED id /fields/0 @0: id: a string needs 8 bytes, and 1 are left\n"},
		{"left over", `"int"`, "02 00", "AVRO_TRAILING   @1: the datum: a byte is left over\n"},
		{"a block's size, before what is in it", `{"type":"array","items":"boolean"}`, "03 02 00 02 00",
			"AVRO_BLOCK   @0: the datum: a block of 2 items ends at byte 4, not at 3 as it says\nAVRO_BOOLEAN [1] /items @3: [1] has the byte 2, and a boolean is 0 or 1\n"},
		{"a fixed decimal", `{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":4}`, "2710",
			"AVRO_DECIMAL_PRECISION   @0: the datum has more digits than 4, its precision\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			program, data := envelope.CompileWithin(parse(t, c.schema), envelope.ProgramLimits), bin(t, c.data)
			if diff := cmp.Diff(c.want, described(program.Findings(data, 100))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.data, diff)
			}
			if program.Clean(data) != (c.want == "") {
				t.Errorf("%s: clean %v, want findings %q", c.data, program.Clean(data), c.want)
			}
			if first := program.Findings(data, 1); len(first) > 1 {
				t.Errorf("%s: %d findings, and one was asked for", c.data, len(first))
			}
		})
	}
}

// TestProgramOfHostileMessages holds each answer, and that it comes soon.
func TestProgramOfHostileMessages(t *testing.T) {
	t.Parallel()
	items := func(item string) string { return `{"type":"array","items":` + item + `}` }
	many := func(n int, unit ...byte) []byte { return bytes.Repeat(unit, n) }
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	decimal1001 := `{"type":"bytes","logicalType":"decimal","precision":1001}`
	fourInts := `{"type":"record","name":"Four","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"},{"name":"c","type":"int"},{"name":"d","type":"int"}]}`
	nested := strings.Repeat(`{"type":"array","items":`, 6) + `"string"` + strings.Repeat("}", 6)
	for _, c := range []struct {
		name, schema string
		data         []byte
		want         envelope.Code
	}{
		{"2^33 items", arrayOfInt, zigzag(1 << 33), envelope.Truncated},
		{"2^33 records", items(list), zigzag(1 << 33), envelope.Truncated},
		{"2^62 items in a block of a size", arrayOfInt, join(zigzag(-1<<62), zigzag(0)), envelope.Truncated},
		{"the least count", items(list), join(zigzag(-1<<63), zigzag(0)), envelope.BlockSize},
		{"2^40 nulls", arrayOfNull, zigzag(1 << 40), envelope.TooManyItems},
		{"a million nulls", arrayOfNull, join(zigzag(1_000_000), zigzag(0)), ""},
		{"a million and one", arrayOfNull, join(zigzag(1_000_000), zigzag(1), zigzag(0)), envelope.TooManyItems},
		{"nulls in a block with a size", arrayOfNull, join(zigzag(-3), zigzag(0), zigzag(0)), ""},
		{"nulls in a block with a wrong size", arrayOfNull, join(zigzag(-3), zigzag(1), zigzag(0)), envelope.BlockSize},
		{"2^40 empty records", items(`{"type":"record","name":"E","fields":[]}`), zigzag(1 << 40), envelope.TooManyItems},
		{"2^40 fixed of no bytes", items(`{"type":"fixed","name":"F","size":0}`), zigzag(1 << 40), envelope.TooManyItems},
		{"records that double without bytes", doubling(40, "null"), nil, envelope.TooManyItems},
		{"records that double over a byte", doubling(22, "int"), many(1<<22, 0), ""},
		{"99 records in each other", list, append(many(98, 2), 0), ""},
		{"100", list, append(many(99, 2), 0), ""},
		{"101", list, append(many(100, 2), 0), envelope.TooDeep},
		{"a million", list, append(many(1_000_000, 2), 0), envelope.TooDeep},
		{"recursion without bytes", endless, nil, envelope.TooDeep},
		{"recursion through arrays", `{"type":"record","name":"R","fields":[{"name":"r","type":{"type":"array","items":"R"}}]}`, many(1_000_000, 2), envelope.TooDeep},
		{"arrays in each other", nested, join(many(6, 2), []byte{2, 'a'}, many(6, 0)), ""},
		{"arrays in each other, with a fault in the last", nested, join(many(6, 2), []byte{2, 0xff}, many(6, 0)), envelope.InvalidUTF8},
		{"a union of 900 branches", wideUnion(900), append(zigzag(899), zigzag(7)...), ""},
		{"a branch beyond", wideUnion(900), zigzag(900), envelope.UnionRange},
		{"a fixed of a gigabyte", `{"type":"fixed","name":"F","size":1073741824}`, many(1000, 0), envelope.Truncated},
		{"a precision of a billion digits", `{"type":"bytes","logicalType":"decimal","precision":1000000000}`, []byte{4, 0x7f, 0xff}, ""},
		{"as many bits as 1,001 digits have", decimal1001, join(zigzag(416), []byte{0x3f}, many(415, 0xff)), ""},
		{"one more", decimal1001, join(zigzag(416), []byte{0x7f}, many(415, 0xff)), envelope.DecimalPrecision},
		{"as many, negative", decimal1001, join(zigzag(416), []byte{0xc0}, many(415, 0)), ""},
		{"2^62 times four numbers", items(fourInts), join(zigzag(1<<62), zigzag(0)), envelope.Truncated},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			program := envelope.CompileWithin(parse(t, c.schema), envelope.ProgramLimits)
			clean, findings := program.Clean(c.data), program.Findings(c.data, 100)
			if took := time.Since(start); took > time.Minute { // it ends: what it costs is for a benchmark
				t.Errorf("took %v", took)
			}
			if clean != (c.want == "") || clean != (len(findings) == 0) || !clean && findings[0].Code != string(c.want) {
				t.Errorf("want %q, got clean %v, findings %v", c.want, clean, described(findings))
			}
		})
	}
}

// TestProgramBudgets puts much into few bytes: a program takes as many data as decoding does, and no more.
func TestProgramBudgets(t *testing.T) {
	t.Parallel()
	wide := doubling(15, "null") // 2^15 nulls in 2^15-1 records
	for _, c := range []struct {
		name, schema string
		item         []byte
	}{
		{"branch of two", `{"type":"array","items":["null",` + wide + `]}`, []byte{2}},
		{"branch of three", `{"type":"array","items":["null","int",` + wide + `]}`, []byte{4}},
		{"value of a map", `{"type":"map","values":` + wide + `}`, []byte{0}},
		{"item without bytes", `{"type":"array","items":` + wide + `}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			writer := parse(t, c.schema)
			program := envelope.CompileWithin(writer, envelope.ProgramLimits)
			for count, want := range map[int]bool{64: true, 65: false} { // a message may hold 2^22 data and some
				data := slices.Concat(zigzag(int64(count)), bytes.Repeat(c.item, count), zigzag(0))
				_, err := envelope.DecodeWithin(writer, data, envelope.ProgramLimits)
				if clean := program.Clean(data); clean != want || want != (err == nil) {
					t.Errorf("%d items: clean %v, decoding says %v, want %v", count, clean, err, want)
				}
			}
		})
	}
}

// doubling returns a record in which a leaf stands 2^n times.
func doubling(n int, leaf string) string {
	text := `"` + leaf + `"`
	for i := range n {
		text = fmt.Sprintf(`{"type":"record","name":"R%d","fields":[{"name":"a","type":%s},{"name":"b","type":"R%d"}]}`, i, text, i-1)
		if i == 0 {
			text = fmt.Sprintf(`{"type":"record","name":"R0","fields":[{"name":"a","type":"%s"},{"name":"b","type":"%s"}]}`, leaf, leaf)
		}
	}
	return text
}

// wideUnion returns a union of that many records of an int.
func wideUnion(n int) string {
	branches := make([]string, n)
	for i := range branches {
		branches[i] = fmt.Sprintf(`{"type":"record","name":"R%d","fields":[{"name":"f","type":"int"}]}`, i)
	}
	return "[" + strings.Join(branches, ",") + "]"
}

func TestSizeOfPrograms(t *testing.T) {
	t.Parallel()
	small := envelope.CompileWithin(parse(t, list), envelope.ProgramLimits).Size()
	for _, c := range []struct {
		name, schema string
		most         int
	}{
		{"records that double", doubling(60, "int"), 60 * small},
		{"a union of 900 branches", wideUnion(900), 1_500_000},
	} {
		if got := envelope.CompileWithin(parse(t, c.schema), envelope.ProgramLimits).Size(); got < small || got > c.most {
			t.Errorf("%s: %d bytes, want from %d to %d", c.name, got, small, c.most)
		}
	}
}

// TestCleanAllocatesNothing holds for messages that are clean and others, with all instructions.
func TestCleanAllocatesNothing(t *testing.T) {
	writer, body := orderOf(t, 3)
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	recursive := envelope.CompileWithin(parse(t, list), envelope.ProgramLimits)
	deep := append(bytes.Repeat([]byte{2}, 99), 0)
	got := testing.AllocsPerRun(100, func() {
		if !program.Clean(body) || program.Clean(body[:len(body)-1]) || !recursive.Clean(deep) {
			t.Error("clean is what should not be, or the other way round")
		}
	})
	if got != 0 {
		t.Errorf("%v allocations, want none", got)
	}
}

// TestSingleObjectVector reads the body of Apache's messageV1, behind its header of ten bytes.
func TestSingleObjectVector(t *testing.T) {
	t.Parallel()
	writer := parse(t, `{"type":"record","name":"org.apache.avro.TestMessage","fields":[{"name":"id","type":"long"},`+
		`{"name":"name","type":"string"},{"name":"tags","type":{"type":"array","items":"string"}}]}`)
	body := bin(t, "54 08 42696c6c 04 12 646f675f6c6f766572 12 6361745f686174657200")
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	d, err := envelope.Decode(writer, body)
	want := envelope.Record{envelope.Long(42), envelope.String("Bill"), envelope.Array{envelope.String("dog_lover"), envelope.String("cat_hater")}}
	if !program.Clean(body) || err != nil || !envelope.Equal(want, d) {
		t.Errorf("clean %v, decoded %#v, %v", program.Clean(body), d, err)
	}
	for n := range body {
		if program.Clean(body[:n]) {
			t.Errorf("%x is clean, of %x", body[:n], body)
		}
	}
}

func FuzzClean(f *testing.F) {
	var writers []avro.Use
	for _, text := range []string{
		orderEvent, list, arrayOfNull, mapOfLong,
		`["null",{"type":"record","name":"R","fields":[{"name":"r","type":{"type":"map","values":["R","string","null"]}},` +
			`{"name":"d","type":{"type":"fixed","name":"F","size":5,"logicalType":"decimal","precision":11}},{"name":"t","type":{"type":"long","logicalType":"time-micros"}}]}]`,
	} {
		writers = append(writers, parse(f, text))
	}
	_, body := orderOf(f, 1)
	f.Add(uint8(0), body)
	f.Add(uint8(1), []byte{2, 2, 0})
	f.Add(uint8(2), []byte{6, 0})
	f.Add(uint8(3), bin(f, "0202610200"))
	f.Add(uint8(4), bin(f, "02 0202610200 0100000000 00"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		writer := writers[int(which)%len(writers)]
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		d, err := envelope.DecodeWithin(writer, data, envelope.ProgramLimits)
		want := err == nil && fits(writer.Node, d)
		clean, findings := program.Clean(data), program.Findings(data, 100)
		if clean != want || clean != (len(findings) == 0) || !inOrder(findings, len(data)) {
			t.Fatalf("clean %v, decoded %#v, %v, findings %s", clean, d, err, described(findings))
		}
	})
}
