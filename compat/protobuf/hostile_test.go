package protobuf

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// wide returns a message of n fields of a type, numbered from first.
func wide(n, first int, typ string) string {
	var b strings.Builder
	b.WriteString(proto3 + "message Wide {\n")
	for i := range n {
		fmt.Fprintf(&b, "%s f%d = %d;\n", typ, first+i, first+i)
	}
	return b.String() + "}\n"
}

// mutual returns n messages, each with a field of the type of every other; name gives the type of field j in message i.
func mutual(n int, name func(i, j int) string) string {
	var b strings.Builder
	b.WriteString("syntax = \"proto3\";\npackage mutual;\n")
	for i := range n {
		fmt.Fprintf(&b, "message T%d {\n", i)
		for j := range n {
			fmt.Fprintf(&b, "%s f%d = %d;\n", name(i, j), j, j+1)
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// chain returns n messages with two fields of the next one's type each; the last has one of the type given.
func chain(n int, last string) string {
	var b strings.Builder
	b.WriteString("syntax = \"proto3\";\npackage mutual;\n")
	for i := range n {
		fmt.Fprintf(&b, "message T%d { T%d a = 1; T%d b = 2; }\n", i, i+1, i+1)
	}
	return b.String() + fmt.Sprintf("message T%d { %s a = 1; }\n", n, last)
}

func straight(_, j int) string { return fmt.Sprintf("T%d", j) }

// TestHostileSizes holds that no check is exponential. The limit is far above what is needed, for slow machines.
func TestHostileSizes(t *testing.T) {
	t.Parallel()
	const n = 100
	turned := func(i, j int) string { return fmt.Sprintf("T%d", (j+i+1)%n) }
	imports := "syntax = \"proto3\";\npackage use;\nimport \"mutual.proto\";\nmessage Use { mutual.T0 a = 1; }\n"
	dep := func(text string) schema.Dependency {
		return schema.Dependency{Reference: schema.Reference{Name: "mutual.proto", Version: 1}, Text: text}
	}
	broken := strings.Replace(mutual(n, straight), "T99 f99 = 100;", "string f99 = 100;", 1)
	twice := func(last string) schema.Schema {
		return parse(t, imports, dep(chain(1000, last)))
	}
	tests := []struct {
		name           string
		reader, writer schema.Schema
		refused        bool
	}{
		{"10,000 fields", parse(t, wide(10_000, 1, "string")), parse(t, wide(10_000, 1, "int32")), true},
		{"10,000 fields, none in common", parse(t, wide(10_000, 1, "string")), parse(t, wide(10_000, 20_000, "int32")), false},
		{"mutually recursive", parse(t, mutual(n, straight)), parse(t, mutual(n, straight)), false},
		{"mutually recursive, each type another", parse(t, mutual(n, straight)), parse(t, mutual(n, turned)), true},
		{"mutually recursive, imported", parse(t, imports, dep(mutual(n, straight))), parse(t, imports, dep(mutual(n, straight))), false},
		{"mutually recursive, imported, one differs", parse(t, imports, dep(broken)), parse(t, imports, dep(mutual(n, straight))), true},
		{"each type twice in the next, imported, the last differs", twice("string"), twice("int32"), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			c := Check(tt.reader, tt.writer, compat.NewReadsOld)
			if took := time.Since(start); took > time.Minute { // it ends: what it costs is for a benchmark
				t.Errorf("took %v", took)
			} else {
				t.Logf("took %v, %d printed, %d found", took, len(c.DropIn), len(c.Findings))
			}
			if got := len(c.DropIn) > 0; got != tt.refused {
				t.Errorf("refused = %t, want %t: %.3q", got, tt.refused, c.DropIn)
			}
		})
	}
}

// TestConcurrentChecks has many goroutines check shared schemas, which must agree with one alone.
func TestConcurrentChecks(t *testing.T) {
	t.Parallel()
	a := parse(t, mutual(10, straight))
	b := parse(t, strings.Replace(mutual(10, straight), "T3 f3", "string f3", 1))
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

// sixty returns a file whose first message has 60 fields, a third of them of nested types.
func sixty(extra string) string {
	var b strings.Builder
	b.WriteString(proto3 + "message Order {\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%s f%d = %d;\n", []string{"string", "int64"}[i%2], i, i+1)
	}
	for i := range 5 {
		fmt.Fprintf(&b, "message Place%d { string zip = 1; double at = 2; }\nPlace%d p%d = %d;\n", i, i, i, 41+i)
		fmt.Fprintf(&b, "enum Status%d { NONE%d = 0; NEW%d = 1; }\nStatus%d s%d = %d;\n", i, i, i, i, i, 51+i)
		fmt.Fprintf(&b, "repeated string t%d = %d;\nmap<string, int32> m%d = %d;\n", i, 61+i, i, 71+i)
	}
	return b.String() + extra + "}\n"
}

func BenchmarkCheck(b *testing.B) {
	for _, bb := range []struct{ name, reader, writer string }{
		{"compatible", sixty(""), sixty("")},
		{"refused", sixty("string added = 90;"), sixty("int32 added = 90;")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			r, w := parse(b, bb.reader), parse(b, bb.writer)
			b.ReportAllocs()
			for b.Loop() {
				Check(r, w, compat.NewReadsOld)
			}
		})
	}
}

// TestExplanationsEnd explains changes in which everything is wrong, of schemas as large as they may be.
func TestExplanationsEnd(t *testing.T) {
	t.Parallel()
	values := func(n int, prefix string) string {
		var b strings.Builder
		b.WriteString(proto3 + "message M { E e = 1; }\nenum E {\n")
		for i := range n {
			fmt.Fprintf(&b, "%s%d = %d;\n", prefix, i, i)
		}
		return b.String() + "}\n"
	}
	tests := []struct{ name, old, latest string }{
		{"every field another type", wide(3_000, 1, "string"), wide(3_000, 1, "int32")},
		{"every field another type, on one line", wide(3_000, 1, "string"), strings.ReplaceAll(wide(3_000, 1, "int32"), "\n", " ")},
		{"every message another", mutual(100, straight), strings.ReplaceAll(mutual(100, straight), "T", "U")},
		{"every value another", values(2_000, "A"), values(2_000, "B")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			x := &compat.Explanation{Explainer: Explainer, Text: tt.latest, Parse: again(t, nil)}
			old := compat.Old{Version: 1, Schema: parse(t, tt.old), Text: tt.old}
			report, err := compat.Check(Check, parse(t, tt.latest), compat.Versions(old), compat.Options{Level: compat.Full, Explain: x})
			if err != nil {
				t.Fatal(err)
			}
			fixed := 0
			for _, f := range report.Findings {
				fixed += min(1, len(f.Fixes))
			}
			if took := time.Since(start); took > time.Minute { // it ends
				t.Errorf("%d findings, %d with fixes, took %v", len(report.Findings), fixed, took)
			} else {
				t.Logf("%d findings, %d with fixes, took %v", len(report.Findings), fixed, took)
			}
		})
	}
}
