package medlab

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
	"bedside/devices/internal/lines"
)

// Pace of a module that is not measuring.
const (
	idlePoll   = 2 * time.Second // our choice: between two questions to a module at rest
	idleMisses = 3               // our choice: questions without an answer until the module counts as a stranger
)

// nearPressure is how far two live pressures in a row may be apart in mmHg for the second to be shown at once; our
// choice: more than a valve lets out in the fifth of a second between them. A larger step waits for the next packet.
const nearPressure = 40

// reopen begins the conversation anew: it listens before it asks.
func (s *session) reopen() {
	s.phase, s.known, s.missed, s.foreign = opening, false, 0, false
	s.pace.Plan(hear, s.now)
}

// rest makes the session idle.
func (s *session) rest() {
	s.phase, s.missed = idle, 0
	s.pace.Plan(askResult, s.now.Add(idlePoll))
}

// clear lets out air that was in the cuff before this conversation: nobody will fetch the result of that measurement,
// and nobody watches how long it takes.
func (s *session) clear() {
	s.guard.Inflate(s.now)
	s.stop(0, 0)
}

// looked takes the status of a module that ought to be at rest.
func (s *session) looked(busy bool) {
	s.rest()
	s.foreign = busy
	if !busy && s.guard.Airborne() {
		s.guard.Release(s.now)
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
	}
}

// unanswered follows a question to an idle module without an answer.
func (s *session) unanswered() {
	if s.missed++; s.missed >= idleMisses {
		s.reopen()
		return
	}
	s.pace.Plan(askResult, s.now.Add(idlePoll))
}

// elsewhere looks after a measurement that this session did not begin. It is shown, it forbids a start, and the watchdog
// runs. Questions wait until the module is at rest.
func (s *session) elsewhere(l live) {
	if !s.foreign && !s.guard.Airborne() {
		s.fault(devices.Unexpected, 0)
		s.follow()
	}
	s.foreign = true
	if s.watch(l, 0) {
		return
	}
	if l.pressure >= cuff.AirFloor {
		s.guard.Inflate(s.now)
	}
	s.show(l.pressure)
	s.late = s.late || s.pace.Asked == askResult
	s.answered()
	s.pace.Plan(askResult, s.now.Add(hearTime))
}

// follow begins to follow the pressure of a measurement.
func (s *session) follow() {
	s.swing, s.pressure, s.worry = cuff.Swing{}, lines.Track{}, 0
}

// show reports a momentary pressure, unless it is so far from the last one that only the next packet can tell whether it
// is true: live packets have no check.
func (s *session) show(mmHg int) {
	if mmHg > cuff.Showable || !s.pressure.Accept(mmHg, nearPressure) {
		return
	}
	s.cuff(devices.CuffState{Phase: s.swing.Add(mmHg), Pressure: mmHg, HasPressure: true})
}

// watch looks for a reason to stop: too much pressure, a cuff that does not fit, or, with a state expected, another one.
// Two packets in a row must give the same one, because a single one may be damaged. It reports whether it stopped.
func (s *session) watch(l live, state int) bool {
	var why devices.CuffClass
	code := 0
	switch {
	case l.pressure > cuff.AirLimit:
		why = devices.CuffOverpressure
	case state != 0 && l.mismatch != 0:
		why, code = devices.CuffMismatch, l.mismatch
	case state != 0 && l.state != state:
		why = devices.CuffIndeterminate
	}
	again := why != 0 && why == s.worry
	s.worry = why
	if !again {
		return false
	}
	s.show(l.pressure)
	s.stop(why, code)
	return true
}
