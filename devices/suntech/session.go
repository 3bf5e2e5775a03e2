package suntech

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// phase is where the conversation stands.
type phase uint8

const (
	opening   phase = iota // finding out who is there and whether it is well
	idle                   // ready; the pressure is asked for now and then
	preparing              // start ordered: cuff checked for air, inflation target set
	starting               // start sent, not answered yet
	doubtful               // start sent, not answered in time: is there air in the cuff?
	measuring              // begun for certain
	reading                // ended; the result is being fetched
	stopping               // abort ordered
)

// session implements [devices.Session] and [devices.Commander].
//
// At most one request is outstanding, and at most one is planned. receive and timeout only plan; advance alone sends,
// so that the spacing rules live in one place.
type session struct {
	inflation int // mmHg; 0 leaves the module's own
	guard     cuff.Guard
	rx        receiver
	now       time.Time
	phase     phase

	pace      cuff.Pace[request]
	straggler request // given up for an abort; its answer may still come

	known     bool    // the module has answered all it must, and there was no air in the cuff
	selfTest  request // form of the self-test that fits the module
	faultCode int     // code of the last self-test, 0 if it was healthy
	missed    int     // polls in a row without an answer

	order order
	swing cuff.Swing
	ended bool // stopping: K came
	heard bool // stopping: A came

	readings     [1]devices.Reading
	measurements [4]devices.Measurement
	out          devices.Output
}

// order is one CuffStart from being accepted to its outcome.
type order struct {
	open     bool // accepted, outcome not reported yet
	at       time.Time
	starts   int               // start frames sent; more than one only after B
	started  time.Time         // when the last of them was sent
	emptied  time.Time         // when the cuff was last seen with air in it, or not yet filled
	targeted bool              // setInflation was sent
	tries    int               // aborts or result requests sent
	class    devices.CuffClass // why it is being stopped
	last     [resultLen]byte   // previous reply to askResult
	hasLast  bool
}

var (
	_ devices.Session   = (*session)(nil)
	_ devices.Commander = (*session)(nil)
)

// Step implements [devices.Session]. Time passes up to now before the bytes are looked at: so it makes no difference
// whether bytes that arrive together are handed over together.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	s.enter(now)
	s.advance()
	s.listen(rx)
	return s.leave()
}

// Command implements [devices.Commander]. CuffStart only plans: the cuff is checked for air before the start is sent,
// within the second if the module is well. CuffStop plans an abort that waits for nothing but the spacing of frames.
//
// A refusal changes nothing and its output has nothing but the Wake: whatever else is due is done by the next Step.
func (s *session) Command(now time.Time, c devices.Command) (devices.Output, error) {
	s.enter(now)
	switch c {
	case devices.CuffStart:
		if err := s.permit(); err != nil {
			return devices.Output{Wake: s.wake()}, err
		}
		s.orderStart()
	case devices.CuffStop:
		s.stop(devices.CuffAborted)
	default:
		return devices.Output{Wake: s.wake()}, devices.ErrUnsupported
	}
	s.advance()
	return s.leave(), nil
}

// enter sets the clock and empties the output.
func (s *session) enter(now time.Time) {
	if now.After(s.now) {
		s.now = now
	}
	s.guard.Enter(s.now)
	s.out = devices.Output{
		Readings: s.out.Readings[:0], Cuff: s.out.Cuff[:0], Faults: s.out.Faults[:0], Tx: s.out.Tx[:0],
	}
}

func (s *session) listen(rx []byte) {
	for {
		frame, rest := s.rx.next(rx)
		if frame == nil {
			return
		}
		rx = rest
		s.receive(frame)
		s.advance()
	}
}

func (s *session) leave() devices.Output {
	s.out.Faults = s.rx.faults(s.out.Faults)
	s.out.Frames, s.out.FramedBytes = s.rx.frames, s.rx.framed
	s.rx.frames, s.rx.framed = 0, 0
	s.out.Wake = s.wake()
	return s.out
}

// wake returns the earliest moment at which advance has something to do.
func (s *session) wake() time.Time {
	at := s.guard.Deadline()
	if s.phase == stopping {
		at = time.Time{}
	}
	next := s.pace.Next()
	if at.IsZero() || !next.IsZero() && next.Before(at) {
		return next
	}
	return at
}

// advance does all that is due at s.now.
func (s *session) advance() {
	for {
		switch {
		case s.phase != stopping && s.guard.Overdue(s.now):
			s.stop(devices.CuffTimeout)
		case s.pace.Expired(s.now):
			s.expire()
		default:
			r := s.pace.Take(s.now)
			if r == askNothing {
				return
			}
			s.send(r)
		}
	}
}

// send writes a request. A start that could not be sent in time is dropped: nobody expects it any more.
func (s *session) send(r request) {
	if r == startAdult {
		if s.now.Sub(s.order.at) > orderLife {
			s.fail(devices.CuffNoAnswer, 0)
			s.rest()
			return
		}
		s.order.starts++
		s.order.started = s.now
		s.phase = starting
		s.guard.Inflate(s.now)
	}
	s.out.Tx = r.bytes(s.out.Tx, s.inflation)
	if r != abort {
		s.straggler = askNothing
	}
	s.pace.Sent(s.now, r, r.wait(), r.gap())
}

// expire ends an outstanding request. What waits in the receiver can no longer be an honest unfinished frame, and the
// answer may be hidden behind the false start.
func (s *session) expire() {
	for frame := s.rx.giveUp(); frame != nil; frame = s.rx.giveUp() {
		s.receive(frame)
	}
	if !s.pace.Expired(s.now) {
		return
	}
	r := s.pace.Asked
	s.pace.Answered()
	s.fault(devices.NoAnswer, 0)
	s.timeout(r)
}

func (s *session) fault(kind devices.FaultKind, code int) {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: kind, Code: code})
}

func (s *session) cuff(c devices.CuffState) {
	c.At = s.now
	s.out.Cuff = append(s.out.Cuff, c)
}
