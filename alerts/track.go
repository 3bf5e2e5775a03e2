package alerts

import (
	"strconv"
	"time"
)

// stage is where a condition stands.
type stage uint8

const (
	normal   stage = iota
	pending        // violated, the hold is running or something worse is active
	active         // violated, there is an occurrence
	clearing       // no longer violated, the occurrence waits for the clear hold
)

// maxBounds is how many bounds a condition may have: hits and out are sets of them.
const maxBounds = 8

// track is the state machine of one condition, for technical conditions of one device each. The latched state is not a
// stage: a violation may begin again while an earlier occurrence still waits to be acknowledged.
type track struct {
	cond  *Condition
	dev   *device  // of a technical condition of a device, else nil
	name  string   // of a reported condition: which of its names
	of    []*track // of a lasting condition: those that last
	worse []*track // active, they stand for this one

	bounds  []Bound // limits in force: those of cond, then its relative ones
	off     uint8   // bounds that cannot be judged for want of a baseline
	dormant bool    // not judged in this context

	stage    stage
	since    time.Time // pending: when the violation began
	seen     time.Time // when it was last seen
	sure     bool      // the last word about it was a violating value
	waived   bool      // that was a single reading, which needs no hold
	readings int       // violating readings in a row
	began    time.Time // active: when the occurrence became active
	reached  Priority  // highest priority that cannot fall back
	calm     time.Time // clearing: since when
	calmSeen time.Time // when it was last seen to be over

	sources    []source // of a physiological condition, by device
	hits       uint8    // bounds that the last reading violated
	news       bool     // a violating reading that advance has not looked at yet
	value      [maxBounds]int
	worst      [maxBounds]int // of this occurrence, as published
	worstKnown uint8
	back       int // value of the alert's vital that was back at the clear level
	backKnown  bool

	acked   time.Time // when the occurrence was acknowledged
	waiting time.Time // since when it waits for an acknowledgement
	broke   bool      // it got worse after the last pause began

	note string // why, in words, from the shell
	code uint8  // why: a devices.Reason or devices.CuffClass, by trigger

	alert Alert // the occurrence that is active or latched, or the last one
}

// source is what one device said last about the vitals of a condition.
type source struct {
	out  uint8     // bounds that it violated and that are not back at their clear level
	last time.Time // last value
}

// stated reports whether the condition is over because somebody said so, and not because values came back.
func (t *track) stated() bool {
	switch t.cond.Trigger {
	case PortLost, DeviceSilent, CuffFailed, SystemFault, Reported:
		return true
	default:
		return false
	}
}

// out returns the bounds that any source holds to be violated.
func (t *track) out() uint8 {
	var out uint8
	for i := range t.sources {
		out |= t.sources[i].out
	}
	return out
}

// violate records that the condition is violated now. Raising is left to advance. Single says that this one reading is
// proof enough.
func (e *Engine) violate(t *track, single bool) {
	switch t.stage {
	case normal:
		t.stage, t.since, t.readings = pending, e.now, 0
	case pending:
		if t.cond.Kind == Physiological && !single && e.now.Sub(t.seen) > maxGap {
			t.since, t.readings = e.now, 0
		}
	case clearing:
		t.stage = active
	}
	t.seen, t.sure, t.waived = e.now, true, single
	t.readings++
}

// settle records that the condition is not violated now.
func (e *Engine) settle(t *track, single bool) {
	t.sure, t.readings = false, 0
	switch t.stage {
	case pending:
		t.stage = normal
	case active:
		t.stage, t.calm = clearing, e.now
	case clearing:
		if !t.stated() && e.now.Sub(t.calmSeen) > maxCalmGap {
			t.calm = e.now
		}
	}
	if t.stage != clearing {
		return
	}
	t.calmSeen = e.now
	if single || e.now.Sub(t.calm) >= t.cond.ClearHold {
		e.end(t)
	}
}

// advance does what is due: raises, escalates, ends what was stated to be over. What happens to one condition may
// release another, so it goes on until nothing changes; each round needs a change of the one before, and a few suffice.
func (e *Engine) advance() {
	for range 4 {
		before := len(e.events)
		for _, t := range e.tracks {
			if t.of != nil {
				e.lasts(t)
			}
			switch t.stage {
			case normal:
				continue
			case pending:
				if e.ripe(t) {
					e.raise(t)
				}
			case clearing:
				if t.stated() && e.now.Sub(t.calm) >= t.cond.ClearHold {
					e.end(t)
				}
			}
			if t.stage == active {
				e.renew(t)
			}
		}
		if len(e.events) == before {
			return
		}
	}
}

// ripe reports whether a pending condition must be raised now.
func (e *Engine) ripe(t *track) bool {
	if !t.waived && e.now.Sub(t.since) < t.cond.Hold {
		return false
	}
	if t.readings < t.cond.Readings {
		return false
	}
	if t.cond.Kind == Physiological && (!t.sure || e.now.Sub(t.seen) > maxAge) {
		return false
	}
	return !e.inhibited(t)
}

func (e *Engine) raise(t *track) {
	if t.alert.State == LatchedState { // at most one occurrence of a condition: the new one says it all
		t.alert.State = Inactive
		t.alert.Text = t.cond.Title + ": raised again"
		e.emit(Ended, t)
	}
	n := e.counters[t.cond.ID] + 1
	e.counters[t.cond.ID] = n
	t.stage, t.began, t.reached = active, e.now, t.cond.Priority
	t.worstKnown, t.backKnown, t.news = 0, false, false
	t.alert = Alert{
		Occurrence: t.cond.ID + "-" + strconv.FormatUint(n, 10),
		Condition:  t.cond.ID, Title: t.cond.Title, Kind: t.cond.Kind, Priority: t.cond.Priority,
		State: Active, Since: e.now,
	}
	if t.dev != nil {
		t.alert.Device = t.dev.name
	}
	switch t.cond.Trigger {
	case Limits:
		e.publish(t)
	case Lasting:
		e.publishLasting(t)
	default:
		t.alert.Text = t.raisedText()
	}
	t.broke = false
	e.worse(t, false)
	e.emit(Raised, t)
}

func (e *Engine) end(t *track) { e.finish(t, t.endedText()) }

// finish ends an occurrence for a reason in words, or latches it.
func (e *Engine) finish(t *track, text string) {
	t.stage = normal
	t.alert.Text = text
	if t.backKnown {
		t.alert.Value = t.back
	}
	change := Ended
	t.alert.State = Inactive
	if t.cond.Latching && t.alert.Priority == High && !t.alert.Acknowledged {
		change, t.alert.State = Latched, LatchedState
	}
	e.emit(change, t)
	if t.cond.Trigger == SensorOff {
		e.restartHold(t.dev, SignalPoor) // a sensor that was just put back on has the whole hold to find the pulse
	}
}

// renew says what is new about an active occurrence: another priority, else a new worst value. Only that: the same
// value again, or a better one, is not an event, so there are at most as many as there are whole numbers beyond the
// limit. A value that a worse occurrence already tells is left to it.
func (e *Engine) renew(t *track) {
	news := t.news
	t.news = false
	if e.reprioritise(t) || !news || t.coveredAt(t.cond.Priority) || !t.worsened() {
		return
	}
	e.publish(t)
	e.emit(Updated, t)
}

// reprioritise applies the declared escalations to an active occurrence and reports whether its priority changed.
func (e *Engine) reprioritise(t *track) bool {
	want := t.reached
	for i := range t.cond.Escalations {
		x := &t.cond.Escalations[i]
		if x.Priority <= t.reached || t.coveredAt(x.Priority) || !e.concerns(x, t) {
			continue
		}
		if (x.Readings > 0 && t.readings >= x.Readings) || (x.After > 0 && e.now.Sub(t.began) >= x.After) {
			t.reached = x.Priority
			want = max(want, x.Priority)
		} else if x.WhileHigh && e.highWaiting() {
			want = max(want, x.Priority)
		}
	}
	switch {
	case want > t.alert.Priority:
		t.alert.Priority = want
		t.alert.Acknowledged, t.alert.AcknowledgedBy = false, ""
		e.worse(t, true)
		if t.sure && t.cond.Trigger == Limits {
			e.publish(t)
		}
		e.emit(Escalated, t)
	case want < t.alert.Priority:
		t.alert.Priority = want
		e.emit(Deescalated, t)
	default:
		return false
	}
	return true
}

// concerns reports whether an escalation is meant for what is the case now.
func (e *Engine) concerns(x *Escalation, t *track) bool {
	if len(x.During) > 0 && !e.marked(x.During) {
		return false
	}
	return x.Sole == 0 || t.dev != nil && !t.dev.streams[x.Sole].IsZero() && !e.streamed(x.Sole)
}

// highWaiting reports whether a High occurrence about the patient waits for somebody to acknowledge it.
func (e *Engine) highWaiting() bool {
	for _, t := range e.vitals {
		if t.alert.State != Inactive && t.alert.Priority == High && !t.alert.Acknowledged {
			return true
		}
	}
	return false
}
