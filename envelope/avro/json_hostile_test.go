package avro_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
)

// alike are records that nothing tells apart but what is deep inside: a tree of them can be read in as many ways as there are
// ways to choose at every node.
func alike(records int) string {
	var branches []string
	for i := range records {
		branches = append(branches, fmt.Sprintf(`{"type":"record","name":"R%d","fields":[{"name":"l","type":"T"},{"name":"r","type":"T"}]}`, i))
	}
	return `{"type":"record","name":"T","fields":[{"name":"v","type":["null","int",` + strings.Join(branches, ",") + `]}]}`
}

// arrays returns a union of records that have nothing but an array.
func arrays(records int) string {
	var branches []string
	for i := range records {
		branches = append(branches, record(fmt.Sprint("R", i), field("a", ints)))
	}
	return "[" + strings.Join(branches, ",") + "]"
}

// TestHostileJSON wants texts that can be read in very many ways to be read, or refused, in time for the test to end.
func TestHostileJSON(t *testing.T) {
	t.Parallel()
	deep := func(open, inside, shut string, n int) string {
		return strings.Repeat(open, n) + inside + strings.Repeat(shut, n)
	}
	wide := strings.Repeat(`{"v":{"l":{"v":1},"r":{"v":{"l":{"v":2},"r":{"v":"x"}}}}},`, 20_000)
	for _, c := range []reading{
		{"tree of one path", alike(8), deep(`{"v":{"r":{"v":null},"l":`, `{"v":1}`, `}}`, 40), "JSON_NO_BRANCH v"},
		{"tree of one path that ends badly", alike(8), deep(`{"v":{"r":{"v":null},"l":`, `{"v":"x"}`, `}}`, 40), "JSON_NO_BRANCH v"},
		{"many trees", `{"type":"array","items":` + alike(8) + `}`, "[" + wide + `{"v":null}]`, "JSON_NO_BRANCH [0].v"},
		{"tags in tags", alike(2), `{"v":` + deep(`{"R1":`, `1`, `}`, 1500) + `}`, "JSON_MISSING_FIELD v.l"},
		{"too deep", alike(2), deep(`{"v":{"R1":{"r":{"v":null},"l":`, `{"v":1}`, `}}}`, 60), "JSON_DEPTH v.l.v"},
		{"too deep for any", `{"type":"map","values":"int"}`, deep(`{"a":`, `1`, `}`, 100_000), "JSON_TYPE"},
		{"too many ways", arrays(300), `{"a":[` + strings.Repeat("1,", 20_000) + `1]}`, "JSON_TOO_COMPLEX"},
		{"a name is one way", arrays(300), `{"R7":{"a":[` + strings.Repeat("1,", 20_000) + `"x"]}}`, "JSON_TYPE a[20000]"},
		{"defaults larger than any message", `{"type":"array","items":` + record("R", field("a", `"string"`, `"default":"`+strings.Repeat("a", 1<<16)+`"`)) + `}`,
			"[" + strings.Repeat("{},", 2000) + "{}]", "MESSAGE_TOO_LARGE [1023].a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := read(t, c.schema, c.text, envelope.JSONOptions{ApplyDefaults: true, DropUnknown: true, MaxFindings: 1})
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got %.200s, want %s", got, c.want)
			}
		})
	}
}

// TestAppendJSONOfLookAlikes writes a tree of records alike, in which every union has to be read back to know that its branch
// must be named.
func TestAppendJSONOfLookAlikes(t *testing.T) {
	t.Parallel()
	writer := parse(t, alike(8))
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	leaf := envelope.Record{envelope.Union{Branch: 1, Value: envelope.Int(1)}}
	var d envelope.Datum = leaf
	for i := range 45 {
		d = envelope.Record{envelope.Union{Branch: 2 + i%8, Value: envelope.Record{d, leaf}}}
	}
	body := bytesOf(envelope.Encode(writer, d))
	text, ok := program.AppendJSON(nil, body, envelope.JSONOptions{})
	if !ok || bytes.Count(text, []byte(`{"R`)) != 45 {
		t.Fatalf("written %v: %s", ok, text)
	}
	if got, _, findings := program.AppendBinary(nil, text, envelope.JSONOptions{}); !bytes.Equal(got, body) {
		t.Errorf("read back as %x, want %x: %+v", got, body, findings)
	}
}

// TestAppendJSONIsBounded writes a message of few bytes whose text would have a gigabyte.
func TestAppendJSONIsBounded(t *testing.T) {
	t.Parallel()
	writer := parse(t, `{"type":"array","items":`+record("R", field(strings.Repeat("n", 1000), `"null"`))+`}`)
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	body := append(binary.AppendVarint(nil, 1_000_000), 0)
	if out, ok := program.AppendJSON([]byte("-"), body, envelope.JSONOptions{}); !program.Clean(body) || ok || string(out) != "-" {
		t.Errorf("%d bytes are written as %d", len(body), len(out))
	}
}

// TestAppendJSONOfKeysTwice writes of many entries with one key the last.
func TestAppendJSONOfKeysTwice(t *testing.T) {
	t.Parallel()
	program := envelope.CompileWithin(parse(t, mapOfInt), envelope.ProgramLimits)
	d := envelope.Map{}
	want := []string{}
	for i := range 50 {
		d = append(d, envelope.Entry{Key: fmt.Sprint("k", i%30), Value: envelope.Int(i)})
		if i >= 20 {
			want = append(want, fmt.Sprintf(`"k%d":%d`, i%30, i))
		}
	}
	body := bytesOf(envelope.Encode(parse(t, mapOfInt), d))
	got, ok := program.AppendJSON(nil, body, envelope.JSONOptions{})
	if diff := cmp.Diff("{"+strings.Join(want, ",")+"}", string(got)); !ok || diff != "" {
		t.Errorf("written %v (-want +got):\n%s", ok, diff)
	}
}
