package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

// tracing reports whether the environment asks for traces, and says where they go: any OTEL_ variable does, unless
// OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER says no.
func tracing(environ []string) bool {
	asked := false
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case name == "OTEL_SDK_DISABLED" && strings.EqualFold(value, "true"),
			name == "OTEL_TRACES_EXPORTER" && value == "none":
			return false
		case strings.HasPrefix(name, "OTEL_") && value != "":
			asked = true
		}
	}
	return asked
}

// startTracing sends traces as the OTEL_ variables say. Without any it returns nil, and nothing is traced.
func startTracing(ctx context.Context) (*trace.TracerProvider, error) {
	if !tracing(os.Environ()) {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	from, err := resource.New(ctx, resource.WithFromEnv(), resource.WithTelemetrySDK(), resource.WithHost())
	if err != nil {
		return nil, fmt.Errorf("describe this process to the traces: %w", err)
	}
	return trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(from)), nil
}

// traced wraps next so that each request is a span.
func traced(next http.Handler, provider *trace.TracerProvider) http.Handler {
	if provider == nil {
		return next
	}
	return otelhttp.NewHandler(next, "treaty", otelhttp.WithTracerProvider(provider), otelhttp.WithFilter(worthTracing),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})))
}

// flushTraces sends what is left. A collector that is gone keeps nobody from stopping.
func flushTraces(provider *trace.TracerProvider, logger *slog.Logger) {
	if err := within(5*time.Second, provider.Shutdown); err != nil {
		logger.Warn("traces were lost", "error", err)
	}
}

// worthTracing leaves out what only asks how the process does.
func worthTracing(r *http.Request) bool { return !isOperation(r.URL.Path) }
