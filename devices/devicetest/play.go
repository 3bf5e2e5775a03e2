package devicetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bedside/devices"
	"bedside/devices/capture"
)

// Entry is what the driver made of one event of a capture, in a form that does not depend on how the bytes were split.
type Entry struct {
	At    time.Duration // since Start
	Event int           // index into Capture.Events
	capture.Moment
	Wake time.Time
}

// Log is everything that a driver made of a capture. Nothing in it belongs to the session any more.
type Log struct {
	Entries                   []Entry
	Received, Frames          int
	Framed, Dropped           int // bytes in frames, bytes given up
	MostPending, LeastPending int // of all moments: bytes received that were neither framed nor dropped
	Tx                        []byte
}

// Pending returns how many bytes the driver still holds, by its own account.
func (l *Log) Pending() int { return l.Received - l.Framed - l.Dropped }

// Readings returns all readings of the log in their order.
func (l *Log) Readings() []devices.Reading {
	var all []devices.Reading
	for _, e := range l.Entries {
		all = append(all, e.Readings...)
	}
	return all
}

// player drives one session. Problems it notices on the way are breaches of the contract of devices.Session.
type player struct {
	session  devices.Session
	now      time.Time
	wake     time.Time
	log      Log
	cur      *Entry
	problems []string
	split    func(rx []byte) [][]byte // how to cut the bytes of an event; nil: not at all
	skew     func() time.Duration     // how far back to set the clock that the session sees; nil: not at all
	vitals   []devices.Vital
	parts    []devices.Part
	header   capture.Header // for its word on wakes
}

// Play runs a new session of d through the capture, one Step for each line of bytes.
func Play(d devices.Driver, c Capture) (Log, error) {
	p, err := newPlayer(d, c.Settings)
	if err != nil {
		return Log{}, err
	}
	p.play(c)
	return p.log, p.err()
}

func newPlayer(d devices.Driver, s devices.Settings) (*player, error) {
	session, err := d.NewSession(s)
	if err != nil {
		return nil, fmt.Errorf("devicetest: new session: %w", err)
	}
	vitals := append(slices.Clone(d.Vitals), devices.CuffPressure)
	return &player{session: session, now: Start, vitals: vitals, parts: d.Parts}, nil
}

func (p *player) err() error {
	if len(p.problems) == 0 {
		return nil
	}
	return fmt.Errorf("devicetest: %s", strings.Join(slices.Compact(p.problems), "; "))
}

func (p *player) play(c Capture) {
	p.header.Wakes = c.Wakes
	p.begin(0)
	p.step(nil) // the port was opened
	for i, e := range c.Events {
		p.begin(i)
		switch {
		case e.Wait > 0:
			p.pass(p.now.Add(e.Wait), i)
		case e.Woken:
			p.step(nil)
		case e.Order != 0:
			p.order(e.Order)
		case len(e.Rx) > 0:
			p.receive(e.Rx)
		}
	}
}

func (p *player) begin(event int) {
	p.log.Entries = append(p.log.Entries, Entry{At: p.now.Sub(Start), Event: event})
	p.cur = &p.log.Entries[len(p.log.Entries)-1]
}

func (p *player) receive(rx []byte) {
	parts := [][]byte{rx}
	if p.split != nil {
		parts = p.split(rx)
	}
	for _, part := range parts {
		own := slices.Clone(part)
		p.step(own)
		for i := range own { // a session that keeps rx will now read rubbish
			own[i] = 0xA5
		}
	}
}

func (p *player) step(rx []byte) {
	seen := p.now
	if p.skew != nil {
		seen = seen.Add(-p.skew())
	}
	p.log.Received += len(rx)
	p.take(p.session.Step(seen, rx))
}

// pass moves the clock to then and serves every wake on the way that no event covers. The bound on their number is ours:
// a driver that wants to be called more than 1000 times a second is broken.
func (p *player) pass(then time.Time, event int) {
	limit := int(then.Sub(p.now)/time.Millisecond) + 1
	for n := 0; !p.wake.IsZero() && p.header.Serves(p.wake, then); n++ {
		if n == limit {
			p.problem("more than one wake a millisecond")
			break
		}
		if p.wake.After(p.now) {
			p.now = p.wake
		}
		p.begin(event)
		p.step(nil)
	}
	p.now = then
}

func (p *player) order(c devices.Command) {
	commander, ok := p.session.(devices.Commander)
	if !ok {
		p.cur.Refused = devices.ErrUnsupported
		return
	}
	out, err := commander.Command(p.now, c)
	if err != nil {
		p.cur.Refused = err
		if len(out.Tx) > 0 {
			p.problem("a refused order wrote bytes")
		}
		return
	}
	p.take(out)
}

func (p *player) problem(format string, args ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// take copies an output into the log and checks what every output must be.
func (p *player) take(out devices.Output) {
	e := p.cur
	e.Take(&out)
	for i := range out.Readings {
		p.checkReading(&out.Readings[i])
	}
	for i := range out.Waves {
		p.checkWave(&out.Waves[i])
	}
	for _, c := range out.Cuff {
		if c.Phase == 0 || c.Phase.String() == "unknown" {
			p.problem("cuff state without a phase")
		}
	}
	for _, f := range out.Faults {
		if !slices.Contains(devices.FaultKinds(), f.Kind) || f.Bytes < 0 {
			p.problem("fault %d with %d bytes", f.Kind, f.Bytes)
		}
		p.log.Dropped += f.Bytes
	}
	p.log.Tx = append(p.log.Tx, out.Tx...)
	e.Wake, p.wake = out.Wake, out.Wake
	if !out.Wake.IsZero() && !out.Wake.After(p.now) {
		p.problem("wake at %v, now is %v", out.Wake.Sub(Start), p.now.Sub(Start))
		p.wake = time.Time{}
	}
	p.log.Frames += out.Frames
	p.log.Framed += out.FramedBytes
	p.log.MostPending = max(p.log.MostPending, p.log.Pending())
	p.log.LeastPending = min(p.log.LeastPending, p.log.Pending())
}
