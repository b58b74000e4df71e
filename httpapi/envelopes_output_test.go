package httpapi

import "testing"

// The backlog of unread answers is bounded for all clients together, and given back.
func TestBacklog(t *testing.T) {
	t.Parallel()
	d := &dataCall{call: &call{server: &server{}}}
	d.backlog.Store(maxBacklog - 2*backlogStep)
	a, b := &output{d: d}, &output{d: d}
	got := [...]bool{a.grant(), b.grant(), a.grant(), b.grant()}
	if want := [...]bool{true, true, false, false}; got != want {
		t.Errorf("granted %v, want %v", got, want)
	}
	d.backlog.Store(0)
	for a.grant() {
	}
	if a.granted != maxBacklogOne {
		t.Errorf("one client may leave %d bytes unread, want %d", a.granted, maxBacklogOne)
	}
}
