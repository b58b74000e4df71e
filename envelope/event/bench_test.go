package event_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// BenchmarkParse reads and checks an event. The metric is encoding/json's time into a map over ours.
func BenchmarkParse(b *testing.B) {
	trace := []string{`"traceparent"`, `"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`}
	tests := []struct {
		name, text string
		parse      func([]byte) (*event.Envelope, []verdict.Finding)
	}{
		{"plain", plain(trace...), event.ParsePlain},
		{"structured", cloud(append(trace, `"dataschema"`, `"https://h/subjects/orders/versions/1"`)...), event.ParseStructured},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			text := []byte(tt.text)
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				e, findings := tt.parse(text)
				if findings = append(findings, e.Check(event.Rules{}, now)...); findings != nil {
					b.Fatal(findings)
				}
				middle := time.Now()
				var v map[string]any
				if err := json.Unmarshal(text, &v); err != nil {
					b.Fatal(err)
				}
				ours, theirs = ours+middle.Sub(start), theirs+time.Since(middle)
			}
			b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns-ours/op")
			b.ReportMetric(float64(theirs)/float64(ours), "times-faster-than-encoding/json")
		})
	}
}
