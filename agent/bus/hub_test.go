package bus_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/authority"
	"bedside/agent/broker"
	"bedside/agent/bus"
	"bedside/agent/credential"
	"bedside/agent/wire"
)

// patience bounds waiting in tests that need a network. It is no promise about speed.
const patience = 30 * time.Second

// hub is a site's server that can be stopped and started again on its port with its store.
type hub struct {
	t     testing.TB
	opts  server.Options
	s     *server.Server
	store string

	// Of a hub that lets nobody in without a credential; nil and "" else. It runs as a station runs it.
	guarded *authority.Authority
	dir     string
	broker  *broker.Server
}

func newHub(t testing.TB, change ...func(*server.Options)) *hub {
	t.Helper()
	h := &hub{t: t, store: t.TempDir()}
	h.opts = server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, ServerName: "hub",
		JetStream: true, StoreDir: h.store,
	}
	for _, f := range change {
		f(&h.opts)
	}
	h.start()
	t.Cleanup(h.stop)
	return h
}

func (h *hub) start() {
	h.t.Helper()
	if h.guarded != nil {
		var err error
		h.broker, err = broker.Start(broker.Options{
			Name: "hub", Listen: h.address(), StoreDir: h.store, Size: broker.Site, TLS: h.guarded.TLS(), UsersFile: h.guarded.UsersFile(),
			Log: slog.New(slog.DiscardHandler),
		})
		require.NoError(h.t, err)
		at, err := url.Parse(h.broker.URL())
		require.NoError(h.t, err)
		h.opts.Port, err = strconv.Atoi(at.Port())
		require.NoError(h.t, err)
		return
	}
	opts := h.opts
	s, err := server.NewServer(&opts)
	require.NoError(h.t, err)
	s.Start()
	require.True(h.t, s.ReadyForConnections(patience))
	h.s = s
	h.opts.Port = s.Addr().(*net.TCPAddr).Port
}

func (h *hub) stop() {
	if h.guarded != nil {
		h.broker.Stop()
		return
	}
	h.s.Shutdown()
	h.s.WaitForShutdown()
}

func (h *hub) url() string { return "nats://" + h.address() }

func (h *hub) address() string { return net.JoinHostPort(h.opts.Host, strconv.Itoa(h.opts.Port)) }

// room is what the room's agent is started with, on that way to the hub.
func (h *hub) room(url string) bus.Options {
	o := options(url)
	if h.guarded != nil {
		o.CredentialsFile = filepath.Join(h.dir, "credentials", "room-1.creds")
	}
	return o
}

// station is a connection that may hear and read everything.
func (h *hub) station(t testing.TB) *nats.Conn {
	t.Helper()
	if h.guarded == nil {
		return connect(t, h.url())
	}
	c, err := credential.Read(h.guarded.Credential())
	require.NoError(t, err)
	return connect(t, h.url(), c.Options()...)
}

// newGuarded is a hub with credentials, under which a room may do what it must and no more.
func newGuarded(t testing.TB) *hub {
	t.Helper()
	h := &hub{t: t, store: t.TempDir(), dir: filepath.Join(t.TempDir(), "station")}
	h.opts.Host = "127.0.0.1"
	var err error
	h.guarded, err = authority.Init(h.dir, "clinic", "desk", []string{h.opts.Host}, time.Now())
	require.NoError(t, err)
	_, err = h.guarded.Add(credential.Room, "room-1", time.Now())
	require.NoError(t, err)
	h.start()
	t.Cleanup(h.stop)
	return h
}

// onBoth runs a test on a hub where everybody may do everything, and on one with credentials.
func onBoth(t *testing.T, test func(t *testing.T, h *hub)) {
	t.Run("open", func(t *testing.T) { test(t, newSite(t)) })
	t.Run("guarded", func(t *testing.T) { test(t, newGuarded(t)) })
}

// save copies the store, restore brings the copy back: a power cut that took what came in between.
func (h *hub) save() string {
	h.t.Helper()
	dir := h.t.TempDir()
	require.NoError(h.t, os.CopyFS(dir, os.DirFS(h.store)))
	return dir
}

func (h *hub) restore(dir string) {
	h.t.Helper()
	require.NoError(h.t, os.RemoveAll(filepath.Join(h.store, "jetstream")))
	require.NoError(h.t, os.CopyFS(h.store, os.DirFS(dir)))
}

// hangUp closes what may be closed already.
func hangUp(t testing.TB, conns ...io.Closer) {
	for _, c := range conns {
		if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Log(err)
		}
	}
}

func connect(t testing.TB, url string, opts ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(url, opts...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

// newSite is a hub that has the streams already: what leaves before the first room has made them goes twice.
func newSite(t testing.TB, change ...func(*server.Options)) *hub {
	t.Helper()
	h := newHub(t, change...)
	a := start(t, options(h.url()))
	require.Eventually(t, func() bool { return a.states.last() == "up" && a.ready() }, patience, time.Millisecond)
	a.end()
	return h
}

// inStream returns the ids in a stream, in its order.
func inStream(t *testing.T, nc *nats.Conn, stream string) []string {
	t.Helper()
	js, err := jetstream.New(nc)
	require.NoError(t, err)
	s, err := js.Stream(t.Context(), stream)
	require.NoError(t, err)
	info := s.CachedInfo()
	var ids []string
	for seq := info.State.FirstSeq; seq <= info.State.LastSeq && info.State.Msgs > 0; seq++ {
		m, err := s.GetMsg(t.Context(), seq)
		require.NoError(t, err)
		ids = append(ids, m.Header.Get(nats.MsgIdHdr))
	}
	return ids
}

// ear is a core subscriber that keeps the ids it heard.
type ear struct {
	t   testing.TB
	nc  *nats.Conn
	sub *nats.Subscription
	mu  sync.Mutex
	ids []string
}

func listen(t testing.TB, nc *nats.Conn, subject string) *ear {
	t.Helper()
	sub, err := nc.SubscribeSync(subject)
	require.NoError(t, err)
	require.NoError(t, nc.Flush())
	return &ear{t: t, nc: nc, sub: sub}
}

// heard returns all that the server had for the subscriber when it was called.
func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	assert.NoError(e.t, e.nc.Flush())
	for {
		m, err := e.sub.NextMsg(time.Millisecond)
		if err != nil {
			assert.ErrorIs(e.t, err, nats.ErrTimeout)
			return append([]string(nil), e.ids...)
		}
		e.ids = append(e.ids, idOf(m.Data))
	}
}

// states keeps what OnState was told.
type states struct {
	mu  sync.Mutex
	all []string
}

func (s *states) on(connected bool, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if connected {
		why = "up " + why
	}
	s.all = append(s.all, strings.TrimSpace(why))
}

func (s *states) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) == 0 {
		return ""
	}
	return s.all[len(s.all)-1]
}

// agent is a bus with its outbox, as the composition would run it.
type agent struct {
	*bus.Bus
	room   *room
	outbox *model
	states *states
	end    func()
}

func options(urls ...string) bus.Options {
	return bus.Options{
		Room: newRoom().Room, Boot: "7f3a", URLs: urls, Outbox: newModel(),
		Handle:  func(context.Context, string, string, []byte) []byte { return []byte(`{"ok":true}`) },
		OnState: func(bool, string) {}, Log: slog.New(slog.DiscardHandler),
	}
}

func start(t testing.TB, o bus.Options, prepare ...func(*bus.Bus)) *agent {
	t.Helper()
	a := &agent{room: newRoom(), states: &states{}}
	a.outbox, _ = o.Outbox.(*model)
	o.OnState = a.states.on
	b, err := bus.Start(context.Background(), o)
	require.NoError(t, err)
	a.Bus = b
	for _, f := range prepare {
		f(b)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	a.end = sync.OnceFunc(func() { cancel(); require.NoError(t, <-done) })
	t.Cleanup(a.end)
	return a
}

// say records and publishes, as the monitor's events are.
func (a *agent) say(m wire.Message) wire.Message {
	a.outbox.add(m)
	a.Publish(m)
	return m
}

func (a *agent) settled(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return a.outbox.Depth() == 0 }, patience, 2*time.Millisecond, "outbox not empty")
}

// ready reports whether both streams take live messages.
func (a *agent) ready() bool { return bus.Live(a.Bus) }

func (a *agent) up(t testing.TB) {
	t.Helper()
	require.Eventually(t, a.Connected, patience, 2*time.Millisecond)
}

func ids(ms []wire.Message) []string {
	out := make([]string, len(ms))
	for i, m := range ms {
		out[i] = m.ID
	}
	return out
}

// same asserts that two lists of ids are equal, and says briefly where they are not.
func same(t *testing.T, want, got []string, what string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			require.Failf(t, what, "at %d of %d: want %s, got %s of %d", i, len(want), want[i], got[i], len(got))
		}
	}
	require.Len(t, got, len(want), what)
}
