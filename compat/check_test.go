package compat

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

// fake is a schema that is nothing but its text.
type fake struct {
	schema.Schema
	kind schema.Type
	text string
}

func (f fake) Type() schema.Type { return f.kind }
func (f fake) Canonical() string { return f.text }

func text(s string) schema.Schema { return fake{kind: schema.Avro, text: s} }

// lacks is a checker: the reader must have every letter of the writer.
func lacks(reader, writer schema.Schema, d Direction) Comparison {
	var c Comparison
	r, w := d.Words()
	for _, letter := range writer.Canonical() {
		if !strings.ContainsRune(reader.Canonical(), letter) {
			c.DropIn = append(c.DropIn, fmt.Sprintf("%s lacks %c of %s", r, letter, w))
			c.Findings = append(c.Findings, Finding{
				Code: "LACKS", Path: string(letter), Severity: Error, Direction: d,
				Reader: Location{Pointer: "/r"}, Writer: Location{Pointer: "/w"},
			})
		}
	}
	return c
}

func TestMessages(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 10239)
	other := Old{Version: 3, Schema: fake{kind: schema.Protobuf, text: "a"}}
	tests := []struct {
		name   string
		latest string
		olds   []Old
		opts   Options
		want   []string
	}{
		{"compatible", "ab", []Old{{Version: 1, Schema: text("a")}}, Options{Level: Backward}, nil},
		{"nothing to compare with", "ab", nil, Options{Level: FullTransitive}, nil},
		{"backward", "a", []Old{{Version: 4, Schema: text("ab")}}, Options{Level: Backward},
			[]string{"new lacks b of old", "{oldSchemaVersion: 4}", "{oldSchema: 'ab'}",
				"{validateFields: 'false', compatibility: 'BACKWARD'}"}},
		{"backward does not look forward", "ab", []Old{{Version: 4, Schema: text("a")}}, Options{Level: Backward}, nil},
		{"forward", "ab", []Old{{Version: 4, Schema: text("a")}}, Options{Level: Forward, ValidateFields: true},
			[]string{"old lacks b of new", "{oldSchemaVersion: 4}", "{oldSchema: 'a'}",
				"{validateFields: 'true', compatibility: 'FORWARD'}"}},
		{"full, both ways", "ac", []Old{{Version: 4, Schema: text("ab")}}, Options{Level: Full},
			[]string{"old lacks c of new", "new lacks b of old", "{oldSchemaVersion: 4}", "{oldSchema: 'ab'}",
				"{validateFields: 'false', compatibility: 'FULL'}"}},
		{"full, the new reader alone fails", "a", []Old{{Version: 4, Schema: text("ab")}}, Options{Level: Full},
			[]string{"new lacks b of old", "{oldSchemaVersion: 4}", "{oldSchema: 'ab'}",
				"{validateFields: 'false', compatibility: 'FULL'}"}},
		{"full, the old reader alone fails: no version, no text", "ab", []Old{{Version: 4, Schema: text("a")}}, Options{Level: Full},
			[]string{"old lacks b of new", "{validateFields: 'false', compatibility: 'FULL'}"}},
		{"only the newest", "a", []Old{{Version: 2, Schema: text("a")}, {Version: 1, Schema: text("b")}}, Options{Level: Backward}, nil},
		{"transitive, the newest that fails", "a", []Old{{Version: 9, Schema: text("a")}, {Version: 5, Schema: text("ab")}, {Version: 1, Schema: text("ac")}},
			Options{Level: BackwardTransitive},
			[]string{"new lacks b of old", "{oldSchemaVersion: 5}", "{oldSchema: 'ab'}",
				"{validateFields: 'false', compatibility: 'BACKWARD_TRANSITIVE'}"}},
		{"one version alone at a transitive level", "a", []Old{{Version: 9, Schema: text("a")}, {Version: 5, Schema: text("ab")}},
			Options{Level: BackwardTransitive, Single: true}, nil},
		{"none", "a", []Old{{Version: 1, Schema: text("b")}}, Options{Level: None}, nil},
		{"reserved fields come first, at every level", "a", []Old{{Version: 1, Schema: text("b")}},
			Options{Level: None, ValidateFields: true, Before: []string{"reserved"}},
			[]string{"reserved", "{validateFields: 'true', compatibility: 'NONE'}"}},
		{"reserved fields, then differences", "a", []Old{{Version: 1, Schema: text("b")}}, Options{Level: Backward, Before: []string{"reserved"}},
			[]string{"reserved", "new lacks b of old", "{oldSchemaVersion: 1}", "{oldSchema: 'b'}",
				"{validateFields: 'false', compatibility: 'BACKWARD'}"}},
		{"another type", "a", []Old{other}, Options{Level: Full},
			[]string{"Incompatible because of different schema type", "{validateFields: 'false', compatibility: 'FULL'}"}},
		{"another type under NONE", "a", []Old{other}, Options{Level: None}, nil},
		{"10 KiB of old text", "a", []Old{{Version: 1, Schema: text(long + "b")}}, Options{Level: Backward},
			[]string{"new lacks b of old", "{oldSchemaVersion: 1}", "{oldSchema: '" + long + "b'}",
				"{validateFields: 'false', compatibility: 'BACKWARD'}"}},
		{"more than 10 KiB of old text", "a", []Old{{Version: 1, Schema: text(long + "bé")}}, Options{Level: Backward},
			[]string{"new lacks b of old", "new lacks é of old", "{oldSchemaVersion: 1}",
				"{oldSchema: <truncated> '" + long + "b...'}", "{validateFields: 'false', compatibility: 'BACKWARD'}"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Check(lacks, text(tt.latest), Versions(tt.olds...), tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.Messages); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
			if got.Compatible != (tt.want == nil) {
				t.Errorf("Compatible = %t with messages %q", got.Compatible, got.Messages)
			}
		})
	}
}

func TestFindingsOfAllVersions(t *testing.T) {
	t.Parallel()
	olds := Versions(Old{Version: 9, Schema: text("a")}, Old{Version: 7, Schema: text("b")}, Old{Version: 5, Schema: text("bc")}, Old{Version: 1, Schema: fake{kind: schema.Protobuf}})
	got, err := Check(lacks, text("a"), olds, Options{Level: BackwardTransitive})
	if err != nil {
		t.Fatal(err)
	}
	const breaks = "new readers, old data (BACKWARD)"
	r, w := Location{Pointer: "/r"}, Location{Pointer: "/w"}
	want := []Finding{
		{Code: "SCHEMA_TYPE_CHANGED", Severity: Error, Breaks: breaks, Direction: NewReadsOld, Wire: true, Versions: []int{1},
			Old: Location{Version: 1}, Message: "the schema's type changes from PROTOBUF to AVRO"},
		{Code: "LACKS", Severity: Error, Breaks: breaks, Direction: NewReadsOld, Path: "b", Versions: []int{7, 5},
			Reader: r, Writer: w, New: r, Old: Location{Version: 7, Pointer: "/w"}},
		{Code: "LACKS", Severity: Error, Breaks: breaks, Direction: NewReadsOld, Path: "c", Versions: []int{5},
			Reader: r, Writer: w, New: r, Old: Location{Version: 5, Pointer: "/w"}},
	}
	if diff := cmp.Diff(want, got.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestBothDirectionsAreFound(t *testing.T) {
	t.Parallel()
	got, err := Check(lacks, text("ab"), Versions(Old{Version: 2, Schema: text("bc")}), Options{Level: Full})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range got.Findings {
		found = append(found, fmt.Sprintf("%s %s old %s new %s", f.Path, f.Direction, f.Old.Pointer, f.New.Pointer))
	}
	want := []string{"a forward old /r new /w", "c backward old /w new /r"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestOldsAreAskedForAsNeeded counts how many versions a check takes from its iterator.
func TestOldsAreAskedForAsNeeded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		opts Options
		want int
	}{
		{"none", Options{Level: None}, 0},
		{"newest", Options{Level: Full}, 1},
		{"one alone", Options{Level: FullTransitive, Single: true}, 1},
		{"all", Options{Level: BackwardTransitive}, 1000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			taken := 0
			olds := func(yield func(Old, error) bool) {
				for v := 1000; v > 0; v-- {
					taken++
					if !yield(Old{Version: v, Schema: text(strings.Repeat("b", min(1, max(0, 999-v))))}, nil) {
						return
					}
				}
			}
			if _, err := Check(lacks, text("a"), olds, tt.opts); err != nil {
				t.Fatal(err)
			}
			if taken != tt.want {
				t.Errorf("took %d versions, want %d", taken, tt.want)
			}
		})
	}
}

func TestErrorsEndTheCheck(t *testing.T) {
	t.Parallel()
	broken := errors.New("version 2 does not parse")
	var olds iter.Seq2[Old, error] = func(yield func(Old, error) bool) { yield(Old{}, broken) }
	if _, err := Check(lacks, text("a"), olds, Options{Level: Full}); !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
	if _, err := Check(lacks, text("a"), olds, Options{Level: "SIDEWAYS"}); err == nil {
		t.Error("an unknown level checks something")
	}
}

func TestDetails(t *testing.T) {
	t.Parallel()
	if got := (Report{Messages: []string{"a", "b"}}).Details(); got != "[a, b]" {
		t.Errorf("Details() = %q, want [a, b]", got)
	}
}

func TestParseLevel(t *testing.T) {
	t.Parallel()
	for _, l := range []Level{None, Backward, BackwardTransitive, Forward, ForwardTransitive, Full, FullTransitive} {
		for _, s := range []string{string(l), strings.ToLower(string(l))} {
			if got, err := ParseLevel(s); err != nil || got != l {
				t.Errorf("ParseLevel(%q) = %q, %v", s, got, err)
			}
		}
	}
	for _, s := range []string{"", "SIDEWAYS", " FULL", "FULL-TRANSITIVE"} {
		if got, err := ParseLevel(s); err == nil {
			t.Errorf("ParseLevel(%q) = %q, want an error", s, got)
		}
	}
}
