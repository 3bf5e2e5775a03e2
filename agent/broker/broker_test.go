package broker_test

import (
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/wire"
)

func options(t *testing.T, size broker.Size) broker.Options {
	return broker.Options{Name: "test", Listen: "127.0.0.1:0", StoreDir: t.TempDir(), Size: size, Log: slog.New(slog.DiscardHandler)}
}

func TestBothSizesKeepTheStreams(t *testing.T) {
	for name, size := range map[string]broker.Size{"room": broker.Room, "site": broker.Site} {
		t.Run(name, func(t *testing.T) {
			o := options(t, size)
			for _, first := range []bool{true, false} {
				s, err := broker.Start(o)
				require.NoError(t, err)
				nc, err := nats.Connect("", nats.InProcessServer(s))
				require.NoError(t, err)
				for _, class := range []wire.Class{wire.ClassAlert, wire.ClassReading} {
					want := broker.Stream(class, size)
					made, err := broker.EnsureStream(t.Context(), nc, broker.JetStream, want)
					require.NoError(t, err)
					assert.Equal(t, first && size == broker.Room, made.Now, "a site's server makes them itself; the store survives a restart")
					assert.Empty(t, made.Differs)
					assert.Equal(t, want.MaxBytes, made.Info.Config.MaxBytes)
				}
				require.NoError(t, s.Health())
				nc.Close()
				s.Stop()
				assert.Error(t, s.Health(), "a stopped server is not well")
				_, err = net.Dial("tcp", strings.TrimPrefix(s.URL(), "nats://"))
				require.Error(t, err, "Stop waits until nobody listens")
			}
		})
	}
}

func TestAStreamThatIsLessIsSaidAndStays(t *testing.T) {
	s, err := broker.Start(options(t, broker.Room))
	require.NoError(t, err)
	defer s.Stop()
	nc, err := nats.Connect(s.URL())
	require.NoError(t, err)
	defer nc.Close()
	small := broker.Stream(wire.ClassAlert, broker.Room)
	small.MaxAge, small.AllowDirect = small.MaxAge/2, false
	_, err = broker.EnsureStream(t.Context(), nc, broker.JetStream, small)
	require.NoError(t, err)
	made, err := broker.EnsureStream(t.Context(), nc, broker.JetStream, broker.Stream(wire.ClassAlert, broker.Room))
	require.NoError(t, err)
	assert.False(t, made.Now)
	for _, word := range []string{"age limit is 360h", "no direct get"} {
		assert.Contains(t, made.Differs, word)
	}
	assert.False(t, made.Info.Config.AllowDirect)
}
