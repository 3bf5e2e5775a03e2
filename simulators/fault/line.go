package fault

import (
	"math/rand/v2"
	"time"
)

// Kind is what goes wrong.
type Kind uint8

// The kinds of fault.
const (
	Corrupt   Kind = iota + 1 // bits of a byte flip
	Drop                      // a byte is lost
	Add                       // an arbitrary byte appears
	Double                    // a byte arrives twice
	DropFrame                 // a whole frame is lost
	Split                     // bytes arrive in small pieces, late by up to 50 ms
	Stall                     // silence; what was sent meanwhile arrives at its end, as far as the buffer holds it
	Unplug                    // silence; what was sent meanwhile is gone
)

// Window is a fault that is possible for a while.
type Window struct {
	Kind Kind
	From time.Duration // since the start of the line
	For  time.Duration
	// Rate is the share of bytes, or of frames, that are hit, 0..1; zero means one in fifty. Split, Stall and Unplug hit
	// everything.
	Rate float64
}

// Options describe a line. The zero value is a perfect one.
type Options struct {
	Seed    uint64
	Start   time.Time // what the windows count from; zero means the first Step
	Frame   int       // bytes in a frame, for DropFrame; zero means that each Step brings one
	Windows []Window
}

// Our choices.
const (
	usualRate  = 0.02
	splitDelay = 50 * time.Millisecond
	bufferSize = 4096 // bytes that a stalled line keeps, as a serial driver does; what comes then is lost
)

// Hits counts what a line has done.
type Hits struct{ Corrupted, Dropped, Added, Doubled, Frames int }

// Line implements [bedside/simulators.Line]. It is not safe for concurrent use.
type Line struct {
	options  Options
	rng      *rand.Rand
	now      time.Duration // since the start
	position int           // bytes into the present frame
	losing   bool          // the present frame is being lost
	held     []byte
	release  time.Duration
	out      []byte
	hits     Hits
}

// New returns a line.
func New(o Options) *Line {
	return &Line{options: o, rng: rand.New(rand.NewPCG(o.Seed, 0x6661756c74))}
}

// Hits returns what the line has done so far.
func (l *Line) Hits() Hits { return l.hits }

// Unplugged reports whether the plug is out at that moment.
func (l *Line) Unplugged(now time.Time) bool {
	_, out := l.active(Unplug, now.Sub(l.options.Start))
	return out && !l.options.Start.IsZero()
}

// Step passes bytes on. See [bedside/simulators.Line].
func (l *Line) Step(now time.Time, in []byte) ([]byte, time.Time) {
	if l.options.Start.IsZero() {
		l.options.Start = now
	}
	l.now = max(l.now, now.Sub(l.options.Start))
	l.out = l.out[:0]
	if _, out := l.active(Unplug, l.now); out {
		l.hits.Dropped += len(in) + len(l.held)
		l.held = l.held[:0]
		return nil, l.wake()
	}
	l.damage(in)
	l.deliver()
	return l.out, l.wake()
}

func (l *Line) active(kind Kind, at time.Duration) (rate float64, ok bool) {
	for _, w := range l.options.Windows {
		if w.Kind == kind && at >= w.From && at < w.From+w.For {
			if w.Rate == 0 {
				return usualRate, true
			}
			return w.Rate, true
		}
	}
	return 0, false
}

// damage appends to held what is left of in.
func (l *Line) damage(in []byte) {
	var rates [Unplug]float64 // by kind; 0 where no window is open
	for k := Corrupt; k <= DropFrame; k++ {
		rates[k], _ = l.active(k, l.now)
	}
	hit := func(k Kind) bool { return rates[k] > 0 && l.rng.Float64() < rates[k] }
	if l.options.Frame == 0 {
		l.position = 0
	}
	for _, b := range in {
		if l.position == 0 {
			if l.losing = hit(DropFrame); l.losing {
				l.hits.Frames++
			}
		}
		if l.position++; l.position == l.options.Frame {
			l.position = 0
		}
		switch {
		case l.losing:
			l.hits.Dropped++
			continue
		case hit(Drop):
			l.hits.Dropped++
			continue
		case hit(Corrupt):
			l.hits.Corrupted++
			b ^= byte(1 + l.rng.IntN(255))
		case hit(Double):
			l.hits.Doubled++
			l.held = append(l.held, b)
		case hit(Add):
			l.hits.Added++
			l.held = append(l.held, byte(l.rng.Uint32()))
		}
		l.held = append(l.held, b)
	}
	if extra := len(l.held) - bufferSize; extra > 0 {
		l.hits.Dropped += extra
		l.held = l.held[:bufferSize]
	}
}

// deliver moves from held to out what may leave now.
func (l *Line) deliver() {
	if _, ok := l.active(Stall, l.now); ok {
		return
	}
	n := len(l.held)
	if _, ok := l.active(Split, l.now); ok && n > 0 {
		if l.now < l.release {
			return
		}
		n = 1 + l.rng.IntN(n)
		l.release = l.now + 1 + time.Duration(l.rng.Int64N(int64(splitDelay)))
	}
	l.out = append(l.out, l.held[:n]...)
	l.held = append(l.held[:0], l.held[n:]...)
}

// wake returns when held bytes or the next edge of a window are due.
func (l *Line) wake() time.Time {
	next := time.Duration(-1)
	consider := func(at time.Duration) {
		if at > l.now && (next < 0 || at < next) {
			next = at
		}
	}
	for _, w := range l.options.Windows {
		consider(w.From)
		consider(w.From + w.For)
	}
	if len(l.held) > 0 {
		consider(l.release)
	}
	if next < 0 {
		return time.Time{}
	}
	return l.options.Start.Add(next)
}
