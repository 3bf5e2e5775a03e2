package blind

import "bedside/devices"

// fresh takes the end of a measurement, ours or somebody else's.
func (s *Session) fresh(o Outcome) {
	if o.Odd {
		s.fault(devices.Inconsistent, 0)
	}
	switch {
	case s.ours(o):
		s.order.open = false
		s.guard.Release(s.now)
		s.publish(o)
		s.noteEnd(o)
		if s.phase == measuring {
			s.rest()
		}
	case s.phase == measuring:
		// A measurement that somebody else began ended just now. What the device made of our start is not known.
		s.found(o)
		s.fault(devices.Inconsistent, 0)
		s.stop(devices.CuffIndeterminate)
	case s.phase == preparing:
		s.found(o)
		s.fault(devices.Inconsistent, 0)
		s.fail(devices.CuffIndeterminate, 0) // the limb has to rest
		s.rest()
	default:
		s.found(o)
		if s.phase == opening || s.phase == idle {
			s.goOn()
		}
	}
}

// ours reports whether an outcome is that of our start.
func (s *Session) ours(o Outcome) bool {
	if !s.order.open || s.order.started.IsZero() {
		return false
	}
	return o.Class != 0 && !o.Odd || s.now.Sub(s.order.started)-o.Age >= shortest
}

// found reports the outcome of a measurement that this session did not begin. Air was in the cuff until now, or may have
// been. What shows soon after an order that failed is that order's trace and was reported.
func (s *Session) found(o Outcome) {
	if !s.guard.Airborne() {
		s.guard.Release(s.now)
	}
	if o.Class != 0 && !s.order.failed.IsZero() && s.now.Sub(s.order.failed) < quietTime {
		return
	}
	s.publish(o)
}

// publish reports an outcome: numbers, or why there are none.
func (s *Session) publish(o Outcome) {
	if o.Class != 0 {
		s.cuff(devices.CuffState{Phase: devices.CuffFailed, Class: o.Class, Code: o.Code})
		return
	}
	from := len(s.store)
	s.store = append(s.store, o.Measurements...)
	s.out.Readings = append(s.out.Readings, devices.Reading{
		At: s.now, Measurements: s.store[from:len(s.store):len(s.store)], Status: o.Status, Spot: true,
	})
	s.cuff(devices.CuffState{Phase: devices.CuffDone})
}

// fail reports that the order ended without a result.
func (s *Session) fail(class devices.CuffClass, code int) {
	s.order.open = false
	s.order.failed = s.now
	s.cuff(devices.CuffState{Phase: devices.CuffFailed, Class: class, Code: code})
}

func (s *Session) noteEnd(o Outcome) {
	if o.Class != 0 {
		s.order.failed = s.now
	}
}
