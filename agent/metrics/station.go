package metrics

import (
	"net/http"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// StationState is what a station knows at the moment of a scrape.
type StationState struct {
	Connected      bool // to the broker
	Rooms, Silent  int
	Alerts         int // of the station itself
	Screens, Sound int // that are on; of them, those that can be heard
	Clients        int // open pages
}

// Station is everything that a station counts. Its methods are safe for concurrent use.
type Station struct {
	registry *prometheus.Registry
	read     atomic.Pointer[func() StationState]

	heard, refused, late, slow, notices, undelivered atomic.Uint64
}

// figure is one metric of a station: what it is called and where it is read.
type figure struct {
	name
	kind prometheus.ValueType
	of   func(*Station, *StationState) float64
}

// figures has all metrics of a station but those that it shares with an agent.
func figures() []figure {
	gauge := func(n, help string, of func(*StationState) int) figure {
		return figure{name{n, help, nil}, prometheus.GaugeValue, func(_ *Station, now *StationState) float64 { return float64(of(now)) }}
	}
	total := func(n, help string, of func(*Station) *atomic.Uint64) figure {
		return figure{name{n, help, nil}, prometheus.CounterValue, func(s *Station, _ *StationState) float64 { return float64(of(s).Load()) }}
	}
	return []figure{
		gauge("bedside_station_rooms", "Rooms on the board.", func(s *StationState) int { return s.Rooms }),
		gauge("bedside_station_rooms_silent", "Rooms on the board that are not heard.", func(s *StationState) int { return s.Silent }),
		gauge("bedside_station_alerts_active", "Alerts of the station itself.", func(s *StationState) int { return s.Alerts }),
		gauge("bedside_station_screens", "Pages that are on and visible.", func(s *StationState) int { return s.Screens }),
		gauge("bedside_station_screens_sounding", "Of them, those that can be heard.", func(s *StationState) int { return s.Sound }),
		total("bedside_station_messages_total", "Messages of rooms that were taken.", func(s *Station) *atomic.Uint64 { return &s.heard }),
		total("bedside_station_messages_refused_total", "Messages that could not be read, or that came under another room's name.",
			func(s *Station) *atomic.Uint64 { return &s.refused }),
		total("bedside_station_messages_late_total", "Messages of alerts that came when newer ones were known.",
			func(s *Station) *atomic.Uint64 { return &s.late }),
		total("bedside_station_overruns_total", "Times at which messages came faster than they were taken, and were dropped until the next heartbeats.",
			func(s *Station) *atomic.Uint64 { return &s.slow }),
		total("bedside_station_notices_total", "Calls handed to the channels.", func(s *Station) *atomic.Uint64 { return &s.notices }),
		total("bedside_station_notices_lost_total", "Calls that nobody could be told, because too many waited.",
			func(s *Station) *atomic.Uint64 { return &s.undelivered }),
	}
}

// StationNames lists every metric of a station that an agent has not. Each call returns a new slice.
func StationNames() []Name {
	var list []Name
	for _, f := range figures() {
		list = append(list, Name{Name: f.name.name, Help: f.help, Labels: slices.Clone(f.labels)})
	}
	return list
}

// NewStation returns the metrics of a station with a registry of their own. version is that of the program.
func NewStation(version string) *Station {
	n := newCatalog()
	s := &Station{registry: prometheus.NewRegistry()}
	build := gauges(n.build)
	build.WithLabelValues(version, runtime.Version()).Set(1)
	list := append(figures(),
		figure{n.natsConnected, prometheus.GaugeValue, func(_ *Station, now *StationState) float64 { return number(now.Connected) }},
		figure{n.clients, prometheus.GaugeValue, func(_ *Station, now *StationState) float64 { return float64(now.Clients) }})
	s.registry.MustRegister(build, &stationCollector{s, list},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// Watch sets where the state is read, once for each scrape. read must be quick and safe for concurrent use.
func (s *Station) Watch(read func() StationState) { s.read.Store(&read) }

// Handler answers scrapes.
func (s *Station) Handler() http.Handler {
	return promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{DisableCompression: true, MaxRequestsInFlight: maxScrapes})
}

// Heard counts a message, taken or refused.
func (s *Station) Heard(taken bool) {
	if taken {
		s.heard.Add(1)
		return
	}
	s.refused.Add(1)
}

// Late counts a message of an alert that came when a newer one was known.
func (s *Station) Late() { s.late.Add(1) }

// Slow counts an overrun.
func (s *Station) Slow() { s.slow.Add(1) }

// Notice counts a call, handed on or lost.
func (s *Station) Notice(handed bool) {
	if handed {
		s.notices.Add(1)
		return
	}
	s.undelivered.Add(1)
}

// stationCollector asks for the state when it is scraped.
type stationCollector struct {
	s    *Station
	list []figure
}

// Describe sends the descriptions of all series.
func (c *stationCollector) Describe(to chan<- *prometheus.Desc) {
	for _, f := range c.list {
		to <- f.desc()
	}
}

// Collect sends the values of this moment.
func (c *stationCollector) Collect(to chan<- prometheus.Metric) {
	var now StationState
	if read := c.s.read.Load(); read != nil {
		now = (*read)()
	}
	for _, f := range c.list {
		to <- prometheus.MustNewConstMetric(f.desc(), f.kind, f.of(c.s, &now))
	}
}
