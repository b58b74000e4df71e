package avro_test

import (
	"strings"
	"testing"

	hamba "github.com/hamba/avro/v2"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// newerOrder is the order event two releases later: a field promoted, one dropped, one with a default, one renamed, and an
// enum with more symbols.
var newerOrder = strings.NewReplacer(
	`{"name":"quantity","type":"int"}`, `{"name":"quantity","type":"long"}`,
	`{"name":"vip","type":"boolean"}`, `{"name":"tier","type":"string","default":"standard"}`,
	`{"name":"currency","type":"string"}`, `{"name":"currencyCode","aliases":["currency"],"type":"string"}`,
	`"symbols":["NEW","PAID"`, `"symbols":["DRAFT","NEW","PAID"`,
).Replace(orderEvent)

// BenchmarkTranscode compares carrying a message over with decoding it into maps and encoding those again, which is what a
// program does that has no such thing, and less: it resolves nothing.
func BenchmarkTranscode(b *testing.B) {
	_, body := orderOf(b, 3)
	writer, reader := whole(b, orderEvent), whole(b, newerOrder)
	transcoder := envelope.Fuse(writer, reader, avro.Practice)
	schema, err := hamba.ParseBytesWithCache([]byte(orderEvent), "", &hamba.SchemaCache{})
	if err != nil {
		b.Fatal(err)
	}
	peer := perRound(func() {
		var v map[string]any
		if err := hamba.Unmarshal(schema, body, &v); err != nil {
			b.Fatal(err)
		}
		if _, err := hamba.Marshal(schema, v); err != nil {
			b.Fatal(err)
		}
	})
	var out []byte
	carry := func() {
		o, step, findings := transcoder.Append(out[:0], body, 100)
		if len(findings) > 0 || len(step.Promoted) != 1 || len(step.Dropped) != 1 || len(step.Defaulted) != 1 || len(step.Renamed) != 1 {
			b.Fatal(step, findings)
		}
		out = o
	}
	ours := perRound(carry)
	b.ReportAllocs()
	for b.Loop() {
		carry()
	}
	b.ReportMetric(ours/peer, "of-hamba")
	b.ReportMetric(ours, "ours-ns")
	b.ReportMetric(peer, "hamba-ns")
}
