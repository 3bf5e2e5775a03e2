package console

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/alerts/profiles"
)

// Recorded is the record behind the page. Reading it holds up nobody who writes it.
type Recorded interface {
	SessionList(ctx context.Context) ([]record.Session, error)
	Session(ctx context.Context, code string, f func(record.Event) error) error
}

// reports answers for recorded sessions. One report is made at a time, so that reading old sessions cannot take the computer
// away from the one that goes on.
type reports struct {
	record   Recorded
	find     func(id string) (*profiles.Profile, bool)
	all      func() []*profiles.Profile // nil for the shipped ones
	log      *slog.Logger
	language string        // of the site
	unit     string        // of the site
	turn     chan struct{} // of size 1: who has it reads a session

	waiting chan struct{} // who waits for the turn
	known   summaries
}

func newReports(o *Options) *reports {
	find := o.Profiles
	if find == nil {
		find = profiles.Find
	}
	return &reports{
		record: o.Recorded, find: find, all: o.Judges, log: o.Log, language: o.Site["language"], unit: o.Site["unit"],
		turn: make(chan struct{}, 1), waiting: make(chan struct{}, mostWaiting),
	}
}

// routes adds the paths of the contract; none without a record.
func (s *reports) routes(mux *http.ServeMux) {
	if s.record == nil {
		return
	}
	mux.HandleFunc("GET /api/v1/sessions", s.list)
	mux.HandleFunc("GET /api/v1/sessions/{code}/summary.json", s.summary)
	mux.HandleFunc("GET /api/v1/sessions/{code}/whatif", s.whatif)
	mux.HandleFunc("GET /api/v1/sessions/{code}/{file}", s.report)
	mux.HandleFunc("GET /api/v1/profiles", s.profiles)
}

func (s *reports) list(w http.ResponseWriter, r *http.Request) {
	list, err := s.record.SessionList(r.Context())
	if err != nil {
		s.failed(w, err)
		return
	}
	s.known.listed(list)
	writePrivate(w, append([]record.Session{}, list...))
}

func (s *reports) report(w http.ResponseWriter, r *http.Request) {
	format, media, ok := report.FormatOf(r.PathValue("file"))
	if !ok {
		writeText(w, http.StatusNotFound, "there is no such form of a report")
		return
	}
	if format == "html" { // also why there is none is shown where the report would be
		w.Header().Set("Content-Security-Policy", strings.Replace(policy, "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
	}
	style, err := s.styleOf(r)
	if err != nil {
		writeText(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.waitTurn(w, r) {
		return
	}
	defer func() { <-s.turn }()
	made, err := s.build(r.Context(), r.PathValue("code"))
	if err != nil {
		s.refuse(w, err)
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
	if err := s.session(ctx, code, func(e record.Event) error {
		last = e.Hash
		return b.Take(e.Message)
	}); err != nil {
		return nil, err
	}
	return b.Report(report.Options{Find: s.find, Proof: hex.EncodeToString(last)})
}

// styleOf reads how people want a report: ?language=de&unit=kPa. What is not said is as the site has it.
func (s *reports) styleOf(r *http.Request) (report.Style, error) {
	q := r.URL.Query()
	style := report.Style{Language: report.Language(cmp.Or(s.language, string(report.English))), Unit: report.Unit(cmp.Or(s.unit, string(report.MmHg))), Zone: time.Local}
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
