package bus_test

import (
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
)

// discard is an outbox that is always empty, so that benchmarks measure the bus.
func discard() *model {
	m := newModel()
	m.deaf = true
	return m
}

// BenchmarkLatency measures from the publishing call to the callback of a subscriber on a connection of its own, over
// loopback TCP, in turns on one server: for an alert through the bus, for a bare Publish of the client on a subject
// that no stream stores, and for a bare Publish of the same subject and header ("stored"). Pauses
// between the messages are those of a bed: the goroutines are asleep when the next one comes.
func BenchmarkLatency(b *testing.B) {
	h := newSite(b)
	o := options(h.url())
	o.Outbox = discard()
	a := start(b, o)
	a.up(b)
	bare := connect(b, h.url())
	arrived := make(chan time.Time, 1)
	sub := connect(b, h.url())
	_, err := sub.Subscribe(">", func(m *nats.Msg) {
		if m.Subject == "bare" || m.Subject == a.room.Alert("bp_severe") {
			arrived <- time.Now()
		}
	})
	require.NoError(b, err)
	require.NoError(b, sub.Flush())
	for a.Counters().Acked < 10 { // the first ones make the stream
		a.Publish(a.room.alert())
		<-arrived
		time.Sleep(10 * time.Millisecond)
	}
	for len(arrived) > 0 {
		<-arrived
	}
	var ours, theirs, kept []time.Duration
	payload := a.room.alert().Payload
	for b.Loop() {
		m := a.room.alert()
		began := time.Now()
		a.Publish(m)
		ours = append(ours, (<-arrived).Sub(began))
		time.Sleep(2 * time.Millisecond)
		began = time.Now()
		require.NoError(b, bare.Publish("bare", payload))
		theirs = append(theirs, (<-arrived).Sub(began))
		time.Sleep(2 * time.Millisecond)
		stored := &nats.Msg{Subject: m.Subject, Data: payload, Reply: "nobody", Header: nats.Header{nats.MsgIdHdr: {"x" + m.ID}}}
		began = time.Now()
		require.NoError(b, bare.PublishMsg(stored))
		kept = append(kept, (<-arrived).Sub(began))
		time.Sleep(2 * time.Millisecond)
	}
	slices.Sort(ours)
	slices.Sort(kept)
	slices.Sort(theirs)
	at := func(d []time.Duration, q float64) float64 { return float64(d[int(q*float64(len(d)-1))].Nanoseconds()) }
	b.ReportMetric(at(ours, .5), "p50-ns")
	b.ReportMetric(at(theirs, .5), "bare-p50-ns")
	b.ReportMetric(at(ours, .5)/at(theirs, .5), "p50-ratio")
	b.ReportMetric(at(ours, .99)/at(theirs, .99), "p99-ratio")
	b.ReportMetric(at(ours, .5)/at(kept, .5), "p50-ratio-stored")
	b.ReportMetric(at(ours, .99), "p99-ns")
	b.ReportMetric(at(theirs, .99), "bare-p99-ns")
}

// BenchmarkPublish measures what the monitor's goroutine pays.
func BenchmarkPublish(b *testing.B) {
	a := start(b, embedded(b))
	a.up(b)
	m := a.room.message(wire.ClassPassing, a.room.Status())
	b.ReportAllocs()
	for b.Loop() {
		a.Publish(m)
	}
}

// BenchmarkAlert measures an alert from the call to its acknowledgement, in an embedded server that syncs every message.
func BenchmarkAlert(b *testing.B) {
	o := embedded(b)
	o.Outbox = discard()
	a := start(b, o)
	a.up(b)
	a.Publish(a.room.alert())
	require.Eventually(b, func() bool { return a.Counters().Acked == 1 }, patience, time.Millisecond)
	b.ReportAllocs()
	for b.Loop() {
		want := a.Counters().Acked + 1
		a.Publish(a.room.alert())
		for a.Counters().Acked < want {
			time.Sleep(20 * time.Microsecond)
		}
	}
}
