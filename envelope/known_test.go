package envelope_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
)

// What is known of the contract of a message that is not answered under one stands in its dead letter, and with the error of
// those who want more than a verdict.
func TestKnownContracts(t *testing.T) {
	t.Parallel()
	s, _ := newEvents(t)
	c := newCodec(s.catalog)
	event := object{"specversion": "1.0", "id": "e-1", "source": "/shop", "type": placed, "data": object{"orderId": "a-1"}}
	late := event.with(object{"time": "24.11.2026"}).bytes()
	large := event.with(object{"data": object{"orderId": string(make([]byte, 300<<10))}}).bytes()
	tests := []struct {
		name    string
		message envelope.Message
		want    [4]string // code, path, subject and version
	}{
		{"cut off", envelope.Message{Payload: join(prefix(s.order), orderBody[:4])}, [4]string{"AVRO_TRUNCATED", "qty", "order-value", "1"}},
		{"an ID and nothing else", envelope.Message{Payload: prefix(s.order)}, [4]string{"AVRO_TRUNCATED", "orderId", "order-value", "1"}},
		{"no reading", envelope.Message{Payload: []byte("x")}, [4]string{"FRAME_UNKNOWN", "", "", ""}},
		{"no reading, subject named", envelope.Message{Payload: []byte("x"), Subject: "order-value"}, [4]string{"FRAME_UNKNOWN", "", "order-value", ""}},
		{"no such index", envelope.Message{Payload: join(prefix(s.many), bin("02 0e")), Framing: envelope.Confluent}, [4]string{"FRAME_INDEX", "", "many-value", "1"}},
		{"an ID of another subject", envelope.Message{Payload: join(prefix(s.order), orderBody), Framing: envelope.Confluent, Subject: "other-value", Version: "1"}, [4]string{"SCHEMA_UNKNOWN", "", "other-value", ""}},
		{"time", envelope.Message{Payload: late, Framing: envelope.CloudEvents}, [4]string{"ENV_TIME_FORMAT", "envelope.time", "placed-value", "1"}},
		{"size", envelope.Message{Payload: large, Framing: envelope.CloudEvents, Binding: "sns"}, [4]string{"ENV_SIZE_LIMIT", "", "placed-value", "1"}},
		{
			"a version of a type that is bound",
			envelope.Message{Payload: event.with(object{"dataschema": "urn:schema:placed-value:9"}).bytes(), Framing: envelope.CloudEvents},
			[4]string{"SCHEMA_UNKNOWN", "", "placed-value", ""},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			headers := deadLetter(t, c, &tt.message)
			got := [4]string{headers["dlq-reason-code"], headers["dlq-path"], headers["dlq-subject"], headers["dlq-version"]}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("code, path, subject, version (-want +got):\n%s", diff)
			}
			a, _ := c.Validate(t.Context(), &tt.message)
			_, err := c.Decode(t.Context(), &tt.message)
			refused, ok := err.(*envelope.Error)
			if !ok || a.Schema != nil || a.Framing != "" {
				t.Fatalf("schema %v, framing %q, error %v", a.Schema, a.Framing, err)
			}
			if diff := cmp.Diff(a.Known, refused.Schema); diff != "" {
				t.Errorf("the error knows (-validate +decode):\n%s", diff)
			}
		})
	}
}

// What is wrong with an event is found although another header says its schema, too.
func TestEventsWithASchemaHeader(t *testing.T) {
	t.Parallel()
	s, v := newEvents(t)
	m := envelope.Message{Payload: []byte{}, Headers: h("__value_schema_id", append(header(v), 0))}
	for name, value := range map[string]string{"ce_specversion": "1.0", "ce_id": "1", "ce_source": "/s", "ce_type": placed, "ce_time": "now", "content-type": "application/protobuf"} {
		m.Headers = append(m.Headers, envelope.Header{Name: name, Value: []byte(value)})
	}
	a, err := newCodec(s.catalog).Validate(t.Context(), &m)
	if got := codes(a.Findings); err != nil || got != "ENV_TIME_FORMAT" {
		t.Errorf("%s, %v", got, err)
	}
}

// Who names what is not there is told what is.
func TestChoices(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add("defaults", `{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":2}]}`)
	c := newCodec(s.catalog)
	for _, tt := range []struct {
		name    string
		message envelope.Message
		want    string
	}{
		{"framing", envelope.Message{Payload: []byte{}, Framing: "kafkaesque"}, `there is no framing "kafkaesque"; there are auto, none, confluent, confluent-header, glue, single-object, apicurio, azure, cloudevents, event`},
		{"last part of a name", envelope.Message{Payload: []byte{}, Framing: "none", Subject: "many-value", Type: "D"}, "the schema has no message D; there is many.B.D"},
		{"entry of a map", envelope.Message{Payload: []byte{}, Framing: "none", Subject: "many-value", Type: "CountsEntry"}, "the schema has no message CountsEntry"},
		{"a message of Avro", envelope.Message{Payload: []byte{}, Framing: "none", Subject: "order-value", Type: "many.A"}, "version 1 of order-value has no messages, and many.A is named: it is of type AVRO"},
		{"no default", envelope.Message{Data: []byte(`{"a":1}`), Subject: "defaults"}, "b is missing: its default is given only with applyDefaults"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Decode(t.Context(), &tt.message)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
