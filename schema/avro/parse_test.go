package avro_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// parse reads a text as a new schema.
func parse(t testing.TB, text string, dependencies ...string) *avro.Schema {
	t.Helper()
	s, err := avro.Parse(t.Context(), source(text, dependencies...), schema.Options{New: true})
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return s
}

func source(text string, dependencies ...string) schema.Source {
	src := schema.Source{Text: text}
	for _, d := range dependencies {
		src.Dependencies = append(src.Dependencies, schema.Dependency{Reference: schema.Reference{Name: "dep"}, Text: d})
	}
	return src
}

// field wraps a type, and what follows it in the field's object, into a record.
func field(rest string) string {
	return `{"type":"record","name":"R","fields":[{"name":"a","type":` + rest + `}]}`
}

// end returns the position behind a text.
func end(text string) schema.Position {
	return schema.Position{
		Line:   1 + strings.Count(text, "\n"),
		Column: len(text) - strings.LastIndexByte(text, '\n'),
		Offset: len(text),
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string // ¦ marks the place to blame
		want       string
		lenient    bool // accepted when it is not new
	}{
		{name: "empty", text: "¦", want: `the text is empty where a schema is expected`},
		{name: "blank", text: " \r\n ¦", want: `the text is empty where a schema is expected`},
		{name: "bare name", text: "¦string", want: `'s' stands where a JSON value is expected`},
		{name: "byte order mark", text: "¦\ufeff\"string\"", want: `the text begins with a byte order mark (U+FEFF): save it without one`},
		{name: "nul", text: "\"str¦\x00ing\"", want: `the control character U+0000 stands in a string without being escaped`},
		{name: "nul outside", text: "¦\x00", want: `the control character U+0000 stands where a JSON value is expected`},
		{name: "not utf-8", text: "{\n\"type\": \"¦\xff\"}", want: `byte 0xff is not UTF-8`},
		{name: "trailing garbage", text: `"int" ¦"long"`, want: `a string follows the end of the schema`},
		{name: "duplicate key", text: "{\"type\":\"int\",\n ¦\"\\u0074ype\":\"int\"}", want: `the key "type" stands twice in one object`},
		{name: "duplicate key in a default", text: field(`{"type":"map","values":"int"},"default":{"x":1,¦"x":2}`), want: `the key "x" stands twice in one object`},
		{name: "half a surrogate pair", text: field(`"int","doc":"¦\ud83d"`), want: `the escape in the string is not one of JSON, or half of a surrogate pair`},
		{name: "leading zero", text: field(`"int","default":¦01`), want: `the number begins with a zero`},
		{name: "no end", text: `{"type":"record"¦`, want: `the end of the text stands where a comma or '}' is expected`},
		{name: "comment without end", text: `"int" ¦/* x`, want: `the comment has no end`},
		{name: "number", text: `[¦1,2]`, want: `1 is no schema: the type is a name, an object or an array`},
		{name: "true", text: `¦true`, want: `true is no schema: the type is a name, an object or an array`},
		{name: "no type", text: `¦{"name":"R"}`, want: `the schema has no "type"`},
		{name: "type in type", text: `{"type":¦{"type":"int"}}`, want: `the "type" of the schema is an object, not a name`},
		{name: "unknown type of a field", text: field(`¦"strng"`), want: `unknown type "strng" of field "a" of record "R": no primitive, no reference and no definition before this place has that name`},
		{name: "used before it is defined", text: `[¦"R",{"type":"record","name":"R","fields":[]}]`, want: `unknown type "R": no primitive, no reference and no definition before this place has that name`},
		{name: "alias used as a type", text: `[{"type":"fixed","name":"F","size":1,"aliases":["G"]},{"type":"array","items":¦"G"}]`, want: `unknown type "G": no primitive, no reference and no definition before this place has that name`},
		{name: "no fields", text: `¦{"type":"record","name":"X"}`, want: `the record "X" has no "fields"`},
		{name: "no symbols", text: `¦{"type":"enum","name":"E"}`, want: `the enum "E" has no "symbols"`},
		{name: "no size", text: `¦{"type":"fixed","name":"F"}`, want: `the fixed "F" has no "size"`},
		{name: "no items", text: `¦{"type":"array"}`, want: `the array has no "items"`},
		{name: "no name", text: `¦{"type":"record","fields":[]}`, want: `the record has no "name"`},
		{name: "no name of a field", text: `{"type":"record","name":"R","fields":[¦{"type":"int"}]}`, want: `a field of record "R" has no "name"`},
		{name: "no type of a field", text: `{"type":"record","name":"R","fields":[¦{"name":"a"}]}`, want: `the "type" of field "a" of record "R" is missing`},
		{name: "defined twice", text: `[{"type":"fixed","name":"n.F","size":1},{"type":"fixed","name":¦"F","namespace":"n","size":1}]`, want: `the type "n.F" is defined already, in line 1, column 2`},
		{name: "duplicate field", text: `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":¦"a","type":"int"}]}`, want: `the record "R" has the field "a" twice`},
		{name: "duplicate branch", text: `["int",¦"int"]`, want: `the union has two branches "int"`},
		{name: "duplicate array branch", text: `[{"type":"array","items":"int"},¦{"type":"array","items":"long"}]`, want: `the union has two branches "array"`},
		{name: "duplicate named branch", text: `[{"type":"fixed","name":"F","size":1},¦"F"]`, want: `the union has two branches "F"`},
		{name: "branch named like a kind", text: `[{"type":"record","name":"map","fields":[]},¦{"type":"map","values":"int"}]`, want: `the union has two branches "map"`},
		{name: "union in a union", text: `["null",¦["int"]]`, want: `the union has a union directly inside`},
		{name: "duplicate symbol", text: `{"type":"enum","name":"E","symbols":["A","B",¦"A"]}`, want: `the enum "E" has the symbol "A" twice`},
		{name: "invalid symbol", text: `{"type":"enum","name":"E","symbols":[¦"A-B"]}`, want: `"A-B" is no valid name for a symbol of enum "E": names are letters, digits and underscores, and do not begin with a digit`},
		{name: "enum default", text: `{"type":"enum","name":"E","symbols":["A"],"default":¦"C"}`, want: `the default "C" of enum "E" is none of its symbols`},
		{name: "fixed size 1.5", text: `{"type":"fixed","name":"F","size":¦1.5}`, want: `the size of fixed "F" is 1.5, not a number of bytes`},
		{name: "fixed size -1", text: `{"type":"fixed","name":"F","size":¦-1}`, want: `the size of fixed "F" is -1, not a number of bytes`},
		{name: "order", text: field(`"int","order":¦"up"`), want: `the order of field "a" of record "R" is "up", not ascending, descending or ignore`},
		{name: "aliases", text: field(`"int","aliases":¦"b"`), want: `the aliases of field "a" of record "R" are "b", not an array of strings`},
		{name: "named like a primitive", text: `{"type":"fixed","name":¦"string","size":1}`, want: `"string" is the name of a primitive and cannot name the fixed`},
		{name: "invalid name", text: `{"type":"fixed","name":¦"1a","size":1}`, want: `"1a" is no valid name for fixed: names are letters, digits and underscores, and do not begin with a digit`},
		{name: "empty name", text: `{"type":"fixed","name":¦"","size":1}`, want: `"" is no valid name for fixed: names are letters, digits and underscores, and do not begin with a digit`},
		{name: "invalid field name", text: `{"type":"record","name":"R","fields":[{"name":¦"a-b","type":"int"}]}`, want: `"a-b" is no valid name for a field of record "R": names are letters, digits and underscores, and do not begin with a digit`},

		{name: "invalid namespace", text: `{"type":"fixed","name":"F","namespace":¦"a-bad.ns","size":1}`, want: `"a-bad.ns" is no valid namespace for fixed "F": its part "a-bad" is no name`, lenient: true},
		{name: "invalid namespace in the name", text: `{"type":"fixed","name":¦"a..F","size":1}`, want: `"a." is no valid namespace for fixed "F": its part "" is no name`, lenient: true},
		{name: "default null of a string", text: field(`"string","default":¦null`), want: `the default of field "a" of record "R" does not fit its type: null is not a string`, lenient: true},
		{name: "default 1.5 of an int", text: field(`"int","default":¦1.5`), want: `the default of field "a" of record "R" does not fit its type: 1.5 is not an integer of 32 bits`, lenient: true},
		{name: "default out of range", text: field(`"int","default":¦2147483648`), want: `the default of field "a" of record "R" does not fit its type: 2147483648 is not an integer of 32 bits`, lenient: true},
		{name: "default 2^63", text: field(`"long","default":¦9223372036854775808`), want: `the default of field "a" of record "R" does not fit its type: 9223372036854775808 is not an integer of 64 bits`, lenient: true},
		{name: "default word of a double", text: field(`"double","default":¦"nan"`), want: `the default of field "a" of record "R" does not fit its type: "nan" is not a number`, lenient: true},
		{name: "default beyond latin1", text: field(`"bytes","default":¦"Ā"`), want: `the default of field "a" of record "R" does not fit its type: "Ā" is not a string of the characters U+0000 to U+00FF, for bytes`, lenient: true},
		{name: "default of a fixed", text: field(`{"type":"fixed","name":"F","size":2},"default":¦"ÿ"`), want: `the default of field "a" of record "R" does not fit its type: "ÿ" is not a string of 2 characters U+0000 to U+00FF, for fixed "F"`, lenient: true},
		{name: "default of an enum", text: field(`{"type":"enum","name":"E","symbols":["A"],"default":"A"},"default":¦"B"`), want: `the default of field "a" of record "R" does not fit its type: "B" is not a symbol of enum "E"`, lenient: true},
		{name: "default of no branch", text: field(`["null","int"],"default":¦"x"`), want: `the default of field "a" of record "R" does not fit its type: "x" fits no branch of the union`, lenient: true},
		{name: "default lacks a field", text: field(`{"type":"record","name":"S","fields":[{"name":"x","type":"int"}]},"default":¦{"y":1}`), want: `the default of field "a" of record "R" does not fit its type: the field "x" of record "S" is missing and has no default`, lenient: true},
		{name: "default of an item", text: field(`{"type":"array","items":"int"},"default":¦[1,"x"]`), want: `the default of field "a" of record "R" does not fit its type: "x" is not an integer of 32 bits`, lenient: true},
		{name: "default needs itself", text: `{"type":"record","name":"R","fields":[{"name":"g","type":"R","default":¦{}}]}`, want: `the default of field "g" of record "R" needs itself: a record in it leaves out this field`, lenient: true},
		{name: "defaults need each other", text: `{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"a","type":{"type":"array","items":"A"},"default":¦[{}]}]},"default":{}}]}`,
			want: `the default of field "a" of record "B" needs itself: a record in it leaves out this field`, lenient: true},
		{name: "decimal without precision", text: `¦{"type":"bytes","logicalType":"decimal"}`, want: `the logical type decimal of the bytes has no "precision"`, lenient: true},
		{name: "decimal of precision 0", text: `{"type":"bytes","logicalType":"decimal","precision":¦0}`, want: `the logical type decimal of the bytes has the precision 0, not a positive integer`, lenient: true},
		{name: "scale above precision", text: field(`{"type":"bytes","logicalType":"decimal","precision":2,"scale":¦3}`), want: `the logical type decimal of the bytes of field "a" of record "R" has the scale 3, more than its precision 2`, lenient: true},
		{name: "precision above the fixed", text: `{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":¦10}`, want: `the logical type decimal of the fixed "F" has the precision 10, more than its bytes can hold`, lenient: true},
		{name: "duration of 10 bytes", text: `¦{"type":"fixed","name":"F","size":10,"logicalType":"duration"}`, want: `the logical type duration of the fixed "F" needs a fixed of 12 bytes`, lenient: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before, after, marked := strings.Cut(tt.text, "¦")
			text := before + after
			_, err := avro.Parse(t.Context(), source(text), schema.Options{New: true})
			var bad *schema.Error
			if !errors.As(err, &bad) {
				t.Fatalf("Parse(%s) = %v, want a *schema.Error", text, err)
			}
			if diff := cmp.Diff(tt.want, bad.Message); diff != "" {
				t.Errorf("Parse(%s) (-want +got):\n%s", text, diff)
			}
			if diff := cmp.Diff(end(before), bad.Position); diff != "" || !marked {
				i := bad.Position.Offset
				t.Errorf("Parse: blames %s¦%s (-want +got):\n%s", text[:i], text[i:], diff)
			}
			_, err = avro.Parse(t.Context(), source(text), schema.Options{})
			if (err == nil) != tt.lenient {
				t.Errorf("Parse(%s) of a stored version = %v, want acceptance %t", text, err, tt.lenient)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text string }{
		{"union default on a later branch", field(`["null","int"],"default":7`)},
		{"empty union", `[]`},
		{"record default from its fields' defaults", field(`{"type":"record","name":"S","fields":[{"name":"x","type":"int","default":1}]},"default":{}`)},
		{"recursive default that ends", `{"type":"record","name":"R","fields":[{"name":"next","type":["null","R"],"default":{"next":null}}]}`},
		{"recursive default of nothing", `{"type":"record","name":"R","fields":[{"name":"all","type":{"type":"array","items":"R"},"default":[]}]}`},
		{"nan", field(`"float","default":"NaN"`)},
		{"huge numbers", field(`"double","default":1e400`)},
		{"integer for a double", field(`"double","default":1`)},
		{"control characters in bytes", field(`"bytes","default":"\u0000\u00ff"`)},
		{"fixed default", field(`{"type":"fixed","name":"F","size":2},"default":"\u0000ÿ"`)},
		{"unknown logical type", `{"type":"string","logicalType":"iban"}`},
		{"logical type of another kind", `{"type":"string","logicalType":"date"}`},
		{"names of any script", `{"type":"record","name":"Größe","fields":[{"name":"größe_2","type":"int"}]}`},
		{"names that are types elsewhere", `{"type":"record","name":"n.array","fields":[{"name":"a","type":["null","n.array"]}]}`},
		{"fixed of no bytes", `{"type":"fixed","name":"F","size":0}`},
		{"fixed of 2^31-1 bytes", `{"type":"fixed","name":"F","size":2147483647}`},
		{"crlf", "{\r\n\"type\":\r\n\"int\"\r\n}\r\n"},
		{"escaped nul in a doc", field(`"int","doc":"\u0000"`)},
		{"the simple name twice in two namespaces", `[{"type":"fixed","name":"a.F","size":1},{"type":"fixed","name":"b.F","size":1}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			parse(t, tt.text)
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	text := `{"type":"record","name":"R","namespace":"a.b","aliases":["Old","c.Older","Old"],"fields":[
		{"name":"x","type":{"type":"enum","name":"E","symbols":["A"]}},
		{"name":"y","type":{"type":"record","name":"c.d.S","fields":[{"name":"z","type":{"type":"fixed","name":"F","size":1}}]}},
		{"name":"n","type":{"type":"record","name":"N","namespace":"","fields":[{"name":"r","type":["null","a.b.R","N"]}]}},
		{"name":"n2","type":"N"},
		{"name":"e","type":"E"}]}`
	s := parse(t, text)
	for _, name := range []string{"a.b.R", "a.b.E", "c.d.S", "c.d.F", "N"} {
		if s.Named(name) == nil {
			t.Errorf("no type %s", name)
		}
	}
	r := s.Root().Node
	if diff := cmp.Diff([]string{"a.b.Old", "c.Older"}, r.Alias); diff != "" {
		t.Errorf("aliases (-want +got):\n%s", diff)
	}
	if r.Fields[4].Type.Node != r.Fields[0].Type.Node || !r.Fields[4].Type.ByName || r.Fields[0].Type.ByName {
		t.Error("E by name is not E's definition")
	}
	if back := r.Fields[2].Type.Node.Fields[0].Type.Node.Branches[1].Node; back != r {
		t.Error("a.b.R by name is not the record around it")
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	marked := "¦{\n  \"type\": \"record\", \"name\": \"R\", // a comment\n  \"fields\": [\n    ¦{\"name\": ¦\"ä\", \"type\": /* in\n two lines */ ¦\"int\",\n \"default\": ¦1}]}"
	s := parse(t, strings.ReplaceAll(marked, "¦", ""))
	f := s.Root().Node.Fields[0]
	got := []schema.Position{s.Root().Pos, f.Pos, f.NamePos, f.Type.Pos, f.Default.Pos}
	var want []schema.Position
	parts := strings.Split(marked, "¦")
	for i := range len(parts) - 1 {
		want = append(want, end(strings.Join(parts[:i+1], "")))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("positions (-want +got):\n%s", diff)
	}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	base := `{"type":"record","name":"Base","namespace":"shop","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}}]}`
	second := `{"type":"array","items":"shop.Base"}`
	use := `{"type":"record","name":"Use","namespace":"shop","fields":[{"name":"b","type":"shop.Base"},{"name":"e","type":["null","E"]}]}`

	s := parse(t, use, base, second)
	if want := `{"type":"record","name":"Use","namespace":"shop","fields":[{"name":"b","type":"Base"},{"name":"e","type":["null","E"]}]}`; s.Canonical() != want {
		t.Errorf("canonical = %s, want %s", s.Canonical(), want)
	}
	if d := s.Named("shop.E").Dependency; d != "dep" {
		t.Errorf("shop.E is of dependency %q", d)
	}
	inlined := `{"type":"record","name":"Use","namespace":"shop","fields":[{"name":"b","type":{"type":"record","name":"Base","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}}]}},{"name":"e","type":["null","E"]}]}`
	if got := s.Format("RESOLVED"); got != inlined {
		t.Errorf("resolved = %s, want %s", got, inlined)
	}
	if !s.Equivalent(parse(t, inlined)) || !parse(t, inlined).Equivalent(s) {
		t.Error("the schema and its inlined text are not equivalent")
	}

	refused := []struct {
		name, text, want string
		dependencies     []string
	}{
		{name: "undeclared", text: use, want: `unknown type "shop.Base" of field "b" of record "shop.Use"`},
		{name: "defined by two", text: use, dependencies: []string{base, base}, want: `reference "dep": the type "shop.Base" is defined already`},
		{name: "defined again", text: base, dependencies: []string{base}, want: `the type "shop.Base" is defined already, by reference "dep"`},
		{name: "broken", text: use, dependencies: []string{"{\n}"}, want: `reference "dep": the schema has no "type" (line 1, column 1)`},
	}
	for _, tt := range refused {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := avro.Parse(t.Context(), source(tt.text, tt.dependencies...), schema.Options{New: true})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("err = %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := avro.Parse(t.Context(), source(`"int"`, field(`"int","default":"x"`)), schema.Options{New: true}); err != nil {
		t.Errorf("the wrong default of a stored dependency is refused: %v", err)
	}
}

func TestEquivalent(t *testing.T) {
	t.Parallel()
	base := `{"type":"record","name":"R","doc":"d","aliases":["B","A"],"fields":[{"name":"a","type":{"type":"enum","name":"E","symbols":["X"]},"default":"X","order":"ignore"}],"p":{"x":1,"y":2}}`
	tests := []struct {
		name, old, new string
		want           bool
	}{
		{"itself", "", "", true},
		{"order of aliases", `["B","A"]`, `["A","B"]`, true},
		{"order of members", `{"x":1,"y":2}`, `{"y":2,"x":1}`, true},
		{"doc", `"doc":"d"`, `"doc":"e"`, false},
		{"alias", `["B","A"]`, `["B"]`, false},
		{"default", `"default":"X",`, ``, false},
		{"enum default", `"symbols":["X"]`, `"symbols":["X"],"default":"X"`, false},
		{"order", `"order":"ignore"`, `"order":"descending"`, false},
		{"property", `"x":1`, `"x":3`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := parse(t, base).Equivalent(parse(t, strings.Replace(base, tt.old, tt.new, 1)))
			if got != tt.want {
				t.Errorf("equivalent = %t, want %t", got, tt.want)
			}
		})
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := parse(t, `{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int","confluent:tags":["PII","PII"],"z":1},
		{"name":"b","type":{"type":"map","values":{"type":"record","name":"S","fields":[{"name":"c","type":"int"}],"confluent:tags":["X"]}}}]}`)
	tags := func(path, kind string, tags ...string) schema.EntityTags {
		return schema.EntityTags{Entity: schema.Entity{Path: path, Type: kind}, Tags: tags}
	}
	want := []schema.EntityTags{tags("n.R.a", schema.EntityField, "PII"), tags("n.S", schema.EntityRecord, "X")}
	if diff := cmp.Diff(want, s.Tags()); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}

	got, err := s.Retag(schema.Retagging{
		Keep:   []schema.EntityTags{tags("n.R.gone", schema.EntityField, "G"), tags("n.R.a", schema.EntityField, "B", "PII")},
		Add:    []schema.EntityTags{tags("n.S.c", schema.EntityField, "C"), tags("R", schema.EntityRecord, "T")},
		Remove: []schema.EntityTags{tags("n.S", schema.EntityRecord, "X"), tags("n.R.a", schema.EntityField, "PII")},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantText := `{"type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int","confluent:tags":["B"],"z":1},` +
		`{"name":"b","type":{"type":"map","values":{"type":"record","name":"S","fields":[{"name":"c","type":"int","confluent:tags":["C"]}]}}}],"confluent:tags":["T"]}`
	if diff := cmp.Diff(wantText, got); diff != "" {
		t.Errorf("retagged (-want +got):\n%s", diff)
	}
	for _, unknown := range []schema.EntityTags{tags("n.R.q", schema.EntityField, "T"), tags("n.Q", schema.EntityRecord, "T"), tags("", schema.EntityField, "T"), tags("n.R", "sr_x", "T")} {
		var bad *schema.Error
		if _, err := s.Retag(schema.Retagging{Add: []schema.EntityTags{unknown}}); !errors.As(err, &bad) {
			t.Errorf("Retag(%v) = %v, want a *schema.Error", unknown.Entity, err)
		}
	}
}

func TestFieldNames(t *testing.T) {
	t.Parallel()
	s := parse(t, `["null",{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int"}]},{"type":"record","name":"S","fields":[{"name":"c","type":"int"}]}]`)
	if diff := cmp.Diff([]string{"a", "b", "c"}, s.FieldNames()); diff != "" {
		t.Errorf("field names (-want +got):\n%s", diff)
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	u := parse(t, field(`["null","int"],"default":7`)).Root().Node.Fields[0]
	branches := u.Type.Node.Branches
	got := []bool{u.Type.Node.Fits(u.Default), branches[0].Node.Fits(u.Default), branches[1].Node.Fits(u.Default)}
	if diff := cmp.Diff([]bool{true, false, true}, got); diff != "" {
		t.Errorf("fits the union, null, int (-want +got):\n%s", diff)
	}
}
