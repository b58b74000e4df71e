package protobuf_test

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

func mustParse(text string) protoreflect.MessageDescriptor {
	s, err := protobuf.Parse(context.Background(), schema.Source{Text: text}, schema.Options{New: true})
	if err != nil {
		panic(err)
	}
	return s.Descriptor().Messages().Get(0)
}

func Example() {
	writer := mustParse(`syntax = "proto3"; message Order { string id = 1; int64 cents = 2; string note = 3; }`)
	reader := mustParse(`syntax = "proto3"; message Order { string id = 1; int32 cents = 2; }`)

	m, err := envelope.Reaching(writer, []protoreflect.FieldNumber{2}, protoreflect.ValueOfInt64(5_000_000_000))
	if err != nil {
		panic(err)
	}
	if err := envelope.Set(m, []protoreflect.FieldNumber{3}); err != nil {
		panic(err)
	}
	message, err := envelope.Encode(m)
	if err != nil {
		panic(err)
	}
	r, err := envelope.Resolve(reader, writer, message, envelope.Limits{})
	if err != nil {
		panic(err)
	}
	text, err := envelope.JSON(r.Message)
	fmt.Println(string(text), err)
	for _, d := range r.Differences {
		fmt.Printf("%s %s: %s -> %s\n", d.Path, d.Kind, d.Writer, d.Reader)
	}
	// Output:
	// {"cents":705032704} <nil>
	// cents narrowed: "5000000000" -> 705032704
	// note skipped: "a" ->
}
