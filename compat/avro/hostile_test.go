package avro

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// hostile are changes of schemas as large and as tangled as they may be.
var hostile = []struct {
	name        string
	old, latest string
	refused     bool // by practice and by the specification, the new reader
	pairs       int  // that a check may compare
}{
	{"unions of 500 records", union(500, "U", `"int"`), union(500, "U", `"int"`), false, faithful + 3*500},
	{"unions of 500 records that all fail", union(500, "U", `"string"`), union(500, "U", `"int"`), true, faithful + 3*500},
	{"unions of 500 records that do not match", union(500, "V", `"int"`), union(500, "U", `"int"`), true, faithful + 3*500},
	{"200 mutually recursive types", mutual(200, `"long"`), mutual(200, `"int"`), true, 100_000},
	{"10,000 fields, none in common", wide(10_000, 10_000), wide(10_000, 0), true, 1},
	{"10,000 fields of another type", wide(10_000, 0), strings.ReplaceAll(wide(10_000, 0), `"int"`, `"string"`), true, 1},
	{"2,000 symbols are others", symbols(2_000, "a"), symbols(2_000, "b"), true, 1},
	{"2^60 repetitions", doubling(60, `"string"`), doubling(60, `"int"`), true, 61},
	{"100,000 aliases, none of them used", aliased("b", 1), aliased("a", 100_000), true, 1},
	{"45 records deep", nested(45, `"string"`), nested(45, `"int"`), true, 45},
	{"a chain of 900 definitions", flat(900, `"string"`), flat(900, `"int"`), true, faithful + 3*900},
}

// hostileTime is what nothing may take. A second is what it takes at most, on a machine that does nothing else and without
// the race detector.
const hostileTime = time.Minute

// TestHostileSizes holds that checks, explained and not, and diffs end whatever the schemas are.
func TestHostileSizes(t *testing.T) {
	t.Parallel()
	for _, tt := range hostile {
		for name, by := range bothResolutions {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				latest, old := parse(t, tt.latest), parse(t, tt.old)
				c := within(t, "a check", func() compat.Comparison { return by.check(latest, old, compat.NewReadsOld) })
				if got := len(c.DropIn) > 0; got != tt.refused {
					t.Errorf("refused = %t, want %t", got, tt.refused)
				}
				if got := refuses(c); got != tt.refused {
					t.Errorf("findings refuse = %t, want %t", got, tt.refused)
				}
				opts := compat.Options{Level: compat.Backward}
				opts.Explain = &compat.Explanation{Explainer: by.explainer, Text: tt.latest, Parse: again(t, nil)}
				report := within(t, "an explanation", func() compat.Report {
					r, err := compat.Check(by.check, latest, compat.Versions(compat.Old{Version: 1, Schema: old, Text: tt.old}), opts)
					if err != nil {
						t.Error(err)
					}
					return r
				})
				proved := func(f compat.Finding) bool { return f.Witness != nil }
				_, none := message.Smallest(old.(*avro.Schema).Root())
				if !report.Compatible && none == nil && !slices.ContainsFunc(report.Findings, proved) {
					t.Errorf("none of %d findings is proved", len(report.Findings))
				}
			})
		}
	}
}

// TestHostileWork holds how much is compared, which does not depend on the machine.
func TestHostileWork(t *testing.T) {
	t.Parallel()
	for _, tt := range hostile {
		for name, by := range bothResolutions {
			d := dropIn{pairing: pairing{resolution: by.resolution}}
			reader, writer := parse(t, tt.latest).(*avro.Schema).Root(), parse(t, tt.old).(*avro.Schema).Root()
			d.run(&reader, &writer)
			if d.steps > tt.pairs {
				t.Errorf("%s by %s: %d pairs were compared, want at most %d", tt.name, name, d.steps, tt.pairs)
			}
		}
	}
}

// TestHostileDiffs holds that diffs end.
func TestHostileDiffs(t *testing.T) {
	t.Parallel()
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			old, latest := parse(t, tt.old), parse(t, tt.latest)
			d := within(t, "a diff", func() compat.Diff { return Diff(old, latest) })
			if d.Backward == tt.refused {
				t.Errorf("compatible %t, want %t", d.Backward, !tt.refused)
			}
		})
	}
}

// bothResolutions are the two checks there are, with what explains them.
var bothResolutions = map[string]struct {
	resolution avro.Resolution
	check      compat.Checker
	explainer  compat.Explainer
}{
	"practice":      {avro.Practice, Check, Explainer},
	"specification": {avro.Specification, CheckBySpecification, ExplainerBySpecification},
}

// within returns what f does, and complains if it takes too long.
func within[T any](t *testing.T, what string, f func() T) T {
	t.Helper()
	start := time.Now()
	out := f()
	if took := time.Since(start); took > hostileTime {
		t.Errorf("%s took %v", what, took)
	}
	return out
}

// nested returns n records inside one another, the innermost with a field of type typ.
func nested(n int, typ string) string {
	for i := range n {
		typ = record(fmt.Sprintf("R%d", i), "a "+typ)
	}
	return typ
}

// symbols returns an enum of n symbols.
func symbols(n int, prefix string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"%s%d"`, prefix, i)
	}
	return `{"type":"enum","name":"E","symbols":[` + strings.Join(list, ",") + `]}`
}

// mutual returns n records that refer to one another: the first to all, and each to the first and to all before itself.
// The last field of each has type last.
func mutual(n int, last string) string {
	first := []string{`self ["null","T0"]`}
	for i := 1; i < n; i++ {
		var fields []string
		for j := range i {
			fields = append(fields, fmt.Sprintf(`f%d ["null","T%d"]`, j, j))
		}
		first = append(first, fmt.Sprintf("t%d %s", i, record(fmt.Sprintf("T%d", i), append(fields, "last "+last)...)))
	}
	return record("T0", append(first, "last "+last)...)
}

// wide returns a record of n fields, the first of them called f<from>.
func wide(n, from int) string {
	fields := make([]string, n)
	for i := range fields {
		fields[i] = fmt.Sprintf(`f%d "int"`, from+i)
	}
	return record("Wide", fields...)
}

// union returns a union of n records, each with a field of type typ.
func union(n int, name, typ string) string {
	branches := make([]string, n)
	for i := range branches {
		branches[i] = record(fmt.Sprintf("%s%d", name, i), "a "+typ, `b "string"`)
	}
	return "[" + strings.Join(branches, ",") + "]"
}

// doubling returns n records, each of which has the next one twice, and the last a field of type typ: a pair of them is
// repeated 2^n times in the reference's list.
func doubling(n int, typ string) string {
	text := record(fmt.Sprintf("D%d", n), "x "+typ)
	for i := n - 1; i >= 0; i-- {
		text = record(fmt.Sprintf("D%d", i), "a "+text, fmt.Sprintf(`b "D%d"`, i+1))
	}
	return text
}

// aliased returns a record with a field of n aliases.
func aliased(name string, n int) string {
	aliases := make([]string, n)
	for i := range aliases {
		aliases[i] = fmt.Sprintf(`"%s%d"`, name, i)
	}
	return fmt.Sprintf(`{"type":"record","name":"R","fields":[{"name":"%s","type":"int","aliases":[%s]}]}`, name, strings.Join(aliases, ","))
}

// flat returns a union of n records that refer to one another by name only, chained, each with a field of type typ.
func flat(n int, typ string) string {
	branches := make([]string, n)
	for i := range branches {
		branches[n-1-i] = record(fmt.Sprintf("L%d", i), fmt.Sprintf(`next ["null","L%d"]`, min(i+1, n-1)), "x "+typ)
	}
	return "[" + strings.Join(branches, ",") + "]"
}

// TestFindingsAreBounded has paths that are as long as all the names above them.
func TestFindingsAreBounded(t *testing.T) {
	t.Parallel()
	deep := func(levels int, typ string) string {
		text := `"int"`
		for i := range levels {
			text = record(fmt.Sprintf("R%d", i), strings.Repeat("n", 8000)+" "+text, "wrong "+typ)
		}
		return text
	}
	for _, tt := range []struct {
		levels    int
		truncated bool
	}{{30, false}, {60, true}} {
		c := Check(parse(t, deep(tt.levels, `"string"`)), parse(t, deep(tt.levels, `"int"`)), compat.NewReadsOld)
		if c.Truncated != tt.truncated || len(c.Findings) == tt.levels == tt.truncated {
			t.Errorf("%d levels: %d findings, truncated %t", tt.levels, len(c.Findings), c.Truncated)
		}
	}
}
