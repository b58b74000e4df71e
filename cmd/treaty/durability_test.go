package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
)

// TestKilledServerLosesNothing kills the process at random moments under load and starts it again on the same store,
// several times. What was acknowledged must be there, no ID may ever stand for two schemas, and a version number may come
// back with another schema only after its permanent delete.
func TestKilledServerLosesNothing(t *testing.T) {
	for _, store := range []struct {
		name  string
		flags func(t *testing.T) []string
	}{
		{"sqlite", func(t *testing.T) []string { return []string{"--data", t.TempDir()} }},
		{"postgres", func(t *testing.T) []string { return []string{"--postgres", pgtest.URL(t)} }},
	} {
		t.Run(store.name, func(t *testing.T) {
			flags := store.flags(t)
			ledger := newLedger()
			for round := range 5 {
				server := startServer(t, flags...)
				ledger.verify(t, server)
				stop := make(chan struct{})
				var wg sync.WaitGroup
				for worker := range 8 {
					wg.Go(func() { ledger.load(t, server, round, worker, stop) })
				}
				time.Sleep(300*time.Millisecond + rand.N(700*time.Millisecond))
				server.kill(t)
				close(stop)
				wg.Wait()
			}
			server := startServer(t, flags...)
			ledger.verify(t, server)
			server.kill(t)
			if ledger.acknowledged < 100 {
				t.Errorf("only %d writes were acknowledged: the load proves little", ledger.acknowledged)
			}
			t.Logf("%d acknowledged writes survived 5 kills", ledger.acknowledged)
		})
	}
}

// A place is one version of one subject.
type place struct {
	subject string
	version int
}

// A ledger is what the clients were told.
type ledger struct {
	mu           sync.Mutex
	there        map[place]string // acknowledged and not deleted since: the text
	unsure       map[place]bool   // a permanent delete of it was under way at a kill
	ids          map[int]string   // ID -> the text it was first seen with
	acknowledged int
}

func newLedger() *ledger {
	return &ledger{there: map[place]string{}, unsure: map[place]bool{}, ids: map[int]string{}}
}

// load registers, and now and then permanently deletes the newest version, until the server is gone.
func (l *ledger) load(t *testing.T, s *server, round, worker int, stop <-chan struct{}) {
	rng := rand.New(rand.NewPCG(uint64(round), uint64(worker)))
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		subject := fmt.Sprintf("w%d-%d", worker, rng.IntN(5))
		text := fmt.Sprintf(`{"type":"record","name":"R","fields":[{"name":"a","type":"string","doc":"%d/%d/%d"}]}`, round, worker, n)
		var got struct{ ID, Version int }
		if !s.call(t, "POST", "/subjects/"+subject+"/versions", map[string]any{"schema": text}, &got) {
			return
		}
		p := place{subject, got.Version}
		l.register(t, p, got.ID, text)
		if rng.IntN(8) == 0 && !l.erase(t, s, p) {
			return
		}
	}
}

func (l *ledger) register(t *testing.T, p place, id int, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged++
	if old, ok := l.there[p]; ok && !l.unsure[p] {
		t.Errorf("%v was given to %s while it holds %s", p, text, old)
	}
	delete(l.unsure, p)
	l.there[p] = text
	l.see(t, id, text)
}

func (l *ledger) see(t *testing.T, id int, text string) {
	if old, ok := l.ids[id]; ok && old != text {
		t.Errorf("ID %d stands for %s and for %s", id, old, text)
	}
	l.ids[id] = text
}

// erase deletes a version for good and reports whether the server was there to the end.
func (l *ledger) erase(t *testing.T, s *server, p place) bool {
	l.mu.Lock()
	l.unsure[p] = true
	l.mu.Unlock()
	path := "/subjects/" + p.subject + "/versions/" + strconv.Itoa(p.version)
	if !s.call(t, "DELETE", path, nil, nil) || !s.call(t, "DELETE", path+"?permanent=true", nil, nil) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged++
	delete(l.there, p)
	delete(l.unsure, p)
	return true
}

// verify asks the server for everything that it ever acknowledged.
func (l *ledger) verify(t *testing.T, s *server) {
	t.Helper()
	for p, text := range l.there {
		var got struct {
			ID     int
			Schema string
		}
		path := "/subjects/" + p.subject + "/versions/" + strconv.Itoa(p.version) + "?deleted=true"
		if status := s.get(t, path, &got); status == http.StatusNotFound && l.unsure[p] {
			delete(l.there, p)
			delete(l.unsure, p)
			continue
		} else if status != http.StatusOK || got.Schema != text {
			t.Fatalf("%v was acknowledged; now %d %s, want %s", p, status, got.Schema, text)
		}
		l.see(t, got.ID, text)
	}
}

// A server is a treaty process.
type server struct {
	cmd    *exec.Cmd
	base   string
	client *http.Client
	output *lockedBuffer
}

// startServer starts treaty on a free port with its own store flags, and waits until it is ready.
func startServer(t *testing.T, flags ...string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	s := &server{
		cmd:    exec.Command("treaty", append([]string{"serve", "--listen", address}, flags...)...),
		base:   "http://" + address,
		client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		output: &lockedBuffer{},
	}
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
	})
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if r, err := s.client.Get(s.base + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return s
			}
		}
	}
	t.Fatalf("the server did not become ready:\n%s", s.output)
	return nil
}

func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait()
}

// call sends a request and reports whether an answer came. Any answer but 200 fails the test.
func (s *server) call(t *testing.T, method, path string, body, answer any) bool {
	text, err := json.Marshal(body)
	if err != nil {
		t.Error(err)
		return false
	}
	if body == nil {
		text = nil
	}
	request, err := http.NewRequest(method, s.base+path, bytes.NewReader(text))
	if err != nil {
		t.Error(err)
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return false // killed
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return false
	}
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s %s: %d %s", method, path, response.StatusCode, got)
		return false
	}
	if answer == nil {
		return true
	}
	if err := json.Unmarshal(got, answer); err != nil {
		t.Errorf("%s %s: %v in %s", method, path, err, got)
		return false
	}
	return true
}

func (s *server) get(t *testing.T, path string, answer any) int {
	t.Helper()
	response, err := s.client.Get(s.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return response.StatusCode
}

// A lockedBuffer collects the output of a process.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

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
