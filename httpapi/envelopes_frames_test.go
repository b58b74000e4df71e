package httpapi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A frameVerdict is the answer for a batch of frames.
type frameVerdict struct {
	Count, Valid, Omitted int
	Invalid               []struct {
		Index       int
		Disposition string
		Findings    []struct{ Code string }
	}
}

// summary tells of a verdict in a line.
func (v *frameVerdict) summary() string {
	s := fmt.Sprintf("%d of %d", v.Valid, v.Count)
	for _, i := range v.Invalid {
		s += fmt.Sprintf(", %d %s %s", i.Index, i.Disposition, i.Findings[0].Code)
	}
	return s
}

func verdictOf(t *testing.T, text string) frameVerdict {
	t.Helper()
	var v frameVerdict
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	return v
}

func TestFrameVerdicts(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{MaxMessage: 1 << 20})
	good, none := []byte{0, 0, 0, 0, 1, 2}, []byte{}
	long := append(binary.AppendVarint(nil, 100_200), make([]byte, 100_200)...)
	tests := []struct {
		name, query string
		body        []byte
		want        string
	}{
		{"nothing", "", nil, "0 of 0"},
		{"by prefix", "", framed(good, good), "2 of 2"},
		{"declared", "?framing=confluent", framed(good, good[:5], good), "2 of 3, 1 dlq AVRO_TRUNCATED"},
		{"bare", "?framing=none&subject=s", framed(good[5:], none, good[5:]), "2 of 3, 1 dlq AVRO_TRUNCATED"},
		{"an empty body that is valid", "?framing=none&subject=bytes", framed([]byte{0}, none), "1 of 2, 1 dlq AVRO_TRUNCATED"},
		{"longer than any buffer", "?framing=none&subject=bytes", framed(long, []byte{0}, long), "3 of 3"},
		{"cut in a length", "", append(framed(good), 0, 0, 0), "1 of 2, 1 dlq FRAME_TRUNCATED"},
		{"cut in a frame", "", append(framed(good), 0, 0, 0, 6, 0), "1 of 2, 1 dlq FRAME_TRUNCATED"},
		{"cut in a long frame", "?framing=none&subject=bytes", framed(long)[:90_000], "0 of 1, 0 dlq FRAME_TRUNCATED"},
		{"too large", "", append(framed(good), 0, 0x10, 0, 1, 0), "1 of 2, 1 dlq MESSAGE_TOO_LARGE"},
		{"the largest length", "", []byte{255, 255, 255, 255}, "0 of 1, 0 dlq MESSAGE_TOO_LARGE"},
		{"an unknown ID", "?framing=confluent", framed([]byte{0, 0, 0, 0, 9, 2}), "0 of 1, 0 retry SCHEMA_UNKNOWN"},
		{"another subject's ID", "?subject=bytes", framed(good), "0 of 1, 0 retry SCHEMA_UNKNOWN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, text := send(h, "/envelopes/validate"+tt.query, mediaFrames, tt.body)
			v := verdictOf(t, text)
			if got := v.summary(); status != http.StatusOK || got != tt.want {
				t.Errorf("%d %s, want %s\n%s", status, got, tt.want, text)
			}
		})
	}
}

// A frameResult is a frame of an answer.
type frameResult struct {
	Status byte
	Text   string
}

func resultsOf(t *testing.T, text string) (list []frameResult) {
	t.Helper()
	for b := []byte(text); len(b) > 0; {
		size := 5 + int(binary.BigEndian.Uint32(b[1:]))
		list = append(list, frameResult{b[0], string(b[5:size])})
		b = b[size:]
	}
	return list
}

func TestFrameResults(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{MaxMessage: 1 << 20})
	truncated := `{"error_code":42220,"message":"the body ends inside a frame","findings":[{"code":"FRAME_TRUNCATED","severity":"error","class":"permanent","path":"","message":"the body ends inside a frame"}]}`
	tests := []struct {
		name, path string
		body       []byte
		want       []frameResult
	}{
		{"decode", "decode", framed([]byte{0, 0, 0, 0, 1, 2}), []frameResult{{0, "1"}}},
		{"encode", "encode?subject=s&framing=none", framed([]byte("1"), []byte(` -1 `)), []frameResult{{0, "\x02"}, {0, "\x01"}}},
		{"upcast", "upcast?target=1", framed([]byte{0, 0, 0, 0, 1, 2}), []frameResult{{0, "\x00\x00\x00\x00\x01\x02"}}},
		{"cut", "decode", append(framed([]byte{0, 0, 0, 0, 1, 2}), 0, 0, 0, 2, 0), []frameResult{{0, "1"}, {1, truncated}}},
		{"headers", "encode?subject=s&framing=confluent-header", framed([]byte("1")), []frameResult{
			{1, `{"error_code":422,"message":"the framing confluent-header needs headers, which cannot be told in bytes alone: ask for JSON"}`}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			status, text := send(h, "/envelopes/"+tt.path, mediaFrames, tt.body)
			if diff := cmp.Diff(tt.want, resultsOf(t, text)); status != http.StatusOK || diff != "" {
				t.Errorf("%d (-want +got):\n%s", status, diff)
			}
		})
	}
}

// Frames are read over any boundaries: as they fall into the buffer, and as the client sends them.
func TestFramesOfAllSizes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(messaging(t, Config{}))
	t.Cleanup(server.Close)
	var body []byte
	count := 0
	for size := 0; size < 200_000; size = size*5/4 + 1 {
		for range 3 {
			payload := append(binary.AppendVarint(nil, int64(size)), make([]byte, size)...)
			body = append(body, framed(payload)...)
			count++
		}
	}
	sender, w := io.Pipe()
	go func() {
		for i, step := 0, 1; i < len(body); step = step*7/5 + 1 {
			n := min(step, len(body)-i)
			w.Write(body[i : i+n])
			i += n
		}
		w.Close()
	}()
	response, err := http.Post(server.URL+"/envelopes/validate?framing=none&subject=bytes", mediaFrames, sender)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	v := verdictOf(t, string(text))
	if want := fmt.Sprintf("%d of %d", count, count); v.summary() != want {
		t.Errorf("%s, want %s", v.summary(), want)
	}
}

// No more than 100,000 frames are told apart, and the others are counted.
func TestManyInvalidFrames(t *testing.T) {
	t.Parallel()
	h := messaging(t, Config{})
	_, text := send(h, "/envelopes/validate?framing=none&subject=s", mediaFrames, bytes.Repeat(framed([]byte{0x80}), 100_010))
	v := verdictOf(t, text)
	got := [...]int{v.Count, v.Valid, len(v.Invalid), v.Omitted}
	if want := [...]int{100_010, 0, 100_000, 10}; got != want {
		t.Errorf("count, valid, invalid, omitted: %v, want %v", got, want)
	}
}

// A repeated reader reads the same bytes over and over.
type repeated struct {
	of   []byte
	at   int
	left int
}

func (r *repeated) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), r.left)], r.of[r.at:])
	r.at, r.left = (r.at+n)%len(r.of), r.left-n
	return n, nil
}

// liveHeap returns the bytes that the last collection of garbage found in use: how much more is on the heap depends on when
// the next one comes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// The memory that a stream takes does not grow with its length.
func TestMemoryOfAStream(t *testing.T) {
	server := httptest.NewServer(messaging(t, Config{}))
	t.Cleanup(server.Close)
	block := bytes.Repeat(framed([]byte{0, 0, 0, 0, 1, 2}, append([]byte{0, 0, 0, 0, 2, 0x80, 0x10}, make([]byte, 1024)...)), 64)
	body := &repeated{of: block, left: len(block) * (256 << 20 / len(block))}
	done := make(chan uint64)
	stop := make(chan struct{})
	go func() {
		var most uint64
		for {
			most = max(most, liveHeap())
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	runtime.GC()
	before := liveHeap()
	response, err := http.Post(server.URL+"/envelopes/validate", mediaFrames, body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	close(stop)
	most := <-done
	if v := verdictOf(t, string(text)); v.Count != v.Valid || v.Count < 400_000 {
		t.Errorf("%s", v.summary())
	}
	if grown := int64(most) - int64(before); grown > 32<<20 {
		t.Errorf("the heap grew by %d bytes over a stream of 256 MiB", grown)
	}
}
