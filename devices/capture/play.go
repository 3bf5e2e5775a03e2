package capture

import (
	"bytes"
	"fmt"
	"time"

	"bedside/devices"
)

// Epoch is the moment at which a capture begins that does not say when: an arbitrary one, our choice.
var Epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// wakeSoonest is the rest that a player takes between two wakes, as the agent does: a session that asks for a moment
// past must not hold up a replay for ever.
const wakeSoonest = time.Millisecond

// wroteMost bounds the bytes that wait for a comparison; our choice, an hour of questions.
const wroteMost = 64 << 10

// Entry is what came of one moment of a capture.
type Entry struct {
	At    time.Time     // by the clock of the capture
	Since time.Duration // since the beginning of the first capture
	Line  int           // of the event that led to it
	Notes []string      // what happened to the port, orders, and what is odd about the capture, in words
	Moment
}

// Totals are counts over everything played.
type Totals struct {
	Received, Sent          int // bytes of the capture, from and to the device
	Frames, Framed, Dropped int // frames, bytes in them, and bytes given up
	Readings                int
	Faults                  int // one per moment, kind and code
	Samples                 int // of waves
}

// Waiting returns how many bytes were neither framed nor given up.
func (t *Totals) Waiting() int { return t.Received - t.Framed - t.Dropped }

// Player plays captures through sessions of one driver: each read at its moment, each wake that the session asked for
// at its own. The same capture gives the same entries always, however the bytes of a moment are divided among its
// lines. A Player is not safe for concurrent use.
type Player struct {
	driver devices.Driver
	emit   func(Entry)
	header Header

	session  devices.Session // nil while the port is closed
	began    time.Time       // the first capture
	now      time.Time
	wake     time.Time
	line     int
	fresh    bool   // nothing has happened since the session began, so that a first "open" says nothing new
	compared bool   // what the driver writes is compared with what was written then
	wrote    []byte // by the driver, not yet found in the capture
	pending  Entry
	totals   Totals
}

// NewPlayer returns a player for captures of d, which hands entries to emit in the order of time.
func NewPlayer(d devices.Driver, emit func(Entry)) *Player { return &Player{driver: d, emit: emit} }

// Begin starts a capture with these facts. If it goes on exactly where the one before ended, so does the conversation;
// otherwise a new one begins. It fails with the driver's refusal of the settings.
func (p *Player) Begin(h Header) error {
	p.flush()
	goesOn := h.Continues && p.session != nil && h.From.Equal(p.now)
	p.header, p.line = h, 0
	if goesOn {
		return nil
	}
	p.End()
	p.now = h.From
	if h.From.IsZero() {
		p.now = Epoch
	}
	if p.began.IsZero() {
		p.began = p.now
	}
	if err := p.open(h.Settings.Variant); err != nil {
		return err
	}
	if h.Continues {
		p.compared = false
		p.note("begins in the middle of a conversation; the driver starts afresh")
	}
	return nil
}

func (p *Player) open(variant string) error {
	settings := p.header.Settings
	settings.Variant = variant
	session, err := p.driver.NewSession(settings)
	if err != nil {
		return fmt.Errorf("capture: new session: %w", err)
	}
	p.session, p.wake, p.fresh, p.compared, p.wrote = session, time.Time{}, true, true, nil
	p.step(nil)
	return nil
}

// Play plays one event. It fails with the driver's refusal of the settings of a port that was opened.
func (p *Player) Play(e Event) error {
	p.line = e.Line
	first := p.fresh
	p.fresh = false
	switch {
	case e.Wait > 0:
		p.pass(p.now.Add(e.Wait))
		p.fresh = first // time alone does not make a port older
	case e.Port == Opened:
		if first && e.Variant == p.header.Settings.Variant {
			return nil // as every capture begins
		}
		p.close()
		p.flush()
		p.note("port opened" + spaced(e))
		return p.open(e.Variant)
	case e.Port == Closed:
		p.close()
		p.note("port closed")
		p.flush()
	case e.Woken:
		if p.session != nil {
			p.step(nil)
		}
	case e.Order != 0:
		p.order(e.Order)
	case len(e.Tx) > 0:
		p.sent(e.Tx)
	case len(e.Rx) > 0:
		p.totals.Received += len(e.Rx)
		if p.session == nil {
			p.note("bytes from a closed port")
			p.totals.Dropped += len(e.Rx)
			return nil
		}
		p.step(e.Rx)
	}
	return nil
}

func spaced(e Event) (s string) {
	if e.Settings.Baud > 0 {
		s = " " + FormatLine(e.Settings)
	}
	if e.Variant != "" {
		s += " " + e.Variant
	}
	return s
}

// End ends the conversation and hands out what is pending.
func (p *Player) End() {
	p.close()
	p.flush()
}

// Totals returns the counts so far.
func (p *Player) Totals() Totals { return p.totals }

func (p *Player) close() { p.session, p.wake = nil, time.Time{} }

// pass moves the clock to then and serves every wake on the way that no event covers.
func (p *Player) pass(then time.Time) {
	p.flush()
	for !p.wake.IsZero() && p.header.Serves(p.wake, then) {
		if p.wake.After(p.now) {
			p.now = p.wake
		}
		p.step(nil)
		p.flush()
	}
	p.now = then
}

// Serves reports whether a wake is served at its own moment while time passes until then.
func (h *Header) Serves(wake, then time.Time) bool {
	if h.Wakes {
		return then.Sub(wake) > Late
	}
	return !wake.After(then)
}

func (p *Player) step(rx []byte) {
	out := p.session.Step(p.now, rx)
	p.take(&out)
}

func (p *Player) order(c devices.Command) {
	p.flush()
	p.note("order " + c.String())
	commander, ok := p.session.(devices.Commander)
	if !ok {
		p.pending.Refused = devices.ErrUnsupported
		p.flush()
		return
	}
	out, err := commander.Command(p.now, c)
	if err != nil {
		p.pending.Refused = err
	} else {
		p.take(&out)
	}
	p.flush()
}

// sent compares what was written then with what the driver writes now.
func (p *Player) sent(tx []byte) {
	p.totals.Sent += len(tx)
	if !p.compared {
		return
	}
	if !bytes.HasPrefix(p.wrote, tx) {
		p.note(fmt.Sprintf("line %d: then, other bytes were written to the device than the driver writes now", p.line))
		p.compared, p.wrote = false, nil
		return
	}
	p.wrote = p.wrote[len(tx):]
}

func (p *Player) note(text string) { p.pending.Notes = append(p.pending.Notes, text) }

func (p *Player) take(out *devices.Output) {
	p.wake = out.Wake
	if soonest := p.now.Add(wakeSoonest); !p.wake.IsZero() && p.wake.Before(soonest) {
		p.wake = soonest
	}
	p.pending.Take(out)
	if p.compared {
		p.wrote = append(p.wrote, out.Tx...)
		p.compared = len(p.wrote) <= wroteMost // else the capture is of somebody who only listened
	}
	p.totals.Frames += out.Frames
	p.totals.Framed += out.FramedBytes
	p.totals.Readings += len(out.Readings)
	for i := range out.Faults {
		p.totals.Dropped += out.Faults[i].Bytes
	}
	for i := range out.Waves {
		p.totals.Samples += len(out.Waves[i].Samples)
	}
}

// flush hands out what this moment has brought, if anything.
func (p *Player) flush() {
	e := p.pending
	p.pending = Entry{}
	m := &e.Moment
	if len(e.Notes)+len(m.Readings)+len(m.Waves)+len(m.Cuff)+len(m.Faults)+len(m.Tx) == 0 && m.Refused == nil {
		return
	}
	p.totals.Faults += len(m.Faults)
	e.At, e.Since, e.Line = p.now, p.now.Sub(p.began), p.line
	p.emit(e)
}
