package console

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strconv"

	"bedside/agent/system"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

// Feed is the room behind the page.
type Feed interface {
	Snapshot(ctx context.Context) (wire.Status, error)
	Command(ctx context.Context, from, verb string, payload []byte) wire.Reply
}

// Options say what the console shows.
type Options struct {
	Feed    Feed
	Metrics http.Handler
	Ready   func() error // nil when the room is monitored; else what is missing, in one sentence
	// Trend returns the last hours of the room, with the slots from that number on; nil: there are none to show.
	Trend func(since int64) wire.Trend
	Log   *slog.Logger
	// Recorded gives the sessions to report; nil for none. Profiles finds the profile that one was watched by.
	Recorded Recorded
	Profiles func(id string) (*profiles.Profile, bool)
	Judges   func() []*profiles.Profile // by which a session can be judged again; nil for the shipped ones
	// System is what stands behind the page of devices and system; nil for none.
	System *system.System
	Door
}

// Console is the HTTP side of one room. It is safe for concurrent use.
type Console struct {
	o       Options
	hub     *hub
	audible audible
}

// New returns a console that is not serving yet.
func New(o Options) *Console { return &Console{o: o, hub: newHub()} }

// Screen shows an event on every open page: "snapshot", "alarm", "wave" or "remind". It never blocks. The payload must not change.
func (c *Console) Screen(name string, payload []byte) { c.hub.send(event{name, payload}) }

// Watching reports whether a page is open.
func (c *Console) Watching() bool { return c.hub.count() > 0 }

// Clients returns how many pages are open.
func (c *Console) Clients() int { return c.hub.count() }

// Serve answers requests on l until ctx ends, then stops within two seconds.
func (c *Console) Serve(ctx context.Context, l net.Listener) error {
	return serve(ctx, l, c.Handler(), &c.o.Door, c.hub, c.o.Log)
}

// Handler returns the whole site.
func (c *Console) Handler() http.Handler {
	mux, files := http.NewServeMux(), http.NewServeMux()
	files.Handle("GET /", site(c.o.Site, "index.html", sessionsPage, systemPage, peoplePage))
	mux.HandleFunc("GET /api/v1/state", c.state)
	mux.HandleFunc("GET /api/v1/events", c.events)
	mux.HandleFunc("GET /api/v1/trend", c.trend)
	mux.HandleFunc("POST /api/v1/commands/{verb}", c.command)
	mux.HandleFunc("POST /api/v1/screen", c.screen)
	mux.Handle("GET /metrics", c.o.Metrics)
	newReports(&c.o).routes(mux)
	c.o.systemRoutes(mux, c.o.System)
	health(mux, c.o.Ready)
	return c.o.guard(mux, files)
}

func (c *Console) state(w http.ResponseWriter, r *http.Request) {
	s, err := c.o.Feed.Snapshot(r.Context())
	if err != nil {
		writeText(w, http.StatusServiceUnavailable, "agent is stopping")
		return
	}
	writeJSON(w, http.StatusOK, s)
}

// trend answers with the slots since the one that the page has, whose number it sends.
func (c *Console) trend(w http.ResponseWriter, r *http.Request) {
	since, err := strconv.ParseInt(cmp.Or(r.FormValue("since"), "0"), 10, 64)
	switch {
	case err != nil || since < 0:
		writeText(w, http.StatusBadRequest, "since is the number of a slot")
	case c.o.Trend == nil:
		writeText(w, http.StatusNotFound, "no trend is kept here")
	default:
		writeJSON(w, http.StatusOK, c.o.Trend(since))
	}
}

func (c *Console) command(w http.ResponseWriter, r *http.Request) {
	body, ok := readBody(w, r)
	if !ok {
		return
	}
	writeReply(w, c.o.Feed.Command(r.Context(), c.o.from(r), r.PathValue("verb"), body))
}

func (c *Console) events(w http.ResponseWriter, r *http.Request) {
	c.hub.stream(w, r, func() (event, bool) {
		s, err := c.o.Feed.Snapshot(r.Context())
		return newEvent("snapshot", s), err == nil
	})
}
