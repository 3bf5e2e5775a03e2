package medlab

import (
	"time"

	"bedside/devices"
)

// Bounds of one measurement.
const (
	shortest  = 5 * time.Second // our choice: no cuff can be inflated and read faster; a result would be an old one
	orderLife = 5 * time.Second // our choice: a start that could not be sent by then is dropped
	looks     = 3               // our choice: questions without an answer before a start until the order is dropped
	fetches   = 6               // our choice: questions for one result, of which two in a row must be answered alike
)

// permit returns why a CuffStart is refused now, nil if it is not.
func (s *session) permit() error {
	err := s.guard.Refuse(s.now, s.known)
	if err == nil && (s.phase != idle || s.foreign) {
		return devices.ErrCuffBusy
	}
	return err
}

// orderStart begins to carry out a CuffStart.
func (s *session) orderStart() {
	s.order = order{open: true, at: s.now}
	s.missed = 0
	s.follow()
	s.phase = preparing
	s.pace.Plan(askResult, s.now)
}

// checked goes on after the question that comes before every start.
func (s *session) checked(busy bool) {
	switch {
	case busy:
		s.fault(devices.Inconsistent, 0)
		s.fail(devices.CuffIndeterminate, 0)
		s.rest()
		s.foreign = true
	case s.inflation != 0 && !s.order.targeted:
		s.order.targeted = true
		s.pace.Plan(setInflation, s.now)
	default:
		s.pace.Plan(start, s.now)
	}
}

// unchecked follows a question before a start that had no answer.
func (s *session) unchecked() {
	if s.missed++; s.missed < looks {
		s.pace.Plan(askResult, s.now)
		return
	}
	s.fail(devices.CuffNoAnswer, 0)
	s.rest()
}

// begun notes that the module measures, by its live packets: no other answer to a start is documented.
func (s *session) begun() {
	s.phase = measuring
	s.cuff(devices.CuffState{Phase: devices.CuffInflating})
}

// measure takes a live packet of the measurement. The wait for the next one begins anew.
func (s *session) measure(l live) {
	if s.watch(l, stateMeasuring) {
		return
	}
	s.show(l.pressure)
	s.listen(s.now.Add(hearTime))
}

// finished follows the end marker. It says only that there is no more air, not that there is a result.
func (s *session) finished() {
	if s.now.Sub(s.order.started) < shortest {
		s.order.class = devices.CuffIndeterminate // what is read now can be a failure, but no numbers
	}
	s.answered()
	s.guard.Release(s.now)
	s.phase = reading
	s.order.tries = 0
	s.refetch(s.now.Add(settle))
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

// fetched takes a result. Nothing checks it but its pattern, so it is asked for until two replies in a row say the same:
// line damage does not repeat itself.
func (s *session) fetched(r result, busy bool) {
	switch {
	case busy: // the state may be damaged, or the end marker was not the end: then live packets follow
		s.fault(devices.Inconsistent, 0)
		s.refetch(s.now.Add(settle))
	case !s.order.hasLast || r != s.order.last:
		if s.order.hasLast {
			s.fault(devices.Inconsistent, 0)
		}
		s.order.last, s.order.hasLast = r, true
		s.refetch(s.now)
	default:
		s.conclude(r)
		s.rest()
	}
}

// conclude reports the outcome. The message alone decides whether there is one; numbers that no adult can have, that
// came sooner than any cuff can measure, or that the cuff was not seen to hold, are not reported.
func (s *session) conclude(r result) {
	switch {
	case r.code != 0:
		s.fault(devices.DeviceError, r.code)
		s.fail(classOf(r.code), r.code)
	case s.order.class != 0, !r.plausible(), s.swing.Held < r.mean:
		s.fault(devices.Inconsistent, 0)
		s.fail(devices.CuffIndeterminate, 0)
	default:
		s.publish(r)
	}
}

func (s *session) publish(r result) {
	s.order.open = false
	s.measurements = [...]devices.Measurement{
		{Vital: devices.Systolic, Value: r.systolic},
		{Vital: devices.Diastolic, Value: r.diastolic},
		{Vital: devices.Mean, Value: r.mean},
		{Vital: devices.PulseRate, Value: r.rate},
	}
	s.readings[0] = devices.Reading{At: s.now, Measurements: s.measurements[:], Spot: true}
	if r.rate == unknown {
		s.absences[0] = devices.Absence{Vital: devices.PulseRate, Reason: devices.NotMeasured}
		s.readings[0].Measurements, s.readings[0].Absences = s.measurements[:3], s.absences[:]
	}
	s.out.Readings = s.readings[:]
	s.cuff(devices.CuffState{Phase: devices.CuffDone})
}

// fail reports that the order ended without a result.
func (s *session) fail(class devices.CuffClass, code int) {
	s.order.open = false
	s.cuff(devices.CuffState{Phase: devices.CuffFailed, Class: class, Code: code})
}
