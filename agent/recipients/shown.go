package recipients

import (
	"slices"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// shown is what is known of an occurrence on its way to a screen.
type shown struct {
	Condition string    `json:"condition"`
	Title     string    `json:"title"`
	High      bool      `json:"high,omitempty"`
	Due       bool      `json:"due,omitempty"` // somebody has to see it: nobody has acknowledged it, and no pause covers it
	Armed     time.Time `json:"armed"`         // since when
	Seen      bool      `json:"seen,omitempty"`
	Messages  []message `json:"messages"` // newest last
	Over      time.Time `json:"over,omitzero"`
}

// message is one message about an occurrence.
type message struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Old      bool      `json:"old,omitempty"`      // from before it was armed: to have seen it says nothing
	Stations []string  `json:"stations,omitempty"` // that have painted it
}

// waits reports whether a screen has to show it soon.
func (s *shown) waits() bool {
	// What says that nothing is delivered cannot be expected to be.
	// A test alarm that is shown nowhere is what the test tells.
	return s.High && s.Due && !s.Seen && s.Condition != DeliveryTimeout && s.Condition != NoRecipient && !alerts.IsTest(s.Condition)
}

// alerted notes a message about an alert. To be raised, to become more urgent, and to be no longer acknowledged or paused are
// reasons to be seen anew.
func (a *Audience) alerted(in Alerted) {
	x := &in.Alert
	a.tried(x)
	s := a.s.Alerts[x.Occurrence]
	if s == nil {
		s = &shown{}
		a.s.Alerts[x.Occurrence] = s
	}
	over := x.State == alerts.Inactive
	due := !over && !x.Acknowledged && x.Signal != alerts.SignalAlarmPaused && x.Signal != alerts.SignalOff
	if due && (!s.Due || in.Change == alerts.Raised || in.Change == alerts.Escalated) {
		s.Armed, s.Seen = a.now, false
		for i := range s.Messages {
			s.Messages[i].Old = true
		}
	}
	s.Condition, s.Title, s.High, s.Due = x.Condition, x.Title, x.Priority == alerts.High, due
	s.Messages = append(s.Messages, message{ID: in.Message, At: a.now})
	if extra := len(s.Messages) - maxMessages; extra > 0 {
		s.Messages = slices.Delete(s.Messages, 0, extra)
	}
	s.Over = time.Time{}
	if over {
		s.Over = a.now
	}
}

// shown takes a receipt.
func (a *Audience) shown(in Shown) error {
	switch {
	case len(in.Messages) == 0:
		return refuse(sessions.CodeValue, `"shown" is missing: say which messages of alerts a screen has painted`)
	case len(in.Messages) > maxShown:
		return refuse(sessions.CodeValue, `"shown" has at most %d messages`, maxShown)
	case in.Screens < 0 || in.Screens > maxScreens:
		return refuse(sessions.CodeValue, `"screens" must be 0 to %d`, maxScreens)
	}
	for _, id := range in.Messages {
		occurrence, s, m := a.find(id)
		if m == nil || slices.Contains(m.Stations, in.Station) || len(m.Stations) >= maxStations {
			continue
		}
		m.Stations = append(m.Stations, in.Station)
		s.Seen = s.Seen || !m.Old
		a.out.Receipts = append(a.out.Receipts, wire.Receipt{
			Station: in.Station, Alert: id, Occurrence: occurrence, Condition: s.Condition,
			Screens: max(1, in.Screens), // whoever says so has one
			AfterMS: max(0, a.now.Sub(m.At).Milliseconds()),
		})
		a.painted(&a.out.Receipts[len(a.out.Receipts)-1])
	}
	return nil
}

// find returns the occurrence that a message is about, and the message; nil if it is not known.
func (a *Audience) find(id string) (occurrence string, s *shown, m *message) {
	for occurrence, s := range a.s.Alerts {
		if i := slices.IndexFunc(s.Messages, func(m message) bool { return m.ID == id }); i >= 0 {
			return occurrence, s, &s.Messages[i]
		}
	}
	return "", nil, nil
}

// Message returns the id of the last message about an occurrence, by which a screen that learnt of it from a status says that
// it shows it; "" if there is none.
func (a *Audience) Message(occurrence string) string {
	s := a.s.Alerts[occurrence]
	if s == nil || len(s.Messages) == 0 {
		return ""
	}
	return s.Messages[len(s.Messages)-1].ID
}
