package avro

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
)

func TestApply(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		edits      []compat.Edit
		want       string
	}{
		{"add a member", `{"a": 1}`, []compat.Edit{add("/b", "2")}, `{"a": 1, "b": 2}`},
		{"add to nothing", `{}`, []compat.Edit{add("/b", "[]")}, `{"b": []}`},
		{"add a member that is there", `{"a":1}`, []compat.Edit{add("/a", "2")}, `{"a":2}`},
		{"laid out as its neighbours", "{\n  \"a\": 1,\n  \"b\": 2\n}", []compat.Edit{add("/c", "3")}, "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}"},
		{"add before an item", `[1,2]`, []compat.Edit{add("/1", "9")}, `[1,9,2]`},
		{"add behind the last", `[1,2]`, []compat.Edit{add("/-", "9"), add("/3", "8")}, `[1,2,9,8]`},
		{"replace a string with escapes", `{"a":"x\"\\","b":"y"}`, []compat.Edit{replace("/a", "null")}, `{"a":null,"b":"y"}`},
		{"replace everything", ` "int" `, []compat.Edit{replace("", `"long"`)}, ` "long" `},
		{"remove the first", `{"a":1,"b":2}`, []compat.Edit{remove("/a")}, `{"b":2}`},
		{"remove the last", `[1,2]`, []compat.Edit{remove("/1")}, `[1]`},
		{"remove the only one", `{"a":{"b":true}}`, []compat.Edit{remove("/a/b")}, `{"a":{}}`},
		{"comments stay", "{/* \"a\":0 */\"a\":1 // one\n}", []compat.Edit{replace("/a", "2")}, "{/* \"a\":0 */\"a\":2 // one\n}"},
		{"escaped tokens", `{"a/b":{"c~":1}}`, []compat.Edit{replace("/a~1b/c~0", "2")}, `{"a/b":{"c~":2}}`},
		{"no such place", `{"a":1}`, []compat.Edit{remove("/b")}, ``},
		{"into a number", `{"a":1}`, []compat.Edit{add("/a/b", "1")}, ``},
		{"no text", `{`, []compat.Edit{remove("/b")}, ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := apply(tt.text, tt.edits)
			if diff := cmp.Diff(tt.want, got); diff != "" || (err != nil) != (tt.want == "") {
				t.Errorf("%s: %v (-want +got):\n%s", tt.text, err, diff)
			}
		})
	}
}

// FuzzDocument holds that every value of a text is found again by its place, and that removing it leaves a text.
func FuzzDocument(f *testing.F) {
	f.Add(`{"type":"record","name":"R","fields":[{"name":"a","type":["null","int"],"default":null}]}`)
	f.Add(" [ 1e3 , \"\\\"\", {\"\":true} ] // end")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := read(text)
		if err != nil || !json.Valid([]byte(withoutComments(text))) {
			return
		}
		var walk func(v *value)
		walk = func(v *value) {
			pointer, ok := d.pointerTo(v.start)
			if !ok {
				t.Fatalf("%q: no pointer to %d", text, v.start)
			}
			for _, inner := range v.values {
				walk(inner)
			}
			if again, err := apply(text, []compat.Edit{remove(pointer)}); err == nil && !json.Valid([]byte(withoutComments(again))) {
				t.Fatalf("%q without %s is %q", text, pointer, again)
			}
		}
		walk(d.root)
	})
}
