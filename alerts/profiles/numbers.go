package profiles

import (
	"fmt"
	"strings"

	"bedside/alerts"
	"bedside/alerts/document"
)

// looser says which way a number loosens a profile.
type looser int8

const (
	neither looser = iota // neither way: a hysteresis, an offset of a phase
	higher
	lower
)

// entry is one number of a profile, or what counts like one, with the way in which it loosens.
type entry struct {
	path   string // as it is named under loosened
	where  string // its path in the file
	value  float64
	text   string
	tag    string
	number bool // written as a number, which needs a tag
	loose  looser
	absent []string         // a number that may be absent: what counts in its place then, the first of these that is there
	take   func(from entry) // sets it to the value of another profile
	from   any              // what take needs of the other
}

// numbers lists every number of the profile, in the order of the file.
func (p *Profile) numbers() []entry {
	w := walk{}
	w.number("baseline.readings", &p.Baseline.Readings, lower)
	w.number("baseline.target", &p.Baseline.Target, neither)
	w.span("baseline.apart", &p.Baseline.Apart, lower)
	w.span("baseline.within", &p.Baseline.Within, higher)
	w.span("baseline.window", &p.Baseline.Window, neither)
	w.number("baseline.coverage", &p.Baseline.Coverage, lower)
	w.predose(&p.Predose)
	w.span("infusion", &p.Infusion, neither)
	for i := range p.Phases {
		x := &p.Phases[i]
		w.span("phases."+x.ID+".from", &x.From, neither)
	}
	for i := range p.Limits {
		w.limit(&p.Limits[i])
	}
	for i := range p.Rechecks {
		r := &p.Rechecks[i]
		w.span("recheck."+r.Rule+".after", &r.After, higher)
		w.number("recheck."+r.Rule+".max", &r.Most, lower)
	}
	w.schedule(p)
	w.number("episodes.systolic", &p.Episodes.Systolic, higher)
	w.number("episodes.diastolic", &p.Episodes.Diastolic, higher)
	w.number("episodes.pulse_rate", &p.Episodes.Pulse, higher)
	w.span("episodes.pulse_sustained", &p.Episodes.PulseSustained, higher)
	w.span("episodes.pressure_span", &p.Episodes.PressureSpan, higher)
	w.number("episodes.pressure_readings", &p.Episodes.PressureReadings, higher)
	w.discharge(&p.Discharge)
	w.number("no_baseline.spo2", &p.Tighter.SpO2, lower)
	w.number("no_baseline.pulse_rate", &p.Tighter.PulseRate, lower)
	w.number("no_baseline.systolic", &p.Tighter.Systolic, lower)
	w.number("no_baseline.diastolic", &p.Tighter.Diastolic, lower)
	for i := range p.Ladder {
		r := &p.Ladder[i]
		first := len(w.list)
		w.span("ladder."+r.Priority.String()+"."+r.Call+".after", &r.After, higher)
		w.in(first, fmt.Sprintf("ladder[%d]", i))
	}
	return w.list
}

// walk collects numbers.
type walk struct{ list []entry }

func (w *walk) number(path string, n *Number, loose looser) {
	if *n != (Number{}) {
		add(w, path, n, float64(n.Value), fmt.Sprint(n.Value), loose)
		w.tag(n.Tag)
	}
}

func (w *walk) span(path string, s *Span, loose looser) {
	if *s != (Span{}) {
		add(w, path, s, s.Value.Seconds(), document.PrintDuration(s.Value), loose)
		w.tag(s.Tag)
	}
}

// add lists what is at to.
func add[T any](w *walk, path string, to *T, value float64, text string, loose looser) {
	take := func(from entry) {
		if x, ok := from.from.(*T); ok {
			*to = *x
			return
		}
		*to = *new(T) // the other has none
	}
	w.list = append(w.list, entry{path: path, where: path, value: value, text: text, loose: loose, take: take, from: to})
}

// tag marks the last entry as a number with a tag.
func (w *walk) tag(tag string) {
	last := &w.list[len(w.list)-1]
	last.tag, last.number = tag, true
}

// in names where the entries from i on stand in the file, if that is not their path.
func (w *walk) in(i int, section string) {
	for ; i < len(w.list); i++ {
		w.list[i].where = section + w.list[i].path[strings.LastIndexByte(w.list[i].path, '.'):]
	}
}

// flag lists something that is stricter when it is set.
func (w *walk) flag(path string, set *bool, no, yes string) {
	if *set {
		add(w, path, set, 1, yes, lower)
	} else {
		add(w, path, set, 0, no, lower)
	}
}

// words lists words of which fewer are looser.
func (w *walk) words(path string, list *[]string) {
	add(w, path, list, float64(len(*list)), strings.Join(*list, " "), lower)
}

func (w *walk) predose(g *Predose) {
	w.number("predose.max_sbp", &g.MaxSystolic, higher)
	w.number("predose.max_dbp", &g.MaxDiastolic, higher)
	w.number("predose.min_spo2", &g.MinSpO2, lower)
	w.number("predose.min_hr", &g.MinPulse, lower)
	w.number("predose.max_hr", &g.MaxPulse, higher)
	w.number("predose.rechecks", &g.Rechecks, neither)
	w.span("predose.recheck_every", &g.RecheckEvery, neither)
	w.number("predose.older_age", &g.OlderAge, lower)
	w.number("predose.older_max_sbp", &g.OlderSystolic, higher)
	w.flag("predose.mode", &g.Hard, "soft", "hard")
	w.flag("predose.unanswered", &g.UnansweredStop, "told", "stop")
}

// optional marks an entry as one that may be absent, if it is there.
func (w *walk) optional(path string, instead ...string) {
	if last := len(w.list) - 1; last >= 0 && w.list[last].path == path {
		w.list[last].absent = instead
	}
}

// adjust lists how far a session may change a limit: where it may be made looser is what makes a profile looser.
func (w *walk) adjust(bound, word string, b *Bound, side looser) {
	limit, to, from := bound+"."+word, bound+".adjust.max", bound+".adjust.min"
	loose, tight := &b.Adjust.Max, &b.Adjust.Min
	if side == lower {
		to, from, loose, tight = from, to, tight, loose
	}
	w.number(from, tight, neither)
	w.number(to, loose, side)
	w.optional(to, limit)
	w.number(bound+".adjust.end", &b.Adjust.End, side)
	w.optional(bound+".adjust.end", to, limit)
}

func (w *walk) limit(l *Limit) {
	at := "limits." + l.Rule
	for i := range l.Bounds {
		b := &l.Bounds[i]
		bound, first := at+"."+b.Vital.String(), len(w.list)
		side, word := higher, "at_least"
		if b.Side == alerts.Below {
			side, word = lower, "below"
		}
		w.number(bound+"."+word, &b.Limit, side)
		w.number(bound+".delta", &b.Delta, higher) // further from the baseline, on either side
		w.number(bound+".percent", &b.Percent, side)
		w.number(bound+".back", &b.Back, neither)
		w.in(first, fmt.Sprintf("%s.bounds[%d]", at, i))
		first = len(w.list)
		w.adjust(bound, word, b, side)
		w.in(first, fmt.Sprintf("%s.bounds[%d].adjust", at, i))
	}
	w.span(at+".hold", &l.Hold, higher)
	w.span(at+".adjust_hold.min", &l.Adjust.Min, neither)
	w.span(at+".adjust_hold.max", &l.Adjust.Max, higher)
	w.optional(at+".adjust_hold.max", at+".hold")
	w.span(at+".adjust_hold.end", &l.Adjust.End, higher)
	w.optional(at+".adjust_hold.end", at+".adjust_hold.max", at+".hold")
	w.number(at+".hold_readings", &l.Readings, higher)
	w.span(at+".clear_hold", &l.ClearHold, lower)
	for i := range l.Escalate {
		e := &l.Escalate[i]
		w.span(fmt.Sprintf("%s.escalate[%d].after", at, i), &e.After, higher)
		w.number(fmt.Sprintf("%s.escalate[%d].readings", at, i), &e.Readings, higher)
	}
	add(w, at+".priority", &l.Priority, float64(l.Priority), l.Priority.String(), lower)
	w.flag(at+".latching", &l.Latching, "false", "true")
	if len(l.Names) > 0 {
		w.words(at+".names", &l.Names)
	}
	judged := len(marks) + 1 // always
	if len(l.Phases) > 0 {
		judged = len(l.Phases)
	}
	add(w, at+".phases", &l.Phases, float64(judged), strings.Join(l.Phases, " "), lower)
}

func (w *walk) schedule(p *Profile) {
	for i := range p.Schedule {
		b := &p.Schedule[i]
		at := fmt.Sprintf("bp_schedule[%d]", i)
		if len(b.At) > 0 {
			var texts []string
			for _, t := range b.At {
				texts = append(texts, document.PrintDuration(t))
			}
			add(w, at+".at", &b.At, float64(len(b.At)), strings.Join(texts, " "), neither)
			w.tag(b.AtTag)
		}
		w.span(at+".from", &b.From, neither)
		w.span(at+".to", &b.To, neither)
		w.span(at+".every", &b.Every, neither)
		w.span(at+".tolerance", &b.Tolerance, neither)
	}
	// As a whole: a site may cut the schedule in other pieces, as long as no reading is taken later.
	add(w, "bp_schedule", &p.Schedule, 0, p.Schedule.String(), neither)
	w.span("elevated.every", &p.Elevated.Every, higher)
	w.number("elevated.under", &p.Elevated.Under, lower)
	for i := range p.Observe {
		o := &p.Observe[i]
		first := len(w.list)
		w.span("observe."+o.Anchor.String()+".min", &o.Least, lower)
		w.in(first, fmt.Sprintf("observe[%d]", i))
	}
	w.span("persist.at", &p.Persist.At, higher)
}

func (w *walk) discharge(d *Discharge) {
	w.span("discharge.apart", &d.Apart, lower)
	w.number("discharge.max_sbp", &d.Systolic, higher)
	w.number("discharge.max_sbp_delta", &d.SystolicDelta, higher)
	w.number("discharge.max_dbp", &d.Diastolic, higher)
	w.number("discharge.max_dbp_delta", &d.DiastolicDelta, higher)
	w.number("discharge.max_rising", &d.Rising, higher)
	w.number("discharge.hr_percent", &d.PulsePercent, higher)
	w.number("discharge.min_hr", &d.PulseLow, lower)
	w.number("discharge.max_hr", &d.PulseHigh, higher)
	w.number("discharge.min_spo2", &d.SpO2, lower)
	w.number("discharge.min_spo2_delta", &d.SpO2Delta, higher)
	w.span("discharge.for", &d.For, lower)
	w.words("discharge.ticks", &d.Ticks)
}
