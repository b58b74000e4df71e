package httpapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
)

// connections is how many clients ask at once.
const connections = 16

// BenchmarkGetSchema compares GET /schemas/ids/{id}, with request IDs and metrics on, with a chi handler that writes
// the same bytes. It reports the ratio of their rates as "ratio": both are asked in turns, by clients that cost little
// beside the server.
func BenchmarkGetSchema(b *testing.B) {
	ours := httptest.NewServer(serve(b, nil))
	defer ours.Close()
	fields := strings.Repeat(`{\"name\":\"f\",\"type\":\"string\"},`, 1)
	text := `{"schema":"{\"type\":\"record\",\"name\":\"R\",\"doc\":\"` + strings.Repeat("x", 1000) + `\",\"fields\":[` + strings.TrimSuffix(fields, ",") + `]}"}`
	answer, err := http.Post(ours.URL+"/subjects/s/versions", mediaV1, strings.NewReader(text))
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatal(answer, err)
	}
	const path = "/schemas/ids/1"
	constant := httptest.NewServer(constantHandler(b, ours.URL+path))
	defer constant.Close()

	var taken [2]time.Duration
	var asked int
	for b.Loop() {
		const turn = 4_000
		taken[0] += load(b, ours.Listener.Addr().String(), path, turn)
		taken[1] += load(b, constant.Listener.Addr().String(), path, turn)
		asked += turn
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(asked)/taken[0].Seconds(), "ours/s")
	b.ReportMetric(float64(asked)/taken[1].Seconds(), "constant/s")
	b.ReportMetric(float64(taken[1])/float64(taken[0]), "ratio")
}

// constantHandler is a chi router whose handler writes what url answers, and nothing else.
func constantHandler(b *testing.B, url string) http.Handler {
	answer, err := http.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	r := chi.NewRouter()
	r.Get("/schemas/ids/{id}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = productions[0].header
		w.Write(body)
	})
	return r
}

// load asks for a path n times over all connections, and returns how long that took.
func load(b *testing.B, address, path string, n int) time.Duration {
	request := []byte(fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\n\r\n", path, address, mediaV1))
	var clients sync.WaitGroup
	start := time.Now()
	for range connections {
		clients.Go(func() {
			if err := repeat(address, request, n/connections); err != nil {
				b.Error(err)
			}
		})
	}
	clients.Wait()
	return time.Since(start)
}

func repeat(address string, request []byte, n int) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 16<<10)
	for range n {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		length := 0
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return err
			}
			if len(line) <= 2 {
				break
			}
			if digits, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
				fmt.Sscan(digits, &length)
			}
		}
		if _, err := r.Discard(length); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkServe measures what a request costs inside the server, without the network.
func BenchmarkServe(b *testing.B) {
	handler := serve(b, nil)
	ask := func(method, path, body string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
	ask("POST", "/subjects/s/versions", `{"schema":"\"int\""}`)
	for _, path := range []string{"/schemas/ids/1", "/subjects/s/versions/1", "/subjects/s/versions/latest", "/subjects"} {
		b.Run(strings.ReplaceAll(path[1:], "/", "_"), func(b *testing.B) {
			request := httptest.NewRequest("GET", path, nil)
			b.ReportAllocs()
			for b.Loop() {
				w := discard{http.Header{}}
				handler.ServeHTTP(w, request)
			}
		})
	}
}

// discard is an answer that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
