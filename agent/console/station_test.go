package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/console"
	"bedside/agent/wire"
)

func newStation(w *ward) *console.Station {
	return console.NewStation(console.StationOptions{Feed: w, Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler)})
}

func serveStation(t *testing.T, s *console.Station) string {
	t.Helper()
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestStationAnswersOnItsRoutes(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"page", "GET", "/", "", 200, "Bedside station"},
		{"module of the page", "GET", "/station/station.js", "", 200, "import"},
		{"the room's page is not here", "GET", "/index.html", "", 404, "not found"},
		{"no listing of what is embedded", "GET", "/assets/", "", 404, "not found"},
		{"board", "GET", "/api/v1/board", "", 200, `"station":"front"`},
		{"state of a room", "GET", "/api/v1/rooms/room-1/state", "", 200, `"room":"room-1"`},
		{"state of an unknown room", "GET", "/api/v1/rooms/room-9/state", "", 404, "the station knows no room room-9"},
		{"state of what cannot be a room", "GET", "/api/v1/rooms/%3Cb%3E/state", "", 404, "no room can have such a name"},
		{"out of the tree", "GET", "/api/v1/rooms/..%2f..%2fetc/state", "", 404, "no room can have such a name"},
		{"order", "POST", "/api/v1/rooms/room-1/commands/acknowledge", `{"by":"AK","occurrence":"spo2_low-2"}`, 200, `"ok":true`},
		{"refused order", "POST", "/api/v1/rooms/room-1/commands/cuff-start", `{"by":"AK"}`, 409, "cuff is measuring"},
		{"order that is not JSON", "POST", "/api/v1/rooms/room-1/commands/note", `{`, 400, "not JSON"},
		{"order to an unknown room", "POST", "/api/v1/rooms/room-9/commands/note", `{"by":"AK"}`, 404, "knows no room"},
		{"order by the wrong method", "GET", "/api/v1/rooms/room-1/commands/acknowledge", "", 405, "Method Not Allowed"},
		{"oversized order", "POST", "/api/v1/rooms/room-1/commands/note", strings.Repeat("x", 70<<10), 413, "too long"},
		{"order to the station itself", "POST", "/api/v1/commands/acknowledge", `{"by":"AK","occurrence":"agent_silent-2"}`, 200, `"ok":true`},
		{"duty", "POST", "/api/v1/duty", `{"action":"release","rooms":["room-1"],"by":"AK"}`, 200, `"ok":true`},
		{"duty that is none", "POST", "/api/v1/duty", `[]`, 400, "not a duty order"},
		{"oversized duty", "POST", "/api/v1/duty", strings.Repeat("x", 70<<10), 413, "too long"},
		{"screen", "POST", "/api/v1/screen", `{"id":"s1","visible":true,"sound":true}`, 200, `"ok":true`},
		{"screen without an id", "POST", "/api/v1/screen", `{"visible":true}`, 400, "says its id"},
		{"screen with an endless id", "POST", "/api/v1/screen", `{"id":"` + strings.Repeat("x", 65) + `"}`, 400, "says its id"},
		{"screen that is not JSON", "POST", "/api/v1/screen", `null,`, 400, "says its id"},
		{"health", "GET", "/healthz", "", 200, "ok"},
		{"readiness", "GET", "/readyz", "", 200, "ok"},
		{"no metrics where there are none", "GET", "/metrics", "", 404, "not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := serveStation(t, newStation(newWard()))
			status, body := do(t, request(t, c.method, url+c.path, c.body))
			assert.Equal(t, c.status, status)
			assert.Contains(t, body, c.want)
		})
	}
}

func TestBoardWithoutRoomsHasLists(t *testing.T) {
	w := newWard()
	w.rooms, w.quiet = 0, true
	_, body := do(t, request(t, "GET", serveStation(t, newStation(w))+"/api/v1/board", ""))
	assert.Contains(t, body, `"rooms":[]`, "a page goes through it as it is")
	assert.Contains(t, body, `"alerts":[]`)
}

func TestStationHandsOnWhoOrderedAndWhere(t *testing.T) {
	w := newWard()
	s := console.NewStation(console.StationOptions{
		Feed: w, Ready: func() error { return nil }, Log: slog.New(slog.DiscardHandler), Door: console.Door{
			Hosts: []string{"station.clinic"},
			From:  func(r *http.Request) string { return "console:" + r.Header.Get("Device") },
			Guard: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Device") == "" {
						http.Error(w, "sign in", http.StatusUnauthorized)
						return
					}
					next.ServeHTTP(w, r)
				})
			},
		},
	})
	url := serveStation(t, s)
	stranger := request(t, "POST", url+"/api/v1/rooms/room-1/commands/note", `{"by":"AK"}`)
	status, _ := do(t, stranger)
	assert.Equal(t, 401, status, "the guard stands before everything")
	known := request(t, "POST", url+"/api/v1/rooms/room-1/commands/note", `{"by":"AK"}`)
	known.Header.Set("Device", "desk")
	known.Host = "Station.Clinic:8443"
	status, _ = do(t, known)
	assert.Equal(t, 200, status)
	assert.Equal(t, []string{`console:desk room-1 note {"by":"AK"}`}, w.commands)
}

func TestStationRefusesForeignPages(t *testing.T) {
	w := newWard()
	url := serveStation(t, newStation(w))
	for _, path := range []string{"/api/v1/rooms/room-1/commands/acknowledge", "/api/v1/duty", "/api/v1/screen"} {
		crossSite := request(t, "POST", url+path, `{"id":"x","by":"x","action":"release","rooms":["room-1"]}`)
		crossSite.Header.Set("Sec-Fetch-Site", "cross-site")
		status, _ := do(t, crossSite)
		assert.Equal(t, 403, status, path)
	}
	rebound := request(t, "GET", url+"/api/v1/board", "")
	rebound.Host = "evil.example:8080"
	status, _ := do(t, rebound)
	assert.Equal(t, 421, status)
	assert.Empty(t, w.commands)
	assert.Empty(t, w.duties)
	assert.Empty(t, w.screens)
}

func TestWhatNobodyCouldSeeWasNotShown(t *testing.T) {
	w := newWard()
	url := serveStation(t, newStation(w))
	sign := func(s *console.ScreenSign) {
		body, err := json.Marshal(s)
		require.NoError(t, err)
		status, _ := do(t, request(t, "POST", url+"/api/v1/screen", string(body)))
		require.Equal(t, 200, status)
	}
	shown := map[string][]string{"room-1": {"room-1-5d-1", "", strings.Repeat("x", 200)}, "../x": {"room-9-5d-1"}}
	sign(&console.ScreenSign{ID: "s1", Visible: false, Sound: true, Shown: shown})
	assert.Empty(t, w.shown, "a page in the background shows nothing")
	assert.Equal(t, [2]bool{false, true}, w.screens["s1"])
	sign(&console.ScreenSign{ID: "s1", Visible: true, Shown: shown})
	assert.Equal(t, map[string][]string{"s1 room-1": {"room-1-5d-1"}}, w.shown, "only ids, only of what can be a room")

	many := make([]string, 400)
	for i := range many {
		many[i] = "room-2-5d-7"
	}
	sign(&console.ScreenSign{ID: "s2", Visible: true, Shown: map[string][]string{"room-2": many}})
	assert.Len(t, w.shown["s2 room-2"], 256, "one page cannot flood the station")
}

func TestStationCutsAReaderThatDoesNotKeepUp(t *testing.T) {
	s := newStation(newWard())
	url := serveStation(t, s)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer shut(t, conn)
	_, err = io.WriteString(conn, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	_, err = bufio.NewReader(conn).ReadString('\n') // the stream has begun; from here on nobody reads
	require.NoError(t, err)
	require.Equal(t, 1, s.Clients())
	big := wire.Alert{Text: strings.Repeat("x", 1<<18)}
	for range 1000 { // returns only because Alarm never blocks
		s.Alarm("room-1", big, wire.Tile{})
	}
	assert.Zero(t, s.Clients(), "the deaf reader is cut")
}

// pipes is a listener without a network, so that a bubble of virtual time can go on while a page waits.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.done)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// stream is what a page reads.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func (s *stream) next(name string, v any) {
	s.t.Helper()
	for s.lines.Scan() {
		got, found := strings.CutPrefix(s.lines.Text(), "event: ")
		if !found {
			continue
		}
		require.Equal(s.t, name, got)
		require.True(s.t, s.lines.Scan())
		require.NoError(s.t, json.Unmarshal([]byte(strings.TrimPrefix(s.lines.Text(), "data: ")), v))
		return
	}
	require.Fail(s.t, "stream ended", "%v", s.lines.Err())
}

func TestPageOfAStationHearsEachSecondWhatHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWard()
		start := w.now()
		w.now = func() time.Time { return start } // nothing in the rooms moves
		s := newStation(w)
		listener := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, listener) }()
		here, there := net.Pipe()
		listener.conns <- there
		_, err := io.WriteString(here, "GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\n\r\n")
		require.NoError(t, err)
		page := &stream{t, bufio.NewScanner(here)}
		page.lines.Buffer(nil, 1<<20)

		var board wire.Board
		page.next("board", &board)
		assert.Len(t, board.Rooms, 6, "everything at once")
		page.next("board", &board) // the first of this station's life is whole
		var rooms console.RoomsEvent
		page.next("rooms", &rooms)
		assert.Empty(t, rooms.Rooms, "nothing has changed, and that is said")
		assert.Nil(t, rooms.Board)

		w.Command(ctx, "page", "room-1", wire.VerbAcknowledge, []byte(`{"by":"MB","occurrence":"spo2_low-2"}`))
		page.next("rooms", &rooms)
		require.Len(t, rooms.Rooms, 1, "the room that changed and no other")
		assert.Equal(t, "MB", rooms.Rooms[0].Alerts[0].AcknowledgedBy)

		w.mu.Lock()
		w.lost = true
		w.mu.Unlock()
		page.next("rooms", &rooms)
		require.NotNil(t, rooms.Board, "what the station says of itself")
		assert.Equal(t, "lost", rooms.Board.Broker)
		assert.Empty(t, rooms.Board.Rooms)

		var alarm console.AlarmEvent
		s.Alarm("room-1", board.Rooms[0].Alerts[0], board.Rooms[0])
		page.next("alarm", &alarm)
		assert.Equal(t, "room-1", alarm.Tile.Room)
		for range 11 {
			page.next("rooms", &rooms)
		}
		page.next("board", &board)
		assert.Equal(t, 16*time.Second, time.Since(start), "a whole board every 15 s")

		stop()
		require.NoError(t, <-served)
		require.NoError(t, here.Close())
	})
}
