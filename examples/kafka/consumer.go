package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/treatyhq/treaty/envelope"
)

// A Consumer reads messages of one contract in the version that it knows, whatever version they were written with. What will
// never be read goes to the dead letters; what cannot be read yet is tried again, and nothing overtakes it.
type Consumer struct {
	Codec       *envelope.Codec
	Client      *kgo.Client // in a group, without automatic commits
	Subject     string
	Version     string // that Handle knows
	DeadLetters string // a topic
	Name        string // that dead letters are marked with: the program and its version
	// Handle is given the key and the message as JSON, nil for a tombstone. Its error ends the consumer: the message comes again.
	Handle func(ctx context.Context, key string, message []byte) error
}

// Run reads until ctx ends, which is no error, or something fails that a later start may find mended.
func (c *Consumer) Run(ctx context.Context) error {
	for {
		fetches := c.Client.PollFetches(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err := fetches.Err(); err != nil {
			return err
		}
		for _, record := range fetches.Records() {
			if err := c.one(ctx, record); ctx.Err() != nil && errors.Is(err, ctx.Err()) {
				return nil
			} else if err != nil {
				return err
			}
		}
		// Only now: what is committed was handled, or is a dead letter that the broker has.
		if err := c.Client.CommitRecords(context.WithoutCancel(ctx), fetches.Records()...); err != nil {
			return err
		}
	}
}

// retryPause is between two looks at a message whose schema has not arrived.
const retryPause = time.Second

// one sees a message to its end.
func (c *Consumer) one(ctx context.Context, record *kgo.Record) error {
	m := &envelope.Message{
		Subject: c.Subject, Framing: envelope.Confluent, Binding: "kafka",
		Headers: envelopeHeaders(record.Headers), Payload: record.Value,
		Target: envelope.Target{Version: c.Version},
	}
	for {
		a, err := c.Codec.Validate(ctx, m)
		if err != nil {
			return err
		}
		switch envelope.DispositionOf(a.Findings) {
		case envelope.Accept:
			return c.accept(ctx, record, m, a)
		case envelope.Retry:
			select {
			case <-time.After(retryPause):
			case <-ctx.Done():
				return ctx.Err()
			}
		default:
			return c.bury(ctx, record, m, a)
		}
	}
}

// accept hands a valid message on in the version that the handler knows. One that no way leads to that version for is a dead
// letter, too.
func (c *Consumer) accept(ctx context.Context, record *kgo.Record, m *envelope.Message, a envelope.Answer) error {
	upcast, err := c.Codec.Upcast(ctx, m)
	var refused *envelope.Error
	if errors.As(err, &refused) && envelope.DispositionOf(refused.Findings) == envelope.DeadLetter {
		a.Findings = refused.Findings
		return c.bury(ctx, record, m, a)
	}
	if err != nil {
		return err
	}
	decoded, err := c.Codec.Decode(ctx, &envelope.Message{Subject: c.Subject, Framing: m.Framing, Payload: upcast.Payload})
	if err != nil {
		return err
	}
	return c.Handle(ctx, string(record.Key), decoded.Data)
}

// bury sends a message to the dead letters: its key, its bytes and its headers as they came, and behind them why. It returns
// once the broker has it.
func (c *Consumer) bury(ctx context.Context, record *kgo.Record, m *envelope.Message, a envelope.Answer) error {
	return c.Client.ProduceSync(ctx, &kgo.Record{
		Topic: c.DeadLetters, Key: record.Key, Value: record.Value, Headers: recordHeaders(c.Codec.DeadLetter(m, a, c.Name)),
	}).FirstErr()
}
