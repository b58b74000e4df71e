package avro_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

func record(name string, fields ...string) string {
	return fmt.Sprintf(`{"type":"record","name":%q,"fields":[%s]}`, name, strings.Join(fields, ","))
}

// field writes a field; more are further attributes.
func field(name, typ string, more ...string) string {
	return fmt.Sprintf(`{"name":%q,"type":%s%s}`, name, typ, strings.Join(append([]string{""}, more...), ","))
}

// TestResolve prints what a reader makes of a message as plain JSON, or why it cannot.
func TestResolve(t *testing.T) {
	t.Parallel()
	const (
		dflt  = `"default":`
		fixed = `{"type":"fixed","name":"F","size":2}`
	)
	enum := func(name, symbols, more string) string {
		return `{"type":"enum","name":"` + name + `","symbols":[` + symbols + `]` + more + `}`
	}
	for _, c := range []struct {
		name, reader, writer, data string
		want                       string // JSON, or code and error
		spec                       string // with opts.Resolution Specification, if that differs
	}{
		{name: "int to long", reader: `"long"`, writer: `"int"`, data: "02", want: `1`},
		{name: "long to double", reader: `"double"`, writer: `"long"`, data: "8280808080808020", want: `9007199254740992`},
		{name: "long to float", reader: `"float"`, writer: `"long"`, data: "06", want: `3`},
		{name: "float to double", reader: `"double"`, writer: `"float"`, data: "cdcccc3d", want: `0.10000000149011612`},
		{name: "string to bytes", reader: `"bytes"`, writer: `"string"`, data: "0261", want: `"YQ=="`},
		{name: "bytes to string", reader: `"string"`, writer: `"bytes"`, data: "0261", want: `"a"`},
		{name: "bytes that are no string", reader: `"string"`, writer: `"bytes"`, data: "02ff", want: `AVRO_UTF8 the bytes are not UTF-8 and cannot be read as a string`},
		{name: "no demotion", reader: `"int"`, writer: `"long"`, data: "02", want: `TYPE_MISMATCH long cannot be read as int`},
		{name: "a record is no map", reader: `{"type":"map","values":"int"}`, writer: record("R"), data: "", want: `TYPE_MISMATCH R cannot be read as map`},

		{name: "fields by name", reader: record("R", field("b", `"int"`), field("a", `"int"`)), writer: record("R", field("a", `"int"`), field("b", `"int"`)),
			data: "0204", want: `{"b":2,"a":1}`},
		{name: "a field is skipped", reader: record("R", field("b", `"int"`)), writer: record("R", field("a", `{"type":"array","items":"string"}`), field("b", `"int"`)),
			data: "02026100 04", want: `{"b":2}`},
		{name: "skipped bytes are checked", reader: record("R"), writer: record("R", field("a", `"string"`)), data: "02ff", want: `AVRO_UTF8 a: a string is not UTF-8`},
		{name: "a default", reader: record("R", field("a", `"int"`), field("n", record("N", field("x", `"long"`, dflt+`7`), field("y", `["null","bytes"]`, dflt+`"ÿ"`)), dflt+`{"y":null}`)),
			writer: record("R", field("a", `"int"`)), data: "02", want: `{"a":1,"n":{"x":7,"y":null}}`},
		{name: "no default", reader: record("R", field("in", record("In", field("currency", `"string"`)))), writer: record("R", field("in", record("In"))),
			data: "", want: `READER_FIELD_MISSING_DEFAULT_VALUE in.currency: missing in the data, no default`},
		{name: "a field's alias", reader: record("R", field("new", `"long"`, `"aliases":["older","old"]`)), writer: record("R", field("old", `"int"`)), data: "02", want: `{"new":1}`},
		{name: "the writer's aliases do not count", reader: record("R", field("new", `"int"`, dflt+`0`)), writer: record("R", field("old", `"int"`, `"aliases":["new"]`)), data: "02", want: `{"new":0}`},
		{name: "a name and an alias", reader: record("R", field("a", `"int"`, `"aliases":["b"]`)), writer: record("R", field("a", `"int"`), field("b", `"int"`)),
			data: "0204", want: `AMBIGUOUS_FIELD a: matches several fields of the data by its name and aliases`},
		{name: "an alias that is its own name", reader: record("R", field("a", `"int"`, `"aliases":["a"]`)), writer: record("R", field("a", `"int"`)), data: "02", want: `{"a":1}`},
		{name: "two fields of one", reader: record("R", field("a", `"int"`), field("b", `"long"`, `"aliases":["a"]`)), writer: record("R", field("a", `"int"`)), data: "02", want: `{"a":1,"b":1}`},

		{name: "an unqualified name", reader: record("x.R"), writer: record("y.R"), data: "", want: `{}`},
		{name: "another name", reader: record("Q"), writer: record("R"), data: "", want: `NAME_MISMATCH R is neither the name nor an alias of the reader's Q`},
		{name: "an alias", reader: `{"type":"record","name":"x.Q","aliases":["R"],"fields":[]}`, writer: record("x.R"), data: "", want: `{}`},
		{name: "an alias in another namespace", reader: `{"type":"record","name":"x.Q","aliases":["R"],"fields":[]}`, writer: record("R"), data: "",
			want: `NAME_MISMATCH R is neither the name nor an alias of the reader's x.Q`},
		{name: "fixed", reader: fixed, writer: fixed, data: "6162", want: `"YWI="`},
		{name: "fixed of another size", reader: `{"type":"fixed","name":"F","size":3}`, writer: fixed, data: "6162", want: `FIXED_SIZE_MISMATCH 2 bytes where the reader has 3`},

		{name: "a symbol", reader: enum("E", `"B","A"`, ""), writer: enum("E", `"A","B"`, ""), data: "00", want: `"A"`},
		{name: "an unknown symbol", reader: enum("E", `"A"`, ""), writer: enum("E", `"A","B"`, ""), data: "02", want: `MISSING_ENUM_SYMBOLS the reader's E has no symbol B and no default`},
		{name: "an unknown symbol that was not sent", reader: enum("E", `"A"`, ""), writer: enum("E", `"A","B"`, ""), data: "00", want: `"A"`},
		{name: "the enum's default", reader: enum("E", `"A"`, `,"default":"A"`), writer: enum("E", `"A","B"`, ""), data: "02", want: `"A"`},
		{name: "the field's default does not count", reader: record("R", field("e", enum("E", `"A"`, ""), dflt+`"A"`)), writer: record("R", field("e", enum("E", `"A","B"`, ""))),
			data: "02", want: `MISSING_ENUM_SYMBOLS e: the reader's E has no symbol B and no default`},

		{name: "into a union", reader: `["null","int"]`, writer: `"int"`, data: "02", want: `1`},
		{name: "out of a union", reader: `"int"`, writer: `["null","int"]`, data: "0202", want: `1`},
		{name: "out of a union by another branch", reader: `"int"`, writer: `["null","int"]`, data: "00", want: `TYPE_MISMATCH null cannot be read as int`},
		{name: "union to union", reader: `["string","null"]`, writer: `["null","string","int"]`, data: "020261", want: `"a"`},
		{name: "union to union without the branch", reader: `["string","null"]`, writer: `["null","string","int"]`, data: "0402", want: `MISSING_UNION_BRANCH no branch of the reader's union reads int`},
		{name: "the exact branch before a promoted one", reader: `["long","int"]`, writer: `"int"`, data: "02", want: `1`, spec: `{"long":1}`},
		{name: "the first promoted branch", reader: `["string","double","float"]`, writer: `"int"`, data: "02", want: `{"double":1}`},
		{name: "the full name before the simple one", reader: `[` + record("x.R", field("a", `"int"`)) + `,` + record("y.R", field("a", `"int"`), field("b", `"int"`, dflt+`5`)) + `]`,
			writer: record("y.R", field("a", `"int"`)), data: "02", want: `{"a":1,"b":5}`, spec: `{"a":1}`},
		{name: "an array's items decide by the specification", reader: `[{"type":"array","items":"int"},"string"]`, writer: `{"type":"array","items":"string"}`, data: "00",
			want: `[]`, spec: `MISSING_UNION_BRANCH no branch of the reader's union reads array`},

		{name: "in an item", reader: `{"type":"array","items":` + enum("E", `"A"`, "") + `}`, writer: `{"type":"array","items":` + enum("E", `"A","B"`, "") + `}`, data: "04 00 02 00",
			want: `MISSING_ENUM_SYMBOLS [1]: the reader's E has no symbol B and no default`},
		{name: "in a map", reader: `{"type":"map","values":"string"}`, writer: `{"type":"map","values":["string","int"]}`, data: "04 0261 00 0262 0263 02 00 00",
			want: `TYPE_MISMATCH ["c"]: int cannot be read as string`},
		{name: "recursion", reader: record("L", field("v", `"long"`), field("n", `["null","L"]`, dflt+"null")), writer: record("L", field("v", `"int"`), field("n", `["null","L"]`)),
			data: "02 02 04 00", want: `{"v":1,"n":{"v":2,"n":null}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.spec == "" {
				c.spec = c.want
			}
			reader, writer, data := parse(t, c.reader), parse(t, c.writer), bin(t, c.data)
			for resolution, want := range map[avro.Resolution]string{avro.Practice: c.want, avro.Specification: c.spec} {
				d, err := envelope.Resolve(reader, writer, data, envelope.Options{Resolution: resolution})
				got := ""
				if err != nil {
					got = fmt.Sprint(code(err), " ", err)
				} else {
					got = envelope.JSON(reader, d)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("resolution %d of %s\nreader %s\nwriter %s (-want +got):\n%s", resolution, c.data, c.reader, c.writer, diff)
				}
			}
		})
	}
}

// TestFailures holds every failure to its place in both schemas and in the bytes.
func TestFailures(t *testing.T) {
	t.Parallel()
	reader := record("Order", field("lines", `{"type":"array","items":`+record("Line", field("price", `"int"`), field("unit", `"string"`))+`}`), field("to", `["null","string"]`), field("at", `"long"`))
	writer := record("Order", field("to", `["null","string","bytes","int"]`), field("lines", `{"type":"array","items":`+record("Line", field("price", `"long"`))+`}`))
	data := bin(t, "06 02 04 0a 0c 00")
	var got []string
	for _, e := range envelope.Failures(parse(t, reader), parse(t, writer), data, envelope.Options{}) {
		got = append(got, fmt.Sprintf("%s %s @%d reader %s writer %s", e.Code, e.Path, e.Offset, e.Reader, e.Writer))
	}
	want := []string{
		"READER_FIELD_MISSING_DEFAULT_VALUE at @0 reader /fields/2 writer ",
		"MISSING_UNION_BRANCH to @1 reader /fields/1/type writer /fields/0/type/3",
		"READER_FIELD_MISSING_DEFAULT_VALUE lines[0].unit @3 reader /fields/0/type/items/fields/1 writer /fields/1/type/items",
		"TYPE_MISMATCH lines[0].price @3 reader /fields/0/type/items/fields/0/type writer /fields/1/type/items/fields/0/type",
		"READER_FIELD_MISSING_DEFAULT_VALUE lines[1].unit @4 reader /fields/0/type/items/fields/1 writer /fields/1/type/items",
		"TYPE_MISMATCH lines[1].price @4 reader /fields/0/type/items/fields/0/type writer /fields/1/type/items/fields/0/type",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFailuresAreBounded(t *testing.T) {
	t.Parallel()
	data := append(append(zigzag(1000), make([]byte, 1000)...), 0)
	if got := envelope.Failures(parse(t, `{"type":"array","items":"string"}`), parse(t, arrayOfInt), data, envelope.Options{}); len(got) != 100 || got[99].Path != "[99]" {
		t.Errorf("%d failures, the last %v", len(got), got[len(got)-1])
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	reader := record("R", field("n", `"long"`), field("f", `"float"`), field("renamed", `"string"`, `"aliases":["s"]`),
		field("e", `{"type":"enum","name":"E","symbols":["A"],"default":"A"}`), field("d", `"int"`, `"default":1`))
	writer := record("R", field("n", `"int"`), field("f", `"int"`), field("s", `"string"`), field("e", `{"type":"enum","name":"E","symbols":["A","B"]}`), field("gone", `"null"`))
	var got []string
	opts := envelope.Options{Note: func(n envelope.Note) { got = append(got, fmt.Sprintf("%s %s %s", n.Path, n.Kind, n.Detail)) }}
	if _, err := envelope.Resolve(parse(t, reader), parse(t, writer), bin(t, "02 82808010 00 02"), opts); err != nil {
		t.Fatal(err)
	}
	want := []string{"n promoted int to long", "f rounded int to float", "s renamed s to renamed", "e substituted B to A", "gone dropped ", "d defaulted "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestResolveEnds puts the same field into many of the reader's, over and over: what would double at each level must not.
func TestResolveEnds(t *testing.T) {
	t.Parallel()
	reader := record("L", field("a", `["null","L"]`), field("b", `["null","L"]`, `"aliases":["a"]`))
	writer := record("L", field("a", `["null","L"]`))
	data := append(bin(t, strings.Repeat("02", 900)), 0)
	if _, err := envelope.Resolve(parse(t, reader), parse(t, writer), data, envelope.Options{}); code(err) != envelope.TooManyItems {
		t.Errorf("got %v", err)
	}
	nested, last := field("r0", record("R0", field("n", `"null"`, `"default":null`))), "R0"
	for i := range 40 { // defaults that double
		name := fmt.Sprintf("R%d", i+1)
		nested = field("r", record(name, field("a", strings.TrimSuffix(strings.SplitN(nested, `"type":`, 2)[1], "}"), `"default":{}`), field("b", `"`+last+`"`, `"default":{}`)))
		last = name
	}
	outer := record("Top", strings.TrimSuffix(nested, "}")+`,"default":{}}`)
	if _, err := envelope.Resolve(parse(t, outer), parse(t, record("Top")), nil, envelope.Options{}); code(err) != envelope.BadDefault {
		t.Errorf("got %v", err)
	}
}
