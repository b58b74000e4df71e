package protobuf

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/schema"
)

// sixTypes is an ordinary file: five messages, an enum, maps, a oneof and three well-known imports.
const sixTypes = `syntax = "proto3";
package shop.orders;

import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/type/money.proto";

option java_package = "com.shop.orders";

message Order {
  string id = 1;
  google.protobuf.Timestamp placed_at = 2;
  repeated Line lines = 3;
  map<string, string> labels = 4;
  Customer customer = 5;
  Status status = 6;

  oneof payment {
    Card card = 7;
    Transfer transfer = 8;
  }
}
message Line {
  string sku = 1;
  int32 quantity = 2;
  google.type.Money price = 3;
  optional string note = 4;
}
message Customer {
  string id = 1;
  string name = 2;
  bytes signature = 3;
}
message Card {
  string token = 1;
  google.protobuf.Duration valid_for = 2;
}
message Transfer {
  string iban = 1;
}
enum Status {
  STATUS_UNSPECIFIED = 0;
  STATUS_PLACED = 1;
  STATUS_PAID = 2;
}
`

// lengthened is sixTypes with comments, which is not its canonical form.
var lengthened = "// Orders of the shop.\n" + strings.ReplaceAll(sixTypes, "message ", "// A message.\nmessage ")

func chain(n int) (string, []schema.Dependency) {
	var deps []schema.Dependency
	for i := range n {
		imports, field := "", ""
		if i > 0 {
			imports = fmt.Sprintf("\nimport \"c/%d.proto\";\n", i-1)
			field = fmt.Sprintf("  M%d previous = 2;\n", i-1)
		}
		text := fmt.Sprintf("syntax = \"proto3\";\npackage c;\n%s\nmessage M%d {\n  string a = 1;\n%s}\n", imports, i, field)
		path := fmt.Sprintf("c/%d.proto", i)
		deps = append(deps, schema.Dependency{Reference: schema.Reference{Name: path, Subject: path, Version: 1}, Text: text})
	}
	return fmt.Sprintf("syntax = \"proto3\";\npackage c;\n\nimport \"c/%d.proto\";\n\nmessage Top {\n  M%d last = 1;\n}\n", n-1, n-1), deps
}

func BenchmarkParse(b *testing.B) {
	text, deps := chain(9)
	for _, bc := range []struct {
		name string
		src  schema.Source
	}{
		{"six types", schema.Source{Text: sixTypes}},
		{"six types, not canonical", schema.Source{Text: lengthened}},
		{"chain of ten files", schema.Source{Text: text, Dependencies: deps}},
		{"one message", schema.Source{Text: "syntax = \"proto3\";\npackage p;\n\nmessage M {\n  string a = 1;\n}\n"}},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(context.Background(), bc.src, schema.Options{New: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNormalized(b *testing.B) {
	s := parse(b, sixTypes)
	b.ReportAllocs()
	for b.Loop() {
		s.printNormal(true)
	}
}

// BenchmarkSize reports what a parsed schema holds, next to what Size says.
func BenchmarkSize(b *testing.B) {
	for _, bc := range []struct{ name, text string }{
		{"six types", sixTypes},
		{"one message", "syntax = \"proto3\";\npackage p;\n\nmessage M {\n  string a = 1;\n}\n"},
		{"wide", wide(2000)},
	} {
		b.Run(bc.name, func(b *testing.B) {
			n := max(20, 200_000/len(bc.text))
			for b.Loop() {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				held := make([]*Schema, n)
				for i := range held {
					held[i] = parse(b, strings.Clone(bc.text))
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "held-B")
				b.ReportMetric(float64(held[0].Size()), "estimated-B")
				runtime.KeepAlive(held)
			}
		})
	}
}

// wide returns a message of n fields.
func wide(n int) string {
	var b strings.Builder
	b.WriteString("syntax = \"proto3\";\npackage p;\n\nmessage Wide {\n")
	for i := range n {
		fmt.Fprintf(&b, "  string field_%d = %d;\n", i, i+1)
	}
	b.WriteString("}\n")
	return b.String()
}
