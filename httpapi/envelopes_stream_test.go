package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const oneLine = `{"subject":"s","framing":"none","payload":"Ag=="}` + "\n"

// start serves h over HTTP/1.1, or over HTTP/2 with TLS.
func start(t *testing.T, h http.Handler, version2 bool, set ...func(*http.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	for _, f := range set {
		f(server.Config)
	}
	if server.EnableHTTP2 = version2; version2 {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// A talk is a stream in which both sides speak at once.
type talk struct {
	t        *testing.T
	sending  *io.PipeWriter
	response *http.Response
	answers  *bufio.Reader
}

// begin sends the head of a request, and waits for that of the answer.
func begin(t *testing.T, server *httptest.Server, path string) *talk {
	t.Helper()
	body, sending := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", mediaNDJSON)
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sending.Close(); response.Body.Close() })
	return &talk{t, sending, response, bufio.NewReader(response.Body)}
}

func (k *talk) say(text string) {
	k.t.Helper()
	if _, err := io.WriteString(k.sending, text); err != nil {
		k.t.Fatal(err)
	}
}

func (k *talk) hear() string {
	k.t.Helper()
	text, err := k.answers.ReadString('\n')
	if err != nil {
		k.t.Fatalf("%q: %v", text, err)
	}
	return text
}

func overBoth(t *testing.T, f func(t *testing.T, version2 bool)) {
	t.Run("HTTP 1.1", func(t *testing.T) { t.Parallel(); f(t, false) })
	t.Run("HTTP 2", func(t *testing.T) { t.Parallel(); f(t, true) })
}

// Each line is answered while the request is still being sent, also where the time for requests is long over.
func TestLinesAreAnsweredAsTheyCome(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, version2 bool) {
		server := start(t, messaging(t, Config{}), version2, func(s *http.Server) {
			s.ReadTimeout, s.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
		})
		k := begin(t, server, "/envelopes/validate")
		if want := 1 + b2i(version2); k.response.ProtoMajor != want {
			t.Fatalf("HTTP/%d, want %d", k.response.ProtoMajor, want)
		}
		for range 4 {
			k.say(oneLine[:20])
			time.Sleep(100 * time.Millisecond)
			k.say(oneLine[20:] + "\n" + oneLine)
			for range 2 {
				if text := k.hear(); !strings.HasPrefix(text, `{"valid":true`) {
					t.Fatalf("got %s", text)
				}
			}
		}
		k.say(strings.TrimSpace(oneLine))
		k.sending.Close()
		if rest, err := io.ReadAll(k.answers); err != nil || !bytes.HasPrefix(rest, []byte(`{"valid":true`)) {
			t.Errorf("the last line: %s, %v", rest, err)
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A client that only reads once it has sent everything gets all its answers.
func TestClientsThatReadLate(t *testing.T) {
	t.Parallel()
	const lines = 100_000
	server := start(t, messaging(t, Config{}), false)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "POST /envelopes/validate HTTP/1.1\r\nHost: t\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", mediaNDJSON, lines*len(oneLine))
	if _, err := conn.Write(bytes.Repeat([]byte(oneLine), lines)); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if n := bytes.Count(text, []byte("\n")); err != nil || n != lines {
		t.Errorf("%d answers, want %d: %v", n, lines, err)
	}
}

// following returns h, and a count of the requests that it is at work on.
func following(h http.Handler) (http.Handler, *atomic.Int64) {
	var working atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		working.Add(1)
		defer working.Add(-1)
		h.ServeHTTP(w, r)
	}), &working
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after ten seconds still not: %s", what)
		}
	}
}

// Work stops when the client goes away: while it sends, while it should read, and while it says nothing.
func TestClientsThatGoAway(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, kind string
		block      []byte // sent over and over; nil for nothing
	}{
		{"silent lines", mediaNDJSON, nil},
		{"silent frames", mediaFrames, nil},
		{"busy lines", mediaNDJSON, bytes.Repeat([]byte(oneLine), 100)},
		{"busy frames", mediaFrames, bytes.Repeat(framed([]byte{0, 0, 0, 0, 1, 2}), 1000)},
		{"invalid frames", mediaFrames, bytes.Repeat(framed([]byte{1}), 1000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, working := following(messaging(t, Config{}))
			server := start(t, h, false)
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(conn, "POST /envelopes/decode HTTP/1.1\r\nHost: t\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", tt.kind)
			eventually(t, "the request is served", func() bool { return working.Load() == 1 })
			conn.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			for tt.block != nil {
				if _, err := fmt.Fprintf(conn, "%x\r\n%s\r\n", len(tt.block), tt.block); err != nil {
					break // it does not read, so that it cannot write any more; or its time is over
				}
			}
			conn.Close()
			eventually(t, "the work has stopped", func() bool { return working.Load() == 0 })
		})
	}
}

var errEnded = errors.New("ended")

// A stream that the server ends is not taken for one that is complete, and one that waits ends too.
func TestStreamsThatTheServerEnds(t *testing.T) {
	t.Parallel()
	overBoth(t, func(t *testing.T, version2 bool) {
		ending, end := context.WithCancelCause(t.Context())
		api := messaging(t, Config{})
		h, working := following(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancelCause(r.Context())
			defer context.AfterFunc(ending, func() { cancel(ErrShutdown) })()
			api.ServeHTTP(w, r.WithContext(ctx))
		}))
		server := start(t, h, version2)
		k := begin(t, server, "/envelopes/validate")
		k.say(oneLine)
		k.hear()
		end(errEnded)
		if rest, err := io.ReadAll(k.answers); err == nil {
			t.Errorf("the answer ends as if it were complete: %s", rest)
		}
		eventually(t, "the work has stopped", func() bool { return working.Load() == 0 })
	})
}

// What was not begun to be answered when the server ends is refused.
func TestBatchesThatTheServerEnds(t *testing.T) {
	t.Parallel()
	api := messaging(t, Config{})
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(r.Context())
		cancel(ErrShutdown)
		api.ServeHTTP(w, r.WithContext(ctx))
	}), false)
	for kind, body := range map[string]string{
		mediaFrames: string(framed([]byte{0, 0, 0, 0, 1, 2})), mediaJSON: `{"messages":[{"payload":null}]}`,
	} {
		response, err := server.Client().Post(server.URL+"/envelopes/validate", kind, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(text, []byte("shutting down")) {
			t.Errorf("%s: %d %s, %v", kind, response.StatusCode, text, err)
		}
	}
}

// The end of one stream does nothing to what comes after it on the same connection.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	api := messaging(t, Config{})
	var connections atomic.Int64
	server := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		api.ServeHTTP(w, r.WithContext(ctx))
	}), false, func(s *http.Server) {
		s.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				connections.Add(1)
			}
		}
	})
	for i := range 500 {
		kind, body := mediaNDJSON, strings.Repeat(oneLine, 3)
		if i%2 == 0 {
			kind, body = mediaFrames, string(framed([]byte{0, 0, 0, 0, 1, 2}))
		}
		response, err := server.Client().Post(server.URL+"/envelopes/validate", kind, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// Two hundred clients speak with the server at once, each in turns.
func TestManyStreams(t *testing.T) {
	t.Parallel()
	const streams, rounds = 200, 20
	server := start(t, messaging(t, Config{}), false)
	server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = streams
	var all sync.WaitGroup
	for range streams {
		all.Go(func() {
			body, sending := io.Pipe()
			response, err := server.Client().Post(server.URL+"/envelopes/validate", mediaNDJSON, body)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			defer sending.Close()
			answers := bufio.NewReader(response.Body)
			for range rounds {
				io.WriteString(sending, oneLine)
				if text, err := answers.ReadString('\n'); err != nil || !strings.HasPrefix(text, `{"valid":true`) {
					t.Errorf("%s: %v", text, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// A client that asks before it sends is told to go on, and then answered.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	server := start(t, messaging(t, Config{}), false)
	for _, kind := range []string{mediaNDJSON, mediaJSON} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprintf(conn, "POST /envelopes/validate HTTP/1.1\r\nHost: t\r\nContent-Type: %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", kind, len(oneLine))
		in := bufio.NewReader(conn)
		if response, err := http.ReadResponse(in, nil); err != nil || response.StatusCode != http.StatusContinue {
			t.Fatalf("%s: %v, %v", kind, response, err)
		}
		io.WriteString(conn, oneLine)
		response, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := bufio.NewReader(response.Body).ReadString('}'); !strings.HasPrefix(text, `{"valid":true`) {
			t.Errorf("%s: %q, %v", kind, text, err)
		}
	}
}

// A body that breaks off is refused, and its stream says that it was cut off.
func TestBodiesThatBreakOff(t *testing.T) {
	t.Parallel()
	server := start(t, messaging(t, Config{}), false)
	tests := []struct{ kind, body, want string }{
		{mediaJSON, oneLine, "could not be read to its end"},
		{mediaUnknown, oneLine, "could not be read to its end"},
		{mediaNDJSON, oneLine, "BODY_TRUNCATED"},
		{mediaFrames, string(framed([]byte{0, 0, 0, 0, 1, 2})), "FRAME_TRUNCATED"},
		{mediaFrames, oneLine, "MESSAGE_TOO_LARGE"}, // the text is no frame, and its first bytes are a large length
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.want, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(20 * time.Second))
			fmt.Fprintf(conn, "POST /envelopes/validate HTTP/1.1\r\nHost: t\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nno length\r\n", tt.kind, len(tt.body), tt.body)
			text, _ := io.ReadAll(conn)
			if !bytes.Contains(text, []byte(tt.want)) {
				t.Errorf("got %s, want %q", text, tt.want)
			}
		})
	}
}

// What follows a batch that ended early is no other request: the connection is used again only if the body was read to its
// end.
func TestBatchesThatEndEarly(t *testing.T) {
	t.Parallel()
	server := start(t, messaging(t, Config{}), false)
	large := append(framed([]byte{0, 0, 0, 0, 1, 2}), 255, 255, 255, 255)
	large = append(large, make([]byte, 100<<10)...)
	for range 100 {
		for _, path := range []string{"validate", "decode", "inspect"} {
			response, err := server.Client().Post(server.URL+"/envelopes/"+path, mediaFrames, bytes.NewReader(large))
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(response.Body); err != nil || len(text) == 0 {
				t.Fatalf("%s: %q, %v", path, text, err)
			}
			response.Body.Close()
		}
	}
}
