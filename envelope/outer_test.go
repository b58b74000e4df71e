package envelope_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
)

// An object is JSON in the making.
type object map[string]any

// with returns the object with members changed, those that are nil left out.
func (o object) with(changes object) object {
	changed := maps.Clone(o)
	for name, value := range changes {
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
	}
	return changed
}

func (o object) bytes() []byte {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return b
}

const (
	placedText = `syntax = "proto3"; package shop; message Placed { string order_id = 1; int32 qty = 2; }`
	laterText  = `syntax = "proto3"; package shop; message Placed { string order_id = 1; int64 qty = 2; string note = 3; }`
	placed     = "com.example.order.placed"
)

func newEvents(t *testing.T) (shelf, envelope.Version) {
	s := newShelf(t)
	v := s.add("placed-value", placedText)
	s.add("own.type", placedText)
	s.add("own.other-value", placedText)
	rules, err := event.Settings{Subject: "placed-value"}.Rules()
	if err != nil {
		t.Fatal(err)
	}
	s.Bind(placed, rules)
	return s, v
}

func TestEvents(t *testing.T) {
	t.Parallel()
	s, _ := newEvents(t)
	s.Label("placed-value", "1.0", 1)
	good, wrong := object{"orderId": "a", "qty": 3}, object{"orderId": "a", "qty": "three"}
	cloud := object{"specversion": "1.0", "id": "1", "source": "/shop", "type": placed, "time": "2026-11-24T17:00:00Z", "data": good}
	plain := object{"eventId": "1", "eventType": placed, "occurredAt": "2026-11-24T17:00:00Z", "data": good}
	other := object{"id": "1", "type": placed, "version": "1", "timestamp": "2026-11-24T17:00:00Z", "data": good}
	kafka := []envelope.Header{
		{Name: "ce_specversion", Value: []byte("1.0")}, {Name: "ce_id", Value: []byte("1")}, {Name: "ce_source", Value: []byte("/shop")},
		{Name: "ce_type", Value: []byte(placed)}, {Name: "content-type", Value: []byte("application/json")},
	}
	for _, tt := range []struct {
		name    string
		message envelope.Message
		codes   string // of the findings, each with its path
		subject string // whose contract it honours
	}{
		{"structured", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.bytes()}, "", "placed-value"},
		{"structured, by its type", envelope.Message{Payload: cloud.bytes(), Headers: h("content-type", []byte("application/cloudevents+json; charset=utf-8"))}, "", "placed-value"},
		{"structured, as data", envelope.Message{Framing: envelope.CloudEvents, Data: cloud.bytes()}, "", "placed-value"},
		{"structured, wrong data", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"data": wrong}).bytes()}, "JSON_RANGE qty", "placed-value"},
		{"structured, no ID", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"id": nil}).bytes()}, "ENV_ID_MISSING envelope.id", ""},
		{"structured, binary data", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"data": nil, "data_base64": base64.StdEncoding.EncodeToString(bin("0a0161 1003"))}).bytes()}, "", "placed-value"},
		{"structured, wrong binary data", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"data": nil, "data_base64": base64.StdEncoding.EncodeToString(bin("0a0961"))}).bytes()}, "PROTOBUF_TRUNCATED order_id", "placed-value"},
		{"structured, without data", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"data": nil}).bytes()}, "ENV_DATA_MISSING envelope.data", "placed-value"},
		{"structured, data elsewhere", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"data": nil, "dataref": "https://any.example/1"}).bytes()}, "ENV_REF_UNVERIFIED envelope.dataref", "placed-value"},
		{"structured, null for data", envelope.Message{Framing: envelope.CloudEvents, Payload: append(bytes.TrimSuffix(cloud.with(object{"data": nil}).bytes(), []byte("}")), `,"data":null}`...)}, "JSON_TYPE ", "placed-value"},
		{"Kafka", envelope.Message{Payload: good.bytes(), Headers: kafka}, "", "placed-value"},
		{"Kafka, wrong data", envelope.Message{Payload: wrong.bytes(), Headers: kafka}, "JSON_RANGE qty", "placed-value"},
		{"Kafka, no type", envelope.Message{Payload: good.bytes(), Headers: append(append([]envelope.Header{}, kafka[:3]...), kafka[4])}, "ENV_TYPE_MISSING envelope.type", ""},
		{"dataschema, urn", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"type": "unbound", "dataschema": "urn:schema:placed-value:1"}).bytes()}, "", "placed-value"},
		{"dataschema, address", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"type": "unbound", "dataschema": "https://any.example/subjects/placed-value/versions/1"}).bytes()}, "", "placed-value"},
		{"dataschema, ID", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"dataschema": "https://any.example/schemas/ids/6"}).bytes()}, "", "placed-value"},
		{"dataschema of another contract", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"dataschema": "urn:schema:order-value:1"}).bytes()}, "SCHEMA_CONFLICT envelope.dataschema", ""},
		{"dataschema that nobody knows", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"dataschema": "urn:schema:gone:1"}).bytes()}, "SCHEMA_UNKNOWN ", ""},
		{"dataschema of elsewhere", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"dataschema": "https://schemas.example/x/1.json"}).bytes()}, "ENV_SCHEMA_FOREIGN envelope.dataschema", "placed-value"},
		{"a type that nobody bound", envelope.Message{Framing: envelope.CloudEvents, Payload: cloud.with(object{"type": "nobody.bound.it"}).bytes()}, "ENV_TYPE_UNKNOWN envelope.type", ""},
		{"not JSON", envelope.Message{Framing: envelope.CloudEvents, Payload: []byte("{")}, "JSON_SYNTAX envelope", ""},

		{"plain", envelope.Message{Framing: envelope.Event, Payload: plain.bytes()}, "", "placed-value"},
		{"plain, by its type", envelope.Message{Payload: plain.bytes(), Headers: h("content-type", []byte(event.PlainType))}, "", "placed-value"},
		{"plain, in its other spelling", envelope.Message{Framing: envelope.Event, Data: other.bytes()}, "", "placed-value"},
		{"plain, a label", envelope.Message{Framing: envelope.Event, Data: other.with(object{"version": "1.0"}).bytes()}, "", "placed-value"},
		{"plain, v1", envelope.Message{Framing: envelope.Event, Data: other.with(object{"version": "v1"}).bytes()}, "", "placed-value"},
		{"plain, an unknown label", envelope.Message{Framing: envelope.Event, Data: other.with(object{"version": "2.0"}).bytes()}, "ENV_VERSION_UNKNOWN envelope.version", ""},
		{"plain, wrong data", envelope.Message{Framing: envelope.Event, Payload: plain.with(object{"data": wrong}).bytes()}, "JSON_RANGE qty", "placed-value"},
		{"plain, a subject of its own name", envelope.Message{Framing: envelope.Event, Payload: plain.with(object{"eventType": "own.type"}).bytes()}, "", "own.type"},
		{"plain, a subject for values", envelope.Message{Framing: envelope.Event, Payload: plain.with(object{"eventType": "own.other"}).bytes()}, "", "own.other-value"},
		{"plain, another subject named", envelope.Message{Framing: envelope.Event, Payload: plain.bytes(), Subject: "order-value"}, "SCHEMA_CONFLICT ", ""},
		{"plain, the subject named", envelope.Message{Framing: envelope.Event, Payload: plain.bytes(), Subject: "placed-value"}, "", "placed-value"},
		{"plain, an hour and more ahead", envelope.Message{Framing: envelope.Event, Payload: plain.with(object{"occurredAt": "2026-11-24T19:00:01Z"}).bytes()}, "ENV_TIME_FUTURE envelope.occurredAt", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := newCodec(s.catalog).Validate(t.Context(), &tt.message)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range a.Findings {
				got = append(got, f.Code+" "+f.Path)
			}
			if diff := cmp.Diff(tt.codes, strings.Join(got, ", ")); diff != "" {
				t.Errorf("%v (-want +got):\n%s", a.Findings, diff)
			}
			if subject := (a.Schema != nil); subject != (tt.subject != "") || subject && a.Schema.Subject != tt.subject {
				t.Errorf("want subject %q, got %+v", tt.subject, a.Schema)
			}
		})
	}
}

// TestEventsAreDecoded shows the envelope and the data apart.
func TestEventsAreDecoded(t *testing.T) {
	t.Parallel()
	s, _ := newEvents(t)
	text := `{"specversion":"1.0","id":"1","source":"/shop","type":"` + placed + `","extra":7,"data":{"order_id":"a","qty":"3"}}`
	a, err := newCodec(s.catalog).Decode(t.Context(), &envelope.Message{Framing: envelope.CloudEvents, Payload: []byte(text)})
	want := `{"specversion":"1.0","id":"1","source":"/shop","type":"` + placed + `","extra":7} {"orderId":"a","qty":3}`
	if got := string(a.Envelope) + " " + string(a.Data); err != nil || got != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
}

// TestEventsAreCarriedOver changes the data, and what names their version; nothing else.
func TestEventsAreCarriedOver(t *testing.T) {
	t.Parallel()
	s, _ := newEvents(t)
	s.add("placed-value", laterText)
	c := newCodec(s.catalog)
	for _, tt := range []struct {
		name, in, out string
		framing       envelope.Framing
		headers, set  []envelope.Header
	}{
		{
			"structured", `{"specversion":"1.0","id":"1","source":"/shop","type":"` + placed + `","dataschema":"https://r.example/subjects/placed-value/versions/1","data":{"qty":3}}`,
			`{"specversion":"1.0","id":"1","source":"/shop","type":"` + placed + `","dataschema":"https://r.example/subjects/placed-value/versions/2","data":{"qty":"3"}}`,
			envelope.CloudEvents, nil, nil,
		},
		{
			"plain", `{"id":"1","type":"` + placed + `","version":1,"timestamp":"2026-11-24T17:00:00Z","x":[1],"data":{"qty":3}}`,
			`{"id":"1","type":"` + placed + `","version":"2","timestamp":"2026-11-24T17:00:00Z","x":[1],"data":{"qty":"3"}}`,
			envelope.Event, nil, nil,
		},
		{
			"Kafka", `{"qty":3}`, `{"qty":"3"}`, "",
			[]envelope.Header{
				{Name: "ce_specversion", Value: []byte("1.0")}, {Name: "ce_id", Value: []byte("1")}, {Name: "ce_source", Value: []byte("/shop")},
				{Name: "ce_type", Value: []byte(placed)}, {Name: "ce_dataschema", Value: []byte("urn:schema:placed-value:1")}, {Name: "content-type", Value: []byte("application/json")},
			},
			h("ce_dataschema", []byte("urn:schema:placed-value:2")),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := envelope.Message{Framing: tt.framing, Headers: tt.headers, Payload: []byte(tt.in), Target: envelope.Target{Version: "2"}}
			a, err := c.Upcast(t.Context(), &m)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.out, string(a.Payload)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.set, a.Headers); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			if len(a.Steps) != 1 || !cmp.Equal(a.Steps[0].Promoted, []string{"qty"}) {
				t.Errorf("steps %+v", a.Steps)
			}
		})
	}
}

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	m := &envelope.Message{Payload: join(prefix(s.order), orderBody, []byte{7}), Framing: envelope.Confluent, Binding: "kafka", Headers: h("trace", []byte("t-1"))}
	for name, want := range map[string]string{
		"trace": "t-1", "dlq-reason-code": "AVRO_TRAILING", "dlq-class": "permanent", "dlq-subject": "order-value", "dlq-version": "1", "dlq-validator-version": "1.2.3",
	} {
		if got := deadLetter(t, c, m)[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// deadLetter returns the headers of a message that is validated and goes to the dead letters.
func deadLetter(t *testing.T, c *envelope.Codec, m *envelope.Message) map[string]string {
	a, err := c.Validate(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{}
	for _, header := range c.DeadLetter(m, a, "1.2.3") {
		headers[header.Name] = string(header.Value)
	}
	return headers
}
