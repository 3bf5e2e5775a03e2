package lines

import (
	"time"

	"bedside/devices"
	"bedside/devices/internal/draft"
)

// Hearer is what a driver adds to a [Listener]: what lines mean.
type Hearer interface {
	// Line takes a line that is not blank, or what was too long to be one.
	Line(l Line)
	// Silence says that the device was silent for longer than it may be: the next numbers have to be proven anew.
	Silence()
	// Doubt says that bytes arrived for a while and nothing was told: the last reading must not look current any more.
	Doubt()
}

// Listener is the part of a session that all drivers of line-oriented devices share: it cuts the stream into lines, keeps
// the accounts of its bytes, and watches the time since something was heard and told. Silent and Doubtful are set before the
// first Step; the zero value of the rest is ready. All of its memory is allocated once, save the room of the first
// outputs. It is not safe for concurrent use.
type Listener struct {
	draft.Draft

	Silent   time.Duration // longer without a byte, and what was half received is void
	Doubtful time.Duration // so long without a reading, after the first one, and the session says that it has none

	now   time.Time // the latest moment seen
	heard time.Time // of the latest byte
	told  time.Time // of the latest reading; zero before the first

	reader Reader
	whole  bool // the next line has its beginning

	out devices.Output
}

// Step does the work of [devices.Session] for a session whose lines go to h. What time asks for is done before the first
// new byte is looked at: so the result does not depend on how the bytes of one moment are split. In the steady state it
// allocates nothing.
func (l *Listener) Step(now time.Time, rx []byte, h Hearer) devices.Output {
	if now.After(l.now) {
		l.now = now
	}
	l.out.Readings, l.out.Faults = l.out.Readings[:0], l.out.Faults[:0]
	l.out.Frames, l.out.FramedBytes = 0, 0
	l.Clear()
	if len(rx) == 0 {
		return l.out
	}
	l.listen(h)
	for {
		line, rest, ok := l.reader.Next(rx)
		if !ok {
			return l.out
		}
		line.Whole, l.whole = l.whole, true
		if !line.Broken && len(line.Text) == 0 {
			l.out.FramedBytes += line.Size // of the line end before it
		} else {
			h.Line(line)
		}
		rx = rest
	}
}

func (l *Listener) listen(h Hearer) {
	idle := l.now.Sub(l.heard)
	if l.heard.IsZero() {
		idle = 0
	}
	l.heard = l.now
	switch {
	case idle > l.Silent:
		if n := l.reader.Void(); n > 0 {
			l.Fault(devices.BadFrame, n)
		}
		l.whole = false
		h.Silence()
		if !l.told.IsZero() {
			l.told = l.now // the new proof has its own time
		}
	case !l.told.IsZero() && l.now.Sub(l.told) >= l.Doubtful:
		h.Doubt()
	}
}

// Fault counts bytes that were given up, or intact lines that were not believed.
func (l *Listener) Fault(kind devices.FaultKind, bytes int) {
	l.out.Faults = append(l.out.Faults, devices.Fault{Kind: kind, Bytes: bytes})
}

// Frame counts a line that is well formed.
func (l *Listener) Frame(line Line) {
	l.out.Frames++
	l.out.FramedBytes += line.Size
}

// Tell gives the reading under construction, as of now, and begins the next one.
func (l *Listener) Tell(st devices.Status) {
	l.out.Readings = append(l.out.Readings, l.Finish(l.now, st))
	l.told = l.now
}
