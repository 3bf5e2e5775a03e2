package pm6750

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/cuff"
	"bedside/devices/internal/draft"
)

const (
	enableAgain = 3 * time.Second         // without the packet: enable it again; oximeters.md section 6
	proofTime   = 1500 * time.Millisecond // our choice: a packet whose successor comes later than that is old
	stuckTime   = 200 * time.Millisecond  // our choice: a frame whose next byte comes later than that has broken off
	alive       = 2 * time.Second         // a board heard within that answers; cuffs.md section 9a
)

// session implements [devices.Session] and [devices.Commander]. Packets only change what is wanted; advance alone sends,
// one frame at a time, so that the spacing rule lives in one place.
type session struct {
	guard  cuff.Guard
	target int  // mmHg; 0 leaves the board's own
	ours   bool // measurements may be begun by this agent
	rx     receiver
	rxAt   time.Time // last byte of the board
	now    time.Time

	held   [6]byte // the last packet with numbers, until the next frame proves it
	heldN  int     // its length; 0 for none
	heldAt time.Time

	first, heard time.Time // first and last frame of the board
	listening    bool      // a frame came in this Step
	believed     bool      // a packet with numbers was just believed
	paramsBy     time.Time // enable the parameters if they have not come by then; zero: now
	waveBy       time.Time // likewise the wave
	sentAt       time.Time // last frame to the board
	want         wants

	cycle cycle
	wave  wave

	draft draft.Draft
	out   devices.Output
}

// wants are the frames that wait for their turn, the most urgent first.
type wants struct{ stop, target, start, params, wave bool }

var (
	_ devices.Session   = (*session)(nil)
	_ devices.Commander = (*session)(nil)
)

// Step implements [devices.Session]. Time passes up to now before the bytes are looked at: so it makes no difference
// whether bytes that arrive together are handed over together.
func (s *session) Step(now time.Time, rx []byte) devices.Output {
	s.enter(now)
	s.advance()
	if s.now.Sub(s.rxAt) > stuckTime {
		s.rx.breakOff() // what hides behind a false start would be old when it came to light
	}
	if len(rx) > 0 {
		s.rxAt = s.now
	}
	for {
		var p []byte
		if p, rx = s.rx.next(rx); p == nil {
			break
		}
		s.receive(p)
		if s.believed { // nothing else that arrives can ask for a frame
			s.believed = false
			s.advance()
		}
	}
	return s.leave()
}

// Command implements [devices.Commander]. A refusal changes nothing and its output has nothing but the Wake.
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
	s.draft.Clear()
	s.listening = false
	s.wave.restart()
	s.out = devices.Output{
		Readings: s.out.Readings[:0], Waves: s.out.Waves[:0], Cuff: s.out.Cuff[:0], Faults: s.out.Faults[:0], Tx: s.out.Tx[:0],
	}
}

func (s *session) leave() devices.Output {
	if s.wave.heard {
		s.waveBy = s.now.Add(enableAgain)
	}
	s.flushWave()
	s.out.Faults = s.rx.faults(s.out.Faults)
	s.out.Frames, s.out.FramedBytes = s.rx.frames, s.rx.framed
	s.rx.frames, s.rx.framed = 0, 0
	s.out.Wake = s.wake()
	return s.out
}

// receive takes the payload of one intact frame. A packet with numbers waits until the next frame follows it without a
// byte between: a byte lost or added within a frame moves its end, and the next one does not begin there.
func (s *session) receive(p []byte) {
	if !s.listening {
		s.listening, s.heard = true, s.now
		if s.first.IsZero() {
			s.first = s.now
		}
	}
	if s.heldN > 0 && s.rx.torn == 0 && s.now.Sub(s.heldAt) <= proofTime {
		s.believe(s.held[:s.heldN])
	}
	s.heldN = 0
	if s.rx.torn > 0 {
		s.wave.miss(s.rx.torn)
	}
	switch {
	case p[0] == typeWave && len(p) == 2:
		s.wave.add(p[1])
	case p[0] == typeSpO2 && len(p) == 4, p[0] == typeNIBP && len(p) == 6:
		if p[0] == typeSpO2 {
			s.paramsBy = s.now.Add(enableAgain)
		}
		s.heldN, s.heldAt = copy(s.held[:], p), s.now
	case p[0] == typeWave, p[0] == typeSpO2, p[0] == typeNIBP:
		s.fault(devices.Unexpected, 0) // not the length of its type
	}
	// All other types are of no use here, whatever their length: ECG, respiration, temperature, and the beat marks 30 and
	// 31, which no document explains.
}

// believe takes a packet with numbers that the next frame has proven.
func (s *session) believe(p []byte) {
	s.believed = true
	if p[0] == typeNIBP {
		s.nibp(p)
		return
	}
	s.second()
	s.oximeter(p)
}

// advance does all that is due at s.now.
func (s *session) advance() {
	s.watch()
	if due(s.now, s.paramsBy) {
		s.want.params, s.paramsBy = true, s.now.Add(enableAgain)
	}
	if due(s.now, s.waveBy) {
		s.want.wave, s.waveBy = true, s.now.Add(enableAgain)
	}
	for s.want != (wants{}) && (s.sentAt.IsZero() || due(s.now, s.sentAt.Add(hostGap))) {
		s.send(s.want.take())
	}
}

// due reports whether t has come; a zero one has.
func due(now, t time.Time) bool { return !now.Before(t) }

// take returns the most urgent frame and no longer wants it.
func (w *wants) take() request {
	for _, one := range [...]struct {
		flag *bool
		r    request
	}{
		{&w.stop, stopCuff}, {&w.target, setTarget}, {&w.start, startCuff}, {&w.params, enableParams}, {&w.wave, enableWave},
	} {
		if *one.flag {
			*one.flag = false
			return one.r
		}
	}
	return askNothing
}

func (s *session) send(r request) {
	if !s.sending(r) { // it came too late
		return
	}
	s.out.Tx = r.bytes(s.out.Tx, s.target)
	s.sentAt = s.now
}

// wake returns the earliest moment at which advance has something to do.
func (s *session) wake() time.Time {
	next := earlier(s.paramsBy, s.waveBy)
	if s.want != (wants{}) {
		next = earlier(next, s.sentAt.Add(hostGap))
	}
	return earlier(next, s.cycleDue())
}

// earlier returns the earlier of two moments, of which a zero one does not count.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (s *session) fault(kind devices.FaultKind, code int) {
	s.out.Faults = append(s.out.Faults, devices.Fault{Kind: kind, Code: code})
}
