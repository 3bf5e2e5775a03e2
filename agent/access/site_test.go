package access_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/access"
	"bedside/agent/console"
	"bedside/agent/logtest"
	"bedside/agent/system"
	"bedside/agent/wire"
)

// The people of the tests. Each has a PIN of their own.
var pins = map[string]string{"VV": "482913", "NN": "593024", "LL": "604135", "AA": "715246"}

// room is what stands behind the console: it notes the orders that reach it.
type room struct {
	mu     sync.Mutex
	orders []order
}

type order struct {
	from, verb string
	fields     map[string]json.RawMessage
}

func (r *room) Snapshot(context.Context) (wire.Status, error) {
	return wire.Status{Header: wire.Header{V: 1, Room: "room-1"}, Alerts: []wire.Alert{}}, nil
}

func (r *room) Command(_ context.Context, from, verb string, payload []byte) wire.Reply {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := order{from: from, verb: verb}
	if err := json.Unmarshal(payload, &o.fields); err != nil {
		return wire.Reply{Code: "bad_request"}
	}
	r.orders = append(r.orders, o)
	return wire.Reply{OK: true}
}

// last returns the newest order and forgets all.
func (r *room) last(t *testing.T) order {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.NotEmpty(t, r.orders)
	o := r.orders[len(r.orders)-1]
	r.orders = nil
	return o
}

func (r *room) reached() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.orders)
}

// site is a console with access control, open to the network but for the listener.
type site struct {
	*access.Access
	room    *room
	path    string
	url     string
	log     *logtest.Journal
	events  []access.Event
	secrets string   // folder of the authority
	tested  []string // channels through which a test was sent
	server  *httptest.Server
}

func newConsole(a *access.Access, r *room, log *slog.Logger, behind *system.System) *console.Console {
	return console.New(console.Options{
		System: behind,
		Feed:   r, Metrics: http.NotFoundHandler(), Ready: func() error { return nil }, Log: log,
		Door: console.Door{
			Guard: a.Guard, Hosts: []string{"room-1.clinic.example"}, Connection: access.Connection,
			From: func(r *http.Request) string { return access.From(r.Context(), wire.ViaPage) },
		},
	})
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{room: &room{}, path: filepath.Join(t.TempDir(), "access.db"), log: &logtest.Journal{}}
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.Access = open(t, s.path, access.Options{Log: log, Audit: func(e access.Event) { s.events = append(s.events, e) }})
	for name, role := range map[string]string{"VV": "viewer", "NN": "nurse", "LL": "lead", "AA": "admin"} {
		require.NoError(t, s.AddPerson(t.Context(), root, name, role, pins[name]))
	}
	s.server = httptest.NewTLSServer(newConsole(s.Access, s.room, log, s.system(t)).Handler())
	t.Cleanup(s.server.Close)
	s.url = s.server.URL
	return s
}

// browser is one device with its cookies.
type browser struct {
	t      *testing.T
	site   *site
	client *http.Client
}

func (s *site) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, site: s, client: &http.Client{Transport: s.server.Client().Transport, Jar: jar}}
}

// enrolled returns a browser with an enrolled device.
func (s *site) enrolled(t *testing.T, name string, display bool) *browser {
	t.Helper()
	code, _, err := s.OfferEnrolment(t.Context(), root, name, display)
	require.NoError(t, err)
	b := s.browser(t)
	status, body := b.post("/api/v1/enrol", `{"code":"`+code+`"}`)
	require.Equal(t, 200, status, body)
	return b
}

// signed returns a browser of an enrolled device at which somebody has signed in.
func (s *site) signed(t *testing.T, device, name string) *browser {
	t.Helper()
	b := s.enrolled(t, device, false)
	status, body := b.signIn(name, pins[name])
	require.Equal(t, 200, status, body)
	return b
}

func (b *browser) signIn(name, pin string) (int, string) {
	return b.post("/api/v1/sign-in", `{"person":"`+name+`","pin":"`+pin+`"}`)
}

func (b *browser) request(method, path, body string) *http.Request {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site.url+path, strings.NewReader(body))
	require.NoError(b.t, err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (b *browser) do(r *http.Request) (int, string) {
	b.t.Helper()
	answer, err := b.client.Do(r)
	require.NoError(b.t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	assert.NoError(b.t, answer.Body.Close())
	return answer.StatusCode, string(body)
}

func (b *browser) get(path string) (int, string) {
	return b.do(b.request(http.MethodGet, path, ""))
}

func (b *browser) post(path, body string) (int, string) {
	return b.do(b.request(http.MethodPost, path, body))
}

func (b *browser) me() access.Me {
	b.t.Helper()
	status, body := b.get("/api/v1/me")
	require.Equal(b.t, 200, status)
	var me access.Me
	require.NoError(b.t, json.Unmarshal([]byte(body), &me))
	return me
}

// cookies returns the cookies as they are sent, by name.
func (b *browser) cookies() map[string]string {
	b.t.Helper()
	all := map[string]string{}
	for _, c := range b.client.Jar.Cookies(b.request(http.MethodGet, "/", "").URL) {
		all[c.Name] = c.Value
	}
	return all
}

const (
	deviceCookie  = "__Host-bedside-device"
	sessionCookie = "__Host-bedside-session"
)

// with returns a browser that has these cookies and no others.
func (s *site) with(t *testing.T, cookies map[string]string) *browser {
	t.Helper()
	b := s.browser(t)
	var list []*http.Cookie
	for name, value := range cookies {
		list = append(list, &http.Cookie{Name: name, Value: value, Path: "/", Secure: true})
	}
	b.client.Jar.SetCookies(b.request(http.MethodGet, "/", "").URL, list)
	return b
}
