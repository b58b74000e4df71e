package avro_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A reading is a JSON text, and the bytes in hexadecimal or the findings that it gives.
type reading struct{ name, schema, text, want string }

// read returns what a text gives.
func read(t testing.TB, schema, text string, o envelope.JSONOptions) string {
	t.Helper()
	program := envelope.CompileWithin(parse(t, schema), envelope.ProgramLimits)
	body, defaulted, findings := program.AppendBinary(nil, []byte(text), o)
	if len(findings) == 0 {
		return strings.Join(append([]string{hex.EncodeToString(body)}, defaulted...), " ")
	}
	if body != nil || defaulted != nil || verdict.Valid(findings) {
		t.Errorf("%s of %s gives %x and %v with %v", text, schema, body, defaulted, findings)
	}
	var out []string
	for _, f := range findings {
		said := []string{f.Code}
		if f.Path != "" {
			said = append(said, f.Path)
		}
		if len(f.Candidates) > 0 {
			said = append(said, fmt.Sprint(f.Candidates))
		}
		out = append(out, strings.Join(said, " "))
	}
	return strings.Join(out, ", ")
}

func testReadings(t *testing.T, o envelope.JSONOptions, readings []reading) {
	t.Helper()
	for _, c := range readings {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, read(t, c.schema, c.text, o)); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", c.text, c.schema, diff)
			}
		})
	}
}

const (
	letters    = `{"type":"enum","name":"E","symbols":["A","B"]}`
	four       = `{"type":"fixed","name":"F","size":4}`
	first      = `{"type":"record","name":"First","fields":[{"name":"a","type":"int"}]}`
	second     = `{"type":"record","name":"n.Second","fields":[{"name":"a","type":"long"}]}`
	third      = `{"type":"record","name":"Third","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":7}]}`
	named      = `{"type":"record","name":"Rs","fields":[{"name":"string","type":"string"}]}`
	money      = `{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}`
	lengthy    = `{"type":"bytes","logicalType":"decimal","precision":30,"scale":2}`
	digits9001 = `{"type":"bytes","logicalType":"decimal","precision":9001}`
	coins      = `{"type":"fixed","name":"Coins","size":3,"logicalType":"decimal","precision":4,"scale":1}`
	mapOfInt   = `{"type":"map","values":"int"}`
	ints       = `{"type":"array","items":"int"}`
	two        = `{"type":"record","name":"Two","fields":[{"name":"a","type":"int"},{"name":"b","type":"string","default":"d"}]}`
	uuid16     = `{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}`
	period     = `{"type":"fixed","name":"D","size":12,"logicalType":"duration"}`
)

// TestReadPlainJSON has the rules of plain JSON, a part for each of its rows.
func TestReadPlainJSON(t *testing.T) {
	t.Parallel()
	testReadings(t, envelope.JSONOptions{}, []reading{
		{"int", `"int"`, `1`, "02"},
		{"int with a point", `"int"`, `-1.0`, "01"},
		{"int with an exponent", `"int"`, `1e3`, "d00f"},
		{"least int", `"int"`, `-2147483648`, "ffffffff0f"},
		{"int too large", `"int"`, `2147483648`, "JSON_RANGE"},
		{"int with a fraction", `"int"`, `1.5`, "JSON_RANGE"},
		{"int beyond any range", `"int"`, `1e400`, "JSON_RANGE"},
		{"int as text", `"int"`, `"1"`, "JSON_TYPE"},
		{"boolean for an int", `"int"`, `true`, "JSON_TYPE"},
		{"null for an int", `"int"`, `null`, "JSON_TYPE"},
		{"array for an int", `"int"`, `[[1],{"a":[]}]`, "JSON_TYPE"},
		{"greatest long", `"long"`, `9223372036854775807`, "feffffffffffffffff01"},
		{"long that no double has", `"long"`, `9.007199254740993e15`, "8280808080808020"},
		{"long as text", `"long"`, `"-9007199254740993"`, "8180808080808020"},
		{"long too large", `"long"`, `9223372036854775808`, "JSON_RANGE"},
		{"long as text too large", `"long"`, `"9223372036854775808"`, "JSON_RANGE"},
		{"long as text with an exponent", `"long"`, `"1e3"`, "JSON_FORMAT"},
		{"long as text with a zero first", `"long"`, `"007"`, "JSON_FORMAT"},
		{"long as a word", `"long"`, `"many"`, "JSON_FORMAT"},

		{"double", `"double"`, `0.1`, "9a9999999999b93f"},
		{"whole double", `"double"`, `3`, "0000000000000840"},
		{"NaN", `"double"`, `"NaN"`, "000000000000f87f"},
		{"infinity", `"float"`, `"-Infinity"`, "000080ff"},
		{"infinity as Java has it", `"float"`, `"INF"`, "JSON_FORMAT"},
		{"double too large", `"double"`, `1e400`, "JSON_RANGE"},
		{"float too large", `"float"`, `1e39`, "JSON_RANGE"},
		{"double as text", `"double"`, `"1"`, "JSON_FORMAT"},

		{"boolean", `"boolean"`, `true`, "01"},
		{"null", `"null"`, `null`, ""},
		{"zero for null", `"null"`, `0`, "JSON_TYPE"},
		{"very long number", `"boolean"`, strings.Repeat("1", 1000), "JSON_TYPE"},
		{"boolean as text", `"boolean"`, `"true"`, "JSON_TYPE"},
		{"string", `"string"`, `"\ud83c\udf89\u0041"`, "0af09f8e8941"},
		{"number for a string", `"string"`, `5`, "JSON_TYPE"},
		{"half a character", `"string"`, `"\ud83c"`, "JSON_UNICODE"},
		{"enum", letters, `"B"`, "02"},
		{"no symbol", letters, `"C"`, "AVRO_ENUM_RANGE"},
		{"symbol's number", letters, `1`, "JSON_TYPE"},

		{"bytes", `"bytes"`, `"AAE="`, "040001"},
		{"no bytes", `"bytes"`, `""`, "00"},
		{"bytes without padding", `"bytes"`, `"AAE"`, "JSON_FORMAT"},
		{"bytes for URLs", `"bytes"`, `"_w=="`, "JSON_FORMAT"},
		{"bytes with bits left over", `"bytes"`, `"AAF="`, "JSON_FORMAT"},
		{"bytes on two lines", `"bytes"`, `"AA\nE="`, "JSON_FORMAT"},
		{"bytes as numbers", `"bytes"`, `[0,1]`, "JSON_TYPE"},
		{"fixed", four, `"AAECAw=="`, "00010203"},
		{"fixed of another size", four, `"AAEC"`, "JSON_RANGE"},

		{"decimal", money, `"12.34"`, "0404d2"},
		{"decimal as a number", money, `12.34`, "0404d2"},
		{"decimal with an exponent", money, `1.234e1`, "0404d2"},
		{"decimal with fewer digits", money, `"-1.5"`, "04ff6a"},
		{"decimal with zeros", money, `"1.50000"`, "040096"},
		{"decimal zero", money, `"-0.000"`, "0200"},
		{"decimal zero with an exponent", money, `0e99999999999`, "0200"},
		{"decimal that would be rounded", money, `"1.005"`, "JSON_RANGE"},
		{"decimal of many digits", money, `12345.67`, "AVRO_DECIMAL_PRECISION"},
		{"decimal of very many digits", money, `1e999999999999`, "AVRO_DECIMAL_PRECISION"},
		{"decimal of nothing", money, `1e-999999999999`, "JSON_RANGE"},
		{"decimal in words", money, `"a few"`, "JSON_FORMAT"},
		{"decimal true", money, `true`, "JSON_TYPE"},
		{"long decimal", lengthy, `"1234567890123456789012345678.90"`, "1a018ee90ff6c373e0ee4e3f0ad2"},
		{"long negative decimal", `{"type":"bytes","logicalType":"decimal","precision":30}`, `-20000000000000000000`, "12feea71b9f6ec300000"},
		{"fixed decimal", coins, `"-0.1"`, "ffffff"},
		{"big decimal", logical("bytes", "big-decimal"), `"0.70"`, "06024604"},
		{"big decimal with an exponent", logical("bytes", "big-decimal"), `7E2`, "06020703"},
		{"big decimal of a boolean", logical("bytes", "big-decimal"), `true`, "JSON_TYPE"},
		{"big decimal of any size", logical("bytes", "big-decimal"), `1e9999999999`, "JSON_RANGE"},
		{"big decimal in words", logical("bytes", "big-decimal"), `"a few"`, "JSON_FORMAT"},
		{"decimal beyond all digits", digits9001, `"AQ=="`, "0201"},
		{"big decimal as bytes", logical("bytes", "big-decimal"), `"Ag=="`, "AVRO_DECIMAL_PRECISION"},

		{"date", logical("int", "date"), `"2026-01-01"`, "ccbf02"},
		{"date as a number", logical("int", "date"), `20454`, "ccbf02"},
		{"leap day", logical("int", "date"), `"2024-02-29"`, "8cb502"},
		{"no leap day", logical("int", "date"), `"2026-02-29"`, "JSON_FORMAT"},
		{"date with a time", logical("int", "date"), `"2026-01-01T00:00:00Z"`, "JSON_FORMAT"},
		{"date as text", logical("int", "date"), `"20454"`, "JSON_FORMAT"},
		{"time", logical("int", "time-millis"), `"23:59:59.999"`, "feefb252"},
		{"time as a number", logical("int", "time-millis"), `86399999`, "feefb252"},
		{"time beyond the day", logical("int", "time-millis"), `86400000`, "AVRO_TIME_OF_DAY"},
		{"time of 24 hours", logical("long", "time-micros"), `"24:00:00"`, "JSON_FORMAT"},
		{"timestamp", logical("long", "timestamp-millis"), `"2026-01-02T03:04:05.123Z"`, "86b4cccaef66"},
		{"timestamp with more zeros", logical("long", "timestamp-millis"), `"2026-01-02t03:04:05.123000z"`, "86b4cccaef66"},
		{"timestamp elsewhere", logical("long", "timestamp-millis"), `"2026-01-02T04:34:05.123+01:30"`, "86b4cccaef66"},
		{"timestamp to the west", logical("long", "timestamp-millis"), `"2026-01-01T22:04:05.123-05:00"`, "86b4cccaef66"},
		{"timestamp as a number", logical("long", "timestamp-millis"), `1767323045123`, "86b4cccaef66"},
		{"timestamp as text", logical("long", "timestamp-millis"), `"1767323045123"`, "86b4cccaef66"},
		{"timestamp that would be rounded", logical("long", "timestamp-millis"), `"2026-01-02T03:04:05.1234Z"`, "JSON_FORMAT"},
		{"timestamp of no place", logical("long", "timestamp-millis"), `"2026-01-02T03:04:05.123"`, "JSON_FORMAT"},
		{"timestamp in a leap second", logical("long", "timestamp-millis"), `"2016-12-31T23:59:60Z"`, "JSON_FORMAT"},
		{"first nanosecond", logical("long", "timestamp-nanos"), `"1677-09-21T00:12:43.145224192Z"`, "ffffffffffffffffff01"},
		{"nanosecond before it", logical("long", "timestamp-nanos"), `"1677-09-21T00:12:43.145224191Z"`, "JSON_RANGE"},
		{"local timestamp", logical("long", "local-timestamp-micros"), `"1970-01-01T00:00:00.000001"`, "02"},
		{"local timestamp with a place", logical("long", "local-timestamp-micros"), `"1970-01-01T00:00:00Z"`, "JSON_FORMAT"},
		{"uuid", logical("string", "uuid"), `"0F8fad5b-d9cb-469f-a165-70867728950e"`, "48" + hex.EncodeToString([]byte("0F8fad5b-d9cb-469f-a165-70867728950e"))},
		{"no uuid", logical("string", "uuid"), `"0f8fad5bd9cb469fa16570867728950e"`, "AVRO_UUID"},
		{"fixed uuid", uuid16, `"0F8fad5b-d9cb-469f-a165-70867728950e"`, "0f8fad5bd9cb469fa16570867728950e"},
		{"fixed uuid as bytes", uuid16, `"D4+tW9nLRp+hZXCGdyiVDg=="`, "0f8fad5bd9cb469fa16570867728950e"},
		{"no fixed uuid", uuid16, `"0f8f"`, "AVRO_UUID"},
		{"duration", period, `"P1M2DT3.004S"`, "0100000002000000bc0b0000"},
		{"duration in larger units", period, `"P1Y1W2DT1H1M"`, "0c00000009000000e0d83700"},
		{"duration as bytes", period, `"AQAAAAIAAAC8CwAA"`, "0100000002000000bc0b0000"},
		{"duration out of order", period, `"P2D1M"`, "JSON_FORMAT"},
		{"duration of parts of a day", period, `"P1.5D"`, "JSON_FORMAT"},
		{"duration without a unit", period, `"P1"`, "JSON_FORMAT"},
		{"duration without a number", period, `"PxD"`, "JSON_FORMAT"},
		{"duration without anything", period, `"PT"`, "JSON_FORMAT"},
		{"duration too long", period, `"PT4294967.296S"`, "JSON_FORMAT"},

		{"array", ints, `[1, 2 ,3]`, "0602040600"},
		{"empty array", ints, `[ ]`, "00"},
		{"null in an array", ints, `[1,null,"x"]`, "JSON_TYPE [1], JSON_TYPE [2]"},
		{"object for an array", ints, `{}`, "JSON_TYPE"},
		{"map", mapOfInt, `{"b":1,"a":2}`, "040262020261" + "0400"},
		{"value of a map", mapOfInt, `{"b":"x","a\u002eb":null}`, `JSON_TYPE ["b"], JSON_TYPE ["a.b"]`},
		{"array for a map", mapOfInt, `[]`, "JSON_TYPE"},
		{"key twice", mapOfInt, `{"b":1,"\u0062":2}`, "JSON_DUPLICATE b"},

		{"record", two, `{"a":1,"b":"x"}`, "020278"},
		{"members in another order", two, `{"b":"x","a":1}`, "020278"},
		{"missing member", two, `{"b":"x"}`, "JSON_MISSING_FIELD a"},
		{"missing member with a default", two, `{"a":1}`, "JSON_MISSING_FIELD b"},
		{"unknown member", two, `{"a":1,"more":[1,{}],"b":"x"}`, "JSON_UNKNOWN_FIELD more"},
		{"member in another case", two, `{"A":1,"b":"x"}`, "JSON_UNKNOWN_FIELD A, JSON_MISSING_FIELD a"},
		{"member twice", two, `{"a":1,"b":"x","a":1}`, "JSON_DUPLICATE a"},
		{"all that is wrong", two, `{"b":null,"x":1,"a":"y"}`, "JSON_TYPE b, JSON_UNKNOWN_FIELD x, JSON_TYPE a"},
		{"a second value", two, `{"a":1,"b":"x"} 1`, "JSON_SYNTAX"},
		{"no JSON", two, `{"a":"x","b"}`, "JSON_TYPE a, JSON_SYNTAX b"},
		{"nothing", two, ``, "JSON_SYNTAX"},
	})
}

// TestReadUnions has the rules of unions in plain JSON.
func TestReadUnions(t *testing.T) {
	t.Parallel()
	const (
		nullInt = `["null","int"]`
		mapOfU  = `{"type":"map","values":["int",` + mapOfInt + `]}`
	)
	testReadings(t, envelope.JSONOptions{}, []reading{
		{"null and one", nullInt, `7`, "020e"},
		{"null", nullInt, `null`, "00"},
		{"tagged", nullInt, `{"int":7}`, "020e"},
		{"tagged null", nullInt, `{"null":null}`, "00"},
		{"neither", nullInt, `"seven"`, "JSON_NO_BRANCH"},
		{"neither, tagged", nullInt, `{"int":"seven"}`, "JSON_TYPE"},
		{"no such branch", nullInt, `{"long":7}`, "JSON_NO_BRANCH"},
		{"more than a branch", nullInt, `{"int":7,"b":8}`, "JSON_NO_BRANCH"},
		{"too large", nullInt, `3000000000`, "JSON_RANGE"},
		{"int of int and long", `["int","long"]`, `5`, "000a"},
		{"long of int and long", `["int","long"]`, `3000000000`, "0280f882ad16"},
		{"float of float and double", `["double","float"]`, `0.5`, "020000003f"},
		{"double of float and double", `["double","float"]`, `0.1`, "009a9999999999b93f"},
		{"int and double", `["int","double"]`, `5`, "JSON_AMBIGUOUS_UNION [int double]"},
		{"only double", `["int","double"]`, `5.5`, "020000000000001640"},
		{"int and string", `["int","string"]`, `"5"`, "020235"},
		{"long and string", `["long","string"]`, `"5"`, "JSON_AMBIGUOUS_UNION [long string]"},
		{"only string", `["long","string"]`, `"five"`, "020866697665"},
		{"boolean", `["boolean","string"]`, `true`, "0001"},
		{"string and enum", `["string",` + letters + `]`, `"A"`, "JSON_AMBIGUOUS_UNION [string E]"},
		{"named symbol", `["string",` + letters + `]`, `{"E":"A"}`, "0200"},
		{"string and bytes", `["string","bytes"]`, `"AAE="`, "JSON_AMBIGUOUS_UNION [string bytes]"},
		{"named bytes", `["string","bytes"]`, `{"bytes":"AAE="}`, "02040001"},
		{"string and fixed", `["string",` + four + `]`, `"AAAAAA=="`, "JSON_AMBIGUOUS_UNION [string F]"},
		{"string and fixed of another size", `["string",` + four + `]`, `"AAAA"`, "000841414141"},
		{"string and decimal", `["string",` + money + `]`, `"1.5"`, "JSON_AMBIGUOUS_UNION [string bytes]"},
		{"decimal as others name it", `["string",` + money + `]`, `{"bytes.decimal":"1.5"}`, "02040096"},
		{"string and date", `["string",` + logical("int", "date") + `]`, `"2026-01-01"`, "JSON_AMBIGUOUS_UNION [string int]"},
		{"neither enum nor bytes", `["bytes",` + letters + `]`, `"-"`, "JSON_NO_BRANCH, JSON_FORMAT"},

		{"records alike", `[` + first + `,` + second + `]`, `{"a":1}`, "JSON_AMBIGUOUS_UNION [First n.Second]"},
		{"only the second", `[` + first + `,` + second + `]`, `{"a":3000000000}`, "0280f882ad16"},
		{"named in full", `[` + first + `,` + second + `]`, `{"n.Second":{"a":1}}`, "0202"},
		{"named without its namespace", `[` + first + `,` + second + `]`, `{"Second":{"a":1}}`, "0202"},
		{"the record that has the members", `[` + first + `,` + third + `]`, `{"a":1,"b":2}`, "020204"},
		{"what is wrong with the closest", `[` + first + `,` + third + `]`, `{"a":1,"b":"x"}`, "JSON_NO_BRANCH, JSON_TYPE b"},
		{"what is wrong with a name that is a member", `["string",` + named + `]`, `{"string":5}`, "JSON_TYPE"},
		{"half a value", `["int","long"]`, `nul`, "JSON_SYNTAX"},
		{"half a tagged value", nullInt, `{"int":7`, "JSON_SYNTAX int"},
		{"half an object that may be either", `[` + first + `,` + second + `]`, `{"a":1`, "JSON_SYNTAX a"},
		{"half a name", `[` + first + `,` + second + `]`, `{"a`, "JSON_SYNTAX"},
		{"what is wrong with the named", `[` + first + `,` + third + `]`, `{"First":{"a":"x"}}`, "JSON_TYPE a"},
		{"what is wrong with the only one", `["null","int",` + two + `]`, `{"a":"x","b":1}`, "JSON_TYPE a, JSON_TYPE b"},
		{"record and map", `[` + first + `,` + mapOfInt + `]`, `{"a":1}`, "JSON_AMBIGUOUS_UNION [First map]"},
		{"only map", `[` + first + `,` + mapOfInt + `]`, `{"a":1,"b":2}`, "020402610202620400"},
		{"a name and a member", `["string",` + named + `]`, `{"string":"s"}`, "JSON_AMBIGUOUS_UNION [Rs string]"},
		{"a name that is needed", `["long","string",` + named + `]`, `{"string":"5"}`, "020235"},
		{"a name and a key", `[` + first + `,` + mapOfU + `]`, `{"First":{"a":1}}`, "0002"},
		{"a key that is a name", `[` + first + `,` + mapOfU + `]`, `{"map":{"First":{"a":1}}}`, "02020a466972737402020261020000"},
		{"inside each other", `["null",{"type":"array","items":["int","long"]}]`, `[{"long":1},2]`, "020402020004" + "00"},
		{"path to what is inside", record("R", field("x", `["null",{"type":"array","items":["null",`+first+`]}]`)), `{"x":[null,{"a":1},{"First":{"a":"b"}}]}`, "JSON_TYPE x[2].a"},
	})
}

func TestReadWithOptions(t *testing.T) {
	t.Parallel()
	union := record("R", field("x", `[`+first+`,`+third+`]`), field("y", `"int"`, `"default":9`))
	for _, c := range []struct {
		options envelope.JSONOptions
		reading
	}{
		{envelope.JSONOptions{ApplyDefaults: true}, reading{"default", two, `{"a":1}`, "020264 b"}},
		{envelope.JSONOptions{ApplyDefaults: true}, reading{"no default", two, `{"b":"x"}`, "JSON_MISSING_FIELD a"}},
		{envelope.JSONOptions{ApplyDefaults: true}, reading{"defaults inside", `{"type":"array","items":` + two + `}`, `[{"a":1},{"b":"x","a":2},{"a":3}]`, "0602026404027806026400 [0].b [2].b"}},
		{envelope.JSONOptions{ApplyDefaults: true}, reading{"default that is no uuid", record("R", field("id", logical("string", "uuid"), `"default":"none"`)), `{}`, "JSON_MISSING_FIELD id"}},
		{envelope.JSONOptions{DropUnknown: true}, reading{"unknown", two, `{"z":{"q":[1]},"a":1,"b":"x"}`, "020278"}},
		{envelope.JSONOptions{DropUnknown: true}, reading{"unknown twice", two, `{"z":{"q":1,"q":2},"a":1,"b":"x"}`, "JSON_DUPLICATE z.q"}},
		{envelope.JSONOptions{ApplyDefaults: true}, reading{"a branch that needs no default", union, `{"x":{"a":1}}`, "000212 y"}},
		{envelope.JSONOptions{DropUnknown: true}, reading{"a branch that drops nothing", union, `{"x":{"a":1,"b":2},"y":3}`, "02020406"}},
		{envelope.JSONOptions{DropUnknown: true}, reading{"a branch that drops", union, `{"x":{"a":1,"c":2},"y":3}`, "000206"}},
		{envelope.JSONOptions{DropUnknown: true, ApplyDefaults: true}, reading{"branches that drop and default", union, `{"x":{"a":1,"c":2},"y":3}`, "JSON_AMBIGUOUS_UNION x [First Third]"}},
		{envelope.JSONOptions{Latin1: true}, reading{"bytes of characters", `"bytes"`, `"\u0000ÿA"`, "0600ff41"}},
		{envelope.JSONOptions{Latin1: true}, reading{"character that is no byte", `"bytes"`, `"Ā"`, "JSON_FORMAT"}},
		{envelope.JSONOptions{MaxFindings: 1}, reading{"one thing that is wrong", two, `{"x":"y","b":7}`, "JSON_UNKNOWN_FIELD x"}},
		{envelope.JSONOptions{MaxFindings: 2}, reading{"some of what is wrong", ints, `["a","b","c"]`, "JSON_TYPE [0], JSON_TYPE [1]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, read(t, c.schema, c.text, c.options)); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", c.text, c.schema, diff)
			}
		})
	}
}

func TestReadAvroJSON(t *testing.T) {
	t.Parallel()
	testReadings(t, envelope.JSONOptions{Encoding: envelope.AvroJSON}, []reading{
		{"bytes", `"bytes"`, `"\u0001ÿ"`, "0401ff"},
		{"decimal", money, `"\u0001ÿ"`, "0401ff"},
		{"decimal as a number", money, `1.5`, "JSON_TYPE"},
		{"decimal of many digits", money, `"ÿ\u0001\u0001\u0001"`, "AVRO_DECIMAL_PRECISION"},
		{"timestamp", logical("long", "timestamp-millis"), `5`, "0a"},
		{"timestamp in ISO form", logical("long", "timestamp-millis"), `"1970-01-01T00:00:00Z"`, "JSON_TYPE"},
		{"long as text", `"long"`, `"5"`, "JSON_TYPE"},
		{"infinity as Java has it", `"double"`, `"-INF"`, "000000000000f0ff"},
		{"null", `["null","int"]`, `null`, "00"},
		{"tagged", `["null","int"]`, `{"int":5}`, "020a"},
		{"untagged", `["null","int"]`, `5`, "JSON_NO_BRANCH"},
		{"infinity as Java has it, too", `"double"`, `"INF"`, "000000000000f07f"},
		{"half a name", `["null","int"]`, `{"in`, "JSON_SYNTAX"},
		{"empty", `["null","int"]`, `{}`, "JSON_NO_BRANCH"},
		{"no such branch", `["null","int"]`, `{"long":[5]}`, "JSON_NO_BRANCH"},
		{"two members", `["null","int"]`, `{"int":5,"null":null}`, "JSON_NO_BRANCH"},
		{"named in full", `["null",` + second + `]`, `{"n.Second":{"a":1}}`, "0202"},
		{"with the logical type", `["null",` + logical("long", "timestamp-millis") + `]`, `{"long.timestamp-millis":1}`, "0202"},
		{"missing", two, `{"a":1}`, "JSON_MISSING_FIELD b"},
	})
}
