package bus

import (
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
)

// smallLane is a lane of readings whose tail holds four, on a connection that carries nothing.
func smallLane(t *testing.T) (*lane, *connection) {
	t.Helper()
	b := &Bus{link: newLink(t.Context()), wake: make(chan struct{}, 1), o: Options{Log: slog.New(slog.DiscardHandler)}}
	l := newLane(b, wire.ClassReading, 4)
	l.made.Store(true)
	return l, b.link.up("server")
}

func fill(l *lane, from, to uint64) {
	for seq := from; seq <= to; seq++ {
		l.tail.put(wire.Message{ID: wire.MessageID("room-1", "7f3a", seq), Seq: seq, Class: wire.ClassReading})
	}
}

// Between the last look at the outbox and the first direct reading, more may be published than the tail holds.
func TestNoReadingGoesLivePastWhatFellOut(t *testing.T) {
	l, c := smallLane(t)
	fill(l, 1, 6)
	for after := range uint64(2) {
		live, err := l.goLive(c, after, false)
		require.NoError(t, err)
		assert.False(t, live, "the outbox has shown %d, and 2 fell out", after)
		assert.Zero(t, l.flight.count(), "nothing is sent")
	}
	_, err := l.goLive(c, 2, false)
	require.ErrorIs(t, err, errNotSent, "3 is next")
	_, err = l.goLive(c, 0, true)
	require.ErrorIs(t, err, errNotSent, "a record that shows nothing does not stop the others")
}

// The same in a live lane, while nobody comes to send.
func TestALiveReadingDoesNotPassWhatFellOut(t *testing.T) {
	l, c := smallLane(t)
	l.b.nc.Store(&nats.Conn{})
	l.ready.Store(c.epoch)
	live, err := l.goLive(c, 0, false)
	require.NoError(t, err)
	require.True(t, live)
	fill(l, 1, 6)
	assert.False(t, l.sendLive())
	require.ErrorIs(t, <-l.failed, errBacklog)
	assert.Zero(t, l.live.Load(), "what is next comes from the outbox")
}

// What is sent and stored before the outbox was compared with the stream is told it before, and counted then, or after.
func TestTheOutboxIsToldOfEarlyOnesBeforeOrAfter(t *testing.T) {
	f := newFlight()
	stored := func(id string, seq uint64) (early bool) {
		token, ok := f.claim(id, 1, time.Now())
		require.True(t, ok)
		_, early, ok = f.ack(token, seq)
		require.True(t, ok)
		return early
	}
	assert.True(t, stored("before", 11))
	assert.Equal(t, map[string]uint64{"before": 11}, f.reconciled(0))
	assert.True(t, stored("after", 12))
	assert.True(t, stored("unseen", 13))
	_, told := f.found("before", 11)
	assert.True(t, told, "opened again by the comparison")
	_, told = f.found("after", 12)
	assert.False(t, told)
	assert.Equal(t, map[string]uint64{"unseen": 13}, f.reconciled(1))
	assert.False(t, stored("live", 14))
	assert.Empty(t, f.reconciled(0))
}
