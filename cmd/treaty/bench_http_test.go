package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/treatyhq/treaty/httpapi"
	"github.com/treatyhq/treaty/registry"
)

// serveBench serves a handler on loopback and returns its address.
func serveBench(b *testing.B, h http.Handler) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := newServer(h, slog.New(slog.DiscardHandler))
	go server.Serve(listener)
	b.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}

// benchAPI is the API as serve sets it up: request IDs and metrics on, the access log off.
func benchAPI(b *testing.B, r *registry.Registry) http.Handler {
	b.Helper()
	logger := slog.New(slog.DiscardHandler)
	h, err := httpapi.New(r, httpapi.Config{Logger: logger, Observer: httpapi.NewObserver(logger, newMetrics(r), false)})
	if err != nil {
		b.Fatal(err)
	}
	return h
}

func get(path string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: treaty\r\n\r\n", path)
}

func post(path, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: treaty\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
}

// BenchmarkGetByID compares GET /schemas/ids/{id} with a chi handler that serves the same bytes from a constant.
func BenchmarkGetByID(b *testing.B) {
	r := openBench(b, b.TempDir())
	registerAll(b, r.Registry, 8, benchTexts(100))
	api := benchAPI(b, r.Registry)
	recorder := httptest.NewRecorder()
	api.ServeHTTP(recorder, httptest.NewRequest("GET", "/schemas/ids/1", nil))
	body := recorder.Body.Bytes()
	plain := chi.NewRouter()
	plain.Get("/schemas/ids/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.schemaregistry.v1+json")
		w.Write(body)
	})
	ours, constant := serveBench(b, api), serveBench(b, plain)
	requests := make([][]byte, 100)
	for i := range requests {
		requests[i] = get("/schemas/ids/" + strconv.Itoa(i+1))
	}
	request := func(connection, n int) []byte { return requests[(connection+n)%len(requests)] }
	var a, c float64
	for b.Loop() {
		a, c = 0, 0
		for range 5 { // in turns, so that both meet the same noise
			a += drive(b, ours, 64, 500*time.Millisecond, request) / 5
			c += drive(b, constant, 64, 500*time.Millisecond, request) / 5
		}
	}
	b.ReportMetric(a, "requests/s")
	b.ReportMetric(c, "constant/s")
	b.ReportMetric(a/c, "of-constant")
}

// BenchmarkRegisterHTTP compares registrations over HTTP from 64 connections, the client on the same cores, with plain
// inserts of the same rows.
func BenchmarkRegisterHTTP(b *testing.B) {
	const connections, n = 64, 80_000
	requests := make([][]byte, n)
	for i, text := range benchTexts(n) {
		body := fmt.Sprintf(`{"schema":%s}`, strconv.Quote(text))
		requests[i] = post(fmt.Sprintf("/subjects/subject-%d/versions", i), body)
	}
	var ofBatches, ofSingles, rate float64
	for b.Loop() {
		dir := b.TempDir()
		r := openBench(b, dir)
		address := serveBench(b, benchAPI(b, r.Registry))
		rate = drive(b, address, connections, 2*time.Second, func(connection, n int) []byte {
			return requests[n*connections+connection]
		})
		r.close()
		ofBatches, ofSingles = rate/reinsert(b, dir, 1000, 20_000), rate/reinsert(b, dir, 1, 1000)
	}
	b.ReportMetric(rate, "registrations/s")
	b.ReportMetric(ofBatches, "of-batched-inserts")
	b.ReportMetric(ofSingles, "of-single-inserts")
}

// BenchmarkStart starts the program on an empty store, and on one with 100,000 versions of 1.4 KB.
func BenchmarkStart(b *testing.B) {
	for _, versions := range []int{0, 100_000} {
		b.Run(strconv.Itoa(versions), func(b *testing.B) {
			dir := b.TempDir()
			r := openBench(b, dir)
			registerAll(b, r.Registry, 64, benchTexts(versions))
			texts := r.Status().TextBytes
			r.close()
			var ready time.Duration
			var resident int64
			for b.Loop() {
				ready, resident = startProgram(b, dir)
			}
			b.ReportMetric(ready.Seconds()*1000, "ms-to-ready")
			b.ReportMetric(float64(resident)/1e6, "MB-resident")
			b.ReportMetric(float64(2*texts)/1e6+100, "MB-allowed")
		})
	}
}

// startProgram starts treaty on dir and returns how long it took until it was ready, and the most memory that it held.
func startProgram(b *testing.B, dir string) (time.Duration, int64) {
	b.Helper()
	address, err := freeAddress()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("treaty", "serve", "--data", dir, "--listen", address)
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	for {
		if r, err := http.Get("http://" + address + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(start) > time.Minute {
			b.Fatal("not ready within a minute")
		}
		time.Sleep(time.Millisecond)
	}
	ready := time.Since(start)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.ParseInt(strings.Fields(peak)[0], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return ready, kilobytes * 1024
}
