package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// known returns the profile that the session was watched by, nil if this program does not have it as it was.
func known(o Options, word, hash string) *profiles.Profile {
	if o.Find == nil {
		return nil
	}
	id, _, _ := strings.Cut(word, "@")
	if p, ok := o.Find(id); ok && p.Hash() == hash {
		return p
	}
	return nil
}

// peaks returns the furthest values since the first dose, none without a dose.
func peaks(r *Report) []Peak {
	if len(r.Doses) == 0 {
		return nil
	}
	dose := r.Doses[0].At
	var list []Peak
	add := func(p *Peak, base int) {
		if p.At.IsZero() {
			return
		}
		p.Baseline, p.AfterDose, p.Returned = base, p.At.Sub(dose), returned(r.Episodes, p)
		list = append(list, *p)
	}
	systolic, diastolic, mean := Peak{Vital: devices.Systolic}, Peak{Vital: devices.Diastolic}, Peak{Vital: devices.Mean}
	for i := range r.Readings {
		x := &r.Readings[i]
		if x.At.Before(dose) {
			continue
		}
		systolic.further(x.Systolic, x.At, alerts.AtLeast)
		diastolic.further(x.Diastolic, x.At, alerts.AtLeast)
		if x.Mean > 0 {
			mean.further(x.Mean, x.At, alerts.AtLeast)
		}
	}
	pulse, oxygen := Peak{Vital: devices.PulseRate}, Peak{Vital: devices.SpO2}
	for i := range r.Seconds {
		s := &r.Seconds[i]
		if s.At.Before(dose) {
			continue
		}
		if s.Known[0] {
			pulse.further(s.Value[0], s.At, alerts.AtLeast)
		}
		if s.Known[1] {
			oxygen.further(s.Value[1], s.At, alerts.Below)
		}
	}
	add(&systolic, r.Baseline.Systolic)
	add(&diastolic, r.Baseline.Diastolic)
	add(&mean, r.Baseline.Mean)
	add(&pulse, r.Baseline.PulseRate)
	add(&oxygen, r.Baseline.SpO2)
	return list
}

func (p *Peak) further(v int, at time.Time, side alerts.Side) {
	if p.At.IsZero() || side == alerts.AtLeast && v > p.Value || side == alerts.Below && v < p.Value {
		p.Value, p.At = v, at
	}
}

// returned returns how long it took from the peak to the end of the elevation around it, 0 if there was none or if it went
// on. An elevation of pressure is one of all pressures.
func returned(episodes []sessions.Episode, p *Peak) time.Duration {
	vital := p.Vital.String()
	if isPressure(p.Vital) {
		vital = "blood_pressure"
	}
	for i := range episodes {
		e := &episodes[i]
		if e.Vital == vital && !e.Over.IsZero() && !e.Unfinished && !p.At.Before(e.Since) && p.At.Before(e.Over) {
			return e.Over.Sub(p.At)
		}
	}
	return 0
}

// The reading that the REMS form asks for 40 minutes after the first device, and how far from it one still counts:
// profiles.md section 2.1.
const (
	remsTarget    = 40 * time.Minute
	remsTolerance = 5 * time.Minute
)

// rems picks the readings of the form as [sessions.Machine] does for the status. The last reading of a session that has
// ended is the one before leaving.
func rems(r *Report) sessions.REMS {
	var out sessions.REMS
	if len(r.Doses) == 0 {
		return out
	}
	first := r.Doses[0].At
	out.Minutes = int(r.To.Sub(first).Minutes())
	nearest := remsTolerance + 1
	for i := range r.Readings {
		x := &r.Readings[i]
		since := x.At.Sub(first)
		if since < 0 {
			out.Before = x
			continue
		}
		if off := (since - remsTarget).Abs(); off < nearest && off <= remsTolerance {
			out.At40, nearest = x, off
		}
		if r.Ended {
			out.Leaving = x
		}
	}
	return out
}

// lines returns how much lay beyond each bound of the profile, where it lay for this person. Bounds of conditions that last,
// or that people report, have none.
func lines(r *Report, p *profiles.Profile) []Line {
	base := map[devices.Vital]int{
		devices.Systolic: r.Baseline.Systolic, devices.Diastolic: r.Baseline.Diastolic, devices.Mean: r.Baseline.Mean,
		devices.PulseRate: r.Baseline.PulseRate, devices.SpO2: r.Baseline.SpO2,
	}
	var list []Line
	for _, c := range p.Conditions() {
		bounds := slices.Clone(c.Bounds)
		for _, x := range c.Relative {
			if b, ok := x.At(base[x.Vital], base[x.Vital] > 0); ok {
				bounds = append(bounds, b)
			}
		}
		for _, b := range bounds {
			l := Line{Condition: c.ID, Title: c.Title, Priority: c.Priority.String(), Sometimes: len(c.During) > 0, Vital: b.Vital, Side: b.Side, Limit: b.Limit}
			if slices.ContainsFunc(list, l.is) {
				continue // the person's own line lies where the fixed one does
			}
			l.count(r, b)
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b Line) int { return cmp.Compare(a.Vital, b.Vital) })
	return list
}

func (l *Line) is(other Line) bool {
	return l.Condition == other.Condition && l.Vital == other.Vital && l.Side == other.Side && l.Limit == other.Limit
}

// count counts what lay beyond a bound.
func (l *Line) count(r *Report, b alerts.Bound) {
	if i := slices.Index(Continuous(), l.Vital); i >= 0 {
		for s := range r.Seconds {
			if !r.Seconds[s].Known[i] {
				continue
			}
			l.Of++
			if b.Violated(r.Seconds[s].Value[i]) {
				l.Beyond += time.Second
			}
		}
		return
	}
	for i := range r.Readings {
		v := pressure(&r.Readings[i], l.Vital)
		if v == 0 {
			continue
		}
		l.Of++
		if b.Violated(v) {
			l.Readings++
		}
	}
}

// pressure returns a pressure of a reading, 0 for one that it does not have.
func pressure(x *sessions.CuffReading, v devices.Vital) int {
	switch v {
	case devices.Systolic:
		return x.Systolic
	case devices.Diastolic:
		return x.Diastolic
	case devices.Mean:
		return x.Mean
	}
	return 0
}
