package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// started is a server in this process.
type started struct {
	base string
	stop func() error // ends it and returns what serve returned
}

// launch serves with the given flags on a free port and an empty store, and waits until the server is ready.
func launch(t *testing.T, flags ...string) started {
	t.Helper()
	var s settings
	set := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	s.bind(set)
	if err := set.Parse(append([]string{"--listen", "127.0.0.1:0", "--data", t.TempDir()}, flags...)); err != nil {
		t.Fatal(err)
	}
	if err := s.check(true); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	log := &lines{}
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx, io.Discard, slog.New(slog.NewTextHandler(log, nil))) }()
	stop := sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(30 * time.Second):
			return context.DeadlineExceeded
		}
	})
	t.Cleanup(func() { stop() })
	url := regexp.MustCompile(`msg=listening url=(\S+)`)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		text := log.String()
		if strings.Contains(text, "msg=ready") {
			return started{url.FindStringSubmatch(text)[1], stop}
		}
		if time.Now().After(deadline) {
			t.Fatalf("not ready: %s", text)
		}
	}
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestStopEndsStreams has a client that would listen for a minute: it must not hold up the end.
func TestStopEndsStreams(t *testing.T) {
	t.Parallel()
	server := launch(t)
	response, err := http.Post(server.base+"/subjects/s/versions", "application/json", strings.NewReader(`{"schema":"\"int\""}`))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("register: %v, %v", response, err)
	}
	response.Body.Close()
	stream, err := http.Get(server.base + "/events?wait=60s")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	events := bufio.NewScanner(stream.Body)
	if !events.Scan() || !strings.Contains(events.Text(), "log.created") {
		t.Fatalf("first event %q", events.Text())
	}
	begun := time.Now()
	if err := server.stop(); err != nil {
		t.Errorf("serve returned %v", err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("the end took %s", took)
	}
}

// TestClientCertificates has a client whose certificate names it, and one that has none.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	server := launch(t, "--tls-cert", authority.issue("server").cert, "--tls-key", authority.issue("server").key,
		"--tls-client-ca", authority.file)
	ada, err := tls.LoadX509KeyPair(authority.issue("ada").cert, authority.issue("ada").key)
	if err != nil {
		t.Fatal(err)
	}
	known := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: authority.pool, Certificates: []tls.Certificate{ada},
	}}}
	response, err := known.Post(server.base+"/subjects/s/versions", "application/json", strings.NewReader(`{"schema":"\"int\""}`))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("register: %v, %v", response, err)
	}
	response.Body.Close()
	events, err := known.Get(server.base + "/events?after=1")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	if text, _ := io.ReadAll(events.Body); !strings.Contains(string(text), `"actor":"ada"`) {
		t.Errorf("events %s, want ada as the actor", text)
	}
	stranger := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority.pool}}}
	if response, err := stranger.Get(server.base + "/subjects"); err == nil {
		response.Body.Close()
		t.Errorf("a client without a certificate got %s", response.Status)
	}
}

// An authority signs certificates and keeps them as files.
type authority struct {
	t      *testing.T
	dir    string
	file   string // its own certificate
	pool   *x509.CertPool
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	issued map[string]issued
}

type issued struct{ cert, key string }

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	text, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(text)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, dir: t.TempDir(), pool: x509.NewCertPool(), cert: cert, key: key, issued: map[string]issued{}}
	a.pool.AddCert(cert)
	a.file = a.store("authority", "CERTIFICATE", text)
	return a
}

// issue returns the files of a certificate for a name, which is good for servers on 127.0.0.1 and for clients.
func (a *authority) issue(name string) issued {
	a.t.Helper()
	if known, ok := a.issued[name]; ok {
		return known
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(a.issued)) + 2), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	text, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.issued[name] = issued{a.store(name, "CERTIFICATE", text), a.store(name+"-key", "PRIVATE KEY", private)}
	return a.issued[name]
}

func (a *authority) store(name, kind string, content []byte) string {
	a.t.Helper()
	path := filepath.Join(a.dir, name+".pem")
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return path
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "::1": true, "localhost": true,
		"": false, "0.0.0.0": false, "::": false, "192.168.1.1": false, "name.invalid": false,
	} {
		if got := loopback(host); got != want {
			t.Errorf("loopback(%q) = %t, want %t", host, got, want)
		}
	}
}

func TestTracing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		environ []string
		want    bool
	}{
		{"nothing", []string{"PATH=/bin"}, false},
		{"an endpoint", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318"}, true},
		{"empty", []string{"OTEL_EXPORTER_OTLP_ENDPOINT="}, false},
		{"disabled", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318", "OTEL_SDK_DISABLED=true"}, false},
		{"metrics alone", []string{"OTEL_SERVICE_NAME=registry", "OTEL_TRACES_EXPORTER=none"}, false},
	}
	for _, tt := range tests {
		if got := tracing(tt.environ); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
