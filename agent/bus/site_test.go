package bus_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/bus"
	"bedside/agent/wire"
)

func TestCommands(t *testing.T) {
	h := newSite(t)
	o := options(h.url())
	slow := make(chan struct{})
	o.Handle = func(ctx context.Context, from, verb string, payload []byte) []byte {
		if verb == "snapshot" {
			select {
			case <-slow:
			case <-ctx.Done():
			}
		}
		return []byte(from + ": " + verb + " " + string(payload))
	}
	a := start(t, o)
	a.up(t)
	nc := connect(t, h.url())
	require.Eventually(t, func() bool {
		answer, err := nc.Request(a.room.Command("acknowledge"), []byte(`{"by":"nurse"}`), patience)
		return err == nil && string(answer.Data) == `nats: acknowledge {"by":"nurse"}`
	}, patience, time.Millisecond)

	for subject, want := range map[string]string{
		a.room.CommandFrom("watch", "station-1"):  "station-1: watch ",
		a.room.CommandFrom("watch", wire.ViaPage): "nats: watch ", // nobody on the bus passes for the room's page
		a.room.CommandFrom("watch", "Station"):    "nats: watch ",
	} {
		answer, err := nc.Request(subject, nil, patience)
		require.NoError(t, err)
		assert.Equal(t, want, string(answer.Data), subject)
	}

	waiting := nc.NewInbox()
	sub, err := nc.SubscribeSync(waiting)
	require.NoError(t, err)
	require.NoError(t, nc.PublishRequest(a.room.Command("snapshot"), waiting, nil))
	require.NoError(t, nc.Flush())
	a.say(a.room.alert())
	a.settled(t) // acknowledgements come while the command is being handled
	close(slow)
	answer, err := sub.NextMsg(patience)
	require.NoError(t, err)
	assert.Equal(t, "nats: snapshot ", string(answer.Data))
	other := wire.Room{Site: "clinic", Room: "room-2"}
	_, err = nc.Request(other.Command("acknowledge"), nil, patience)
	assert.Error(t, err, "another room's command is not ours")
}

// TestServerWithoutJetStream still carries live messages, says what is missing, and does not try in a hurry.
func TestServerWithoutJetStream(t *testing.T) {
	h := newHub(t, func(o *server.Options) { o.JetStream = false })
	nc := connect(t, h.url())
	ear := listen(t, nc, "bedside.v1.>")
	a := start(t, options(h.url()))
	require.Eventually(t, func() bool { return a.ready() }, patience, time.Millisecond)
	var said []wire.Message
	for range 20 {
		said = append(said, a.say(a.room.alert()), a.say(a.room.reading()))
	}
	require.Eventually(t, func() bool { return len(ear.heard()) >= 40 }, patience, time.Millisecond)
	once(t, said, ear.heard(), "at a subscriber")
	assert.Equal(t, 40, a.outbox.Depth())
	assert.Contains(t, a.states.last(), "up BEDSIDE_ALERTS: the broker has no JetStream")
	assert.Less(t, a.Counters().Errors, uint64(10))
}

func TestExistingStreamIsLeftAsItIs(t *testing.T) {
	h := newHub(t)
	nc := connect(t, h.url())
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	own := jetstream.StreamConfig{
		Name: wire.StreamReadings, Subjects: []string{"bedside.v1.*.*.reading.*"}, MaxAge: time.Hour, Storage: jetstream.MemoryStorage,
	}
	made, err := js.CreateStream(t.Context(), own)
	require.NoError(t, err)
	a := start(t, options(h.url()))
	a.up(t)
	a.say(a.room.reading())
	a.settled(t)
	now, err := js.Stream(t.Context(), wire.StreamReadings)
	require.NoError(t, err)
	assert.Equal(t, made.CachedInfo().Config, now.CachedInfo().Config)
}

// TestForeignStreamIsNotTrusted has another stream store our subjects: its acknowledgements are not ours.
func TestForeignStreamIsNotTrusted(t *testing.T) {
	h := newHub(t)
	nc := connect(t, h.url())
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "ALL", Subjects: []string{"bedside.>"}})
	require.NoError(t, err)
	a := start(t, options(h.url()))
	a.up(t)
	a.say(a.room.alert())
	require.Eventually(t, func() bool { return strings.Contains(a.states.last(), "overlap") }, patience, time.Millisecond, a.states.last())
	assert.Equal(t, 1, a.outbox.Depth())
}

func TestMessageTooLargeDoesNotStopTheOthers(t *testing.T) {
	h := newSite(t)
	a := start(t, options(h.url()))
	a.up(t)
	big := a.room.alert()
	big.Payload = make([]byte, 2<<20)
	a.say(big)
	after := a.say(a.room.alert())
	a.settled(t)
	assert.Equal(t, []string{after.ID}, inStream(t, connect(t, h.url()), wire.StreamAlerts))
	assert.EqualValues(t, 1, a.Counters().Refused)
}

func TestTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	h := newHub(t, func(o *server.Options) {
		o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
		o.TLSTimeout = patience.Seconds()
	})
	o := options(strings.Replace(h.url(), "nats://", "tls://", 1))
	stranger := start(t, o)
	require.Eventually(t, func() bool { return strings.Contains(stranger.states.last(), "x509") }, patience, time.Millisecond)
	stranger.end()
	o.TLS = &tls.Config{RootCAs: roots}
	o.Outbox = newModel()
	a := start(t, o)
	a.up(t)
	a.say(a.room.alert())
	a.settled(t)
	assert.NotEmpty(t, a.URL())
}

// TestWrongPasswordIsTriedAgain: the site's people mend it while the agent runs.
func TestWrongPasswordIsTriedAgain(t *testing.T) {
	h := newHub(t, func(o *server.Options) { o.Username, o.Password = "room-1", "right" })
	a := start(t, options(strings.Replace(h.url(), "nats://", "nats://room-1:wrong@", 1)))
	require.Eventually(t, func() bool { return strings.Contains(strings.ToLower(a.states.last()), "authorization violation") }, patience, time.Millisecond)
	assert.NotContains(t, a.URL(), "wrong")
	h.stop()
	h.opts.Password = "wrong"
	h.start()
	a.up(t)
	a.say(a.room.alert())
	a.settled(t)
}

func TestPublishNeedsNobody(t *testing.T) {
	b, err := bus.Start(t.Context(), options("nats://127.0.0.1:1"))
	require.NoError(t, err)
	r := newRoom()
	for range 10_000 {
		b.Publish(r.alert())
		b.Publish(r.reading())
		b.Publish(r.message(wire.ClassPassing, r.Status()))
	}
	assert.False(t, b.Connected())
	assert.Equal(t, "nats://127.0.0.1:1", b.URL())
	assert.EqualValues(t, 10_000-32, b.Counters().Dropped)
}

func TestReconnectDelay(t *testing.T) {
	for _, c := range []struct{ down, least time.Duration }{
		{0, 100 * time.Millisecond},
		{2 * time.Minute, 100 * time.Millisecond},
		{5 * time.Minute, 500 * time.Millisecond},
		{time.Hour, time.Second},
	} {
		assert.Equal(t, c.least, bus.ReconnectDelay(c.down, 0))
		assert.Less(t, bus.ReconnectDelay(c.down, 0.999), 2*c.least)
	}
}

// A record that is older than the room's name has messages under the old one, more than are on their way at once. Where rooms may
// say what they like they go again, with their ids; with the credential of the new name no server would ever take them, and they must
// not stop the others.
func TestARoomThatGotAnotherNameGoesOn(t *testing.T) { onBoth(t, aRoomThatGotAnotherNameGoesOn) }

func aRoomThatGotAnotherNameGoesOn(t *testing.T, h *hub) {
	old := &room{Room: wire.Room{Site: "clinic", Room: "room-0"}, boot: "01d0"}
	o := h.room(h.url())
	outbox, _ := o.Outbox.(*model)
	var readings []wire.Message
	for i := range uint64(400) {
		readings = append(readings, old.reading())
		outbox.add(readings[i])
		if i < 390 {
			outbox.Acknowledge(wire.ClassReading, readings[i].ID, i+1)
		}
	}
	alerts := []wire.Message{old.alert()}
	outbox.add(alerts[0])
	a := start(t, o)
	a.room.seq = old.seq
	a.settled(t)
	if h.guarded != nil {
		assert.EqualValues(t, 401, a.Counters().Refused)
		assert.Zero(t, a.Counters().Resent)
		readings, alerts = nil, nil
	}
	readings, alerts = append(readings, a.say(a.room.reading())), append(alerts, a.say(a.room.alert()))
	a.settled(t)
	nc := h.station(t)
	same(t, ids(readings), inStream(t, nc, wire.StreamReadings), "readings, in order")
	same(t, ids(alerts), inStream(t, nc, wire.StreamAlerts), "alerts, in order")
	require.Eventually(t, func() bool { return a.states.last() == "up" }, patience, time.Millisecond, a.states.last())
}
