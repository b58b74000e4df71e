package avro

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

func TestPromotions(t *testing.T) {
	t.Parallel()
	want := map[Kind][]Kind{
		Int: {Long, Float, Double}, Long: {Float, Double}, Float: {Double}, Bytes: {String}, String: {Bytes},
	}
	got := map[Kind][]Kind{}
	for writer := Null; writer <= Fixed; writer++ {
		for reader := Null; reader <= Fixed; reader++ {
			if Promotes(reader, writer) {
				got[writer] = append(got[writer], reader)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("promotions by writer (-want +got):\n%s", diff)
	}
}

func TestBranch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, union, writer     string
		practice, specification int
	}{
		{"nothing reads it", `["null","int"]`, `"string"`, -1, -1},
		{"no branch at all", `[]`, `"string"`, -1, -1},
		{"the same type after one that it is promoted to", `["null","double","long"]`, `"long"`, 2, 1},
		{"the first promotion", `["null","double","float"]`, `"int"`, 1, 1},
		{"the full name after an unqualified one", `[` + fixed("a.F", 4) + `,` + fixed("b.F", 4) + `]`, fixed("b.F", 4), 1, 0},
		{"a fixed of another size matches nothing", `[` + fixed("a.F", 4) + `,` + fixed("b.F", 8) + `]`, fixed("c.F", 8), 0, 1},
		{"an alias", `["null",{"type":"fixed","name":"G","size":4,"aliases":["F"]}]`, fixed("F", 4), 1, 1},
		{"an alias after an unqualified name", `[` + fixed("a.F", 4) + `,{"type":"fixed","name":"G","size":4,"aliases":["b.F"]}]`, fixed("b.F", 4), 1, 0},
		{"an array of other items", `["null",{"type":"array","items":"string"}]`, `{"type":"array","items":"int"}`, 1, -1},
		{"an array of promoted items", `["null",{"type":"array","items":"long"}]`, `{"type":"array","items":"int"}`, 1, 1},
		{"a map of unions", `[{"type":"map","values":["null"]}]`, `{"type":"map","values":"int"}`, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			union, writer := nodeOf(t, tt.union), nodeOf(t, tt.writer)
			for resolution, want := range map[Resolution]int{Practice: tt.practice, Specification: tt.specification} {
				if got := resolution.Branch(union, writer); got != want {
					t.Errorf("resolution %d: %s is read as branch %d of %s, want %d", resolution, tt.writer, got, tt.union, want)
				}
			}
		})
	}
}

func TestNamesMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		reader, writer string
		alias          string
		want           bool
	}{
		{"A", "A", "", true},
		{"a.A", "a.A", "", true},
		{"a.A", "b.c.A", "", true},
		{"A", "b.A", "", true},
		{"a.A", "A", "", true},
		{"A", "AA", "", false},
		{"a.A", "aA", "", false},
		{"A1", "A2", "", false},
		{"A1", "B1", "", false},
		{"a.B", "a.C", "a.C", true},
		{"a.B", "a.C", "C", false},
	}
	for _, tt := range tests {
		reader, writer := &Node{Name: tt.reader, Alias: []string{tt.alias}}, &Node{Name: tt.writer}
		if got := NamesMatch(reader, writer); got != tt.want {
			t.Errorf("%s with the alias %q reads %s: %t, want %t", tt.reader, tt.alias, tt.writer, got, tt.want)
		}
	}
}

func fixed(name string, size int) string {
	return fmt.Sprintf(`{"type":"fixed","name":%q,"size":%d}`, name, size)
}

func nodeOf(t *testing.T, text string) *Node {
	t.Helper()
	s, err := Parse(t.Context(), schema.Source{Text: text}, schema.Options{})
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return s.Root().Node
}
