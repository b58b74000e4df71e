package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

func TestDecodeRegister(t *testing.T) {
	t.Parallel()
	unset := func(c registry.RegisterCommand) registry.RegisterCommand {
		if c.ID == 0 {
			c.ID = registry.UnsetID
		}
		return c
	}
	tests := []struct {
		name, body string
		want       registry.RegisterCommand
	}{
		{"empty object", `{}`, registry.RegisterCommand{}},
		{"schema alone", ` { "schema" : "\"int\"" } `, registry.RegisterCommand{Submission: registry.Submission{Text: `"int"`}}},
		{"every escape", `{"schema":"\"\\\/\b\f\n\r\té😀"}`,
			registry.RegisterCommand{Submission: registry.Submission{Text: "\"\\/\b\f\n\r\té😀"}}},
		{"names are exact", `{"Schema":"a","SCHEMATYPE":"b"}`, registry.RegisterCommand{}},
		{"names may be escaped", `{"sch\u0065ma":"a"}`, registry.RegisterCommand{Submission: registry.Submission{Text: "a"}}},
		{"unknown members", `{"future":{"a":[1,-2.5e+3,true,false,null,"x",{}]},"schema":"a","more":[]}`,
			registry.RegisterCommand{Submission: registry.Submission{Text: "a"}}},
		{"nulls", `{"schema":null,"schemaType":null,"references":null,"metadata":null,"ruleSet":null,"version":null,"id":null}`,
			registry.RegisterCommand{}},
		{"quoted scalars", `{"version":"-1","id":"7","propagateSchemaTags":"true"}`,
			registry.RegisterCommand{Version: -1, ID: 7, PropagateTags: true}},
		{"references", `{"references":[{"name":"a.B","subject":"s","version":2},{"name":"c"}]}`,
			registry.RegisterCommand{Submission: registry.Submission{
				References: []schema.Reference{{Name: "a.B", Subject: "s", Version: 2}, {Name: "c"}}}}},
		{"metadata", `{"metadata":{"tags":{"**.ssn":["PII","A","PII"]},"properties":{"owner":"x"},"sensitive":["owner"]}}`,
			registry.RegisterCommand{Submission: registry.Submission{Metadata: &schema.Metadata{
				Tags:       map[string][]string{"**.ssn": {"A", "PII"}},
				Properties: map[string]string{"owner": "x"},
				Sensitive:  []string{"owner"},
			}}}},
		{"rules", `{"ruleSet":{"domainRules":[{"name":"r","kind":"CONDITION","mode":"WRITE","type":"CEL","tags":["b","a"],
			"params":{"k":"v"},"expr":"true","onSuccess":"NONE","onFailure":"DLQ","disabled":true,"doc":"d"}],"enableAt":"x"}}`,
			registry.RegisterCommand{Submission: registry.Submission{RuleSet: &schema.RuleSet{
				DomainRules: []schema.Rule{{Name: "r", Kind: "CONDITION", Mode: "WRITE", Type: "CEL", Tags: []string{"a", "b"},
					Params: map[string]string{"k": "v"}, Expr: "true", OnSuccess: "NONE", OnFailure: "DLQ", Disabled: true, Doc: "d"}},
				EnableAt: "x",
			}}}},
		{"tags", `{"schemaTagsToAdd":[{"schemaEntity":{"entityPath":"a.B.c","entityType":"sr_field"},"tags":["PII"]}]}`,
			registry.RegisterCommand{TagsToAdd: []schema.EntityTags{
				{Entity: schema.Entity{Path: "a.B.c", Type: schema.EntityField}, Tags: []string{"PII"}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := decode([]byte(tt.body), (*decoder).register)
			if err != nil {
				t.Fatalf("decode(%s): %v", tt.body, err)
			}
			if diff := cmp.Diff(unset(tt.want), got); diff != "" {
				t.Errorf("decode(%s) (-want +got):\n%s", tt.body, diff)
			}
		})
	}
}

func TestDecodeConfig(t *testing.T) {
	t.Parallel()
	got, err := decode([]byte(`{"normalize":true,"compatibilityGroup":null,"alias":"x"}`), (*decoder).config)
	if err != nil {
		t.Fatal(err)
	}
	yes, alias := true, "x"
	want := registry.ConfigUpdate{
		Normalize: registry.Patch[bool]{Set: true, Value: &yes},
		Group:     registry.Patch[string]{Set: true},
		Alias:     registry.Patch[string]{Set: true, Value: &alias},
	}
	if diff := cmp.Diff(want, got.ConfigUpdate); diff != "" {
		t.Errorf("an absent member is not set, null clears (-want +got):\n%s", diff)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		message    string
	}{
		{"nothing", ``, 422, "The request body is missing"},
		{"white space", " \n", 422, "The request body is missing"},
		{"null", `null`, 422, "The request body is missing"},
		{"not UTF-8", "{\"schema\":\"\xff\"}", 400, "The request body is not UTF-8"},
		{"not JSON", `not json`, 400, "line 1, column 1: expected a value, found 'n'"},
		{"cut off in a string", `{"schema":"x`, 400, "column 13: expected the end of the string, found the end of the text"},
		{"cut off behind a colon", "{\n\"schema\": ", 400, "line 2, column 11: expected a value, found the end of the text"},
		{"cut off behind a member", `{"schema":"x"`, 400, "column 14: expected ',', found the end of the text"},
		{"trailing comma", `{"schema":"x",}`, 400, "column 15: expected a member name, found '}'"},
		{"trailing garbage", `{} {}`, 400, "column 4: expected the end of the text, found '{'"},
		{"bare control character", "{\"schema\":\"a\nb\"}", 400, `column 13: expected the end of the string, found '\n'`},
		{"unknown escape", `{"schema":"\x"}`, 400, "expected an escape, found 'x'"},
		{"half a surrogate pair", `{"schema":"\ud83d"}`, 400, "expected the second half of a surrogate pair"},
		{"leading zero", `{"a":01}`, 400, "column 7: expected ',', found '1'"},
		{"no digits", `{"a":-}`, 400, "expected a digit, found '}'"},
		{"name stands twice", `{"schema":"a","schema":"b"}`, 400, `The member "schema" stands twice`},
		{"name stands twice in disguise", `{"schema":"a","sch\u0065ma":"b"}`, 400, `The member "schema" stands twice`},
		{"name stands twice deep down", `{"x":[{"y":{"z":1,"z":1}}]}`, 400, `The member "z" stands twice`},
		{"name stands twice among many", `{` + members(40) + `,"m3":0}`, 400, `The member "m3" stands twice`},
		{"array", `[]`, 400, "The request body must be an object, not an array"},
		{"string", `"x"`, 400, "The request body must be an object, not a string"},
		{"schema is an array", `{"schema":["a"]}`, 400, "schema must be a string, not an array"},
		{"schema is a number", `{"schema":5}`, 400, "schema must be a string, not a number"},
		{"references is a string", `{"references":"x"}`, 400, "references must be an array, not a string"},
		{"version is text", `{"references":[{},{"version":"zzz"}]}`, 400, `references[1].version must be an integer of 32 bits, not "zzz"`},
		{"version is a fraction", `{"version":1.5}`, 400, `version must be an integer of 32 bits, not "1.5"`},
		{"version is too large", `{"version":2147483648}`, 400, "version must be an integer of 32 bits"},
		{"property is an object", `{"metadata":{"properties":{"k":{}}}}`, 400, "metadata.properties.k must be a string, not an object"},
		{"too deep", strings.Repeat(`{"a":`, 2000), 400, "nests deeper than 1000 levels"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode([]byte(tt.body), (*decoder).register)
			var got *refusal
			if !errors.As(err, &got) {
				t.Fatalf("decode(%.80s) = %v, want a refusal", tt.body, err)
			}
			if got.status != tt.status || !strings.Contains(got.message, tt.message) {
				t.Errorf("decode(%.80s) = %d %s, want %d …%s", tt.body, got.status, got.message, tt.status, tt.message)
			}
		})
	}
}

// members returns n members of an object with distinct names.
func members(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = `"m` + strings.Repeat("x", i) + `":0`
	}
	list[3] = `"m3":0`
	return strings.Join(list, ",")
}

// What encoding/json takes for JSON, skip takes too, and the other way round, but for what is refused on purpose.
func TestDecodeAgreesOnSyntax(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`{}[]",:\u0041dtruefalsn-+.eE12 `))).Draw(t, "text")
		agree(t, text)
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"schema":"\"int\""}`, `[1,2.5e3,{"a":null}]`, `{"a":"\ud83d\ude00"}`, `{"a":1,"a":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { agree(t, text) })
}

func agree(t interface{ Errorf(string, ...any) }, text string) {
	_, err := decode([]byte(text), func(d *decoder) bool { d.skip(); return true })
	var refused *refusal
	errors.As(err, &refused)
	switch valid := json.Valid([]byte(text)); {
	case err == nil && !valid:
		t.Errorf("decode takes %q for JSON", text)
	case err != nil && valid && refused.status == http.StatusBadRequest && strings.Contains(refused.message, "is not JSON") &&
		!strings.Contains(refused.message, "surrogate"):
		t.Errorf("decode refuses %q: %v", text, err)
	}
}

func BenchmarkDecodeRegister(b *testing.B) {
	var fields []string
	for range 36 {
		fields = append(fields, `{"name":"field","type":["null","string"],"default":null}`)
	}
	text := `{"type":"record","name":"R","fields":[` + strings.Join(fields, ",") + `]}`
	body, _ := json.Marshal(map[string]any{"schema": text, "schemaType": "AVRO", "references": []any{}})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(body, (*decoder).register); err != nil {
			b.Fatal(err)
		}
	}
}
