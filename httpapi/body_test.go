package httpapi

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Members of settings that mean nothing change nothing, and the answer names them.
func TestIgnoredSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"all are known", `{"compatibility":"FULL"}`, ""},
		{"the name of an answer", `{"compatibilityLevel":"FULL","policy":{"a":[1]},"normalize":true}`, "compatibilityLevel, policy"},
		{"what no header may hold", `{"a\nb":1}`, "a%0Ab"},
		{"long, and many", `{"` + strings.Repeat("x", 70) + `":1,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1}`, strings.Repeat("x", 64) + ", 1, 2, 3, 4, 5, 6, 7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			serve(t, nil).ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/config/s", strings.NewReader(tt.body)))
			if got := w.Header().Get("Treaty-Ignored"); got != tt.want || w.Code != http.StatusOK {
				t.Errorf("%s: %d %q, want 200 %q", tt.body, w.Code, got, tt.want)
			}
		})
	}
}

// A client that sends its whole body before it reads is told that it was too large, whether or not it said how large the
// body would be.
func TestTooLargeIsAnswered(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, map[string]string{"max-body": "1048576"}))
	defer server.Close()
	body := `{"schema":"` + strings.Repeat("x", 12_000_000) + `"}`
	tests := []struct{ name, header, body string }{
		{"with its length", fmt.Sprintf("Content-Length: %d", len(body)), body},
		{"in chunks", "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST /subjects/s/versions HTTP/1.1\r\nHost: treaty\r\n%s\r\n\r\n%s", tt.header, tt.body)
			if err != nil {
				t.Fatalf("send: %v", err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("receive: %v", err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("status %d, want 413", answer.StatusCode)
			}
		})
	}
}
