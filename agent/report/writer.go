package report

import (
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// writer writes the parts of a sheet.
type writer struct {
	Style
	r *Report
}

// told is a sentence of the agent in the reader's language. What staff wrote is never given to it.
func (w *writer) told(english string) string {
	if w.teller == nil {
		return english
	}
	return w.teller.Say(english)
}

// person is who did something. What the agent signs where nobody is known is in the reader's language.
func (w *writer) person(by string) string {
	switch {
	case by == "schedule": // of the session, and no person's initials
		return w.say(by)
	case by == "room page", by == "command line", strings.HasPrefix(by, "unidentified"), strings.HasPrefix(by, "user "):
		return w.told(by)
	}
	return by
}

// matter is what an act was about: in the reader's language where the agent says it, and as they wrote it where staff did.
func (w *writer) matter(a *Act) string {
	switch a.Event {
	case string(sessions.Noted), string(sessions.NoteTakenBack):
		if mark := strings.ReplaceAll(a.Mark, "_", " "); mark != "" && strings.EqualFold(mark, a.Text) { // nobody wrote anything
			return w.told(a.Text)
		}
		return a.Text
	case string(sessions.Dosed):
		return a.Text
	case string(sessions.SymptomSeen), string(sessions.SymptomGone), string(sessions.Confirmed):
		return w.told(strings.ReplaceAll(a.Text, "_", " "))
	case string(sessions.Paused), wire.EventAudioPaused, wire.EventAlarmsPaused:
		if length, err := time.ParseDuration(a.Text); err == nil {
			return w.span(length)
		}
	}
	return w.told(a.Text)
}
