package site_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/wire"
	"bedside/cmd/bedside/site"
)

// inside is a part of the test's own process.
type inside struct {
	said string
	stop func()
}

func (i inside) PID() int     { return os.Getpid() }
func (i inside) Said() string { return i.said }
func (i inside) Kill() error  { i.stop(); return nil }

// station shows every alert at once, as the real one does.
func station(t *testing.T) func(ctx context.Context, dir, url string) (site.Process, error) {
	return func(_ context.Context, _, url string) (site.Process, error) {
		nc, err := nats.Connect(url, nats.MaxReconnects(-1))
		require.NoError(t, err)
		said := make(chan []byte, 100)
		_, err = nc.Subscribe(wire.Room{Site: "bench", Room: "*"}.Alert("*"), func(m *nats.Msg) {
			select {
			case said <- append(append([]byte(`event: alarm`+"\n"+`data: {"room":"x","alert":`), m.Data...), "}\n\n"...):
			default:
			}
		})
		require.NoError(t, err)
		page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for {
				select {
				case <-r.Context().Done():
					return
				case b := <-said:
					_, _ = w.Write(b) // the reader may be gone
					_ = http.NewResponseController(w).Flush()
				}
			}
		}))
		return inside{page.URL, func() { nc.Close(); page.CloseClientConnections(); page.Close() }}, nil
	}
}

// A few rooms publish what they must, are heard, outlive an outage, and lose nothing.
func TestASmallSite(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds of real time: not in -short")
	}
	result, err := site.Run(t.Context(), site.Options{
		Dir: t.TempDir(), Rooms: 5, For: 3 * time.Second, Outage: time.Second, AlertFor: time.Second, Say: t.Logf,
		StartServer: func(_ context.Context, dir, listen string) (site.Process, error) {
			s, err := broker.Start(broker.Options{
				Name: "bench", Listen: listen, StoreDir: filepath.Join(dir, "nats"), Size: broker.Site, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				return nil, err
			}
			return inside{s.URL(), s.Stop}, nil
		},
		StartStation: station(t),
	})
	require.NoError(t, err)
	t.Log("\n", &site.Report{Results: []site.Result{result}})
	assert.Zero(t, result.Lost)
	assert.Zero(t, result.Failures)
	assert.Positive(t, result.Messages)
	assert.Positive(t, result.Waiting, "rooms go on without a server")
	assert.Positive(t, result.Witness.Count)
	assert.Positive(t, result.Screen.Count)
	assert.Greater(t, result.StatusBytes, int64(1000))
	assert.Positive(t, result.ServerMiB)
}
