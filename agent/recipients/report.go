package recipients

import (
	"maps"
	"slices"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
)

// raise tells of the conditions that have begun, changed or ended.
func (a *Audience) raise() {
	var deafness, undelivered string
	if a.running && a.expected && !a.hears() && (a.s.Deaf || !a.now.Before(a.deafSince().Add(deaf))) {
		a.s.Deaf = true
		deafness = a.unheard() + ". Nobody outside is told: call for help another way."
		if a.live() {
			deafness = a.unheard() + ". Nobody outside hears an alert: have the sound switched on."
		}
	} else {
		a.s.Deaf = false
	}
	if late := a.late(); len(late) > 0 {
		undelivered = "No nurse's screen has shown: " + strings.Join(late, ", ") + ". Call for help another way."
	}
	test := ""
	if a.s.Reach != nil && a.s.Reach.State == wire.ReachWaiting {
		test = testText
	}
	first := a.told == nil
	if first {
		a.told = map[string]alerts.Fault{}
	}
	for _, f := range []alerts.Fault{
		{Condition: NoRecipient, Active: deafness != "", Text: deafness},
		{Condition: DeliveryTimeout, Active: undelivered != "", Text: undelivered},
		{Condition: TestAlert, Active: test != "", Text: test},
		a.trialFault(alerts.High), a.trialFault(alerts.Medium), a.trialFault(alerts.Low),
	} {
		if first || a.told[f.Condition] != f {
			a.told[f.Condition] = f
			a.out.Faults = append(a.out.Faults, f)
		}
	}
}

// late names what should have been on a screen by now.
func (a *Audience) late() []string {
	if !a.expected {
		return nil
	}
	var list []string
	for _, occurrence := range slices.Sorted(maps.Keys(a.s.Alerts)) {
		if s := a.s.Alerts[occurrence]; s.waits() && !a.now.Before(s.Armed.Add(unseen)) && !slices.Contains(list, s.Title) {
			list = append(list, s.Title)
		}
	}
	return list
}

// unheard says what keeps alerts from being seen and heard, or "" if nothing does.
func (a *Audience) unheard() string {
	switch {
	case len(a.leases) == 0 && a.s.Heard.IsZero():
		return "No station has been heard"
	case len(a.leases) == 0:
		return "No station heard since " + a.clock(a.s.Heard)
	case !a.live():
		return strings.Join(a.stations(), " and ") + " is there, but no screen is on"
	case !a.hears():
		return "The screens of " + strings.Join(a.stations(), " and ") + " have no sound"
	}
	return ""
}

// Missing says what keeps somebody from answering for the room, in words: "" if somebody has duty and a screen is on, or if no
// station belongs to the room. A screen without sound is no reason to keep a session from beginning: one press mends it, and
// no_recipient asks for it.
func (a *Audience) Missing() string {
	switch {
	case !a.expected:
		return ""
	case !a.live():
		return a.unheard()
	case a.s.Duty == nil:
		return "Nobody has duty for this room"
	}
	return ""
}

// Report returns who hears the room, for a status: as of the last Step, with ages at a moment that is not before it. It shares
// nothing that changes.
func (a *Audience) Report(now time.Time) wire.Recipients {
	out := wire.Recipients{
		Expected: a.expected, Duty: a.s.Duty, Covered: a.s.Duty != nil && a.live(), Missing: a.Missing(), Reach: a.s.Reach, Test: a.s.Trial,
	}
	if out.Missing == "" && a.expected {
		out.Missing = a.unheard()
	}
	for _, name := range a.stations() {
		w := a.leases[name]
		out.Stations = append(out.Stations, wire.Watching{
			Station: name, Screens: w.screens, Sound: w.sound, AgeMS: now.Sub(w.at).Milliseconds(),
		})
	}
	for _, occurrence := range slices.Sorted(maps.Keys(a.s.Alerts)) {
		if s := a.s.Alerts[occurrence]; s.Due && !s.Seen {
			out.Undisplayed = append(out.Undisplayed, occurrence)
		}
	}
	return out
}

// lower begins a text that goes on within a sentence.
func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
