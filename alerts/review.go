package alerts

import (
	"time"

	"bedside/devices"
)

// freshCuff is how long a reading of a cuff is worth being judged again by a limit that was changed: older ones are shown as
// old, alarms.md section 5. A streamed value is as long as it completes a hold: maxAge.
const freshCuff = 15 * time.Minute

// said is the last value of a vital by one device.
type said struct {
	value int
	at    time.Time // zero for none
	spot  bool
}

// hear keeps what a reading says, for limits that are changed before the next one comes.
func (d *device) hear(now time.Time, r *devices.Reading) {
	for _, m := range r.Measurements {
		if m.Vital < devices.Pleth {
			d.said[m.Vital] = said{value: m.Value, at: now, spot: r.Spot}
		}
	}
	for _, a := range r.Absences {
		if a.Vital < devices.Pleth {
			d.said[a.Vital] = said{}
		}
	}
}

// review judges a condition whose limits were changed by what each device said last. It is no new reading: it confirms nothing
// and is no worse than before. But what lies outside now begins, and what lies at the clear level now ends, as ever.
func (e *Engine) review(t *track) {
	for _, d := range e.devices {
		for _, spot := range []bool{false, true} {
			r := e.newest(t, d, spot)
			if len(r.Measurements) == 0 || !e.compare(t, d, &r).heard {
				continue
			}
			switch {
			case t.hits != 0:
				e.begin(t, spot)
			case t.out() == 0:
				if v, ok := r.Value(t.alert.Vital); ok && t.alert.State == Active {
					t.back, t.backKnown = v, true
				}
				e.settle(t, spot)
			default:
				t.sure = false // between limit and clear level
			}
		}
	}
}

// begin begins a violation that was none by the limit of before.
func (e *Engine) begin(t *track, spot bool) {
	if t.stage != normal {
		return
	}
	e.violate(t, spot)
	t.news = true
	if spot && t.cond.Recheck.After > 0 {
		e.effects = append(e.effects, Effect{Kind: AskCuff, Condition: t.cond.ID, After: t.cond.Recheck.After})
	}
}

// newest returns what a device said last of the vitals of a condition, as far as it is fresh and nobody has said another thing
// since.
func (e *Engine) newest(t *track, d *device, spot bool) devices.Reading {
	r := devices.Reading{Spot: spot}
	age := maxAge
	if spot {
		age = freshCuff
	}
	for i := range t.bounds {
		v := t.bounds[i].Vital
		s := &d.said[v]
		if _, twice := r.Value(v); twice || s.at.IsZero() || s.spot != spot || e.now.Sub(s.at) > age {
			continue
		}
		newer := false
		for _, o := range e.devices {
			newer = newer || spot && o.said[v].at.After(s.at)
		}
		if !newer {
			r.Measurements = append(r.Measurements, devices.Measurement{Vital: v, Value: s.value})
		}
	}
	return r
}
