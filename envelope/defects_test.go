package envelope_test

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/schema/avro"
)

// The tests of this file are named for what other implementations get wrong.

// TestDefectPrefixReadWithoutItsLength: a prefix that ends early makes some clients read beyond the message, and the count
// of a message index has them make room for as much as it says. It runs alone, for it measures memory.
func TestDefectPrefixReadWithoutItsLength(t *testing.T) {
	s := newShelf(t)
	c := newCodec(s.catalog)
	codesOf := func(m envelope.Message) string {
		a, err := c.Validate(t.Context(), &m)
		if err != nil {
			t.Fatalf("%x: %v", m.Payload, err)
		}
		return codes(a.Findings)
	}
	for _, whole := range [][]byte{prefix(s.order), header(s.order)} {
		for n := range whole {
			m := envelope.Message{Payload: append([]byte{}, whole[:n]...), Framing: envelope.Confluent}
			if got := codesOf(m); got != "FRAME_TRUNCATED" {
				t.Errorf("%x: %s", m.Payload, got)
			}
		}
		m := envelope.Message{Payload: orderBody, Headers: h("__value_schema_id", whole[:len(whole)-1])}
		if got := codesOf(m); got != "FRAME_HEADER" {
			t.Errorf("in a header, %x: %s", m.Headers[0].Value, got)
		}
	}
	huge := envelope.Message{Payload: join(prefix(s.many), bin("feffffff0f 00")), Framing: envelope.Confluent}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := codesOf(huge)
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; got != "FRAME_INDEX" || made > 1<<20 {
		t.Errorf("an index of 2^31-1 levels: %s, with %d bytes of memory", got, made)
	}
}

// TestDefectMalformedHeaderIgnored: some clients pass over a header that they cannot read and take the payload's first
// bytes for a prefix; of two headers some take the first, though the last is what a producer has set.
func TestDefectMalformedHeaderIgnored(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	prefixed := join(prefix(s.order), orderBody)
	two := func(first, last []byte) []envelope.Header {
		return append(h("__value_schema_id", first), h("__value_schema_id", last)...)
	}
	for _, tt := range []struct {
		name    string
		payload []byte
		headers []envelope.Header
		codes   string
		id      int
	}{
		{"cut", prefixed, h("__value_schema_id", header(s.order)[:16]), "FRAME_HEADER", 0},
		{"empty", prefixed, h("__value_schema_id", nil), "FRAME_HEADER", 0},
		{"another magic", prefixed, h("__value_schema_id", join([]byte{2}, header(s.order)[1:])), "FRAME_HEADER", 0},
		{"the last is malformed", orderBody, two(header(s.order), []byte{1}), "FRAME_HEADER", 0},
		{"the first is", orderBody, two([]byte{1}, header(s.order)), "clean", s.order.ID},
		{"the last wins", orderBody, two(header(s.other), header(s.order)), "clean", s.order.ID},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := c.Validate(t.Context(), &envelope.Message{Payload: tt.payload, Headers: tt.headers})
			if err != nil {
				t.Fatal(err)
			}
			id := 0
			if a.Schema != nil {
				id = a.Schema.ID
			}
			if got := codes(a.Findings); got != tt.codes || id != tt.id {
				t.Errorf("got %s of ID %d, want %s of %d", got, id, tt.codes, tt.id)
			}
		})
	}
}

// TestDefectLogicalTypesIgnored: resolution by base types alone reads 12.34 as 1.234 and a millisecond as a microsecond,
// and nobody says a word.
func TestDefectLogicalTypesIgnored(t *testing.T) {
	t.Parallel()
	in := func(kind string) string {
		return `{"type":"record","name":"R","fields":[{"name":"a","type":` + kind + `}]}`
	}
	decimal := func(digits string) string { return `{"type":"bytes","logicalType":"decimal",` + digits + `}` }
	long := func(name string) string { return `{"type":"long","logicalType":"` + name + `"}` }
	for _, tt := range []struct{ name, writer, reader, body, codes string }{
		{"scale", decimal(`"precision":4,"scale":2`), decimal(`"precision":4,"scale":3`), "04 04d2", "DECIMAL_SCALE_CHANGED"},
		{"precision", decimal(`"precision":4,"scale":2`), decimal(`"precision":9,"scale":2`), "04 04d2", "DECIMAL_PRECISION_CHANGED"},
		{"unit", long("timestamp-millis"), long("timestamp-micros"), "02", "LOGICAL_TYPE_CHANGED"},
		{"time no more", long("timestamp-millis"), `"long"`, "02", "LOGICAL_TYPE_CHANGED"},
		{"the same", long("timestamp-millis"), long("timestamp-millis"), "02", "clean"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newCatalog(t)
			v := s.add("r", in(tt.writer))
			m := envelope.Message{Payload: join(prefix(v), bin(tt.body)), Target: envelope.Target{Inline: &envelope.Inline{Text: in(tt.reader), Type: "AVRO"}}}
			a, err := newCodec(s).Upcast(t.Context(), &m)
			if err != nil || codes(a.Findings) != tt.codes {
				t.Errorf("%v, %v; want %s", a.Findings, err, tt.codes)
			}
		})
	}
}

// TestDefectUnionBranchOfPractice: Apache's readers take the branch that fits best, where the specification has the first
// that matches. Each is there for who asks for it.
func TestDefectUnionBranchOfPractice(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	v := s.add("r", `"int"`)
	got := map[avro.Resolution][]byte{}
	for _, r := range []avro.Resolution{avro.Practice, avro.Specification} {
		a, err := newCodec(s).Upcast(t.Context(), &envelope.Message{
			Payload: join(prefix(v), []byte{8}), Options: envelope.Options{Resolution: r},
			Target: envelope.Target{Inline: &envelope.Inline{Text: `["string","long","int"]`, Type: "AVRO"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		got[r] = a.Payload
	}
	if diff := cmp.Diff(map[avro.Resolution][]byte{avro.Practice: {4, 8}, avro.Specification: {2, 8}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDefectEnvelopeReadLeniently: readers that match members without regard to case, and take the last of two, can be told
// another event than the one that was checked.
func TestDefectEnvelopeReadLeniently(t *testing.T) {
	t.Parallel()
	s, _ := newEvents(t)
	c := newCodec(s.catalog)
	rest := `"occurredAt":"2026-11-24T17:00:00Z","data":{"orderId":"a","qty":3}}`
	cloud := `{"specversion":"1.0","source":"/shop","type":"` + placed + `",`
	for _, tt := range []struct {
		name    string
		framing envelope.Framing
		payload string
		codes   string
	}{
		{"as it should be", envelope.Event, `{"eventId":"1","eventType":"` + placed + `",` + rest, "clean"},
		{"twice", envelope.Event, `{"eventId":"1","eventId":"2","eventType":"` + placed + `",` + rest, "ENV_DUP_KEY"},
		{"in capitals", envelope.Event, `{"EVENTID":"1","eventType":"` + placed + `",` + rest, "ENV_ATTR_NAME ENV_ID_MISSING"},
		{"in capitals beside it", envelope.Event, `{"eventId":"1","EVENTID":"2","eventType":"` + placed + `",` + rest, "ENV_DUP_KEY"},
		{"type in capitals beside it", envelope.Event, `{"eventId":"1","eventType":"` + placed + `","EVENTTYPE":"x",` + rest, "ENV_DUP_KEY"},
		{"CloudEvents, twice", envelope.CloudEvents, cloud + `"id":"1","id":"2","data":{"orderId":"a","qty":3}}`, "ENV_DUP_KEY"},
		{"CloudEvents, escaped", envelope.CloudEvents, cloud + `"id":"1","\u0069d":"2","data":{"orderId":"a","qty":3}}`, "ENV_DUP_KEY"},
		{"CloudEvents, in capitals", envelope.CloudEvents, cloud + `"id":"1","ID":"2","data":{"orderId":"a","qty":3}}`, "ENV_ATTR_NAME"},
		{"in the data", envelope.Event, `{"eventId":"1","eventType":"` + placed + `","occurredAt":"2026-11-24T17:00:00Z","data":{"orderId":"a","orderId":"b"}}`, "JSON_DUPLICATE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := c.Validate(t.Context(), &envelope.Message{Framing: tt.framing, Payload: []byte(tt.payload)})
			if err != nil || codes(a.Findings) != tt.codes {
				t.Errorf("%s: %v, %v; want %s", tt.payload, a.Findings, err, tt.codes)
			}
		})
	}
}
