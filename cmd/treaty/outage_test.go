package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
)

// TestStoppedPostgresLosesNothing stops PostgreSQL for ten seconds under load. Reads by ID go on, writes are answered
// 50001, and when it is back the server recovers by itself with everything that it had acknowledged.
func TestStoppedPostgresLosesNothing(t *testing.T) {
	database := pgtest.NewServer(t)
	s := startServer(t, "--postgres", database.URL(t))
	var first struct{ ID, Version int }
	const text = `{"type":"string","doc":"the first"}`
	if !s.call(t, "POST", "/subjects/first/versions", map[string]any{"schema": text}, &first) {
		t.Fatal("the first registration had no answer")
	}

	kept := newOutageLog()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() { kept.write(t, s, worker, stop) })
	}
	wg.Go(func() { kept.read(t, s, first.ID, stop) })

	time.Sleep(time.Second)
	database.Stop(t)
	down := time.Now()
	time.Sleep(10 * time.Second)
	readsDown := kept.readsSince(down)
	database.Start(t)
	up := time.Now()
	for !kept.wroteSince(up) {
		if time.Since(up) > 20*time.Second {
			t.Fatalf("no write was accepted within 20 s of the database's return:\n%s", s.output)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("writes accepted again %v after the start of the database; %d reads by ID during the outage", time.Since(up), readsDown)
	close(stop)
	wg.Wait()
	if readsDown < 100 {
		t.Errorf("%d reads by ID were answered during the outage", readsDown)
	}
	kept.verify(t, s)
}

// An outageLog is what clients saw around an outage.
type outageLog struct {
	mu       sync.Mutex
	accepted map[string]string // subject -> text
	writes   []time.Time
	reads    []time.Time
}

func newOutageLog() *outageLog { return &outageLog{accepted: map[string]string{}} }

func (l *outageLog) write(t *testing.T, s *server, worker int, stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		subject := fmt.Sprintf("outage-%d-%d", worker, n)
		text := fmt.Sprintf(`{"type":"fixed","name":"F%d_%d","size":1}`, worker, n)
		body, _ := json.Marshal(map[string]string{"schema": text})
		r, err := s.client.Post(s.base+"/subjects/"+url.PathEscape(subject)+"/versions", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Errorf("register during the outage: %v", err)
			return
		}
		answer, _ := io.ReadAll(r.Body)
		r.Body.Close()
		switch {
		case r.StatusCode == http.StatusOK:
			l.mu.Lock()
			l.accepted[subject] = text
			l.writes = append(l.writes, time.Now())
			l.mu.Unlock()
		case !bytes.Contains(answer, []byte(`"error_code":50001`)):
			t.Errorf("register %s: %d %s, want 50001", subject, r.StatusCode, answer)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (l *outageLog) read(t *testing.T, s *server, id int, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		var got struct{ Schema string }
		if status := s.get(t, "/schemas/ids/"+strconv.Itoa(id), &got); status != http.StatusOK {
			t.Errorf("read by ID: %d", status)
			return
		}
		l.mu.Lock()
		l.reads = append(l.reads, time.Now())
		l.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
}

func (l *outageLog) readsSince(when time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.reads, when.Before)
	if i < 0 {
		return 0
	}
	return len(l.reads) - i
}

func (l *outageLog) wroteSince(when time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.writes) > 0 && l.writes[len(l.writes)-1].After(when)
}

func (l *outageLog) verify(t *testing.T, s *server) {
	t.Helper()
	for subject, text := range l.accepted {
		var got struct{ Schema string }
		if status := s.get(t, "/subjects/"+subject+"/versions/1", &got); status != http.StatusOK || got.Schema != text {
			t.Errorf("%s was acknowledged with %s; now %d %s", subject, text, status, got.Schema)
		}
	}
}
