package blind

import (
	"time"

	"bedside/devices"
)

// Bounds, all our choice but where a source is named.
const (
	frameGap   = 100 * time.Millisecond // least time between two frames of the host
	reopenTime = time.Second            // between two attempts to open a conversation
	idleMisses = 3                      // reads without an answer until the device counts as a stranger
	looks      = 3                      // reads without an answer before a start until the order is dropped
	empties    = 2                      // answers without a report in a row that say that there is none
	orderLife  = 8 * time.Second        // a start that could not be sent by then is dropped
	shortest   = 10 * time.Second       // no cuff can be filled and read faster: a result sooner than this is not of the start
	doubtTime  = 75 * time.Second       // a start that nobody answered: past the 45 s that a measurement takes (cuffs.md section 2a), and a read or two
	stopTries  = 5                      // stops sent for one reason before the conversation begins anew
	stopAgain  = 500 * time.Millisecond // from a refused stop to the next
	ventTime   = 10 * time.Second       // from a confirmed stop until the cuff counts as empty
	quietTime  = 60 * time.Second       // a failure that shows within this time of a failed order is that order's
	asleep     = 60 * time.Second       // a gap between two steps that only a sleeping agent leaves; it asked to be called sooner
)

// receive takes one message.
func (s *Session) receive(m Message) {
	asked := s.pace.Asked
	switch {
	case s.phase == venting && asked == Read:
		s.pace.Answered() // that there is an answer is all that counts; the next read after the venting tells
		s.askOn()
	case m == Reported:
		s.reported(asked)
	case m == Foreign:
		s.fault(devices.Unexpected, 0)
	case s.phase == stopping:
		s.answeredWhileStopping(m)
	case asked == Start:
		s.pace.Answered()
		s.begun(m)
	case asked == Read:
		s.pace.Answered()
		s.missed = 0
		s.unreported(m)
	case s.phase == measuring && s.order.unanswered && m == Confirmed:
		s.order.unanswered = false // late, but nothing else was asked
	default:
		s.fault(devices.Unexpected, 0)
	}
}

// reported takes a report, asked for or not.
func (s *Session) reported(asked Request) {
	if asked == Read {
		s.pace.Answered()
		s.missed = 0
	} else if s.phase == stopping {
		s.straggler = false
	}
	v := s.family.Proof.Judge(s.now, Circumstances{Asked: asked == Read, Expected: s.phase == measuring})
	if s.doubtful && v == Unchanged {
		s.fault(devices.Inconsistent, 0)
	}
	s.doubtful = v == Doubtful
	switch {
	case v == Fresh:
		s.fresh(s.family.Proof.Outcome())
	case s.phase == stopping || s.phase == venting:
		// The next read after the stop tells.
	case v == Doubtful:
		s.pace.Plan(Read, s.now)
	case asked == Read:
		s.goOn()
	}
}

// goOn follows a report that says nothing new.
func (s *Session) goOn() {
	switch s.phase {
	case opening:
		s.opened()
	case idle:
		s.rest()
	case preparing:
		s.pace.Plan(Start, s.now)
	case measuring:
		s.pace.Plan(Read, s.pace.SentAt.Add(s.family.CyclePoll))
	}
}

// opened makes the device ready: its last result is known, and known to be old.
func (s *Session) opened() {
	s.known, s.empty = true, 0
	s.cuff(devices.CuffState{Phase: devices.CuffIdle})
	s.rest()
}

// rest makes the session idle.
func (s *Session) rest() {
	s.phase, s.missed = idle, 0
	s.pace.Plan(Read, s.now.Add(s.family.IdlePoll))
}

// reopen begins the conversation anew after a pause. Air that may still be in the cuff is let out first.
func (s *Session) reopen() {
	s.phase, s.known, s.doubtful = opening, false, false
	s.missed, s.empty, s.stops = 0, 0, 0
	s.family.Proof.Forget()
	first := Read
	if s.guard.Airborne() {
		first = Stop
	}
	s.pace.Plan(first, s.now.Add(reopenTime))
}

// wokenUp makes an end of whatever was under way before the agent slept.
func (s *Session) wokenUp() {
	switch s.phase {
	case measuring:
		s.stop(devices.CuffNoAnswer)
	case preparing:
		s.fail(devices.CuffNoAnswer, 0)
		fallthrough
	case opening, idle:
		s.reopen()
	}
	s.known = false
	s.family.Proof.Forget()
}

// unreported takes an answer to a read that is no report.
func (s *Session) unreported(m Message) {
	if m == Refused {
		s.fault(devices.DeviceError, 0)
	}
	if s.phase != opening {
		s.goOn()
		return
	}
	if s.empty++; s.empty >= empties {
		s.opened() // there is someone, and it has no result to tell
		return
	}
	s.pace.Plan(Read, s.now)
}

// begun takes the answer to a start. A refusal is no proof that nothing began: the answer has no check worth the name.
func (s *Session) begun(m Message) {
	s.order.unanswered = false
	if m == Refused {
		s.fault(devices.DeviceError, 0)
		s.stop(devices.CuffIndeterminate)
		return
	}
	s.pace.Plan(Read, s.pace.SentAt.Add(s.family.FirstRead))
}

// timeout takes the lack of an answer to r.
func (s *Session) timeout(r Request) {
	switch r {
	case Read:
		s.missed++
		s.unread()
	case Start:
		// It is not repeated: it may have arrived and only its answer been lost. The result will tell, or its absence.
		s.pace.Plan(Read, s.order.started.Add(s.family.FirstRead))
	case Stop:
		s.unstopped(s.now)
	}
}

// unread follows a read without an answer.
func (s *Session) unread() {
	again := s.now
	switch s.phase {
	case opening:
		if !s.doubtful {
			again = s.now.Add(reopenTime)
		}
	case idle:
		if s.missed >= idleMisses {
			s.reopen()
			return
		}
		if !s.doubtful {
			again = s.pace.SentAt.Add(s.family.IdlePoll)
		}
	case preparing:
		if s.missed >= looks {
			s.fail(devices.CuffNoAnswer, 0)
			s.rest()
			return
		}
	case venting:
		s.askOn()
		return
	case measuring:
		if s.family.Misses > 0 && s.missed >= s.family.Misses {
			s.stop(devices.CuffNoAnswer)
			return
		}
		if !s.doubtful {
			again = s.pace.SentAt.Add(s.family.CyclePoll)
		}
	}
	s.pace.Plan(Read, again)
}
