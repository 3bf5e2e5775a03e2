package chaos

import (
	"slices"
	"time"
)

// watched are the times in which an agent ran, heard that device and could record, long enough to be judged.
func (f *facts) watched(device string) []span {
	agent := widen(f.agentUp, -agentReady, -lostReadings-commitSlack)
	return both(agent, widen(f.devices[device], -deviceReady, -time.Second))
}

// covered: while an agent hears the oximeter, a reading is recorded every second.
func (v *verdict) covered(f *facts) {
	for _, s := range f.watched(oximeterName) {
		last := s.From
		for i := range f.recorded {
			e := &f.recorded[i]
			if e.Device != oximeterName || !e.reading() || e.At.Before(s.From) {
				continue
			}
			at := earlier(e.At.Time, s.To)
			if gap := at.Sub(last); gap > readingGap {
				v.wrong(f.name, "missing", "no reading for %v until %v after the start", gap, at.Sub(f.epoch))
			}
			last = at
			if !e.At.Before(s.To) {
				break
			}
		}
		if gap := s.To.Sub(last); gap > readingGap {
			v.wrong(f.name, "missing", "no reading for %v until %v after the start", gap, s.To.Sub(f.epoch))
		}
	}
}

// trueValues: a value of the oximeter is one that was true while it was measured.
func (v *verdict) trueValues(f *facts) {
	for i := range f.recorded {
		e := &f.recorded[i]
		if e.Device != oximeterName || !e.reading() {
			continue
		}
		for name, number := range e.Values {
			value, err := number.Value.Float64()
			if name != "pulse_rate" && name != "spo2" {
				continue
			}
			low, high := f.bounds(name, e.At.Time)
			if err != nil || value < low-1 || value > high+1 {
				v.wrong(f.name, "wrong", "%s: %s is %s, true was %v to %v", e.ID, name, number.Value, low, high)
			}
		}
	}
}

// bounds returns between which values the truth moved while the oximeter measured what it said at that moment.
func (f *facts) bounds(vital string, at time.Time) (low, high float64) {
	low, high = 1e9, -1e9
	for back := time.Duration(0); back <= memory; back += 250 * time.Millisecond {
		truth := f.course.truth(max(0, at.Add(-back).Sub(f.epoch)))
		value := truth.SpO2
		if vital == "pulse_rate" {
			value = truth.PulseRate
		}
		low, high = min(low, value), max(high, value)
	}
	return low, high
}

// cuff: every frame that the cuff sent to an agent that listened is recorded once, as it was.
func (v *verdict) cuff(f *facts) {
	used := map[string]bool{}
	for _, s := range f.truth[cuffName] {
		if s.What != "sent" {
			continue
		}
		var found int
		for i := range f.recorded {
			e := &f.recorded[i]
			if e.Device != cuffName || !e.reading() || e.At.Before(s.At.Add(-time.Second)) || e.At.After(s.At.Add(5*time.Second)) {
				continue
			}
			if same(e, s) {
				found++
				used[e.ID] = true
			}
		}
		switch {
		case found > 1:
			v.wrong(f.name, "twice", "the cuff's result of %v was recorded %d times", s.At.Sub(f.epoch), found)
		case found == 0 && within(s.At, f.watched(cuffName)):
			v.wrong(f.name, "missing", "the cuff's result of %v was not recorded", s.At.Sub(f.epoch))
		case found == 1:
			v.CuffResults++
		}
	}
	for i := range f.recorded {
		if e := &f.recorded[i]; e.Device == cuffName && e.reading() && len(e.Values) > 0 && !used[e.ID] {
			v.wrong(f.name, "wrong", "%s: the cuff never sent these values", e.ID)
		}
	}
}

func same(e *event, s sentence) bool {
	for name, want := range s.Values {
		number, ok := e.Values[name]
		if !ok {
			return false
		}
		if got, err := number.Value.Float64(); err != nil || got != want {
			return false
		}
	}
	return true
}

// crossings: whoever was truly beyond a limit for longer than the hold, before an agent that heard the device, is told, and
// nobody is told who was not.
func (v *verdict) crossings(f *facts) {
	watched := f.watched(oximeterName)
	all := f.course.crossings(f.end.Sub(f.epoch))
	for _, x := range all {
		truly := []span{{f.epoch.Add(x.From), f.epoch.Add(x.To)}}
		for _, s := range both(truly, watched) {
			due := s.From.Add(holdOfRoom + averaging)
			if due.After(s.To) {
				continue
			}
			v.Crossings++
			if !f.active(x.Conditions, due) {
				v.wrong(f.name, "untold", "%s %v from %v on: no alert %v later", x.Vital, x.Value, s.From.Sub(f.epoch), due.Sub(s.From))
			}
		}
	}
	for i := range f.recorded {
		e := &f.recorded[i]
		if e.Kind != "physiological" || e.Event != "raised" {
			continue
		}
		from, to := e.At.Add(-memory).Sub(f.epoch), e.At.Sub(f.epoch)
		if !slices.ContainsFunc(all, func(x crossing) bool {
			return slices.Contains(x.Conditions, e.Condition) && x.From <= to && x.To >= from
		}) {
			v.wrong(f.name, "for nothing", "%s %s at %v", e.ID, e.Condition, to)
		}
	}
}

// active reports whether one of the conditions was active at that moment, by the record.
func (f *facts) active(conditions []string, at time.Time) bool {
	state := map[string]string{}
	for i := range f.recorded {
		e := &f.recorded[i]
		if e.alert() && slices.Contains(conditions, e.Condition) && !e.At.After(at) {
			state[e.Occurrence] = e.State
		}
	}
	for _, s := range state {
		if s == "active" {
			return true
		}
	}
	return false
}
