package monitor_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/agent/monitor"
	"bedside/agent/wire"
	"bedside/devices"
)

// lively runs a room in real time. It tells when something of a class was published.
func lively(b *testing.B, class wire.Class) (*monitor.Monitor, <-chan time.Time) {
	b.Helper()
	out := make(chan time.Time, 8)
	o := options(&tape{}, nil)
	o.Log = slog.New(slog.DiscardHandler)
	o.Outlets.Publish = func(m wire.Message) {
		if m.Class == class {
			out <- time.Now()
		}
	}
	o.Outlets.Append = func([]wire.Message, []byte, bool) {}
	m, err := monitor.New(o)
	require.NoError(b, err)
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	b.Cleanup(func() { cancel(); require.NoError(b, <-done) })
	if class == wire.ClassAlert {
		<-out // agent_started
	}
	return m, out
}

// BenchmarkReading is a reading from its link to NATS and the record, with the change of goroutine.
func BenchmarkReading(b *testing.B) {
	m, out := lively(b, wire.ClassReading)
	status := devices.Status(0)
	b.ReportAllocs()
	for b.Loop() {
		r := clip(72, 97)
		status ^= devices.PerfusionMarginal // news, so that each is published
		r.Status = status
		m.Deliver(b.Context(), "oximeter", link.Update{State: link.Connected, Readings: []devices.Reading{r}, Frames: 25})
		<-out
	}
}

// BenchmarkThinnedReading is a reading that is judged and not published.
func BenchmarkThinnedReading(b *testing.B) {
	m, _ := lively(b, wire.ClassPassing)
	r := clip(72, 97)
	b.ReportAllocs()
	for b.Loop() {
		m.Deliver(b.Context(), "oximeter", link.Update{State: link.Connected, Readings: []devices.Reading{r}, Frames: 25})
	}
}

// BenchmarkAlert is the way from the delivery of a reading to the publication of the alert that it causes or ends.
func BenchmarkAlert(b *testing.B) {
	m, out := lively(b, wire.ClassAlert)
	var total time.Duration
	systolic := 120
	b.ReportAllocs()
	for b.Loop() {
		systolic = 285 - systolic // 165 raises bp_elev, 120 ends it
		r := pressure(systolic)
		begun := time.Now()
		m.Deliver(b.Context(), "cuff", link.Update{State: link.Connected, Readings: []devices.Reading{r}})
		total += (<-out).Sub(begun)
	}
	b.ReportMetric(float64(total.Nanoseconds())/float64(b.N), "ns/alert")
}
