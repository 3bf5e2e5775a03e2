package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"bedside/agent/alive"
	"bedside/agent/pace"
	"bedside/devices"
)

// Port is an open serial port. Read returns what there is, or [os.ErrDeadlineExceeded] after the deadline.
// SetReadDeadline and Close are called from other goroutines too and must reach a Read, and Close a Write, that waits
// already. serialport.Port is one, and so is either end of a [net.Pipe].
type Port interface {
	io.ReadWriteCloser
	SetReadDeadline(t time.Time) error
}

// Options say what to keep talking. Name, Driver, Open, Deliver and Log are needed.
type Options struct {
	Name     string // of the device, for the log
	Port     string // the name of the port, for the log
	Driver   devices.Driver
	Settings devices.Settings
	Clock    pace.Clock
	Log      *slog.Logger
	Life     *alive.Loop // told of every turn of Run, which is at least every five seconds; nil: nobody watches

	// Open opens the port with those settings. It is called again and again, from the goroutine of Run, and should not
	// wait long. The settings are those of Settings.Variant, or of each of the driver's variants until one is right.
	Open func(ctx context.Context, line devices.Line) (Port, error)

	// Present tells cheaply whether the port's name leads anywhere. After Open failed with [fs.ErrNotExist] it is asked
	// about seven times a second. Nil: Open itself is tried, with growing pauses.
	Present func() bool

	// Jitter returns a random duration from zero to below n, for pauses. Nil: any; a rehearsal repeats its own.
	Jitter func(n time.Duration) time.Duration

	// Deliver takes what is new: readings, cuff states and changes of state at once, waves with them or after a third of
	// a second, bare counts after a second. It is called from the goroutine of Run, which reads no bytes meanwhile.
	Deliver func(Update)
}

// ErrLost is why an order cannot be given: the port is not open.
var ErrLost = errors.New("device is not connected")

// errSilent ends a conversation with a device that is silent for so long that its port is reopened.
var errSilent = errors.New("no valid data")

// Link keeps one device talking. Make it with [New] and call Run once.
type Link struct {
	o   Options
	log *slog.Logger

	// The goroutine of Run alone uses these.
	state     State
	why       string
	known     bool                // the state was determined once
	changed   bool                // the state is news
	reasons   map[string]struct{} // for being lost or silent that the log has since the device was last connected
	pending   pending
	reopened  uint64
	attempts  uint64
	panics    uint64
	opening   backoff
	quiet     backoff
	panicking backoff
	panicked  time.Time // real time of the last panic
	cuffUsed  time.Time // when air was last known in the cuff
	search    search

	mu     sync.Mutex
	port   Port    // takes orders; nil while there is none
	orders []order // not yet carried out; each has a caller who waits, so there are no more than callers
}

// New makes a link. It fails if an option is missing, or with the driver's refusal of the settings.
func New(o Options) (*Link, error) {
	if o.Name == "" || o.Open == nil || o.Deliver == nil || o.Log == nil || o.Driver.NewSession == nil {
		return nil, errors.New("link: Name, Driver, Open, Deliver and Log are needed")
	}
	search, err := newSearch(&o.Driver, o.Settings.Variant)
	if err != nil {
		return nil, fmt.Errorf("link: %s: %w", o.Name, err)
	}
	if _, err := o.Driver.NewSession(o.Settings); err != nil {
		return nil, fmt.Errorf("link: %s: %w", o.Name, err)
	}
	return &Link{
		o:         o,
		log:       o.Log.With("device", o.Name, "driver", o.Driver.Name, "port", o.Port),
		reasons:   make(map[string]struct{}),
		opening:   backoff{first: openFirst, most: openMost, jitter: o.Jitter},
		quiet:     backoff{first: quietFirst, most: quietMost, jitter: o.Jitter},
		panicking: backoff{first: panicFirst, most: panicMost, jitter: o.Jitter},
		cuffUsed:  o.Settings.CuffUsed,
		search:    search,
	}, nil
}

// Run talks to the device until ctx ends, then returns nil. If air may be in a cuff then, it first sends the driver's
// stop and gives the device up to 800 ms to confirm. With a port whose Close is quick it returns within a second.
func (l *Link) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		l.attempts++
		l.o.Life.Turn(openLimit)
		port, err := l.o.Open(ctx, l.search.now().Line)
		if err == nil {
			if l.attempts > 1 {
				l.reopened++
			}
			err = l.converse(ctx, port)
		}
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, errSilent) {
			continue // the pause was the silence
		}
		now := l.o.Clock.Now()
		l.search.odd = nil
		l.be(Lost, reason(err), err)
		l.pending.dirty = true // an attempt was made
		l.tell(now, &devices.Output{})
		l.pause(ctx, err)
	}
	return nil
}

// pause waits until it is time for the next attempt after err.
func (l *Link) pause(ctx context.Context, err error) {
	if errors.Is(err, errPanic) {
		if l.o.Clock.Outside().Sub(l.panicked) > panicForget {
			l.panicking.reset()
		}
		l.panicked = l.o.Clock.Outside()
		l.rest(ctx, l.panicking.next())
		return
	}
	if !errors.Is(err, fs.ErrNotExist) || l.o.Present == nil || l.o.Present() {
		l.rest(ctx, l.opening.next())
		return
	}
	for !l.o.Present() {
		if !l.rest(ctx, lookEvery) {
			return
		}
	}
	l.opening.reset() // the device is new: its first moments may need a second attempt, and soon
}

// rest waits, and says that it does. It reports whether ctx is still going.
func (l *Link) rest(ctx context.Context, d time.Duration) bool {
	l.o.Life.Turn(d)
	return l.o.Clock.Sleep(ctx, d)
}

// be sets the state and the reason, and logs them if they are news; err is the reason in full.
func (l *Link) be(s State, why string, err error) {
	changed := s != l.state || !l.known
	l.state, l.why, l.known, l.changed = s, why, true, l.changed || changed
	if s == Connected {
		clear(l.reasons)
		if changed {
			l.log.Info("device connected", "attempts", l.attempts, "reopened", l.reopened)
		}
		return
	}
	// A reason is logged once until the device is back, so that two that alternate do not fill the log.
	_, logged := l.reasons[why]
	if !changed && (logged || len(l.reasons) >= reasonsMost) {
		return
	}
	l.reasons[why] = struct{}{}
	l.log.Warn("device cannot be heard", "state", s.String(), "err", err, "attempts", l.attempts)
}

// reasonsMost bounds how many reasons an outage logs and remembers; our choice.
const reasonsMost = 16

// reason returns the words of err for a person who cannot read a path: those of the error itself if it has some.
func reason(err error) string {
	var worded interface{ Reason() string }
	if errors.As(err, &worded) {
		return worded.Reason()
	}
	return err.Error()
}

// outside returns how long d of real time lasts on the clock.
func (l *Link) outside(d time.Duration) time.Duration {
	return time.Duration(float64(d) * l.o.Clock.Speed())
}

// errPanic ends a conversation whose driver panicked.
var errPanic = errors.New("driver failed by an error in its program")

// guard calls the driver. A panic becomes errPanic, counted and logged.
func (l *Link) guard(call func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			l.panics++
			l.log.Error("driver panicked", "err", fmt.Sprint(v), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	call()
	return nil
}
