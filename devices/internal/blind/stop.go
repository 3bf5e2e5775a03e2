package blind

import (
	"time"

	"bedside/devices"
)

// stop ends whatever goes on. It waits for no answer to another request, only for the gap between frames. While a stop is
// under way a second order to stop adds nothing but patience: it is repeated anyway.
func (s *Session) stop(class devices.CuffClass) {
	if s.class == 0 {
		s.class = class
	}
	if s.phase == stopping {
		s.stops = min(s.stops, 1)
		return
	}
	s.straggler = s.pace.Asked != Nothing
	s.pace.Answered()
	s.phase, s.stops = stopping, 0
	s.pace.Plan(Stop, s.now)
}

// answeredWhileStopping takes an answer without data. The one to a request before the stop looks the same, so the first
// is not believed if there is such a request.
func (s *Session) answeredWhileStopping(m Message) {
	switch {
	case s.straggler:
		s.straggler = false
	case s.pace.Asked != Stop:
		s.fault(devices.Unexpected, 0)
	case m == Confirmed:
		s.pace.Answered()
		s.phase, s.vented = venting, s.now.Add(ventTime)
		s.askOn()
	default:
		s.pace.Answered()
		s.fault(devices.DeviceError, 0)
		s.unstopped(s.now.Add(stopAgain))
	}
}

// unstopped follows a stop that was not confirmed. It is repeated, because it can only let air out.
func (s *Session) unstopped(again time.Time) {
	if s.stops < stopTries {
		s.pace.Plan(Stop, again)
		return
	}
	if s.guard.Overdue(s.now) {
		s.guard.Release(s.now) // longer than any monitor keeps its air; ours is not the only watchdog
	}
	if s.order.open || s.class != 0 {
		s.fail(devices.CuffNoAnswer, 0)
	}
	s.class = 0
	s.reopen() // which begins with a stop, as long as air is presumed
}

// askOn plans the next read while the air leaves, if there is time for one. It asks for no result: only who is asked is heard,
// and a device that nobody hears counts as gone.
func (s *Session) askOn() {
	s.pace.Plan(Nothing, s.now)
	if at := s.now.Add(s.family.IdlePoll); at.Before(s.vented) {
		s.pace.Plan(Read, at)
	}
}

// emptied follows the time that the air needs to leave after a confirmed stop.
func (s *Session) emptied() {
	s.guard.Release(s.now)
	class := s.class
	s.class = 0
	switch {
	case s.order.open:
		s.fail(class, 0)
	case class != 0 && s.known:
		s.cuff(devices.CuffState{Phase: devices.CuffIdle})
	}
	if s.known {
		s.rest()
	} else {
		s.phase = opening
	}
	s.pace.Plan(Read, s.now)
}
