package alerts

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// How long the signals of a condition may be suspended, where somebody says for how long.
const (
	MinSuspension = time.Minute // our choice: shorter is a slip of the finger
	MaxSuspension = 15 * time.Minute
)

// Switched is a condition whose signals a person keeps back: for a while, or until the session ends.
type Switched struct {
	Condition string    `json:"condition"`
	By        string    `json:"by"`
	Reason    string    `json:"reason"`
	Until     time.Time `json:"until,omitzero"` // the signals come back by themselves; zero: with the end of the session
}

// SwitchedState is a [Switched] with the time that is left of it. Its end is kept twice: a process that was away for longer than
// what was left finds it over, and a clock that was set back meanwhile makes it no longer.
type SwitchedState struct {
	Condition string        `json:"condition"`
	By        string        `json:"by"`
	Reason    string        `json:"reason"`
	Until     time.Time     `json:"until,omitzero"` // by the wall clock; zero: until the session ends
	Left      time.Duration `json:"left,omitempty"`
}

// switchOff keeps the signals of a condition back.
func (e *Engine) switchOff(in SwitchOff) {
	s := Switched{Condition: in.Condition, By: in.By, Reason: in.Reason}
	if in.For > 0 {
		s.Until = e.now.Add(in.For)
	}
	e.silence.off = append(e.silence.off, s)
}

func (e *Engine) switchOn(in SwitchOn) {
	e.silence.off = slices.DeleteFunc(e.silence.off, func(s Switched) bool { return s.Condition == in.Condition })
}

func (e *Engine) switchedOff(id string) bool {
	return slices.ContainsFunc(e.silence.off, func(s Switched) bool { return s.Condition == id })
}

// switchedUntil returns when the signals of a switched-off condition come back by themselves; zero for no such moment.
func (e *Engine) switchedUntil(id string) time.Time {
	for _, s := range e.silence.off {
		if s.Condition == id {
			return s.Until
		}
	}
	return time.Time{}
}

// unsuspend ends what was suspended until now, and says so. What stands now is perceived as if it had just begun: nobody's
// acknowledgement of before covers it, and it calls whom it would call anew.
func (e *Engine) unsuspend() {
	e.silence.off = slices.DeleteFunc(e.silence.off, func(s Switched) bool {
		if s.Until.IsZero() || e.now.Before(s.Until) {
			return false
		}
		e.effects = append(e.effects, Effect{Kind: SuspensionOver, Condition: s.Condition})
		for _, t := range e.tracks {
			if t.cond.ID == s.Condition && t.alert.State == Active {
				t.alert.Acknowledged, t.alert.AcknowledgedBy, t.alert.Called = false, "", nil
				t.acked, t.waiting = time.Time{}, e.now
			}
		}
		return true
	})
}

// saveSwitched returns what is switched off, with the time that is left.
func (e *Engine) saveSwitched() []SwitchedState {
	var list []SwitchedState
	for _, s := range e.silence.off {
		list = append(list, SwitchedState{Condition: s.Condition, By: s.By, Reason: s.Reason, Until: s.Until, Left: e.left(s.Until)})
	}
	return list
}

// loadSwitched takes over what was switched off before a restart. What is over by now, or must not be kept back by the conditions
// of today, ends with the next Step.
func (e *Engine) loadSwitched(list []SwitchedState) {
	e.silence.off = nil
	for _, s := range list {
		out := Switched{Condition: s.Condition, By: s.By, Reason: s.Reason}
		if !s.Until.IsZero() {
			left := min(s.Left, s.Until.Sub(e.now), MaxSuspension)
			out.Until = e.now.Add(max(left, 0))
		}
		i := slices.IndexFunc(e.conditions, func(c Condition) bool { return c.ID == s.Condition })
		if i < 0 || e.conditions[i].highest() == High {
			out.Until = e.now
		}
		e.silence.off = append(e.silence.off, out)
	}
}

// refuseSwitchOff keeps what can be urgent from being switched off: alarms.md section 4 offers that for nothing High.
func (e *Engine) refuseSwitchOff(in SwitchOff) error {
	i := slices.IndexFunc(e.conditions, func(c Condition) bool { return c.ID == in.Condition })
	switch {
	case i < 0:
		return fmt.Errorf("%w: no condition is called %q", ErrNotThere, in.Condition)
	case e.conditions[i].highest() == High:
		return fmt.Errorf("%w: %s can be high, and what can be high is not switched off", ErrNotAllowed, in.Condition)
	case len(e.context.Marks) == 0:
		return fmt.Errorf("%w: a condition is switched off for a session, and there is none", ErrNotAllowed)
	case e.switchedOff(in.Condition):
		return fmt.Errorf("%w: %s is switched off already", ErrNotAllowed, in.Condition)
	case in.For != 0 && (in.For < MinSuspension || in.For > MaxSuspension):
		return fmt.Errorf("%w: a suspension lasts from %v to %v, not %v", ErrNotAllowed, MinSuspension, MaxSuspension, in.For)
	}
	return errors.Join(named(in.By), reasoned(in.Reason))
}
