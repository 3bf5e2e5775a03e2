package console

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/alerts/profiles"
)

// Recorded is the record behind the page. Reading it holds up nobody who writes it.
type Recorded interface {
	Sessions(ctx context.Context) ([]record.Session, error)
	Session(ctx context.Context, code string, f func(record.Event) error) error
}

// reports answers for recorded sessions. One report is made at a time, so that reading old sessions cannot take the computer
// away from the one that goes on.
type reports struct {
	record Recorded
	find   func(id string) (*profiles.Profile, bool)
	log    *slog.Logger
	turn   chan struct{} // of size 1: who has it makes a report
}

func newReports(o *Options) *reports {
	return &reports{record: o.Recorded, find: o.Profiles, log: o.Log, turn: make(chan struct{}, 1)}
}

// routes adds the paths of the contract; none without a record.
func (s *reports) routes(mux *http.ServeMux) {
	if s.record == nil {
		return
	}
	mux.HandleFunc("GET /api/v1/sessions", s.list)
	mux.HandleFunc("GET /api/v1/sessions/{code}/{file}", s.report)
}

func (s *reports) list(w http.ResponseWriter, r *http.Request) {
	list, err := s.record.Sessions(r.Context())
	if err != nil {
		s.failed(w, err)
		return
	}
	writeJSON(w, http.StatusOK, append([]record.Session{}, list...))
}

func (s *reports) report(w http.ResponseWriter, r *http.Request) {
	format, media, ok := report.FormatOf(r.PathValue("file"))
	if !ok {
		writeText(w, http.StatusNotFound, "there is no such form of a report")
		return
	}
	style, err := styleOf(r)
	if err != nil {
		writeText(w, http.StatusBadRequest, err.Error())
		return
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-r.Context().Done():
		return
	}
	made, err := s.build(r.Context(), r.PathValue("code"))
	switch {
	case errors.Is(err, record.ErrNoSession) || errors.Is(err, report.ErrNoStart):
		writeText(w, http.StatusNotFound, "the record has no such session, or not its beginning")
		return
	case err != nil:
		s.failed(w, err)
		return
	}
	var body bytes.Buffer // whole or not at all
	if err := report.Write(&body, made, format, style); err != nil {
		s.failed(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Cache-Control", "no-store") // health data
	way := "attachment"
	if format == "html" {
		way = "inline"
		h.Set("Content-Security-Policy", report.Policy())
	}
	h.Set("Content-Disposition", mime.FormatMediaType(way, map[string]string{"filename": report.FileName(made, format)}))
	if _, err := body.WriteTo(w); err != nil {
		s.log.Debug("console: report not taken", "err", err)
	}
}

// build reads a session and makes its report.
func (s *reports) build(ctx context.Context, code string) (*report.Report, error) {
	var b report.Builder
	var last []byte
	if err := s.record.Session(ctx, code, func(e record.Event) error {
		last = e.Hash
		return b.Take(e.Message)
	}); err != nil {
		return nil, err
	}
	return b.Report(report.Options{Find: s.find, Proof: hex.EncodeToString(last)})
}

// styleOf reads how people want a report: ?language=de&unit=kPa.
func styleOf(r *http.Request) (report.Style, error) {
	q := r.URL.Query()
	style := report.Style{Language: report.English, Unit: report.MmHg, Zone: time.Local}
	switch language := report.Language(q.Get("language")); language {
	case report.English, report.German:
		style.Language = language
	case "":
	default:
		return style, fmt.Errorf("language %q: there are en and de", language)
	}
	switch unit := report.Unit(q.Get("unit")); unit {
	case report.MmHg, report.KPa:
		style.Unit = unit
	case "":
	default:
		return style, fmt.Errorf("unit %q: there are mmHg and kPa", unit)
	}
	return style, nil
}

func (s *reports) failed(w http.ResponseWriter, err error) {
	s.log.Warn("console: recorded session cannot be read", "err", err)
	writeText(w, http.StatusServiceUnavailable, "the record cannot be read now")
}
