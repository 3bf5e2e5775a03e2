package medlab

import "bedside/devices"

// receive takes the content of one whole packet. Nothing checks it but its pattern: a content that is not exactly one of
// the three patterns is not a packet.
func (s *session) receive(content []byte) {
	if l, ok := parseLive(content); ok {
		s.rx.accept(content)
		s.lives(l)
		return
	}
	if isEnd(content) {
		s.rx.accept(content)
		s.ends()
		return
	}
	if r, state, ok := parseResult(content); ok {
		s.rx.accept(content)
		s.replied(r, state)
		return
	}
	s.rx.reject(content)
}

// lives takes a live packet: the module is busy, whoever started it.
func (s *session) lives(l live) {
	switch s.phase {
	case opening:
		s.clear()
	case idle:
		s.elsewhere(l)
	case preparing:
		s.fault(devices.Inconsistent, 0)
		s.fail(devices.CuffIndeterminate, 0)
		s.phase = idle
		s.elsewhere(l)
	case starting:
		s.begun()
		s.measure(l)
	case measuring:
		s.measure(l)
	case reading: // the end marker is not the last word: air goes in again
		s.fault(devices.Inconsistent, 0)
		s.guard.Inflate(s.now)
		s.stop(devices.CuffIndeterminate, 0)
	case stopping:
		s.lively = true
		s.show(l.pressure)
	}
}

// ends takes the end marker. Unasked it means that somebody else's measurement has ended just now.
func (s *session) ends() {
	switch s.phase {
	case starting, measuring:
		s.finished()
	case stopping:
		s.stopped()
	case reading:
		s.fault(devices.Unexpected, 0)
	default:
		s.fault(devices.Unexpected, 0)
		aired := s.guard.Airborne()
		s.guard.Release(s.now)
		switch {
		case s.phase == preparing:
			s.answered() // also a wait after the initial inflation: no start may follow it
			s.fail(devices.CuffIndeterminate, 0)
			s.rest()
		case s.phase == idle && aired:
			s.cuff(devices.CuffState{Phase: devices.CuffIdle})
		}
		s.foreign = false
	}
}

// replied takes a result. Asked for or not decides whether it means anything.
func (s *session) replied(r result, state int) {
	if s.pace.Asked != askResult {
		if !s.late {
			s.fault(devices.Unexpected, 0)
		}
		s.late = false
		return
	}
	s.answered()
	switch s.phase {
	case opening:
		if busy(state) {
			s.clear()
			return
		}
		s.known = true
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
		s.rest()
	case idle:
		s.looked(busy(state))
	case preparing:
		s.checked(busy(state))
	case reading:
		s.fetched(r, busy(state))
	case stopping:
		s.asserted(busy(state))
	}
}

// timeout takes the lack of an answer to r.
func (s *session) timeout(r request) {
	switch r {
	case setInflation:
		if s.phase == preparing {
			s.pace.Plan(start, s.now)
		}
		return
	case hear:
		if s.phase == opening {
			s.pace.Plan(askResult, s.now)
			return
		}
	}
	s.fault(devices.NoAnswer, 0)
	switch s.phase {
	case opening:
		s.reopen()
	case idle:
		s.unanswered()
	case preparing:
		s.unchecked()
	case starting, measuring:
		s.stop(devices.CuffNoAnswer, 0)
	case reading:
		s.refetch(s.now)
	case stopping:
		s.unconfirmed(r)
	}
}
