package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"bedside/agent/wire"
)

const (
	maxBody      = 64 << 10         // bytes of a command; ECOSYSTEM section 5
	writeTimeout = 5 * time.Second  // for one event to one page
	headTimeout  = 5 * time.Second  // for a request's header
	idleTimeout  = 60 * time.Second // for a connection without a request
	stopTimeout  = 2 * time.Second  // for requests under way at the end
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
	Log     *slog.Logger
}

// Console is the HTTP side of one room. It is safe for concurrent use.
type Console struct {
	o   Options
	hub *hub
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
	srv := &http.Server{
		Handler: c.Handler(), ReadHeaderTimeout: headTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(c.o.Log.Handler(), slog.LevelDebug),
	}
	// No WriteTimeout: it is absolute and would end every event stream. Each write has a deadline of its own.
	srv.RegisterOnShutdown(c.hub.closeAll)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("console: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		c.o.Log.Warn("console: requests cut at the end", "err", err)
		return errors.Join(srv.Close(), drainServe(failed))
	}
	return drainServe(failed)
}

func drainServe(failed <-chan error) error {
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("console: %w", err)
	}
	return nil
}

// Handler returns the whole site.
func (c *Console) Handler() http.Handler {
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		// The name is a constant of this package and embedded at build time.
		panic("console: embedded assets missing: " + err.Error())
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /api/v1/state", c.state)
	mux.HandleFunc("GET /api/v1/events", c.events)
	mux.HandleFunc("POST /api/v1/commands/{verb}", c.command)
	mux.Handle("GET /metrics", c.o.Metrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeText(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", c.ready)
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

func (c *Console) ready(w http.ResponseWriter, _ *http.Request) {
	if err := c.o.Ready(); err != nil {
		writeText(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	writeText(w, http.StatusOK, "ok")
}

func (c *Console) state(w http.ResponseWriter, r *http.Request) {
	s, err := c.o.Feed.Snapshot(r.Context())
	if err != nil {
		writeText(w, http.StatusServiceUnavailable, "agent is stopping")
		return
	}
	writeJSON(w, http.StatusOK, s)
}

func (c *Console) command(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		writeJSON(w, http.StatusRequestEntityTooLarge, wire.Reply{Code: "bad_request", Text: "command is too long"})
		return
	}
	reply := c.o.Feed.Command(r.Context(), wire.ViaPage, r.PathValue("verb"), body)
	status := http.StatusOK
	if !reply.OK {
		status = http.StatusConflict
		if reply.Code == "bad_request" || reply.Code == "unknown_command" {
			status = http.StatusBadRequest
		}
	}
	writeJSON(w, status, reply)
}

func (c *Console) events(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	client := c.hub.join()
	defer c.hub.leave(client)
	if s, err := c.o.Feed.Snapshot(r.Context()); err == nil {
		if b, err := json.Marshal(s); err == nil && writeEvent(w, out, event{"snapshot", b}) != nil {
			return
		}
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case e, open := <-client:
			if !open || writeEvent(w, out, e) != nil {
				return
			}
		}
	}
}

func writeEvent(w io.Writer, out *http.ResponseController, e event) error {
	if err := out.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e.name, e.payload); err != nil {
		return err
	}
	return out.Flush()
}

// guard sets the headers that keep foreign pages out, and refuses requests under a foreign host name, with which a page
// elsewhere could reach a server on this computer (DNS rebinding).
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "+
			"img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		if !localHost(r.Host) {
			writeText(w, http.StatusMisdirectedRequest, "this page answers only under localhost or a loopback address")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func localHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// A client that hung up is not our fault and nobody is left to tell.
	_, _ = io.WriteString(w, text+"\n")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		writeText(w, http.StatusInternalServerError, "answer cannot be encoded")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// As above: the client may be gone.
	_, _ = w.Write(append(b, '\n'))
}
