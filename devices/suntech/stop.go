package suntech

import "bedside/devices"

// aborts is how often an abort is sent for one reason before the session begins anew. Our choice; a stop may be
// repeated, because it can only let air out.
const aborts = 5

// stop ends whatever goes on. The abort waits for no answer to another request, only for the gap between frames.
// While an abort is under way a second order to stop adds nothing but patience: the abort is repeated anyway.
func (s *session) stop(class devices.CuffClass) {
	if s.phase == stopping {
		s.order.tries = 1
		if s.order.class == 0 {
			s.order.class = class
		}
		return
	}
	s.order.class = class
	if s.pace.Asked != askNothing {
		s.straggler = s.pace.Asked
	}
	s.pace.Asked = askNothing
	s.phase = stopping
	s.order.tries = 1
	s.heard, s.ended = false, false
	s.pace.Plan(abort, s.now)
}

// stopAgain follows an abort that was not answered in full.
func (s *session) stopAgain() {
	if s.order.tries < aborts {
		s.order.tries++
		s.heard, s.ended = false, false
		s.pace.Plan(abort, s.now)
		return
	}
	// Whether air is in the cuff is not known. Opening finds out, and aborts again if there is any.
	s.guard.Release(s.now)
	if s.order.open || s.order.class != 0 {
		s.fail(devices.CuffNoAnswer, 0)
	}
	s.reopen()
}

// released takes an acknowledgement while stopping, and reports whether it fits. Only A followed by K proves that the
// abort was carried out: a K alone may be the end of the measurement, sent before the abort arrived.
func (s *session) released(letter byte) bool {
	switch {
	case letter == ackAborted && !s.heard && s.pace.Asked == abort:
		s.heard = true
		s.pace.AnswerBy = s.now.Add(endTime)
	case letter == ackDone && s.heard:
		s.stopped()
	case letter == ackDone && !s.ended:
		s.ended = true
	case letter == ackBegun && s.straggler == startAdult:
		s.straggler = askNothing
	default:
		return false
	}
	return true
}

// stopped follows the last part of an abort.
func (s *session) stopped() {
	s.answered()
	if s.guard.Airborne() {
		s.guard.Release(s.now)
	}
	switch {
	case s.order.open:
		s.fail(s.order.class, 0)
	case s.order.class != 0:
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
	}
	if s.known {
		s.rest()
		return
	}
	s.reopen()
}
