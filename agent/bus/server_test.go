package bus_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/bus"
	"bedside/agent/wire"
)

func embedded(t testing.TB) bus.Options {
	o := options()
	o.Listen, o.StoreDir = "127.0.0.1:0", t.TempDir()
	return o
}

func TestEmbeddedServerCarriesAndStores(t *testing.T) {
	o := embedded(t)
	a := start(t, o)
	nc := connect(t, a.URL())
	ear := listen(t, nc, "bedside.v1.>")
	var alerts, readings []wire.Message
	a.up(t)
	for range 20 {
		alerts = append(alerts, a.say(a.room.alert()))
		readings = append(readings, a.say(a.room.reading()))
	}
	a.settled(t)
	assert.Equal(t, ids(alerts), inStream(t, nc, wire.StreamAlerts))
	assert.Equal(t, ids(readings), inStream(t, nc, wire.StreamReadings))
	assert.ElementsMatch(t, append(ids(alerts), ids(readings)...), ear.heard())
	assert.Equal(t, "up", a.states.last())
	assert.Eventually(t, func() bool {
		c := a.Counters()
		return c.Published == 40 && c.Acked+c.Found == 40 && c.Resent+c.Errors == 0
	}, patience, time.Millisecond)

	a.end()
	again := start(t, o)
	require.NotEqual(t, "", again.URL())
	again.up(t)
	assert.Equal(t, ids(alerts), inStream(t, connect(t, again.URL()), wire.StreamAlerts), "the store survives a restart")
}

func TestStreamsAreMadeAsTheContractSays(t *testing.T) {
	a := start(t, embedded(t))
	nc := connect(t, a.URL())
	a.say(a.room.alert())
	a.say(a.room.reading())
	a.settled(t)
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	for name, want := range map[string]struct {
		subjects []string
		age      time.Duration
	}{
		wire.StreamAlerts:   {[]string{"bedside.v1.*.*.alert.*", "bedside.v1.*.*.session", "bedside.v1.*.*.receipt"}, 30 * 24 * time.Hour},
		wire.StreamReadings: {[]string{"bedside.v1.*.*.reading.*"}, 7 * 24 * time.Hour},
	} {
		s, err := js.Stream(t.Context(), name)
		require.NoError(t, err)
		cfg := s.CachedInfo().Config
		assert.Equal(t, want.subjects, cfg.Subjects)
		assert.Equal(t, want.age, cfg.MaxAge)
		assert.Equal(t, jetstream.FileStorage, cfg.Storage)
		assert.Equal(t, 2*time.Minute, cfg.Duplicates)
		assert.True(t, cfg.AllowDirect)
		assert.Positive(t, cfg.MaxBytes)
	}
}

func TestInProcessServerDoesNotListen(t *testing.T) {
	o := embedded(t)
	o.Listen = ""
	a := start(t, o)
	assert.Empty(t, a.URL())
	a.up(t)
	a.say(a.room.alert())
	a.settled(t)
}

func TestStartRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer hangUp(t, taken)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, c := range map[string]struct {
		change func(*bus.Options)
		want   string
	}{
		"taken port":          {func(o *bus.Options) { o.Listen = taken.Addr().String() }, "another program uses " + taken.Addr().String()},
		"no port":             {func(o *bus.Options) { o.Listen = "127.0.0.1" }, "is not host:port"},
		"named port":          {func(o *bus.Options) { o.Listen = "127.0.0.1:nats" }, "no port number"},
		"store is a file":     {func(o *bus.Options) { o.StoreDir = filepath.Join(file, "js") }, "choose another nats.store"},
		"no store":            {func(o *bus.Options) { o.StoreDir = "" }, "needs a directory"},
		"no scheme":           {func(o *bus.Options) { o.URLs = []string{"nats.example:4222"} }, "must begin with"},
		"no host":             {func(o *bus.Options) { o.URLs = []string{"nats://"} }, "has no host"},
		"unreadable URL":      {func(o *bus.Options) { o.URLs = []string{"nats://u:secret@h:x"} }, "cannot be parsed"},
		"no credentials file": {func(o *bus.Options) { o.URLs, o.CredentialsFile = []string{"nats://h"}, file+"x" }, "credentials"},
		"empty credentials":   {func(o *bus.Options) { o.URLs, o.CredentialsFile = []string{"nats://h"}, file }, "holds no user"},
		"wrong room":          {func(o *bus.Options) { o.Room.Room = "Room 1" }, "is not a subject token"},
		"no outbox":           {func(o *bus.Options) { o.Outbox = nil }, "required"},
	} {
		t.Run(name, func(t *testing.T) {
			o := embedded(t)
			c.change(&o)
			_, err := bus.Start(t.Context(), o)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestRunWithAnEndedContextStopsTheServer(t *testing.T) {
	b, err := bus.Start(t.Context(), embedded(t))
	require.NoError(t, err)
	addr := b.URL()[len("nats://"):]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, b.Run(ctx))
	_, err = net.Dial("tcp", addr)
	require.Error(t, err)
}
