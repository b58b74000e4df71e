package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/registry"
)

// orderText is the schema of an order event, and orderData one of 324 bytes in binary.
const (
	orderText = `{"type":"record","name":"OrderPlaced","namespace":"com.example.orders","fields":[
{"name":"eventId","type":{"type":"string","logicalType":"uuid"}},{"name":"occurredAt","type":{"type":"long","logicalType":"timestamp-micros"}},
{"name":"orderId","type":"long"},{"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID","SHIPPED","CANCELLED"]}},
{"name":"customer","type":{"type":"record","name":"Customer","fields":[{"name":"id","type":"long"},{"name":"email","type":"string"},{"name":"name","type":["null","string"]},{"name":"vip","type":"boolean"}]}},
{"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},{"name":"currency","type":"string"},
{"name":"items","type":{"type":"array","items":{"type":"record","name":"Item","fields":[{"name":"sku","type":"string"},{"name":"title","type":"string"},{"name":"quantity","type":"int"},
{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},{"name":"discount","type":["null","double"]}]}}},
{"name":"attributes","type":{"type":"map","values":"string"}},{"name":"pickupAt","type":{"type":"int","logicalType":"time-millis"}}]}`
	orderData = `{"eventId":"0f8fad5b-d9cb-469f-a165-70867728950e","occurredAt":"2026-11-24T18:30:00.123456Z","orderId":900000042,"status":"PAID",
"customer":{"id":7421337,"email":"ada.lovelace@example.com","name":"Ada Lovelace","vip":true},"total":"900.00","currency":"EUR",
"items":[{"sku":"SKU-001042","title":"Espresso cups, porcelain, blue","quantity":1,"price":"24.99","discount":null},
{"sku":"SKU-001079","title":"Kettle with a long neck","quantity":2,"price":"25.00","discount":0.15},{"sku":"SKU-001116","title":"Coffee grinder, steel","quantity":3,"price":"25.01","discount":null}],
"attributes":{"channel":"web","campaign":"autumn-2026","locale":"de-DE","userAgent":"Mozilla/5.0 (X11; Linux;en)"},"pickupAt":"18:30:00.123"}`
)

// orders serves a registry that knows the order event, and returns a message of it in Confluent's framing.
func orders(b *testing.B) (address string, message []byte) {
	b.Helper()
	r := openBench(b, b.TempDir())
	registerAll(b, r.Registry, 1, []string{orderText})
	codec := envelope.New(r.Registry.Source(), envelope.Config{})
	subject := r.Registry.Current().Subjects(registry.SubjectFilter{})[0].String()
	a, err := codec.Encode(b.Context(), &envelope.Message{Subject: subject, Data: []byte(orderData)})
	if err != nil {
		b.Fatal(err)
	}
	return serveBench(b, benchAPI(b, r.Registry)), a.Payload
}

// posting returns a request with a body of a type.
func posting(path, kind string, body []byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: treaty\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", path, kind, len(body))
	return append([]byte(head), body...)
}

func framesOf(message []byte, n int) []byte {
	one := append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)
	return bytes.Repeat(one, n)
}

// BenchmarkValidateFrames compares POST /envelopes/validate of 1,000 order events in frames with the same handler on bytes
// of a fixed type of that length: it splits the frames, and there is nothing in them to be looked at.
func BenchmarkValidateFrames(b *testing.B) {
	const each = 1000
	address, message := orders(b)
	plain := openBench(b, b.TempDir())
	registerAll(b, plain.Registry, 1, []string{fmt.Sprintf(`{"type":"fixed","name":"F","size":%d}`, len(message))})
	subject := plain.Registry.Current().Subjects(registry.SubjectFilter{})[0].String()
	split := serveBench(b, benchAPI(b, plain.Registry))
	body := framesOf(message, each)
	events := posting("/envelopes/validate", "application/vnd.treaty.frames", body)
	bytes := posting("/envelopes/validate?framing=none&subject="+subject, "application/vnd.treaty.frames", body)
	var ours, bare float64
	for b.Loop() {
		ours, bare = 0, 0
		for range 5 { // in turns, so that both meet the same noise
			ours += drive(b, address, 4, 500*time.Millisecond, func(int, int) []byte { return events }) * each / 5
			bare += drive(b, split, 4, 500*time.Millisecond, func(int, int) []byte { return bytes }) * each / 5
		}
	}
	b.ReportMetric(float64(len(message)), "message-bytes")
	b.ReportMetric(ours, "messages/s")
	b.ReportMetric(bare, "split/s")
	b.ReportMetric(ours/bare, "of-split")
}

// BenchmarkValidateOne compares one message a request with GET /schemas/ids/{id}.
func BenchmarkValidateOne(b *testing.B) {
	address, message := orders(b)
	object := posting("/envelopes/validate", "application/json", fmt.Appendf(nil, `{"payload":"%s"}`, base64.StdEncoding.EncodeToString(message)))
	octets := posting("/envelopes/validate", "application/octet-stream", message)
	read := get("/schemas/ids/1")
	var one, raw, reads float64
	for b.Loop() {
		one, raw, reads = 0, 0, 0
		for range 5 {
			one += drive(b, address, 64, 400*time.Millisecond, func(int, int) []byte { return object }) / 5
			raw += drive(b, address, 64, 400*time.Millisecond, func(int, int) []byte { return octets }) / 5
			reads += drive(b, address, 64, 400*time.Millisecond, func(int, int) []byte { return read }) / 5
		}
	}
	b.ReportMetric(one, "objects/s")
	b.ReportMetric(raw, "octets/s")
	b.ReportMetric(one/reads, "objects-of-reads")
	b.ReportMetric(raw/reads, "octets-of-reads")
}

// BenchmarkValidateLines sends message objects as lines of one stream per connection, and reads the answers meanwhile.
func BenchmarkValidateLines(b *testing.B) {
	const lines, connections = 20_000, 2
	address, message := orders(b)
	line := fmt.Sprintf(`{"payload":"%s"}`+"\n", base64.StdEncoding.EncodeToString(message))
	request := posting("/envelopes/validate", "application/x-ndjson", []byte(strings.Repeat(line, lines)))
	var rate float64
	for b.Loop() {
		start := time.Now()
		done := make(chan error, connections)
		for range connections {
			go func() { done <- streamLines(address, request, lines) }()
		}
		for range connections {
			if err := <-done; err != nil {
				b.Fatal(err)
			}
		}
		rate = lines * connections / time.Since(start).Seconds()
	}
	b.ReportMetric(rate, "messages/s")
}

// streamLines sends a request and reads as many lines of its answer as it has.
func streamLines(address string, request []byte, want int) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	go conn.Write(request)
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 64<<10), nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	in, got := bufio.NewReaderSize(response.Body, 64<<10), 0
	for got < want {
		text, err := in.ReadSlice('\n')
		if err != nil || !bytes.HasPrefix(text, []byte(`{"valid":true`)) {
			return fmt.Errorf("line %d: %.200s: %v", got, text, err)
		}
		got++
	}
	return nil
}
