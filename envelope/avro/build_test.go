package avro_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

func TestSmallest(t *testing.T) {
	t.Parallel()
	doubled := record("D0", field("x", `"int"`))
	for i := range 30 {
		doubled = record(fmt.Sprintf("D%d", i+1), field("a", doubled), field("b", fmt.Sprintf(`"D%d"`, i)))
	}
	for _, c := range []struct{ name, schema, want string }{
		{"scalars", record("R", field("a", `"null"`), field("b", `"double"`), field("c", `"string"`), field("d", colour), field("e", `{"type":"fixed","name":"F","size":2}`)),
			`{"a":null,"b":0,"c":"","d":"RED","e":"AAA="}`},
		{"logical types", record("R", field("a", `{"type":"bytes","logicalType":"decimal","precision":3,"scale":1}`), field("b", logical("bytes", "big-decimal")), field("c", logical("string", "uuid"))),
			`{"a":"0.0","b":"0","c":"00000000-0000-0000-0000-000000000000"}`},
		{"the smallest branch", `["string","int","null","boolean"]`, `null`},
		{"the first of equal branches", `["int","long"]`, `0`},
		{"a list ends", record("L", field("v", `"int"`), field("next", `["L","null"]`)), `{"v":0,"next":null}`},
		{"records that end by each other", record("A", field("b", `[`+record("B", field("a", `["A","int"]`), field("s", `{"type":"array","items":"A"}`))+`]`)), `{"b":{"a":0,"s":[]}}`},
		{"no end", endless, `no datum of R ends`},
		{"no end in a union", record("R", field("r", `["R"]`)), `no datum of R ends`},
		{"no branches", `[]`, `no datum of union ends`},
		{"no symbols", `{"type":"enum","name":"E","symbols":[]}`, `no datum of E ends`},
		{"too large", `{"type":"fixed","name":"F","size":2147483647}`, `the smallest datum of F is too large`},
		{"too large by doubling", doubled, `the smallest datum of D30 is too large`},
		{"a smaller branch than one too large", `[{"type":"fixed","name":"F","size":2147483647},"string"]`, `""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			use := parse(t, c.schema)
			d, err := envelope.Smallest(use)
			got := fmt.Sprint(err)
			if err == nil {
				roundTrip(t, use, d)
				got = envelope.JSON(use, d)
			}
			if c.want != got {
				t.Errorf("%s: want %s, got %s", c.schema, c.want, got)
			}
		})
	}
}

// TestReaching builds messages for findings: what lies beside the path can be read.
func TestReaching(t *testing.T) {
	t.Parallel()
	into := func(kind envelope.StepKind, index ...int) envelope.Step {
		return envelope.Step{Kind: kind, Index: append(index, 0)[0]}
	}
	f := func(i int) envelope.Step { return into(envelope.IntoField, i) }
	branch := func(i int) envelope.Step { return into(envelope.IntoBranch, i) }
	items, values := into(envelope.IntoItems), into(envelope.IntoValues)
	line := func(price string) string {
		return record("Line", field("price", price), field("kind", `["null",`+colour+`]`))
	}
	writer := record("Order", field("to", `["null","string"]`), field("lines", `{"type":"array","items":`+line(`"long"`)+`}`), field("tags", `{"type":"map","values":"Colour"}`))
	reader := record("Order", field("to", `"string"`), field("lines", `{"type":"array","items":`+strings.Replace(line(`"int"`), `"RED",`, "", 1)+`}`), field("tags", `{"type":"map","values":"Colour"}`))
	for _, c := range []struct {
		name string
		path []envelope.Step
		leaf envelope.Datum
		want string // the message, and why the reader fails
	}{
		{"the root", nil, nil, `{"to":"","lines":[],"tags":{}} | `},
		{"a branch", []envelope.Step{f(0), branch(0)}, nil, `{"to":null,"lines":[],"tags":{}} | to: null cannot be read as string`},
		{"an item", []envelope.Step{f(1), items, f(0)}, nil, `{"to":"","lines":[{"price":0,"kind":null}],"tags":{}} | lines[0].price: long cannot be read as int`},
		{"a symbol", []envelope.Step{f(2), values}, envelope.Enum("RED"), `{"to":"","lines":[],"tags":{"key":"RED"}} | tags["key"]: the reader's Colour has no symbol RED and no default`},
		{"a symbol that is read", []envelope.Step{f(2), values}, nil, `{"to":"","lines":[],"tags":{"key":"BLUE"}} | `},
		{"inside", []envelope.Step{f(1), items, f(1), branch(1)}, envelope.Enum("RED"),
			`{"to":"","lines":[{"price":0,"kind":"RED"}],"tags":{}} | lines[0].price: long cannot be read as int; lines[0].kind: the reader's Colour has no symbol RED and no default`},
		{"nowhere", []envelope.Step{f(3)}, nil, `no such step into Order`},
		{"into the wrong kind", []envelope.Step{f(1), values}, nil, `no such step into array`},
		{"a leaf that does not fit", []envelope.Step{f(2), values}, envelope.Int(1), `avro.Int is no value of Colour`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, r := parse(t, writer), parse(t, reader)
			d, err := envelope.NewBuilderFor(r, w, avro.Practice).Reaching(c.path, c.leaf)
			got := fmt.Sprint(err)
			if err == nil {
				data, err := envelope.Encode(w, d)
				if err != nil {
					t.Fatal(err)
				}
				var why []string
				for _, e := range envelope.Failures(r, w, data, envelope.Options{}) {
					why = append(why, e.Error())
				}
				got = envelope.JSON(w, d) + " | " + strings.Join(why, "; ")
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if d, err := envelope.Reaching(parse(t, writer), []envelope.Step{f(0), branch(1)}, envelope.String("x")); err != nil || envelope.JSON(parse(t, writer), d) != `{"to":"x","lines":[],"tags":{}}` {
		t.Errorf("without a reader: %#v, %v", d, err)
	}
}

// TestLargeSchemas builds where doing each thing once for each place would not end.
func TestLargeSchemas(t *testing.T) {
	t.Parallel()
	fields := make([]string, 5_000)
	for i := range fields {
		fields[i] = field(fmt.Sprintf("f%d", i), `["null",`+record(fmt.Sprintf("R%d", i), field("up", `["null","Wide"]`), field("same", fmt.Sprintf(`["null","R%d"]`, max(i-1, 0))))+`]`)
	}
	use := parse(t, record("Wide", fields...))
	b := envelope.NewBuilderFor(use, use, avro.Practice)
	path := []envelope.Step{{Kind: envelope.IntoField, Index: 2500}, {Kind: envelope.IntoBranch, Index: 1}, {Kind: envelope.IntoField}, {Kind: envelope.IntoBranch, Index: 1}}
	d, err := b.Reaching(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := envelope.Encode(use, d)
	if err != nil {
		t.Fatal(err)
	}
	if failures := envelope.Failures(use, use, data, envelope.Options{}); len(data) != 10_002 || len(failures) > 0 {
		t.Errorf("%d bytes, %v", len(data), failures)
	}
}
