package protobuf

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/treatyhq/treaty/schema"
)

const head = "syntax = \"proto3\";\npackage p;\n\n"

// hostile are texts that must be refused or accepted in bounded time, never with a panic. Want is a part of the error,
// limit the limit it names; both are empty where the text is accepted.
var hostile = []struct {
	name, text, want, limit string
}{
	{"brackets", strings.Repeat("{", 1<<20), "nested deeper", "depth"},
	{"square brackets", strings.Repeat("[", 1<<20), "nested deeper", "depth"},
	{"angle brackets", head + "message M { option (x) = " + strings.Repeat("<a:", 300_000), "nested deeper", "depth"},
	{"deep messages", head + strings.Repeat("message A {", 5000), "nested deeper", "depth"},
	{"deep messages below the limit", head + strings.Repeat("message A {", 150) + strings.Repeat("}", 150), "nesting depth", ""},
	{"deep literal", head + "option (x) = " + strings.Repeat("{a:", 5000), "nested deeper", "depth"},
	{"deep literal below the limit", head + "option (x) = " + strings.Repeat("{a:", 190) + "1" + strings.Repeat("}", 190) + ";", "", ""},
	{"wide literal at the bottom of a deep one", head + "option (x) = " + strings.Repeat("{a:", 190) + "{" + strings.Repeat("b:1 ", 250_000) + "}" + strings.Repeat("}", 190) + ";", "longer than the limit", "statement"},
	{"wide literal at the bottom of a deep one, below the limit", head + "option (x) = " + strings.Repeat("{a:", 190) + "{" + strings.Repeat("b:1 ", 30_000) + "}" + strings.Repeat("}", 190) + ";", "canonical form", "text"},
	{"one line of fields", head + "message M {" + numbered(18_999, "string f%d=%d;") + "}", "", ""},
	{"too many fields", head + "message M {" + numbered(20_001, "string f%d=%d;") + "}", "more than the limit of 20000", "fields"},
	{"too many symbols", head + "enum E {" + numbered(65_537, "V%d=%d;") + "}", "more than the limit of 65536", "symbols"},
	{"too many oneof members", head + "message M { oneof o {" + numbered(1001, "string f%d=%d;") + "} }", "more than the limit of 1000", "branches"},
	{"too many imports", head + numbered(1001, "import \"%d/%d.proto\";"), "more than the limit of 1000", "references"},
	{"many reserved names on one line", head + "message M { reserved " + numbered(19_999, "\"a%d%d\",") + "\"z\"; }", "", ""},
	{"many options nobody defines", head + "message M {" + numbered(20_000, "option (o%d)=%d;") + "}", "", ""},
	{"many messages on one line", head + numbered(30_000, "message M%d_%d{}"), "", ""},
	{"many messages nested in one", head + "message M {" + numbered(30_000, "message M%d_%d{}") + "}", "", ""},
	{"many rpcs", head + "message M{} service S {" + numbered(20_000, "rpc R%d_%d(M)returns(M);") + "}", "", ""},
	{"empty statements", head + strings.Repeat(";", 1<<19), "", ""},
	{"one long string", head + "option (x) = \"" + strings.Repeat("a", 1<<19) + "\";", "", ""},
	{"many adjacent strings", head + "option (x) = " + strings.Repeat("\"a\"", 1<<17) + ";", "longer than the limit", "statement"},
	{"a long list of one member", head + "option (x) = {" + strings.Repeat("t:1 ", 32_000) + "};", "", ""},
	{"a list of many items", head + "option (x) = { t: [1" + strings.Repeat(",1", 60_000) + "] };", "", ""},
	{"many compact options", head + "message M { string a = 1 [(x) = 1" + strings.Repeat(",(x) = 1", 30_000) + "]; }", "", ""},
	{"many members", head + "option (x) = {" + numbered(32_000, "a%d:%d ") + "};", "", ""},
	{"a long name", head + "message " + strings.Repeat("M", 1<<19) + " {}", "", ""},
	{"a name of many parts", head + "message M { " + strings.Repeat("a.", 1<<18) + "B b = 1; }", "longer than the limit", "statement"},
	{"a long comment", head + "/*" + strings.Repeat("* ", 1<<19-100) + "*/ message M {}", "", ""},
	{"an option in many statements", head + "import \"confluent/meta.proto\";\n" + numbered(10_000, "option (confluent.file_meta).params.k%d = \"%d\";\n"), "", ""},
	{"many comments", head + strings.Repeat("/**/", 1<<17) + "message M {}", "", ""},
	{"unfinished comment", head + "/*" + strings.Repeat("a", 1<<19), "Could not parse Protobuf - ", ""},
	{"unfinished string", head + "option x = \"" + strings.Repeat("\\", 1<<19), "Could not parse Protobuf - ", ""},
	{"too large", head + strings.Repeat(" ", 1<<20), "more than the limit of 1048576", "text"},
	{"NUL", head + "message M\x00 {}", "Could not parse Protobuf - ", ""},
	{"NUL in a string", head + "option (x) = \"a\x00b\";", "Could not parse Protobuf - ", ""},
	{"invalid UTF-8", head + "// caf\xe9\nmessage M {}", "invalid UTF-8", ""},
	{"byte order mark", "\ufeff" + head + "message M {}", "", ""},
	{"CRLF", strings.ReplaceAll(head+"message M {\n string a = 1;\n}\n", "\n", "\r\n"), "", ""},
	{"huge number", head + "message M { string a = 99999999999999999999999999; }", "Could not parse Protobuf - ", ""},
	{"negative number", head + "message M { string a = -1; }", "Could not parse Protobuf - ", ""},
	{"duplicate field number", head + "message M { string a = 1; string b = 1; }", "b", ""},
	{"duplicate name", head + "message M {} message M {}", "already defined", ""},
	{"unknown type", head + "message M { Nope a = 1; }", "unknown type Nope", ""},
	{"unknown syntax", "syntax = \"proto9\"; message M {}", "syntax value", ""},
	{"unknown edition", "edition = \"2999\"; message M {}", "edition value", ""},
	{"base64 of nothing", "AAAA", "Could not parse Protobuf - ", ""},
	{"base64 that nests", nestedDescriptor(5000), "Could not parse Protobuf - ", ""},
	{"base64 with a bad reference", badDescriptor(), "unknown type .nope.Nope", ""},
	{"Avro", `{"type":"record","name":"R","fields":[]}`, "Could not parse Protobuf - ", ""},
	{"a field that ends early", "syntax = \"proto3\";\nmessage A { string a = 1", "Could not parse Protobuf - ", ""},
	{"a number alone", "syntax = \"proto3\";\nmessage A { 1 }", "Could not parse Protobuf - ", ""},
	{"ranges that make the parser panic", "message M { extensions 100 to 199 [verification = UNVERIFIED] }", "syntax error: expecting ';'", ""},
	{"a literal that makes the interpreter panic", "import \"confluent/meta.proto\"; message M { option (confluent.message_meta) = { Doc: \"x\" params { Key: 1 } }; }", "", ""},
	{"a feature that nobody knows", "edition = \"2023\"; option features = { Field_presence: EXPLICIT };", "option features is not valid here", ""},
	{"braces", "{}", "Could not parse Protobuf - ", ""},
	{"a word", "message", "Could not parse Protobuf - ", ""},
}

func numbered(n int, format string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, format, i, i)
	}
	return b.String()
}

// nestedDescriptor is a descriptor of n messages, each inside the one before.
func nestedDescriptor(n int) string {
	m := &descriptorpb.DescriptorProto{Name: proto.String("M")}
	for range n {
		m = &descriptorpb.DescriptorProto{Name: proto.String("M"), NestedType: []*descriptorpb.DescriptorProto{m}}
	}
	return encode(&descriptorpb.FileDescriptorProto{MessageType: []*descriptorpb.DescriptorProto{m}})
}

func badDescriptor() string {
	return encode(&descriptorpb.FileDescriptorProto{
		Name: proto.String("a.proto"),
		MessageType: []*descriptorpb.DescriptorProto{{
			Name: proto.String("M"),
			Field: []*descriptorpb.FieldDescriptorProto{{
				Name: proto.String("f"), Number: proto.Int32(1), TypeName: proto.String(".nope.Nope"),
				Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
			}},
		}},
	})
}

func encode(fd *descriptorpb.FileDescriptorProto) string {
	raw, err := proto.Marshal(fd)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// cpu returns the processor time that the process has used. The clock would measure the machine's other work too.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestHostile allows each text ten times what a plain text of the largest size takes, to be parsed and normalized.
func TestHostile(t *testing.T) {
	spent := func(text string) (time.Duration, error) {
		start := cpu(t)
		s, err := tryParse(text)
		if err == nil {
			s.Normalized()
		}
		return cpu(t) - start, err
	}
	plain := strings.ReplaceAll(wide(18_000), "field_", strings.Repeat("long_", 7))
	most, err := spent(plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range hostile {
		t.Run(tc.name, func(t *testing.T) {
			took, err := spent(tc.text)
			if took > 10*most {
				t.Errorf("took %v, want at most ten times the %v of a plain text", took, most)
			}
			checkRefusal(t, err, tc.want, tc.limit)
		})
	}
}

func checkRefusal(t *testing.T, err error, want, limit string) {
	t.Helper()
	if want == "" && limit == "" {
		if err != nil {
			t.Errorf("got %v, want no error", err)
		}
		return
	}
	var bad *schema.Error
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want a *schema.Error", err)
	}
	if !strings.Contains(bad.Message, want) || bad.Limit != limit {
		t.Errorf("got %q (limit %q), want %q (limit %q)", bad.Error(), bad.Limit, want, limit)
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Parse(ctx, schema.Source{Text: sixTypes}, schema.Options{New: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
