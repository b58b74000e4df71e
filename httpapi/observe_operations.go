package httpapi

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/treatyhq/treaty/registry"
)

// mountOperations adds what the surroundings of a process ask: whether it lives, whether it serves, how it does. They
// need no credentials and show no names.
func mountOperations(r chi.Router, reg *registry.Registry, o *Observer) {
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeOperation(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	r.Get("/readyz", func(w http.ResponseWriter, _ *http.Request) { answerReady(w, reg.Status()) })
	if o != nil {
		r.Method(http.MethodGet, "/metrics", o.meter)
	}
}

// readiness is the body of /readyz.
type readiness struct {
	Ready      bool    `json:"ready"`
	Applied    int64   `json:"applied"`    // seq of the last event in the state
	Head       int64   `json:"head"`       // seq of the last event seen in the log
	LagSeconds float64 `json:"lagSeconds"` // since the store was last reached, 0 while it is in reach
	Level      int     `json:"level"`      // of the log
	Store      string  `json:"store"`      // "ok" or "unreachable"
}

// answerReady answers 200 once the registry has caught up, whether or not the store is in reach since: what is in memory
// is served on. Before that it answers 503. The store's error goes to the log, not to whoever asks.
func answerReady(w http.ResponseWriter, s registry.Status) {
	body := readiness{
		Ready: s.Ready, Applied: int64(s.Applied.Seq), Head: int64(s.Head.Seq),
		LagSeconds: s.Lag.Seconds(), Level: s.Level, Store: "ok",
	}
	if s.StoreErr != nil {
		body.Store = "unreachable"
	}
	status := http.StatusOK
	if !s.Ready {
		status = http.StatusServiceUnavailable
	}
	writeOperation(w, status, body)
}

func writeOperation(w http.ResponseWriter, status int, body any) {
	text, _ := json.Marshal(body)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header["Cache-Control"] = noStore
	w.WriteHeader(status)
	w.Write(text)
}
