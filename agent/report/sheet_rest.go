package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// overrides are what somebody decided against the rules, or silenced.
func (w *writer) overrides() section {
	t := section{
		heading: w.say("Overrides and pauses"), none: w.say("None."),
		head: []string{w.say("At"), w.say("What"), w.say("By"), w.say("Details"), w.say("Reason")},
	}
	for _, a := range w.r.Acts {
		if isOverride(&a) {
			t.rows = append(t.rows, []string{w.clock(a.At), w.deed(&a), w.who(&a), w.details(&a), a.Reason})
		}
	}
	return t
}

// isOverride reports whether an act belongs into that list.
func isOverride(a *Act) bool {
	switch a.Event {
	case string(sessions.Answered):
		return a.Reason != "" // the answer before may have kept the dose back; the first one takes none away
	case string(sessions.Overridden), wire.EventAudioPaused, wire.EventAlarmsPaused, wire.EventAlarmOff, wire.EventAlarmOn,
		wire.EventSuspensionEnded, wire.EventResumed:
		return true
	}
	return false
}

// who did something, and by which way.
func (w *writer) who(a *Act) string {
	by := w.person(a.By)
	if a.Event == wire.EventSuspensionEnded {
		by = w.say("by itself")
	}
	return join(by, w.via(a.Via))
}

// via is the way of an order; a station's name is its own.
func (w *writer) via(way string) string {
	switch way {
	case wire.ViaPage, wire.ViaNATS, wire.ViaDemo:
		return w.say(way)
	}
	return strings.TrimPrefix(way, "console:") // the name of an enrolled device is enough of a place
}

func (w *writer) coverage() section {
	t := section{
		heading: w.say("What was not measured"), none: w.say("No continuous values were recorded."),
		head: []string{w.say("Vital sign"), w.say("With a value"), w.say("Without"), w.say("Why"), w.say("Longest")},
	}
	for _, c := range w.r.Coverage {
		var why []string
		for _, reason := range slices.Sorted(maps.Keys(c.Absent)) {
			why = append(why, w.word(reason)+" "+w.span(time.Duration(c.Absent[reason])*time.Second))
		}
		longest := "–"
		if c.Longest.Length() > 0 {
			longest = w.clock(c.Longest.From) + ", " + w.span(c.Longest.Length())
		}
		t.rows = append(t.rows, []string{
			w.title(c.Vital), w.span(time.Duration(c.Known) * time.Second), w.span(time.Duration(c.Seconds-c.Known) * time.Second),
			strings.Join(why, "; "), longest,
		})
	}
	var gaps []string
	for _, g := range w.r.Gaps {
		gaps = append(gaps, w.clock(g.From)+" – "+w.clock(g.To))
	}
	if len(gaps) > 0 {
		t.note = w.say("Nobody measured while the agent did not run: %s.", strings.Join(gaps, ", "))
	}
	return t
}

func (w *writer) rems() section {
	t := section{
		heading: w.say("Figures of the REMS monitoring form"), none: w.say("No dose was recorded."),
		head: []string{w.say("Figure"), w.say("Value")},
	}
	if len(w.r.Doses) == 0 {
		return t
	}
	x := &w.r.REMS
	t.rows = [][]string{
		{w.say("Minutes from the first device to the end of monitoring"), strconv.Itoa(x.Minutes)},
		{w.say("Blood pressure before the dose"), w.reading(x.Before)},
		{w.say("Blood pressure 40 min after the first device"), w.reading(x.At40)},
		{w.say("Blood pressure before leaving"), w.reading(x.Leaving)},
	}
	return t
}

func (w *writer) reading(x *sessions.CuffReading) string {
	if x == nil {
		return w.say("not measured")
	}
	return fmt.Sprintf("%s/%s %s, %s", w.number(devices.Systolic, x.Systolic), w.number(devices.Diastolic, x.Diastolic), w.Unit, w.clock(x.At))
}

func (w *writer) readings() section {
	t := section{
		heading: w.say("Blood pressure readings"), none: w.say("None."),
		head: []string{w.say("At"), w.say("Systolic"), w.say("Diastolic"), w.say("Mean pressure"), w.say("Pulse rate"), w.say("How")},
		note: w.say("Pressures in %s.", string(w.Unit)),
	}
	for _, x := range w.r.Readings {
		how := w.say("cuff")
		if x.ByHand {
			how = join(w.say("by hand"), w.person(x.By))
		}
		t.rows = append(t.rows, []string{
			w.clock(x.At), w.number(devices.Systolic, x.Systolic), w.number(devices.Diastolic, x.Diastolic),
			w.known(devices.Mean, x.Mean), w.known(devices.PulseRate, x.PulseRate), how,
		})
	}
	return t
}

// known writes a value that may not have been measured.
func (w *writer) known(v devices.Vital, n int) string {
	if n == 0 {
		return "–"
	}
	return w.number(v, n)
}

func (w *writer) acts() section {
	t := section{
		heading: w.say("What was done, and by whom"), none: w.say("None."),
		head: []string{w.say("At"), w.say("What"), w.say("By"), w.say("Details"), w.say("Reason")},
	}
	for _, a := range w.r.Acts {
		t.rows = append(t.rows, []string{w.clock(a.At), w.deed(&a), w.who(&a), w.details(&a), a.Reason})
	}
	return t
}

func (w *writer) gates() section {
	t := section{
		heading: w.say("Gates"), none: w.say("None was reached."),
		head: []string{w.say("At"), w.say("Gate"), w.say("State"), w.say("Not met")},
	}
	for _, g := range w.r.Gates {
		state := w.say("not met")
		switch {
		case g.Met:
			state = w.say("met")
		case g.Overridden:
			state = w.say("overridden")
		}
		var open []string
		for _, i := range g.Items {
			if !i.Met {
				open = append(open, w.told(i.Text))
			}
		}
		t.rows = append(t.rows, []string{w.clock(g.At), w.sentence(g.Name), state, strings.Join(open, "; ")})
	}
	return t
}

func (w *writer) phases() section {
	t := section{heading: w.say("Phases"), head: []string{w.say("Phase"), w.say("From"), w.say("To"), w.say("Length")}}
	for _, p := range w.r.Phases {
		t.rows = append(t.rows, []string{w.sentence(string(p.Phase)), w.clock(p.From), w.clock(p.To), w.span(p.To.Sub(p.From))})
	}
	return t
}

func (w *writer) devices() section {
	t := section{
		heading: w.say("Devices"), none: w.say("No reading was recorded."),
		head: []string{w.say("Device"), w.say("Driver"), w.say("Readings"), w.say("First"), w.say("Last"), w.say("Marks")},
	}
	for _, d := range w.r.Devices {
		var flags []string
		for _, f := range slices.Sorted(maps.Keys(d.Flags)) {
			flags = append(flags, w.word(f)+" "+strconv.Itoa(d.Flags[f]))
		}
		t.rows = append(t.rows, []string{d.Name, d.Driver, strconv.Itoa(d.Readings), w.clock(d.First), w.clock(d.Last), strings.Join(flags, "; ")})
	}
	return t
}

func (w *writer) notices() section {
	t := section{
		heading: w.say("The agent and its surroundings"), none: w.say("Nothing to tell."),
		head: []string{w.say("At"), w.say("What"), w.say("Details")},
	}
	for _, a := range w.r.Notices {
		t.rows = append(t.rows, []string{w.clock(a.At), w.sentence(a.Event), w.told(a.Text)})
	}
	return t
}
