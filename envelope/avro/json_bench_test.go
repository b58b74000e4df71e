package avro_test

import (
	"encoding/json"
	"fmt"
	"testing"

	hamba "github.com/hamba/avro/v2"

	envelope "github.com/treatyhq/treaty/envelope/avro"
)

// BenchmarkJSON compares with another implementation that goes through maps, with encoding/json on their other side. What
// it is given to encode are the types that it wants, not those that encoding/json makes of a text: its time is the less
// for it.
func BenchmarkJSON(b *testing.B) {
	for _, items := range []int{3, 98} {
		writer, body := orderOf(b, items)
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		schema, err := hamba.ParseBytesWithCache([]byte(orderEvent), "", &hamba.SchemaCache{})
		if err != nil {
			b.Fatal(err)
		}
		var value map[string]any
		if err := hamba.Unmarshal(schema, body, &value); err != nil {
			b.Fatal(err)
		}
		text, ok := program.AppendJSON(nil, body, envelope.JSONOptions{})
		if !ok {
			b.Fatal("not valid")
		}
		into := make([]byte, 0, 2*len(text))
		run := func(name string, size int, ours, theirs func()) {
			b.Run(fmt.Sprintf("%s/%d", name, len(body)), func(b *testing.B) {
				mine, peers := perRound(ours), perRound(theirs)
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					ours()
				}
				b.ReportMetric(peers/mine, "times-hamba")
				b.ReportMetric(mine, "ours-ns")
				b.ReportMetric(peers, "hamba-ns")
			})
		}
		run("decode", len(body), func() {
			if _, ok := program.AppendJSON(into[:0], body, envelope.JSONOptions{}); !ok {
				b.Fatal("not valid")
			}
		}, func() {
			var v map[string]any
			if err := hamba.Unmarshal(schema, body, &v); err != nil {
				b.Fatal(err)
			}
			if _, err := json.Marshal(v); err != nil {
				b.Fatal(err)
			}
		})
		run("encode", len(text), func() {
			if _, _, findings := program.AppendBinary(into[:0], text, envelope.JSONOptions{}); len(findings) > 0 {
				b.Fatal(findings)
			}
		}, func() {
			var v any
			if err := json.Unmarshal(text, &v); err != nil {
				b.Fatal(err)
			}
			if _, err := hamba.Marshal(schema, value); err != nil {
				b.Fatal(err)
			}
		})
	}
}
