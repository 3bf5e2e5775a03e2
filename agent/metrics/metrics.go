package metrics

import (
	"maps"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bedside/alerts"
	"bedside/devices"
)

// maxScrapes is how many requests are answered at a time. Our choice: one scraper, one person, one in reserve.
const maxScrapes = 3

// Metrics is everything that the agent counts.
type Metrics struct {
	registry *prometheus.Registry

	deviceUp, lastReading, alertsActive      *prometheus.GaugeVec
	frames, faults, deviceReconnects, alerts *prometheus.CounterVec
	latency                                  prometheus.Histogram
	recorded, writeFailures                  prometheus.Counter
	priorities                               [alerts.High + 1]prometheus.Gauge
	surroundings                             *surroundings

	mu      sync.Mutex
	devices map[string]*Device

	raised atomic.Pointer[map[kind]prometheus.Counter] // replaced by Declare, never changed
}

// kind is a series of the alerts counter.
type kind struct {
	condition string
	priority  alerts.Priority
}

// New returns metrics with a registry of their own. version is that of the program.
func New(version string) *Metrics {
	n := newCatalog()
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		deviceUp: gauges(n.deviceUp), lastReading: gauges(n.lastReading), alertsActive: gauges(n.alertsActive),
		frames: counters(n.frames), faults: counters(n.faults), deviceReconnects: counters(n.deviceReconnects),
		alerts: counters(n.alerts), latency: newLatency(n.latency),
		recorded:      prometheus.NewCounter(prometheus.CounterOpts{Name: n.recorded.name, Help: n.recorded.help}),
		writeFailures: prometheus.NewCounter(prometheus.CounterOpts{Name: n.writeFailures.name, Help: n.writeFailures.help}),
		surroundings:  newSurroundings(&n), devices: map[string]*Device{},
	}
	build := gauges(n.build)
	build.WithLabelValues(version, runtime.Version()).Set(1)
	for p := range m.priorities {
		m.priorities[p] = m.alertsActive.WithLabelValues(alerts.Priority(p).String())
	}
	m.raised.Store(&map[kind]prometheus.Counter{})
	m.registry.MustRegister(
		build, m.deviceUp, m.lastReading, m.frames, m.faults, m.deviceReconnects, m.alertsActive, m.alerts, m.latency,
		m.recorded, m.writeFailures, m.surroundings,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func gauges(n name) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: n.name, Help: n.help}, n.labels)
}

func counters(n name) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: n.name, Help: n.help}, n.labels)
}

// newLatency makes a histogram with classic buckets and, for a scraper that asks for them, native ones. The classic
// bounds run from a tenth of a millisecond to a second, the most that alarms.md section 5 allows before a local signal.
func newLatency(n name) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: n.name, Help: n.help,
		Buckets:                        []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1},
		NativeHistogramBucketFactor:    1.1,
		NativeHistogramMaxBucketNumber: 100,
	})
}

// Handler answers scrapes. The text is not compressed: it has some 20 kB and is read over loopback, where a compressor
// only costs time and memory.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{DisableCompression: true, MaxRequestsInFlight: maxScrapes})
}

// Device counts for one device.
type Device struct {
	up, lastReading prometheus.Gauge
	frames          prometheus.Counter
	faults          map[devices.FaultKind]prometheus.Counter
	reconnects      prometheus.Counter

	mu       sync.Mutex
	reopened uint64
}

// Device returns the counters of a configured device, the same each time. driver counts at the first call.
func (m *Metrics) Device(device, driver string) *Device {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d, ok := m.devices[device]; ok {
		return d
	}
	d := &Device{
		up: m.deviceUp.WithLabelValues(device), lastReading: m.lastReading.WithLabelValues(device),
		frames: m.frames.WithLabelValues(device, driver), reconnects: m.deviceReconnects.WithLabelValues(device),
		faults: map[devices.FaultKind]prometheus.Counter{},
	}
	for _, k := range devices.FaultKinds() {
		d.faults[k] = m.faults.WithLabelValues(device, driver, k.String())
	}
	m.devices[device] = d
	return d
}

// Up says whether the device can be heard.
func (d *Device) Up(up bool) { d.up.Set(number(up)) }

// Reading notes the moment of a reading that had a value.
func (d *Device) Reading(at time.Time) { d.lastReading.Set(float64(at.UnixMicro()) / 1e6) }

// Frames counts n good frames.
func (d *Device) Frames(n int) { d.frames.Add(float64(max(n, 0))) }

// Fault counts one fault. A kind that the vocabulary does not have is not counted.
func (d *Device) Fault(k devices.FaultKind) {
	if c, ok := d.faults[k]; ok {
		c.Inc()
	}
}

// Reopened takes the total of port openings after the first. A total smaller than the last one changes nothing.
func (d *Device) Reopened(total uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if total > d.reopened {
		d.reconnects.Add(float64(total - d.reopened))
		d.reopened = total
	}
}

// Declare makes the series of every condition and priority that it may be raised with. It may be called for each set of
// conditions that can judge, before alerts are counted.
func (m *Metrics) Declare(conditions []alerts.Condition) {
	raised := maps.Clone(*m.raised.Load())
	for i := range conditions {
		c := &conditions[i]
		declare := func(p alerts.Priority) {
			raised[kind{c.ID, p}] = m.alerts.WithLabelValues(c.ID, p.String())
		}
		declare(c.Priority)
		for _, e := range c.Escalations {
			declare(e.Priority)
		}
	}
	m.raised.Store(&raised)
}

// Alert counts an event of the engine: a new occurrence with its priority, and for every event how long it took from the
// decision to its publication. An occurrence of what was not declared is not counted.
func (m *Metrics) Alert(e *alerts.Event, took time.Duration) {
	if alerts.IsTest(e.Alert.Condition) {
		return
	}
	m.latency.Observe(took.Seconds())
	if e.Change != alerts.Raised {
		return
	}
	if c, ok := (*m.raised.Load())[kind{e.Alert.Condition, e.Alert.Priority}]; ok {
		c.Inc()
	}
}

// Active takes the list of all active and latched alerts.
func (m *Metrics) Active(active []alerts.Alert) {
	var count [alerts.High + 1]int
	for i := range active {
		if !alerts.IsTest(active[i].Condition) {
			count[min(active[i].Priority, alerts.High)]++
		}
	}
	for p, n := range count {
		m.priorities[p].Set(float64(n))
	}
}

// Recorded counts n events handed to the record.
func (m *Metrics) Recorded(n int) { m.recorded.Add(float64(max(n, 0))) }

// WriteFailure counts a failure to write the record.
func (m *Metrics) WriteFailure() { m.writeFailures.Inc() }

func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
