package envelope_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/envelopetest"
)

// shopCodec returns a codec over two versions of a contract. A program has client.Source in the catalog's place.
func shopCodec() *envelope.Codec {
	var catalog envelopetest.Catalog
	for _, text := range []string{
		`{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"qty","type":"int"}]}`,
		`{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},{"name":"qty","type":"long"},{"name":"channel","type":"string","default":"WEB"}]}`,
	} {
		if _, err := catalog.Add("orders-value", envelope.Inline{Text: text}); err != nil {
			panic(err)
		}
	}
	return envelope.New(&catalog, envelope.Config{})
}

// A message of schema 1, in Confluent's framing: ID 42, three pieces.
var order = []byte{0, 0, 0, 0, 1, 84, 6}

func ExampleCodec_Validate() {
	codec := shopCodec()
	for _, payload := range [][]byte{order, order[:6], {0, 0, 0, 0, 99, 84, 6}} {
		a, err := codec.Validate(context.Background(), &envelope.Message{Framing: envelope.Confluent, Payload: payload})
		if err != nil {
			panic(err)
		}
		fmt.Print(envelope.DispositionOf(a.Findings))
		for _, f := range a.Findings {
			fmt.Print(" ", f.Code, ": ", f.Message)
		}
		fmt.Println()
	}
	// Output:
	// accept
	// dlq AVRO_TRUNCATED: qty: an int ends before its last byte
	// retry SCHEMA_UNKNOWN: no schema has the ID 99
}

func ExampleCodec_Decode() {
	a, err := shopCodec().Decode(context.Background(), &envelope.Message{Payload: order})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s, %s version %d: %s\n", a.Framing, a.Schema.Subject, a.Schema.Version, a.Data)
	// Output: confluent, orders-value version 1: {"id":42,"qty":3}
}

func ExampleCodec_Encode() {
	codec := shopCodec()
	a, err := codec.Encode(context.Background(), &envelope.Message{
		Subject: "orders-value", Version: "1", Data: []byte(`{"id": 42, "qty": 3}`),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(hex.EncodeToString(a.Payload))

	_, err = codec.Encode(context.Background(), &envelope.Message{
		Subject: "orders-value", Version: "1", Data: []byte(`{"id": 42, "qty": "three"}`),
	})
	var refused *envelope.Error
	fmt.Println(errors.As(err, &refused), refused.Findings[0].Code, refused.Findings[0].Path)
	// Output:
	// 00000000015406
	// true JSON_TYPE qty
}

func ExampleCodec_Upcast() {
	a, err := shopCodec().Upcast(context.Background(), &envelope.Message{
		Payload: order, Target: envelope.Target{Version: envelope.Latest},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(hex.EncodeToString(a.Payload))
	step := a.Steps[0]
	fmt.Println("from", step.From, "to", step.To, "promoted", step.Promoted, "defaulted", step.Defaulted)
	// Output:
	// 0000000002540606574542
	// from 1 to 2 promoted [qty] defaulted [channel]
}

// A message that will never be read goes to the dead letters as it is, with headers that say why.
func ExampleCodec_DeadLetter() {
	codec := shopCodec()
	m := &envelope.Message{
		Framing: envelope.Confluent, Payload: order[:6], Headers: []envelope.Header{{Name: "traceparent", Value: []byte("00-…")}},
	}
	a, err := codec.Validate(context.Background(), m)
	if err != nil {
		panic(err)
	}
	for _, h := range codec.DeadLetter(m, a, "orders-consumer 1.4") {
		if h.Name != "dlq-first-failed-at" { // now
			fmt.Printf("%s: %s\n", h.Name, h.Value)
		}
	}
	// Output:
	// traceparent: 00-…
	// dlq-reason-code: AVRO_TRUNCATED
	// dlq-reason: qty: an int ends before its last byte
	// dlq-class: permanent
	// dlq-path: qty
	// dlq-subject: orders-value
	// dlq-version: 1
	// dlq-validator-version: orders-consumer 1.4
	// dlq-attempts: 1
}

// A batch looks at messages that are right without allocating. Only those that are not are validated.
func ExampleCodec_Batch() {
	codec := shopCodec()
	batch := codec.Batch(envelope.Message{Framing: envelope.Confluent})
	for i, payload := range [][]byte{order, order, order[:6]} {
		if batch.Clean(context.Background(), payload) {
			continue
		}
		a, err := codec.Validate(context.Background(), &envelope.Message{Framing: envelope.Confluent, Payload: payload})
		if err != nil {
			panic(err)
		}
		fmt.Println(i, envelope.DispositionOf(a.Findings))
	}
	// Output: 2 dlq
}
