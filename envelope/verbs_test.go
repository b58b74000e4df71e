package envelope_test

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// refusal returns the code of an error that an envelope call returned, and the codes of its findings.
func refusal(t *testing.T, err error) (int, string) {
	t.Helper()
	var e *envelope.Error
	if !errors.As(err, &e) {
		t.Fatalf("want a refusal, got %v", err)
	}
	return e.Code, codes(e.Findings)
}

func TestWhatTheCallerNamesMustExist(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	framed := join(prefix(s.order), orderBody)
	for _, tt := range []struct {
		name    string
		message envelope.Message
		code    int
	}{
		{"a Protobuf message of Avro", envelope.Message{Payload: orderBody, Framing: "none", Subject: "order-value", Type: "many.A"}, 422},
		{"no such subject", envelope.Message{Payload: framed, Subject: "none"}, 40401},
		{"no such version", envelope.Message{Payload: framed, Subject: "order-value", Version: "9"}, 40402},
		{"a version of nothing", envelope.Message{Payload: framed, Version: "1"}, 422},
		{"no such framing", envelope.Message{Payload: framed, Framing: "kafkaesque"}, 422},
		{"no such binding", envelope.Message{Payload: framed, Binding: "carrier-pigeon"}, 422},
		{"no such encoding", envelope.Message{Payload: framed, Options: envelope.Options{Encoding: "xml"}}, 422},
		{"protojson of Avro", envelope.Message{Payload: framed, Options: envelope.Options{Encoding: "protojson"}}, 422},
		{"bare, and no subject", envelope.Message{Payload: orderBody, Framing: "none"}, 422},
		{"payload and data", envelope.Message{Payload: framed, Data: []byte("1"), Subject: "order-value"}, 422},
		{"too large", envelope.Message{Payload: make([]byte, 10<<20+1)}, 413},
		{"no such Protobuf message", envelope.Message{Payload: []byte{}, Framing: "none", Subject: "many-value", Type: "many.Z"}, 422},
		{"a tombstone of nobody", envelope.Message{Subject: "none"}, 40401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Validate(t.Context(), &tt.message)
			if code, _ := refusal(t, err); code != tt.code {
				t.Errorf("got %d, want %d: %v", code, tt.code, err)
			}
		})
	}
}

// Labels and the latest version are what they are when a message comes, not what they were a moment before.
func TestNamesThatMove(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	c := newCodec(s)
	s.add("s", `"long"`)
	s.Label("s", "stable", 1)
	bare := []envelope.Message{
		{Framing: envelope.None, Subject: "s", Version: "stable", Payload: []byte{2}},
		{Framing: envelope.None, Subject: "s", Version: envelope.Latest, Payload: []byte{2}},
		{Framing: envelope.None, Subject: "s", Payload: []byte{2}},
	}
	expect := func(want int) {
		t.Helper()
		for _, m := range bare {
			a, err := c.Validate(t.Context(), &m)
			if err != nil || a.Schema == nil || a.Schema.Version != want {
				t.Errorf("version %q: %+v, %v; want %d", m.Version, a.Schema, err, want)
			}
		}
	}
	expect(1)
	s.add("s", `"int"`)
	s.Label("s", "stable", 2)
	expect(2)
}

func TestVersionsThatDisagree(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	second := s.add("order-value", otherText)
	a, err := newCodec(s.catalog).Validate(t.Context(), &envelope.Message{Payload: join(prefix(s.order), orderBody), Subject: "order-value", Version: "2"})
	if err != nil || codes(a.Findings) != "SCHEMA_CONFLICT" || envelope.DispositionOf(a.Findings) != envelope.DeadLetter {
		t.Errorf("version %d is named, and the bytes are of version 1: %v, %v", second.Number, a.Findings, err)
	}
}

// TestGrace holds a schema that nobody knows to be worth waiting for as long as the grace lasts, from its first sight on.
func TestGrace(t *testing.T) {
	t.Parallel()
	clock := now
	c := envelope.New(newCatalog(t), envelope.Config{Now: func() time.Time { return clock }})
	unknown := func(id byte) envelope.Disposition {
		a, err := c.Validate(t.Context(), &envelope.Message{Payload: []byte{0, 0, 0, 0, id, 0}, Framing: envelope.Confluent})
		if err != nil || codes(a.Findings) != "SCHEMA_UNKNOWN" {
			t.Fatal(a, err)
		}
		return envelope.DispositionOf(a.Findings)
	}
	first := unknown(7)
	clock = clock.Add(30 * time.Second)
	within, other := unknown(7), unknown(8)
	clock = clock.Add(time.Second)
	late, still := unknown(7), unknown(8)
	want := []envelope.Disposition{envelope.Retry, envelope.Retry, envelope.Retry, envelope.DeadLetter, envelope.Retry}
	if diff := cmp.Diff(want, []envelope.Disposition{first, within, other, late, still}); diff != "" {
		t.Errorf("at first, within, another, late, the other (-want +got):\n%s", diff)
	}
}

// TestNobodyCanTell holds a source that is out of reach to be worth waiting for.
func TestNobodyCanTell(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	framed := &envelope.Message{Payload: join(prefix(s.order), orderBody)}
	s.down = errors.New("no route to host")
	c := newCodec(s.catalog)
	a, err := c.Validate(t.Context(), framed)
	if err != nil || codes(a.Findings) != "SCHEMA_UNAVAILABLE" || envelope.DispositionOf(a.Findings) != envelope.Retry {
		t.Errorf("got %v, %v", a.Findings, err)
	}
	_, err = c.Decode(t.Context(), framed)
	if code, _ := refusal(t, err); code != 50001 {
		t.Errorf("decoding: %v", err)
	}
}

func TestUnknownSchemasAreNotFound(t *testing.T) {
	t.Parallel()
	c := newCodec(newCatalog(t))
	m := &envelope.Message{Payload: bin("00 00000007 00"), Framing: envelope.Confluent, Target: envelope.Target{Version: "latest"}}
	for name, verb := range map[string]func() error{
		"decode": func() error { _, err := c.Decode(t.Context(), m); return err },
		"upcast": func() error { _, err := c.Upcast(t.Context(), m); return err },
	} {
		if code, found := refusal(t, verb()); code != 40403 || found != "SCHEMA_UNKNOWN" {
			t.Errorf("%s: %d %s", name, code, found)
		}
	}
}

const (
	firstText  = `{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}}]}`
	secondText = `{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["X","A"]}},{"name":"n","type":"int","default":3}]}`
)

// TestUpcastKeepsTheFraming carries one datum over in every framing that names a schema.
func TestUpcastKeepsTheFraming(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	v1, v2 := s.add("r", firstText), s.add("r", secondText)
	s.Alias(envelope.GlueID, "22222222-2336-4186-9674-299b90a802e2", v1)
	s.Alias(envelope.GlueID, "33333333-2336-4186-9674-299b90a802e2", v2)
	s.Alias(envelope.AzureID, azureID[:31]+"1", v1)
	s.Alias(envelope.AzureID, azureID[:31]+"2", v2)
	s.Alias(envelope.ApicurioContent, "501", v1)
	s.Alias(envelope.ApicurioContent, "502", v2)
	s.Alias(envelope.ApicurioGlobal, "601", v1)
	s.Alias(envelope.ApicurioGlobal, "602", v2)
	old, fresh := []byte{0}, []byte{2, 6}
	global := func(id uint64) []byte { return binary.BigEndian.AppendUint64(nil, id) }
	for _, tt := range []struct {
		name    string
		message envelope.Message
		payload []byte
		headers []envelope.Header
	}{
		{"prefix", envelope.Message{Payload: join(prefix(v1), old)}, join(prefix(v2), fresh), nil},
		{"prefix with a GUID", envelope.Message{Payload: join(header(v1), old)}, join(header(v2), fresh), nil},
		{"header", envelope.Message{Payload: old, Headers: h("__value_schema_id", header(v1))}, fresh, h("__value_schema_id", header(v2))},
		{"header of the key", envelope.Message{Payload: old, Headers: h("__key_schema_id", header(v1))}, fresh, h("__key_schema_id", header(v2))},
		{"single object", envelope.Message{Payload: join(rabin(v1), old)}, join(rabin(v2), fresh), nil},
		{"glue", envelope.Message{Payload: join(bin("0300 22222222233641869674299b90a802e2"), old)}, join(bin("0300 33333333233641869674299b90a802e2"), fresh), nil},
		{"glue, compressed", envelope.Message{Payload: join(bin("0305 22222222233641869674299b90a802e2"), deflated(old))}, join(bin("0305 33333333233641869674299b90a802e2"), deflated(fresh)), nil},
		{"apicurio", envelope.Message{Payload: join(bin("00 000001f5"), old)}, join(bin("00 000001f6"), fresh), nil},
		{"apicurio, global", envelope.Message{Payload: join([]byte{0}, global(601), old)}, join([]byte{0}, global(602), fresh), nil},
		{"apicurio, header", envelope.Message{Payload: old, Headers: h("apicurio.value.globalId", global(601))}, fresh, h("apicurio.value.globalId", global(602))},
		{"azure", envelope.Message{Payload: old, Headers: h("content-type", []byte("avro/binary+"+azureID[:31]+"1"))}, fresh, h("content-type", []byte("avro/binary+"+azureID[:31]+"2"))},
		{"azure, preamble", envelope.Message{Payload: join(make([]byte, 4), []byte(azureID[:31]+"1"), old)}, join(make([]byte, 4), []byte(azureID[:31]+"2"), fresh), nil},
		{"bare", envelope.Message{Payload: old, Subject: "r", Version: "1", Framing: "none"}, fresh, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCodec(s.catalog)
			tt.message.Target = envelope.Target{Version: "latest"}
			a, err := c.Upcast(t.Context(), &tt.message)
			if err != nil {
				t.Fatal(err)
			}
			step := []verdict.Step{{From: 1, To: 2, Kind: verdict.Resolution, Promoted: []string{}, Defaulted: []string{"n"}, Dropped: []string{}, Renamed: []string{}}}
			if diff := cmp.Diff(tt.payload, a.Payload); diff != "" {
				t.Errorf("payload (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.headers, a.Headers); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(step, a.Steps); diff != "" || a.Schema.Version != 2 {
				t.Errorf("%+v, steps (-want +got):\n%s", a.Schema, diff)
			}
			tt.message.Target = envelope.Target{Version: "1"}
			if a, err = c.Upcast(t.Context(), &tt.message); err != nil || !cmp.Equal(a.Payload, tt.message.Payload) || len(a.Steps) > 0 {
				t.Errorf("to the same version: %x, %v, %v", a.Payload, a.Steps, err)
			}
		})
	}
}

func TestUpcastThatHasNoWay(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	v1, v2 := s.add("r", firstText), s.add("r", secondText)
	s.add("order-value", strings.Replace(orderText, `"int"`, `"long"`, 1))
	c := newCodec(s.catalog)
	for _, tt := range []struct {
		name    string
		message envelope.Message
		code    int
		codes   string
	}{
		{"a symbol that the target lacks", envelope.Message{Payload: join(prefix(v1), []byte{2}), Target: envelope.Target{Version: "2"}}, 42220, "UPCAST_NO_PATH MISSING_ENUM_SYMBOLS"},
		{"another type", envelope.Message{Payload: join(prefix(v1), []byte{2}), Target: envelope.Target{ID: s.many.ID}}, 42220, "UPCAST_NO_PATH"},
		{"no such version", envelope.Message{Payload: join(prefix(v1), []byte{0}), Target: envelope.Target{Version: "7"}}, 40402, "clean"},
		{"no such ID", envelope.Message{Payload: join(prefix(v1), []byte{0}), Target: envelope.Target{ID: 70}}, 40403, "clean"},
		{"no target", envelope.Message{Payload: join(prefix(v1), []byte{0})}, 422, "clean"},
		{"not valid", envelope.Message{Payload: join(prefix(v1), []byte{8}), Framing: "confluent", Target: envelope.Target{Version: "2"}}, 42220, "AVRO_ENUM_RANGE"},
		{"down again", envelope.Message{Payload: join(prefix(v2), []byte{0, 0}), Target: envelope.Target{Version: "1"}}, 42220, "UPCAST_NO_PATH MISSING_ENUM_SYMBOLS"},
		{"another record", envelope.Message{Payload: join(prefix(s.order), orderBody), Target: envelope.Target{ID: s.other.ID}}, 42220, "UPCAST_NO_PATH NAME_MISMATCH"},
		{"no alias for the target", envelope.Message{Payload: join(bin("0300"), uuidBytes(), orderBody), Target: envelope.Target{Version: "2"}}, 42220, "FRAME_NO_ALIAS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before := append([]byte{}, tt.message.Payload...)
			_, err := c.Upcast(t.Context(), &tt.message)
			if code, found := refusal(t, err); code != tt.code || found != tt.codes {
				t.Errorf("got %d %s: %v", code, found, err)
			}
			if !cmp.Equal(before, tt.message.Payload) {
				t.Errorf("the message was changed to %x", tt.message.Payload)
			}
		})
	}
}

func TestUpcastToASchemaThatIsSentAlong(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	text := `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"qty","type":"long"}]}`
	a, err := newCodec(s.catalog).Upcast(t.Context(), &envelope.Message{
		Payload: join(prefix(s.order), orderBody), Target: envelope.Target{Inline: &envelope.Inline{Text: text, Type: schema.Avro}},
	})
	if err != nil || a.Framing != envelope.None || !cmp.Equal(a.Payload, []byte{6}) || a.Schema.ID != 0 || a.Schema.Type != schema.Avro {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestTombstones(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	m := &envelope.Message{Subject: "order-value", Framing: envelope.Confluent, Target: envelope.Target{Version: "latest"}}
	for name, verb := range map[string]func() (envelope.Answer, error){
		"validate": func() (envelope.Answer, error) { return c.Validate(t.Context(), m) },
		"decode":   func() (envelope.Answer, error) { return c.Decode(t.Context(), m) },
		"encode":   func() (envelope.Answer, error) { return c.Encode(t.Context(), m) },
		"upcast":   func() (envelope.Answer, error) { return c.Upcast(t.Context(), m) },
	} {
		if a, err := verb(); err != nil || a.Payload != nil || a.Data != nil || len(a.Findings) > 0 {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

// TestDecodeOfTooMuch decodes a message of few bytes whose JSON would have a gigabyte.
func TestDecodeOfTooMuch(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.catalog.add("wide-value", `{"type":"array","items":{"type":"record","name":"R","fields":[{"name":"`+strings.Repeat("n", 1000)+`","type":"null"}]}}`)
	body := append(binary.AppendVarint(nil, 1_000_000), 0)
	_, err := newCodec(s.catalog).Decode(t.Context(), &envelope.Message{Payload: body, Framing: envelope.None, Subject: "wide-value", Version: "latest"})
	if code, found := refusal(t, err); code != envelope.TooLarge || found != "MESSAGE_TOO_LARGE" {
		t.Errorf("got %d %s: %v", code, found, err)
	}
}

func TestEncodeFrames(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	body := []byte{8, 10}
	for _, tt := range []struct {
		framing envelope.Framing
		typ     string
		data    string
		payload []byte
	}{
		{"", "many.B.D", `{"d":"5"}`, join(prefix(s.many), bin("040200"), body)},
		{"confluent", "many.A", `{"a":"z"}`, join(prefix(s.many), bin("00 0a017a"))},
		{"none", "many.C", `{"c":"z"}`, bin("0a017a")},
		{"glue", "many.B.D.E", `{"e":true}`, join(bin("0300 11111111233641869674299b90a802e2 04"), []byte{8, 1})},
		{"apicurio", "many.B", `{"b":"z"}`, bin("00 0000004d 03 0a0142 0a017a")},
	} {
		want := tt.payload
		if tt.typ == "many.B.D" {
			want = join(prefix(s.many), bin("040200"), []byte{8, 5})
		}
		a, err := c.Encode(t.Context(), &envelope.Message{Subject: "many-value", Type: tt.typ, Framing: tt.framing, Data: []byte(tt.data)})
		if err != nil || !cmp.Equal(a.Payload, want) {
			t.Errorf("%s as %q: got %x, %v, want %x", tt.data, tt.framing, a.Payload, err, want)
		}
	}
	_, err := c.Encode(t.Context(), &envelope.Message{Subject: "many-value", Framing: envelope.SingleObject, Data: []byte(`{}`)})
	if code, found := refusal(t, err); code != 42220 || found != "FRAME_MISMATCH" {
		t.Errorf("Protobuf as single object: %v", err)
	}
	_, err = c.Encode(t.Context(), &envelope.Message{Subject: "many-value", Data: []byte(`{"a":1,"z":2}`)})
	if code, found := refusal(t, err); code != 42220 || found != "JSON_TYPE JSON_UNKNOWN_FIELD" {
		t.Errorf("wrong data: %v", err)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	in, err := c.Inspect(t.Context(), &envelope.Message{Payload: join(prefix(s.order), orderBody)})
	order := &envelope.Named{ID: 1, GUID: s.order.GUID.String(), Type: schema.Avro, Subject: "order-value", Version: 1}
	want := envelope.Inspection{
		Framing: envelope.Confluent, Evidence: envelope.MagicResolved, Format: "avro", Schema: order,
		Candidates: []envelope.Candidate{{Framing: envelope.Confluent, Schema: order, Evidence: envelope.MagicResolved, Valid: true}},
	}
	if diff := cmp.Diff(want, in); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, payload := range [][]byte{{}, {0}, []byte("hello world"), bin("ffffffffffffffffff"), []byte("{")} {
		if in, err := c.Inspect(t.Context(), &envelope.Message{Payload: payload}); err != nil || in.Framing != "" || len(in.Findings) == 0 {
			t.Errorf("%x: %+v, %v", payload, in, err)
		}
	}
	bare, err := c.Inspect(t.Context(), &envelope.Message{Payload: orderBody, Subject: "order-value"})
	if err != nil || len(bare.Candidates) != 1 || bare.Candidates[0].Evidence != envelope.Guess || bare.Candidates[0].Framing != envelope.None {
		t.Errorf("a bare body: %+v, %v", bare, err)
	}
}

// TestBatchesSayWhatMessagesDo reads each message alone and in a batch.
func TestBatchesSayWhatMessagesDo(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	payloads := [][]byte{
		join(prefix(s.order), orderBody), join(prefix(s.order), orderBody, []byte{0}), join(prefix(s.other), []byte{4}), prefix(s.order), {}, {0},
		join(prefix(s.many), bin("00 0a0161")), join(prefix(s.many), bin("0202 0a0161")), bin("00 00ffffff 00"), bin("00 ffffffff 00"),
		join(prefix(s.bytes), []byte("raw")), orderBody, join(rabin(s.order), orderBody), make([]byte, 10<<20+1),
	}
	for _, like := range []envelope.Message{
		{}, {Framing: envelope.Confluent}, {Framing: envelope.None, Subject: "order-value"}, {Subject: "order-value"}, {Framing: envelope.SingleObject},
		{Subject: "order-value", Version: "1"}, {Binding: "kafka"},
	} {
		b := c.Batch(like)
		for range 2 {
			for i, payload := range payloads {
				one := like
				one.Payload = payload
				a, err := c.Validate(t.Context(), &one)
				if b.Clean(t.Context(), payload) && (err != nil || len(a.Findings) > 0) {
					t.Errorf("%+v: message %d is clean in a batch, and alone %v, %v", like, i, a.Findings, err)
				}
			}
		}
	}
}

func TestBatchesDoNotAllocate(t *testing.T) {
	s := newShelf(t)
	framed, bare := join(prefix(s.order), orderBody), orderBody
	proto := join(prefix(s.many), bin("00 0a0161"))
	c := newCodec(s.catalog)
	auto, none := c.Batch(envelope.Message{}), c.Batch(envelope.Message{Framing: envelope.None, Subject: "order-value"})
	if n := testing.AllocsPerRun(200, func() {
		if !auto.Clean(t.Context(), framed) || !auto.Clean(t.Context(), proto) || !none.Clean(t.Context(), bare) {
			t.Fatal("not clean")
		}
	}); n != 0 {
		t.Errorf("%v allocations for three messages, want none", n)
	}
}
