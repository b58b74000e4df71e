package avro

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
)

// record returns the text of a record called name; fields are written as "name type", type being JSON.
func record(name string, fields ...string) string {
	list := make([]string, len(fields))
	for i, f := range fields {
		n, typ, _ := strings.Cut(f, " ")
		list[i] = `{"name":"` + n + `","type":` + typ + `}`
	}
	return `{"type":"record","name":"` + name + `","fields":[` + strings.Join(list, ",") + `]}`
}

// TestTexts holds the sentences that clients match on, one for each kind and place.
func TestTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		reader, writer string
		direction      compat.Direction
		want           []string
	}{
		{"name", `{"type":"fixed","name":"a.F","size":2}`, `{"type":"fixed","name":"b.G","size":2}`, compat.NewReadsOld,
			[]string{`{errorType:'NAME_MISMATCH', description:'The name of the schema has changed (path '/name')', additionalInfo:'expected: b.G'}`}},
		{"size, the old reader", `{"type":"fixed","name":"F","size":2}`, `{"type":"fixed","name":"F","size":3}`, compat.OldReadsNew,
			[]string{`{errorType:'FIXED_SIZE_MISMATCH', description:'The size of FIXED type field at path '/size' in the old schema does not match with the new schema', additionalInfo:'expected: 3, found: 2'}`}},
		{"symbols are sorted", `{"type":"enum","name":"E","symbols":["A"]}`, `{"type":"enum","name":"E","symbols":["Z","A","B"]}`, compat.NewReadsOld,
			[]string{`{errorType:'MISSING_ENUM_SYMBOLS', description:'The new schema is missing enum symbols '[B, Z]' at path '/symbols' in the old schema', additionalInfo:'[B, Z]'}`}},
		{"a default that is no symbol", `{"type":"enum","name":"E","symbols":["A"],"default":"A"}`, `{"type":"enum","name":"E","symbols":["B"]}`, compat.NewReadsOld, nil},
		{"no default", record("R", `x "int"`, `y "int"`), record("R", `x "int"`), compat.NewReadsOld,
			[]string{`{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'y' at path '/fields/1' in the new schema has no default value and is missing in the old schema', additionalInfo:'y'}`}},
		{"type", record("R", `x {"type":"map","values":"int"}`), record("R", `x {"type":"map","values":"boolean"}`), compat.NewReadsOld,
			[]string{`{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type/values') of a field in the new schema does not match with the old schema', additionalInfo:'reader type: INT not compatible with writer type: BOOLEAN'}`}},
		{"union from plain", record("R", `x ["null","string"]`), record("R", `x "boolean"`), compat.OldReadsNew,
			[]string{`{errorType:'MISSING_UNION_BRANCH', description:'The old schema is missing a type inside a union field at path '/fields/0/type' in the new schema', additionalInfo:'reader union lacking writer type: BOOLEAN'}`}},
		{"union from union", record("R", `x ["null","string"]`), record("R", `x ["null","boolean"]`), compat.NewReadsOld,
			[]string{`{errorType:'MISSING_UNION_BRANCH', description:'The new schema is missing a type inside a union field at path '/fields/0/type/1' in the old schema', additionalInfo:'reader union lacking writer type: BOOLEAN'}`}},
		{"enum default, but none of the field", record("R", `x {"type":"enum","name":"E","symbols":["A"],"default":"A"}`), record("R"), compat.NewReadsOld,
			[]string{`{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does not match with the old schema', additionalInfo:'reader type: ENUM not compatible with writer type: RECORD'}`}},
		{"an alias that is the field's own name", `{"type":"record","name":"R","fields":[{"name":"x","type":"int","aliases":["x"]}]}`, record("R", `x "int"`), compat.NewReadsOld,
			[]string{`Unexpected exception during compatibility check: Reader record field x type:INT pos:0 matches multiple fields in writer record schema {"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Check(parse(t, tt.reader), parse(t, tt.writer), tt.direction)
			if diff := cmp.Diff(tt.want, got.DropIn); diff != "" {
				t.Errorf("reader %s, writer %s (-want +got):\n%s", tt.reader, tt.writer, diff)
			}
		})
	}
}

func TestPromotions(t *testing.T) {
	t.Parallel()
	kinds := []string{"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
	reads := map[string]string{"int": "int long float double", "long": "long float double", "float": "float double",
		"bytes": "bytes string", "string": "string bytes"}
	for _, writer := range kinds {
		for _, reader := range kinds {
			want := reader == writer || strings.Contains(" "+reads[writer]+" ", " "+reader+" ")
			c := Check(parse(t, `"`+reader+`"`), parse(t, `"`+writer+`"`), compat.NewReadsOld)
			if got := len(c.DropIn) == 0; got != want {
				t.Errorf("reader %s reads writer %s: %t, want %t", reader, writer, got, want)
			}
		}
	}
}

// TestConcurrentChecks has many goroutines check shared recursive schemas, which must agree with one alone.
func TestConcurrentChecks(t *testing.T) {
	t.Parallel()
	a := parse(t, mutual(8, `"int"`))
	b := parse(t, mutual(8, `"string"`))
	want := Check(a, b, compat.NewReadsOld)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if diff := cmp.Diff(want, Check(a, b, compat.NewReadsOld)); diff != "" {
					t.Errorf("concurrent check (-alone +concurrent):\n%s", diff)
					return
				}
			}
		})
	}
	wg.Wait()
}

// refuses reports whether a finding is an error.
func refuses(c compat.Comparison) bool {
	for _, f := range c.Findings {
		if f.Severity == compat.Error {
			return true
		}
	}
	return false
}
