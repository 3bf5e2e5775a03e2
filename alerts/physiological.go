package alerts

import (
	"bedside/devices"
)

// excess returns by how much v lies beyond the limit; 0 is on it.
func (b Bound) excess(v int) int {
	if b.Side == Below {
		return b.Limit - v
	}
	return v - b.Limit
}

// Violated reports whether v, in the units of the vital, violates the bound.
func (b Bound) Violated(v int) bool {
	if b.Side == Below {
		return v < b.Limit
	}
	return v >= b.Limit
}

// cleared reports whether v is back at the clear level.
func (b Bound) cleared(v int) bool {
	if b.Side == Below {
		return v >= b.Clear
	}
	return v <= b.Clear
}

// observe judges a reading: first what it says about the device, then what it says about the patient.
func (e *Engine) observe(d *device, r *devices.Reading) {
	if r == nil {
		return
	}
	e.regain(d)
	e.signal(d, r)
	if e.suspended(d, r) {
		return
	}
	d.hear(e.now, r)
	for _, t := range e.vitals {
		if !t.dormant {
			e.judge(t, d, r)
		}
	}
	if !moved(r) {
		e.forgive(d)
	}
}

// verdict is what one reading says about one condition.
type verdict struct {
	heard  bool // a value of one of its vitals
	absent bool // the device said that it has none
}

// judge feeds one condition with one reading.
func (e *Engine) judge(t *track, d *device, r *devices.Reading) {
	v := e.compare(t, d, r)
	s := &t.sources[d.index]
	if !v.heard {
		if v.absent && s.out != 0 {
			t.sure = false // no value starts nothing, and ends nothing
		}
		return
	}
	s.last = e.now
	for i := range t.sources { // a device that has been mute for long no longer contradicts one that speaks
		if o := &t.sources[i]; i != d.index && o.out != 0 && e.now.Sub(o.last) > maxGap {
			o.out = 0
		}
	}
	switch {
	case t.hits != 0:
		if !r.Spot {
			e.bridge(t, d)
		}
		e.violate(t, r.Spot)
		t.news = true
		if r.Spot && t.cond.Recheck.After > 0 {
			e.effects = append(e.effects, Effect{Kind: AskCuff, Condition: t.cond.ID, After: t.cond.Recheck.After})
		}
	case t.out() == 0:
		if t.alert.State == Active {
			if v, ok := r.Value(t.alert.Vital); ok {
				t.back, t.backKnown = v, true
			}
		}
		e.settle(t, r.Spot)
	default:
		t.sure = false // between limit and clear level, or another device still sees the violation
	}
}

// compare notes which bounds a reading violates or clears.
func (e *Engine) compare(t *track, d *device, r *devices.Reading) verdict {
	var v verdict
	s := &t.sources[d.index]
	hits := uint8(0)
	for i := range t.bounds {
		b := &t.bounds[i]
		if t.off&(1<<i) != 0 {
			continue
		}
		value, ok := r.Value(b.Vital)
		if !ok {
			if _, absent := r.Absent(b.Vital); absent {
				v.absent = true
			}
			continue
		}
		if r.Spot && e.streamed(b.Vital) {
			continue
		}
		v.heard = true
		switch bit := uint8(1) << i; {
		case b.Violated(value):
			s.out |= bit
			hits |= bit
			t.value[i] = value
		case b.cleared(value):
			s.out &^= bit
		}
	}
	if v.heard {
		t.hits = hits
	}
	return v
}

// worsened reports whether the last violating reading holds a value worse than any published of this occurrence.
func (t *track) worsened() bool {
	for i := range t.bounds {
		bit := uint8(1) << i
		if t.hits&bit == 0 {
			continue
		}
		b := &t.bounds[i]
		if t.worstKnown&bit == 0 || b.excess(t.value[i]) > b.excess(t.worst[i]) {
			return true
		}
	}
	return false
}

// publish puts the last violating reading into the alert. The value is that of the bound which is violated most.
func (e *Engine) publish(t *track) {
	most, shown := 0, -1
	for i := range t.bounds {
		bit := uint8(1) << i
		if t.hits&bit == 0 {
			continue
		}
		b := &t.bounds[i]
		if x := b.excess(t.value[i]); shown < 0 || x > most {
			most, shown = x, i
		}
		if t.worstKnown&bit == 0 || b.excess(t.value[i]) > b.excess(t.worst[i]) {
			t.worst[i] = t.value[i]
			t.worstKnown |= bit
		}
	}
	if shown < 0 {
		return
	}
	b := &t.bounds[shown]
	t.alert.HasValue, t.alert.Vital, t.alert.Value, t.alert.Limit, t.alert.Side = true, b.Vital, t.value[shown], b.Limit, b.Side
	t.alert.Baseline, t.alert.HasBaseline = e.context.Baseline[b.Vital]
	t.alert.Text = e.limitText(t)
}
