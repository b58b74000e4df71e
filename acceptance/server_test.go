// Package acceptance runs unmodified clients of others against a started treaty. It is a module of its own, so that what
// those clients need does not become a dependency of the server.
package acceptance

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/rest"
)

// start runs the binary at TREATY_TEST_BINARY, or ../treaty, on an empty store and returns the client of it.
func start(t *testing.T) schemaregistry.Client {
	t.Helper()
	binary := os.Getenv("TREATY_TEST_BINARY")
	if binary == "" {
		binary = filepath.Join("..", "treaty")
	}
	server := exec.Command(binary, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatalf("start treaty, which make builds: %v", err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil {
			t.Errorf("treaty ended with %v", err)
		}
	})
	client, err := schemaregistry.NewClient(schemaregistry.NewConfig(awaitURL(t, log)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

var listening = regexp.MustCompile(`msg=listening url=(\S+)`)

// awaitURL reads the log until the server is ready and returns where it listens.
func awaitURL(t *testing.T, log io.Reader) string {
	t.Helper()
	ready := make(chan string, 1)
	go func() {
		url := ""
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				url = found[1]
			}
			if regexp.MustCompile(`msg=ready`).MatchString(lines.Text()) {
				ready <- url
			}
		}
	}()
	select {
	case url := <-ready:
		return url
	case <-time.After(30 * time.Second):
		t.Fatal("treaty is not ready after 30 s")
		return ""
	}
}

// refused fails the test unless err is the registry's refusal with the code.
func refused(t *testing.T, what string, err error, code int) {
	t.Helper()
	var refusal *rest.Error
	if !errors.As(err, &refusal) || refusal.Code != code {
		t.Errorf("%s: %v, want error code %d", what, err, code)
	}
}

// same fails the test unless a call succeeded with the wanted answer.
func same[T comparable](t *testing.T, what string, want T) func(T, error) {
	t.Helper()
	return func(got T, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("%s: %v and error %v, want %v", what, got, err, want)
		}
	}
}
