package postgres_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/registry/eventlog/logtest"
	"github.com/treatyhq/treaty/registry/eventlog/postgres"
	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
)

// A writer whose connections are cut at any moment finds by its marks what became of a batch, and the log has it whole
// or not at all. Until another batch stands in its place, a batch that is not there may still land.
func TestLostConnection(t *testing.T) {
	t.Parallel()
	db := pgtest.URL(t)
	proxy := newProxy(t, db)
	log, other := open(t, proxy.url), open(t, db)

	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { proxy.cutUntil(done) })
	defer wg.Wait()
	defer close(done)
	var head eventlog.Position
	var attempts []eventlog.Batch // after head
	lost, late := 0, 0
	for range 300 {
		batch := logtest.Batch("ada", 20)
		batch.Puts = []eventlog.Blob{logtest.Blob(50_000)}
		attempts = append(attempts, batch)
		_, err := log.Append(t.Context(), head, batch)
		switch {
		case err == nil:
			attempts = attempts[len(attempts)-1:]
		case errors.Is(err, eventlog.ErrStale) && len(attempts) == 1:
			t.Fatal("stale without a rival")
		default:
			lost++
		}
		next, readErr := logtest.Collect(other.Read(t.Context(), head))
		check(t, readErr)
		if len(next) == 0 && err != nil {
			continue
		}
		landed := slices.IndexFunc(attempts, func(b eventlog.Batch) bool { return b.Events[0].Mark == next[0].Mark })
		if landed < 0 {
			t.Fatalf("after %d stands no batch that was attempted there; append: %v", head.Seq, err)
		}
		if landed < len(attempts)-1 {
			late++
		}
		checkLanded(t, other, head, attempts, landed)
		head, attempts = next[len(next)-1].Position(), nil
	}
	t.Logf("%d events; %d attempts with an error, %d landed after they were looked for", head.Seq, lost, late)
}

// checkLanded checks that of the batches attempted after head one is in the log, whole, and nothing of the others.
func checkLanded(t *testing.T, log eventlog.Log, head eventlog.Position, attempts []eventlog.Batch, landed int) {
	t.Helper()
	var want []eventlog.Record
	for i, event := range attempts[landed].Events {
		want = append(want, eventlog.Record{Seq: head.Seq + 1 + eventlog.Seq(i), Event: event})
	}
	got, err := logtest.Collect(log.Read(t.Context(), head))
	check(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("records after %d (-want +got):\n%s", head.Seq, d)
	}
	var digests []eventlog.Digest
	for _, batch := range attempts {
		digests = append(digests, batch.Puts[0].Digest)
	}
	bodies, err := log.Blobs(t.Context(), digests)
	check(t, err)
	put := attempts[landed].Puts[0]
	if d := cmp.Diff(map[eventlog.Digest][]byte{put.Digest: put.Body}, bodies); d != "" {
		t.Fatalf("blobs (-want +got):\n%s", d)
	}
}

// A server that goes away takes nothing with it that was acknowledged, and comes back without a new Open.
func TestServerRestarts(t *testing.T) {
	t.Parallel()
	server := pgtest.NewServer(t)
	log := open(t, server.URL(t))
	var head eventlog.Position
	var err error
	for _, end := range []func(testing.TB){server.Stop, server.Kill} {
		head, err = log.Append(t.Context(), head, logtest.Batch("ada", 3))
		check(t, err)
		waiting := make(chan error, 1)
		go func() { waiting <- log.Wait(t.Context(), head) }()
		end(t)
		if _, err := log.Append(t.Context(), head, logtest.Batch("ada", 1)); err == nil || errors.Is(err, eventlog.ErrStale) {
			t.Errorf("append without a server: got %v, want another error than ErrStale", err)
		}
		if _, err := log.Head(t.Context()); err == nil {
			t.Error("head without a server: no error")
		}
		if err := <-waiting; err == nil {
			// Notified early by the end of the listener's connection, or not at all: a second wait has no server to ask.
			if err := log.Wait(t.Context(), head); err == nil {
				t.Error("wait without a server: no error")
			}
		}
		server.Start(t)
		got, err := log.Head(t.Context())
		check(t, err)
		if got != head {
			t.Errorf("head after a restart: %v, want %v", got, head)
		}
	}
	_, err = log.Append(t.Context(), head, logtest.Batch("ada", 1))
	check(t, err)
}

// Somebody who holds a lock holds a writer up for the time of a lock_timeout, not for ever.
func TestLockedTable(t *testing.T) {
	t.Parallel()
	db := pgtest.URL(t)
	log := open(t, db)
	conn, err := pgx.Connect(t.Context(), db)
	check(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), `BEGIN; LOCK TABLE events`)
	check(t, err)
	start := time.Now()
	_, err = log.Append(t.Context(), eventlog.Position{}, logtest.Batch("ada", 1))
	if err == nil || errors.Is(err, eventlog.ErrStale) {
		t.Errorf("append to a locked table: got %v, want another error than ErrStale", err)
	}
	if took := time.Since(start); took > 9*time.Second {
		t.Errorf("append to a locked table took %v", took)
	}
	_, err = conn.Exec(t.Context(), `ROLLBACK`)
	check(t, err)
	_, err = log.Append(t.Context(), eventlog.Position{}, logtest.Batch("ada", 1))
	check(t, err)
}

// A server in recovery may be behind, so nothing is read from it.
func TestRecovery(t *testing.T) {
	t.Parallel()
	server := pgtest.NewServer(t)
	db := server.URL(t)
	open(t, db).Close()
	server.Stop(t)
	server.Standby(t)
	server.Start(t)
	if _, err := postgres.Open(t.Context(), db); err == nil {
		t.Error("a server in recovery was accepted")
	}
}

// Replicas that start together make the tables once, and all find them.
func TestOpenTogether(t *testing.T) {
	t.Parallel()
	db := pgtest.URL(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			log, err := postgres.Open(t.Context(), db)
			if err != nil {
				t.Error(err)
				return
			}
			defer log.Close()
			if _, err := log.Head(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Events are frozen, whoever tries.
func TestFrozen(t *testing.T) {
	t.Parallel()
	db := pgtest.URL(t)
	log := open(t, db)
	_, err := log.Append(t.Context(), eventlog.Position{}, logtest.Batch("ada", 2))
	check(t, err)
	conn, err := pgx.Connect(t.Context(), db)
	check(t, err)
	defer conn.Close(context.Background())
	for _, sql := range []string{
		`UPDATE events SET actor = 'bob'`,
		`DELETE FROM events WHERE seq = 2`,
		`TRUNCATE events`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: no error", sql)
		}
	}
}

// Notifications may come by another way than statements do.
func TestListenURL(t *testing.T) {
	t.Parallel()
	db := pgtest.URL(t)
	proxy := newProxy(t, db)
	log, writer := open(t, db, postgres.WithListenURL(proxy.url)), open(t, db)
	proxy.waitForConnection(t)
	head, err := writer.Append(t.Context(), eventlog.Position{}, logtest.Batch("ada", 1))
	check(t, err)
	proxy.cut() // and the listener connects again
	check(t, log.Wait(t.Context(), eventlog.Position{}))
	got, err := log.Head(t.Context())
	check(t, err)
	if got != head {
		t.Errorf("head: %v, want %v", got, head)
	}
}

// A proxy stands between a log and its server, and can cut their connections.
type proxy struct {
	url    string
	socket string

	mu    sync.Mutex
	conns []net.Conn
}

// newProxy returns a proxy to the server of the database. It closes when t ends.
func newProxy(t *testing.T, db string) *proxy {
	t.Helper()
	u, err := url.Parse(db)
	check(t, err)
	query := u.Query()
	dir, err := os.MkdirTemp("/tmp", "treaty-proxy")
	check(t, err)
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	check(t, err)
	p := &proxy{socket: filepath.Join(query.Get("host"), ".s.PGSQL.5432")}
	t.Cleanup(func() {
		listener.Close()
		p.cut()
		os.RemoveAll(dir)
	})
	query.Set("host", dir)
	u.RawQuery = query.Encode()
	p.url = u.String()
	go p.serve(listener)
	return p
}

func (p *proxy) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.socket)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		go func() { _, _ = io.Copy(server, client) }()
		go func() { _, _ = io.Copy(client, server) }()
	}
}

// cut closes all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.conns {
		conn.Close()
	}
	p.conns = nil
}

// cutUntil closes all connections every few milliseconds until done is closed.
func (p *proxy) cutUntil(done <-chan struct{}) {
	for pause := time.Duration(0); ; pause = (pause + 700*time.Microsecond) % (60 * time.Millisecond) {
		select {
		case <-done:
			return
		case <-time.After(pause):
			p.cut()
		}
	}
}

func (p *proxy) waitForConnection(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		p.mu.Lock()
		n := len(p.conns)
		p.mu.Unlock()
		if n > 0 {
			return
		}
	}
	t.Fatal("nobody has connected")
}
