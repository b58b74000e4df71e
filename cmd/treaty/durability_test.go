package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
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
