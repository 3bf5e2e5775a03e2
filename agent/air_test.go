package agent_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/link"
	"bedside/devices"
)

// airLimit is how long after a start there may be air in the cuff, whatever happens: the watchdog of every driver and the
// general standard for the devices, cuffs.md section 14, and the time that it takes to act.
const airLimit = 190 * time.Second

// beside is a cuff on a link in a bubble of virtual time, with all that can break between them.
type beside struct {
	t      *testing.T
	device *watched
	who    *person
	link   *link.Link
	stop   context.CancelFunc // as SIGTERM does
	done   chan error
	in     chan []byte // from the host

	far     atomic.Pointer[net.Conn] // the device's end of the cable that is plugged in
	cut     atomic.Int64             // until when no port can be opened, in nanoseconds of the wall clock
	deaf    atomic.Bool              // writes of the host fail
	panics  atomic.Bool              // the driver panics once
	outcome atomic.Int32             // phase of the last end of a cycle
}

func lie(t *testing.T, s *starter, stuck bool) *beside {
	t.Helper()
	b := &beside{t: t, device: &watched{device: s.New(1), stuck: stuck}, who: newPerson(), in: make(chan []byte), done: make(chan error, 1)}
	driver := s.driver
	driver.NewSession = func(set devices.Settings) (devices.Session, error) {
		session, err := s.driver.NewSession(set)
		return &fragile{session, b}, err
	}
	var err error
	b.link, err = link.New(link.Options{
		Name: "cuff", Driver: driver, Settings: devices.Settings{AllowStart: true}, Log: slog.New(slog.DiscardHandler),
		Open: b.open, Deliver: b.take,
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	b.stop = stop
	go func() { b.done <- b.link.Run(ctx) }()
	alive, die := context.WithCancel(t.Context())
	t.Cleanup(die)
	go b.live(alive)
	return b
}

// open plugs in a new cable.
func (b *beside) open(context.Context, devices.Line) (link.Port, error) {
	if time.Now().UnixNano() < b.cut.Load() {
		return nil, fs.ErrNotExist
	}
	near, far := net.Pipe()
	b.far.Store(&far)
	go func() {
		buf := make([]byte, 256)
		for {
			n, err := far.Read(buf)
			if err != nil {
				return
			}
			b.in <- append([]byte(nil), buf[:n]...)
		}
	}()
	return &frail{near, b}, nil
}

// live is the life of the device, cable or no cable.
func (b *beside) live(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var rx []byte
		select {
		case <-ctx.Done():
			return
		case rx = <-b.in:
		case <-timer.C:
		}
		now := time.Now()
		tx, wake := b.device.Step(now, b.who.truth(now), rx)
		if far := b.far.Load(); far != nil && len(tx) > 0 {
			if err := (*far).SetWriteDeadline(now.Add(time.Second)); err == nil {
				_, _ = (*far).Write(tx) // nobody need listen
			}
		}
		wait := time.Second
		if !wake.IsZero() {
			wait = min(max(wake.Sub(now), time.Millisecond), time.Second)
		}
		timer.Reset(wait)
	}
}

func (b *beside) take(u link.Update) {
	for _, c := range u.Cuff {
		if c.Phase == devices.CuffDone || c.Phase == devices.CuffFailed {
			b.outcome.Store(int32(c.Phase))
		}
	}
}

// frail is the host's end of the cable.
type frail struct {
	net.Conn
	b *beside
}

func (f *frail) Write(p []byte) (int, error) {
	if f.b.deaf.CompareAndSwap(true, false) {
		return 0, errors.New("adapter failed")
	}
	return f.Conn.Write(p)
}

// fragile is a session with an error in its program.
type fragile struct {
	devices.Session
	b *beside
}

func (f *fragile) Step(now time.Time, rx []byte) devices.Output {
	if f.b.panics.CompareAndSwap(true, false) {
		panic("an error in the driver")
	}
	return f.Session.Step(now, rx)
}

func (f *fragile) Command(now time.Time, c devices.Command) (devices.Output, error) {
	return f.Session.(devices.Commander).Command(now, c)
}

// inflate starts a measurement as soon as the driver lets itself be ordered, and waits until it is well under way.
func (b *beside) inflate() (started time.Time) {
	b.t.Helper()
	began := time.Now()
	for b.link.Command(b.t.Context(), devices.CuffStart) != nil {
		require.Less(b.t, time.Since(began), 2*time.Minute, "the cuff cannot be started")
		time.Sleep(100 * time.Millisecond)
	}
	started = time.Now()
	for !b.device.inflated(b.t) {
		require.Less(b.t, time.Since(started), 30*time.Second, "no air after a start")
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(3 * time.Second)
	require.True(b.t, b.device.inflated(b.t))
	b.device.mark()
	return started
}

// In mid-measurement something goes wrong, and the air gets out: by the driver's stop, or by the device itself. The log says
// which. It is virtual time: an hour costs a second.
func TestTheAirGetsOutWhateverHappens(t *testing.T) {
	cases := []struct {
		name  string
		stuck bool // the device's own program will not end the cycle
		stops bool // the stop must be on the wire, and soon
		harm  func(*beside)
	}{
		{"the agent is told to end", true, true, func(b *beside) {
			b.stop()
			require.NoError(b.t, <-b.done)
		}},
		{"the agent is killed", true, false, func(b *beside) {
			b.cut.Store(time.Now().Add(time.Hour).UnixNano())
			require.NoError(b.t, (*b.far.Load()).Close())
		}},
		{"the cable is out for ten seconds", true, false, func(b *beside) {
			b.cut.Store(time.Now().Add(10 * time.Second).UnixNano())
			require.NoError(b.t, (*b.far.Load()).Close())
		}},
		{"a write fails", true, false, func(b *beside) { b.deaf.Store(true) }},
		{"the driver panics", true, true, func(b *beside) {
			b.panics.Store(true)
			for b.panics.Load() { // until the driver is called, which may be when the device has something to say
				time.Sleep(100 * time.Millisecond)
			}
		}},
		{"the measurement has no end", true, false, func(*beside) {}},
		{"nothing", false, false, func(*beside) {}},
	}
	for _, s := range starters(t) {
		for _, c := range cases {
			t.Run(s.Name+"/"+c.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := lie(t, &s, c.stuck)
					started := b.inflate()
					c.harm(b)
					harmed := time.Now()
					for b.device.inflated(t) {
						require.Less(t, time.Since(started), airLimit, "air in the cuff")
						time.Sleep(100 * time.Millisecond)
					}
					if c.stuck {
						t.Logf("air out after %v: %s", time.Since(harmed), b.device.end(&s))
					}
					if c.stops {
						assert.True(t, b.device.got(s.stop), "no stop on the wire")
						assert.Less(t, time.Since(harmed), 15*time.Second)
					}
					if !c.stuck {
						time.Sleep(10 * time.Second)
						assert.Equal(t, devices.CuffDone, devices.CuffPhase(b.outcome.Load()), "undisturbed, it measures")
					}
					b.stop()
					if far := b.far.Load(); far != nil {
						_ = (*far).Close() // it may be closed
					}
					synctest.Wait()
				})
			})
		}
	}
}
