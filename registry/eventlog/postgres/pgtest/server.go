package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to start or to stop.
const patience = 30 * time.Second

// A Server is a cluster in a directory of its own, for tests that stop it. It listens on a socket in that directory and
// nowhere else.
type Server struct {
	bin    string // the directory of the binaries
	dir    string // data, socket and log
	reaper io.Closer
	cmd    *exec.Cmd
	ended  chan struct{} // closed when cmd has ended
}

// NewServer returns a server that is running. It stops, and everything that it has written is removed, when t ends.
func NewServer(t testing.TB) *Server {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Kill(t)
		s.reaper.Close()
	})
	return s
}

// URL returns the URL of a new database in the server.
func (s *Server) URL(t testing.TB) string {
	t.Helper()
	return createDatabase(t, s.url("postgres"))
}

// Start starts the server that Stop or Kill has ended. It answers when Start returns.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server as its operator would: sessions are cut, what is committed is on disk.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGINT)
}

// Kill ends the server at once, as a crash would. It recovers from its write-ahead log when it starts again.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGQUIT)
}

// Standby makes the server come up in recovery, as one that follows a primary, when it starts next.
func (s *Server) Standby(t testing.TB) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, "data", "standby.signal"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (s *Server) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatalf("stop PostgreSQL: %v", err)
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		t.Fatalf("PostgreSQL does not stop; its log:\n%s", s.log())
	}
}

func (s *Server) url(database string) string {
	query := url.Values{"host": {s.dir}, "user": {"postgres"}}
	return "postgres:///" + database + "?" + query.Encode()
}

func (s *Server) log() string {
	log, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(log)
}

// start makes a cluster and starts it. The directory is under /tmp whatever TMPDIR says, as the name of a socket has
// room for 107 bytes.
func start() (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "treaty-pg")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, dir: dir}
	if s.reaper, err = reap(dir); err != nil {
		return nil, err
	}
	attr, err := credentials()
	if err != nil {
		return nil, err
	}
	if attr.Credential != nil {
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return nil, err
		}
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata="+filepath.Join(dir, "data"),
		"--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr = attr
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, s.run()
}

// run starts the server and waits until it answers.
func (s *Server) run() error {
	attr, err := credentials()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	attr.Pdeathsig = syscall.SIGQUIT
	s.cmd = exec.Command(filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.dir, "data"), "-k", s.dir,
		"-c", "listen_addresses=", "-c", "max_connections=400", "-c", "superuser_reserved_connections=20")
	s.cmd.SysProcAttr, s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = attr, s.dir, log, log
	s.ended = make(chan struct{})
	started := make(chan error)
	go func() {
		// The signal at our death comes when the thread that has started the server ends: it stays until the server does.
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait()
		}
		close(s.ended)
	}()
	if err := <-started; err != nil {
		return err
	}
	return s.answers()
}

// answers waits until the server does.
func (s *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		err := execute(ctx, s.url("postgres"), "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("PostgreSQL has ended; its log:\n%s", s.log())
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w; its log:\n%s", err, s.log())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// binaries returns the directory of the newest PostgreSQL's binaries: Debian keeps them out of the path.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		slices.SortFunc(found, func(a, b string) int { return major(a) - major(b) })
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("these tests need PostgreSQL 15 or later: apt-get install -y postgresql")
	}
	return filepath.Dir(path), nil
}

// major returns 15 for /usr/lib/postgresql/15/bin/postgres.
func major(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// credentials returns those of the user postgres if we are root, as whom PostgreSQL does not run.
func credentials() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// reap starts a process that removes the directory once the returned file is closed, which the end of this process does
// as well, however it comes about. The server's last writes are waited for.
func reap(dir string) (io.Closer, error) {
	cmd := exec.Command("/bin/sh", "-c", `
		cat
		for i in 1 2 3 4 5 6 7 8 9 10; do
			[ -e "$0/data/postmaster.pid" ] || break
			sleep 0.5
		done
		exec rm -rf "$0"`, dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt from the terminal is not for it
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait() }()
	return stdin, nil
}
