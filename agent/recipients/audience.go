package recipients

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// Audience is who hears one room. It is not safe for concurrent use: one goroutine owns it and feeds it in the order of
// arrival.
type Audience struct {
	expected bool
	now      time.Time
	out      Outcome

	leases   map[string]*watching // by station; only those that are fresh
	running  bool
	begun    time.Time // when the session did, or when this process heard of it
	receives time.Time // when a screen that can be seen and heard was last told of

	told map[string]alerts.Fault // by condition; nil before the first Step, so that it tells all
	s    state
}

// watching is a station whose word is fresh.
type watching struct {
	at             time.Time // of its last word
	screens, sound int
	duty           *wire.Duty
}

// New returns an audience that nobody has joined yet; expected says that a station belongs to the room.
func New(expected bool) *Audience {
	return &Audience{expected: expected, leases: map[string]*watching{}, s: state{Alerts: map[string]*shown{}}}
}

// Step takes one input at a moment. The error is always a [*sessions.Refusal], and then the input has changed nothing but what
// people are told of a wrong answer; what was due by now has happened nevertheless and is in the Outcome. A now earlier than
// the last one counts as the last one. The first Step tells of all conditions whether they stand.
func (a *Audience) Step(now time.Time, in Input) (Outcome, error) {
	if now.After(a.now) {
		a.now = now
	}
	a.out = Outcome{}
	a.advance()
	err := a.take(in)
	a.advance()
	a.raise()
	return a.out, err
}

func (a *Audience) take(in Input) error {
	switch in := in.(type) {
	case Watch:
		return a.watch(in)
	case Shown:
		return a.shown(in)
	case Alerted:
		a.alerted(in)
	case Session:
		if in.Running && !a.running {
			a.begun = a.now
		}
		a.running = in.Running
	case ReachTest:
		return a.reachTest(in)
	case Answer:
		return a.answer(in)
	case AlarmTest:
		return a.alarmTest(in)
	}
	return nil
}

// advance does what time has made due.
func (a *Audience) advance() {
	for _, name := range a.stations() {
		if w := a.leases[name]; !a.now.Before(w.at.Add(lease)) {
			delete(a.leases, name)
			a.act(wire.Session{Event: wire.EventStation, Text: name + " is not heard any more"})
		}
	}
	a.settleDuty()
	a.advanceReach()
	a.advanceTrial()
	for occurrence, s := range a.s.Alerts {
		if !s.Over.IsZero() && !a.now.Before(s.Over.Add(lateness)) {
			delete(a.s.Alerts, occurrence)
		}
	}
}

// Next returns when Step must be called at the latest, with a [Tick] if nothing else has happened by then, and whether it
// must be called at all. It is never in the past of the last Step.
func (a *Audience) Next() (next time.Time, ok bool) {
	consider := func(at time.Time) {
		if at.After(a.now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, w := range a.leases {
		consider(w.at.Add(lease))
	}
	if a.s.Duty != nil {
		consider(a.s.Duty.Until.Time)
	}
	if a.running && a.expected && !a.hears() {
		consider(a.deafSince().Add(deaf))
	}
	for _, s := range a.s.Alerts {
		if a.expected && s.waits() {
			consider(s.Armed.Add(unseen))
		}
		if !s.Over.IsZero() {
			consider(s.Over.Add(lateness))
		}
	}
	if a.s.Reach != nil && a.s.Reach.State == wire.ReachWaiting {
		consider(a.s.Reach.At.Add(patience))
	}
	if a.trying() {
		consider(a.s.Trial.Until.Time)
	}
	return next, !next.IsZero()
}

// stations returns the names of those that are heard, in order.
func (a *Audience) stations() []string { return slices.Sorted(maps.Keys(a.leases)) }

func (a *Audience) act(s wire.Session) { a.out.Acts = append(a.out.Acts, s) }

// tooLong reports whether a name has more characters than we take, as whoever has typed it counts them: a station bounds them so as well,
// and one that we refused would be gone for this room.
func tooLong(name string) bool { return utf8.RuneCountInString(name) > maxWord }

// watch renews a station's lease.
func (a *Audience) watch(in Watch) error {
	if in.Screens < 0 || in.Screens > maxScreens || in.Sound < 0 || in.Sound > in.Screens {
		return refuse(sessions.CodeValue, `"screens" and "sound" must be 0 to %d, and no more can be heard than are on`, maxScreens)
	}
	if d := in.Duty; d != nil && (strings.TrimSpace(d.Nurse) == "" || slices.ContainsFunc([]string{d.Nurse, d.Backup, d.By, d.Station}, tooLong)) {
		return refuse(sessions.CodeValue, `"duty" needs a nurse, and names have at most %d characters`, maxWord)
	}
	w, known := a.leases[in.Station]
	if !known {
		if len(a.leases) >= maxStations {
			return refuse(sessions.CodeState, "%d stations watch this room already", maxStations)
		}
		w = &watching{}
		a.leases[in.Station] = w
		a.act(wire.Session{Event: wire.EventStation, Text: in.Station + " watches this room"})
	}
	*w = watching{at: a.now, screens: in.Screens, sound: in.Sound, duty: in.Duty}
	a.s.Heard = a.now
	if w.screens > 0 && w.sound > 0 {
		a.receives, a.s.Deaf = a.now, false
	}
	return nil
}

// hears reports whether a screen is on that can be seen and heard.
func (a *Audience) hears() bool {
	for _, w := range a.leases {
		if w.screens > 0 && w.sound > 0 {
			return true
		}
	}
	return false
}

// live reports whether a screen is on.
func (a *Audience) live() bool {
	for _, w := range a.leases {
		if w.screens > 0 {
			return true
		}
	}
	return false
}

// deafSince returns since when nobody has heard the session.
func (a *Audience) deafSince() time.Time {
	if a.receives.After(a.begun) {
		return a.receives
	}
	return a.begun
}

// settleDuty takes over what the stations say: where they disagree, the newest counts. As long as no station is heard,
// nobody has said otherwise.
func (a *Audience) settleDuty() {
	var newest *wire.Duty
	for _, name := range a.stations() {
		d := a.leases[name].duty
		if d != nil && a.now.Before(d.Until.Time) && (newest == nil || d.Since.After(newest.Since.Time)) {
			newest = d
		}
	}
	was := a.s.Duty
	if len(a.leases) == 0 && was != nil && a.now.Before(was.Until.Time) {
		return
	}
	if same(was, newest) {
		return
	}
	a.s.Duty = newest
	if newest == nil {
		a.act(wire.Session{Event: wire.EventDuty, Text: was.Nurse + " has duty no more, and nobody else has"})
		return
	}
	text := newest.Nurse + " has duty until " + a.clock(newest.Until.Time)
	if newest.Backup != "" {
		text += ", back-up " + newest.Backup
	}
	a.act(wire.Session{Event: wire.EventDuty, By: newest.By, Text: text, Duty: newest})
}

func same(a, b *wire.Duty) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Nurse == b.Nurse && a.Backup == b.Backup && a.Since.Equal(b.Since.Time) && a.Until.Equal(b.Until.Time)
}

// clock writes a moment as the clock on the wall shows it.
func (a *Audience) clock(t time.Time) string { return t.In(a.now.Location()).Format("15:04") }

func refuse(code, format string, args ...any) error {
	return &sessions.Refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}
