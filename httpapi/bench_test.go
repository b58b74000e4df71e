package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkServe measures what a request costs inside the server, without the network, with request IDs on.
func BenchmarkServe(b *testing.B) {
	handler := serve(b, nil)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("POST", "/subjects/s/versions", strings.NewReader(`{"schema":"\"int\""}`)))
	if w.Code != http.StatusOK {
		b.Fatal(w.Code, w.Body)
	}
	for _, path := range []string{"/schemas/ids/1", "/subjects/s/versions/1", "/subjects/s/versions/latest", "/subjects"} {
		b.Run(strings.ReplaceAll(path[1:], "/", "_"), func(b *testing.B) {
			request := httptest.NewRequest("GET", path, nil)
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(discard{http.Header{}}, request)
			}
		})
	}
}

// discard is an answer that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
