package alerts

import (
	"time"

	"bedside/devices"
)

// A number of a condition that a session may change is one of its absolute limits, or its delay, which is its Hold. It is
// written in the unit of its vital, a delay in milliseconds.

// Adjust is how far such a number may be changed. Loose lies where less is told, Tight where more is; which of them is the
// higher number depends on the side. The zero value lets the number be made tighter and never looser. What begins High is
// never made looser, whatever stands here.
type Adjust struct {
	Loose int // not looser than this; 0 for the condition's own number
	Tight int // not tighter than this; 0 for as tight as makes sense
	End   int // not looser than this even by [SetLimits.Beyond]; 0 for Loose
}

// Setting is where such a number stands, and what it may be set to.
type Setting struct {
	Own         int  // the profile's
	Set         int  // what holds for the session, before what is tighter without a baseline
	Min, Max    int  // what it may be set to
	Least, Most int  // what it may be set to by [SetLimits.Beyond]
	Changed     bool // Set is somebody's
	Beyond      bool // and lies beyond Min or Max
	By, Reason  string
	At          time.Time // when it was set; zero if it is not changed
}

// SetLimits changes limits and delays for the session that runs: all of them, or none.
type SetLimits struct {
	Changes []LimitChange
	By      string
	Reason  string // not empty if a number becomes looser than the profile's, or lies beyond what it allows
	Beyond  bool   // somebody who may go beyond what the profile allows has ordered it
}

// LimitChange is one number to be changed.
type LimitChange struct {
	Condition string
	Vital     devices.Vital // of the limit; 0 for the delay
	Side      Side          // of the limit; 0 where the condition has one limit of the vital
	To        int
	Back      bool // back to the profile's own, whatever To says
}

// LimitChanged is one number that was changed.
type LimitChanged struct {
	Condition string
	Title     string
	Vital     devices.Vital // 0 for the delay
	Side      Side          // 0 for the delay
	Old, New  int
	Own       int  // the profile's
	Beyond    bool // New lies beyond what the profile allows everybody
}

func (SetLimits) isInput() {}

// The widest range of limits that makes sense; limits beyond it alarm all the time, or never. alarms.md section 10, where
// they are those of a bedside monitor; mean pressure is our choice.
func sensible(v devices.Vital) (least, most int) {
	switch v {
	case devices.PulseRate:
		return 20, 250
	case devices.SpO2:
		return 70, 99
	case devices.Systolic:
		return 60, 250
	case devices.Diastolic:
		return 30, 150
	default:
		return 40, 200
	}
}

const (
	// shortest is the shortest delay that can be set: two values of a stream, so that one that is wrong is no proof. Our choice.
	shortest = 2 * time.Second
	// apart is how far a high and a low limit of a vital are apart at least, if somebody moves one: what is tighter without a
	// baseline moves them towards each other, by ten each in every shipped profile, and a clear level lies between them. Our
	// choice.
	apart = 30
)

// setting returns where a number stands. bound is nil for the delay.
func (e *Engine) setting(own *Condition, bound *Bound) Setting {
	s := Setting{}
	a, higherIsLooser := own.AdjustHold, true
	var vital devices.Vital
	var side Side
	tightest := int(shortest / time.Millisecond)
	if bound == nil {
		s.Own = int(own.Hold / time.Millisecond)
	} else {
		s.Own, a, vital, side = bound.Limit, bound.Adjust, bound.Vital, bound.Side
		least, most := sensible(vital)
		if higherIsLooser = side == AtLeast; higherIsLooser {
			tightest = least
		} else {
			tightest = most
		}
	}
	loose, end := s.Own, s.Own
	if own.Priority < High {
		if a.Loose != 0 {
			loose, end = a.Loose, a.Loose
		}
		if a.End != 0 {
			end = a.End
		}
	}
	tight := tightest
	if a.Tight != 0 {
		tight = a.Tight
	}
	if higherIsLooser {
		s.Min, s.Max = min(tight, s.Own), max(loose, s.Own)
		s.Least, s.Most = min(tightest, s.Min), max(end, s.Max)
	} else {
		s.Min, s.Max = min(loose, s.Own), max(tight, s.Own)
		s.Least, s.Most = min(end, s.Min), max(tightest, s.Max)
	}
	s.Set = s.Own
	for i := range e.changes {
		if x := &e.changes[i]; x.Condition == own.ID && x.Vital == vital && x.Side == side {
			s.Set, s.Changed, s.Beyond = x.New, true, x.Beyond
			s.By, s.Reason, s.At = x.by, x.reason, x.at
		}
	}
	return s
}

// looser reports whether a is looser than b as a number of that side; a delay has none.
func looser(side Side, a, b int) bool {
	if side == Below {
		return a < b
	}
	return a > b
}

// changed is a number that somebody changed, and that holds.
type changed struct {
	LimitChanged
	by, reason string
	at         time.Time
}

// apply puts what was changed into the conditions that are judged by.
func (e *Engine) apply() {
	for i := range e.conditions {
		c, own := &e.conditions[i], &e.own[i]
		copy(c.Bounds, own.Bounds)
		c.Hold = own.Hold
		for n := range e.changes {
			if x := &e.changes[n]; x.Condition == c.ID {
				x.put(c)
			}
		}
	}
}

// put sets the number in a condition. The clear level stays as far from the limit as it was.
func (x *LimitChanged) put(c *Condition) {
	if x.Vital == 0 {
		c.Hold = time.Duration(x.New) * time.Millisecond
		return
	}
	for i := range c.Bounds {
		b := &c.Bounds[i]
		if b.Vital != x.Vital || b.Side != x.Side {
			continue
		}
		back := b.Clear - b.Limit
		b.Limit, b.Clear = x.New, x.New+back
		if b.Vital == devices.SpO2 && b.Side == Below {
			b.Clear = min(b.Clear, 100) // above, the alert could never end
		}
	}
}

// setLimits changes limits, and judges at once by what was measured last.
func (e *Engine) setLimits(in SetLimits) {
	list, err := e.Changes(in)
	if err != nil {
		return
	}
	for _, x := range list {
		e.replace(x, in)
	}
	e.apply()
	e.refit()
	for _, t := range e.vitals {
		for _, x := range list {
			if x.Condition == t.cond.ID && x.Vital != 0 && !t.dormant {
				e.review(t)
				break
			}
		}
	}
}

// replace notes a change instead of an earlier one of the same number.
func (e *Engine) replace(x LimitChanged, in SetLimits) {
	kept := e.changes[:0:0]
	for _, o := range e.changes {
		if o.Condition != x.Condition || o.Vital != x.Vital || o.Side != x.Side {
			kept = append(kept, o)
		}
	}
	if x.New != x.Own {
		kept = append(kept, changed{LimitChanged: x, by: in.By, reason: in.Reason, at: e.now})
	}
	e.changes = kept
}

// ownLimits takes every change back.
func (e *Engine) ownLimits() {
	if len(e.changes) > 0 {
		e.changes = nil
		e.apply()
	}
}
