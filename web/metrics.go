package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Gauge is a figure that GET /metrics reads whenever it is asked.
type Gauge struct {
	Name    string // such as chat_streams_open; one that only grows ends in _total
	Help    string
	Counter bool // it only grows
	Value   func() float64
}

// metrics counts requests by route, never by path: there are as many routes as the table has.
type metrics struct {
	show     http.Handler
	routes   map[string]bool
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(gauges []Gauge) *metrics {
	m := &metrics{
		routes: map[string]bool{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chat_http_requests_total", Help: "Requests answered.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "chat_http_request_seconds", Help: "Time to answer, streams left out.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
		}, []string{"route"}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, g := range gauges {
		if g.Counter {
			registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: g.Name, Help: g.Help}, g.Value))
		} else {
			registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.Name, Help: g.Help}, g.Value))
		}
	}
	m.show = promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	return m
}

// know adds a route of the table.
func (m *metrics) know(route string) { m.routes[route] = true }

func (m *metrics) observe(c echo.Context, took time.Duration) {
	route, method := c.Path(), c.Request().Method
	if !m.routes[route] || !slices.Contains(methods, method) {
		route, method = "none", "any" // else anybody could make up more and more of them
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(c.Response().Status)).Inc()
	if route != streamPath {
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// GET /metrics: figures in Prometheus's format.
func (s *Server) showMetrics(c echo.Context) error {
	s.metrics.show.ServeHTTP(c.Response(), c.Request())
	return nil
}
