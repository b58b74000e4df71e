package avro

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/compat/internal/corpus"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// TestFixes applies every fix of the corpus by itself and checks what it gives, at every level.
func TestFixes(t *testing.T) {
	t.Parallel()
	mended, errors := 0, 0
	for _, c := range corpus.Cases(t, "testdata", parse) {
		for _, level := range []compat.Level{compat.Backward, compat.Forward, compat.Full} {
			x := &compat.Explanation{Explainer: Explainer, Text: c.Text, Parse: again(t, c.Refs)}
			olds := compat.Versions(compat.Old{Version: 1, Schema: c.Old})
			report, err := compat.Check(Check, c.New, olds, compat.Options{Level: level, Explain: x})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				if f.Severity == compat.Error {
					errors++
					mended += min(1, len(f.Fixes))
				}
				for _, fix := range f.Fixes {
					text, err := apply(c.Text, fix.Patch)
					if err != nil {
						t.Fatal(err)
					}
					edited, err := x.Parse(text)
					if err != nil {
						t.Fatalf("%s: %s gives %s: %v", c.Name, fix.Title, text, err)
					}
					report, err := compat.Check(Check, edited, olds, compat.Options{Level: level})
					if err != nil || !report.Compatible || fix.Verdict != compat.Compatible || fix.Title == "" {
						t.Errorf("%s at %s: %q gives %s: %v %v", c.Name, level, fix.Title, text, report.Messages, err)
					}
				}
			}
		}
	}
	if mended*100 < errors*85 {
		t.Errorf("%d of %d errors have a fix", mended, errors)
	}
}

// again reads edited texts as the new schema was, as strictly as at a registration.
func again(t testing.TB, refs []schema.Dependency) func(string) (schema.Schema, error) {
	src := schema.Source{Dependencies: refs}
	for _, d := range refs {
		src.References = append(src.References, d.Reference)
	}
	return func(text string) (schema.Schema, error) {
		src := src
		src.Text = text
		return avro.Parse(t.Context(), src, schema.Options{New: true})
	}
}

// TestFixesByCode holds what is offered, and the text that it makes.
func TestFixesByCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, old, latest string
		level             compat.Level
		want              []string // a title and a text, in turn
	}{
		{"a field without default", record("R"), record("R", `a "int"`), compat.Backward, []string{
			"give `a` the default 0", `{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":0}]}`,
			"make `a` nullable, with null as its default", `{"type":"record","name":"R","fields":[{"name":"a","type":["null", "int"],"default":null}]}`,
		}},
		{"a renamed field", record("R", `a "int"`), record("R", `b "int"`), compat.Backward, []string{
			"give `b` the default 0", `{"type":"record","name":"R","fields":[{"name":"b","type":"int","default":0}]}`,
			"make `b` nullable, with null as its default", `{"type":"record","name":"R","fields":[{"name":"b","type":["null", "int"],"default":null}]}`,
			"read `a` as `b`, by an alias", `{"type":"record","name":"R","fields":[{"name":"b","type":"int","aliases":["a"]}]}`,
		}},
		{"a field removed", record("R", `a "int"`), record("R"), compat.Forward, []string{
			"keep `a`, with a default so that it may go later", `{"type":"record","name":"R","fields":[{"name": "a", "type": "int", "default": 0}]}`,
		}},
		{"a symbol gone", `{"type":"enum","name":"E","symbols":["A","B"]}`, `{"type":"enum","name":"E","symbols":["A"]}`, compat.Backward, []string{
			`put B back`, `{"type":"enum","name":"E","symbols":["A", "B"]}`,
			"read unknown symbols as `A`, by a default of the enum", `{"type":"enum","name":"E","symbols":["A"],"default":"A"}`,
		}},
		{"a symbol new", `{"type":"enum","name":"E","symbols":["A"]}`, `{"type":"enum","name":"E","symbols":["A","B"]}`, compat.Full, []string{
			`leave out B until all readers know them`, `{"type":"enum","name":"E","symbols":["A"]}`,
		}},
		{"another type", record("R", `a "int"`), record("R", `a "string"`), compat.Backward, []string{
			`keep the type int`, `{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}`,
			`read both string and int, as a union`, `{"type":"record","name":"R","fields":[{"name":"a","type":["string", "int"]}]}`,
		}},
		{"another type, both ways", record("R", `a "int"`), record("R", `a "string"`), compat.Full, []string{
			`keep the type int`, `{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}`,
			`keep the type int`, `{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}`,
		}},
		{"another name", record("R"), record("S"), compat.Backward, []string{
			"give `S` the alias `R`", `{"type":"record","name":"S","fields":[],"aliases":["R"]}`,
			"keep the name `R`", `{"type":"record","name":"R","fields":[]}`,
		}},
		{"another size", `{"type":"fixed","name":"F","size":2}`, `{"type":"fixed","name":"F","size":3}`, compat.Full, []string{
			`keep the size of 2 bytes`, `{"type":"fixed","name":"F","size":2}`,
			`keep the size of 2 bytes`, `{"type":"fixed","name":"F","size":2}`,
		}},
		{"a branch gone", record("R", `a ["int","string"]`), record("R", `a ["int"]`), compat.Backward, []string{
			`add string to the union`, `{"type":"record","name":"R","fields":[{"name":"a","type":["int", "string"]}]}`,
		}},
		{"a branch new", record("R", `a ["int"]`), record("R", `a ["int","string"]`), compat.Forward, []string{
			`leave string out of the union`, `{"type":"record","name":"R","fields":[{"name":"a","type":["int"]}]}`,
		}},
		{"a type with its default", withDefault(`"int"`, "1"), withDefault(`"string"`, `"x"`), compat.Full, []string{
			"keep the type int; keep the default 1 of `a`", withDefault(`"int"`, "1"),
			"keep the type int; keep the default 1 of `a`", withDefault(`"int"`, "1"),
		}},
		{"a type whose default is new", record("R", `a "int"`), withDefault(`"string"`, `"x"`), compat.Full, []string{
			"keep the type int; leave out the default of `a`", record("R", `a "int"`),
			"keep the type int; leave out the default of `a`", record("R", `a "int"`),
		}},
		{"a symbol that is the default", withDefault(`{"type":"enum","name":"E","symbols":["A"]}`, `"A"`),
			withDefault(`{"type":"enum","name":"E","symbols":["A","B"]}`, `"B"`), compat.Full, []string{
				"leave out B until all readers know them; keep the default \"A\" of `a`", withDefault(`{"type":"enum","name":"E","symbols":["A"]}`, `"A"`),
			}},
		{"a branch that the default is of", withDefault(`["null","int"]`, "null"), withDefault(`["string","null","int"]`, `"x"`), compat.Full, []string{
			"leave string out of the union; keep the default null of `a`", withDefault(`["null","int"]`, "null"),
		}},
		{"a type in a record that has a default", withDefault(record("S", `b "int"`), `{"b":1}`), withDefault(record("S", `b "string"`), `{"b":"x"}`), compat.Full, []string{
			"keep the type int; keep the default {\"b\":1} of `a`", withDefault(record("S", `b "int"`), `{"b":1}`),
			"keep the type int; keep the default {\"b\":1} of `a`", withDefault(record("S", `b "int"`), `{"b":1}`),
		}},
		{"a size that the default has", withDefault(`{"type":"fixed","name":"F","size":2}`, `"ab"`), withDefault(`{"type":"fixed","name":"F","size":3}`, `"abc"`), compat.Forward, []string{
			"keep the size of 2 bytes; keep the default \"ab\" of `a`", withDefault(`{"type":"fixed","name":"F","size":2}`, `"ab"`),
		}},
		{"a scale", decimal(9, 2), decimal(9, 4), compat.Full, []string{
			"keep the scale 2", decimal(9, 2), "keep the scale 2", decimal(9, 2),
		}},
		{"two things", record("R", `a "int"`), record("R", `a "string"`, `b "int"`), compat.Full, []string{
			"keep the type int; give `b` the default 0", `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}`,
			"keep the type int; give `b` the default 0", `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}`,
			"give `b` the default 0; keep the type int", `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}`,
			"make `b` nullable, with null as its default; keep the type int", `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":["null", "int"],"default":null}]}`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := offered(t, Check, Explainer, tt.latest, tt.level, tt.old)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.latest, diff)
			}
		})
	}
}

// withDefault is a record of one field, which has a default.
func withDefault(typ, value string) string {
	return `{"type":"record","name":"R","fields":[{"name":"a","type":` + typ + `,"default":` + value + `}]}`
}

// decimal is a decimal of bytes.
func decimal(precision, scale int) string {
	return fmt.Sprintf(`{"type":"bytes","logicalType":"decimal","precision":%d,"scale":%d}`, precision, scale)
}

// offered returns the titles of the fixes of a change and the texts that they make, in turn. The newest old text comes first.
func offered(t *testing.T, check compat.Checker, explainer compat.Explainer, latest string, level compat.Level, olds ...string) []string {
	t.Helper()
	x := &compat.Explanation{Explainer: explainer, Text: latest, Parse: again(t, nil)}
	var versions []compat.Old
	for i, old := range olds {
		versions = append(versions, compat.Old{Version: len(olds) - i, Schema: parse(t, old)})
	}
	report, err := compat.Check(check, parse(t, latest), compat.Versions(versions...), compat.Options{Level: level, Explain: x})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, f := range report.Findings {
		for _, fix := range f.Fixes {
			text, err := apply(latest, fix.Patch)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fix.Title, text)
		}
	}
	return got
}

// TestFixesByOrder moves the branch that fits best before one that matches too, where readers follow the specification.
func TestFixesByOrder(t *testing.T) {
	t.Parallel()
	const a = `{"type":"record","name":"a.Person","fields":[{"name":"id","type":"int"}]}`
	const b = `{"type":"record","name":"b.Person","fields":[{"name":"key","type":"string"}]}`
	tests := []struct {
		name, old, latest string
		want              string // the text; empty if none is offered
	}{
		{"in a union", a, `["null",` + b + `,` + a + `]`, `["null",` + a + `,` + b + `]`},
		{"in a field", record("R", "p "+a), record("R", "p ["+b+","+a+"]"), record("R", "p ["+a+", "+b+"]")},
		{"in order, but unreadable", a, `[` + strings.Replace(a, "int", "string", 1) + `,` + b + `]`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			made := offered(t, CheckBySpecification, ExplainerBySpecification, tt.latest, compat.Backward, tt.old)
			if i := slices.Index(made, "put a.Person before b.Person in the union"); i >= 0 {
				got = made[i+1]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\nof %q", tt.latest, diff, made)
			}
		})
	}
}

// TestFixesForAllVersions mends what versions show in several ways.
func TestFixesForAllVersions(t *testing.T) {
	t.Parallel()
	enum := func(symbols string) string { return `{"type":"enum","name":"E","symbols":[` + symbols + `]}` }
	want := []string{
		"put B back; put C back", enum(`"A", "B", "C"`),
		"read unknown symbols as `A`, by a default of the enum", `{"type":"enum","name":"E","symbols":["A"],"default":"A"}`,
	}
	got := offered(t, Check, Explainer, enum(`"A"`), compat.BackwardTransitive, enum(`"A","B"`), enum(`"A"`), enum(`"A","C"`))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
