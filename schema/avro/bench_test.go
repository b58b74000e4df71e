package avro_test

import (
	"context"
	"testing"

	twmb "github.com/twmb/avro"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// order is a schema as they are registered every day: 1.4 KB.
const order = `{"type":"record","name":"OrderPlaced","namespace":"com.example.orders","doc":"An order that a customer has placed.","fields":[
{"name":"orderId","type":{"type":"string","logicalType":"uuid"},"doc":"Unique."},
{"name":"customerId","type":"long"},
{"name":"placedAt","type":{"type":"long","logicalType":"timestamp-millis"}},
{"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID","SHIPPED","CANCELLED"],"default":"NEW"},"default":"NEW"},
{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
{"name":"currency","type":"string","default":"EUR"},
{"name":"note","type":["null","string"],"default":null},
{"name":"shipping","type":{"type":"record","name":"Address","fields":[
 {"name":"street","type":"string"},{"name":"city","type":"string"},{"name":"zip","type":["null","string"],"default":null},{"name":"country","type":"string","default":"DE","aliases":["land"]}]}},
{"name":"billing","type":["null","Address"],"default":null},
{"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[
 {"name":"sku","type":"string"},{"name":"quantity","type":"int","default":1},{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},{"name":"attributes","type":{"type":"map","values":"string"},"default":{}}]}}},
{"name":"tags","type":{"type":"array","items":"string"},"default":[]},
{"name":"weight","type":["null","double"],"default":null,"confluent:tags":["SHIPPING"]}]}`

func BenchmarkParse(b *testing.B) {
	src := source(order)
	b.SetBytes(int64(len(order)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := avro.Parse(context.Background(), src, schema.Options{New: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParsePeer is another implementation on the same text.
func BenchmarkParsePeer(b *testing.B) {
	b.SetBytes(int64(len(order)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := twmb.Parse(order); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNormalized(b *testing.B) {
	s := parse(b, order)
	b.ReportAllocs()
	for b.Loop() {
		s.Normalized()
	}
}

func BenchmarkParsingCanonicalForm(b *testing.B) {
	s := parse(b, order)
	b.ReportAllocs()
	for b.Loop() {
		s.ParsingCanonicalForm()
	}
}
