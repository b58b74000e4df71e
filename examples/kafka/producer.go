// Package kafka shows a producer and a consumer that keep a contract, with a real client of Kafka and no serializer: the
// envelope package reads and writes the bytes. README.md tells the story; the test runs it against a broker in the process.
package kafka

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/treatyhq/treaty/envelope"
)

// A Producer sends messages of one contract. One that does not honour it never reaches the topic.
type Producer struct {
	Codec   *envelope.Codec
	Client  *kgo.Client
	Topic   string
	Subject string
	Version string // that it was written against: a number or a label, so that a newer version changes nothing here
}

// Send encodes a message from JSON and sends it. It returns once the broker has it. A message that breaks the contract is an
// *envelope.Error that says what is wrong, field by field.
func (p *Producer) Send(ctx context.Context, key string, message []byte) error {
	a, err := p.Codec.Encode(ctx, &envelope.Message{Subject: p.Subject, Version: p.Version, Data: message, Binding: "kafka"})
	if err != nil {
		return fmt.Errorf("encode a message for %s: %w", p.Topic, err)
	}
	record := &kgo.Record{Topic: p.Topic, Key: []byte(key), Value: a.Payload, Headers: recordHeaders(a.Headers)}
	return p.Client.ProduceSync(ctx, record).FirstErr()
}

func recordHeaders(headers []envelope.Header) []kgo.RecordHeader {
	var out []kgo.RecordHeader
	for _, h := range headers {
		out = append(out, kgo.RecordHeader{Key: h.Name, Value: h.Value})
	}
	return out
}

func envelopeHeaders(headers []kgo.RecordHeader) []envelope.Header {
	var out []envelope.Header
	for _, h := range headers {
		out = append(out, envelope.Header{Name: h.Key, Value: h.Value})
	}
	return out
}
