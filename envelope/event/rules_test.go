package event_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope/event"
)

func TestRules(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		settings event.Settings
		text     string
		want     []string
	}{
		{"a UUID", event.Settings{IDFormat: event.UUID}, plain(`"eventId"`, `"0b8f5c86-52b1-1f0e-9d5c-0c1f3ad2a111"`), nil},
		{"no UUID", event.Settings{IDFormat: event.UUID}, plain(), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"a UUID of version 4", event.Settings{IDFormat: event.UUIDv4}, plain(`"eventId"`, `"0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a111"`), nil},
		{"a UUID of another version than 4", event.Settings{IDFormat: event.UUIDv4}, plain(`"eventId"`, `"01890a5d-ac96-774b-bcce-b302099a8057"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"a UUID of version 7", event.Settings{IDFormat: event.UUIDv7}, plain(`"eventId"`, `"01890a5d-ac96-774b-bcce-b302099a8057"`), nil},
		{"a UUID of another version than 7", event.Settings{IDFormat: event.UUIDv7}, plain(`"eventId"`, `"0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a111"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"a ULID", event.Settings{IDFormat: event.ULID}, plain(`"eventId"`, `"01ARZ3NDEKTSV4RRFFQ69G5FAV"`), nil},
		{"no ULID", event.Settings{IDFormat: event.ULID}, plain(), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"reverse DNS", event.Settings{TypeFormat: event.ReverseDNS}, plain(`"eventType"`, `"com.example.order_placed-v2"`), nil},
		{"no reverse DNS", event.Settings{TypeFormat: event.ReverseDNS}, plain(), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"Pascal case", event.Settings{TypeFormat: event.PascalCase}, plain(), nil},
		{"no Pascal case", event.Settings{TypeFormat: event.PascalCase}, plain(`"eventType"`, `"order.placed"`), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"an expression", event.Settings{TypeFormat: `Order|Order[A-Z]\w+`}, plain(), nil},
		{"an expression fits the whole type", event.Settings{TypeFormat: `Order|Placed`}, plain(), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"an expression and a newline at the end", event.Settings{TypeFormat: `(?m)^Order$`}, plain(`"eventType"`, `"Order\nx"`), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"milliseconds", event.Settings{TimeFormat: event.EpochMillis}, plain(`"occurredAt"`, "1767323045000"), nil},
		{"milliseconds with an exponent", event.Settings{TimeFormat: event.EpochMillis}, plain(`"occurredAt"`, "1.767323045e12"), nil},
		{"milliseconds ahead", event.Settings{TimeFormat: event.EpochMillis}, plain(`"occurredAt"`, "1967323045000"), []string{"error ENV_TIME_FUTURE envelope.occurredAt"}},
		{"milliseconds with a fraction", event.Settings{TimeFormat: event.EpochMillis}, plain(`"occurredAt"`, "1767323045000.5"), []string{"error ENV_TIME_FORMAT envelope.occurredAt"}},
		{"milliseconds in a string", event.Settings{TimeFormat: event.EpochMillis}, plain(`"occurredAt"`, `"1767323045000"`), []string{"error ENV_TIME_FORMAT envelope.occurredAt"}},
		{"RFC 3339 where milliseconds are set", event.Settings{TimeFormat: event.EpochMillis}, plain(), []string{"error ENV_TIME_FORMAT envelope.occurredAt"}},
		{"a little ahead where nothing is allowed", event.Settings{MaxFuture: "0s"}, plain(`"occurredAt"`, `"2026-01-02T03:10:01Z"`), []string{"error ENV_TIME_FUTURE envelope.occurredAt"}},
		{"a day ahead where two are allowed", event.Settings{MaxFuture: "48h"}, plain(`"occurredAt"`, `"2026-01-03T03:10:00Z"`), []string{"warning ENV_TIME_FUTURE envelope.occurredAt"}},
		{"just as old as is allowed", event.Settings{MaxPast: "5m55s"}, plain(), nil},
		{"a day old where two are allowed", event.Settings{MaxPast: "2d"}, plain(`"occurredAt"`, `"2026-01-01T03:04:05Z"`), nil},
		{"three days old where two are allowed", event.Settings{MaxPast: "2d"}, plain(`"occurredAt"`, `"2025-12-30T03:04:05Z"`), []string{"error ENV_TIME_PAST envelope.occurredAt"}},
		{"older than is allowed", event.Settings{MaxPast: "5m54s"}, plain(), []string{"error ENV_TIME_PAST envelope.occurredAt"}},
		{"older than any duration", event.Settings{MaxPast: "24h"}, plain(`"occurredAt"`, `"0001-01-01T00:00:00Z"`), []string{"error ENV_TIME_PAST envelope.occurredAt"}},
		{"further ahead than any duration", event.Settings{}, plain(`"occurredAt"`, `"9999-01-01T00:00:00Z"`), []string{"error ENV_TIME_FUTURE envelope.occurredAt"}},
		{"a source", event.Settings{RequireSource: true}, plain(`"source"`, `"/shop"`), nil},
		{"no source", event.Settings{RequireSource: true}, plain(), []string{"error ENV_SOURCE_MISSING envelope.source"}},
		{"a source that is null", event.Settings{RequireSource: true}, plain(`"source"`, "null"), []string{"error ENV_SOURCE_MISSING envelope.source"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := tt.settings.Rules()
			if err != nil {
				t.Fatal(err)
			}
			e, findings := event.ParsePlain([]byte(tt.text))
			findings = append(findings, e.Check(r, now)...)
			if diff := cmp.Diff(tt.want, lines(findings)); diff != "" {
				t.Errorf("findings of %s (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		settings event.Settings
		want     string // part of the sentence
	}{
		{"idFormat", event.Settings{IDFormat: "guid"}, `idFormat is "guid"`},
		{"timeFormat", event.Settings{TimeFormat: "iso"}, `timeFormat is "iso"`},
		{"typeFormat", event.Settings{TypeFormat: "("}, "typeFormat is neither"},
		{"typeFormat that only looks whole", event.Settings{TypeFormat: "a)|(?:b"}, "typeFormat is neither"},
		{"typeFormat with a backreference", event.Settings{TypeFormat: `(a)\1`}, "typeFormat is neither"},
		{"typeFormat too long", event.Settings{TypeFormat: strings.Repeat("a", 501)}, "typeFormat has 501 bytes"},
		{"typeFormat too large", event.Settings{TypeFormat: strings.Repeat("x{900}", 20)}, "typeFormat comes to more than"},
		{"typeFormat too deep", event.Settings{TypeFormat: strings.Repeat("(", 249) + "x" + strings.Repeat(")", 249)}, ""},
		{"maxFuture", event.Settings{MaxFuture: "soon"}, `maxFuture is "soon"`},
		{"maxFuture without a unit", event.Settings{MaxFuture: "60"}, `maxFuture is "60"`},
		{"maxPast of too many days", event.Settings{MaxPast: "99999d"}, `maxPast is "99999d"`},
		{"maxPast of no days", event.Settings{MaxPast: "d"}, `maxPast is "d"`},
		{"maxPast below zero", event.Settings{MaxPast: "-1h"}, `maxPast is "-1h"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tt.settings.Rules()
			if tt.want == "" {
				if err != nil {
					t.Errorf("got %v, want rules", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestSettingsWithDefaults(t *testing.T) {
	t.Parallel()
	var s event.Settings
	if err := json.Unmarshal([]byte(`{"subject":"orders-value","idFormat":"ulid"}`), &s); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(s.WithDefaults())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"subject":"orders-value","idFormat":"ulid","typeFormat":"any","timeFormat":"rfc3339","maxFuture":"1h","maxPast":"","requireSource":false}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}
