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
	style  Style // with words
	title  string
	marks  []string // what nobody may overlook: SIMULATED, not approved, goes on
	facts  []fact
	first  []block    // of the first page
	more   []*section // of it, what did not find room there: first on the next page
	fits   bool       // the first page has all that it is to say
	trend  *trend
	rest   []*section
	footer string
	quoted string // what stands as it was written
	proof  string
}

// fact is a short answer, such as route: intravenous.
type fact struct {
	name, value string
	long        bool // it takes the whole width
}

// section is a heading with a table or some lines below it. One without both says what it has not.
type section struct {
	heading string
	note    string
	head    []string
	rows    [][]string
	none    string // instead of an empty table
	kept    int    // rows of it that stand here; the others are in the sheet's more
	more    string // that there are others, and where
	whole   bool   // it is never cut: it has few rows whatever happens
}

// newSheet puts a report into words.
func newSheet(r *Report, style Style) (*sheet, error) {
	s, err := style.withWords()
	if err != nil {
		return nil, err
	}
	w := &writer{Style: s, r: r}
	sheet := &sheet{
		style:  s,
		title:  s.say("Session %s", r.Session),
		marks:  w.marks(),
		facts:  w.facts(),
		first:  w.blocks(),
		trend:  newTrend(r, s),
		footer: s.say("Not a medical device. Does not replace an approved monitor, its alarms, or trained staff in the room."),
		quoted: s.say("Staff's own words as written. Pressures in sentences: mmHg."),
		proof:  s.say("Record %s", cmp.Or(r.Proof, s.say("not proven"))),
	}
	for _, one := range []section{w.readings(), w.lines(), w.acts(), w.phases(), w.devices(), w.notices()} {
		one.kept = len(one.rows)
		sheet.rest = append(sheet.rest, &one)
	}
	return sheet, nil
}

func (w *writer) marks() []string {
	var marks []string
	switch w.r.Mode {
	case wire.Demo:
		marks = append(marks, w.say("SIMULATED"))
	case wire.Test:
		marks = append(marks, w.say("TEST, SIMULATED"))
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
		{name: w.say("Room"), value: r.Room + " · " + r.Site},
		{name: w.say("Time"), value: w.day(r.From) + " " + w.clock(r.From) + " – " + w.clock(r.To) + " (" + w.zone(r.From) + ")"},
		{name: w.say("Baseline"), value: w.baseline()},
		{name: w.say("Route"), value: w.or(w.word(r.Start.Route))},
		{name: w.say("Age"), value: w.count(r.Start.Age)},
		{name: w.say("Minutes observed"), value: w.count(r.Minutes)},
		{name: w.say("Begun by"), value: w.or(r.Start.By)},
		{name: w.say("Ended by"), value: w.or(join(r.End.By, r.End.Reason))},
		{name: w.say("Program"), value: w.or(w.program())},
		{name: w.say("Profile"), value: r.Profile.Word},
		{name: w.say("Approved by"), value: cmp.Or(r.Profile.ApprovedBy, w.say("nobody"))},
		{name: w.say("Hash of the profile"), value: w.or(short(r.Profile.Hash))},
		{name: w.say("Screening"), value: w.screening(), long: true},
		{name: w.say("Duty"), value: w.duty(), long: true},
		{name: w.say("Reach test"), value: w.reach(), long: true},
		{name: w.say("Devices"), value: w.or(w.equipment()), long: true},
		{name: w.say("Hash of the record"), value: cmp.Or(r.Proof, w.say("not proven")), long: true},
	}
	if u := w.uncovered(); u != "" {
		facts = append(facts, fact{name: w.say("Begun although no nurse was reached"), value: u, long: true})
	}
	return facts
}

func (w *writer) program() string {
	if w.r.Version == "" {
		return ""
	}
	return "Bedside " + w.r.Version
}

// duty is who had it when the session began, and how that changed.
func (w *writer) duty() string {
	text := ""
	if d := w.r.Duty; d != nil {
		text = w.say("%s until %s", d.Nurse, w.clock(d.Until.Time))
		if d.Backup != "" {
			text += ", " + w.say("back-up %s", d.Backup)
		}
	}
	return cmp.Or(w.since(text, wire.EventDuty), w.say("nobody that the record knows of"))
}

// reach is how the way to the nurse was tried.
func (w *writer) reach() string {
	text := ""
	if x := w.r.Reach; x != nil {
		text = w.clock(x.At.Time) + " " + w.told(x.Text)
	}
	return cmp.Or(w.since(text, wire.EventReachTest), w.say("none that the record knows of"))
}

// since adds what was told of something during the session.
func (w *writer) since(text, event string) string {
	for _, a := range w.r.Notices {
		if a.Event == event {
			text = join(text, w.clock(a.At)+" "+w.told(a.Text))
		}
	}
	return text
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

// screening names the answers, those that are not the usual ones first.
func (w *writer) screening() string {
	var list []string
	for _, answer := range slices.Sorted(maps.Values(w.r.Start.Screening)) {
		text := w.word(string(answer)) + ": "
		if len(list) > 0 && strings.HasPrefix(list[len(list)-1], text) {
			continue
		}
		var questions []string
		for _, q := range slices.Sorted(maps.Keys(w.r.Start.Screening)) {
			if w.r.Start.Screening[q] == answer {
				questions = append(questions, w.word(q))
			}
		}
		list = append(list, text+strings.Join(questions, ", "))
	}
	slices.Reverse(list) // yes before no
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
		parts = append(parts, w.told(w.r.Missing))
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
	switch {
	case n > 0:
		return "+" + w.number(v, n)
	case n < 0:
		return "−" + w.number(v, -n)
	}
	return w.number(v, n)
}

// beyond are the lines of the profile that some value lay beyond.
func (w *writer) beyond() section {
	t := section{
		heading: w.say("Time beyond the lines of the profile"), none: w.say("No value lay beyond any line of the profile."),
		head: w.lineHead(),
		note: w.say("Seconds with a value beyond the line; of blood pressure, the readings. Whether it was an alert, the list of alerts says."),
	}
	if !w.r.Profile.Known {
		t.none, t.note = w.unknownLines(), ""
	}
	for _, l := range w.r.Lines {
		if l.Beyond > 0 || l.Readings > 0 {
			t.rows = append(t.rows, w.line(&l))
		}
	}
	return t
}

func (w *writer) lines() section {
	t := section{heading: w.say("All lines of the profile"), none: w.unknownLines(), head: w.lineHead()}
	for _, l := range w.r.Lines {
		t.rows = append(t.rows, w.line(&l))
	}
	return t
}

func (w *writer) lineHead() []string {
	return []string{w.say("Condition"), w.say("Line"), w.say("Beyond")}
}

func (w *writer) unknownLines() string {
	return w.say("This program does not have the profile as it was, so its lines are not known.")
}

func (w *writer) line(l *Line) []string {
	beyond := w.say("%d of %d readings", l.Readings, l.Of)
	if slices.Contains(Continuous(), l.Vital) {
		beyond = w.say("%s of %s", w.span(l.Beyond), w.span(time.Duration(l.Of)*time.Second))
	}
	return []string{w.say(l.Title), w.title(l.Vital) + " " + side(l.Side) + " " + w.number(l.Vital, l.Limit) + " " + w.unit(l.Vital), beyond}
}

// side is the sign of a bound.
func side(s alerts.Side) string {
	if s == alerts.Below {
		return "<"
	}
	return "≥"
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
		return w.told(a.Text)
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
		list = append(list, d.Station+" "+w.say("after %s\u00a0s", w.decimal(d.After.Seconds(), 1)))
	}
	return cmp.Or(strings.Join(list, "; "), w.say("no receipt"))
}

func (w *writer) acknowledged(a *Alert) string {
	var list []string
	for _, k := range a.Acknowledged {
		list = append(list, join(w.clock(k.At)+" "+w.person(k.By), w.via(k.Via)))
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

// join puts a dot between what is there of two texts.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
