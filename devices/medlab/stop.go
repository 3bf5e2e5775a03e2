package medlab

import "bedside/devices"

// aborts is how often an abort is sent for one reason before the session begins anew. Our choice; a stop may be
// repeated, because it can only let air out.
const aborts = 5

// stop ends whatever goes on. The abort waits for no answer to another request, only for the gap between two writes.
// While an abort is under way a second order to stop adds nothing but patience: the abort is repeated anyway.
func (s *session) stop(class devices.CuffClass, code int) {
	if s.phase == stopping {
		s.order.tries = 1
		if s.order.class == 0 {
			s.order.class, s.order.code = class, code
		}
		return
	}
	s.order.class, s.order.code = class, code
	s.late = s.pace.Asked == askResult
	s.pace.Answered()
	s.phase = stopping
	s.order.tries = 1
	s.pace.Plan(abort, s.now)
}

// unconfirmed follows an abort without an end marker, or a question after one without an answer. A module that was at
// rest has nothing to end, so it is asked; one that still pushes live packets is not at rest.
func (s *session) unconfirmed(r request) {
	if r == abort && !s.lively {
		s.pace.Plan(askResult, s.now)
		return
	}
	s.stopAgain()
}

// asserted takes the status after an abort.
func (s *session) asserted(busy bool) {
	if busy || s.lively {
		s.stopAgain()
		return
	}
	s.stopped()
}

// stopAgain sends the abort once more, a limited number of times.
func (s *session) stopAgain() {
	if s.order.tries < aborts {
		s.order.tries++
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

// stopped follows the proof that the module is at rest.
func (s *session) stopped() {
	s.answered()
	s.foreign = false
	if s.guard.Airborne() {
		s.guard.Release(s.now)
	}
	switch {
	case s.order.open:
		s.fail(s.order.class, s.order.code)
	case s.order.class != 0:
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
	}
	if s.known {
		s.rest()
		return
	}
	s.reopen()
}
