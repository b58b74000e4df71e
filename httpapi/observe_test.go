package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog"
)

// An observation is one call of Meter.Observe.
type observation struct {
	Route, Method string
	Status, Code  int
}

// A notebook is a Meter that keeps what it is told.
type notebook struct {
	uncounted
	seen []observation
}

func (n *notebook) Observe(route, method string, status, code int, _ time.Duration) {
	n.seen = append(n.seen, observation{route, method, status, code})
}

// observed returns a router with handlers that end in different ways, and what is seen of them.
func observed(log *bytes.Buffer, accessLog bool) (http.Handler, *notebook) {
	seen := &notebook{}
	r := chi.NewRouter()
	r.Use(NewObserver(slog.New(slog.NewJSONHandler(log, nil)), seen, accessLog).Middleware)
	r.Get("/fine/{name}", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("fine")) })
	r.Get("/silent", func(http.ResponseWriter, *http.Request) {})
	r.Get("/refused", func(w http.ResponseWriter, _ *http.Request) { writeRefusal(w, http.StatusForbidden, "no") })
	r.Get("/panics", func(http.ResponseWriter, *http.Request) { panic(errors.New("broken")) })
	r.Get("/aborts", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	return r, seen
}

func TestEveryRequestIsSeen(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	handler, seen := observed(&log, false)
	for path, want := range map[string]int{"/fine/x": 200, "/silent": 200, "/refused": 403, "/panics": 500, "/none": 404} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
	counted := map[observation]bool{}
	for _, o := range seen.seen {
		counted[o] = true
	}
	want := map[observation]bool{
		{"/fine/{name}", "GET", 200, 0}: true, {"/silent", "GET", 200, 0}: true, {"/refused", "GET", 403, 403}: true,
		{"/panics", "GET", 500, 500}: true, {unmatched, "GET", 404, 0}: true,
	}
	if diff := cmp.Diff(want, counted); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"panic"`) || !strings.Contains(got, "broken") {
		t.Errorf("log %s, want the panic alone", got)
	}
}

func TestAbortedRequestsAreDropped(t *testing.T) {
	t.Parallel()
	handler, _ := observed(&bytes.Buffer{}, false)
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("recovered %v, want http.ErrAbortHandler to reach the server", got)
		}
	}()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/aborts", nil))
}

func TestAccessLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	handler, _ := observed(&log, true)
	r := httptest.NewRequest("GET", "/fine/x?secret=1", nil)
	r.Header.Set("X-Request-ID", "mine")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	var got map[string]any
	if err := json.Unmarshal(log.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "time")
	delete(got, "took")
	want := map[string]any{
		"level": "INFO", "msg": "request", "request": "mine", "method": "GET", "path": "/fine/x", "route": "/fine/{name}",
		"status": 200.0, "code": 0.0, "bytes": 4.0, "remote": "192.0.2.1:1234", "actor": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	random := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	handler, _ := observed(&bytes.Buffer{}, false)
	for _, sent := range [][]string{{"a b"}, nil, {""}, {"one", "two"}} {
		r := httptest.NewRequest("GET", "/silent", nil)
		r.Header["X-Request-Id"] = sent
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		got := w.Result().Header["X-Request-Id"]
		switch {
		case len(got) != 1 || seen[got[0]]:
			t.Errorf("sent %q: got %q, want one that is new", sent, got)
		case len(sent) == 1 && sent[0] != "" && got[0] != sent[0]:
			t.Errorf("sent %q: got %q", sent, got)
		case (len(sent) != 1 || sent[0] == "") && !random.MatchString(got[0]):
			t.Errorf("sent %q: got %q, want a random UUID", sent, got)
		}
		seen[got[0]] = true
	}
}

func TestCrossOriginRequestsAreRefused(t *testing.T) {
	t.Parallel()
	handler := crossOrigin(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("done")) }))
	tests := []struct {
		name, method, site string
		want               int
	}{
		{"a client that is no browser", "POST", "", 200},
		{"a page of ours", "POST", "same-origin", 200},
		{"a page of another site", "POST", "cross-site", 403},
		{"a page of another site that only reads", "GET", "cross-site", 200},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, "/subjects/x/versions", nil)
		if tt.site != "" {
			r.Header.Set("Sec-Fetch-Site", tt.site)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, w.Code, tt.want)
		}
		if tt.want == 403 && w.Body.String() != `{"error_code":403,"message":"Cross-origin request refused"}` {
			t.Errorf("%s: body %s", tt.name, w.Body)
		}
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	position := func(seq eventlog.Seq) eventlog.Position { return eventlog.Position{Seq: seq} }
	tests := []struct {
		name   string
		status registry.Status
		code   int
		want   string
	}{
		{
			"catching up", registry.Status{Applied: position(3), Head: position(9), Level: 1}, 503,
			`{"ready":false,"applied":3,"head":9,"lagSeconds":0,"level":1,"store":"ok"}`,
		},
		{
			"store gone", registry.Status{Ready: true, Applied: position(9), Head: position(9), Level: 1,
				Lag: 1500 * time.Millisecond, StoreErr: errors.New("password is wrong")}, 200,
			`{"ready":true,"applied":9,"head":9,"lagSeconds":1.5,"level":1,"store":"unreachable"}`,
		},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		answerReady(w, tt.status)
		if w.Code != tt.code || w.Body.String() != tt.want {
			t.Errorf("%s: %d %s, want %d %s", tt.name, w.Code, w.Body, tt.code, tt.want)
		}
	}
}

// BenchmarkObserved measures what the Observer adds to a handler that does nothing.
func BenchmarkObserved(b *testing.B) {
	r := chi.NewRouter()
	r.Use(NewObserver(quietLogger, uncounted{}, false).Middleware)
	r.Get("/silent", func(http.ResponseWriter, *http.Request) {})
	w := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/silent", nil)
	b.ReportAllocs()
	for b.Loop() {
		r.ServeHTTP(w, request)
	}
}
