package envelope_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/verdict"
)

var fuzzedFramings = []envelope.Framing{
	"", envelope.Confluent, envelope.ConfluentHeader, envelope.Glue, envelope.SingleObject, envelope.Apicurio, envelope.Azure,
	envelope.None, envelope.CloudEvents, envelope.Event,
}

var fuzzedHeaders = []string{
	"", "__value_schema_id", "__key_schema_id", "content-type", "apicurio.value.globalId", "apicurio.value.contentId",
	"apicurio.value.proto.message.type", "googclient_schemaname", "ce_specversion", "ce_type",
}

// verdictOf validates a message. It fails for an error that is no refusal, and unless the other calls take the message
// exactly if it is valid.
func verdictOf(t *testing.T, c *envelope.Codec, m *envelope.Message) (a envelope.Answer, valid bool) {
	t.Helper()
	a, err := c.Validate(t.Context(), m)
	var refused *envelope.Error
	if err != nil && !errors.As(err, &refused) {
		t.Fatalf("validate %+v: %v", m, err)
	}
	valid = err == nil && verdict.Valid(a.Findings)
	if _, err := c.Decode(t.Context(), m); err != nil && !errors.As(err, &refused) {
		t.Fatalf("decode %+v: %v", m, err)
	} else if (err == nil) != valid && (err == nil || refused.Code != envelope.TooLarge) {
		t.Fatalf("%+v: validated to %+v, decoded to %v", m, a.Findings, err)
	}
	if _, err := c.Inspect(t.Context(), m); err != nil && !errors.As(err, &refused) {
		t.Fatalf("inspect %+v: %v", m, err)
	}
	return a, valid
}

// Whatever the bytes and a header are, a message is valid or refused. One that is valid is its own upcast to its version.
func FuzzFramings(f *testing.F) {
	s := newShelf(f)
	for i, payload := range [][]byte{
		join(prefix(s.order), orderBody), join(header(s.order), orderBody), join(prefix(s.many), bin("0202 0a0162")),
		join(prefix(s.many), bin("808080808080 01 00")), join(rabin(s.order), orderBody), join(bin("0300"), uuidBytes(), orderBody),
		join(bin("0305"), uuidBytes(), deflated(orderBody)), bin("00 76797fb1 0661 2d31 06"), join([]byte("avro"), []byte(azureID), orderBody),
		[]byte(`{"specversion":"1.0","id":"e","source":"/","type":"t","data":1}`),
		[]byte(`{"eventId":"e","eventType":"t","occurredAt":"2026-01-02T03:04:05Z","data":1}`), {}, {0}, {0, 0, 0, 0, 1}, orderBody,
	} {
		for h := range fuzzedHeaders {
			f.Add(uint8(i), uint8(h), header(s.order), payload)
		}
		f.Add(uint8(i), uint8(3), []byte("avro/binary+"+azureID), payload)
		f.Add(uint8(i), uint8(3), []byte("application/cloudevents+json"), payload)
	}
	c := newCodec(s.catalog)
	f.Fuzz(func(t *testing.T, framing, named uint8, value, payload []byte) {
		m := envelope.Message{Framing: fuzzedFramings[int(framing)%len(fuzzedFramings)], Payload: bytes.Clone(payload)}
		if m.Payload == nil {
			m.Payload = []byte{}
		}
		if name := fuzzedHeaders[int(named)%len(fuzzedHeaders)]; name != "" {
			m.Headers = h(name, value)
		}
		if m.Framing == envelope.None {
			m.Subject = "order-value"
		}
		a, valid := verdictOf(t, c, &m)
		if !bytes.Equal(m.Payload, payload) {
			t.Fatalf("%x was changed to %x", payload, m.Payload)
		}
		if !valid || a.Schema == nil || a.Framing == envelope.CloudEvents || a.Framing == envelope.Event {
			return
		}
		m.Target.ID = a.Schema.ID
		up, err := c.Upcast(t.Context(), &m)
		if err != nil || !bytes.Equal(up.Payload, payload) {
			t.Fatalf("%+v is carried over to its own version as %x, %v", m, up.Payload, err)
		}
	})
}

// A compressed body is what another reader opens it to, and nothing else.
func FuzzGlueCompressed(f *testing.F) {
	s := newShelf(f)
	whole := deflated(orderBody)
	for _, body := range [][]byte{whole, whole[:len(whole)-1], append(bytes.Clone(whole), 0), deflated(nil), deflated(make([]byte, 1<<13)), {}, {0x78}} {
		f.Add(body)
	}
	const limit = 1 << 12
	c := envelope.New(s.catalog, envelope.Config{MaxMessage: limit})
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > limit/2 {
			return
		}
		_, valid := verdictOf(t, c, &envelope.Message{Framing: envelope.Glue, Payload: join(bin("0305"), uuidBytes(), body)})
		opened, ok := inflated(body, limit)
		want := false
		if ok {
			_, want = verdictOf(t, c, &envelope.Message{Framing: envelope.Glue, Payload: join(bin("0300"), uuidBytes(), opened)})
		}
		if valid != want {
			t.Errorf("%x opens to %x, %t; valid: %t, want %t", body, opened, ok, valid, want)
		}
	})
}

// inflated opens a zlib stream that ends where b does.
func inflated(b []byte, limit int) ([]byte, bool) {
	in := bytes.NewBuffer(b)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, false
	}
	opened, err := io.ReadAll(z)
	return opened, err == nil && in.Len() == 0 && len(opened) <= limit
}

// What stands before Apicurio's messages names one of the file's or is none of their business: then it is part of the first
// message's bytes.
func FuzzApicurioReference(f *testing.F) {
	s := newShelf(f)
	for _, body := range []string{"03 0a 01 42 0a0162", "0a0161", "", "00", "02 0a 00", "07 0a 05 6d616e792e 0a0162", "03 0a 01 42 0202 0a0162", "03 0a 02 42", "ffffffffffffffffff01 0a", "08 0a 06 6d616e792e42"} {
		f.Add(bin(body))
	}
	c := newCodec(s.catalog)
	f.Fuzz(func(t *testing.T, body []byte) {
		m := envelope.Message{Framing: envelope.Apicurio, Payload: join(bin("00 0000004d"), body)}
		a, valid := verdictOf(t, c, &m)
		if !valid || a.Schema == nil {
			return
		}
		m.Target.ID = s.many.ID
		up, err := c.Upcast(t.Context(), &m)
		if err != nil {
			t.Fatalf("%x is valid, and is carried over to its own version as %v", body, err)
		}
		if diff := cmp.Diff(a.Schema, up.Schema); diff != "" || !bytes.Equal(m.Payload, up.Payload) {
			t.Errorf("%x becomes %x %s", m.Payload, up.Payload, diff)
		}
	})
}
