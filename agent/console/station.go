package console

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"bedside/agent/wire"
)

const (
	maxShown    = 256 // messages in one sign of a page; the rest come with the next one
	maxScreenID = 64  // characters of a page's id
	maxAlertID  = 192 // characters of a message id: <room>-<boot>-<seq>
)

// Station is the HTTP side of a nurses' station. It is safe for concurrent use.
type Station struct {
	o     StationOptions
	hub   *hub
	pulse pulse
}

// NewStation returns a station's console that is not serving yet.
func NewStation(o StationOptions) *Station { return &Station{o: o, hub: newHub()} }

// AlarmEvent is the server-sent event "alarm": a change of an alert, at once, and the tile after it.
type AlarmEvent struct {
	Room  string     `json:"room"`
	Alert wire.Alert `json:"alert"`
	Tile  wire.Tile  `json:"tile"`
}

// Alarm shows a change of a room's alert on every open page at once. It never blocks.
func (s *Station) Alarm(room string, alert wire.Alert, tile wire.Tile) { //nolint:gocritic // both travel by value everywhere
	if s.hub.count() > 0 {
		s.send(newEvent("alarm", AlarmEvent{Room: room, Alert: alert, Tile: tile}))
	}
}

// Clients returns how many pages are open.
func (s *Station) Clients() int { return s.hub.count() }

// Serve answers requests on l and sends the pictures of each second until ctx ends, then stops within two seconds.
func (s *Station) Serve(ctx context.Context, l net.Listener) error {
	beat, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { s.beat(beat) })
	err := serve(ctx, l, s.Handler(), &s.o.Door, s.hub, s.o.Log)
	stop()
	group.Wait()
	return err
}

// beat sends a picture each second, without one the pages say that they know nothing.
func (s *Station) beat(ctx context.Context) {
	ticker := time.NewTicker(pulseEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if s.hub.count() > 0 {
				s.send(s.pulse.next(s.board()))
			}
		}
	}
}

// board returns the board with lists where a page expects lists, also where they are empty.
func (s *Station) board() wire.Board {
	b := s.o.Feed.Board()
	if b.Rooms == nil {
		b.Rooms = []wire.Tile{}
	}
	if b.Alerts == nil {
		b.Alerts = []wire.Alert{}
	}
	return b
}

func (s *Station) send(e event) {
	if e.payload == nil {
		s.o.Log.Error("console: event cannot be encoded", "event", e.name)
		return
	}
	s.hub.send(e)
}

// Handler returns the whole site.
func (s *Station) Handler() http.Handler {
	mux, files := http.NewServeMux(), http.NewServeMux()
	files.Handle("GET /", site(s.o.Site, "station.html", systemPage, peoplePage))
	mux.HandleFunc("GET /api/v1/board", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, s.board()) })
	mux.HandleFunc("GET /api/v1/rooms/{room}/state", s.state)
	mux.HandleFunc("GET /api/v1/events", s.events)
	mux.HandleFunc("POST /api/v1/rooms/{room}/commands/{verb}", s.command)
	mux.HandleFunc("POST /api/v1/commands/{verb}", s.own)
	mux.HandleFunc("POST /api/v1/duty", s.duty)
	mux.HandleFunc("POST /api/v1/screen", s.screen)
	if s.o.Metrics != nil {
		mux.Handle("GET /metrics", s.o.Metrics)
	}
	s.o.systemRoutes(mux, s.o.System)
	health(mux, s.o.Ready)
	return s.o.guard(mux, files)
}

func (s *Station) events(w http.ResponseWriter, r *http.Request) {
	s.hub.stream(w, r, func() (event, bool) { return newEvent("board", s.board()), true })
}

func (s *Station) state(w http.ResponseWriter, r *http.Request) {
	status, known := s.room(r.PathValue("room"))
	if !known {
		writeJSON(w, http.StatusNotFound, unknownRoom(r.PathValue("room")))
		return
	}
	writeJSON(w, http.StatusOK, status)
}

func (s *Station) command(w http.ResponseWriter, r *http.Request) {
	room := r.PathValue("room")
	if !wire.ValidToken(room) {
		writeJSON(w, http.StatusNotFound, unknownRoom(room))
		return
	}
	if body, ok := readBody(w, r); ok {
		writeReply(w, s.o.Feed.Command(r.Context(), s.o.from(r), room, r.PathValue("verb"), body))
	}
}

// own takes an order about an alert of the station itself.
func (s *Station) own(w http.ResponseWriter, r *http.Request) {
	if body, ok := readBody(w, r); ok {
		writeReply(w, s.o.Feed.Command(r.Context(), s.o.from(r), "", r.PathValue("verb"), body))
	}
}

func (s *Station) duty(w http.ResponseWriter, r *http.Request) {
	if body, ok := readBody(w, r); ok {
		writeReply(w, s.o.Feed.Duty(r.Context(), s.o.from(r), body))
	}
}

func (s *Station) screen(w http.ResponseWriter, r *http.Request) {
	sign, ok := signOf(w, r)
	if !ok {
		return
	}
	s.o.Feed.Screen(sign.ID, sign.Visible, sign.Sound)
	// What nobody could see was not shown, whatever was painted.
	if sign.Visible {
		s.shown(&sign)
	}
	writeReply(w, wire.Reply{OK: true})
}

func (s *Station) shown(sign *ScreenSign) {
	left := maxShown
	for room, all := range sign.Shown {
		if !wire.ValidToken(room) {
			continue
		}
		ids := make([]string, 0, min(len(all), left))
		for _, id := range all {
			if len(ids) < left && id != "" && len(id) <= maxAlertID {
				ids = append(ids, id)
			}
		}
		if left -= len(ids); len(ids) > 0 {
			s.o.Feed.Shown(room, ids, sign.ID)
		}
	}
}

func (s *Station) room(name string) (wire.Status, bool) {
	if !wire.ValidToken(name) {
		return wire.Status{}, false
	}
	return s.o.Feed.RoomStatus(name)
}

// unknownRoom names the room only where the name could be one.
func unknownRoom(name string) wire.Reply {
	if !wire.ValidToken(name) {
		return wire.Reply{Code: "unknown_room", Text: "no room can have such a name"}
	}
	return wire.Reply{Code: "unknown_room", Text: "the station knows no room " + name}
}
