package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"
)

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
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
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
