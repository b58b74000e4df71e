package event_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope/event"
)

// TestSentences is about what is said of times, types and references.
func TestSentences(t *testing.T) {
	t.Parallel()
	past := event.Settings{MaxPast: "720h"}
	for _, tt := range []struct {
		name     string
		settings event.Settings
		text     string
		want     string
	}{
		{"time of another form", event.Settings{}, plain(`"occurredAt"`, `"2026-01-02"`), `occurredAt is "2026-01-02", which is not a time of RFC 3339`},
		{"number for a time", event.Settings{TimeFormat: event.EpochMillis}, plain(`"occurredAt"`, `1.5`), "occurredAt is 1.5, which is not a number of milliseconds since 1970"},
		{"hours ahead", event.Settings{}, plain(`"occurredAt"`, `"2026-01-02T06:10:00Z"`), "occurredAt is 3h0m0s ahead of the clock, and 1h0m0s are allowed"},
		{"days ago", past, plain(`"occurredAt"`, `"2025-12-01T00:10:00Z"`), "occurredAt is 32d3h0m0s ago, and 30d are allowed"},
		{"ages ago", past, plain(`"occurredAt"`, `"1026-01-02T03:10:00Z"`), "occurredAt is over 292 years ago, and 30d are allowed"},
		{"type that is no domain", event.Settings{TypeFormat: event.ReverseDNS}, plain(), `eventType is "OrderPlaced", which is not of the form reverse-dns, such as com.example.order-placed`},
		{"type of no expression", event.Settings{TypeFormat: "x"}, plain(), `eventType is "OrderPlaced", which is not of the form x`},
		{"digest that is too short", event.Settings{}, plain(`"data"`, `null`, `"dataRef"`, `{"uri":"s3://b/k","sha256":"00"}`), `dataRef.sha256 is "00", and must be 64 hexadecimal digits`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := tt.settings.Rules()
			if err != nil {
				t.Fatal(err)
			}
			e, findings := event.ParsePlain([]byte(tt.text))
			findings = append(findings, e.Check(r, now)...)
			if len(findings) == 0 {
				t.Fatalf("nothing is found in %s", tt.text)
			}
			if diff := cmp.Diff(tt.want, findings[0].Message); diff != "" {
				t.Errorf("sentence about %s (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}
