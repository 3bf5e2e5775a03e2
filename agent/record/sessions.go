package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"bedside/agent/wire"
)

// What the payload of a session message says when a session begins and ends: the words of package alerts/sessions.
const (
	sessionStarted = "session_started"
	sessionEnded   = "session_ended"
)

// ErrNoSession is returned for a session code that is not in the record.
var ErrNoSession = errors.New("there is no such session in the record")

// Session is what the record has of one session.
type Session struct {
	Code     string    `json:"session"` // pseudonymous
	Site     string    `json:"site"`
	Room     string    `json:"room"`
	First    time.Time `json:"first"`             // wall clock of its first event
	Last     time.Time `json:"last"`              // and of its last one
	Events   int       `json:"events,omitzero"`   // zero where they were not counted
	Running  bool      `json:"running"`           // begun and not ended
	Imported time.Time `json:"imported,omitzero"` // when it came from another record; zero for the room's own
}

// eachSession goes from one session to the next by the index. Its argument says whether events are counted, which reads an entry for
// every one of them: seconds for some hundred sessions.
const eachSession = `WITH RECURSIVE s(session) AS (
		SELECT min(session) FROM events WHERE session <> ''
		UNION ALL
		SELECT (SELECT min(session) FROM events WHERE session <> '' AND session > s.session) FROM s WHERE s.session IS NOT NULL
	), g AS (
		SELECT session, (SELECT min(n) FROM events e WHERE e.session = s.session AND e.session <> '') AS first,
			(SELECT max(n) FROM events e WHERE e.session = s.session AND e.session <> '') AS last
		FROM s WHERE session IS NOT NULL
	)
	SELECT g.session, f.subject, f.at, l.at, (SELECT count(*) FROM events e WHERE ? AND e.session = g.session AND e.session <> ''), 0
	FROM g JOIN events f ON f.n = g.first JOIN events l ON l.n = g.last ORDER BY g.first`

// Sessions lists the sessions of the record, the room's own first, both in the order in which they are in the record.
func (r *Reader) Sessions(ctx context.Context) ([]Session, error) { return r.sessions(ctx, true) }

// SessionList lists them without the number of events, which takes milliseconds and not seconds.
func (r *Reader) SessionList(ctx context.Context) ([]Session, error) { return r.sessions(ctx, false) }

func (r *Reader) sessions(ctx context.Context, counted bool) ([]Session, error) {
	var list []Session
	err := r.look(ctx, func(tx *sql.Tx) error {
		if err := r.current(ctx, tx); err != nil {
			return err
		}
		now, found, err := readState(ctx, tx, "session")
		if err != nil {
			return err
		}
		if err := each(ctx, tx, func(rows *sql.Rows) error {
			s, err := scanSession(rows)
			s.Running = found && string(now.body) == s.Code
			list = append(list, s)
			return err
		}, eachSession, counted); err != nil {
			return err
		}
		return each(ctx, tx, func(rows *sql.Rows) error {
			s, err := scanSession(rows)
			list = append(list, s)
			return err
		}, `SELECT i.session, f.subject, f.at, l.at, i.events, i.at FROM imports i
			JOIN imported f ON f.session = i.session AND f.n = (SELECT min(n) FROM imported WHERE session = i.session)
			JOIN imported l ON l.session = i.session AND l.n = (SELECT max(n) FROM imported WHERE session = i.session)
			ORDER BY i.at`)
	})
	return list, err
}

func scanSession(rows *sql.Rows) (Session, error) {
	var s Session
	var subject string
	var first, last, imported int64
	err := rows.Scan(&s.Code, &subject, &first, &last, &s.Events, &imported)
	s.First, s.Last = time.Unix(0, first).UTC(), time.Unix(0, last).UTC()
	if imported != 0 {
		s.Imported = time.Unix(0, imported).UTC()
	}
	s.Site, s.Room = place(subject)
	return s, err
}

// place returns site and room of a subject.
func place(subject string) (site, room string) {
	below, ok := strings.CutPrefix(subject, wire.Prefix+".")
	words := strings.SplitN(below, ".", 3)
	if !ok || len(words) < 3 {
		return "", ""
	}
	return words[0], words[1]
}

// Session calls f for every event of a session, the room's own or an imported one, in the order in which they were
// decided. The error is ErrNoSession if there is none of that code, or what f returned.
func (r *Reader) Session(ctx context.Context, code string, f func(Event) error) error {
	return r.look(ctx, func(tx *sql.Tx) error {
		if err := r.current(ctx, tx); err != nil {
			return err
		}
		count := 0
		take := func(l *linked) error {
			count++
			return f(l.Event)
		}
		if err := eachOfSession(ctx, tx, code, take); err != nil {
			return err
		}
		if count == 0 {
			if err := eachImported(ctx, tx, code, take); err != nil {
				return err
			}
		}
		if count == 0 {
			return fmt.Errorf("record: %s: %w: %s", r.path, ErrNoSession, code)
		}
		return nil
	})
}

// eachOfSession calls f for every event of a session of the room's own.
func eachOfSession(ctx context.Context, tx *sql.Tx, code string, f func(*linked) error) error {
	if code == "" {
		return nil
	}
	anchor, _, err := readState(ctx, tx, "anchor")
	if err != nil {
		return err
	}
	return each(ctx, tx, func(rows *sql.Rows) error {
		l, err := scanLinked(rows, true)
		if err != nil {
			return err
		}
		if l.prev == nil && l.n == anchor.number+1 {
			l.prev = anchor.body
		}
		return f(l)
	}, "SELECT "+eventColumns+`, n, hash, (SELECT hash FROM events p WHERE p.n = events.n - 1)
		FROM events WHERE session = ? AND session <> '' ORDER BY n`, code)
}

// eachImported calls f for every event of an imported session.
func eachImported(ctx context.Context, tx *sql.Tx, code string, f func(*linked) error) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		l, err := scanLinked(rows, true)
		if err != nil {
			return err
		}
		return f(l)
	}, `SELECT seq, class, id, subject, at, boot, offset_ms, session, payload, 0, 0, n, hash, prev
		FROM imported WHERE session = ? ORDER BY n`, code)
}

// turn notes in the file that a session begins or ends with row n, so that retention knows it after any restart. The
// same transaction has the event.
func turn(ctx context.Context, tx *sql.Tx, e *Event, n int64, kind string) error {
	switch kind {
	case sessionStarted:
		return writeState(ctx, tx, "session", stateRow{number: n, at: e.At.UnixNano(), body: []byte(e.Session)})
	case sessionEnded:
		_, err := tx.ExecContext(ctx, "DELETE FROM state WHERE name = 'session'")
		return err
	}
	return nil
}
