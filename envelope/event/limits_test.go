package event_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	table := event.Limits()
	var names []string
	for _, l := range table.Limits {
		names = append(names, l.Binding)
		if l.Bytes <= 0 || l.MaxBytes < l.Bytes || l.Counts == "" || l.Source == "" {
			t.Errorf("%s: %+v", l.Binding, l)
		}
		if _, err := time.Parse(time.DateOnly, l.AsOf); err != nil || l.AsOf > table.AsOf {
			t.Errorf("%s is as of %q, the table as of %q", l.Binding, l.AsOf, table.AsOf)
		}
	}
	want := []string{"kafka", "rabbitmq", "sqs", "sns", "eventbridge", "kinesis", "pubsub", "eventhubs", "rocketmq", "nats", "pulsar", "redis", "mqtt", "http"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("bindings (-want +got):\n%s", diff)
	}
	if event.KnownBinding("carrier-pigeon") || event.KnownBinding("") || !event.KnownBinding("kafka") {
		t.Error("KnownBinding knows the wrong ones")
	}
	text, err := json.Marshal(table)
	if err != nil || !strings.HasPrefix(string(text), `{"asOf":"`) || !strings.Contains(string(text), `{"binding":"sns","bytes":262144,"maxBytes":1048576,"counts":"`) {
		t.Errorf("the table is written as %s, %v", text, err)
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	two := headers("ab", "text", "c", "\x00\x01")
	text, binary := []byte("héllo"), []byte{0, 1, 2, 3}
	tests := []struct {
		binding string
		headers []event.Header
		payload []byte
		want    int64
	}{
		{"rabbitmq", two, text, 6},
		{"kinesis", two, binary, 4},
		{"sqs", nil, text, 6},
		{"sqs", nil, binary, 8},
		{"sqs", nil, []byte{0xff}, 4},
		{"sns", two, text, 6 + 2 + 6 + 4 + 1 + 6 + 2},
		{"eventbridge", two, text, 14 + 6 + 9},
		{"pubsub", two, text, 6 + 9},
		{"eventhubs", two, text, 6 + 9},
		{"nats", nil, text, 6},
		{"nats", two, text, 6 + 12 + (2 + 4 + 4) + (1 + 2 + 4)},
		{"mqtt", two, text, 6 + 9 + 10},
		// A record of 1 attribute byte, two deltas, no key, its value and its headers, behind 61 bytes and its own length.
		{"kafka", nil, text, 61 + 1 + 4 + 1 + 6 + 1},
		{"kafka", two, text, 61 + 1 + 4 + 1 + 6 + 1 + (1 + 2 + 1 + 4) + (1 + 1 + 1 + 2)},
		{"kafka", nil, make([]byte, 64), 61 + 2 + 4 + 2 + 64 + 1},
		{"kafka", nil, make([]byte, 63), 61 + 2 + 4 + 1 + 63 + 1},
	}
	for _, tt := range tests {
		if got := event.Size(tt.binding, tt.headers, tt.payload); got != tt.want {
			t.Errorf("Size on %s of %d headers and %q is %d, want %d", tt.binding, len(tt.headers), tt.payload, got, tt.want)
		}
	}
}

func TestCheckSize(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		binding string
		payload int
		want    []string
	}{
		{"small", "sns", 100, nil},
		{"80 % of it", "sns", 209715, nil},
		{"over 80 % of it", "sns", 209716, []string{"warning ENV_SIZE_WARN "}},
		{"as much as there is", "sns", 262144, []string{"warning ENV_SIZE_WARN "}},
		{"too much", "sns", 262145, []string{"error ENV_SIZE_LIMIT "}},
		{"the same elsewhere", "sqs", 262145, nil},
		{"Kafka without room for what frames it", "kafka", 1048588, []string{"error ENV_SIZE_LIMIT "}},
		{"a broker nobody knows", "carrier-pigeon", 1, []string{"error ENV_BINDING_UNKNOWN "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := lines(event.CheckSize(tt.binding, nil, []byte(strings.Repeat("x", tt.payload))))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%d bytes on %s (-want +got):\n%s", tt.payload, tt.binding, diff)
			}
		})
	}
}

// show prints headers, a line each.
func show(headers []event.Header) []string {
	var out []string
	for _, h := range headers {
		out = append(out, h.Name+": "+string(h.Value))
	}
	return out
}

func TestDeadLetter(t *testing.T) {
	t.Parallel()
	retriable := verdict.Errorf("SCHEMA_UNKNOWN", "", "nobody knows the ID 7")
	retriable.Class = verdict.Retriable
	findings := []verdict.Finding{verdict.Warningf("ENV_TRACE_FORMAT", "envelope.traceparent", "odd"), retriable, verdict.Errorf("AVRO_ENUM_RANGE", "items[3].status", "status is symbol 9")}
	original := headers("trace", "t-1", "raw", "\x00\xff", "trace", "t-2")
	before := slices.Clone(original)
	first := event.DeadLetter(original, event.Reason{Findings: findings, Subject: "orders-value", Version: 3, Binding: "kafka", Validator: "1.2", Now: now})
	want := []string{"trace: t-1", "raw: \x00\xff", "trace: t-2", "dlq-reason-code: AVRO_ENUM_RANGE", "dlq-reason: status is symbol 9", "dlq-class: permanent",
		"dlq-path: items[3].status", "dlq-subject: orders-value", "dlq-version: 3", "dlq-validator-version: 1.2", "dlq-attempts: 1",
		"dlq-first-failed-at: 2026-01-02T03:10:00Z", "__dlq.errors.message: status is symbol 9", "__connect.errors.exception.message: status is symbol 9"}
	if diff := cmp.Diff(want, show(first)); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, original); diff != "" {
		t.Errorf("the original headers were changed:\n%s", diff)
	}
	second := event.DeadLetter(first, event.Reason{Findings: findings[1:2], Now: now.Add(time.Hour)})
	want = append(want, "dlq-reason-code: SCHEMA_UNKNOWN", "dlq-reason: nobody knows the ID 7", "dlq-class: retriable", "dlq-attempts: 2")
	if diff := cmp.Diff(want, show(second)); diff != "" {
		t.Errorf("headers of a second failure (-want +got):\n%s", diff)
	}
}

func TestDeadLetterBounds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 10_000)
	got := event.DeadLetter(headers("dlq-attempts", "many"), event.Reason{Findings: []verdict.Finding{verdict.Errorf("X", "", "%s", long)}, Now: now})
	for _, h := range got {
		if len(h.Value) > 1010 || !strings.HasPrefix(long+"X", strings.TrimSuffix(string(h.Value), "…")) && h.Name == "dlq-reason" {
			t.Errorf("%s has %d bytes", h.Name, len(h.Value))
		}
	}
	if !slices.Contains(show(got), "dlq-attempts: 1") {
		t.Errorf("attempts that are no number do not count as none: %v", show(got))
	}
}
