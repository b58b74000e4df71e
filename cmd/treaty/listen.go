package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/treatyhq/treaty/httpapi"
)

// Timeouts of a connection. A stream of events moves its own write deadline as it goes.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 2 * time.Minute // the largest body, at a hundred kilobytes a second and more
	writeTimeout      = 2 * time.Minute
	idleTimeout       = 3 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// errOpen refuses to serve strangers by accident.
var errOpen = errors.New("listening beyond this machine without credentials: give --auth-file or --tls-client-ca, or --insecure to let everybody write")

// mayListen returns errOpen if the address can be reached from elsewhere and nobody is asked who they are.
func (s *settings) mayListen() error {
	if s.insecure || s.authFile != "" || s.tlsClientCA != "" {
		return nil
	}
	host, _, err := net.SplitHostPort(s.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	if !loopback(host) {
		return errOpen
	}
	return nil
}

// loopback reports whether a host is this machine alone. A name is, if all its addresses are.
func loopback(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	if host == "" {
		return false
	}
	addresses, err := net.LookupIP(host)
	if err != nil || len(addresses) == 0 {
		return false
	}
	for _, ip := range addresses {
		if !ip.IsLoopback() {
			return false
		}
	}
	return true
}

// tlsConfig returns nil where there is no certificate. Client certificates are demanded where nothing else tells who is
// there, else they are one way among others.
func (s *settings) tlsConfig() (*tls.Config, error) {
	if s.tlsCert == "" {
		return nil, nil
	}
	certificate, err := tls.LoadX509KeyPair(s.tlsCert, s.tlsKey)
	if err != nil {
		return nil, fmt.Errorf("load the certificate: %w", err)
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{certificate},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
	}
	if s.tlsClientCA == "" {
		return config, nil
	}
	text, err := os.ReadFile(s.tlsClientCA)
	if err != nil {
		return nil, fmt.Errorf("load the client CA: %w", err)
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("load the client CA: %s holds no certificate", s.tlsClientCA)
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	if s.authFile != "" {
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return config, nil
}

// listenOn returns the listener and the base URL of what will be served on it.
func (s *settings) listenOn(ctx context.Context) (net.Listener, string, error) {
	config, err := s.tlsConfig()
	if err != nil {
		return nil, "", err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return nil, "", fmt.Errorf("--listen: %w", err)
	}
	if config == nil {
		return listener, "http://" + listener.Addr().String(), nil
	}
	return tls.NewListener(listener, config), "https://" + listener.Addr().String(), nil
}

// newServer returns a server that ends the streams of events and of messages when it shuts down; everything else may finish.
func newServer(h http.Handler, logger *slog.Logger) *http.Server {
	closing, end := context.WithCancel(context.Background())
	server := &http.Server{
		Handler:           endStreams(closing, h),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(end)
	return server
}

// endStreams ends the context of a stream, which would else go on for as long as its client listens.
func endStreams(closing context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isStream(r) {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		defer context.AfterFunc(closing, func() { cancel(httpapi.ErrShutdown) })()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// isStream reports whether a request may go on for as long as its client likes.
func isStream(r *http.Request) bool {
	if r.Method != http.MethodPost {
		return strings.HasSuffix(r.URL.Path, "/events")
	}
	kind := strings.ToLower(r.Header.Get("Content-Type"))
	return strings.Contains(r.URL.Path, "/envelopes/") &&
		(strings.HasPrefix(kind, "application/x-ndjson") || strings.HasPrefix(kind, "application/vnd.treaty.frames"))
}
