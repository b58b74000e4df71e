package main

import (
	"context"
	"net/http"
	"os"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
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

// traced wraps next so that each request is a span, sent as the OTEL_ variables say. stop sends what is left.
func traced(ctx context.Context, next http.Handler) (h http.Handler, stop func(context.Context) error, err error) {
	if !tracing(os.Environ()) {
		return next, func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, err
	}
	from, err := resource.New(ctx, resource.WithFromEnv(), resource.WithTelemetrySDK(), resource.WithHost())
	if err != nil {
		return nil, nil, err
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(from))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	return otelhttp.NewHandler(next, "treaty", otelhttp.WithFilter(worthTracing)), provider.Shutdown, nil
}

// worthTracing leaves out what only asks whether the process lives.
func worthTracing(r *http.Request) bool {
	switch r.URL.Path {
	case "/healthz", "/readyz", "/metrics":
		return false
	}
	return true
}
