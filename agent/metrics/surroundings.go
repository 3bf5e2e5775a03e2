package metrics

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// Surroundings is what other rooms count themselves. Totals only grow while the process runs.
type Surroundings struct {
	Connected    bool   // to the broker
	Reconnects   uint64 // connections after the first
	Published    uint64 // messages handed to the connection, repetitions included
	Acknowledged uint64 // messages that the broker stored
	Resent       uint64 // messages sent again for want of an acknowledgement
	Refilled     uint64 // acknowledged messages that the broker had lost
	Refused      uint64 // messages that the broker will never take
	Dropped      uint64 // messages that are not kept and could not leave
	Errors       uint64 // rounds of sending that failed
	Outbox       int    // messages that wait for an acknowledgement
	RecordLost   uint64 // events that will never be in the record
	Clients      int    // open pages

	CaptureFailing bool   // raw bytes should be kept and cannot be written
	CaptureLost    uint64 // raw bytes that were not kept for that reason

	SoundFailing  bool   // the speaker of the room should work and does not
	SoundPages    int    // pages of the room that can be heard
	SoundBursts   uint64 // played by the speaker
	SoundFailures uint64 // attempts to use the speaker that failed
}

// surroundings asks for them when it is scraped, so that what is read is never older than the question.
type surroundings struct {
	read   atomic.Pointer[func() Surroundings]
	series []series
}

type series struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(*Surroundings) float64
}

func newSurroundings(n *catalog) *surroundings {
	gauge := func(n name, of func(*Surroundings) float64) series {
		return series{n.desc(), prometheus.GaugeValue, of}
	}
	total := func(n name, of func(*Surroundings) uint64) series {
		return series{n.desc(), prometheus.CounterValue, func(s *Surroundings) float64 { return float64(of(s)) }}
	}
	return &surroundings{series: []series{
		gauge(n.natsConnected, func(s *Surroundings) float64 { return number(s.Connected) }),
		gauge(n.outbox, func(s *Surroundings) float64 { return float64(s.Outbox) }),
		gauge(n.clients, func(s *Surroundings) float64 { return float64(s.Clients) }),
		gauge(n.captureFailing, func(s *Surroundings) float64 { return number(s.CaptureFailing) }),
		gauge(n.soundFailing, func(s *Surroundings) float64 { return number(s.SoundFailing) }),
		gauge(n.soundPages, func(s *Surroundings) float64 { return float64(s.SoundPages) }),
		total(n.soundBursts, func(s *Surroundings) uint64 { return s.SoundBursts }),
		total(n.soundFailures, func(s *Surroundings) uint64 { return s.SoundFailures }),
		total(n.captureLost, func(s *Surroundings) uint64 { return s.CaptureLost }),
		total(n.natsReconnects, func(s *Surroundings) uint64 { return s.Reconnects }),
		total(n.published, func(s *Surroundings) uint64 { return s.Published }),
		total(n.acknowledged, func(s *Surroundings) uint64 { return s.Acknowledged }),
		total(n.resent, func(s *Surroundings) uint64 { return s.Resent }),
		total(n.refilled, func(s *Surroundings) uint64 { return s.Refilled }),
		total(n.refused, func(s *Surroundings) uint64 { return s.Refused }),
		total(n.dropped, func(s *Surroundings) uint64 { return s.Dropped }),
		total(n.natsErrors, func(s *Surroundings) uint64 { return s.Errors }),
		total(n.recordLost, func(s *Surroundings) uint64 { return s.RecordLost }),
	}}
}

// Watch sets where the surroundings are read, once for each scrape. read must be quick and safe for concurrent use.
// Before the first Watch they are all zero.
func (m *Metrics) Watch(read func() Surroundings) { m.surroundings.read.Store(&read) }

// Describe sends the descriptions of all series.
func (s *surroundings) Describe(to chan<- *prometheus.Desc) {
	for _, one := range s.series {
		to <- one.desc
	}
}

// Collect sends the values of this moment.
func (s *surroundings) Collect(to chan<- prometheus.Metric) {
	var now Surroundings
	if read := s.read.Load(); read != nil {
		now = (*read)()
	}
	for _, one := range s.series {
		to <- prometheus.MustNewConstMetric(one.desc, one.kind, one.of(&now))
	}
}
