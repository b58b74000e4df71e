package protobuf_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
)

// order is the type of an event of a shop, as they are.
const order = `syntax = "proto3";
package shop;
message OrderPlaced {
  string order_id = 1;
  string customer_id = 2;
  int64 placed_at = 3;
  Status status = 4;
  Address ship_to = 5;
  repeated Item items = 6;
  map<string, string> tags = 7;
  oneof payment {
    string card = 8;
    string invoice = 9;
  }
  bool gift = 10;
  double weight = 11;
  repeated int32 warehouses = 12;
  bytes signature = 13;
}
enum Status { STATUS_UNSPECIFIED = 0; PLACED = 1; PAID = 2; }
message Address { string name = 1; string street = 2; string city = 3; string zip = 4; string country = 5; }
message Item { string sku = 1; int32 quantity = 2; int64 price_minor = 3; string currency = 4; repeated string options = 5; }
`

// orderJSON is 353 bytes in binary.
const orderJSON = `{"orderId":"ord-2026-11-0000042137","customerId":"cust-88120","placedAt":"1795500000000","status":"PAID",
"shipTo":{"name":"Ada Example","street":"1 Analytical Way","city":"London","zip":"N1 9GU","country":"GB"},
"items":[{"sku":"SKU-1001-BLUE","quantity":2,"priceMinor":"1999","currency":"EUR","options":["gift-wrap","engraved"]},
{"sku":"SKU-2002","quantity":1,"priceMinor":"249900","currency":"EUR"},{"sku":"SKU-3003-XL","quantity":12,"priceMinor":"350","currency":"EUR","options":["eco"]}],
"tags":{"channel":"web","campaign":"autumn"},"card":"tok_1NqX2eZvKYlo2C","gift":true,"weight":2.75,"warehouses":[3,17,201],
"signature":"3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu/erb7v"}`

func orderMessage(tb testing.TB) ([]byte, *dynamicpb.Message) {
	m := dynamicpb.NewMessage(parse(tb, order))
	if err := protojson.Unmarshal([]byte(orderJSON), m); err != nil {
		tb.Fatal(err)
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return data, m
}

// BenchmarkClean compares what is done for every message with reading it into a dynamic one, in turns.
func BenchmarkClean(b *testing.B) {
	data, m := orderMessage(b)
	p := envelope.Compile(m.Descriptor())
	const each = 200
	var ours, theirs time.Duration
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		start := time.Now()
		for range each {
			if !p.Clean(data) {
				b.Fatal(p.Findings(data, 100))
			}
		}
		ours += time.Since(start)
		b.StopTimer()
		start = time.Now()
		for range each {
			if err := proto.Unmarshal(data, dynamicpb.NewMessage(m.Descriptor())); err != nil {
				b.Fatal(err)
			}
		}
		theirs += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(len(data)), "message-bytes")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*each), "ns/message")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "of-dynamicpb")
}

func TestCleanDoesNotAllocate(t *testing.T) {
	data, m := orderMessage(t)
	p := envelope.Compile(m.Descriptor())
	if n := testing.AllocsPerRun(100, func() { p.Clean(data) }); n != 0 {
		t.Errorf("%v allocations for each message, want none", n)
	}
}
