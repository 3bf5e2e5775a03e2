package monitor

import (
	"encoding/json"
	"fmt"
	"time"

	"bedside/agent/recipients"
	"bedside/agent/wire"
	"bedside/alerts"
)

// stateVersion is the version of what is recorded of the room. Before it there was the engine's snapshot alone, which is read,
// too.
const stateVersion = 1

// state is what is recorded of the room, so that the next process goes on where this one stopped, however it stopped.
type state struct {
	Room    int                `json:"room"` // stateVersion
	At      time.Time          `json:"at"`
	Alerts  json.RawMessage    `json:"alerts"`
	Session json.RawMessage    `json:"session,omitempty"`
	Answers []answer           `json:"answers,omitempty"`
	Past    []wire.PastSession `json:"past,omitempty"`
	Hearing json.RawMessage    `json:"recipients,omitempty"`
	Seen    map[string]sight   `json:"seen,omitempty"` // by occurrence; records of before it do not have it
}

// state returns the room as it is recorded.
func (m *Monitor) state(now time.Time) []byte {
	session, err := m.judgement.session.Snapshot()
	if err != nil {
		m.o.Log.Error("monitor: session cannot be recorded", "err", err)
	}
	hearing, err := m.listeners.Snapshot()
	if err != nil {
		m.o.Log.Error("monitor: who hears the room cannot be recorded", "err", err)
	}
	return m.encode(state{
		Room: stateVersion, At: now.UTC(), Alerts: m.encode(m.judgement.engine.Snapshot()), Session: session,
		Answers: m.answers, Past: m.past, Hearing: hearing, Seen: m.seen,
	})
}

// resume goes on with what the last run recorded. What cannot be read must not keep the room without alarms: engine and
// session each begin afresh then, and say so.
func (m *Monitor) resume(saved []byte) {
	if len(saved) > 0 {
		m.origin = "alarm state of the last run resumed"
		if err := m.restore(saved); err != nil {
			m.origin = "fresh start: alarm state of the last run could not be read"
			m.o.Log.Error("monitor: alarm state of the last run not usable, starting afresh", "err", err)
		}
	}
	m.resumed = append(m.resumed, alerts.Fault{Condition: "config_invalid", Active: m.o.Notice != "", Text: m.o.Notice})
	rules := unapproved(&m.judgement.rules)
	rules.Active = rules.Active && m.judgement.session.Running()
	m.resumed = append(m.resumed, rules)
	m.judgement.counted = m.judgement.count()
	m.attend(recipients.Session{Running: m.judgement.session.Running()})
}

func (m *Monitor) restore(saved []byte) error {
	var s state
	if err := json.Unmarshal(saved, &s); err != nil {
		return err
	}
	if s.Room > stateVersion {
		return fmt.Errorf("monitor: state of version %d, want %d", s.Room, stateVersion)
	}
	if s.Room == 0 {
		s = state{Alerts: saved}
	}
	m.answers, m.past = s.Answers, s.Past
	if len(s.Hearing) > 0 {
		if err := m.listeners.Restore(s.Hearing); err != nil { // who is there says so again within seconds
			m.o.Log.Error("monitor: who heard the last run is not usable", "err", err)
		}
	}
	if err := m.restoreSession(&s); err != nil {
		m.o.Log.Error("monitor: session of the last run not usable", "err", err)
		m.o.Notice = join(m.o.Notice, "The session of the last run could not be resumed: "+err.Error()+". Start it again.")
	}
	var engine alerts.Snapshot
	if err := json.Unmarshal(s.Alerts, &engine); err != nil {
		return err
	}
	if err := m.judgement.engine.Restore(m.started, engine); err != nil {
		return err
	}
	m.restoreSeen(s.Seen)
	if n := len(engine.Limits) - len(m.judgement.engine.Snapshot().Limits); n > 0 {
		m.o.Notice = join(m.o.Notice, fmt.Sprintf("%d of the limits that were changed for the session are the profile's own again: "+
			"the profile does not allow them any more. Look at them.", n))
	}
	return nil
}

// restoreSeen brings back where and when what is acknowledged was: only of what the engine still holds acknowledged, so that no
// name of another alert comes with it.
func (m *Monitor) restoreSeen(seen map[string]sight) {
	m.seen = map[string]sight{}
	for _, a := range m.judgement.engine.Active() {
		if x, known := seen[a.Occurrence]; known && a.Acknowledged && !x.At.IsZero() {
			m.seen[a.Occurrence] = x
		}
	}
}

// restoreSession brings the session back, and with it the rules by which it is judged.
func (m *Monitor) restoreSession(s *state) error {
	if len(s.Session) == 0 {
		return nil
	}
	if err := m.judgement.session.Restore(s.Session); err != nil {
		return err
	}
	p, same := m.judgement.session.Profile()
	if p == nil {
		return nil
	}
	rules := NewRules(p)
	if err := m.judgement.engine.Reconfigure(rules.Conditions); err != nil {
		return err
	}
	m.judgement.engine.SetLadder(rules.Ladder)
	m.judgement.rules, m.code = rules, m.judgement.session.Code()
	if !same {
		m.o.Notice = join(m.o.Notice, "Profile "+rules.Word+" is not what it was when session "+m.code+" began.")
	}
	away := m.started.Sub(s.At).Round(time.Second)
	m.resumed = append(m.resumed, alerts.Fault{Condition: "restarted", Active: true, Text: fmt.Sprintf(
		"Monitoring was interrupted for %v. Look at the person and at session %s, then acknowledge.", max(away, 0), m.code)})
	return nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
