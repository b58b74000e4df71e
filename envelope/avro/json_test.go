package avro_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

func logical(kind, name string) string {
	return `{"type":"` + kind + `","logicalType":"` + name + `"}`
}

func TestJSON(t *testing.T) {
	t.Parallel()
	const (
		money   = `{"type":"bytes","logicalType":"decimal","precision":30,"scale":2}`
		whole   = `{"type":"bytes","logicalType":"decimal","precision":4}`
		first   = `{"type":"record","name":"First","fields":[{"name":"a","type":"int"}]}`
		second  = `{"type":"record","name":"n.Second","fields":[{"name":"a","type":"long"}]}`
		letters = `{"type":"enum","name":"E","symbols":["A","B"]}`
		rs      = `{"type":"record","name":"Rs","fields":[{"name":"string","type":"string"}]}`
		four    = `{"type":"fixed","name":"F","size":4}`
	)
	at := func(branch int, d envelope.Datum) envelope.Datum { return envelope.Union{Branch: branch, Value: d} }
	a := func(d envelope.Datum) envelope.Datum { return envelope.Record{d} }
	for _, c := range []struct {
		name, schema string
		d            envelope.Datum
		want         string
	}{
		{"largest exact long", `"long"`, envelope.Long(1 << 53), `9007199254740992`},
		{"beyond it", `"long"`, envelope.Long(1<<53 + 1), `"9007199254740993"`},
		{"below it", `"long"`, envelope.Long(-1<<53 - 1), `"-9007199254740993"`},
		{"double", `"double"`, envelope.Double(0.1), `0.1`},
		{"float", `"float"`, envelope.Float(0.1), `0.1`},
		{"whole double", `"double"`, envelope.Double(3), `3`},
		{"minus zero", `"double"`, envelope.Double(math.Copysign(0, -1)), `-0`},
		{"large", `"double"`, envelope.Double(1e21), `1e+21`},
		{"NaN", `"double"`, envelope.Double(math.NaN()), `"NaN"`},
		{"infinity", `"float"`, envelope.Float(math.Inf(-1)), `"-Infinity"`},
		{"bytes", `"bytes"`, envelope.Bytes{0, 255}, `"AP8="`},
		{"text", `"string"`, envelope.String("\"\\\n\x01/é€🎉\u2028"), "\"\\\"\\\\\\n\\u0001/é€🎉\u2028\""},
		{"a key twice", mapOfLong, envelope.Map{{"a", envelope.Long(1)}, {"b", envelope.Long(2)}, {"a", envelope.Long(3)}}, `{"b":2,"a":3}`},

		{"decimal", money, envelope.Bytes{0x04, 0xd2}, `"12.34"`},
		{"negative decimal", money, envelope.Bytes{0xff}, `"-0.01"`},
		{"zero", money, envelope.Bytes{0}, `"0.00"`},
		{"no digits", money, envelope.Bytes{}, `""`},
		{"scale 0", whole, envelope.Bytes{0x80}, `"-128"`},
		{"big decimal", logical("bytes", "big-decimal"), envelope.Bytes{2, 7, 2}, `"0.7"`},
		{"big decimal of a negative scale", logical("bytes", "big-decimal"), envelope.Bytes{2, 7, 3}, `"7E2"`},
		{"no big decimal", logical("bytes", "big-decimal"), envelope.Bytes{2}, `"Ag=="`},
		{"date", logical("int", "date"), envelope.Int(20454), `"2026-01-01"`},
		{"date before 1970", logical("int", "date"), envelope.Int(-1), `"1969-12-31"`},
		{"date beyond the years", logical("int", "date"), envelope.Int(math.MaxInt32), `2147483647`},
		{"timestamp", logical("long", "timestamp-millis"), envelope.Long(1767323045123), `"2026-01-02T03:04:05.123Z"`},
		{"timestamp before 1970", logical("long", "timestamp-micros"), envelope.Long(-1), `"1969-12-31T23:59:59.999999Z"`},
		{"timestamp beyond the years", logical("long", "timestamp-millis"), envelope.Long(math.MaxInt64), `"9223372036854775807"`},
		{"nanoseconds", logical("long", "timestamp-nanos"), envelope.Long(1), `"1970-01-01T00:00:00.000000001Z"`},
		{"local timestamp", logical("long", "local-timestamp-millis"), envelope.Long(0), `"1970-01-01T00:00:00"`},
		{"time of day", logical("int", "time-millis"), envelope.Int(86399999), `"23:59:59.999"`},
		{"no time of day", logical("int", "time-millis"), envelope.Int(86400000), `86400000`},
		{"uuid", `{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}`, envelope.Fixed("\x89\x79\x17\x62\x23\x36\x41\x86\x96\x74\x29\x9b\x90\xa8\x02\xe2"), `"89791762-2336-4186-9674-299b90a802e2"`},
		{"duration", `{"type":"fixed","name":"D","size":12,"logicalType":"duration"}`, envelope.Fixed("\x01\x00\x00\x00\x02\x00\x00\x00\xbc\x0b\x00\x00"), `"P1M2DT3.004S"`},

		{"null and one", `["null","int"]`, at(1, envelope.Int(7)), `7`},
		{"null", `["null","int"]`, at(0, envelope.Null{}), `null`},
		{"int of int and long", `["int","long"]`, at(0, envelope.Int(5)), `5`},
		{"small long of int and long", `["int","long"]`, at(1, envelope.Long(5)), `{"long":5}`},
		{"large long of int and long", `["int","long"]`, at(1, envelope.Long(3e9)), `3000000000`},
		{"int of int and double", `["int","double"]`, at(0, envelope.Int(5)), `{"int":5}`},
		{"double that is no float", `["float","double"]`, at(1, envelope.Double(0.1)), `0.1`},
		{"float whose text is no float", `["float","double"]`, at(0, envelope.Float(0.1)), `{"float":0.1}`},
		{"double that is a float", `["float","double"]`, at(1, envelope.Double(0.5)), `{"double":0.5}`},
		{"digits of int and string", `["int","string"]`, at(1, envelope.String("5")), `"5"`},
		{"digits of long and string", `["long","string"]`, at(1, envelope.String("5")), `{"string":"5"}`},
		{"letters of long and string", `["long","string"]`, at(1, envelope.String("five")), `"five"`},
		{"symbol as string", `["string",` + letters + `]`, at(0, envelope.String("A")), `{"string":"A"}`},
		{"symbol", `["string",` + letters + `]`, at(1, envelope.Enum("A")), `{"E":"A"}`},
		{"no symbol", `["string",` + letters + `]`, at(0, envelope.String("C")), `"C"`},
		{"base64", `["string",` + four + `]`, at(0, envelope.String("AAAAAA==")), `{"string":"AAAAAA=="}`},
		{"base64 of another size", `["string",` + four + `]`, at(0, envelope.String("AAAA")), `"AAAA"`},
		{"records alike", `[` + first + `,` + second + `]`, at(1, a(envelope.Long(1))), `{"n.Second":{"a":1}}`},
		{"records told apart", `[` + first + `,` + second + `]`, at(1, a(envelope.Long(1<<40))), `{"a":1099511627776}`},
		{"record and map", `[` + first + `,{"type":"map","values":"int"}]`, at(0, a(envelope.Int(1))), `{"First":{"a":1}}`},
		{"map that is no record", `[` + first + `,{"type":"map","values":"int"}]`, at(1, envelope.Map{}), `{}`},
		{"record that looks like a tag", `["string",` + rs + `]`, at(1, a(envelope.String("s"))), `{"Rs":{"string":"s"}}`},
		{"inside each other", `["null",{"type":"array","items":["int","long"]}]`, at(1, envelope.Array{at(1, envelope.Long(1)), at(0, envelope.Int(2))}), `[{"long":1},2]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			use := parse(t, c.schema)
			if diff := cmp.Diff(c.want, envelope.JSON(use, c.d)); diff != "" {
				t.Errorf("%#v of %s (-want +got):\n%s", c.d, c.schema, diff)
			}
			roundTrip(t, use, c.d)
		})
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, typ, text, want string }{
		{"exact long", `"long"`, `9007199254740993`, `"9007199254740993"`},
		{"float", `"float"`, `1.10`, `1.1`},
		{"number beyond doubles", `"double"`, `1e400`, `"Infinity"`},
		{"NaN", `"double"`, `"NaN"`, `"NaN"`},
		{"bytes", `"bytes"`, `"\u00ff\u0000"`, `"/wA="`},
		{"fixed", `{"type":"fixed","name":"F","size":1}`, `"ÿ"`, `"/w=="`},
		{"later branch", `["null","int","string"]`, `"x"`, `"x"`},
		{"array of maps", `{"type":"array","items":{"type":"map","values":"boolean"}}`, `[{},{"a":true}]`, `[{},{"a":true}]`},
		{"fields left out", record("N", field("a", `"int"`, `"default":1`), field("b", record("N2", field("c", `"string"`, `"default":"c"`)), `"default":{}`)), `{}`, `{"a":1,"b":{"c":"c"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := parse(t, record("R", field("f", c.typ, `"default":`+c.text))).Node.Fields[0]
			d, err := envelope.Default(f)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, envelope.JSON(f.Type, d)); diff != "" {
				t.Errorf("%s as %s (-want +got):\n%s", c.text, c.typ, diff)
			}
			if d, err = envelope.Default(&avro.Field{Name: "f", Type: parse(t, `"boolean"`), Default: f.Default}); code(err) != envelope.BadDefault {
				t.Errorf("%s is the boolean %v, error %v", c.text, d, err)
			}
		})
	}
}
