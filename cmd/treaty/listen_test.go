package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/treatyhq/treaty/httpapi"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// A server that shuts down does not wait for the clients of its streams, and leaves none of them in the belief that it has
// all its answers.
func TestShutdownEndsStreams(t *testing.T) {
	t.Parallel()
	logger := slog.New(slog.DiscardHandler)
	reg := registry.New(memory.New(), registry.Config{Logger: logger})
	running, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- reg.Run(running) }()
	t.Cleanup(func() { stop(); <-done })
	if err := reg.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	api, err := httpapi.New(reg, httpapi.Config{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := newServer(api, logger)
	go server.Serve(listener)
	body, sending := io.Pipe()
	defer sending.Close()
	response, err := http.Post("http://"+listener.Addr().String()+"/envelopes/validate", "application/x-ndjson", body)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answers := bufio.NewReader(response.Body)
	io.WriteString(sending, `{"payload":null}`+"\n")
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if rest, err := io.ReadAll(answers); err == nil {
		t.Errorf("the answer ends as if it were complete: %q", rest)
	}
}

func TestIsStream(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, path, kind string
		want               bool
	}{
		{"GET", "/events", "", true},
		{"GET", "/contexts/.a/events", "", true},
		{"POST", "/envelopes/validate", "application/x-ndjson; charset=utf-8", true},
		{"POST", "/contexts/.a/envelopes/decode", "Application/vnd.treaty.frames", true},
		{"POST", "/envelopes/validate", "application/json", false},
		{"PUT", "/envelopes/types/a", "application/json", false},
		{"POST", "/subjects/events/versions", "application/json", false},
	}
	for _, tt := range tests {
		r, err := http.NewRequest(tt.method, tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", tt.kind)
		if got := isStream(r); got != tt.want {
			t.Errorf("%s %s of %q is a stream: %v, want %v", tt.method, tt.path, tt.kind, got, tt.want)
		}
	}
}
