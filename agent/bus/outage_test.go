package bus_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/bus"
	"bedside/agent/credential"
	"bedside/agent/wire"
)

// once asserts that got is want without loss or repetition, in any order.
func once(t *testing.T, want []wire.Message, got []string, what string) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(got))
	same(t, slices.Sorted(slices.Values(ids(want))), sorted, what)
}

// TestOutagesLoseAndDoubleNothing cuts the link again and again, at random moments of a random stream of events, with
// acknowledgements lost before half of the cuts.
func TestOutagesLoseAndDoubleNothing(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 22))
			var h *hub
			if seed < 6 {
				h = newSite(t)
			} else {
				h = newGuarded(t)
			}
			p := newProxy(t, h.address())
			nc := h.station(t)
			ear := listen(t, nc, "bedside.v1.clinic.room-1.>")
			a := start(t, h.room(p.url()))
			a.up(t)
			warm := []wire.Message{a.say(a.room.alert()), a.say(a.room.reading())}
			a.settled(t)
			alerts, readings := warm[:1:1], warm[1:]
			for range 5 {
				for range rnd.IntN(150) {
					if rnd.IntN(4) == 0 {
						alerts = append(alerts, a.say(a.room.alert()))
					} else {
						readings = append(readings, a.say(a.room.reading()))
					}
					switch rnd.IntN(60) {
					case 0:
						p.silence()
					case 1, 2:
						p.cut(rnd.IntN(2) == 0)
					}
				}
				p.cut(false)
				if rnd.IntN(2) == 0 {
					a.settled(t)
				}
			}
			a.settled(t)
			once(t, alerts, inStream(t, nc, wire.StreamAlerts), "alerts in the stream")
			same(t, ids(readings), inStream(t, nc, wire.StreamReadings), "readings in the stream, in order")
			once(t, append(alerts, readings...), ear.heard(), "at a subscriber")
		})
	}
}

func TestServerRestartsLoseAndDoubleNothing(t *testing.T) {
	onBoth(t, serverRestartsLoseAndDoubleNothing)
}

func serverRestartsLoseAndDoubleNothing(t *testing.T, h *hub) {
	a := start(t, h.room(h.url()))
	a.up(t)
	var alerts, readings []wire.Message
	for range 3 {
		for range 40 {
			alerts = append(alerts, a.say(a.room.alert()))
			readings = append(readings, a.say(a.room.reading()), a.say(a.room.reading()))
		}
		h.stop()
		for range 40 {
			alerts = append(alerts, a.say(a.room.alert()))
			readings = append(readings, a.say(a.room.reading()), a.say(a.room.reading()))
		}
		h.start()
	}
	a.settled(t)
	nc := h.station(t)
	once(t, alerts, inStream(t, nc, wire.StreamAlerts), "alerts")
	same(t, ids(readings), inStream(t, nc, wire.StreamReadings), "readings, in order")
	assert.Zero(t, a.Counters().Refilled)
}

// TestAServerThatListensAnswers comes back in the very moment the server does. A room that was told then that nothing is stored here
// would send what is new ahead of its backlog.
func TestAServerThatListensAnswers(t *testing.T) {
	h := newGuarded(t)
	c, err := credential.Read(h.room(h.url()).CredentialsFile)
	require.NoError(t, err)
	asked := make(chan error)
	ask := func(nc *nats.Conn) {
		_, err := broker.EnsureStream(t.Context(), nc, broker.Guarded, broker.Stream(wire.ClassReading, broker.Site))
		asked <- err
	}
	connect(t, h.url(), append(c.Options(), nats.MaxReconnects(-1), nats.ReconnectWait(time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.ConnectHandler(ask), nats.ReconnectHandler(ask))...)
	require.NoError(t, <-asked)
	for range 5 {
		h.stop()
		h.start()
		require.NoError(t, <-asked)
	}
}

func TestLostTailIsRefilled(t *testing.T) { onBoth(t, lostTailIsRefilled) }

func lostTailIsRefilled(t *testing.T, h *hub) {
	a := start(t, h.room(h.url()))
	var alerts, readings []wire.Message
	both := func(n int) {
		for range n {
			alerts = append(alerts, a.say(a.room.alert()))
			readings = append(readings, a.say(a.room.reading()))
		}
	}
	a.up(t)
	both(10)
	a.settled(t)
	h.stop()
	saved := h.save()
	h.start()
	both(10)
	a.settled(t)
	h.stop()
	h.restore(saved)
	// An alert in the outage leaves before the stream is compared, and takes the place of a lost one.
	early := a.say(a.room.alert())
	h.start()
	a.settled(t)
	require.Eventually(t, func() bool { return a.Counters().Refilled == 20 }, patience, time.Millisecond)
	a.settled(t)
	both(3)
	a.settled(t)
	nc := h.station(t)
	once(t, append(alerts, early), inStream(t, nc, wire.StreamAlerts), "alerts")
	same(t, ids(readings), inStream(t, nc, wire.StreamReadings), "readings, in order")
}

func TestLostStoreIsRefilled(t *testing.T) {
	t.Run("open", func(t *testing.T) { lostStoreIsRefilled(t, newHub(t)) })
	t.Run("guarded", func(t *testing.T) { lostStoreIsRefilled(t, newGuarded(t)) })
}

func lostStoreIsRefilled(t *testing.T, h *hub) {
	empty := h.save()
	a := start(t, h.room(h.url()))
	a.up(t)
	var readings []wire.Message
	for range 700 {
		readings = append(readings, a.say(a.room.reading()))
	}
	a.settled(t)
	h.stop()
	h.restore(empty)
	h.start()
	require.Eventually(t, func() bool { return a.Counters().Refilled == 700 }, patience, time.Millisecond)
	a.settled(t)
	same(t, ids(readings), inStream(t, h.station(t), wire.StreamReadings), "in the stream")
}

func TestPurgeByHandIsNotUndone(t *testing.T) {
	h := newSite(t)
	p := newProxy(t, h.s.Addr().String())
	a := start(t, options(p.url()))
	a.up(t)
	a.say(a.room.reading())
	a.settled(t)
	nc := connect(t, h.url())
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	s, err := js.Stream(t.Context(), wire.StreamReadings)
	require.NoError(t, err)
	require.NoError(t, s.Purge(t.Context()))
	p.cut(false)
	require.Eventually(t, func() bool { return a.Counters().Reconnects > 0 }, patience, time.Millisecond)
	after := a.say(a.room.reading())
	a.settled(t)
	assert.Equal(t, []string{after.ID}, inStream(t, nc, wire.StreamReadings))
}

// TestLostAcknowledgements swallows every acknowledgement of what was stored, then breaks the link.
func TestLostAcknowledgements(t *testing.T) { onBoth(t, lostAcknowledgements) }

func lostAcknowledgements(t *testing.T, h *hub) {
	p := newProxy(t, h.address())
	nc := h.station(t)
	ear := listen(t, nc, "bedside.v1.clinic.>")
	a := start(t, h.room(p.url()))
	a.up(t)
	said := []wire.Message{a.say(a.room.alert()), a.say(a.room.reading())}
	a.settled(t)
	before := a.Counters().Found
	p.silence()
	for range 30 {
		said = append(said, a.say(a.room.alert()), a.say(a.room.reading()))
	}
	require.Eventually(t, func() bool { return len(ear.heard()) == 62 }, patience, time.Millisecond)
	require.Equal(t, 60, a.outbox.Depth())
	p.cut(false)
	a.settled(t)
	once(t, said, ear.heard(), "at a subscriber")
	assert.Len(t, append(inStream(t, nc, wire.StreamAlerts), inStream(t, nc, wire.StreamReadings)...), 62)
	a.end()
	assert.EqualValues(t, 62, a.Counters().Published)
	assert.EqualValues(t, 60, a.Counters().Found-before)
}

// TestNextProcessFindsWhatWasStored lets a process die before it noted any acknowledgement; the next one has the same
// outbox. 600 messages are more than the first look back covers.
func TestNextProcessFindsWhatWasStored(t *testing.T) { onBoth(t, nextProcessFindsWhatWasStored) }

func nextProcessFindsWhatWasStored(t *testing.T, h *hub) {
	nc := h.station(t)
	ear := listen(t, nc, "bedside.v1.clinic.>")
	o := h.room(h.url())
	a := start(t, o)
	a.up(t)
	said := []wire.Message{a.say(a.room.reading())}
	a.settled(t)
	a.outbox.set(func(m *model) { m.deaf = true })
	for range 600 {
		said = append(said, a.say(a.room.reading()))
	}
	require.Eventually(t, func() bool { return a.Counters().Acked == 601 }, patience, time.Millisecond)
	a.end()
	a.outbox.set(func(m *model) { m.deaf = false })
	next := a.room.reading() // published by nobody: the process died in between
	a.outbox.add(next)
	b := start(t, o)
	b.settled(t)
	b.end()
	assert.EqualValues(t, 1, b.Counters().Published)
	once(t, append(said, next), ear.heard(), "at a subscriber")
	same(t, ids(append(said, next)), inStream(t, nc, wire.StreamReadings), "in the stream")
}

func TestAlertsOvertakeTheBacklog(t *testing.T) {
	h := newSite(t)
	nc := connect(t, h.url())
	o := options(h.url())
	ear := listen(t, nc, "bedside.v1.>")
	r := newRoom()
	var alerts, readings []wire.Message
	for range 2000 {
		alerts, readings = append(alerts, r.alert()), append(readings, r.reading())
		o.Outbox.(*model).add(alerts[len(alerts)-1])
		o.Outbox.(*model).add(readings[len(readings)-1])
	}
	live := r.alert()
	o.Outbox.(*model).add(live)
	a := start(t, o, func(b *bus.Bus) { b.Publish(live) })
	a.settled(t)
	heard := ear.heard()
	require.Equal(t, live.ID, heard[0])
	once(t, append(append(alerts, live), readings...), heard, "at a subscriber")
	heard = slices.DeleteFunc(heard[1:], func(id string) bool { return !slices.Contains(ids(alerts), id) })
	same(t, ids(alerts), heard, "backlog of alerts in order")
	same(t, ids(readings), inStream(t, nc, wire.StreamReadings), "in the stream")
}

// TestNoHeartbeatOvertakesAnAlert publishes an alert and the heartbeat that knows of it in one breath. A station that heard the heartbeat
// first would not show the alert by its own message.
func TestNoHeartbeatOvertakesAnAlert(t *testing.T) {
	h := newSite(t)
	ear := listen(t, connect(t, h.url()), "bedside.v1.>")
	a := start(t, options(h.url()))
	a.up(t)
	alerts := map[string]string{} // by the heartbeat that follows
	for range 1000 {
		alert, heartbeat := a.say(a.room.alert()), a.room.message(wire.ClassPassing, a.room.Status())
		a.Publish(heartbeat)
		alerts[heartbeat.ID] = alert.ID
	}
	a.settled(t)
	heard := map[string]bool{}
	for _, id := range ear.heard() {
		if alert, ok := alerts[id]; ok {
			require.True(t, heard[alert], "%s came before %s", id, alert)
		}
		heard[id] = true
	}
}

func TestReadingsWaitTheirTurn(t *testing.T) {
	h := newSite(t)
	p := newProxy(t, h.s.Addr().String())
	nc := connect(t, h.url())
	a := start(t, options(p.url()))
	a.up(t)
	said := []wire.Message{a.say(a.room.reading())}
	a.settled(t)
	p.cut(true)
	require.Eventually(t, func() bool { return !a.Connected() }, patience, time.Millisecond)
	for range 3000 {
		said = append(said, a.say(a.room.reading()))
	}
	p.cut(false)
	for a.outbox.Depth() > 0 { // live readings go on while the backlog drains
		said = append(said, a.say(a.room.reading()))
		time.Sleep(200 * time.Microsecond)
	}
	a.settled(t)
	same(t, ids(said), inStream(t, nc, wire.StreamReadings), "in the stream")
}

// TestRecordBehind publishes what the record commits only later: the tail has it meanwhile.
func TestRecordBehind(t *testing.T) {
	h := newSite(t)
	p := newProxy(t, h.s.Addr().String())
	nc := connect(t, h.url())
	ear := listen(t, nc, "bedside.v1.>")
	a := start(t, options(p.url()))
	a.up(t)
	said := []wire.Message{a.say(a.room.reading())}
	a.settled(t)
	p.cut(true)
	for range 30 {
		for _, m := range []wire.Message{a.room.reading(), a.room.alert()} {
			a.outbox.addHidden(m)
			a.Publish(m)
			said = append(said, m)
		}
	}
	p.cut(false)
	a.settled(t) // although nothing was committed
	a.outbox.commit()
	last := a.say(a.room.reading())
	a.settled(t)
	once(t, append(said, last), ear.heard(), "at a subscriber")
}

func TestBrokenRecordStillCarriesTheLastMessages(t *testing.T) {
	h := newSite(t)
	p := newProxy(t, h.s.Addr().String())
	nc := connect(t, h.url())
	ear := listen(t, nc, "bedside.v1.>")
	a := start(t, options(p.url()))
	a.up(t)
	a.say(a.room.alert())
	a.settled(t)
	a.outbox.set(func(m *model) { m.broken = true })
	p.cut(true)
	require.Eventually(t, func() bool { return !a.Connected() }, patience, time.Millisecond)
	var said []wire.Message
	for range 300 {
		m := a.room.alert()
		a.Publish(m)
		said = append(said, m)
	}
	p.cut(false)
	require.Eventually(t, func() bool { return len(ear.heard()) == 257 }, patience, time.Millisecond)
	assert.Equal(t, ids(said[44:]), ear.heard()[1:], "the last 256, in order")
}

// TestExternalServerMayComeLater starts before its server.
func TestExternalServerMayComeLater(t *testing.T) {
	h := newSite(t)
	url := h.url()
	h.stop()
	a := start(t, options(url))
	said := a.say(a.room.alert())
	require.Eventually(t, func() bool {
		return a.states.last() == "connection refused" || a.states.last() == "no server can be reached"
	},
		patience, time.Millisecond)
	h.start()
	a.settled(t)
	assert.Equal(t, []string{said.ID}, inStream(t, connect(t, url, nats.MaxReconnects(1)), wire.StreamAlerts))
}
