package station_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/broker"
	"bedside/agent/config"
	"bedside/agent/notify"
	"bedside/agent/pace"
	"bedside/agent/record"
	"bedside/agent/station"
	"bedside/agent/wire"
)

const (
	patience = 30 * time.Second // bounds waiting; no promise about speed
	speed    = 5                // of the stations' clock, so that a silence of 15 s takes three
)

// pocket is a notifier that keeps what it is handed.
type pocket struct {
	mu   sync.Mutex
	sent []notify.Notice
}

func (p *pocket) Run(ctx context.Context)     { <-ctx.Done() }
func (p *pocket) States() []wire.ChannelState { return nil }
func (p *pocket) Send(n notify.Notice) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, n)
}

func (p *pocket) count(condition string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for i := range p.sent {
		if p.sent[i].Condition == condition && !p.sent[i].Resolved {
			n++
		}
	}
	return n
}

func server(t *testing.T, dir, listen string) *broker.Server {
	t.Helper()
	s, err := broker.Start(broker.Options{Name: "site", Listen: listen, StoreDir: dir, Size: broker.Site, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return s
}

type running struct {
	station.Running
	record string
	end    func()
}

func run(t *testing.T, name, url string, p *pocket, more ...func(*station.Options)) running {
	t.Helper()
	c := config.DefaultStation()
	c.Site, c.Station = "clinic", name
	c.NATS = config.NATS{URLs: []string{url}}
	c.Console.Listen = "127.0.0.1:0"
	c.Record.Path = filepath.Join(t.TempDir(), "record.db")
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan station.Running, 1), make(chan error, 1)
	o := station.Options{
		Config: c, Log: slog.New(slog.DiscardHandler), Clock: pace.New(speed), Ready: func(r station.Running) { ready <- r },
	}
	if p != nil {
		o.Notifier = p
	}
	for _, change := range more {
		change(&o)
	}
	go func() { done <- station.Run(ctx, o) }()
	select {
	case r := <-ready:
		end := sync.OnceFunc(func() { cancel(); require.NoError(t, <-done) })
		t.Cleanup(end)
		return running{r, c.Record.Path, end}
	case err := <-done:
		cancel()
		require.NoError(t, err)
	}
	panic("unreachable")
}

// room is an agent as stations meet it.
type room struct {
	mu       sync.Mutex
	nc       *nats.Conn
	address  wire.Room
	seq      uint64
	started  time.Time
	session  bool
	alerts   []wire.Alert // of the heartbeat
	watches  []wire.Watch
	receipts []string
	orders   []string
}

func newRoom(t *testing.T, url, name string) *room {
	t.Helper()
	nc, err := nats.Connect(url, nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	r := &room{nc: nc, address: wire.Room{Site: "clinic", Room: name}, seq: 1, started: time.Now()}
	_, err = nc.Subscribe(r.address.CommandFrom("*", "*"), r.command)
	require.NoError(t, err)
	return r
}

func (r *room) command(m *nats.Msg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var q wire.Request
	if json.Unmarshal(m.Data, &q) != nil {
		return
	}
	switch {
	case q.Shown != nil:
		r.receipts = append(r.receipts, q.Shown...)
	case m.Reply == "":
		r.watches = append(r.watches, wire.Watch{By: q.By, Screens: q.Screens, Duty: q.Duty})
	default:
		r.orders = append(r.orders, m.Subject)
	}
	if m.Reply != "" {
		_ = m.Respond([]byte(`{"ok":true}`)) // the test sees that nothing came
	}
}

func (r *room) header() wire.Header {
	return wire.Header{
		V: 1, Seq: r.seq, Boot: "b1", Site: "clinic", Room: r.address.Room, Mode: wire.Live, At: wire.Time{Time: time.Now()},
		OffsetMS: time.Since(r.started).Milliseconds() * speed,
	}
}

func (r *room) say(t *testing.T, subject string, payload any) {
	t.Helper()
	b, err := json.Marshal(payload)
	require.NoError(t, err)
	_ = r.nc.Publish(subject, b) // while the server is away nothing is said
}

func (r *room) heartbeat(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	s := wire.Status{Header: r.header(), Profile: "built-in@1", Broker: "connected", Record: "ok", Devices: []wire.Device{}, Alerts: append([]wire.Alert{}, r.alerts...)}
	if r.session {
		s.Session = &wire.SessionStatus{}
		s.Session.Code = "K-1"
	}
	r.say(t, r.address.Status(), s)
}

// live sends heartbeats until the returned function is called.
func (r *room) live(t *testing.T) func() {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			r.heartbeat(t)
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	})
	end := sync.OnceFunc(func() { stop(); group.Wait() })
	t.Cleanup(end)
	return end
}

func (r *room) alarm(t *testing.T, occurrence string) string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.header()
	h.ID = wire.MessageID(r.address.Room, "b1", r.seq)
	r.seq++
	r.say(t, r.address.Alert("spo2_low"), wire.Alert{
		Header: h, Occurrence: occurrence, Condition: "spo2_low", Kind: "physiological", Priority: "high", State: "active", Event: "raised",
		Signal: "on", Since: h.At, Called: []string{"station"},
	})
	return h.ID
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	require.Eventually(t, is, patience, 10*time.Millisecond, what)
}

func tileOf(s *station.Station, name string) *wire.Tile {
	b := s.Board()
	for i := range b.Rooms {
		if b.Rooms[i].Room == name {
			return &b.Rooms[i]
		}
	}
	return nil
}

func link(s *station.Station, name string) string {
	if x := tileOf(s, name); x != nil {
		return x.Link
	}
	return ""
}

// TestAStationAndItsRooms is the whole way: a room appears, is watched, gets receipts and orders, is called for once by two
// stations, falls silent, and all of it stands in the record.
func TestAStationAndItsRooms(t *testing.T) {
	hub := server(t, t.TempDir(), "127.0.0.1:0")
	t.Cleanup(hub.Stop)
	p := &pocket{}
	desk, tower := run(t, "desk", hub.URL(), p), run(t, "tower", hub.URL(), p)
	r := newRoom(t, hub.URL(), "room-1")
	r.session = true
	silence := r.live(t)
	for _, s := range []running{desk, tower} {
		eventually(t, "the room appears", func() bool { return link(s.Station, "room-1") == "live" })
	}
	eventually(t, "stations know of each other", func() bool { return len(desk.Station.Board().Stations) == 1 })

	order := func(s running, o wire.DutyOrder) wire.Reply {
		b, err := json.Marshal(o)
		require.NoError(t, err)
		return s.Station.Duty(t.Context(), "page", b)
	}
	take := wire.DutyOrder{By: "AK", Action: wire.DutyTake, Rooms: []string{"room-1"}, Expect: map[string]string{"room-1": ""}}
	eventually(t, "duty is taken", func() bool { return order(desk, take).OK })
	take.By = "BM"
	lost := order(tower, take)
	assert.Equal(t, "taken", lost.Code)
	assert.Equal(t, "room-1: AK has taken it a moment ago", lost.Text)
	eventually(t, "the other station agrees", func() bool {
		x := tileOf(tower.Station, "room-1")
		return x != nil && x.Duty != nil && x.Duty.Nurse == "AK"
	})
	desk.Station.Screen("page-1", true, true)
	eventually(t, "the room is watched, by whom and with which duty", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, w := range r.watches {
			if w.By == "desk" && w.Screens == 1 && w.Duty != nil && w.Duty.Nurse == "AK" {
				return true
			}
		}
		return false
	})

	id := r.alarm(t, "spo2_low-1")
	eventually(t, "the nurse is called", func() bool { return p.count("spo2_low") > 0 })
	desk.Station.Shown("room-1", []string{id}, "page-1")
	eventually(t, "the room has a receipt", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.receipts) == 1 && r.receipts[0] == id
	})
	reply := desk.Station.Command(t.Context(), "page", "room-1", wire.VerbAcknowledge, []byte(`{"by":"AK","occurrence":"spo2_low-1"}`))
	assert.True(t, reply.OK, reply.Text)
	r.mu.Lock()
	assert.Equal(t, []string{r.address.CommandFrom("acknowledge", "desk")}, r.orders)
	r.mu.Unlock()
	gone := desk.Station.Command(t.Context(), "page", "room-9", wire.VerbAcknowledge, []byte(`{"by":"AK","occurrence":"x-1"}`))
	assert.Equal(t, "no_answer", gone.Code)
	assert.Contains(t, gone.Text, "room-9 does not answer")
	assert.Equal(t, "unknown_command", desk.Station.Command(t.Context(), "page", "room-1", wire.VerbWatch, []byte(`{"by":"x"}`)).Code)

	silence()
	eventually(t, "silence is an alert", func() bool {
		list := desk.Station.Board().Alerts
		return len(list) == 1 && list[0].Condition == "agent_silent" && list[0].Priority == "high"
	})
	eventually(t, "and calls somebody", func() bool { return p.count("agent_silent") > 0 })
	assert.Equal(t, 1, p.count("spo2_low"), "two stations, one call")
	eventually(t, "at both stations", func() bool { return len(tower.Station.Board().Alerts) == 1 })
	silent := desk.Station.Board().Alerts[0].Occurrence
	require.True(t, desk.Station.Command(t.Context(), "page", "room-1", wire.VerbAcknowledge, []byte(`{"by":"AK","occurrence":"`+silent+`"}`)).OK)
	eventually(t, "seen at one, seen at both", func() bool {
		a := tower.Station.Board().Alerts[0]
		return a.Acknowledged && a.AcknowledgedBy == "AK"
	})
	r.heartbeat(t)
	eventually(t, "a heartbeat ends it", func() bool { return len(desk.Station.Board().Alerts) == 0 })

	desk.end()
	events := recorded(t, desk.record)
	for _, want := range []string{wire.AuditStarted, wire.AuditDuty, wire.AuditOrder, wire.AuditAlert, wire.AuditStopped} {
		assert.Contains(t, events, want)
	}
}

func recorded(t *testing.T, path string) []string {
	t.Helper()
	reader, err := record.OpenReader(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, reader.Close()) }()
	list, err := reader.Events(t.Context(), 0, 1000)
	require.NoError(t, err)
	var events []string
	for i := range list {
		var a wire.Audit
		require.NoError(t, json.Unmarshal(list[i].Payload, &a))
		events = append(events, a.Event)
	}
	return events
}

// TestAnOutageIsSaidAndOver: without its server a station says so, keeps duty as last known, refuses changes in words, and
// goes on by itself.
func TestAnOutageIsSaidAndOver(t *testing.T) {
	dir := t.TempDir()
	hub := server(t, dir, "127.0.0.1:0")
	url := hub.URL()
	p := &pocket{}
	desk := run(t, "desk", url, p)
	r := newRoom(t, url, "room-1")
	r.live(t)
	eventually(t, "the room appears", func() bool { return link(desk.Station, "room-1") == "live" })
	take := []byte(`{"by":"AK","action":"take","rooms":["room-1"]}`)
	eventually(t, "duty is taken", func() bool { return desk.Station.Duty(t.Context(), "page", take).OK })

	hub.Stop()
	eventually(t, "the outage is an alert", func() bool {
		list := desk.Station.Board().Alerts
		return len(list) == 1 && list[0].Condition == "broker_lost"
	})
	assert.Equal(t, "AK", tileOf(desk.Station, "room-1").Duty.Nurse)
	assert.Equal(t, "not_connected", desk.Station.Duty(t.Context(), "page", take).Code)
	assert.Equal(t, "not_connected", desk.Station.Command(t.Context(), "page", "room-1", wire.VerbNote, []byte(`{"by":"AK","text":"x"}`)).Code)

	again := server(t, dir, url[len("nats://"):])
	t.Cleanup(again.Stop)
	eventually(t, "and over", func() bool {
		return len(desk.Station.Board().Alerts) == 0 && link(desk.Station, "room-1") == "live"
	})
	eventually(t, "duty can be changed again", func() bool { return desk.Station.Duty(t.Context(), "page", take).OK })
}
