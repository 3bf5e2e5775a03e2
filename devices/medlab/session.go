package medlab

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
	"bedside/devices/internal/lines"
)

// phase is where the conversation stands.
type phase uint8

const (
	opening   phase = iota // finding out whether the module is there and at rest
	idle                   // ready; the status is asked for now and then
	preparing              // start ordered: module asked whether it is at rest, inflation target set
	starting               // start sent, no live packet yet
	measuring              // begun for certain
	reading                // ended; the result is being fetched
	stopping               // abort ordered
)

// session implements [devices.Session] and [devices.Commander].
//
// At most one request is outstanding, and at most one is planned. receive and timeout only plan; advance alone writes,
// so that the spacing lives in one place.
type session struct {
	inflation int // mmHg; 0 leaves the module's own
	guard     cuff.Guard
	rx        receiver
	now       time.Time
	phase     phase

	pace cuff.Pace[request]
	late bool // a question was given up for an abort; its answer may still come

	known   bool // the module answered and was at rest
	foreign bool // the module is busy, and not by this session's doing
	missed  int  // questions in a row without an answer

	order    order
	swing    cuff.Swing
	pressure lines.Track
	worry    devices.CuffClass // what the last live packet gives reason to stop for, 0 for nothing
	lively   bool              // a live packet came since the abort or the question after it

	readings     [1]devices.Reading
	measurements [4]devices.Measurement
	absences     [1]devices.Absence
	out          devices.Output
}

// order is one CuffStart from being accepted to its outcome.
type order struct {
	open     bool // accepted, outcome not reported yet
	at       time.Time
	started  time.Time         // when the start was sent
	targeted bool              // setInflation was sent
	tries    int               // aborts or questions for the result
	class    devices.CuffClass // why it is being stopped, or why it can have no numbers
	code     int               // the device's number behind class
	last     result            // previous reply to askResult
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
	for {
		content, rest := s.rx.next(rx)
		if content == nil {
			return s.leave()
		}
		rx = rest
		s.receive(content)
		s.advance()
	}
}

// Command implements [devices.Commander]. CuffStart only plans: the module is asked whether it is at rest before the
// start is sent, within the second if it is well. CuffStop plans an abort that waits for nothing but the spacing.
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
		s.stop(devices.CuffAborted, 0)
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

func (s *session) leave() devices.Output {
	s.out.Faults = s.rx.faults(s.out.Faults)
	s.out.Frames, s.out.FramedBytes = s.rx.frames, s.rx.framed
	s.rx.frames, s.rx.framed = 0, 0
	s.out.Wake = s.wake()
	return s.out
}

// wake returns the earliest moment at which advance has something to do.
func (s *session) wake() time.Time {
	at, next := s.guard.Deadline(), s.pace.Next()
	if s.phase == stopping || at.IsZero() || next.Before(at) {
		return next
	}
	return at
}

// advance does all that is due at s.now.
func (s *session) advance() {
	for {
		switch {
		case s.phase != stopping && s.guard.Overdue(s.now):
			s.stop(devices.CuffTimeout, 0)
		case s.pace.Expired(s.now):
			r := s.pace.Asked
			s.pace.Answered()
			s.timeout(r)
		default:
			r := s.pace.Take(s.now)
			if r == askNothing {
				return
			}
			s.send(r)
		}
	}
}

// send carries out a request. A start that could not be sent in time is dropped: nobody expects it any more.
func (s *session) send(r request) {
	s.lively = false
	switch r {
	case hear:
		s.listen(s.now.Add(listenTime))
		return
	case start:
		if s.now.Sub(s.order.at) > orderLife {
			s.fail(devices.CuffNoAnswer, 0)
			s.rest()
			return
		}
		s.order.started = s.now
		s.phase = starting
		s.guard.Inflate(s.now)
	}
	if r == setInflation {
		s.out.Tx = append(s.out.Tx, inflations(s.inflation)...)
	} else {
		s.out.Tx = append(s.out.Tx, frames[r]...)
	}
	s.pace.Sent(s.now, r, r.wait(), frameGap)
}

// listen waits until by for what the module says unasked. The gap after the last write goes on.
func (s *session) listen(by time.Time) { s.pace.Asked, s.pace.AnswerBy = hear, by }

// answered ends the outstanding request.
func (s *session) answered() {
	s.pace.Answered()
	s.missed = 0
}

func (s *session) fault(kind devices.FaultKind, code int) {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: kind, Code: code})
}

func (s *session) cuff(c devices.CuffState) {
	c.At = s.now
	s.out.Cuff = append(s.out.Cuff, c)
}
