package console

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"bedside/agent/record"
	"bedside/agent/report"
	"bedside/agent/whatif"
	"bedside/agent/wire"
	"bedside/alerts/profiles"
)

const (
	// remembered is how many summaries are kept in memory, some hundred bytes each. Our choice: a year of a busy room.
	remembered = 1000
	// mostWaiting is how many may wait for their turn at the record. Our choice: a page asks one at a time.
	mostWaiting = 8
	// longestAnswer bounds the reading and judging of one session. Our choice, below the time that an answer may take.
	longestAnswer = 25 * time.Second
)

// summaries remembers the lines of sessions that are over, which do not change any more. It is safe for concurrent use.
type summaries struct {
	mu    sync.Mutex
	lines map[string]line
	last  map[string]time.Time // event of each session, as the record was listed last
}

type line struct {
	last time.Time // event, as it was listed before the session was read
	report.Summary
}

// listed tells what the record has now: a session that got one more event after its end is read again.
func (s *summaries) listed(list []record.Session) {
	last := make(map[string]time.Time, len(list))
	for i := range list {
		last[list[i].Code] = list[i].Last
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = last
}

// look returns a line if it is known, and the event up to which one that is not known would be.
func (s *summaries) look(code string) (known report.Summary, last time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.lines[code]
	last = s.last[code]
	return l.Summary, last, ok && l.last.Equal(last)
}

// keep remembers a line of a session that is over and listed.
func (s *summaries) keep(x report.Summary, last time.Time) {
	if !x.Ended || last.IsZero() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines == nil || len(s.lines) >= remembered {
		s.lines = map[string]line{}
	}
	s.lines[x.Session] = line{last, x}
}

// waitTurn waits until no other session is read. It answers by itself where that would take too long, and returns false.
func (s *reports) waitTurn(w http.ResponseWriter, r *http.Request) bool {
	select {
	case s.waiting <- struct{}{}:
		defer func() { <-s.waiting }()
	default:
		w.Header().Set("Retry-After", "5")
		writeText(w, http.StatusServiceUnavailable, "too many sessions are asked for at once; ask again in some seconds")
		return false
	}
	select {
	case s.turn <- struct{}{}:
		return true
	case <-r.Context().Done():
		return false
	}
}

// summary answers with one line about a session.
func (s *reports) summary(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	known, last, ok := s.known.look(code)
	if ok {
		writePrivate(w, known)
		return
	}
	if !s.waitTurn(w, r) {
		return
	}
	defer func() { <-s.turn }()
	made, err := s.build(r.Context(), code)
	if err != nil {
		s.refuse(w, err)
		return
	}
	known = made.Summary()
	s.known.keep(known, last)
	writePrivate(w, known)
}

// whatif answers with what another profile would have made of a session.
func (s *reports) whatif(w http.ResponseWriter, r *http.Request) {
	style, err := s.styleOf(r)
	if err != nil {
		writeText(w, http.StatusBadRequest, err.Error())
		return
	}
	word := r.FormValue("profile")
	p, err := whatif.Profile(word, s.find)
	switch {
	case word == "":
		writeText(w, http.StatusBadRequest, "profile is missing; there are "+s.choices())
		return
	case errors.Is(err, whatif.ErrNoProfile):
		writeText(w, http.StatusBadRequest, err.Error()+"; there are "+s.choices())
		return
	case err != nil:
		writeText(w, http.StatusBadRequest, err.Error())
		return
	}
	if !s.waitTurn(w, r) {
		return
	}
	defer func() { <-s.turn }()
	c, err := whatif.Compare(p, func(take func(wire.Message) error) error {
		return s.session(r.Context(), r.PathValue("code"), func(e record.Event) error { return take(e.Message) })
	})
	if err != nil {
		s.refuse(w, err)
		return
	}
	if err := entitle(c, style); err != nil {
		s.refuse(w, err)
		return
	}
	writePrivate(w, c)
}

// entitle puts the titles into the reader's language. What an alert said then stays as it is in the record.
func entitle(c *whatif.Comparison, style report.Style) error {
	title, err := style.Titles()
	if err != nil {
		return err
	}
	for i := range c.Alerts {
		for _, o := range []*whatif.Occurrence{c.Alerts[i].Recorded, c.Alerts[i].Other} {
			if o != nil {
				o.Title = title(o.Title)
			}
		}
	}
	for i := range c.Carried {
		c.Carried[i].Title = title(c.Carried[i].Title)
	}
	return nil
}

// session reads a session as long as that takes no longer than an answer may.
func (s *reports) session(ctx context.Context, code string, f func(record.Event) error) error {
	ctx, cancel := context.WithTimeout(ctx, longestAnswer)
	defer cancel()
	return s.record.Session(ctx, code, func(e record.Event) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return f(e)
	})
}

// refuse says why there is no answer about a session.
func (s *reports) refuse(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, record.ErrNoSession), errors.Is(err, report.ErrNoStart), errors.Is(err, whatif.ErrNoStart):
		writeText(w, http.StatusNotFound, "the record has no such session, or not its beginning")
	case errors.Is(err, whatif.ErrProfile):
		writeText(w, http.StatusBadRequest, err.Error())
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, report.ErrTooLong), errors.Is(err, whatif.ErrTooLong):
		s.log.Warn("console: recorded session takes too long", "err", err)
		writeText(w, http.StatusServiceUnavailable, "this session is too long to be read here; use the command line")
	default:
		s.failed(w, err)
	}
}

// Choice is a profile by which a session can be judged again.
type Choice struct {
	ID       string   `json:"id"`
	Word     string   `json:"profile"` // such as "iv-ketamine@1"
	Title    string   `json:"title"`
	Routes   []string `json:"routes"`
	Approved string   `json:"approved_by,omitempty"`
}

// profiles answers with what a session can be judged by.
func (s *reports) profiles(w http.ResponseWriter, _ *http.Request) {
	list := []Choice{}
	for _, p := range s.judges() {
		if len(p.Phases) > 0 {
			list = append(list, Choice{ID: p.ID, Word: p.Word(), Title: p.Title, Routes: append([]string{}, p.Routes...), Approved: p.ApprovedBy})
		}
	}
	writeJSON(w, http.StatusOK, list)
}

func (s *reports) judges() []*profiles.Profile {
	if s.all == nil {
		return profiles.Shipped()
	}
	return s.all()
}

// choices names them in a sentence.
func (s *reports) choices() string {
	var names []string
	for _, p := range s.judges() {
		names = append(names, p.ID)
	}
	return strings.Join(names, ", ")
}

// writePrivate answers with health data, which stay in no cache.
func writePrivate(w http.ResponseWriter, v any) {
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, v)
}
