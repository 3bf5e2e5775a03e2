package suntech

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// Pace of a module that is not measuring.
const (
	reopenTime = time.Second     // our choice: between two attempts to open a conversation
	idlePoll   = 2 * time.Second // our choice: between two polls of an idle module
	idleMisses = 3               // our choice: polls without an answer until the module counts as a stranger
)

// reopen begins the conversation anew after a pause.
func (s *session) reopen() {
	s.phase, s.known, s.missed = opening, false, 0
	s.pace.Plan(askModule, s.now.Add(reopenTime))
}

// named takes the first two letters of the version text. A family that no document describes is asked again and again,
// so that it is neither silent nor used.
func (s *session) named(prefix []byte) {
	switch string(prefix) {
	case "LX":
		s.selfTest = askAdvantage
	case "SB":
		s.selfTest = askAPlus
	default:
		s.fault(devices.Inconsistent, 0)
		s.reopen()
		return
	}
	s.pace.Plan(s.selfTest, s.now)
}

// tested takes the code of the self-test. A module that is not healthy is never ready; its code is reported once.
func (s *session) tested(code int) {
	changed := code != s.faultCode
	s.faultCode = code
	if code == 0 {
		s.pace.Plan(askPressure, s.now)
		return
	}
	s.fault(devices.DeviceError, code)
	if changed {
		s.cuff(devices.CuffState{Phase: devices.CuffFailed, Class: classOf(code), Code: code})
	}
	s.reopen()
}

// rest makes the session idle.
func (s *session) rest() {
	s.phase, s.missed = idle, 0
	s.pace.Plan(askPressure, s.now.Add(idlePoll))
}

// clear lets out air that was in the cuff before this conversation: nobody will fetch the result of that measurement,
// and nobody watches how long it takes.
func (s *session) clear() {
	s.guard.Inflate(s.now)
	s.stop(0)
}

// pressure takes an answer to askPressure in mmHg; below zero the module does not know (cuffs.md section 1).
func (s *session) pressure(mmHg int) {
	if mmHg > cuff.AirLimit && s.phase != stopping {
		s.show(mmHg)
		s.stop(devices.CuffOverpressure)
		return
	}
	air := mmHg >= cuff.AirFloor
	switch s.phase {
	case opening:
		if air {
			s.clear()
			return
		}
		s.known = true
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
		s.rest()
	case idle:
		s.watch(mmHg)
	case preparing:
		s.checked(air)
	case doubtful, measuring:
		s.measure(mmHg)
	}
}

// watch looks after a cuff that this session did not inflate. Air in it was put there by someone else: it is shown, it
// forbids a start, and the watchdog runs.
func (s *session) watch(mmHg int) {
	s.rest()
	switch {
	case mmHg >= cuff.AirFloor:
		if !s.guard.Airborne() {
			s.fault(devices.Unexpected, 0)
			s.guard.Inflate(s.now)
			s.swing = cuff.Swing{}
		}
		s.show(mmHg)
		s.pace.Plan(askPressure, s.pace.SentAt.Add(cyclePoll))
	case s.guard.Airborne() && mmHg >= 0:
		s.guard.Release(s.now)
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
	}
}

// unpolled takes the lack of a pressure; busy says that the module refused because it is measuring.
func (s *session) unpolled(busy bool) {
	switch s.phase {
	case opening:
		if busy {
			s.clear()
			return
		}
		s.reopen()
	case idle:
		if busy {
			s.guard.Inflate(s.now) // until a poll shows otherwise
		}
		if s.missed >= idleMisses {
			s.reopen()
			return
		}
		s.pace.Plan(askPressure, s.pace.SentAt.Add(idlePoll))
	case preparing:
		s.unchecked(busy)
	case doubtful, measuring:
		s.blind()
	}
}

// show reports a momentary pressure.
func (s *session) show(mmHg int) {
	if mmHg > cuff.Showable {
		return
	}
	s.cuff(devices.CuffState{Phase: s.swing.Add(mmHg), Pressure: mmHg, HasPressure: true})
}
