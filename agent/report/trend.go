package report

import (
	"strconv"
	"strings"
	"time"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/devices"
)

// trend is the course of a session as lines and marks in a box, each coordinate from 0 to 1: from left to right the time, from
// the top down. HTML and PDF draw the same one.
type trend struct {
	panels []panel
	bands  []band // phases
	marks  []mark // doses
	lanes  []lane // of the alerts, by priority
	ticks  []tick // of the time
}

// panel is one box of the trend.
type panel struct {
	title     string
	low, high float64
	ticks     []tick
	lines     []polyline // each run without a gap
	bars      []bar      // readings of a cuff
	baselines []float64  // own values, 0 to 1
	alarms    []alarm    // where alarms begin
	dashed    bool
}

type (
	point    struct{ x, y float64 }
	polyline []point
	bar      struct{ x, top, mean, bottom float64 } // mean is -1 if it was not measured
	band     struct {
		from, to float64
		name     string
	}
	alarm struct {
		y     float64
		above bool // values above y violate the line, else those below
		text  string
	}
	mark struct {
		x, to float64 // to is 0 for a moment
		name  string
	}
	lane struct {
		priority, name string
		marks          []mark
	}
	tick struct {
		at   float64
		text string
	}
)

// columns is how many columns the lines of a trend have at most; our choice, enough for a printed page. A column shows the
// lowest and the highest value in it, so no peak is lost.
const columns = 700

// besides is how far apart two doses are, as a part of the width, that have room for their whole names; our choice.
const besides = 0.08

// newTrend draws a report; nil if it has no length.
func newTrend(r *Report, style Style) *trend {
	length := r.To.Sub(r.From)
	if length <= 0 {
		return nil
	}
	t := &trend{}
	x := func(at time.Time) float64 { return min(max(float64(at.Sub(r.From))/float64(length), 0), 1) }
	for _, p := range r.Phases {
		t.bands = append(t.bands, band{x(p.From), x(p.To), style.word(string(p.Phase))})
	}
	for i, d := range r.Doses {
		m := mark{x: x(d.At), name: style.say("Dose %d", d.Number)}
		if i > 0 && m.x-t.marks[i-1].x < besides {
			m.name = strconv.Itoa(d.Number)
		}
		t.marks = append(t.marks, m)
	}
	for _, p := range []alerts.Priority{alerts.High, alerts.Medium, alerts.Low} {
		t.lanes = append(t.lanes, newLane(r, style, p, x))
	}
	t.panels = append(t.panels,
		line(r, style, 0, 40, 140, []float64{40, 60, 80, 100, 120, 140}, r.Baseline.PulseRate, false),
		line(r, style, 1, 78, 100, []float64{80, 85, 90, 95, 100}, r.Baseline.SpO2, true),
		bars(r, style, x))
	t.ticks = hours(r, style, length)
	return t
}

// newLane draws the alerts of one priority, each from when it was raised until it was over.
func newLane(r *Report, style Style, p alerts.Priority, x func(time.Time) float64) lane {
	l := lane{priority: p.String(), name: style.say("Alerts, %s", style.word(p.String()))}
	for i := range r.Alerts {
		a := &r.Alerts[i]
		if wire.Rank(a.Priority) != p {
			continue
		}
		over := a.Over
		if over.IsZero() {
			over = r.To
		}
		l.marks = append(l.marks, mark{x: x(a.Raised), to: x(over), name: style.say(a.Title)})
	}
	return l
}

// bound draws where alarms of a vital begin: of the lines that always count and are at least of medium priority, the nearest on
// each of these sides.
func (p *panel) bound(r *Report, style Style, v devices.Vital, sides ...alerts.Side) {
	for _, s := range sides {
		var nearest *Line
		for i := range r.Lines {
			l := &r.Lines[i]
			if l.Vital == v && l.Side == s && !l.Sometimes && wire.Rank(l.Priority) >= alerts.Medium &&
				(nearest == nil || (s == alerts.AtLeast) == (l.Limit < nearest.Limit)) {
				nearest = l
			}
		}
		if nearest != nil && float64(nearest.Limit) > p.low && float64(nearest.Limit) < p.high {
			p.alarms = append(p.alarms, alarm{p.y(float64(nearest.Limit)), s == alerts.AtLeast, side(s) + " " + style.number(v, nearest.Limit)})
		}
	}
}

// hours are the ticks of the time axis: every ten minutes, or every half hour of a long session.
func hours(r *Report, style Style, length time.Duration) []tick {
	every := 10 * time.Minute
	if length > 2*time.Hour {
		every = 30 * time.Minute
	}
	var list []tick
	for at := r.From.Truncate(every).Add(every); at.Before(r.To); at = at.Add(every) {
		list = append(list, tick{float64(at.Sub(r.From)) / float64(length), at.In(style.Zone).Format("15:04")})
	}
	return list
}

// scale returns the panel for values from low to high, wider where values lie outside.
func scale(title string, low, high float64, ticks []float64, format func(float64) string) panel {
	p := panel{title: title, low: low, high: high}
	for _, v := range ticks {
		p.ticks = append(p.ticks, tick{p.y(v), format(v)})
	}
	return p
}

func (p *panel) y(v float64) float64 { return min(max((p.high-v)/(p.high-p.low), 0), 1) }

// line draws a continuous vital, column by column; a column without a value is a gap.
func line(r *Report, style Style, v int, low, high float64, ticks []float64, base int, dashed bool) panel {
	vital := Continuous()[v]
	for i := range r.Seconds {
		if r.Seconds[i].Known[v] {
			low, high = min(low, float64(r.Seconds[i].Value[v])), max(high, float64(r.Seconds[i].Value[v]))
		}
	}
	p := scale(style.title(vital)+", "+vital.Unit(), low, high, ticks, func(f float64) string { return style.number(vital, int(f)) })
	p.dashed = dashed
	p.bound(r, style, vital, alerts.AtLeast, alerts.Below)
	if base > 0 {
		p.baselines = append(p.baselines, p.y(float64(base)))
	}
	n := len(r.Seconds)
	per := max((n+columns-1)/columns, 1)
	var run polyline
	flush := func() {
		if len(run) > 0 {
			p.lines = append(p.lines, run)
			run = nil
		}
	}
	for from := 0; from < n; from += per {
		least, most, found := extremes(r.Seconds[from:min(from+per, n)], v)
		if !found {
			flush()
			continue
		}
		x := (float64(from) + float64(per)/2) / float64(n)
		run = append(run, point{min(x, 1), p.y(float64(most))})
		if least != most {
			run = append(run, point{min(x, 1), p.y(float64(least))})
		}
	}
	flush()
	return p
}

// extremes returns the range of the known values. A column with one second missing has no gap: it would hide the others.
func extremes(seconds []Second, v int) (least, most int, found bool) {
	for i := range seconds {
		if !seconds[i].Known[v] {
			continue
		}
		value := seconds[i].Value[v]
		if !found {
			least, most, found = value, value, true
		}
		least, most = min(least, value), max(most, value)
	}
	return least, most, found
}

// bars draws the readings of the cuff, from systolic to diastolic.
func bars(r *Report, style Style, x func(time.Time) float64) panel {
	low, high := 40.0, 200.0
	for _, b := range r.Readings {
		low, high = min(low, float64(b.Diastolic)), max(high, float64(b.Systolic))
	}
	p := scale(style.say("Blood pressure")+", "+string(style.Unit), low, high, []float64{40, 80, 120, 160, 200},
		func(f float64) string { return style.number(devices.Systolic, int(f)) })
	for _, b := range r.Readings {
		mean := -1.0
		if b.Mean > 0 {
			mean = p.y(float64(b.Mean))
		}
		p.bars = append(p.bars, bar{x(b.At), p.y(float64(b.Systolic)), mean, p.y(float64(b.Diastolic))})
	}
	p.bound(r, style, devices.Systolic, alerts.AtLeast) // below, the diastolic ends of the bars would stand in it
	for _, base := range []int{r.Baseline.Systolic, r.Baseline.Diastolic} {
		if base > 0 {
			p.baselines = append(p.baselines, p.y(float64(base)))
		}
	}
	return p
}

// legend says what is drawn how.
func (t *trend) legend(style Style) string {
	return style.say("Dotted: baseline. Shaded from a thin line: where alarms begin. Strong vertical lines: doses. A break in a line: nothing was measured.")
}

// words are what a trend shows, for those who do not see it.
func (t *trend) words(style Style) string {
	var titles []string
	for _, p := range t.panels {
		titles = append(titles, p.title)
	}
	return style.say("Course of the session: %s. The tables have the same figures.", strings.Join(titles, "; "))
}
