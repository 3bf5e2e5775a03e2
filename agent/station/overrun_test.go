package station_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/logtest"
	"bedside/agent/station"
	"bedside/agent/wire"
)

// TestWhatOverflowsIsSaidAndHealed: a station that cannot keep up loses messages, an alert among them, and says so. One
// heartbeat later the board is right and somebody is called.
func TestWhatOverflowsIsSaidAndHealed(t *testing.T) {
	hub := server(t, t.TempDir(), "127.0.0.1:0")
	t.Cleanup(hub.Stop)
	p, log := &pocket{}, &logtest.Journal{}
	desk := run(t, "desk", hub.URL(), p, func(o *station.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	r := newRoom(t, hub.URL(), "room-1")
	eventually(t, "the room appears", func() bool {
		r.heartbeat(t) // the first one may come before the station listens
		return link(desk.Station, "room-1") == "live"
	})

	release := desk.Station.Hold()
	free := sync.OnceFunc(release)
	t.Cleanup(free)
	r.mu.Lock()
	h := r.header()
	r.mu.Unlock()
	for range 9000 { // the queue has 8192
		r.say(t, r.address.Session(), wire.Session{Header: h, Event: "note"})
	}
	require.NoError(t, r.nc.FlushTimeout(patience))
	eventually(t, "the overflow is said", func() bool { return strings.Count(log.String(), "slow consumer") > 0 })
	r.change(t, "spo2_low-1", time.Now(), "raised", false)
	require.NoError(t, r.nc.FlushTimeout(patience))
	free()
	eventually(t, "the queue is taken", func() bool {
		r.heartbeat(t)
		x := tileOf(desk.Station, "room-1")
		return x != nil && len(x.Alerts) == 1 && p.count("spo2_low") == 1
	})
	assert.LessOrEqual(t, strings.Count(log.String(), "slow consumer"), 4, "said once a subject of the queue, not once a message")
}
