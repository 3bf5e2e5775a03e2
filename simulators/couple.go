package simulators

import (
	"slices"
	"time"

	"bedside/devices"
)

// hop is how long bytes take from host to device at least, and the smallest step of virtual time (our choice: about one
// byte at 9600 baud).
const hop = time.Millisecond

// Coupling joins a driver's session and a simulated device in virtual time.
type Coupling struct {
	Session  devices.Session
	Device   Device
	Truth    func(now time.Time) Vitals
	ToHost   Line // nil is a perfect cable
	ToDevice Line // nil likewise
	From, To time.Time
	// Every is the longest time between two steps; zero leaves the pace to the wake times of both sides.
	Every time.Duration
	// Orders are given to the session, which must be a [devices.Commander] then, in the order of their moments.
	Orders []Order
	// Watch, if set, sees every Output before the next one overwrites it.
	Watch func(now time.Time, out *devices.Output)
	// Waves says that Trace.Waves is wanted.
	Waves bool
}

// Order is a command at a moment.
type Order struct {
	At      time.Time
	Command devices.Command
}

// Refusal is an order that the session refused.
type Refusal struct {
	Order
	Err error
}

// Trace is what came of a coupling. Nothing in it is shared with the session.
type Trace struct {
	Readings []devices.Reading
	Waves    []devices.Wave
	Cuff     []devices.CuffState
	Faults   []devices.Fault
	Refused  []Refusal

	Received            int // bytes that reached the session
	Frames, FramedBytes int // as the session counted them
	Steps               int // steps of virtual time
}

// Couple lets both sides talk from From to To and returns what the session made of it. A whole shift takes seconds: there
// is no clock, no waiting and no goroutine. Both sides are stepped at every wake time of either.
func Couple(c Coupling) Trace {
	var (
		trace  Trace
		toDev  []byte
		orders = c.Orders
	)
	for now := c.From; !now.After(c.To); trace.Steps++ {
		var next wakes
		arrived, wake := through(c.ToDevice, now, toDev)
		next.add(wake)
		tx, wake := c.Device.Step(now, c.Truth(now), arrived)
		next.add(wake)
		rx, wake := through(c.ToHost, now, tx)
		next.add(wake)
		toDev = toDev[:0]
		trace.Received += len(rx)

		out := c.Session.Step(now, rx)
		toDev = append(toDev, trace.keep(&c, now, &out)...)
		next.add(out.Wake)
		for ; len(orders) > 0 && !orders[0].At.After(now); orders = orders[1:] {
			out, err := order(c.Session, now, orders[0].Command)
			if err != nil {
				trace.Refused = append(trace.Refused, Refusal{orders[0], err})
				continue
			}
			toDev = append(toDev, trace.keep(&c, now, &out)...)
			next.add(out.Wake)
		}
		if unplugged(c.ToHost, now) {
			toDev = toDev[:0]
		}
		if len(orders) > 0 {
			next.add(orders[0].At)
		}
		if len(toDev) > 0 {
			next.add(now.Add(hop))
		}
		if c.Every > 0 {
			next.add(now.Add(c.Every))
		}
		if next.first.IsZero() {
			break // neither side will ever say anything again
		}
		now = later(next.first, now.Add(hop))
	}
	return trace
}

func order(s devices.Session, now time.Time, cmd devices.Command) (devices.Output, error) {
	commander, ok := s.(devices.Commander)
	if !ok {
		return devices.Output{}, devices.ErrUnsupported
	}
	return commander.Command(now, cmd)
}

func through(l Line, now time.Time, in []byte) ([]byte, time.Time) {
	if l == nil {
		return in, time.Time{}
	}
	return l.Step(now, in)
}

// unplugged reports whether the line says that its plug is out; then the host cannot write either.
func unplugged(l Line, now time.Time) bool {
	plug, ok := l.(interface{ Unplugged(now time.Time) bool })
	return ok && plug.Unplugged(now)
}

// wakes finds the earliest of several moments, of which zero ones do not count.
type wakes struct{ first time.Time }

func (w *wakes) add(t time.Time) {
	if !t.IsZero() && (w.first.IsZero() || t.Before(w.first)) {
		w.first = t
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// keep copies an Output, whose slices the session overwrites, and returns what it wants to send.
func (t *Trace) keep(c *Coupling, now time.Time, out *devices.Output) []byte {
	if c.Watch != nil {
		c.Watch(now, out)
	}
	for _, r := range out.Readings {
		r.Measurements = slices.Clone(r.Measurements)
		r.Absences = slices.Clone(r.Absences)
		t.Readings = append(t.Readings, r)
	}
	if c.Waves {
		for _, w := range out.Waves {
			w.Samples = slices.Clone(w.Samples)
			t.Waves = append(t.Waves, w)
		}
	}
	t.Cuff = append(t.Cuff, out.Cuff...)
	t.Faults = append(t.Faults, out.Faults...)
	t.Frames += out.Frames
	t.FramedBytes += out.FramedBytes
	return out.Tx
}
