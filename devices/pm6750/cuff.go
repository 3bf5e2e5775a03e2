package pm6750

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// Bounds of one measurement; our choice where no page is named.
const (
	beginTime = 3 * time.Second // a start that the board has not shown by then is taken for lost; 6 packets
	quietTime = 3 * time.Second // a measurement without a packet for so long is stopped unseen; 6 packets
	shortest  = 5 * time.Second // no cuff can be inflated and read faster
	orderLife = 5 * time.Second // a start that could not be sent by then is dropped
	stopAgain = time.Second     // a stop is repeated so often until the board shows that it does not measure
	stops     = 5               // and so many times in all
	doubtTime = 2 * time.Second // after opening and after a stop, a measurement under way is not taken for the staff's; 4 packets
)

// States of the NIBP packet (oximeters.md section 6).
const (
	stateFinished     = 0
	stateMeasuring    = 1
	stateStopped      = 2
	stateOverpressure = 3
	stateLoose        = 4
	stateTimeout      = 5
	stateError        = 6
	stateDisturbed    = 7
	stateNoResult     = 8
	adult             = 0 // patient mode
)

// phase is where a measurement stands.
type phase uint8

const (
	idle phase = iota
	ordered
	measuring
	stopping
)

// cycle is one measurement, from the order or the first packet that shows it.
type cycle struct {
	phase   phase
	mine    bool      // begun by this session
	open    bool      // has no outcome yet
	at      time.Time // of the order
	sent    time.Time // when the start was sent; zero if not yet
	began   time.Time // when it was first seen
	late    bool      // it was under way when it was first seen
	heard   time.Time // last packet that showed it
	swing   cuff.Swing
	class   devices.CuffClass // why it is being stopped
	tries   int               // stops sent
	again   time.Time         // when to send the next one; zero if one waits to be sent
	doubted time.Time         // until then a measurement that shows itself is stopped
	refuses bool              // the board kept measuring after all stops
	before  int               // state of the packet before, plus one; 0 if there was none
	known   bool              // the state of the cuff was reported once
}

// permit returns why a CuffStart is refused now, nil if it is not.
func (s *session) permit() error {
	ready := !s.heard.IsZero() && s.now.Sub(s.heard) <= alive && !s.doubtful()
	err := s.guard.Refuse(s.now, ready)
	if err == nil && s.cycle.phase != idle {
		return devices.ErrCuffBusy
	}
	return err
}

// doubtful reports whether a measurement that shows itself now may be one that this agent began before and lost.
func (s *session) doubtful() bool {
	return s.cycle.refuses || s.now.Before(s.cycle.doubted) ||
		s.ours && (s.first.IsZero() || s.now.Before(s.first.Add(doubtTime)))
}

// begin forgets the last measurement, but not what the board said.
func (s *session) begin(p phase) {
	c := &s.cycle
	*c = cycle{phase: p, open: true, before: c.before, known: c.known, refuses: c.refuses, doubted: c.doubted}
}

// orderStart begins to carry out a CuffStart. The target comes right before the start: the board forgets it with each.
func (s *session) orderStart() {
	s.begin(ordered)
	s.cycle.mine, s.cycle.at = true, s.now
	s.want.start, s.want.target = true, s.target != 0
}

// sending notes that r leaves now, and reports whether it may.
func (s *session) sending(r request) bool {
	c := &s.cycle
	switch r {
	case startCuff, setTarget:
		if s.now.Sub(c.at) > orderLife {
			s.want.start, s.want.target = false, false
			s.fail(devices.CuffNoAnswer, 0)
			return false
		}
		if r == startCuff {
			c.sent = s.now
			s.guard.Inflate(s.now)
		}
	case stopCuff:
		if c.phase == stopping {
			c.tries++
			c.again = s.now.Add(stopAgain)
		}
	}
	return true
}

// watch does what time alone asks for.
func (s *session) watch() {
	c := &s.cycle
	switch {
	case c.phase == stopping:
		if !c.again.IsZero() && due(s.now, c.again) {
			s.unstopped()
		}
	case s.guard.Overdue(s.now):
		s.stop(devices.CuffTimeout)
	case c.phase == ordered && !c.sent.IsZero() && due(s.now, c.sent.Add(beginTime)):
		s.stop(devices.CuffNoAnswer)
	case c.phase == measuring && due(s.now, c.heard.Add(quietTime)):
		s.stop(devices.CuffNoAnswer)
	case c.phase == idle && !c.known && !s.first.IsZero() && due(s.now, s.first.Add(doubtTime)):
		s.report(devices.CuffState{Phase: devices.CuffIdle})
	}
}

// cycleDue returns when watch has something to do, zero if nothing.
func (s *session) cycleDue() time.Time {
	c := &s.cycle
	switch {
	case c.phase == stopping:
		return c.again
	case c.phase == ordered && !c.sent.IsZero():
		return earlier(s.guard.Deadline(), c.sent.Add(beginTime))
	case c.phase == measuring:
		return earlier(s.guard.Deadline(), c.heard.Add(quietTime))
	case c.phase == idle && !c.known && !s.first.IsZero():
		return s.first.Add(doubtTime)
	}
	return s.guard.Deadline()
}

// nibp takes a proven NIBP packet: type, status, pressure, systolic, mean, diastolic.
func (s *session) nibp(p []byte) {
	if p[1]&0xC0 != 0 {
		s.fault(devices.Unexpected, int(p[1])) // no document explains these bits
		return
	}
	c := &s.cycle
	state, mode, mmHg := int(p[1]>>2), int(p[1]&3), 2*int(p[2])
	same := c.before == state+1
	c.before = state + 1
	if state != stateMeasuring {
		c.refuses = false
	}
	switch {
	case state == stateMeasuring:
		s.measure(mode, mmHg)
	case c.phase == stopping:
		s.stopped()
	case c.phase == measuring && state == stateFinished:
		s.conclude(int(p[3]), int(p[5]), int(p[4]))
	case c.phase == measuring, c.phase == ordered && !c.sent.IsZero() && failure(state) && !same:
		s.failed(state)
	}
}

// failure reports whether a state is the end of a measurement that gave no result.
func failure(state int) bool { return state >= stateOverpressure && state <= stateNoResult }

// measure takes a packet that says that the board measures.
func (s *session) measure(mode, mmHg int) {
	c := &s.cycle
	c.heard = s.now
	stray := c.phase == idle
	if stray {
		s.begin(measuring)
		c.heard, c.late = s.now, mmHg >= cuff.AirFloor
	}
	if c.began.IsZero() {
		c.began = s.now
	}
	if c.phase == ordered {
		// Also if somebody was faster: then there is a measurement, and ours must not follow it.
		c.phase = measuring
		s.want.start, s.want.target = false, false
	}
	s.guard.Inflate(s.now)
	c.open = true
	s.show(mmHg)
	switch {
	case c.phase == stopping:
	case stray && s.doubtful():
		s.stop(devices.CuffAborted)
	case mmHg > cuff.AirLimit:
		s.stop(devices.CuffOverpressure)
	case c.mine && mode != adult:
		s.stop(devices.CuffMismatch)
	}
}

// show reports a momentary pressure.
func (s *session) show(mmHg int) {
	if mmHg <= cuff.Showable {
		s.report(devices.CuffState{Phase: s.cycle.swing.Add(mmHg), Pressure: mmHg, HasPressure: true})
	}
}

// conclude takes the first packet after a measurement that says that it is finished.
func (s *session) conclude(systolic, diastolic, mean int) {
	c := &s.cycle
	s.guard.Release(s.now)
	early := c.mine && s.now.Sub(c.sent) < shortest
	unreached := !c.late && c.swing.Held < mean
	switch {
	case systolic == 0 && diastolic == 0 && mean == 0:
		s.fail(devices.CuffIndeterminate, 0)
	case early, unreached, !cuff.Plausible(systolic, diastolic, mean):
		s.fault(devices.Inconsistent, 0)
		s.fail(devices.CuffIndeterminate, 0)
	default:
		c.phase, c.open = idle, false
		s.draft.Put(devices.Systolic, systolic, 0)
		s.draft.Put(devices.Diastolic, diastolic, 0)
		s.draft.Put(devices.Mean, mean, 0)
		r := s.draft.Finish(s.now, 0)
		r.Of, r.Spot = devices.Cuff, true
		s.out.Readings = append(s.out.Readings, r)
		s.report(devices.CuffState{Phase: devices.CuffDone})
	}
}

// failed takes a state that ends a measurement without a result. The stop is sent all the same: on every error path the
// cuff must be stopped (oximeters.md section 6).
func (s *session) failed(state int) {
	s.guard.Release(s.now)
	if state != stateStopped {
		s.want.stop = true
		s.cycle.doubted = s.now.Add(doubtTime)
	}
	s.fail(classOf(state), state)
}

// fail reports that a measurement ended without a result.
func (s *session) fail(class devices.CuffClass, code int) {
	s.cycle.phase, s.cycle.open = idle, false
	s.report(devices.CuffState{Phase: devices.CuffFailed, Class: class, Code: code})
}

func (s *session) report(c devices.CuffState) {
	c.At = s.now
	s.cycle.known = true
	s.out.Cuff = append(s.out.Cuff, c)
}

// classOf returns the class of a state that is no result (cuffs.md section 14).
func classOf(state int) devices.CuffClass {
	switch state {
	case stateStopped:
		return devices.CuffAborted
	case stateOverpressure:
		return devices.CuffOverpressure
	case stateLoose:
		return devices.CuffLeak
	case stateTimeout:
		return devices.CuffTimeout
	case stateError:
		return devices.CuffHardware
	case stateDisturbed:
		return devices.CuffMotion
	case stateNoResult:
		return devices.CuffRange
	}
	return devices.CuffIndeterminate
}

// stop ends whatever goes on: now, and again until the board shows that it does not measure. A second order to stop adds
// nothing but patience.
func (s *session) stop(class devices.CuffClass) {
	c := &s.cycle
	if c.phase != stopping {
		if c.phase == idle {
			s.begin(stopping)
			c.open = s.guard.Airborne()
		}
		c.phase, c.class = stopping, class
	}
	c.tries, c.again = 0, time.Time{}
	s.want = wants{stop: true, params: s.want.params, wave: s.want.wave}
}

// stopped follows the first packet after a stop that says that the board does not measure.
func (s *session) stopped() {
	c := &s.cycle
	if s.want.stop {
		return // it has not left yet, and this packet cannot know of it
	}
	c.doubted = s.now.Add(doubtTime)
	s.released(c.class)
}

// unstopped follows a stop after which the board still measures, or says nothing.
func (s *session) unstopped() {
	c := &s.cycle
	if c.tries < stops {
		c.again = time.Time{}
		s.want.stop = true
		return
	}
	c.refuses = c.before == stateMeasuring+1
	c.doubted = s.now.Add(doubtTime)
	if s.guard.Airborne() {
		c.class = devices.CuffNoAnswer
	}
	s.released(c.class)
}

// released ends a stop: with the outcome of the measurement that it ended, or with the word that nothing goes on.
func (s *session) released(class devices.CuffClass) {
	if s.guard.Airborne() {
		s.guard.Release(s.now)
	}
	if s.cycle.open {
		s.fail(class, 0)
		return
	}
	s.cycle.phase = idle
	s.report(devices.CuffState{Phase: devices.CuffIdle})
}
