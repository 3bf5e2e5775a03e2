package console

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"bedside/agent/machine"
	"bedside/agent/scan"
	"bedside/agent/setup"
)

// FirstRunOptions say what the page of a first run shows.
type FirstRunOptions struct {
	File    string        // the configuration that is to be written
	Usual   setup.Answers // what stands in the form at the beginning
	Held    string        // host:port at which this page itself listens until the room's takes its place
	Scanner *scan.Scanner
	Version string
	Log     *slog.Logger
	Written func() // called once the configuration is there
}

// FirstRun is the HTTP side of an agent that has no configuration yet. It belongs on loopback: whoever reaches it decides what
// the room is. It is safe for concurrent use.
type FirstRun struct {
	o    FirstRunOptions
	door Door
}

// NewFirstRun returns a page that is not serving yet.
func NewFirstRun(o FirstRunOptions) *FirstRun { return &FirstRun{o: o} }

// Serve answers requests on l until ctx ends, then stops within two seconds.
func (f *FirstRun) Serve(ctx context.Context, l net.Listener) error {
	return serve(ctx, l, f.Handler(), &f.door, newHub(), f.o.Log)
}

// Handler returns the whole site. Nothing is watched, so it is never ready.
func (f *FirstRun) Handler() http.Handler {
	mux, files := http.NewServeMux(), http.NewServeMux()
	files.Handle("GET /", site(nil, "setup.html"))
	mux.HandleFunc("GET /api/v1/setup", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, f.begin()) })
	mux.HandleFunc("POST /api/v1/setup/scan", func(w http.ResponseWriter, r *http.Request) { startScan(w, r, f.o.Scanner) })
	mux.HandleFunc("GET /api/v1/setup/scan", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, f.o.Scanner.View()) })
	mux.HandleFunc("POST /api/v1/setup/show", f.show)
	mux.HandleFunc("POST /api/v1/setup/write", f.write)
	health(mux, func() error { return errors.New("nothing is watched: there is no configuration yet") })
	return f.door.guard(mux, files)
}

// firstRun is what the page begins with.
type firstRun struct {
	File     string         `json:"file"`
	Version  string         `json:"version"`
	Today    string         `json:"today"`
	Writable bool           `json:"writable"` // this program may write the file; else a person has to put it there
	Usual    setup.Answers  `json:"usual"`
	Profiles []string       `json:"profiles"`
	Drivers  []setup.Choice `json:"drivers"`
}

func (f *FirstRun) begin() firstRun {
	ids, drivers := setup.Known()
	return firstRun{
		File: f.o.File, Version: f.o.Version, Today: time.Now().Format(time.DateOnly), Writable: machine.Writable(filepath.Dir(f.o.File)) == nil, Usual: f.o.Usual,
		Profiles: ids, Drivers: drivers,
	}
}

// shown is what would be written, or why it cannot be.
type shown struct {
	OK       bool           `json:"ok"`
	Code     string         `json:"code,omitempty"`
	Text     string         `json:"text,omitempty"`
	Problems setup.Problems `json:"problems,omitempty"`
	Files    []setup.File   `json:"files,omitempty"`
}

// files reads answers and makes the files of them; it answers by itself if that does not work.
func (f *FirstRun) files(w http.ResponseWriter, r *http.Request) ([]setup.File, bool) {
	body, ok := readBody(w, r)
	if !ok {
		return nil, false
	}
	var a setup.Answers
	if err := json.Unmarshal(body, &a); err != nil {
		writeJSON(w, http.StatusBadRequest, shown{Code: "bad_request", Text: "the answers are not understood"})
		return nil, false
	}
	files, err := a.Files(f.o.File, time.Now())
	var bad setup.Problems
	if err == nil {
		bad = a.Fits(r.Context(), f.o.Held)
	}
	switch {
	case len(bad) > 0, errors.As(err, &bad):
		writeJSON(w, http.StatusOK, shown{Code: "problems", Text: "something has to be corrected first", Problems: bad})
	case err != nil:
		writeJSON(w, http.StatusBadRequest, shown{Code: "bad_request", Text: err.Error()})
	default:
		return files, true
	}
	return nil, false
}

func (f *FirstRun) show(w http.ResponseWriter, r *http.Request) {
	if files, ok := f.files(w, r); ok {
		writeJSON(w, http.StatusOK, shown{OK: true, Files: files})
	}
}

// write puts the files there, and has the agent begin.
func (f *FirstRun) write(w http.ResponseWriter, r *http.Request) {
	files, ok := f.files(w, r)
	if !ok {
		return
	}
	switch err := setup.Write(f.o.File, files); {
	case errors.Is(err, setup.ErrThere):
		writeJSON(w, http.StatusConflict, shown{Code: "there", Text: err.Error()})
	case err != nil:
		writeJSON(w, http.StatusConflict, shown{Code: "failed", Text: err.Error()})
	default:
		f.o.Log.Info("the configuration was written by the first run", "file", f.o.File)
		writeJSON(w, http.StatusOK, shown{OK: true, Files: files})
		f.o.Written()
	}
}

// scanOrder is what a scan is asked for.
type scanOrder struct {
	Ports []string `json:"ports"` // named by hand
	Ask   bool     `json:"ask"`   // silent devices, too
}

// startScan takes the order to look at the ports, and answers with how the scan stands.
func startScan(w http.ResponseWriter, r *http.Request, s *scan.Scanner) {
	var order scanOrder
	if _, ok := take(w, r, &order); ok {
		writeReply(w, came(s.Start(r.Context(), order.Ports, order.Ask)))
	}
}
