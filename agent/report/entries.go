package report

import (
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

// entry is one answer of a report for programs: what CSV and FHIR both tell, so that they cannot differ. Exactly one of text,
// moment and quantity is set; an entry with none of them says that the answer is not known.
type entry struct {
	group    string // such as "peak"
	number   int    // within the group, from 1
	name     string // such as "after_dose"
	text     string
	moment   time.Time
	quantity string // decimal
	unit     string // of the quantity, UCUM
}

// missing reports whether the answer is not known.
func (e *entry) missing() bool { return e.text == "" && e.moment.IsZero() && e.quantity == "" }

// entries lists a report. Its order is that of the report.
func entries(r *Report) []entry {
	c := &collector{}
	c.session(r)
	c.reading("baseline", &sessions.CuffReading{
		Systolic: r.Baseline.Systolic, Diastolic: r.Baseline.Diastolic, Mean: r.Baseline.Mean, PulseRate: r.Baseline.PulseRate,
	})
	c.vital("spo2", devices.SpO2, r.Baseline.SpO2)
	c.text("missing", r.Missing)
	for i := range r.Doses {
		c.dose(&r.Doses[i])
	}
	for i := range r.Peaks {
		c.peak(&r.Peaks[i])
	}
	for i := range r.Lines {
		c.line(&r.Lines[i])
	}
	for i := range r.Episodes {
		c.episode(&r.Episodes[i], afterDose(r, &r.Episodes[i]))
	}
	for i := range r.Alerts {
		c.alert(&r.Alerts[i])
	}
	for i := range r.Limits {
		c.limitChanged(&r.Limits[i])
	}
	for i := range r.Suspensions {
		c.suspension(&r.Suspensions[i])
	}
	for i := range r.Coverage {
		c.coverage(&r.Coverage[i])
	}
	if len(r.Doses) > 0 {
		c.rems(&r.REMS)
	}
	for i := range r.Readings {
		c.reading("reading", &r.Readings[i])
	}
	c.rest(r)
	return c.list
}

// collector collects entries.
type collector struct {
	list   []entry
	group  string
	number int
	counts map[string]int
}

// begin begins the next item of a group.
func (c *collector) begin(group string) {
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[group]++
	c.group, c.number = group, c.counts[group]
}

func (c *collector) add(e entry) {
	e.group, e.number = c.group, c.number
	c.list = append(c.list, e)
}

// text adds a text that need not be there.
func (c *collector) text(name, text string) {
	if text != "" {
		c.said(name, text)
	}
}

// said adds a text whose absence tells something.
func (c *collector) said(name, text string)       { c.add(entry{name: name, text: text}) }
func (c *collector) at(name string, at time.Time) { c.add(entry{name: name, moment: at}) }
func (c *collector) count(name string, n int) {
	c.add(entry{name: name, quantity: strconv.Itoa(n), unit: "1"})
}

// vital adds a value, 0 for one that is not known.
func (c *collector) vital(name string, v devices.Vital, value int) {
	e := entry{name: name}
	if value != 0 {
		e.quantity, e.unit = wire.Digits(v, value).String(), v.Unit()
	}
	c.add(e)
}

// span adds a duration in seconds.
func (c *collector) span(name string, d time.Duration) {
	c.add(entry{name: name, quantity: strconv.FormatFloat(d.Seconds(), 'f', -1, 64), unit: "s"})
}

func (c *collector) yes(name string, v bool) { c.said(name, strconv.FormatBool(v)) }

func (c *collector) session(r *Report) {
	c.begin("session")
	c.said("code", r.Session)
	c.said("site", r.Site)
	c.said("room", r.Room)
	c.said("mode", string(r.Mode))
	c.at("from", r.From)
	c.at("to", r.To)
	c.yes("ended", r.Ended)
	c.text("begun_by", r.Start.By)
	c.text("ended_by", r.End.By)
	c.text("end_reason", r.End.Reason)
	c.said("route", r.Start.Route)
	if r.Start.Age > 0 {
		c.add(entry{name: "age", quantity: strconv.Itoa(r.Start.Age), unit: "a"})
	}
	for _, q := range slices.Sorted(maps.Keys(r.Start.Screening)) {
		c.said("screening."+q, string(r.Start.Screening[q]))
	}
	c.add(entry{name: "observed", quantity: strconv.Itoa(r.Minutes), unit: "min"})
	c.said("profile", r.Profile.Word)
	c.said("profile_hash", r.Profile.Hash)
	c.said("profile_approved_by", r.Profile.ApprovedBy)
	c.yes("profile_known", r.Profile.Known)
	c.said("version", r.Version)
	c.count("messages", r.Events)
	c.count("unread", r.Unread)
	c.said("record_hash", r.Proof)
	if !r.Infusion.IsZero() {
		c.at("infusion_ended", r.Infusion)
	}
	c.cover(r)
}

// cover adds who had duty when the session began, and the test of the way to them.
func (c *collector) cover(r *Report) {
	c.begin("duty")
	if d := r.Duty; d == nil {
		c.said("nurse", "")
	} else {
		c.said("nurse", d.Nurse)
		c.text("backup", d.Backup)
		c.at("since", d.Since.Time)
		c.at("until", d.Until.Time)
		c.text("station", d.Station)
	}
	c.begin("reach_test")
	if x := r.Reach; x == nil {
		c.said("state", "")
	} else {
		c.at("at", x.At.Time)
		c.said("state", x.State)
		c.text("by", x.By)
		c.span("after", time.Duration(x.AfterMS)*time.Millisecond)
	}
}

func (c *collector) dose(d *sessions.GivenDose) {
	c.begin("dose")
	c.at("at", d.At)
	c.said("drug", d.Drug)
	c.said("amount", d.Amount)
	c.text("by", d.By)
	if d.Device > 0 {
		c.count("device", d.Device)
	}
}

func (c *collector) peak(p *Peak) {
	c.begin("peak")
	c.said("vital", p.Vital.String())
	c.vital("value", p.Vital, p.Value)
	c.vital("baseline", p.Vital, p.Baseline)
	c.at("at", p.At)
	c.span("after_dose", p.AfterDose)
	if p.Returned > 0 {
		c.span("returned_after", p.Returned)
	} else {
		c.said("returned_after", "")
	}
}

func (c *collector) line(l *Line) {
	c.begin("line")
	c.said("condition", l.Condition)
	c.said("title", l.Title)
	c.said("priority", l.Priority)
	if l.Sometimes {
		c.yes("sometimes", true)
	}
	c.said("vital", l.Vital.String())
	side := "at_least"
	if l.Side == alerts.Below {
		side = "below"
	}
	c.said("side", side)
	c.vital("limit", l.Vital, l.Limit)
	if slices.Contains(Continuous(), l.Vital) {
		c.span("beyond", l.Beyond)
		c.span("of", time.Duration(l.Of)*time.Second)
		return
	}
	c.count("readings_beyond", l.Readings)
	c.count("readings_of", l.Of)
}

func (c *collector) episode(e *sessions.Episode, after time.Duration) {
	c.begin("episode")
	vital, area := devices.PulseRate, "1"
	if e.Vital != devices.PulseRate.String() {
		vital, area = devices.Systolic, "mm[Hg].min"
	}
	c.said("vital", e.Vital)
	c.said("class", string(e.Class))
	c.at("since", e.Since)
	c.at("over", e.Over)
	if e.Unfinished {
		c.yes("unfinished", true)
	}
	c.at("peak_at", e.PeakAt)
	if after >= 0 {
		c.span("peak_after_dose", after)
	}
	c.vital("peak", vital, e.Peak)
	if vital == devices.Systolic {
		c.vital("peak_diastolic", devices.Diastolic, e.PeakDiastolic)
	}
	c.vital("baseline", vital, e.Baseline)
	c.add(entry{name: "rise", quantity: strconv.Itoa(e.Rise), unit: vital.Unit()})
	if e.BaselineDiastolic > 0 {
		c.vital("baseline_diastolic", devices.Diastolic, e.BaselineDiastolic)
		c.add(entry{name: "rise_diastolic", quantity: strconv.Itoa(e.RiseDiastolic), unit: devices.Diastolic.Unit()})
	}
	c.text("cause", string(e.Cause))
	c.add(entry{name: "area", quantity: strconv.FormatFloat(e.Area, 'f', -1, 64), unit: area})
}

func (c *collector) alert(a *Alert) {
	c.begin("alert")
	c.said("occurrence", a.Occurrence)
	c.said("condition", a.Condition)
	c.said("title", a.Title)
	c.said("kind", a.Kind)
	c.text("device", a.Device)
	c.said("first_priority", a.First)
	c.said("priority", a.Priority)
	c.at("raised", a.Raised)
	if a.Before {
		c.yes("before_session", true)
	}
	c.at("over", a.Over)
	c.text("text", a.Text)
	if a.Value != "" {
		c.said("vital", a.Vital)
		c.add(entry{name: "worst", quantity: a.Value, unit: a.Unit})
		c.add(entry{name: "limit", quantity: a.Limit, unit: a.Unit})
	}
	for _, d := range a.Displayed {
		c.said("displayed.station", d.Station)
		c.span("displayed.after", d.After)
	}
	for _, k := range a.Acknowledged {
		c.at("acknowledged.at", k.At)
		c.said("acknowledged.by", k.By)
		c.text("acknowledged.via", k.Via)
	}
	for _, k := range a.Called {
		c.at("called.at", k.At)
		c.said("called.whom", k.Whom)
	}
}

func (c *collector) coverage(v *Coverage) {
	c.begin("coverage")
	c.said("vital", v.Vital.String())
	c.span("session", time.Duration(v.Seconds)*time.Second)
	c.span("known", time.Duration(v.Known)*time.Second)
	for _, why := range slices.Sorted(maps.Keys(v.Absent)) {
		c.span("absent."+why, time.Duration(v.Absent[why])*time.Second)
	}
	if v.Longest.Length() > 0 {
		c.at("longest_gap.from", v.Longest.From)
		c.span("longest_gap.length", v.Longest.Length())
	}
}

func (c *collector) rems(x *sessions.REMS) {
	c.begin("rems")
	c.add(entry{name: "minutes", quantity: strconv.Itoa(x.Minutes), unit: "min"})
	for _, at := range []struct {
		name    string
		reading *sessions.CuffReading
	}{{"before", x.Before}, {"at_40_min", x.At40}, {"before_leaving", x.Leaving}} {
		if at.reading == nil {
			c.said(at.name, "")
			continue
		}
		c.at(at.name+".at", at.reading.At)
		c.vital(at.name+".systolic", devices.Systolic, at.reading.Systolic)
		c.vital(at.name+".diastolic", devices.Diastolic, at.reading.Diastolic)
	}
}

// reading adds a reading of the cuff, or the baseline, which has no moment.
func (c *collector) reading(group string, x *sessions.CuffReading) {
	c.begin(group)
	if !x.At.IsZero() {
		c.at("at", x.At)
	}
	c.vital("systolic", devices.Systolic, x.Systolic)
	c.vital("diastolic", devices.Diastolic, x.Diastolic)
	c.vital("mean", devices.Mean, x.Mean)
	c.vital("pulse_rate", devices.PulseRate, x.PulseRate)
	if x.ByHand {
		c.yes("by_hand", true)
		c.text("by", x.By)
	}
}

// rest adds what is told in tables behind the first page.
func (c *collector) rest(r *Report) {
	for _, p := range r.Phases {
		c.begin("phase")
		c.said("phase", string(p.Phase))
		c.at("from", p.From)
		c.at("to", p.To)
	}
	for i := range r.Gates {
		g := &r.Gates[i]
		c.begin("gate")
		c.at("at", g.At)
		c.said("gate", g.Name)
		c.yes("met", g.Met)
		c.yes("overridden", g.Overridden)
		var open []string
		for _, item := range g.Items {
			if !item.Met && !item.Advice {
				open = append(open, item.Name)
			}
		}
		c.text("not_met", strings.Join(open, " "))
	}
	for _, d := range r.Devices {
		c.begin("device")
		c.said("name", d.Name)
		c.said("driver", d.Driver)
		c.count("readings", d.Readings)
		c.at("first", d.First)
		c.at("last", d.Last)
		for _, flag := range slices.Sorted(maps.Keys(d.Flags)) {
			c.count("flag."+flag, d.Flags[flag])
		}
	}
	for _, g := range r.Gaps {
		c.begin("gap")
		c.at("from", g.From)
		c.at("to", g.To)
	}
	for _, list := range []struct {
		group string
		acts  []Act
	}{{"act", r.Acts}, {"notice", r.Notices}} {
		for i := range list.acts {
			c.act(list.group, &list.acts[i])
		}
	}
}
