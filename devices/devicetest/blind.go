package devicetest

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bedside/devices"
)

// Blind is a family of monitors that do what they are told and say nothing of the cuff while they measure, as the tests that
// their drivers share have to know it. [Blind.Safety] and [Blind.TenHours] are those tests.
type Blind struct {
	Driver devices.Driver
	// The frames as the document prints them, written out by the test, so that a slip in the driver's own table is found.
	Read, Start, Stop []byte
	Ack               []byte // answers a start and a stop
	Report            []byte // answers a read while the last result stays what it was

	// Simulated returns a healthy monitor with an old result.
	Simulated func(seed uint64) Monitor
	// Odd returns a monitor that is as odd as real ones may be.
	Odd func(rng *rand.Rand) Monitor
	// Lie returns an intact frame of the monitor that is not true.
	Lie func(rng *rand.Rand) []byte
}

// Monitor is a simulated monitor on the arm of a simulated person.
type Monitor interface {
	Step(now time.Time, rx []byte) (tx []byte, wake time.Time)
	Set(systolic, diastolic, mean, rate int) // the truth from now on
	Press()                                  // staff press the monitor's own start button before the next Step
	Jam()                                    // measurements that begin from now on find no end
	Measuring() bool
	Inflated() bool
	Cycles() int  // measurements begun, whoever began them
	Unknown() int // requests that it does not know
}

// Settings of a cuff that the agent may start.
var (
	Allowed = devices.Settings{AllowStart: true}
	// Rested is Allowed with a past that is known: no air for longer than any cycle.
	Rested = devices.Settings{AllowStart: true, CuffUsed: Start.Add(-time.Hour)}
)

// Room opens a session of the family beside a device, under a witness.
func (b Blind) Room(t testing.TB, set devices.Settings, device func(time.Time, []byte) ([]byte, time.Time)) *Room {
	t.Helper()
	r := NewRoom(t, b.Driver, set, device)
	r.Witness = &CuffWitness{T: t, Start: b.Start, Stop: b.Stop, Harmless: [][]byte{b.Read}, Gap: 100 * time.Millisecond}
	return r
}

// BlindStub is a monitor that does what a test tells it. It answers reads with Report, and all else with Ack if that is set.
type BlindStub struct {
	Report func(now time.Time) []byte // nil for silence
	Ack    []byte

	Starts, Stops []time.Time // when they came
}

// Stubbed opens a session beside a stub. A stub without a Report gives the family's.
func (b Blind) Stubbed(t testing.TB, set devices.Settings, s *BlindStub) *Room {
	t.Helper()
	return b.Room(t, set, func(now time.Time, rx []byte) ([]byte, time.Time) { return b.answer(s, now, rx), time.Time{} })
}

func (b Blind) answer(s *BlindStub, now time.Time, rx []byte) []byte {
	switch {
	case bytes.Equal(rx, b.Start):
		s.Starts = append(s.Starts, now)
	case bytes.Equal(rx, b.Stop):
		s.Stops = append(s.Stops, now)
	case bytes.Equal(rx, b.Read) && s.Report != nil:
		return s.Report(now)
	case bytes.Equal(rx, b.Read):
		return b.Report
	default:
		return nil
	}
	return s.Ack
}

// Safety checks what such a session promises whatever the family: what its documents and its silence mean is for the
// driver's own tests.
func (b Blind) Safety(t *testing.T) {
	t.Run("the watchdog ends an endless measurement", b.watchdog)
	t.Run("a lost start is never repeated", b.lostStart)
	t.Run("a lost answer to the start loses no measurement", b.lostAnswer)
	t.Run("a stop is sent at once", b.stopAtOnce)
	t.Run("the answer to the start confirms no stop", b.lateAnswer)
	t.Run("one minute of rest", b.restKept)
	t.Run("without permission nothing moves", b.withoutPermission)
	t.Run("a forgotten start is not sent later", b.forgottenStart)
	t.Run("a result of while the agent slept is old", b.sleptThrough)
	t.Run("killed in mid-measurement", b.killed)
	t.Run("whatever the monitor says", b.whatever)
}

func (b Blind) beside(t testing.TB, set devices.Settings, m Monitor) *Room {
	t.Helper()
	return b.Room(t, set, m.Step)
}

// begun opens a session and lets it start a measurement.
func (b Blind) begun(t testing.TB, m Monitor) *Room {
	t.Helper()
	r := b.beside(t, Rested, m)
	r.Open()
	require.NoError(t, r.Order(devices.CuffStart))
	return r
}

func (b Blind) watchdog(t *testing.T) {
	s := &BlindStub{Ack: b.Ack}
	r := b.Stubbed(t, Rested, s)
	got := r.Measure()
	require.Equal(t, devices.CuffTimeout, got.Class)
	require.Len(t, s.Starts, 1)
	require.Len(t, s.Stops, 1)
	require.InDelta(t, watchdog.Seconds(), s.Stops[0].Sub(s.Starts[0]).Seconds(), 0.2)
	require.GreaterOrEqual(t, got.At.Sub(s.Stops[0]), 10*time.Second, "the air needs time to leave")
	require.Empty(t, r.Readings)
}

func (b Blind) lostStart(t *testing.T) {
	s := &BlindStub{}
	r := b.Stubbed(t, Rested, s)
	r.Ready()
	r.Run(100*time.Second, nil)
	require.Len(t, s.Starts, 1)
	require.NotEmpty(t, s.Stops)
	require.InDelta(t, 75, s.Stops[0].Sub(s.Starts[0]).Seconds(), 1)
	require.Equal(t, devices.CuffNoAnswer, r.Last().Class)
}

func (b Blind) lostAnswer(t *testing.T) {
	r := b.beside(t, Rested, b.Simulated(0))
	lost := 0
	r.ToHost = func(rx []byte) []byte {
		if bytes.Equal(rx, b.Ack) && len(r.When(b.Start)) == 1 {
			lost++
			return nil
		}
		return rx
	}
	r.Open()
	require.NoError(t, r.Order(devices.CuffStart))
	r.Run(70*time.Second, r.Over)
	require.Equal(t, 1, lost)
	require.Equal(t, devices.CuffDone, r.Last().Phase)
	require.Len(t, r.When(b.Start), 1)
}

func (b Blind) stopAtOnce(t *testing.T) {
	for wait := time.Millisecond; wait < 4*time.Second; wait += 43 * time.Millisecond {
		m := b.Simulated(0)
		r := b.begun(t, m)
		r.Run(wait, nil)
		ordered := r.Now
		require.NoError(t, r.Order(devices.CuffStop))
		r.Run(30*time.Second, r.Over)
		require.Equal(t, devices.CuffAborted, r.Last().Class, "after %v", wait)
		require.LessOrEqual(t, r.When(b.Stop)[0].Sub(ordered), 100*time.Millisecond, "after %v", wait)
		require.False(t, m.Measuring(), "after %v", wait)
		r.Run(5*time.Minute, nil)
		require.Empty(t, r.Readings, "after %v", wait)
	}
}

// lateAnswer gives the answer to the start after the stop was sent, and none to the stop, though nothing tells the two apart.
func (b Blind) lateAnswer(t *testing.T) {
	s := &BlindStub{}
	late := time.Time{}
	r := b.Room(t, Rested, func(now time.Time, rx []byte) ([]byte, time.Time) {
		tx := b.answer(s, now, rx)
		if len(s.Starts) == 1 && late.IsZero() {
			late = now.Add(300 * time.Millisecond)
		}
		if !late.IsZero() && !now.Before(late) && len(s.Stops) > 0 {
			late = now.Add(time.Hour)
			tx = append(bytes.Clone(tx), b.Ack...)
		}
		return tx, late
	})
	r.Ready()
	r.Run(50*time.Millisecond, nil)
	require.NoError(t, r.Order(devices.CuffStop))
	r.Run(10*time.Second, nil)
	require.Greater(t, len(s.Stops), 1, "it was asked again")
}

func (b Blind) restKept(t *testing.T) {
	r := b.beside(t, Rested, b.Simulated(0))
	r.Measure()
	ended := r.Now
	for r.Now.Sub(ended) < rest-2*time.Second {
		require.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrCuffTooSoon)
		r.Run(time.Second, nil)
	}
	r.Run(3*time.Second, nil)
	require.NoError(t, r.Order(devices.CuffStart))
}

func (b Blind) withoutPermission(t *testing.T) {
	r := b.beside(t, devices.Settings{}, b.Simulated(0))
	r.Run(10*time.Minute, nil)
	require.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrStartNotAllowed)
	require.NotEmpty(t, r.Tx)
	require.Len(t, r.When(b.Read), len(r.Tx), "reads only")
	require.NoError(t, r.Order(devices.CuffStop), "but a stop is always possible")
	r.Run(time.Second, nil)
	require.Len(t, r.When(b.Stop), 1)
	require.ErrorIs(t, r.Order(devices.Command(99)), devices.ErrUnsupported)
}

func (b Blind) forgottenStart(t *testing.T) {
	r := b.begun(t, b.Simulated(0))
	r.Now = r.Now.Add(time.Hour) // the agent was asleep
	r.Run(time.Minute, nil)
	require.Empty(t, r.When(b.Start))
	require.Equal(t, devices.CuffIdle, r.Last().Phase)
}

// sleptThrough lets staff measure while the agent sleeps: the result may be of any age.
func (b Blind) sleptThrough(t *testing.T) {
	m := b.Simulated(0)
	r := b.beside(t, Rested, m)
	r.Open()
	m.Press()
	r.Run(time.Second, nil)
	require.True(t, m.Measuring())
	for end := r.Now.Add(2 * time.Minute); r.Now.Before(end); r.Now = r.Now.Add(time.Second) {
		m.Step(r.Now, nil)
	}
	require.False(t, m.Measuring())
	r.Run(time.Minute, nil)
	require.Empty(t, r.Readings)
}

// killed: a dead agent leaves the air to the monitor, which ends its measurement by itself; one that comes back stops it
// before it does anything else.
func (b Blind) killed(t *testing.T) {
	inMid := func(t *testing.T) (*Room, Monitor) {
		m := b.Simulated(0)
		m.Jam()
		r := b.begun(t, m)
		r.Run(12*time.Second, nil)
		require.True(t, m.Inflated())
		return r, m
	}
	t.Run("monitor alone", func(t *testing.T) {
		r, m := inMid(t)
		for end := r.Now.Add(135 * time.Second); r.Now.Before(end); r.Now = r.Now.Add(10 * time.Millisecond) {
			m.Step(r.Now, nil)
		}
		require.False(t, m.Inflated(), "the monitor lets the air out by itself")
	})
	for name, set := range map[string]devices.Settings{
		"new process": Allowed, "new conversation": {AllowStart: true, CuffUsed: Start.Add(12 * time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			r, m := inMid(t)
			again := b.beside(t, set, m)
			again.Now = r.Now.Add(2 * time.Second)
			back := again.Now
			again.Run(12*time.Second, nil)
			require.Equal(t, b.Stop, again.Tx[0].Bytes, "the first message lets the air out")
			require.Equal(t, back, again.Tx[0].At)
			require.False(t, m.Inflated())
			require.ErrorIs(t, again.Order(devices.CuffStart), devices.ErrCuffTooSoon)
			again.Ready()
			require.GreaterOrEqual(t, again.Now.Sub(back), rest)
		})
	}
}
