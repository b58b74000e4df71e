package main

import (
	"net/http"
	"sync/atomic"
)

// A gate keeps requests out until the registry has caught up with its log once: until then it would deny what it has
// and would not know an alias from a subject. What asks how the process does passes always.
type gate struct {
	next  http.Handler
	ready func() bool // asked until it says so once
	open  atomic.Bool
}

// notReady is the answer to those who are early, in the form of the API's refusals.
const notReady = `{"error_code":503,"message":"The registry is catching up with its log"}`

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.open.Load() || isOperation(r.URL.Path) {
		g.next.ServeHTTP(w, r)
		return
	}
	if g.ready() {
		g.open.Store(true)
		g.next.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.schemaregistry.v1+json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	w.Write([]byte(notReady))
}

// isOperation reports whether a path is for those who run the process.
func isOperation(path string) bool {
	switch path {
	case "/healthz", "/readyz", "/metrics":
		return true
	}
	return false
}
