package avro_test

import (
	"fmt"
	"testing"
	"time"

	hamba "github.com/hamba/avro/v2"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// orderEvent has a field of almost every kind.
const orderEvent = `{"type":"record","name":"OrderPlaced","namespace":"com.example.orders","fields":[
{"name":"eventId","type":{"type":"string","logicalType":"uuid"}},
{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-micros"}},
{"name":"orderId","type":"long"},
{"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID","SHIPPED","CANCELLED"]}},
{"name":"customer","type":{"type":"record","name":"Customer","fields":[
 {"name":"id","type":"long"},{"name":"email","type":"string"},{"name":"name","type":["null","string"]},{"name":"vip","type":"boolean"}]}},
{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
{"name":"currency","type":"string"},
{"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[
 {"name":"sku","type":"string"},{"name":"title","type":"string"},{"name":"quantity","type":"int"},
 {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},{"name":"discount","type":["null","double"]}]}}},
{"name":"attributes","type":{"type":"map","values":"string"}},
{"name":"payment","type":["null","string",{"type":"record","name":"Card","fields":[
 {"name":"brand","type":"string"},{"name":"last4","type":{"type":"fixed","name":"Last4","size":4}},{"name":"expires","type":"int"}]}]},
{"name":"location","type":["null",{"type":"record","name":"Point","fields":[{"name":"lat","type":"double"},{"name":"lon","type":"double"}]}]},
{"name":"pickupAt","type":{"type":"int","logicalType":"time-millis"}}]}`

// orderOf returns a message with an order of so many items; with 3 it has 324 bytes.
func orderOf(t testing.TB, items int) (writer avro.Use, body []byte) {
	t.Helper()
	writer = parse(t, orderEvent)
	lines := envelope.Array{}
	for i := range items {
		discount := envelope.Union{Value: envelope.Null{}}
		if i%3 == 1 {
			discount = envelope.Union{Branch: 1, Value: envelope.Double(0.15)}
		}
		lines = append(lines, envelope.Record{
			envelope.String(fmt.Sprintf("SKU-%06d", 1042+37*i)), envelope.String([]string{"Espresso cups", "Kettle", "Coffee grinder, steel", "Filters"}[i%4]),
			envelope.Int(1 + i%4), envelope.Bytes{0x09, byte(0xc3 + i)}, discount,
		})
	}
	body, err := envelope.Encode(writer, envelope.Record{
		envelope.String("0f8fad5b-d9cb-469f-a165-70867728950e"),
		envelope.Long(time.Date(2026, 11, 24, 18, 30, 0, 123456000, time.UTC).UnixMicro()),
		envelope.Long(900_000_042),
		envelope.Enum("PAID"),
		envelope.Record{
			envelope.Long(7_421_337), envelope.String("ada.lovelace@example.com"),
			envelope.Union{Branch: 1, Value: envelope.String("Ada Lovelace")}, envelope.Boolean(true),
		},
		envelope.Bytes{0x01, 0x5f, 0x90},
		envelope.String("EUR"),
		lines,
		envelope.Map{
			{Key: "channel", Value: envelope.String("web")}, {Key: "campaign", Value: envelope.String("autumn-2026")},
			{Key: "locale", Value: envelope.String("de-DE")}, {Key: "userAgent", Value: envelope.String("Mozilla/5.0 (X11; Linux;en)")},
		},
		envelope.Union{Branch: 2, Value: envelope.Record{envelope.String("VISA"), envelope.Fixed("4242"), envelope.Int(202811)}},
		envelope.Union{Branch: 1, Value: envelope.Record{envelope.Double(52.520008), envelope.Double(13.404954)}},
		envelope.Int(66_600_123),
	})
	if err != nil {
		t.Fatal(err)
	}
	return writer, body
}

// BenchmarkClean compares with another implementation that decodes into maps, and with code written for the one schema.
func BenchmarkClean(b *testing.B) {
	for _, items := range []int{3, 98} {
		writer, body := orderOf(b, items)
		b.Run(fmt.Sprint(len(body)), func(b *testing.B) {
			program := envelope.CompileWithin(writer, envelope.ProgramLimits)
			schema, err := hamba.ParseBytesWithCache([]byte(orderEvent), "", &hamba.SchemaCache{})
			if err != nil {
				b.Fatal(err)
			}
			peer := perRound(func() {
				var v map[string]any
				if err := hamba.Unmarshal(schema, body, &v); err != nil {
					b.Fatal(err)
				}
			})
			hand := perRound(func() {
				if !handClean(body) {
					b.Fatal("not clean")
				}
			})
			ours := perRound(func() {
				if !program.Clean(body) {
					b.Fatal("not clean")
				}
			})
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				program.Clean(body)
			}
			b.ReportMetric(peer/ours, "times-hamba")
			b.ReportMetric(hand/ours, "of-hand")
			b.ReportMetric(ours, "ours-ns")
			b.ReportMetric(hand, "hand-ns")
			b.ReportMetric(peer, "hamba-ns")
		})
	}
}

// perRound returns how many nanoseconds a call of f takes, the best of some rounds.
func perRound(f func()) float64 {
	const rounds, calls = 200, 300
	best := time.Duration(1 << 62)
	for range rounds {
		start := time.Now()
		for range calls {
			f()
		}
		best = min(best, time.Since(start))
	}
	return float64(best.Nanoseconds()) / calls
}

func BenchmarkCompile(b *testing.B) {
	writer, _ := orderOf(b, 0)
	b.ReportAllocs()
	for b.Loop() {
		envelope.CompileWithin(writer, envelope.ProgramLimits)
	}
}

// BenchmarkFindings reads a message with one fault, at its end.
func BenchmarkFindings(b *testing.B) {
	writer, body := orderOf(b, 3)
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	body = append(body, 0)
	b.ReportAllocs()
	for b.Loop() {
		if len(program.Findings(body, 100)) != 1 {
			b.Fatal("want one finding")
		}
	}
}
