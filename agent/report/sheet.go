package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// sheet is a report for people before it has a form: what HTML and PDF both show, so that they cannot differ.
type sheet struct {
	language Language
	title    string
	marks    []string // what nobody may overlook: SIMULATED, not approved, goes on
	facts    []fact
	first    []section // of the first page
	trend    *trend
	rest     []section
	footer   string
}

// fact is a short answer, such as route: iv.
type fact struct{ name, value string }

// section is a heading with a table or some lines below it. One without both says what it has not.
type section struct {
	heading string
	note    string
	head    []string
	rows    [][]string
	none    string // instead of an empty table
}

// newSheet puts a report into words.
func newSheet(r *Report, style Style) *sheet {
	s := style.withDefaults()
	w := writer{Style: s, r: r}
	return &sheet{
		language: s.Language,
		title:    s.say("Session %s", r.Session),
		marks:    w.marks(),
		facts:    w.facts(),
		first:    []section{w.doses(), w.peaks(), w.lines(), w.episodes(), w.alerts(), w.overrides(), w.coverage(), w.rems()},
		trend:    newTrend(r, s),
		rest:     []section{w.readings(), w.acts(), w.gates(), w.phases(), w.devices(), w.notices()},
		footer: s.say("Not a medical device. Does not replace an approved monitor, its alarms, or trained staff in the room.") + " " +
			s.say("Record %s", cmp.Or(r.Proof, s.say("not proven"))),
	}
}

// writer writes the parts of a sheet.
type writer struct {
	Style
	r *Report
}

func (w *writer) marks() []string {
	var marks []string
	switch w.r.Mode {
	case wire.Demo:
		marks = append(marks, w.say("SIMULATED"))
	case wire.Test:
		marks = append(marks, w.say("TEST"))
	}
	if w.r.Profile.ApprovedBy == "" {
		marks = append(marks, w.say("Profile not clinically approved"))
	}
	if !w.r.Ended {
		marks = append(marks, w.say("The session goes on, or its end is not in the record"))
	}
	if w.r.Unread > 0 {
		marks = append(marks, w.say("%d messages of the record could not be read and are left out", w.r.Unread))
	}
	return marks
}

func (w *writer) facts() []fact {
	r := w.r
	facts := []fact{
		{w.say("Room"), r.Room + " · " + r.Site},
		{w.say("Time"), w.day(r.From) + " " + w.clock(r.From) + " – " + w.clock(r.To) + " (" + w.Zone.String() + ")"},
		{w.say("Route"), w.or(w.word(r.Start.Route))},
		{w.say("Age"), w.count(r.Start.Age)},
		{w.say("Begun by"), w.or(r.Start.By)},
		{w.say("Ended by"), w.or(join(r.End.By, r.End.Reason))},
		{w.say("Minutes observed"), w.count(r.Minutes)},
		{w.say("Baseline"), w.baseline()},
		{w.say("Profile"), r.Profile.Word + " · " + short(r.Profile.Hash)},
		{w.say("Approved by"), cmp.Or(r.Profile.ApprovedBy, w.say("nobody"))},
		{w.say("Program"), w.or(r.Version)},
		{w.say("Screening"), w.screening()},
	}
	if u := w.uncovered(); u != "" {
		facts = append(facts, fact{w.say("Begun although no nurse was reached"), u})
	}
	return facts
}

// uncovered returns why the session began although nobody was reached, or "".
func (w *writer) uncovered() string {
	for _, a := range w.r.Acts {
		if a.Event == string(sessions.Uncovered) {
			return join(a.By, a.Reason)
		}
	}
	return ""
}

func (w *writer) screening() string {
	var list []string
	for _, q := range slices.Sorted(maps.Keys(w.r.Start.Screening)) {
		list = append(list, w.word(q)+": "+w.word(string(w.r.Start.Screening[q])))
	}
	return w.or(strings.Join(list, "; "))
}

func (w *writer) baseline() string {
	b := &w.r.Baseline
	var parts []string
	if b.Systolic > 0 {
		parts = append(parts, w.number(devices.Systolic, b.Systolic)+"/"+w.number(devices.Diastolic, b.Diastolic)+" "+string(w.Unit))
	}
	if b.PulseRate > 0 {
		parts = append(parts, w.title(devices.PulseRate)+" "+strconv.Itoa(b.PulseRate)+" /min")
	}
	if b.SpO2 > 0 {
		parts = append(parts, w.title(devices.SpO2)+" "+strconv.Itoa(b.SpO2)+" %")
	}
	if w.r.Missing != "" {
		parts = append(parts, w.r.Missing)
	}
	return w.or(strings.Join(parts, " · "))
}

// or says that there is nothing to say.
func (w *writer) or(text string) string { return cmp.Or(text, w.say("not recorded")) }

func (w *writer) count(n int) string {
	if n == 0 {
		return w.say("not recorded")
	}
	return strconv.Itoa(n)
}

func (w *writer) doses() section {
	t := section{
		heading: w.say("Doses"), none: w.say("No dose was recorded."),
		head: []string{w.say("No."), w.say("At"), w.say("Drug"), w.say("Amount"), w.say("By")},
	}
	for _, d := range w.r.Doses {
		t.rows = append(t.rows, []string{strconv.Itoa(d.Number), w.clock(d.At), d.Drug, d.Amount, d.By})
	}
	if !w.r.Infusion.IsZero() {
		t.note = w.say("Infusion ended at %s.", w.clock(w.r.Infusion))
	}
	return t
}

func (w *writer) peaks() section {
	t := section{
		heading: w.say("Peaks after the first dose"), none: w.say("No value after a dose."),
		head: []string{w.say("Vital sign"), w.say("Baseline"), w.say("Peak"), w.say("Difference"), w.say("At"), w.say("After dose"), w.say("Back after")},
		note: w.say("Of SpO2 the lowest value. Back: the end of the elevation around the peak."),
	}
	for _, p := range w.r.Peaks {
		base, rise, back := "–", "–", "–"
		if p.Baseline > 0 {
			base = w.number(p.Vital, p.Baseline)
			rise = w.signed(p.Vital, p.Value-p.Baseline)
		}
		if p.Returned > 0 {
			back = w.span(p.Returned)
		}
		t.rows = append(t.rows, []string{
			w.title(p.Vital) + ", " + w.unit(p.Vital), base, w.number(p.Vital, p.Value), rise, w.clock(p.At), w.span(p.AfterDose), back,
		})
	}
	return t
}

func (w *writer) signed(v devices.Vital, n int) string {
	if n > 0 {
		return "+" + w.number(v, n)
	}
	return w.number(v, n)
}

func (w *writer) lines() section {
	t := section{
		heading: w.say("Time beyond each line"), none: w.say("This program does not have the profile as it was, so its lines are not known."),
		head: []string{w.say("Condition"), w.say("Line"), w.say("Beyond")},
		note: w.say("Seconds with a value beyond the line; of blood pressure, the readings. Whether it was an alert, the list of alerts says."),
	}
	for _, l := range w.r.Lines {
		beyond := w.say("%d of %d readings", l.Readings, l.Of)
		if slices.Contains(Continuous(), l.Vital) {
			beyond = w.say("%s of %s", w.span(l.Beyond), w.span(time.Duration(l.Of)*time.Second))
		}
		side := "≥"
		if l.Side == alerts.Below {
			side = "<"
		}
		t.rows = append(t.rows, []string{
			w.say(l.Title), w.title(l.Vital) + " " + side + " " + w.number(l.Vital, l.Limit) + " " + w.unit(l.Vital), beyond,
		})
	}
	return t
}

func (w *writer) episodes() section {
	t := section{
		heading: w.say("Elevations over the baseline"), none: w.say("None."),
		head: []string{w.say("Vital sign"), w.say("Class"), w.say("From"), w.say("To"), w.say("Peak"), w.say("Above baseline")},
	}
	for _, e := range w.r.Episodes {
		vital, peak := devices.PulseRate, strconv.Itoa(e.Peak)
		if e.Vital != devices.PulseRate.String() {
			vital = devices.Systolic
			peak = w.number(vital, e.Peak) + "/" + w.number(devices.Diastolic, e.PeakDiastolic)
		}
		to := w.clock(e.Over)
		if e.Over.IsZero() || e.Unfinished {
			to = w.say("to the end")
		}
		t.rows = append(t.rows, []string{w.word(e.Vital), w.word(string(e.Class)), w.clock(e.Since), to, peak, w.signed(vital, e.Rise)})
	}
	return t
}

func (w *writer) alerts() section {
	t := section{
		heading: w.say("Alerts"), none: w.say("None."),
		head: []string{w.say("Raised"), w.say("Over"), w.say("Priority"), w.say("Alert"), w.say("Worst"), w.say("Shown"), w.say("Acknowledged"), w.say("Called")},
	}
	for i := range w.r.Alerts {
		a := &w.r.Alerts[i]
		priority := w.word(a.Priority)
		if a.First != a.Priority {
			priority = w.word(a.First) + " → " + priority
		}
		over := w.clock(a.Over)
		if a.Over.IsZero() {
			over = w.say("to the end")
		}
		raised := w.clock(a.Raised)
		if a.Before {
			raised += " " + w.say("(before)")
		}
		t.rows = append(t.rows, []string{
			raised, over, priority, join(w.say(a.Title), a.Device), w.worst(a), w.displayed(a), w.acknowledged(a), w.called(a),
		})
	}
	return t
}

func (w *writer) worst(a *Alert) string {
	v, ok := devices.ParseVital(a.Vital)
	if !ok || a.Value == "" {
		return a.Text
	}
	value, err1 := strconv.Atoi(a.Value)
	limit, err2 := strconv.Atoi(a.Limit)
	if err1 != nil || err2 != nil { // with decimals, which no alert has so far
		return a.Value + " / " + a.Limit + " " + a.Unit
	}
	return fmt.Sprintf("%s %s %s, %s", w.title(v), w.number(v, value), w.unit(v), w.say("limit %s", w.number(v, limit)))
}

func (w *writer) displayed(a *Alert) string {
	var list []string
	for _, d := range a.Displayed {
		list = append(list, d.Station+" "+w.say("after %s s", w.decimal(d.After.Seconds(), 1)))
	}
	return cmp.Or(strings.Join(list, "; "), w.say("no receipt"))
}

func (w *writer) acknowledged(a *Alert) string {
	var list []string
	for _, k := range a.Acknowledged {
		list = append(list, join(w.clock(k.At)+" "+k.By, k.Via))
	}
	return cmp.Or(strings.Join(list, "; "), w.say("nobody"))
}

func (w *writer) called(a *Alert) string {
	var list []string
	for _, c := range a.Called {
		list = append(list, w.clock(c.At)+" "+w.word(c.Whom))
	}
	return cmp.Or(strings.Join(list, "; "), "–")
}

// short is enough of a hash to compare by eye.
func short(hash string) string { return hash[:min(len(hash), 12)] }

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " · " + b
}
