package bench

import (
	"fmt"
	"math"
	"time"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
	"bedside/simulators"
)

// lines are what a profile calls Medium or worse, as numbers.
type lines struct {
	oxygen             float64
	fast, slow         float64
	mark               profiles.Bound // of hr_rise
	sustained          time.Duration
	systolic, severe   float64 // of bp_severe: systolic, diastolic
	surge, surgeOf     float64 // of bp_surge, over the baseline: systolic, diastolic
	persist, persistOf profiles.Bound
	persistAt          time.Duration // since the first dose
	hold               [kinds]time.Duration
}

// readLines takes the lines of a profile.
func readLines(p *profiles.Profile) (*lines, error) {
	var missing error
	bounds := func(rule string, want int) []profiles.Bound {
		l, ok := p.Limit(rule)
		if !ok || len(l.Bounds) < want {
			missing = fmt.Errorf("bench: profile %s has no %s with %d bounds", p.ID, rule, want)
			return make([]profiles.Bound, want)
		}
		return l.Bounds
	}
	hold := func(rule string) time.Duration {
		if l, ok := p.Limit(rule); ok {
			return l.Hold.Value
		}
		missing = fmt.Errorf("bench: profile %s has no %s", p.ID, rule)
		return 0
	}
	severe, surge, persist := bounds("bp_severe", 2), bounds("bp_surge", 2), bounds("bp_persist", 2)
	l := &lines{
		oxygen: number(bounds("spo2_low", 1)[0].Limit), fast: number(bounds("hr_high", 1)[0].Limit),
		slow: number(bounds("hr_low", 1)[0].Limit), mark: bounds("hr_rise", 1)[0], sustained: hold("hr_sustained"),
		systolic: number(severe[0].Limit), severe: number(severe[1].Limit),
		surge: number(surge[0].Delta), surgeOf: number(surge[1].Delta),
		persist: persist[0], persistOf: persist[1], persistAt: p.Persist.At.Value,
	}
	if p.Persist.Anchor == profiles.InfusionEnd {
		l.persistAt += p.Infusion.Value
	}
	l.hold = [kinds]time.Duration{
		desaturation: hold("spo2_low"), tachycardia: hold("hr_high"), raisedPulse: l.sustained, bradycardia: hold("hr_low"),
	}
	return l, missing
}

func number(n profiles.Number) float64 { return float64(n.Value) }

// kind is what a true event is about.
type kind int

const (
	desaturation kind = iota
	tachycardia
	raisedPulse
	bradycardia
	pressure
	kinds
)

var kindNames = [kinds]string{"desaturation", "tachycardia", "raised pulse", "bradycardia", "pressure"}

// rule says when a stretch beyond the line is a true event.
type rule struct {
	margin float64       // clearly beyond
	least  time.Duration // for so long
}

func (l *lines) rule(k kind) rule {
	return [kinds]rule{
		desaturation: {1, 30 * time.Second}, tachycardia: {3, time.Minute}, raisedPulse: {3, l.sustained + time.Minute},
		bradycardia: {3, 30 * time.Second}, pressure: {5, 10 * time.Minute},
	}[k]
}

// beyond returns by how much a trend is beyond the line of a kind, as a device would round it; negative if it is not.
func (l *lines) beyond(k kind, v, rest *simulators.Vitals, sinceDose time.Duration) float64 {
	const rounds = 0.5
	switch k {
	case desaturation:
		return l.oxygen - rounds - v.SpO2
	case tachycardia:
		return v.PulseRate + rounds - l.fast
	case raisedPulse:
		return v.PulseRate + rounds - outermost(l.mark, rest.PulseRate)
	case bradycardia:
		return l.slow - rounds - v.PulseRate
	}
	x := max(
		v.Systolic-l.systolic, v.Diastolic-l.severe,
		v.Systolic-rest.Systolic-l.surge, v.Diastolic-rest.Diastolic-l.surgeOf,
	)
	if sinceDose >= l.persistAt {
		x = max(x, v.Systolic-outermost(l.persist, rest.Systolic), v.Diastolic-outermost(l.persistOf, rest.Diastolic))
	}
	return x + rounds
}

// outermost returns where a bound lies that follows the baseline.
func outermost(b profiles.Bound, base float64) float64 {
	at := number(b.Limit)
	if b.Delta.Value != 0 {
		at = max(at, base+number(b.Delta))
	}
	if b.Percent.Value != 0 {
		at = max(at, math.Ceil(base*number(b.Percent)/100))
	}
	return at
}

// shows reports whether what a device shows is beyond the line of a kind, for the baseline that the session has measured.
func (l *lines) shows(k kind, r *devices.Reading, base map[devices.Vital]int) bool {
	value := func(v devices.Vital) (float64, float64, bool) {
		x, ok := r.Value(v)
		b, known := base[v]
		if !known {
			return float64(x), math.Inf(1), ok
		}
		return float64(x), float64(b), ok
	}
	switch k {
	case desaturation:
		x, _, ok := value(devices.SpO2)
		return ok && x < l.oxygen
	case tachycardia:
		x, _, ok := value(devices.PulseRate)
		return ok && x >= l.fast
	case raisedPulse:
		x, b, ok := value(devices.PulseRate)
		return ok && x >= outermost(l.mark, b)
	case bradycardia:
		x, _, ok := value(devices.PulseRate)
		return ok && x < l.slow
	}
	s, bs, ok := value(devices.Systolic)
	d, bd, ok2 := value(devices.Diastolic)
	return ok && ok2 && (s >= l.systolic || d >= l.severe || s >= bs+l.surge || d >= bd+l.surgeOf)
}

// side is a vital and a side of it: what an alert about the person is about.
type side int

const (
	lowOxygen side = iota
	fastPulse
	slowPulse
	highPressure
	lowPressure
	technical
)

func (k kind) side() side {
	return [kinds]side{lowOxygen, fastPulse, fastPulse, slowPulse, highPressure}[k]
}

// sideOf returns what an alert of the engine is about.
func sideOf(a *alerts.Alert) side {
	if a.Kind == alerts.Technical {
		return technical
	}
	switch a.Condition {
	case "spo2_crit", "spo2_low", "spo2_drift":
		return lowOxygen
	case "hr_high", "hr_xhigh", "hr_rise", "hr_sustained":
		return fastPulse
	case "hr_low", "hr_xlow":
		return slowPulse
	case "bp_low", "bp_xlow":
		return lowPressure
	default:
		return highPressure
	}
}
