package protobuf_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/protobuf/protobuftest"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// drawType draws a message of a few numbers, each with any type, so that two of them differ in every way.
func drawType(t *rapid.T) string {
	types := []string{
		"int32", "int64", "uint32", "sint32", "sint64", "bool", "fixed32", "sfixed64", "float", "double", "string", "bytes",
		"E", "F", "In", "map<string, int32>", "map<int32, In>", "group",
	}
	var b strings.Builder
	b.WriteString("syntax = \"proto2\";\nmessage M {\n")
	one := rapid.IntRange(0, 4).Draw(t, "oneof") // it takes the fields from there on
	for number := 1; number <= 4; number++ {
		typ := rapid.SampledFrom(types).Draw(t, "type")
		name := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name") + fmt.Sprint(number)
		label := rapid.SampledFrom([]string{"optional", "optional", "repeated", "required"}).Draw(t, "label")
		switch {
		case rapid.IntRange(0, 4).Draw(t, "gone") == 0:
			continue
		case number == one && !strings.HasPrefix(typ, "map") && typ != "group":
			fmt.Fprintf(&b, "oneof choice { %s %s = %d; bool other%d = %d; }\n", typ, name, number, number, number+10)
		case typ == "group":
			fmt.Fprintf(&b, "%s group G%d = %d { optional int32 x = 1; repeated E e = 2; }\n", label, number, number)
		case strings.HasPrefix(typ, "map"):
			fmt.Fprintf(&b, "%s %s = %d;\n", typ, name, number)
		default:
			fmt.Fprintf(&b, "%s %s %s = %d;\n", label, typ, name, number)
		}
	}
	more := rapid.SampledFrom([]string{"", "E2 = 2;"}).Draw(t, "symbol")
	inner := rapid.SampledFrom([]string{"optional int32 v = 1;", "optional int64 v = 1; optional In next = 2;", "repeated string w = 3;"}).Draw(t, "inner")
	b.WriteString("}\nenum E { E0 = 0; E1 = 1; " + more + " }\nenum F { F0 = 0; F7 = 7; }\nmessage In { " + inner + " }\n")
	return b.String()
}

// TestWhatIsCarriedOverMeansTheSame holds transcoders to the plain reader, which compares what was sent with what is read:
// they let pass what it finds no difference in but fields that the reader skips, and refuse all else.
func TestWhatIsCarriedOverMeansTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := [2]string{drawType(t), drawType(t)}
		writer, reader := parse(t, texts[0]), parse(t, texts[1])
		transcoder := envelope.Fuse(writer, reader)
		body := encode(t, protobuftest.Message(t, writer))
		resolved, err := envelope.Resolve(reader, writer, body, envelope.Limits{})
		var lost []envelope.Difference
		for _, d := range resolved.Differences {
			if d.Kind == envelope.Overwritten || d.Kind == envelope.Narrowed || d.Kind == envelope.Changed {
				lost = append(lost, d)
			}
		}
		out, step, findings := transcoder.Append([]byte("before"), body, 100)
		switch {
		case verdict.Valid(findings) && (err != nil || len(lost) > 0):
			t.Fatalf("%s\n%x is carried over with %v, and is read with %v, %v", texts, body, findings, err, lost)
		case verdict.Valid(findings) && !bytes.Equal(out, append([]byte("before"), body...)):
			t.Fatalf("%s\n%x becomes %x", texts, body, out)
		case !verdict.Valid(findings) && string(out) != "before":
			t.Fatalf("%s\n%x is refused, and yet written", texts, body)
		case !verdict.Valid(findings) && err == nil && len(lost) == 0:
			if verdict.Valid(envelope.Compile(reader).Findings(body, 100)) {
				t.Fatalf("%s\n%x is refused for %v, and is read with %v", texts, body, findings, resolved.Differences)
			}
		}
		skipped := slices.ContainsFunc(resolved.Differences, func(d envelope.Difference) bool { return d.Kind == envelope.Skipped })
		if err == nil && !skipped && len(step.Dropped) > 0 {
			t.Fatalf("%s\n%x: nothing is skipped, and the step says %q", texts, body, step.Dropped)
		}
	})
}

func TestStepsOfProtobuf(t *testing.T) {
	t.Parallel()
	writer := parse(t, proto3(`message M { string id = 1; int32 qty = 2; repeated In items = 3; string note = 4; map<string, In> by = 5; } message In { string sku = 1; int32 n = 2; }`))
	reader := parse(t, proto3(`message M { string order_id = 1; int64 qty = 2; repeated In items = 3; map<string, In> by = 5; bool gift = 6; } message In { string sku = 1; string title = 3; }`))
	body := bin(t, "0a 01 61 10 03 1a 05 0a 01 73 10 02 22 01 6e 2a 07 0a 01 6b 12 02 10 01")
	out, step, findings := envelope.Fuse(writer, reader).Append(nil, body, 100)
	want := verdict.Step{
		Kind:     verdict.Resolution,
		Promoted: []string{"qty"}, Defaulted: []string{"by{}.title", "gift", "items[].title"},
		Dropped: []string{"by{}.n", "items[].n", "note"}, Renamed: []string{"order_id"},
	}
	if diff := cmp.Diff(want, step); diff != "" || len(findings) > 0 || !bytes.Equal(out, body) {
		t.Errorf("%x, %v, step (-want +got):\n%s", out, findings, diff)
	}
}

// TestStrangersOfTheWriter carries messages over that have fields which the writer's type does not know and the reader's
// does: they are no defaults, and may take another's place.
func TestStrangersOfTheWriter(t *testing.T) {
	t.Parallel()
	transcoder := envelope.Fuse(
		parse(t, proto3(`message M { oneof choice { string a = 1; int32 b = 2; } }`)),
		parse(t, proto3(`message M { oneof choice { string a = 1; int32 b = 2; bool c = 3; } string d = 4; }`)),
	)
	for _, tt := range []struct {
		name, body, defaulted string
		valid                 bool
	}{
		{"none", "1001", "c d", true},
		{"one", "1001 2200", "c", true},
		{"one of the oneof alone", "1801", "d", true},
		{"one that overwrites", "1001 1801", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, step, findings := transcoder.Append(nil, bin(t, tt.body), 100)
			if got := strings.Join(step.Defaulted, " "); got != tt.defaulted || verdict.Valid(findings) != tt.valid {
				t.Errorf("defaulted %q, %v", got, findings)
			}
		})
	}
}

// TestManyPathsToOneType fuses types that reach a wide one by thousands of ways: their number does not multiply with its
// fields.
func TestManyPathsToOneType(t *testing.T) {
	t.Parallel()
	var ways, wide strings.Builder
	for i := 1; i <= 2000; i++ {
		fmt.Fprintf(&ways, "Wide w%d = %d;", i, i)
		fmt.Fprintf(&wide, "int32 f%d = %d;", i, i)
	}
	writer := parse(t, proto3("message M { "+ways.String()+" } message Wide { "+wide.String()+" }"))
	reader := parse(t, proto3("message M { "+ways.String()+" } message Wide { int32 other = 5000; }"))
	if size := envelope.Fuse(writer, reader).Size(); size > 64<<20 {
		t.Errorf("%d bytes", size)
	}
}
