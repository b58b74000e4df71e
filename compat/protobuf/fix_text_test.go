package protobuf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// explainedFixes returns a title and a text for each fix of a change, in turn.
func explainedFixes(t *testing.T, old, latest string, level compat.Level) []string {
	t.Helper()
	x := &compat.Explanation{Explainer: Explainer, Text: latest, Parse: again(t, nil)}
	olds := compat.Versions(compat.Old{Version: 1, Schema: parse(t, old)})
	report, err := compat.Check(Check, parse(t, latest), olds, compat.Options{Level: level, Explain: x})
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

// TestFixesByCode holds what is offered, and the texts that it makes: comments stay where they belong, and the layout is the
// text's own.
func TestFixesByCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, old, latest string
		level             compat.Level
		want              []string // a title and a text, in turn
	}{
		{"another type", proto3 + m("string a = 1;"), proto3 + "message M {\n\t// of a\n\tint32 a = 1; // behind\n}\n", compat.Full, []string{
			"keep the type string of `a`", proto3 + "message M {\n\t// of a\n\tstring a = 1; // behind\n}\n",
			"give `a` the number 2, and reserve 1", proto3 + "message M {\n\treserved 1;\n\t// of a\n\tint32 a = 2; // behind\n}\n",
			"keep the type string of `a`", proto3 + "message M {\n\t// of a\n\tstring a = 1; // behind\n}\n",
			"give `a` the number 2, and reserve 1", proto3 + "message M {\n\treserved 1;\n\t// of a\n\tint32 a = 2; // behind\n}\n",
		}},
		{"options with comments", proto2 + m("optional int32 a = 1 [default = 1];"),
			proto2 + "message M {\n  optional int32 a = 1 [ // default = 7\n    deprecated = true, // it's ]\n    default = 2 /* } */ // end\n  ];\n}\n", compat.Backward, []string{
				"keep the default 1 of `a`",
				proto2 + "message M {\n  optional int32 a = 1 [ // default = 7\n    deprecated = true, // it's ]\n    default = 1 /* } */ // end\n  ];\n}\n",
			}},
		{"an option added behind a comment", proto3 + m("int32 a = 1 [json_name = \"b\"];"),
			proto3 + "message M {\n  int32 a = 1 [\n    deprecated = true // why, \"\n  ];\n}\n", compat.Backward, []string{
				"keep the name \"b\" in JSON",
				proto3 + "message M {\n  int32 a = 1 [\n    deprecated = true, json_name = \"b\" // why, \"\n  ];\n}\n",
			}},
		{"an enum closed by another syntax", proto3 + m("E e = 1;") + "enum E { Z = 0; }", proto2 + m("optional E e = 1;") + "enum E { Z = 0; }", compat.Backward, []string{
			"read `e` as int32, which keeps numbers without a name", proto2 + m("optional int32 e = 1;") + "enum E { Z = 0; }",
		}},
		{"on one line", proto3 + "message M { repeated int32 a = 1; }", proto3 + "message M { optional int32 a = 1; }", compat.Backward, []string{
			"keep `a` repeated", proto3 + "message M { repeated int32 a = 1; }",
		}},
		{"fields renumbered", proto3 + "message M { int32 a = 1; int32 b = 2; }", proto3 + "message M { int32 a = 3; int32 b = 4; }", compat.Backward, []string{
			"keep the numbers 1 of `a`, 2 of `b`", proto3 + "message M { int32 a = 1; int32 b = 2; }",
			"keep the numbers 1 of `a`, 2 of `b`", proto3 + "message M { int32 a = 1; int32 b = 2; }",
		}},
		{"a field renumbered", proto3 + "message M { int32 a = 1; }", proto3 + "message M { int32 a = 3; }", compat.Backward, []string{
			"keep the number 1 of `a`", proto3 + "message M { int32 a = 1; }",
		}},
		{"a message renamed", proto3 + "message A { int32 x = 1; } message U {}",
			proto3 + "// B is it.\nmessage B { int32 x = 1; }\n\nmessage U {}\n", compat.Backward, []string{
				"keep the name `A`", proto3 + "// B is it.\nmessage A { int32 x = 1; }\n\nmessage U {}\n",
				"put message `A` back", proto3 + "// B is it.\nmessage B { int32 x = 1; }\n\nmessage A {\n  int32 x = 1;\n}\n\nmessage U {}\n",
			}},
		{"a message renamed, and used", proto3 + "message A { int32 x = 1; } service S { rpc R (A) returns (stream A); }",
			proto3 + "message B { int32 x = 1; }\nservice S { rpc R (B) returns (stream shop.B); } // B\n", compat.Forward, []string{
				"keep the name `A`", proto3 + "message A { int32 x = 1; }\nservice S { rpc R (A) returns (stream shop.A); } // B\n",
				"leave out `B`, with `R`, until all readers know it", proto3 + "service S { } // B\n",
			}},
		{"a field's message renamed", proto3 + "message U { A a = 1; } message A { int32 x = 1; }",
			proto3 + "message U { B a = 1; }\nmessage B { int32 x = 1; }\n", compat.Backward, []string{
				"keep the name `A`", proto3 + "message U { A a = 1; }\nmessage A { int32 x = 1; }\n",
				"put message `A` back; keep the type A of `a`", proto3 + "message U { A a = 1; }\n\nmessage A {\n  int32 x = 1;\n}\nmessage B { int32 x = 1; }\n",
				"keep the name `A`", proto3 + "message U { A a = 1; }\nmessage A { int32 x = 1; }\n",
				"keep the type A of `a`", proto3 + "message U { A a = 1; }\n\nmessage A {\n  int32 x = 1;\n}\nmessage B { int32 x = 1; }\n",
				"give `a` the number 2, and reserve 1; keep the name `A`", proto3 + "message U { reserved 1; A a = 2; }\nmessage A { int32 x = 1; }\n",
			}},
		{"a message gone, with what it needs", proto3 + "message N { E e = 1; } enum E { Z = 0; } message M {}", proto3 + "message M {}\n", compat.Backward, []string{
			"put message `N` back", proto3 + "message N {\n  E e = 1;\n}\n\nmessage M {}\n\nenum E {\n  Z = 0;\n}\n",
		}},
		{"a required field", proto2 + m(), proto2 + m("required int32 a = 1;"), compat.Full, []string{
			"make `a` optional", proto2 + m("optional int32 a = 1;"),
			"leave out `a` until all readers know it", proto2 + "message M { }\n",
			"make `a` optional", proto2 + m("optional int32 a = 1;"),
			"leave out `a` until all readers know it", proto2 + "message M { }\n",
		}},
		{"a member gone, its number reserved", proto3 + m("oneof o { int32 a = 1; int32 b = 2; }"),
			proto3 + "message M {\n  reserved 2, 9;\n  reserved \"b\";\n  oneof o {\n    int32 a = 1; // a\n  }\n}\n", compat.Backward, []string{
				"put `b` back into oneof `o`", proto3 + "message M {\n  reserved 9;\n  oneof o {\n    int32 a = 1; // a\n    int32 b = 2;\n  }\n}\n",
			}},
		{"fields into a oneof", proto2 + m("optional int32 a = 1; optional int32 b = 2;"),
			proto2 + "message M {\n  // one of them\n  oneof o {\n    // a\n    int32 a = 1;\n    int32 b = 2; // b\n    int32 c = 3;\n  }\n}\n", compat.Backward, []string{
				"keep `a`, `b` outside of oneof `o`", proto2 +
					"message M {\n  // one of them\n  oneof o {\n    int32 c = 3;\n  }\n  // a\n  optional int32 a = 1;\n  optional int32 b = 2; // b\n}\n",
			}},
		{"messages in another order", proto3 + "message A {} message B {}", "\ufeff" + proto3 + "// b\nmessage B {} // B\n\n/* a */\nmessage A {}\n", compat.Backward, []string{
			"keep the messages in their order, with what is new behind them", "\ufeff" + proto3 + "/* a */\nmessage A {}\n\n// b\nmessage B {} // B\n",
			"keep the messages in their order, with what is new behind them", "\ufeff" + proto3 + "/* a */\nmessage A {}\n\n// b\nmessage B {} // B\n",
		}},
		{"a name in JSON", proto3 + m("int32 a_b = 1;"), proto3 + m("int32 c = 1 [deprecated = true];"), compat.Backward, []string{
			"keep the name `a_b`", proto3 + m("int32 a_b = 1 [deprecated = true];"),
			`keep the name "aB" in JSON`, proto3 + m(`int32 c = 1 [deprecated = true, json_name = "aB"];`),
		}},
		{"a package, with CRLF", "syntax = \"proto3\";\npackage a;\nmessage M {}", "syntax = \"proto3\"; // s\r\nmessage M {}\r\n", compat.Backward, []string{
			"keep the package `a`", "syntax = \"proto3\"; // s\r\npackage a;\r\nmessage M {}\r\n",
		}},
		{"reservations", proto3 + m("reserved 2, 5 to 7; reserved \"x\";"), proto3 + m("reserved 6;"), compat.Backward, []string{
			"reserve 2, 5, 7, `x` again", proto3 + "message M { reserved 6; reserved 2, 5, 7;\n  reserved \"x\"; }\n",
		}},
		{"a number reserved, and used", proto3 + m("reserved 1;"), proto3 + "message M {\n  int32 a = 1;\n}\n", compat.Backward, []string{
			"reserve 1 again", proto3 + "message M {\n  reserved 1;\n  int32 a = 2;\n}\n",
			"give `a` the number 2", proto3 + "message M {\n  reserved 1;\n  int32 a = 2;\n}\n",
			"leave out `a` until all readers know it", proto3 + "message M {\n}\n",
		}},
		{"two things", proto3 + m("string a = 1; fixed32 b = 2;"), proto3 + m("int32 a = 1; int32 b = 2;"), compat.Backward, []string{
			"keep the type string of `a`; keep the type fixed32 of `b`", proto3 + m("string a = 1; fixed32 b = 2;"),
			"give `a` the number 3, and reserve 1; keep the type fixed32 of `b`", proto3 + m("reserved 1; int32 a = 3; fixed32 b = 2;"),
			"keep the type fixed32 of `b`; keep the type string of `a`", proto3 + m("string a = 1; fixed32 b = 2;"),
			"give `b` the number 3, and reserve 2; keep the type string of `a`", proto3 + m("reserved 2; string a = 1; int32 b = 3;"),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, explainedFixes(t, tt.old, tt.latest, tt.level)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.latest, diff)
			}
		})
	}
}

// TestFixesOfDrawnPairs holds that every fix of drawn pairs is right, and that the comments of the text are still there.
func TestFixesOfDrawnPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		syntax := pick(r, []string{"proto2", "proto3", "edition"}, "syntax")
		drawn := &drawnPair{dep: drawFile(r, syntax, "dep", ""), own: drawFile(r, syntax, "own", "dep.proto")}
		latest := drawn.edited(r)
		old, now := drawn.parse(r), latest.parse(r)
		if old == nil || now == nil {
			return
		}
		text := laidOut(r, latest.own.String())
		dep := schema.Dependency{Reference: schema.Reference{Name: "dep.proto", Subject: "dep", Version: 1}, Text: latest.dep.String()}
		x := &compat.Explanation{Explainer: Explainer, Text: text, Parse: again(t, []schema.Dependency{dep})}
		edited, err := x.Parse(text)
		if err != nil {
			r.Fatal(err)
		}
		level := pick(r, []compat.Level{compat.Backward, compat.Forward, compat.Full}, "level")
		olds := compat.Versions(compat.Old{Version: 1, Schema: old})
		report, err := compat.Check(Check, edited, olds, compat.Options{Level: level, Explain: x})
		if err != nil {
			r.Fatal(err)
		}
		for _, f := range report.Findings {
			for _, fix := range f.Fixes {
				mended, err := apply(text, fix.Patch)
				if err != nil {
					r.Fatal(err)
				}
				s, err := x.Parse(mended)
				if err != nil {
					r.Fatalf("%s gives %s: %v", fix.Title, mended, err)
				}
				if again, err := compat.Check(Check, s, olds, compat.Options{Level: level}); err != nil || !again.Compatible {
					r.Fatalf("%s: %q gives %s: %v %v", level, fix.Title, mended, again.Messages, err)
				}
				if !strings.Contains(mended, "// the first line") {
					r.Fatalf("%q has lost a comment: %s", fix.Title, mended)
				}
			}
		}
	})
}

// laidOut gives a text another layout.
func laidOut(t *rapid.T, text string) string {
	text = "// the first line\n\n" + text
	switch rapid.IntRange(0, 3).Draw(t, "layout") {
	case 0:
		return strings.ReplaceAll(text, "\n", "\r\n")
	case 1:
		return "\ufeff" + strings.ReplaceAll(text, "  ", "\t")
	case 2:
		head, rest, _ := strings.Cut(text, "\n\n")
		return head + "\n\n" + strings.ReplaceAll(rest, "\n", " ")
	}
	return text
}
