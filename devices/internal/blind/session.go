package blind

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
)

// phase is where the conversation stands.
type phase uint8

const (
	opening   phase = iota // finding out who is there and what its last result is
	idle                   // ready; the last result is asked for now and then
	preparing              // start ordered: a last look at the last result
	measuring              // start sent; air is presumed in the cuff
	stopping               // stop sent, or about to be; not confirmed yet
	venting                // stop confirmed; the air leaves
)

// Session implements [devices.Session] and [devices.Commander]. It is not safe for concurrent use.
//
// What arrives and what times out only plan; advance alone sends, so that the spacing rules live in one place.
type Session struct {
	family Family
	guard  cuff.Guard
	pace   cuff.Pace[Request]
	now    time.Time
	phase  phase

	known    bool // the device has told its last result, or that it has none, and nothing is known to be in the cuff
	doubtful bool // the last report has to be confirmed by another
	missed   int  // reads in a row without an answer
	empty    int  // answers in a row that were no report, while opening

	order     order
	class     devices.CuffClass // why it is being stopped; zero for nobody's wish
	stops     int               // stop frames sent for that
	straggler bool              // an answer to what was asked before the stop may still come
	vented    time.Time         // when the air has left, while venting

	store []devices.Measurement
	out   devices.Output
}

// order is one CuffStart from being accepted to its outcome.
type order struct {
	open       bool // accepted, outcome not reported yet
	at         time.Time
	started    time.Time // when the start was sent; zero if it was not
	unanswered bool      // nothing said that it arrived
	failed     time.Time // when the last order ended without a result; zero if none did
}

var (
	_ devices.Session   = (*Session)(nil)
	_ devices.Commander = (*Session)(nil)
)

// New opens a conversation. With a permission to start, and nothing known about the cuff for the last three minutes, air of
// an earlier conversation may be in it: then the first request is a stop.
func New(f Family, set devices.Settings) *Session {
	s := &Session{family: f, guard: cuff.NewGuard(set)}
	s.pace.Planned = Read
	if set.AllowStart {
		s.pace.Planned = Stop
		if !set.CuffUsed.IsZero() {
			s.vented = set.CuffUsed.Add(cuff.Cycle) // the first step knows the moment, and looks
		}
	}
	return s
}

// Step implements [devices.Session]. Time passes up to now before the bytes are looked at: so it makes no difference
// whether bytes that arrive together are handed over together.
func (s *Session) Step(now time.Time, rx []byte) devices.Output {
	s.enter(now)
	s.advance()
	for {
		m, rest := s.family.Receiver.Next(rx)
		if m == None {
			return s.leave()
		}
		rx = rest
		s.receive(m)
		s.advance()
	}
}

// Command implements [devices.Commander]. CuffStart only plans: the last result is looked at once more before the start
// is sent. CuffStop plans a stop that waits for nothing but the spacing of frames. A refusal changes nothing.
func (s *Session) Command(now time.Time, c devices.Command) (devices.Output, error) {
	s.enter(now)
	switch c {
	case devices.CuffStart:
		if err := s.permit(); err != nil {
			return devices.Output{Wake: s.wake()}, err
		}
		s.order = order{open: true, at: s.now}
		s.phase, s.missed = preparing, 0
		s.pace.Plan(Read, s.now)
	case devices.CuffStop:
		s.stop(devices.CuffAborted)
	default:
		return devices.Output{Wake: s.wake()}, devices.ErrUnsupported
	}
	s.advance()
	return s.leave(), nil
}

// permit returns why a CuffStart is refused now, nil if it is not.
func (s *Session) permit() error {
	ready := s.known && s.phase != opening
	err := s.guard.Refuse(s.now, ready)
	if err == nil && s.phase != idle {
		return devices.ErrCuffBusy
	}
	return err
}

// enter sets the clock and empties the output. An agent that slept knows neither how old a result is that comes now, nor
// what became of a measurement.
func (s *Session) enter(now time.Time) {
	s.out = devices.Output{
		Readings: s.out.Readings[:0], Cuff: s.out.Cuff[:0], Faults: s.out.Faults[:0], Tx: s.out.Tx[:0],
	}
	s.store = s.store[:0]
	if !now.After(s.now) {
		return
	}
	before := s.now
	s.now = now
	s.guard.Enter(now)
	switch {
	case before.IsZero():
		s.begin()
	case now.Sub(before) > asleep:
		s.wokenUp()
	}
}

// begin decides whether the conversation has to open with a stop.
func (s *Session) begin() {
	if s.pace.Planned != Stop {
		return
	}
	if !s.vented.IsZero() && !s.now.Before(s.vented) {
		s.pace.Planned = Read // the last air was let out, by whomever, long ago
		return
	}
	s.guard.Inflate(s.now)
}

func (s *Session) leave() devices.Output {
	s.family.Receiver.Account(&s.out)
	s.out.Wake = s.wake()
	s.out.Episodic = s.family.Misses == 0 && (s.phase == measuring || s.phase == stopping)
	return s.out
}

// wake returns the earliest moment at which advance has something to do.
func (s *Session) wake() time.Time {
	at := s.pace.Next()
	sooner := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	switch s.phase {
	case measuring:
		sooner(s.guard.Deadline())
		if s.order.unanswered {
			sooner(s.order.started.Add(doubtTime))
		}
	case venting:
		sooner(s.vented)
	}
	return at
}

// advance does all that is due at s.now.
func (s *Session) advance() {
	for {
		switch {
		case s.phase == measuring && s.guard.Overdue(s.now):
			s.stop(devices.CuffTimeout)
		case s.phase == measuring && s.order.unanswered && s.now.Sub(s.order.started) >= doubtTime:
			s.stop(devices.CuffNoAnswer)
		case s.phase == venting && !s.now.Before(s.vented):
			s.emptied()
		case s.pace.Expired(s.now):
			s.expire()
		default:
			r := s.pace.Take(s.now)
			if r == Nothing {
				return
			}
			s.send(r)
		}
	}
}

// send writes a request. A start that could not be sent in time is dropped: nobody expects it any more.
func (s *Session) send(r Request) {
	switch r {
	case Start:
		if s.now.Sub(s.order.at) > orderLife {
			s.fail(devices.CuffNoAnswer, 0)
			s.rest()
			return
		}
		s.order.started, s.order.unanswered = s.now, true
		s.phase, s.missed = measuring, 0
		s.guard.Inflate(s.now)
		s.cuff(devices.CuffState{Phase: devices.CuffInflating})
	case Stop:
		s.phase = stopping
		s.stops++
	}
	s.out.Tx = append(s.out.Tx, s.family.Frames[r]...)
	s.pace.Sent(s.now, r, s.family.Reply, frameGap)
}

// expire ends an outstanding request. What waits in the receiver can no longer be an honest unfinished message, and the
// answer may be hidden behind the false start.
func (s *Session) expire() {
	for m := s.family.Receiver.GiveUp(); m != None; m = s.family.Receiver.GiveUp() {
		s.receive(m)
	}
	if !s.pace.Expired(s.now) {
		return
	}
	r := s.pace.Asked
	s.pace.Answered()
	s.fault(devices.NoAnswer, 0)
	s.timeout(r)
}

func (s *Session) fault(kind devices.FaultKind, code int) {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: kind, Code: code})
}

func (s *Session) cuff(c devices.CuffState) {
	c.At = s.now
	s.out.Cuff = append(s.out.Cuff, c)
}
