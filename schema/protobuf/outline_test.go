package protobuf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outlined prints what a text declares: the kind, the parts and the doc of each, a line each, indented.
func outlined(text string, d *Declaration, indent string) string {
	line := indent + string(d.Kind) + " " + d.Name
	for _, part := range []struct {
		name string
		at   Span
	}{{"label", d.Label}, {"type", d.Type}, {"number", d.Number}, {"options", d.Options}} {
		if part.at.End > 0 {
			line += " " + part.name + "=" + part.at.In(text)
		}
	}
	if d.Doc != "" {
		line += " doc=" + strings.ReplaceAll(d.Doc, "\n", "|")
	}
	if before, after := d.Start-d.Whole.Start, d.Whole.End-d.End; d.Kind != FileDeclaration && before+after > 0 {
		line += " whole=" + strings.ReplaceAll(d.Whole.In(text), "\n", "|")
	}
	line += "\n"
	for _, inner := range d.Inner {
		line += outlined(text, inner, indent+"  ")
	}
	return line
}

func TestOutline(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"everything", `syntax = "proto2";
package a.b;
import public "x.proto";
option java_package = "y";
message M {
  reserved 3 to 5, 8;
  option deprecated = true;
  optional string s = 1 [default = "x"];
  map<string, a.N> n = 2;
  repeated group G = 6 { optional int32 i = 1; }
  oneof o { int32 p = 7; }
}
enum E { Z = 0; Y = -1 [deprecated = true]; }
extend M { optional int32 x = 100; }
service S { rpc R (M) returns (stream M) {} }
`, `file 
  syntax 
  package a.b
  import x.proto
  option java_package
  message M
    reserved 
    option deprecated
    field s label=optional type=string number=1 options=[default = "x"]
    field n type=map<string, a.N> number=2
    group G label=repeated number=6
      field i label=optional type=int32 number=1
    oneof o
      field p type=int32 number=7
  enum E
    value Z number=0
    value Y number=-1 options=[deprecated = true]
  extend  type=M
    field x label=optional type=int32 number=100
  service S
    rpc R type= (M) returns (stream M)
`},
		{"comments", `// Not of the message.

// One.
// Two.
message M { // of the brace
  int32 a = 1; // behind a
  /* Of b,
   * in two lines. */
  int32 b = 2; /* c? */ int32 c = 3;
}
`, `file 
  message M doc=One.|Two. whole=// One.|// Two.|message M { // of the brace|  int32 a = 1; // behind a|  /* Of b,|   * in two lines. */|  int32 b = 2; /* c? */ int32 c = 3;|}
    field a type=int32 number=1 whole=int32 a = 1; // behind a
    field b type=int32 number=2 doc=Of b,|in two lines. whole=/* Of b,|   * in two lines. */|  int32 b = 2;
    field c type=int32 number=3
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, text := range []string{tt.text, "\ufeff" + tt.text} {
				d, err := OutlineOf(text)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, outlined(text, d, "")); diff != "" {
					t.Errorf("%q (-want +got):\n%s", text, diff)
				}
			}
		})
	}
}

// TestOutlineOfALongLine holds that places are those of the text although the parser reads another one.
func TestOutlineOfALongLine(t *testing.T) {
	t.Parallel()
	text := `message M { ` + strings.Repeat("/* a comment */ ", 100) + ` int32 a = 1; }`
	d, err := OutlineOf(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Inner[0].Inner[0].In(text); got != "int32 a = 1;" {
		t.Errorf("the field is %q", got)
	}
}

func TestOutlineOfNoText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"message {", "CgFh", "\x00", strings.Repeat("message M {", 5000)} {
		if _, err := OutlineOf(text); err == nil {
			t.Errorf("%.20q has an outline", text)
		}
	}
}
