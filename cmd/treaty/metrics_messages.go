package main

import (
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/treatyhq/treaty/httpapi"
)

// messageMetrics count what became of messages, so that an operator sees which contracts are broken, by what, and which old
// versions are still written.
type messageMetrics struct {
	total *prometheus.CounterVec

	mu     sync.RWMutex
	series map[httpapi.Tally]prometheus.Counter
}

// maxMessageSeries bounds the series. Tallies beyond it count as those of the subject "other".
const maxMessageSeries = 2000

func newMessageMetrics() *messageMetrics {
	return &messageMetrics{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "treaty_messages_total",
			Help: "Messages that were asked about, by call, subject and version that they were written with, disposition and the code of the first error.",
		}, []string{"call", "subject", "version", "disposition", "code"}),
		series: map[httpapi.Tally]prometheus.Counter{},
	}
}

// Count counts n messages that are alike.
func (m *messageMetrics) Count(t httpapi.Tally, n int) {
	m.mu.RLock()
	c, ok := m.series[t]
	m.mu.RUnlock()
	if !ok {
		c = m.add(t)
	}
	c.Add(float64(n))
}

func (m *messageMetrics) add(t httpapi.Tally) prometheus.Counter {
	m.mu.Lock()
	defer m.mu.Unlock()
	version := ""
	if t.Version > 0 {
		version = strconv.Itoa(t.Version)
	}
	if len(m.series) >= maxMessageSeries {
		return m.total.WithLabelValues(t.Verb, "other", "", string(t.Disposition), t.Code)
	}
	c := m.total.WithLabelValues(t.Verb, t.Subject, version, string(t.Disposition), t.Code)
	m.series[t] = c
	return c
}
