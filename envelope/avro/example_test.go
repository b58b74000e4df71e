package avro_test

import (
	"context"
	"fmt"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

func mustParse(text string) avro.Use {
	s, err := avro.Parse(context.Background(), schema.Source{Text: text}, schema.Options{New: true})
	if err != nil {
		panic(err)
	}
	return s.Root()
}

func Example() {
	writer := mustParse(`{"type":"record","name":"Order","fields":[{"name":"id","type":"int"},{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}}]}`)
	message, err := envelope.Encode(writer, envelope.Record{envelope.Int(42), envelope.Bytes{0x04, 0xd2}})
	if err != nil {
		panic(err)
	}
	d, err := envelope.Decode(writer, message)
	fmt.Println(envelope.JSON(writer, d), err)

	reader := mustParse(`{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"currency","type":"string"}]}`)
	_, err = envelope.Resolve(reader, writer, message, envelope.Options{})
	fmt.Println(err)
	// Output:
	// {"id":42,"total":"12.34"} <nil>
	// currency: missing in the data, no default
}

func ExampleBuilder_Reaching() {
	writer := mustParse(`{"type":"map","values":["null",{"type":"enum","name":"Colour","symbols":["RED","BLUE"]}]}`)
	reader := mustParse(`{"type":"map","values":["null",{"type":"enum","name":"Colour","symbols":["RED"]}]}`)
	path := []envelope.Step{{Kind: envelope.IntoValues}, {Kind: envelope.IntoBranch, Index: 1}}
	d, err := envelope.NewBuilderFor(reader, writer, avro.Practice).Reaching(path, envelope.Enum("BLUE"))
	if err != nil {
		panic(err)
	}
	message, err := envelope.Encode(writer, d)
	if err != nil {
		panic(err)
	}
	fmt.Println(envelope.JSON(writer, d))
	for _, failure := range envelope.Failures(reader, writer, message, envelope.Options{}) {
		fmt.Println(failure, failure.Reader, failure.Writer)
	}
	// Output:
	// {"key":"BLUE"}
	// ["key"]: the reader's Colour has no symbol BLUE and no default /values/1 /values/1
}
