package suntech

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// Bounds of one measurement.
const (
	cyclePoll   = 200 * time.Millisecond // cuffs.md section 1: pressure polled every 200 ms
	cycleMisses = 6                      // our choice: polls without an answer, about 3 s, until the air is let out unseen
	shortest    = 5 * time.Second        // our choice: no cuff can be inflated and read faster; a result would be an old one
	orderLife   = 5 * time.Second        // our choice: a start that could not be sent by then is dropped
	looks       = 3                      // our choice: polls without an answer before a start until the order is dropped
	busyStarts  = 3                      // our choice: start frames in all if each is answered B
	doubtTime   = 2 * time.Second        // our choice: air shows within this time of a start, or there is none
	emptyTime   = 10 * time.Second       // our choice: a cuff that stays empty so long after it was full has lost its K
	fetches     = 5                      // our choice: requests for one result, of which two in a row must agree
)

// permit returns why a CuffStart is refused now, nil if it is not.
func (s *session) permit() error {
	err := s.guard.Refuse(s.now, s.known)
	if err == nil && s.phase != idle {
		return devices.ErrCuffBusy
	}
	return err
}

// orderStart begins to carry out a CuffStart.
func (s *session) orderStart() {
	s.order = order{open: true, at: s.now}
	s.missed = 0
	s.swing = cuff.Swing{}
	s.phase = preparing
	s.pace.Plan(askPressure, s.now)
}

// checked goes on after the look at the cuff that comes before every start.
func (s *session) checked(air bool) {
	switch {
	case air:
		s.fault(devices.Inconsistent, 0)
		s.guard.Inflate(s.now)
		s.fail(devices.CuffIndeterminate, 0)
		s.rest()
		s.pace.Plan(askPressure, s.pace.SentAt.Add(cyclePoll))
	case s.inflation != 0 && !s.order.targeted:
		s.order.targeted = true
		s.pace.Plan(setInflation, s.pace.SentAt.Add(quietGap))
	default:
		s.pace.Plan(startAdult, s.now)
	}
}

// unchecked follows a look at the cuff that gave no pressure.
func (s *session) unchecked(busy bool) {
	switch {
	case busy:
		s.guard.Inflate(s.now)
		s.fail(devices.CuffIndeterminate, 0)
		s.rest()
	case s.missed < looks:
		s.pace.Plan(askPressure, s.now)
	default:
		s.fail(devices.CuffNoAnswer, 0)
		s.rest()
	}
}

// begun notes that the module measures, by its own word or by air in the cuff.
func (s *session) begun() {
	s.phase, s.missed = measuring, 0
	s.cuff(devices.CuffState{Phase: devices.CuffInflating})
	s.pace.Plan(askPressure, s.pace.SentAt.Add(cyclePoll))
}

// notBegun takes a refusal of the start. Only B proves that nothing began; it alone is tried again, after another look
// at the cuff. Everything else ends in an abort.
func (s *session) notBegun(letter byte) {
	switch {
	case letter != ackBusy:
		s.stop(devices.CuffIndeterminate)
	case s.order.starts < busyStarts:
		s.phase = preparing
		s.pace.Plan(askPressure, s.now.Add(quietGap))
	default:
		s.guard.Release(s.now) // busy with what? Rest as after air
		s.fail(devices.CuffIndeterminate, 0)
		s.rest()
	}
}

// doubt follows a start without an answer. It is not repeated: the start may have arrived and only the answer been
// lost. Air in the cuff will tell.
func (s *session) doubt() {
	s.phase, s.missed = doubtful, 0
	s.pace.Plan(askPressure, s.now)
}

// measure takes a pressure after a start.
func (s *session) measure(mmHg int) {
	if s.phase == doubtful {
		switch {
		case mmHg >= cuff.AirFloor:
			s.begun()
		case s.now.Sub(s.order.started) >= doubtTime:
			s.stop(devices.CuffNoAnswer)
			return
		}
	}
	if s.phase == measuring && mmHg >= 0 {
		s.show(mmHg)
		if mmHg >= cuff.AirFloor || s.swing.Held < cuff.AirFloor {
			s.order.emptied = s.now
		} else if s.now.Sub(s.order.emptied) >= emptyTime {
			// The measurement must be over, but a result without its K is not known to be of this start.
			s.stop(devices.CuffNoAnswer)
			return
		}
	}
	s.pace.Plan(askPressure, s.pace.SentAt.Add(cyclePoll))
}

// blind follows a poll without an answer. A cuff full of air that nobody sees is let out.
func (s *session) blind() {
	if s.missed >= cycleMisses || s.phase == doubtful && s.now.Sub(s.order.started) >= doubtTime {
		s.stop(devices.CuffNoAnswer)
		return
	}
	s.pace.Plan(askPressure, s.pace.SentAt.Add(cyclePoll))
}

// finished follows the K of a measurement. It says only that there is no more air, not that there is a result.
func (s *session) finished() {
	if s.now.Sub(s.order.started) < shortest {
		s.order.class = devices.CuffIndeterminate // what is read now can be a failure, but no numbers
	}
	s.guard.Release(s.now)
	s.phase = reading
	s.order.tries = 0
	s.refetch(s.now)
}

// refetch asks for the result, once more if need be.
func (s *session) refetch(at time.Time) {
	if s.order.tries == fetches {
		s.fail(devices.CuffNoAnswer, 0)
		s.rest()
		return
	}
	s.order.tries++
	s.pace.Plan(askResult, at)
}

// fetched takes a reply to askResult. An 8-bit sum lets one damaged frame in 256 through, so the result is read until
// two replies in a row are the same.
func (s *session) fetched(frame []byte) {
	if !s.order.hasLast || [resultLen]byte(frame) != s.order.last {
		if s.order.hasLast {
			s.fault(devices.Inconsistent, 0)
		}
		s.order.last, s.order.hasLast = [resultLen]byte(frame), true
		s.refetch(s.now)
		return
	}
	s.conclude(parseResult(frame))
	s.rest()
}

// conclude reports the outcome. Byte 20 alone decides whether there is one; numbers that no adult can have, that came
// sooner than any cuff can measure, or that the cuff never reached, are not reported.
func (s *session) conclude(r result) {
	switch {
	case r.code != 0:
		s.fail(classOf(r.code), r.code)
	case s.order.class != 0, !r.plausible(), s.swing.Seen && s.swing.Held < r.mean:
		s.fault(devices.Inconsistent, 0)
		s.fail(devices.CuffIndeterminate, 0)
	default:
		s.order.open = false
		s.measurements = [...]devices.Measurement{
			{Vital: devices.Systolic, Value: r.systolic},
			{Vital: devices.Diastolic, Value: r.diastolic},
			{Vital: devices.Mean, Value: r.mean},
			{Vital: devices.PulseRate, Value: r.rate},
		}
		s.readings[0] = devices.Reading{At: s.now, Measurements: s.measurements[:], Spot: true}
		s.out.Readings = s.readings[:]
		s.cuff(devices.CuffState{Phase: devices.CuffDone})
	}
}

// fail reports that the order ended without a result.
func (s *session) fail(class devices.CuffClass, code int) {
	s.order.open = false
	s.cuff(devices.CuffState{Phase: devices.CuffFailed, Class: class, Code: code})
}
