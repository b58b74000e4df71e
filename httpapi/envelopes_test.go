package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// messaging returns the API in front of a registry in which "s" has a long, with ID 1, and "bytes" bytes.
func messaging(t testing.TB, cfg Config) http.Handler {
	t.Helper()
	reg := registry.New(memory.New(), registry.Config{Logger: quietLogger})
	run(t, reg)
	cfg.Logger, cfg.Observer = quietLogger, NewObserver(quietLogger, uncounted{}, false)
	handler, err := New(reg, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{
		`POST /subjects/s/versions {"schema":"\"long\""}`,
		`POST /subjects/bytes/versions {"schema":"\"bytes\""}`,
	} {
		if status, body := as(handler, request, ""); status != http.StatusOK {
			t.Fatalf("%s: %d %s", request, status, body)
		}
	}
	return handler
}

// send sends a body to one of the calls on messages, and returns the status and the body of the answer.
func send(h http.Handler, path, kind string, body []byte, header ...string) (int, string) {
	r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func zip(t testing.TB, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(body)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// framed returns frames with these payloads.
func framed(payloads ...[]byte) []byte {
	var out []byte
	for _, p := range payloads {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(p))), p...)
	}
	return out
}

// Whatever a body may be it may be compressed, and means the same.
func TestCompressedBodies(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{})
	event := `{"specversion":"1.0","id":"e","source":"/","type":"s","data":1}`
	tests := []struct{ kind, body string }{
		{mediaJSON, `{"subject":"s","framing":"none","payload":"Ag=="}`},
		{mediaJSON, `{"messages":[{"subject":"s","framing":"none","payload":"Ag=="}]}`},
		{mediaNDJSON, `{"subject":"s","framing":"none","payload":"Ag=="}` + "\n"},
		{mediaFrames, string(framed([]byte{0, 0, 0, 0, 1, 2}))},
		{mediaUnknown, "\x00\x00\x00\x00\x01\x02"},
		{"application/cloudevents+json", event},
		{"application/cloudevents-batch+json", "[" + event + "]"},
		{"application/vnd.treaty.event+json", `{"id":"e","type":"s","timestamp":"2025-01-24T18:30:00Z","data":1}`},
	}
	for _, tt := range tests {
		t.Run(tt.kind, func(t *testing.T) {
			t.Parallel()
			status, want := send(h, "/envelopes/validate", tt.kind, []byte(tt.body))
			if status != http.StatusOK || strings.Contains(want, "error") {
				t.Fatalf("plain: %d %s", status, want)
			}
			status, got := send(h, "/envelopes/validate", tt.kind, zip(t, []byte(tt.body)), "Content-Encoding", "gzip")
			if diff := cmp.Diff(want, got); status != http.StatusOK || diff != "" {
				t.Errorf("compressed: %d (-plain +compressed):\n%s", status, diff)
			}
		})
	}
}

// A body that is not what its coding says is refused alone, and ends a stream with an answer that says so.
func TestBrokenCompression(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{})
	object := []byte(`{"subject":"s","framing":"none","payload":"Ag=="}` + "\n")
	frame := framed([]byte{0, 0, 0, 0, 1, 2})
	cut := func(body []byte) []byte { z := zip(t, body); return z[:len(z)-8] } // without the checksum, whole as it is
	spoilt := func(body []byte) []byte { z := zip(t, body); z[len(z)-8]++; return z }
	tests := []struct {
		name, kind string
		body       []byte
		status     int
		want       string
	}{
		{"an object, cut", mediaJSON, cut(object), 400, "could not be read to its end"},
		{"an object, spoilt", mediaJSON, spoilt(object), 400, "not gzip: gzip: invalid checksum"},
		{"an object, not gzip", mediaJSON, object, 400, "not gzip"},
		{"nothing", mediaJSON, nil, 400, "not gzip"},
		{"octets, cut", mediaUnknown, cut(frame), 400, "could not be read to its end"},
		{"lines, cut", mediaNDJSON, cut(object), 200, "BODY_TRUNCATED"},
		{"lines, spoilt", mediaNDJSON, spoilt(object), 200, "invalid checksum"},
		{"lines, not gzip", mediaNDJSON, object, 400, "not gzip"},
		{"frames, cut behind a frame", mediaFrames, cut(frame), 200, "FRAME_TRUNCATED"},
		{"frames, spoilt", mediaFrames, spoilt(frame), 200, "invalid checksum"},
		{"frames, not gzip", mediaFrames, frame, 400, "not gzip"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, got := send(h, "/envelopes/validate", tt.kind, tt.body, "Content-Encoding", "gzip")
			if status != tt.status || !strings.Contains(got, tt.want) {
				t.Errorf("%d %s; want %d and %q", status, got, tt.status, tt.want)
			}
		})
	}
}

// Limits count what comes out of a compressed body.
func TestBombs(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{MaxMessage: 1 << 20, MaxBatch: 2 << 20})
	zeros := make([]byte, 64<<20)
	object := append([]byte(`{"subject":"s","data":"`), bytes.Repeat([]byte("a"), 64<<20)...)
	tests := []struct {
		name, kind string
		body       []byte
		status     int
		want       string
	}{
		{"octets", mediaUnknown, zeros, 413, "larger than 1048576 bytes"},
		{"an object", mediaJSON, object, 413, "larger than 2097152 bytes"},
		{"events", "application/cloudevents-batch+json", object, 413, "larger than 2097152 bytes"},
		{"a line", mediaNDJSON, append(object, "\n{}\n"...), 200, "MESSAGE_TOO_LARGE"},
		{"a frame", mediaFrames, framed(zeros), 200, "MESSAGE_TOO_LARGE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, got := send(h, "/envelopes/validate", tt.kind, zip(t, tt.body), "Content-Encoding", "gzip")
			if status != tt.status || !strings.Contains(got, tt.want) || len(got) > 2000 {
				t.Errorf("%d %.300s; want %d and %q", status, got, tt.status, tt.want)
			}
		})
	}
}

// The limits of the page, as they are without flags.
func TestLimitsOfMessages(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{})
	list := func(n int) string { return `{"messages":[` + strings.Repeat("0,", n-1) + `0]}` }
	nested := func(n int) string {
		return `{"subject":"s","data":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`
	}
	tests := []struct {
		name, path, kind, body string
		status                 int
		want                   string
	}{
		{"100,000 messages", "decode", mediaJSON, list(100_000), 200, `[{"error_code":400`},
		{"one more", "decode", mediaJSON, list(100_001), 413, "more than 100000 messages"},
		{"100,001 events", "decode", "application/cloudevents-batch+json", "[" + strings.Repeat("0,", 100_000) + "0]", 413, "more than 100000 events"},
		{"10 MiB", "validate?subject=bytes&framing=none", mediaUnknown, strings.Repeat("\x00", 10<<20), 200, "AVRO_TRAILING"},
		{"a byte more", "validate?subject=bytes&framing=none", mediaUnknown, strings.Repeat("\x00", 10<<20+1), 413, "larger than 10485760 bytes"},
		{"64 MiB", "validate", mediaJSON, `{"subject":"s","data":1}` + strings.Repeat(" ", 64<<20-24), 200, `"valid":true`},
		{"a byte more of a body", "validate", mediaJSON, `{"subject":"s","data":1}` + strings.Repeat(" ", 64<<20-23), 413, "larger than 67108864 bytes"},
		{"100 levels", "validate", mediaJSON, nested(100), 200, "JSON_TYPE"},
		{"many levels", "validate", mediaJSON, nested(110), 422, "JSON_DEPTH"},
		{"many levels in an array", "decode", mediaJSON, `{"messages":[` + nested(110) + `,{"payload":null}]}`, 200, `},{"payload":null`},
		{"a member twice in an array", "decode", mediaJSON, `{"messages":[{"a":1,"a":2},{"payload":null}]}`, 200, `},{"payload":null`},
		{"messages twice", "decode", mediaJSON, `{"messages":[],"messages":[]}`, 422, "is there twice"},
		{"defaults twice", "decode", mediaJSON, `{"defaults":{},"defaults":{},"messages":[]}`, 422, "is there twice"},
		{"a default twice", "decode", mediaJSON, `{"defaults":{"subject":"s","subject":"s"},"messages":[]}`, 422, "is there twice"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, got := send(h, "/envelopes/"+tt.path, tt.kind, []byte(tt.body))
			if status != tt.status || !strings.Contains(got, tt.want) {
				t.Errorf("%d %.300s; want %d and %q", status, got, tt.status, tt.want)
			}
		})
	}
}

// A header that is repeated comes back as a list, and bytes that are no text as base64.
func TestHeadersOfDeadLetters(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{})
	_, got := send(h, "/envelopes/validate", mediaJSON, []byte(`{"subject":"s","framing":"none","payload":"",
		"headers":{"x":["a",{"base64":"/w=="},"b"],"y":"c"}}`))
	var answer struct {
		DeadLetter struct{ Headers map[string]any }
	}
	if err := json.Unmarshal([]byte(got), &answer); err != nil {
		t.Fatal(err)
	}
	want := []any{[]any{"a", map[string]any{"base64": "/w=="}, "b"}, "c"}
	if diff := cmp.Diff(want, []any{answer.DeadLetter.Headers["x"], answer.DeadLetter.Headers["y"]}); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

// Every message that is asked about is counted once, whatever becomes of it.
func TestMessagesAreCounted(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	got := map[string]int{}
	h := messaging(t, Config{Messages: func(t Tally, n int) {
		mu.Lock()
		defer mu.Unlock()
		got[fmt.Sprintf("%s %s/%d %s %s", t.Verb, t.Subject, t.Version, t.Disposition, t.Code)] += n
	}})
	good, bad := []byte{0, 0, 0, 0, 1, 2}, []byte{0, 0, 0, 0, 1}
	send(h, "/envelopes/validate?framing=confluent", mediaFrames, append(framed(good, bad, good, good), 0))
	send(h, "/envelopes/validate", mediaNDJSON, []byte(`{"payload":null}`+"\n7\n"+`{"subject":"nobody","payload":null}`))
	send(h, "/envelopes/validate", mediaJSON, []byte(`{"subject":"nobody","payload":""}`))
	send(h, "/envelopes/decode?framing=confluent", mediaFrames, framed(good, bad))
	send(h, "/envelopes/encode?subject=s", mediaJSON, []byte(`{"messages":[{"data":1},{"data":""}]}`))
	send(h, "/envelopes/upcast?framing=confluent", mediaJSON, []byte(`{"payload":"AAAAAAEC","target":{"schema":"\"string\""}}`))
	send(h, "/envelopes/upcast?framing=confluent", mediaJSON, []byte(`{"payload":"AAAAAAEC","target":{"schema":"\"long\""}}`))
	send(h, "/envelopes/inspect", mediaJSON, []byte(`{"payload":null}`))
	send(h, "/envelopes/validate?subject=s", mediaFrames, framed([]byte("x")))
	late := []byte(`{"specversion":"1.0","id":"1","source":"/s","type":"s","time":"now","data":1}`)
	send(h, "/envelopes/validate", "application/cloudevents+json", late)
	send(h, "/envelopes/decode", "application/cloudevents+json", late)
	want := map[string]int{
		"validate s/1 accept ":              3,
		"validate s/1 dlq AVRO_TRUNCATED":   1,
		"validate /0 dlq FRAME_TRUNCATED":   1,
		"validate /0 accept ":               1,
		"validate /0 dlq MESSAGE_MALFORMED": 1,
		"validate /0 dlq SUBJECT_NOT_FOUND": 2,
		"decode s/1 accept ":                1,
		"decode s/1 dlq AVRO_TRUNCATED":     1,
		"encode s/1 accept ":                1,
		"encode s/1 dlq JSON_FORMAT":        1,
		"upcast s/1 dlq UPCAST_NO_PATH":     1,
		"upcast s/1 accept ":                1,
		"validate s/0 dlq FRAME_UNKNOWN":    1,
		"validate s/1 dlq ENV_TIME_FORMAT":  1,
		"decode s/1 dlq ENV_TIME_FORMAT":    1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tallies (-want +got):\n%s", diff)
	}
}

// Everything that messages are refused for before their body was read reaches a client that only then reads the answer.
func TestRefusalsOfLargeBodies(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(messaging(t, Config{}))
	t.Cleanup(server.Close)
	body := make([]byte, 12<<20)
	tests := []struct {
		name, path, kind string
		status           int
	}{
		{"no such type", "validate", "image/png", 415},
		{"no such subject", "validate?subject=nobody", mediaFrames, 404},
		{"a bad parameter", "validate?bytes=some", mediaNDJSON, 422},
		{"too large", "validate?subject=bytes", mediaUnknown, 413},
		{"a frame that is too large", "validate?subject=bytes", mediaFrames, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, reader := range []io.Reader{bytes.NewReader(body), io.MultiReader(bytes.NewReader([]byte{0xff}), bytes.NewReader(body))} {
				response, err := http.Post(server.URL+"/envelopes/"+tt.path, tt.kind, reader)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
				if response.StatusCode != tt.status {
					t.Errorf("%d, want %d", response.StatusCode, tt.status)
				}
			}
		})
	}
}

// A message reader gives nothing of one message to the next.
func TestReadersForget(t *testing.T) {
	t.Parallel()
	var r messageReader
	var m, next envelope.Message
	if err := r.read([]byte(`{"payload":"AAECAwQF","subject":"s","headers":{"a":"b"}}`), &m); err != nil {
		t.Fatal(err)
	}
	if err := r.read([]byte(`{"payload":"/w=="}`), &next); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(envelope.Message{Payload: []byte{0xff}}, next); diff != "" || cap(next.Payload[:1:1]) != 1 {
		t.Errorf("the second message (-want +got):\n%s", diff)
	}
}
