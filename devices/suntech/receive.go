package suntech

import "bedside/devices"

// versionLen and numberLen are LEN of the version text and of the two replies that hold a number (cuffs.md section 1).
const (
	versionLen = maxFrame
	numberLen  = 5
)

// receive takes one intact frame. The two replies of five bytes cannot be told apart by their bytes: what was asked
// decides, and nothing else.
func (s *session) receive(frame []byte) {
	r := s.pace.Asked
	switch {
	case len(frame) == minFrame:
		s.acknowledged(frame[2])
	case len(frame) == numberLen && r == askPressure:
		s.answered()
		s.pressure(int(int16(word(frame, 2))))
	case len(frame) == numberLen && (r == askAdvantage || r == askAPlus):
		s.answered()
		s.tested(int(frame[2]))
	case len(frame) == resultLen && r == askResult:
		s.answered()
		s.fetched(frame)
	case len(frame) == versionLen && r == askVersion:
		s.answered()
		s.named(frame[2:4])
	case len(frame) == numberLen && s.straggler == askPressure, len(frame) == resultLen && s.straggler == askResult:
		s.straggler = askNothing // asked for, but an abort came between
	default:
		s.fault(devices.Unexpected, 0)
	}
}

func (s *session) answered() { s.pace.Asked, s.missed = askNothing, 0 }

// acknowledged takes the letter of an acknowledgement.
func (s *session) acknowledged(letter byte) {
	switch letter {
	case ackBegun, ackDone, ackAborted:
		if !s.proceed(letter) {
			s.fault(devices.Unexpected, 0)
		}
	case ackBusy, ackError, ackUndefined, ackUnreadable, ackSleeping, ackLate:
		if s.pace.Asked == askNothing {
			s.fault(devices.Unexpected, 0)
			return
		}
		s.fault(devices.DeviceError, int(letter))
		s.refused(letter)
	default:
		s.fault(devices.Unexpected, 0)
	}
}

// proceed takes an acknowledgement that things go on, and reports whether it fits what is going on.
func (s *session) proceed(letter byte) bool {
	switch {
	case s.phase == stopping:
		return s.released(letter)
	case s.phase == opening && s.pace.Asked == askModule && letter == ackDone:
		s.answered()
		s.pace.Plan(askVersion, s.now)
	case s.phase == preparing && s.pace.Asked == setInflation && letter != ackAborted:
		s.answered()
		s.pace.Plan(startAdult, s.now)
	case s.phase == starting && letter == ackBegun:
		s.answered()
		s.begun()
	case s.phase == doubtful && letter == ackBegun:
		s.begun()
	case s.phase == measuring && letter == ackDone:
		s.finished()
	default:
		return false
	}
	return true
}

// refused takes an acknowledgement that the outstanding request was not carried out.
func (s *session) refused(letter byte) {
	r := s.pace.Asked
	if r == abort {
		return // repeated when its time is up
	}
	s.answered()
	switch r {
	case askPressure:
		s.unpolled(letter == ackBusy)
	case askResult:
		s.refetch(s.now.Add(quietGap))
	case setInflation:
		s.pace.Plan(startAdult, s.now) // the module's own target then holds
	case startAdult:
		s.notBegun(letter)
	default:
		if letter == ackBusy {
			s.clear()
			return
		}
		s.reopen()
	}
}

// timeout takes the lack of an answer to r.
func (s *session) timeout(r request) {
	switch r {
	case askPressure:
		s.missed++
		s.unpolled(false)
	case askResult:
		s.refetch(s.now)
	case setInflation:
		s.pace.Plan(startAdult, s.now)
	case startAdult:
		s.doubt()
	case abort:
		s.stopAgain()
	default:
		s.reopen()
	}
}
