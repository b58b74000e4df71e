package avro_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// list joins n texts, each made from its index.
func list(n int, item func(i int) string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(item(i))
	}
	return b.String()
}

func named(format string) func(int) string {
	return func(i int) string { return fmt.Sprintf(format, i) }
}

func always(text string) func(int) string { return func(int) string { return text } }

// TestHostileTexts parses texts that are made to be expensive, and prints what is accepted in every way.
func TestHostileTexts(t *testing.T) {
	record := func(name string, fields string) string {
		return `{"type":"record","name":"` + name + `","fields":[` + fields + `]}`
	}
	optional := list(8_000, named(`{"name":"f%d","type":"int","default":0}`))
	tests := []struct {
		name, text string
		limit      string // the limit that refuses it
		refused    bool
	}{
		{name: "brackets", text: strings.Repeat("[", 1<<20), limit: "depth"},
		{name: "braces", text: strings.Repeat(`{"type":`, 1<<17), limit: "depth"},
		{name: "5,000 levels", text: strings.Repeat(`{"type":"array","items":`, 5000) + `"int"` + strings.Repeat("}", 5000), limit: "depth"},
		{name: "deep default", text: field(`"int","default":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), limit: "depth"},
		{name: "199 levels", text: strings.Repeat(`{"type":"array","items":`, 199) + `"int"` + strings.Repeat("}", 199)},
		{name: "100,000 fields", text: record("R", list(32_000, named(`{"name":"f%d","type":"int"}`))), limit: "fields"},
		{name: "20,000 fields", text: record("R", list(20_000, named(`{"name":"f%d","type":"int"}`)))},
		{name: "100,000 symbols", text: `{"type":"enum","name":"E","symbols":[` + list(100_000, named(`"S%d"`)) + `]}`, limit: "symbols"},
		{name: "20,000 symbols", text: `{"type":"enum","name":"E","symbols":[` + list(20_000, named(`"S%d"`)) + `]}`},
		{name: "1,001 branches", text: "[" + list(1001, named(`{"type":"fixed","name":"F%d","size":1}`)) + "]", limit: "branches"},
		{name: "1,000 branches", text: "[" + list(1000, named(`{"type":"fixed","name":"F%d","size":1}`)) + "]"},
		{name: "fixed of 2^40", text: `{"type":"fixed","name":"F","size":1099511627776}`, limit: "fixedSize"},
		{name: "fixed of a million digits", text: `{"type":"fixed","name":"F","size":` + strings.Repeat("9", 1_000_000) + `}`, limit: "fixedSize"},
		{name: "fixed of 2 GiB with a default", text: field(`{"type":"fixed","name":"F","size":2147483647},"default":"x"`), refused: true},
		{name: "too long", text: `"` + strings.Repeat("x", 1<<20) + `"`, limit: "text"},
		{name: "a number of a million digits", text: field(`"double","default":0.` + strings.Repeat("9", 1_000_000))},
		{name: "a name of a megabyte", text: `"` + strings.Repeat("x", 1<<20-2) + `"`, refused: true},
		{name: "a property of 150,000 members", text: `{"type":"int","p":{` + list(100_000, named(`"%d":1`)) + `}}`},
		{name: "150,000 aliases", text: field(`"int","aliases":[` + list(100_000, named(`"a%d"`)) + `]`)},
		{name: "newlines", text: strings.Repeat("\n", 1<<20-8) + `"int"`},
		{name: "comments", text: strings.Repeat("/**/", 1<<18-8) + `"int"`},
		{name: "nested namespaces", text: nestedRecords(60)},
		{name: "wide defaults", text: record("R", optional+`,{"name":"all","type":{"type":"array","items":"R"},"default":[`+list(60_000, always(`{"all":[]}`))+`]}`)},
		{name: "records that miss a field in a union", refused: true,
			text: record("R", `{"name":"u","type":[`+list(900, named(`{"type":"record","name":"B%d","fields":[{"name":"x","type":"int","default":0},{"name":"y","type":"int"}]}`))+
				`]},{"name":"v","type":{"type":"array","items":[`+list(900, named(`"B%d"`))+`]},"default":[`+list(50_000, always(`{"x":1}`))+`]}`)},
		{name: "two records that hold each other in a union, 60 deep", refused: true, text: unionBomb(60)},
		{name: "a chain of defaults", text: "[" + chain(900) + "]"},
		{name: "a long chain of defaults", text: record("Top", list(9_000, func(i int) string {
			inner := "" // R0 has no fields; each next one has a default of the one before
			if i > 0 {
				inner = fmt.Sprintf(`{"name":"p","type":"R%d","default":{}}`, i-1)
			}
			return fmt.Sprintf(`{"name":"f%d","type":%s}`, i, record(fmt.Sprintf("R%d", i), inner))
		}))},
		{name: "a namespace of half a megabyte", limit: "name", text: `{"type":"record","name":"R","namespace":"` + strings.Repeat("x", 1<<19) +
			`","fields":[` + list(5_000, named(`{"name":"f%[1]d","type":{"type":"fixed","name":"F%[1]d","size":1}}`)) + `]}`},
		{name: "aliases in a long namespace", limit: "names", text: `{"type":"fixed","size":1,"name":"` + strings.Repeat("x", 1000) + `.F","aliases":[` + list(50_000, named(`"A%d"`)) + `]}`},
		{name: "types in a long namespace", text: `{"type":"record","name":"R","namespace":"` + strings.Repeat("x", 1000) + `","fields":[` +
			list(12_000, named(`{"name":"f%[1]d","type":{"type":"fixed","name":"F%[1]d","size":1}}`)) + `]}`},
		{name: "enum defaults", text: record("R", `{"name":"e","type":{"type":"enum","name":"E","symbols":[`+list(30_000, named(`"S%d"`))+
			`]}},{"name":"d","type":{"type":"array","items":"E"},"default":[`+list(60_000, always(`"S29999"`))+`]}`)},
	}
	peer := decodingTime(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			s, err := avro.Parse(t.Context(), source(tt.text), schema.Options{New: true})
			if err == nil {
				for _, text := range []string{s.Normalized(), s.Format("resolved"), s.ParsingCanonicalForm()} {
					if len(text) > 20<<20 {
						t.Errorf("a text of %d bytes from %d", len(text), len(tt.text))
					}
				}
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 40*peer {
				t.Errorf("took %v; encoding/json decodes a megabyte in %v", took, peer)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 400 {
				t.Errorf("allocated %d MiB", mb)
			}
			if tt.limit == "" && !tt.refused {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var bad *schema.Error
			if !errors.As(err, &bad) {
				t.Fatalf("err = %v, want a *schema.Error", err)
			}
			if bad.Limit != tt.limit {
				t.Errorf("limit %q in %v, want %q", bad.Limit, bad, tt.limit)
			}
			if len(bad.Error()) > 2000 {
				t.Errorf("a message of %d bytes", len(bad.Error()))
			}
			t.Logf("%v: %v", took, bad)
		})
	}
}

// decodingTime is what encoding/json needs to decode a megabyte of schemas.
func decodingTime(t *testing.T) time.Duration {
	t.Helper()
	text := []byte("[" + list(1<<20/len(order), always(order)) + "]")
	start := time.Now()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return time.Since(start)
}

// nestedRecords is records in records, each in a namespace of its own.
func nestedRecords(depth int) string {
	text := `"int"`
	for i := range depth {
		text = fmt.Sprintf(`{"type":"record","name":"n%d.R","fields":[{"name":"f","type":%s}]}`, i, text)
	}
	return text
}

// unionBomb is a default that could fit either of two records at each level and fits neither at the last.
func unionBomb(depth int) string {
	value := `{"x":"no int"}`
	for range depth {
		value = `{"x":` + value + `}`
	}
	return `{"type":"record","name":"A","fields":[{"name":"x","type":["int","A",{"type":"record","name":"B","fields":[{"name":"x","type":["int","A","B"]}]}],"default":` + value + `}]}`
}

// chain is records each of which has a field of the record before, with a default that leaves its field out.
func chain(n int) string {
	return list(n, func(i int) string {
		if i == 0 {
			return `{"type":"record","name":"R0","fields":[]}`
		}
		return fmt.Sprintf(`{"type":"record","name":"R%d","fields":[{"name":"p","type":"R%d","default":{}}]}`, i, i-1)
	})
}

func TestWorkEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := avro.Parse(ctx, source(field(`"int","p":[`+list(50_000, always("1"))+`]`)), schema.Options{New: true})
	var bad *schema.Error
	if !errors.As(err, &bad) || bad.Limit != "work" || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want the limit work", err)
	}
}

func TestLimitsOfReferences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		limits schema.Limits
		want   string
	}{
		{"total", schema.Limits{Total: 30}, "total"},
		{"references", schema.Limits{References: 1}, "references"},
		{"depth of a dependency", schema.Limits{Depth: 1}, "depth"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := avro.Parse(t.Context(), source(`"int"`, `"int"`, `{"type":"array","items":{"type":"array","items":"int"}}`), schema.Options{Limits: tt.limits})
			var bad *schema.Error
			if !errors.As(err, &bad) || bad.Limit != tt.want {
				t.Errorf("err = %v, want the limit %s", err, tt.want)
			}
		})
	}
}
