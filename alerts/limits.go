package alerts

import (
	"time"

	"bedside/devices"
)

// Limit is one line that a value must not cross, as it lies at a moment: the person's baseline, what somebody changed for the
// session and what is tighter without a baseline are in it.
type Limit struct {
	Condition    string
	Title        string // of the condition
	Vital        devices.Vital
	Side         Side
	Value        int       // in the unit of Vital; AtLeast is violated on it, Below only beyond it
	Priority     Priority  // with which the condition begins
	SwitchedOff  bool      // its signals are kept back
	MaySwitchOff bool      // [SwitchOff] would not be refused because of what it is
	Tighter      int       // by so much Value lies nearer to normal than what is set, for want of a baseline
	OffUntil     time.Time // when those come back by themselves; zero for no such moment
	Setting      *Setting  // of the limit; nil without a session, and for one that follows the baseline: they are not set
	Delay        *Setting  // of the condition, in milliseconds; nil without a session, and where one reading is proof
}

// Limits returns every limit that is judged by in this context, in the order in which the conditions are declared. What is not
// watched for in this phase has none.
func (e *Engine) Limits() []Limit {
	var list []Limit
	for i := range e.conditions {
		c := &e.conditions[i]
		for _, t := range e.vitals {
			if t.cond != c || t.dormant {
				continue
			}
			for n, b := range t.bounds {
				if t.off&(1<<n) != 0 {
					continue
				}
				l := Limit{
					Condition: c.ID, Title: c.Title, Vital: b.Vital, Side: b.Side, Value: b.Limit, Priority: c.Priority,
					SwitchedOff: e.switchedOff(c.ID), OffUntil: e.switchedUntil(c.ID), MaySwitchOff: c.highest() < High,
				}
				e.describe(&l, &e.own[i], n)
				list = append(list, l)
			}
		}
	}
	return list
}

// describe says where the numbers of a limit stand, which is bound n of its condition.
func (e *Engine) describe(l *Limit, own *Condition, n int) {
	if n < len(own.Bounds) {
		l.Tighter = e.context.Tighter[l.Vital]
	}
	if len(e.context.Marks) == 0 {
		return
	}
	if n < len(own.Bounds) {
		l.Setting = new(e.setting(own, &own.Bounds[n]))
	}
	if own.Hold > 0 {
		l.Delay = new(e.setting(own, nil))
	}
}

// saveLimits returns what somebody changed.
func (e *Engine) saveLimits() []LimitState {
	var list []LimitState
	for i := range e.changes {
		x := &e.changes[i]
		s := LimitState{
			Condition: x.Condition, Side: x.Side, Value: x.New, Beyond: x.Beyond, By: x.by, Reason: x.reason, At: e.age(x.at),
		}
		if x.Vital != 0 {
			s.Vital = x.Vital.String()
		}
		list = append(list, s)
	}
	return list
}

// loadLimits takes over what somebody changed before a restart. What these conditions do not allow any more is not changed: the
// limit is the profile's own.
func (e *Engine) loadLimits(list []LimitState) {
	e.ownLimits()
	for _, s := range list {
		v, known := devices.Vital(0), s.Vital == ""
		if !known {
			v, known = devices.ParseVital(s.Vital)
		}
		if !known {
			continue
		}
		in := SetLimits{By: s.By, Reason: s.Reason, Beyond: s.Beyond}
		c := LimitChange{Condition: s.Condition, Vital: v, Side: s.Side, To: s.Value}
		x, _, err := e.change(&c, &in)
		if err == nil && x.New != x.Own {
			e.changes = append(e.changes, changed{LimitChanged: x, by: s.By, reason: s.Reason, at: e.moment(s.At)})
		}
	}
	var all []LimitChanged
	for i := range e.changes {
		all = append(all, e.changes[i].LimitChanged)
	}
	if e.ordered(all) != nil {
		e.changes = nil
	}
	e.apply()
}
