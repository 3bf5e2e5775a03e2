package report

import (
	"time"

	"bedside/agent/wire"
)

// Suspension is an alert whose signals somebody kept back: for a while, or until the session ended. Whatever happened meanwhile is
// among the alerts.
type Suspension struct {
	Act             // the order; Text is the condition, Until the end that it named
	Over  time.Time // the signals came back; zero where they had not yet when the record ends
	How   string    // by_itself, by_hand, session_end; empty where they had not
	Ender string    // who ended it by hand
}

// How a suspension ended.
const (
	byItself   = "by_itself"
	byHand     = "by_hand"
	sessionEnd = "session_end"
)

// suspensions puts each order together with its end.
func suspensions(r *Report) []Suspension {
	var list []Suspension
	end := func(condition, how string, a *Act) {
		for i := range list {
			if s := &list[i]; s.How == "" && (condition == "" || s.Text == condition) {
				s.Over, s.How = a.At, how
				if how == byHand {
					s.Ender = a.By
				}
			}
		}
	}
	for i := range r.Acts {
		switch a := &r.Acts[i]; a.Event {
		case wire.EventAlarmOff:
			list = append(list, Suspension{Act: *a})
		case wire.EventAlarmOn:
			end(a.Text, byHand, a)
		case wire.EventSuspensionEnded:
			end(a.Text, byItself, a)
		}
	}
	if r.Ended {
		end("", sessionEnd, &r.End)
	}
	return list
}

// suspension adds an alert that was kept back. Where no end was named it was for the session.
func (c *collector) suspension(s *Suspension) {
	c.begin("suspension")
	c.at("at", s.At)
	c.said("condition", s.Text)
	c.at("until", s.Until)
	c.at("over", s.Over)
	c.said("ended", s.How)
	c.text("ended_by", s.Ender)
	c.said("by", s.By)
	c.text("via", s.Via)
	c.text("reason", s.Reason)
}

// ends returns when an alert that was suspended at a moment sounds again by itself; zero for one that is off for the session, and for
// everything else.
func ends(p *wire.Session, at time.Time) time.Time {
	if p.Event != wire.EventAlarmOff || p.Seconds <= 0 {
		return time.Time{}
	}
	return at.Add(time.Duration(p.Seconds) * time.Second)
}

// deed is what was done, in words.
func (w *writer) deed(a *Act) string {
	if a.Event == wire.EventAlarmOff && !a.Until.IsZero() {
		return w.say("Alarm suspended")
	}
	return w.sentence(a.Event)
}

// details say more of it: of an alert that was kept back its name, and until when.
func (w *writer) details(a *Act) string {
	switch a.Event {
	case wire.EventAlarmOff, wire.EventAlarmOn, wire.EventSuspensionEnded:
	default:
		return join(a.Device, w.matter(a))
	}
	title := a.Text
	for i := range w.r.Lines {
		if w.r.Lines[i].Condition == a.Text {
			title = w.say(w.r.Lines[i].Title)
		}
	}
	if a.Until.IsZero() {
		return title
	}
	return w.say("%s, until %s", title, w.clock(a.Until))
}

func (c *collector) act(group string, a *Act) {
	c.begin(group)
	c.at("at", a.At)
	c.said("event", a.Event)
	c.text("by", a.By)
	c.text("via", a.Via)
	c.text("device", a.Device)
	c.text("text", a.Text)
	c.text("reason", a.Reason)
	if !a.Until.IsZero() {
		c.at("until", a.Until)
	}
}
