package recipients

import (
	"fmt"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
)

// trialLength is how long a test alarm lasts: long enough for every repetition to be heard once, and too short for the ladder to call
// the next person. Our choice.
const trialLength = 20 * time.Second

// AlarmTest orders a test alarm, which goes to everything that sounds, shows or rings.
type AlarmTest struct{ By, Priority string }

func (AlarmTest) isInput() {}

// alarmTest begins one. While a session runs it is refused: it would sound where somebody lies with eyes closed, and among real alerts.
func (a *Audience) alarmTest(in AlarmTest) error {
	p, ok := alerts.ParsePriority(in.Priority)
	switch {
	case !ok || p == alerts.Information:
		return refuse(sessions.CodeValue, `"priority" must be high, medium or low`)
	case a.running:
		return refuse(sessions.CodeState, "a session is running, and a test alarm would sound in its room; try the way to the nurse instead (reach-test)")
	case a.trying():
		return refuse(sessions.CodeState, "a test alarm goes on already")
	}
	a.s.Trial = &wire.AlarmTest{
		At: wire.Time{Time: a.now}, Until: wire.Time{Time: a.now.Add(trialLength)}, Priority: p.String(), By: in.By,
	}
	a.act(wire.Session{Event: wire.EventAlarmTest, By: in.By, Text: fmt.Sprintf("Test alarm, %s, for %v", p, trialLength)})
	return nil
}

// trying reports whether a test alarm goes on.
func (a *Audience) trying() bool { return a.s.Trial != nil && !a.s.Trial.Over }

// advanceTrial ends a test alarm in time, and at once when a session begins.
func (a *Audience) advanceTrial() {
	if !a.trying() || !a.running && a.now.Before(a.s.Trial.Until.Time) {
		return
	}
	t := *a.s.Trial // those who were told of it keep theirs
	t.Over = true
	a.s.Trial = &t
	shown := "shown nowhere"
	if len(t.Shown) > 0 {
		var names []string
		for _, s := range t.Shown {
			names = append(names, s.Station)
		}
		shown = "shown at " + strings.Join(names, ", ")
	}
	a.act(wire.Session{Event: wire.EventAlarmTest, Text: "Test alarm over, " + shown})
}

// trialFault is the test alarm of a priority, which goes on or does not.
func (a *Audience) trialFault(p alerts.Priority) alerts.Fault {
	f := alerts.Fault{Condition: alerts.TestAlarm(p)}
	if a.trying() && a.s.Trial.Priority == p.String() {
		f.Active, f.Text = true, "TEST by "+a.s.Trial.By+": nothing has happened, nobody needs to come"
	}
	return f
}

// tried notes what a message about a test alarm tells of it.
func (a *Audience) tried(x *alerts.Alert) {
	if !a.trying() || !alerts.IsTest(x.Condition) || x.State == alerts.Inactive {
		return
	}
	t := *a.s.Trial
	t.Occurrence, t.AcknowledgedBy = x.Occurrence, x.AcknowledgedBy
	a.s.Trial = &t
}

// painted notes that a station has shown the test alarm.
func (a *Audience) painted(r *wire.Receipt) {
	if a.s.Trial == nil || a.s.Trial.Occurrence != r.Occurrence {
		return
	}
	for _, s := range a.s.Trial.Shown {
		if s.Station == r.Station {
			return
		}
	}
	t := *a.s.Trial
	t.Shown = append(append([]wire.Painted{}, t.Shown...), wire.Painted{Station: r.Station, Screens: r.Screens, AfterMS: r.AfterMS})
	a.s.Trial = &t
}
