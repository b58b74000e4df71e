package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// A breakableLog is a log that can be put out of reach.
type breakableLog struct {
	eventlog.Log
	broken atomic.Bool
}

var errBroken = errors.New("pq: secret of the inside")

func (l *breakableLog) Append(ctx context.Context, after eventlog.Position, batch eventlog.Batch) (eventlog.Position, error) {
	if l.broken.Load() {
		return eventlog.Position{}, errBroken
	}
	return l.Log.Append(ctx, after, batch)
}

func (l *breakableLog) Head(ctx context.Context) (eventlog.Position, error) {
	if l.broken.Load() {
		return eventlog.Position{}, errBroken
	}
	return l.Log.Head(ctx)
}

// With the store out of reach, what is in memory is served: lists say how old they are, look-ups by ID need not. What
// would have to be asked or written is 50001, and a miss is never 404.
func TestStoreOutOfReach(t *testing.T) {
	t.Parallel()
	log := &breakableLog{Log: memory.New()}
	reg := registry.New(log, registry.Config{Logger: quietLogger})
	run(t, reg)
	handler, err := New(reg, Config{Logger: quietLogger, Observer: NewObserver(quietLogger, uncounted{}, false)})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
		return w
	}
	if w := ask("POST", "/subjects/s/versions", `{"schema":"\"int\""}`); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	log.broken.Store(true)
	tests := []struct {
		name, method, path, body string
		status                   int
		stale                    bool
	}{
		{"list", "GET", "/subjects", "", 200, true},
		{"latest", "GET", "/subjects/s/versions/latest", "", 200, true},
		{"settings", "GET", "/config", "", 200, true},
		{"ID", "GET", "/schemas/ids/1", "", 200, false},
		{"version", "GET", "/subjects/s/versions/1", "", 200, false},
		{"the same again", "POST", "/subjects/s/versions", `{"schema":"\"int\""}`, 200, true},
		{"another", "POST", "/subjects/s/versions", `{"schema":"\"long\""}`, 500, false},
		{"setting", "PUT", "/config", `{"compatibility":"FULL"}`, 500, false},
		{"unknown ID", "GET", "/schemas/ids/9", "", 500, false},
		{"unknown version", "GET", "/subjects/s/versions/9", "", 500, false},
	}
	for _, tt := range tests {
		w := ask(tt.method, tt.path, tt.body)
		if w.Code != tt.status {
			t.Errorf("%s: %s %s = %d, want %d\n%s", tt.name, tt.method, tt.path, w.Code, tt.status, w.Body)
		}
		if stale := w.Header().Get("Treaty-Stale") != ""; stale != tt.stale {
			t.Errorf("%s: %s %s: Treaty-Stale = %q, want it to be there: %v", tt.name, tt.method, tt.path, w.Header().Get("Treaty-Stale"), tt.stale)
		}
		if w.Code == 500 && (!strings.Contains(w.Body.String(), `"error_code":50001`) || strings.Contains(w.Body.String(), "secret")) {
			t.Errorf("%s: %s %s answers %s", tt.name, tt.method, tt.path, w.Body)
		}
	}
}
