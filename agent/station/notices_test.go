package station_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/config"
	"bedside/agent/station"
	"bedside/agent/wire"
)

// ends counts the ends of an occurrence that a notifier was handed.
func (p *pocket) ends(occurrence string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for i := range p.sent {
		if p.sent[i].Occurrence == occurrence && p.sent[i].Resolved {
			n++
		}
	}
	return n
}

// change says an alert of the room, and says it again with every heartbeat until it is inactive.
func (r *room) change(t *testing.T, occurrence string, since time.Time, event string, acknowledged bool) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.header()
	h.ID = wire.MessageID(r.address.Room, "b1", r.seq)
	r.seq++
	a := wire.Alert{
		Header: h, Occurrence: occurrence, Condition: "spo2_low", Kind: "physiological", Priority: "high", State: "active", Event: event,
		Signal: "on", Since: wire.Time{Time: since}, Called: []string{"station"}, Acknowledged: acknowledged,
	}
	r.alerts = nil
	if event == "ended" {
		a.State = "inactive"
	} else {
		r.alerts = []wire.Alert{a}
	}
	r.say(t, r.address.Alert("spo2_low"), a)
}

// twoStations are stations that know of each other and of a room.
func twoStations(t *testing.T, url string, one, two *pocket, more ...func(*station.Options)) (desk, tower running, r *room) {
	t.Helper()
	desk, tower = run(t, "desk", url, one, more...), run(t, "tower", url, two, more...)
	r = newRoom(t, url, "room-1")
	r.live(t)
	for _, s := range []running{desk, tower} {
		eventually(t, "the room appears", func() bool { return link(s.Station, "room-1") == "live" })
		eventually(t, "stations know of each other", func() bool { return len(s.Station.Board().Stations) == 1 })
	}
	return desk, tower, r
}

// TestOneStationCallsAndEveryStationEnds: each occasion is called for once, also when what was acknowledged calls again, and
// its end goes to the notifiers of all stations.
func TestOneStationCallsAndEveryStationEnds(t *testing.T) {
	hub := server(t, t.TempDir(), "127.0.0.1:0")
	t.Cleanup(hub.Stop)
	one, two := &pocket{}, &pocket{}
	_, _, r := twoStations(t, hub.URL(), one, two)
	calls := func() int { return one.count("spo2_low") + two.count("spo2_low") }
	since := time.Now()
	for round := 1; round <= 3; round++ {
		r.change(t, "spo2_low-1", since, "raised", false)
		eventually(t, "somebody is called", func() bool { return calls() == round })
		r.change(t, "spo2_low-1", since, "acknowledged", true)
		eventually(t, "both stations end it", func() bool {
			return one.ends("spo2_low-1") == round && two.ends("spo2_low-1") == round
		})
		assert.Equal(t, round, calls())
	}
	r.change(t, "spo2_low-1", since, "ended", false)
	r.change(t, "spo2_low-2", since, "raised", false)
	eventually(t, "the next one is called for", func() bool { return calls() == 4 })
	assert.Equal(t, 3, one.ends("spo2_low-1"), "what was ended already is not ended twice")
}

// manager is an Alertmanager as far as a station meets one: what it holds to be active, by who said so.
type manager struct {
	mu     sync.Mutex
	active map[string]map[string]time.Time // path, occurrence: when it ends
}

func (m *manager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var list []struct {
		Labels map[string]string
		EndsAt time.Time
	}
	if err != nil || json.Unmarshal(body, &list) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range list {
		if m.active[r.URL.Path] == nil {
			m.active[r.URL.Path] = map[string]time.Time{}
		}
		m.active[r.URL.Path][a.Labels["occurrence"]] = a.EndsAt
	}
}

// count returns how many stations have said an alert, and how many of them hold it to be active.
func (m *manager) count() (told, active int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, alerts := range m.active {
		for _, ends := range alerts {
			told++
			if ends.After(time.Now()) {
				active++
			}
		}
	}
	return told, active
}

// TestAlertmanagerIsToldTheEndByWhomItWasTold: real channels, two stations. Nothing is said for ever, and the one that did
// not call says nothing at all.
func TestAlertmanagerIsToldTheEndByWhomItWasTold(t *testing.T) {
	m := &manager{active: map[string]map[string]time.Time{}}
	web := httptest.NewServer(m)
	t.Cleanup(web.Close)
	hub := server(t, t.TempDir(), "127.0.0.1:0")
	t.Cleanup(hub.Stop)
	_, _, r := twoStations(t, hub.URL(), nil, nil, func(o *station.Options) {
		o.Config.Channels = []config.Channel{{Name: "am", Kind: config.Alertmanager, URL: web.URL + "/" + o.Config.Station}}
	})
	r.change(t, "spo2_low-1", time.Now(), "raised", false)
	eventually(t, "one station says it", func() bool { _, active := m.count(); return active == 1 })
	r.change(t, "spo2_low-1", time.Now(), "ended", false)
	eventually(t, "and says that it is over", func() bool { _, active := m.count(); return active == 0 })
	told, _ := m.count()
	assert.Equal(t, 1, told, "the other station said nothing")
}

// TestANoticeOfADeadStationIsSent: a station claims a call and dies. Another one sends it; of two others
// one does.
func TestANoticeOfADeadStationIsSent(t *testing.T) {
	hub := server(t, t.TempDir(), "127.0.0.1:0")
	t.Cleanup(hub.Stop)
	one, two := &pocket{}, &pocket{}
	_, _, r := twoStations(t, hub.URL(), one, two)
	js, err := jetstream.New(r.nc)
	require.NoError(t, err)
	bucket, err := js.KeyValue(t.Context(), broker.BucketNotices)
	require.NoError(t, err)
	since := time.Now()
	key := fmt.Sprintf("clinic.room-1.spo2_low-1.%d.station.high", since.Unix())
	claim, err := bucket.Create(t.Context(), key, []byte("cellar 0badcafe"))
	require.NoError(t, err)
	r.change(t, "spo2_low-1", since, "raised", false)
	eventually(t, "the call is made", func() bool { return one.count("spo2_low")+two.count("spo2_low") > 0 })
	e, err := bucket.Get(t.Context(), key)
	require.NoError(t, err)
	assert.Contains(t, []string{"desk", "tower"}, strings.Fields(string(e.Value()))[0], "the claim is the sender's now")
	assert.Equal(t, claim+1, e.Revision(), "taken over once")
	assert.Equal(t, 1, one.count("spo2_low")+two.count("spo2_low"))
}
