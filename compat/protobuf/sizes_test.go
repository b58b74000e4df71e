package protobuf

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// lines returns head, a line for each number below n, and tail.
func lines(head string, n int, line func(i int) string, tail string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		b.WriteString(line(i) + "\n")
	}
	return b.String() + tail
}

// sprintf returns a line that shows its number as often as format asks.
func sprintf(format string) func(int) string {
	return func(i int) string { return strings.ReplaceAll(format, "#", fmt.Sprint(i)) }
}

// nested returns n messages in each other, the innermost with a field of the type given.
func nested(n int, typ string) string {
	return lines(proto3, n, sprintf("message T# {"), typ+" a = 1;\n"+strings.Repeat("}\n", n))
}

// imported returns a file that uses a message of each of n imports.
func imported(t *testing.T, n int, typ string) schema.Schema {
	var refs []schema.Dependency
	for i := range n {
		text := fmt.Sprintf("syntax = \"proto3\";\npackage d%d;\nmessage D { %s v = 1; }\n", i, typ)
		refs = append(refs, schema.Dependency{Reference: schema.Reference{Name: fmt.Sprintf("d%d.proto", i), Version: 1}, Text: text})
	}
	return parse(t, lines("syntax = \"proto3\";\n", n, sprintf(`import "d#.proto";`), "")+
		lines("message Use {\n", n, func(i int) string { return fmt.Sprintf("d%d.D f%d = %d;", i, i, i+1) }, "}\n"), refs...)
}

// pairOf parses two texts.
func pairOf(t *testing.T, old, latest string) [2]schema.Schema {
	return [2]schema.Schema{parse(t, old), parse(t, latest)}
}

// sizes are changes of schemas as large as they may be: what is wrong is wrong everywhere.
var sizes = []struct {
	name string
	make func(t *testing.T) [2]schema.Schema // the old and the new one
}{
	{"10,000 fields, none like before", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, wide(10_000, 1, "string"), wide(10_000, 1, "int32"))
	}},
	{"10,000 fields, all renumbered", func(t *testing.T) [2]schema.Schema {
		turned := lines(proto3+"message Wide {\n", 10_000, func(i int) string { return fmt.Sprintf("string f%d = %d;", i+1, (i+5_000)%10_000+1) }, "}\n")
		return pairOf(t, wide(10_000, 1, "string"), turned)
	}},
	{"10,000 required fields, all gone", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, lines(proto2+"message Wide {\n", 10_000, func(i int) string { return fmt.Sprintf("required string f%d = %d;", i, i+1) }, "}\n"),
			proto2+"message Wide {}\n")
	}},
	{"10,000 fields, all lists", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, wide(10_000, 1, "repeated string"), wide(10_000, 1, "string"))
	}},
	{"500 messages, turned round", func(t *testing.T) [2]schema.Schema {
		body := sprintf("message T# { string a = 1; int32 b = 2; }")
		return pairOf(t, lines(proto3, 500, body, ""), lines(proto3, 500, func(i int) string { return body(499 - i) }, ""))
	}},
	{"500 messages, all renamed", func(t *testing.T) [2]schema.Schema {
		use := func(name string) string {
			return lines(proto3, 500, sprintf("message "+name+"# { string a = 1; }"), lines("message Use {\n", 500, func(i int) string {
				return fmt.Sprintf("%s%d f%d = %d;", name, i, i, i+1)
			}, "}\n"))
		}
		return pairOf(t, use("T"), use("U"))
	}},
	{"200 messages in each other, another order", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, mutual(200, straight), mutual(200, func(i, j int) string { return fmt.Sprintf("T%d", (j+i+1)%200) }))
	}},
	{"50 messages in each other, all renamed", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, mutual(50, straight), strings.ReplaceAll(mutual(50, straight), "T", "U"))
	}},
	{"an enum of 20,000, turned round", func(t *testing.T) [2]schema.Schema {
		text := func(shift int) string {
			return lines(proto3+"message M { E e = 1; }\nenum E {\n", 20_000, func(i int) string { return fmt.Sprintf("V%d = %d;", (i+shift)%20_000, i) }, "}\n")
		}
		return pairOf(t, text(0), text(1))
	}},
	{"an enum of 10,000 closed ones for 1,000 fields", func(t *testing.T) [2]schema.Schema {
		text := func(from int) string {
			return lines(proto2+"message M {\n", 1_000, func(i int) string { return fmt.Sprintf("optional E f%d = %d;", i, i+1) }, "}\n") +
				lines("enum E {\n", 10_000, func(i int) string { return fmt.Sprintf("V%d = %d;", from+i, from+i) }, "}\n")
		}
		return pairOf(t, text(0), text(10_000))
	}},
	{"1,000 fields of another enum of 10,000", func(t *testing.T) [2]schema.Schema {
		text := func(name string) string {
			return lines(proto3+"message M {\n", 1_000, func(i int) string { return fmt.Sprintf("%s f%d = %d;", name, i, i+1) }, "}\n") +
				lines("enum "+name+" {\n", 10_000, sprintf(name+"# = #;"), "}\n")
		}
		return pairOf(t, text("E"), text("F"))
	}},
	{"a oneof of 2,000 out of fields", func(t *testing.T) [2]schema.Schema {
		body := lines("", 2_000, func(i int) string { return fmt.Sprintf("string f%d = %d;", i, i+1) }, "")
		return pairOf(t, proto3+"message M {\n"+body+"}\n", proto3+"message M {\noneof o {\n"+body+"}\n}\n")
	}},
	{"a oneof of 2,000 out of as many", func(t *testing.T) [2]schema.Schema {
		body := lines("", 2_000, func(i int) string { return fmt.Sprintf("string f%d = %d;", i, i+1) }, "")
		each := lines("", 2_000, func(i int) string { return fmt.Sprintf("oneof o%d { string f%d = %d; }", i, i, i+1) }, "")
		return pairOf(t, proto3+"message M {\n"+each+"}\n", proto3+"message M {\noneof o {\n"+body+"}\n}\n")
	}},
	{"a oneof of 2,000 loses half", func(t *testing.T) [2]schema.Schema {
		half := func(n int) string {
			return proto3 + "message M {\noneof o {\n" + lines("", n, func(i int) string { return fmt.Sprintf("string f%d = %d;", i, i+1) }, "") + "}\n}\n"
		}
		return pairOf(t, half(2_000), half(1_000))
	}},
	{"30 levels", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, nested(30, "int32"), nested(30, "string"))
	}},
	{"200 imports", func(t *testing.T) [2]schema.Schema {
		return [2]schema.Schema{imported(t, 200, "int32"), imported(t, 200, "string")}
	}},
	{"5,000 reservations lifted", func(t *testing.T) [2]schema.Schema {
		return pairOf(t, lines(proto3+"message M {\n", 5_000, func(i int) string { return fmt.Sprintf("reserved %d;", 3*i+1) }, "}\n"),
			lines(proto3+"message M {\n", 5_000, func(i int) string { return fmt.Sprintf("string f%d = %d;", i, 3*i+1) }, "}\n"))
	}},
	{"5,000 extensions", func(t *testing.T) [2]schema.Schema {
		text := func(typ string) string {
			return lines(proto2+"message M { extensions 1 to max; }\nextend M {\n", 5_000, func(i int) string { return fmt.Sprintf("optional %s x%d = %d;", typ, i, i+1) }, "}\n")
		}
		return pairOf(t, text("int32"), text("string"))
	}},
}

// coarse is far above what any of the sizes needs, for slow machines.
const coarse = 30 * time.Second

// TestSizes checks in both directions and tells what has changed, and asks that it ends: neither is quadratic.
func TestSizes(t *testing.T) {
	for _, tt := range sizes {
		t.Run(tt.name, func(t *testing.T) {
			pair := tt.make(t)
			took := func(what string, f func()) {
				start := time.Now()
				f()
				if d := time.Since(start); d > coarse {
					t.Errorf("%s took %v", what, d)
				} else {
					t.Logf("%s took %v", what, d)
				}
			}
			old, latest := pair[0], pair[1]
			found := 0
			took("a check", func() { found += len(Check(latest, old, compat.NewReadsOld).Findings) })
			took("the other way", func() { found += len(Check(old, latest, compat.OldReadsNew).Findings) })
			took("the diff", func() { Diff(old, latest) })
			if found == 0 {
				t.Error("nothing is wrong")
			}
		})
	}
}
