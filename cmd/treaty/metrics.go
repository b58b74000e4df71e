package main

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/treatyhq/treaty/registry"
)

// metrics is the meter of the API. The counters of a route, method and status are looked up once and then found in a map that
// nobody writes to, so that counting a request allocates nothing.
type metrics struct {
	http.Handler // the counts in Prometheus' format

	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	refusals  *prometheus.CounterVec
	messages  *messageMetrics

	mu     sync.Mutex // guards the replacement of the maps
	series atomic.Pointer[map[seriesKey]*series]
	codes  atomic.Pointer[map[int]prometheus.Counter]
}

type seriesKey struct {
	route, method string
	status        int
}

type series struct {
	requests prometheus.Counter
	duration prometheus.Observer
}

// durationBuckets are seconds: a read takes tens of microseconds, a durable write some milliseconds.
var durationBuckets = []float64{
	.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10,
}

func newMetrics(reg *registry.Registry) *metrics {
	to := prometheus.NewRegistry()
	m := &metrics{
		Handler: promhttp.HandlerFor(to, promhttp.HandlerOpts{}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "treaty_http_requests_total",
			Help: "Requests answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "treaty_http_request_duration_seconds",
			Help:    "Time from a request's header to the end of its answer, by route and method.",
			Buckets: durationBuckets,
		}, []string{"route", "method"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "treaty_refusals_total",
			Help: "Requests refused, by error_code.",
		}, []string{"code"}),
	}
	m.messages = newMessageMetrics()
	m.series.Store(&map[seriesKey]*series{})
	m.codes.Store(&map[int]prometheus.Counter{})
	to.MustRegister(m.requests, m.durations, m.refusals, m.messages.total, statusCollector{reg},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe counts one request. code is 0 unless it was refused.
func (m *metrics) Observe(route, method string, status, code int, took time.Duration) {
	key := seriesKey{route, knownMethod(method), status}
	s, ok := (*m.series.Load())[key]
	if !ok {
		s = m.add(key)
	}
	s.requests.Inc()
	s.duration.Observe(took.Seconds())
	if code == 0 {
		return
	}
	c, ok := (*m.codes.Load())[code]
	if !ok {
		c = m.addCode(code)
	}
	c.Inc()
}

func (m *metrics) add(key seriesKey) *series {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &series{
		requests: m.requests.WithLabelValues(key.route, key.method, strconv.Itoa(key.status)),
		duration: m.durations.WithLabelValues(key.route, key.method),
	}
	next := maps.Clone(*m.series.Load())
	next[key] = s
	m.series.Store(&next)
	return s
}

func (m *metrics) addCode(code int) prometheus.Counter {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.refusals.WithLabelValues(strconv.Itoa(code))
	next := maps.Clone(*m.codes.Load())
	next[code] = c
	m.codes.Store(&next)
	return c
}

// knownMethod returns method if it is one that a route can have: a client may send any word, and every word would be a
// series.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodOptions, http.MethodPatch:
		return method
	}
	return "other"
}

// A statusCollector reads the registry's status when the metrics are asked for.
type statusCollector struct{ reg *registry.Registry }

// gauges are what the collector reads, a gauge a line.
var gauges = []struct {
	desc  *prometheus.Desc
	value func(registry.Status) float64
}{
	{gauge("treaty_ready", "1 if the registry has caught up with its log and serves."), func(s registry.Status) float64 {
		if s.Ready {
			return 1
		}
		return 0
	}},
	{gauge("treaty_log_head", "Seq of the last event that the log was seen to hold."), func(s registry.Status) float64 { return float64(s.Head.Seq) }},
	{gauge("treaty_log_applied", "Seq of the last event that the state holds."), func(s registry.Status) float64 { return float64(s.Applied.Seq) }},
	{gauge("treaty_log_lag_seconds", "Time since the store was last reached, 0 while it is in reach."), func(s registry.Status) float64 { return s.Lag.Seconds() }},
	{gauge("treaty_log_level", "Level of the log."), func(s registry.Status) float64 { return float64(s.Level) }},
	{gauge("treaty_queue_commands", "Commands that wait to be decided."), func(s registry.Status) float64 { return float64(s.Queued) }},
	{gauge("treaty_subjects", "Subjects that have an active version."), func(s registry.Status) float64 { return float64(s.Subjects) }},
	{gauge("treaty_versions", "Active versions."), func(s registry.Status) float64 { return float64(s.Versions) }},
	{gauge("treaty_text_bytes", "Bytes of the canonical texts in memory."), func(s registry.Status) float64 { return float64(s.TextBytes) }},
	{gauge("treaty_parsed_cache_bytes", "Bytes of the parsed schemas in memory, estimated."), func(s registry.Status) float64 { return float64(s.CacheBytes) }},
	{gauge("treaty_verdict_cache_bytes", "Bytes of the comparisons that are remembered, estimated."), func(s registry.Status) float64 { return float64(s.Verdicts.Bytes) }},
}

func gauge(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }

func (c statusCollector) Describe(out chan<- *prometheus.Desc) {
	for _, g := range gauges {
		out <- g.desc
	}
}

func (c statusCollector) Collect(out chan<- prometheus.Metric) {
	status := c.reg.Status()
	for _, g := range gauges {
		out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, g.value(status))
	}
}
