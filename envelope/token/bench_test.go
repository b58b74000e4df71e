package token_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/envelope/token"
)

// order is a message as producers send them, of about 450 bytes.
const order = `{"orderId":"ord-000001-abcdef","customerId":"cus-4711","placedAt":"2026-01-02T03:04:05.678Z","status":"PLACED",
"currency":"EUR","total":12345678901234567,"items":[{"sku":"sku-1","qty":3,"price":19.99,"tags":["a","b"]},{"sku":"sku-2","qty":1,"price":5.5,"tags":[]},
{"sku":"sku-3","qty":12,"price":0.25,"tags":["žluť","x\ty"]}],"note":null,"gift":false,"address":{"street":"1 Long Street","city":"Ostrava","zip":"70200"}}`

// BenchmarkReader reads a message in full, duplicates looked for. The metric is encoding/json's time into any over ours.
func BenchmarkReader(b *testing.B) {
	large := "[" + strings.Repeat(order+",", 200) + order + "]"
	var wide strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&wide, `,"member-%d":%d`, i, i)
	}
	for name, text := range map[string]string{"order": order, "200 orders": large, "2000 members": "{" + wide.String()[1:] + "}"} {
		b.Run(name, func(b *testing.B) {
			data := []byte(text)
			var r token.Reader
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				r.Reset(data, token.Options{Unique: true})
				for t := r.Next(); t.Kind != token.End; t = r.Next() {
					if t.Kind == token.Invalid {
						b.Fatal(r.Err())
					}
				}
				middle := time.Now()
				var v any
				if err := json.Unmarshal(data, &v); err != nil {
					b.Fatal(err)
				}
				ours, theirs = ours+middle.Sub(start), theirs+time.Since(middle)
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns-ours/op")
			b.ReportMetric(float64(theirs)/float64(ours), "times-faster-than-encoding/json")
		})
	}
}

// Reading allocates nothing, once a reader has read.
func TestReaderAllocatesNothing(t *testing.T) {
	var r token.Reader
	data := []byte(order)
	got := testing.AllocsPerRun(100, func() {
		r.Reset(data, token.Options{Unique: true})
		if _, ok := r.Skip(); !ok {
			t.Fatal(r.Err())
		}
	})
	if got != 0 {
		t.Errorf("reading allocates %v times, want 0", got)
	}
}
