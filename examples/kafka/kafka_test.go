package kafka_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/envelopetest"
	"github.com/treatyhq/treaty/examples"
	"github.com/treatyhq/treaty/examples/kafka"
)

const (
	topic       = "orders"
	deadLetters = "orders.dead"
	subject     = "orders-value"
)

// newCatalog returns a source of the contracts of the shop. A service asks the registry:
//
//	c, err := client.New("http://127.0.0.1:8081")
//	codec := envelope.New(c.Source(), envelope.Config{})
func newCatalog(t *testing.T) *envelopetest.Catalog {
	t.Helper()
	contracts, err := examples.Contracts()
	if err != nil {
		t.Fatal(err)
	}
	var catalog envelopetest.Catalog
	for _, contract := range contracts {
		for _, v := range contract.Versions {
			in := envelope.Inline{Text: v.Text, Type: contract.Type, References: v.References}
			if _, err := catalog.Add(contract.Subject, in); err != nil {
				t.Fatalf("%s: %v", v.File, err)
			}
		}
	}
	return &catalog
}

// newBroker returns the addresses of a broker with the topics, and a context that ends a test that hangs.
func newBroker(t *testing.T) (context.Context, []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, topic, deadLetters))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return ctx, cluster.ListenAddrs()
}

// newClient returns a client of the broker at the addresses.
func newClient(t *testing.T, addresses []string, options ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(addresses...))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// old is an order of version 1: quantities are int, and there is no channel.
const old = `{"order_id": "7f3c2a90-5d0e-4c11-9a58-3b1f6f0c2d44", "customer_id": "c-1042", "placed_at": 1767088800000,
	"lines": [{"sku": "TEA-ASSAM-250", "quantity": 2, "price": {"currency": "EUR", "minor_units": 895}}],
	"total": {"currency": "EUR", "minor_units": 1790}}`

// TestOrders sends an order of an old version, a tombstone, and bytes that are no order. The consumer reads version 3.
func TestOrders(t *testing.T) {
	t.Parallel()
	ctx, addresses := newBroker(t)
	codec, client := envelope.New(newCatalog(t), envelope.Config{}), newClient(t, addresses)

	producer := kafka.Producer{Codec: codec, Client: client, Topic: topic, Subject: subject, Version: "1"}
	if err := producer.Send(ctx, "a", []byte(old)); err != nil {
		t.Fatal(err)
	}
	var refused *envelope.Error
	err := producer.Send(ctx, "b", []byte(strings.Replace(old, `"quantity": 2`, `"quantity": "two"`, 1)))
	if !errors.As(err, &refused) || len(refused.Findings) != 1 || refused.Findings[0].Path != "lines[0].quantity" {
		t.Fatalf("an order that breaks the contract: %v, want a finding at lines[0].quantity", err)
	}
	broken := brokenOrder(ctx, t, codec)
	last := &kgo.Record{Topic: topic, Key: []byte("a")} // a tombstone
	if err := client.ProduceSync(ctx, broken, last).FirstErr(); err != nil {
		t.Fatal(err)
	}

	got := consume(ctx, t, codec, addresses, "3")
	if diff := cmp.Diff([]string{"a WEB 2", "a gone"}, got); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
	checkDeadLetter(ctx, t, addresses, broken, map[string]string{
		"dlq-reason-code": "AVRO_TRUNCATED", "dlq-class": "permanent", "dlq-path": "total.currency", "dlq-subject": subject,
		"dlq-version": "1", "dlq-attempts": "1", "dlq-validator-version": "shipping 1.0",
	})
}

// TestOrdersOfTheFuture sends an order of version 3 to a consumer that knows version 1, where a quantity is an int: no way
// leads back there.
func TestOrdersOfTheFuture(t *testing.T) {
	t.Parallel()
	ctx, addresses := newBroker(t)
	codec, client := envelope.New(newCatalog(t), envelope.Config{}), newClient(t, addresses)
	a, err := codec.Encode(ctx, &envelope.Message{Subject: subject, Version: "3", Data: []byte(old), Options: envelope.Options{ApplyDefaults: true}})
	if err != nil {
		t.Fatal(err)
	}
	record := &kgo.Record{Topic: topic, Key: []byte("b"), Value: a.Payload, Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte{3}}}}
	if err := client.ProduceSync(ctx, record, &kgo.Record{Topic: topic, Key: []byte("a")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a gone"}, consume(ctx, t, codec, addresses, "1")); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
	checkDeadLetter(ctx, t, addresses, record, map[string]string{"dlq-reason-code": "UPCAST_NO_PATH", "dlq-version": "3"})
}

// A lateSource does not know the first ID that it is asked for, once.
type lateSource struct {
	envelope.Source
	asked atomic.Bool
}

func (s *lateSource) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	if n.Kind == envelope.ByID && !s.asked.Swap(true) {
		return envelope.Version{}, &envelope.Unknown{Message: "not yet"}
	}
	return s.Source.Version(ctx, n)
}

// TestOrdersBeforeTheirSchema sends an order whose schema is not known yet to the consumer. It waits, and so does what follows.
func TestOrdersBeforeTheirSchema(t *testing.T) {
	t.Parallel()
	ctx, addresses := newBroker(t)
	catalog, client := newCatalog(t), newClient(t, addresses)
	producer := kafka.Producer{Codec: envelope.New(catalog, envelope.Config{}), Client: client, Topic: topic, Subject: subject, Version: "1"}
	if err := producer.Send(ctx, "a", []byte(old)); err != nil {
		t.Fatal(err)
	}
	if err := client.ProduceSync(ctx, &kgo.Record{Topic: topic, Key: []byte("a")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	late := &lateSource{Source: catalog}
	got := consume(ctx, t, envelope.New(late, envelope.Config{}), addresses, "3")
	if diff := cmp.Diff([]string{"a WEB 2", "a gone"}, got); diff != "" || !late.asked.Load() {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
}

// brokenOrder returns a record that lost its last bytes on the way from a producer that checks nothing.
func brokenOrder(ctx context.Context, t *testing.T, codec *envelope.Codec) *kgo.Record {
	t.Helper()
	a, err := codec.Encode(ctx, &envelope.Message{Subject: subject, Version: "1", Data: []byte(old)})
	if err != nil {
		t.Fatal(err)
	}
	return &kgo.Record{
		Topic: topic, Key: []byte("b"), Value: a.Payload[:len(a.Payload)-3],
		Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte{0, 1, 2}}, {Key: "trace", Value: []byte("again")}},
	}
}

// consume runs a consumer up to the tombstone, and returns what it was given: key, channel and the first line's quantity.
func consume(ctx context.Context, t *testing.T, codec *envelope.Codec, addresses []string, version string) []string {
	t.Helper()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var got []string
	consumer := kafka.Consumer{
		Codec: codec, Subject: subject, Version: version, DeadLetters: deadLetters, Name: "shipping 1.0",
		Client: newClient(t, addresses, kgo.ConsumerGroup("shipping"), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())),
		Handle: func(_ context.Context, key string, message []byte) error {
			if message == nil {
				got = append(got, key+" gone")
				stop()
				return nil
			}
			var order struct {
				Channel string `json:"channel"`
				Lines   []struct {
					Quantity json.Number `json:"quantity"`
				} `json:"lines"`
			}
			if err := json.Unmarshal(message, &order); err != nil {
				return err
			}
			got = append(got, key+" "+order.Channel+" "+order.Lines[0].Quantity.String())
			return nil
		},
	}
	if err := consumer.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return got
}

// checkDeadLetter reads the dead letters: there is one, the record as it was, with what was wrong in the headers behind its own.
func checkDeadLetter(ctx context.Context, t *testing.T, addresses []string, broken *kgo.Record, want map[string]string) {
	t.Helper()
	client := newClient(t, addresses, kgo.ConsumeTopics(deadLetters), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	fetches := client.PollFetches(ctx)
	if err := fetches.Err(); err != nil {
		t.Fatal(err)
	}
	records := fetches.Records()
	if len(records) != 1 {
		t.Fatalf("%d dead letters, want one", len(records))
	}
	letter := records[0]
	n := len(broken.Headers)
	if string(letter.Key) != "b" || !slices.Equal(letter.Value, broken.Value) || len(letter.Headers) < n || cmp.Diff(broken.Headers, letter.Headers[:n]) != "" {
		t.Errorf("the dead letter is %q %x %v, want the record as it was", letter.Key, letter.Value, letter.Headers)
	}
	reason := map[string]string{}
	for _, h := range letter.Headers[n:] {
		reason[h.Key] = string(h.Value)
	}
	for name, value := range want {
		if reason[name] != value {
			t.Errorf("%s is %q, want %q", name, reason[name], value)
		}
	}
}
