package and_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/and"
	"bedside/devices/devicetest"
	simulator "bedside/simulators/and"
)

func TestWatchdogEndsEndlessMeasurement(t *testing.T) {
	s := &stub{ack: ack, report: func(time.Time) []byte { return framed(realText) }}
	r := stubbed(t, rested, s)
	got := r.Measure()
	assert.Equal(t, devices.CuffTimeout, got.Class)
	require.Len(t, s.starts, 1)
	require.Len(t, s.stops, 1)
	assert.InDelta(t, 180, s.stops[0].Sub(s.starts[0]).Seconds(), 0.2)
	assert.GreaterOrEqual(t, got.At.Sub(s.stops[0]), 10*time.Second, "the air needs time to leave")
	assert.Empty(t, r.Readings)
}

func TestLostStartIsNeverRepeated(t *testing.T) {
	s := &stub{report: func(time.Time) []byte { return framed(realText) }}
	r := stubbed(t, rested, s)
	r.Ready()
	r.Run(100*time.Second, nil)
	assert.Len(t, s.starts, 1)
	require.NotEmpty(t, s.stops)
	assert.InDelta(t, 75, s.stops[0].Sub(s.starts[0]).Seconds(), 1)
	assert.Equal(t, devices.CuffNoAnswer, r.Last().Class)
}

// Only the answer to the start is lost: the measurement is not.
func TestLostAnswerToTheStart(t *testing.T) {
	r := newRoom(t, rested, old)
	r.open()
	r.ToHost = func(rx []byte) []byte {
		if string(rx) == string(ack) && len(r.When(start)) == 1 {
			return nil
		}
		return rx
	}
	require.NoError(t, r.Order(devices.CuffStart))
	r.Run(70*time.Second, r.Over)
	assert.Equal(t, devices.CuffDone, r.Last().Phase)
	assert.Len(t, r.When(start), 1)
}

func TestStopIsSentAtOnce(t *testing.T) {
	for wait := time.Millisecond; wait < 4*time.Second; wait += 43 * time.Millisecond {
		r := newRoom(t, rested, old)
		r.open()
		require.NoError(t, r.Order(devices.CuffStart))
		r.Run(wait, nil)
		ordered := r.Now
		require.NoError(t, r.Order(devices.CuffStop))
		r.Run(30*time.Second, r.Over)
		require.Equal(t, devices.CuffAborted, r.Last().Class, "after %v", wait)
		require.LessOrEqual(t, r.When(stop)[0].Sub(ordered), 100*time.Millisecond, "after %v", wait)
		require.False(t, r.monitor.Measuring(), "after %v", wait)
		r.Run(5*time.Minute, nil)
		require.Empty(t, r.Readings, "after %v", wait)
	}
}

// The answer to the start is no answer to the stop, though nothing tells them apart.
func TestTheAnswerToTheStartConfirmsNoStop(t *testing.T) {
	s := &stub{report: func(time.Time) []byte { return framed(realText) }}
	late := time.Time{}
	r := devicetest.NewRoom(t, and.Driver(), rested, func(now time.Time, rx []byte) ([]byte, time.Time) {
		tx, _ := s.step(now, rx)
		if len(s.starts) == 1 && late.IsZero() {
			late = now.Add(300 * time.Millisecond)
		}
		if !late.IsZero() && !now.Before(late) && len(s.stops) > 0 {
			late = now.Add(time.Hour)
			tx = append(tx, ack...)
		}
		return tx, late
	})
	r.Ready()
	r.Run(50*time.Millisecond, nil)
	require.NoError(t, r.Order(devices.CuffStop))
	r.Run(10*time.Second, nil)
	assert.Greater(t, len(s.stops), 1, "it was asked again")
}

func TestRestOfOneMinute(t *testing.T) {
	r := newRoom(t, rested, old)
	r.Measure()
	ended := r.Now
	for r.Now.Sub(ended) < 58*time.Second {
		require.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrCuffTooSoon)
		r.Run(time.Second, nil)
	}
	r.Run(3*time.Second, nil)
	require.NoError(t, r.Order(devices.CuffStart))
}

func TestWithoutPermissionNothingMoves(t *testing.T) {
	r := newRoom(t, devices.Settings{}, old)
	r.Run(10*time.Minute, nil)
	assert.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrStartNotAllowed)
	assert.Len(t, r.When(read), len(r.Tx), "reads only")
	require.NoError(t, r.Order(devices.CuffStop), "but a stop is always possible")
	r.Run(time.Second, nil)
	assert.Len(t, r.When(stop), 1)
	assert.ErrorIs(t, r.Order(devices.Command(99)), devices.ErrUnsupported)
}

// Nobody knows whether a monitor answers while it measures, so silence alone stops nothing; the watchdog does. Silence of
// an idle one forbids the next start.
func TestSilence(t *testing.T) {
	r := newRoom(t, rested, old)
	r.open()
	require.NoError(t, r.Order(devices.CuffStart))
	r.Run(5*time.Second, nil)
	r.ToHost = func([]byte) []byte { return nil }
	assert.True(t, r.Session.Step(r.Now, nil).Episodic, "this silence is not to be missed")
	r.Run(170*time.Second, nil)
	require.Empty(t, r.When(stop))
	r.Run(30*time.Second, nil)
	require.NotEmpty(t, r.When(stop))
	assert.InDelta(t, 180, r.When(stop)[0].Sub(r.When(start)[0]).Seconds(), 1)
	assert.Equal(t, devices.CuffNoAnswer, r.Last().Class)
	assert.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrNotReady)
	assert.False(t, r.Session.Step(r.Now, nil).Episodic, "but this one is")
	r.ToHost = nil
	r.Ready()
	assert.False(t, r.monitor.Inflated())
}

// A refusal has no check, so it may be an acknowledgement that was damaged: it is followed by a stop, never by a start.
func TestARefusedStartIsStopped(t *testing.T) {
	o := old
	o.Refuses = true
	r := newRoom(t, rested, o)
	got := r.Measure()
	assert.Equal(t, devices.CuffIndeterminate, got.Class)
	assert.Len(t, r.When(start), 1)
	assert.Len(t, r.When(stop), 1)
}

func TestForgottenStartIsNotSentLater(t *testing.T) {
	r := newRoom(t, rested, old)
	r.open()
	require.NoError(t, r.Order(devices.CuffStart))
	r.Now = r.Now.Add(time.Hour) // the agent was asleep
	r.Run(time.Minute, nil)
	assert.Empty(t, r.When(start))
	assert.Equal(t, devices.CuffIdle, r.Last().Phase)
}

// A result that came while the agent slept may be of any age.
func TestAResultOfWhileTheAgentSleptIsOld(t *testing.T) {
	r := newRoom(t, rested, old)
	r.open()
	r.truth.CuffPress = true
	r.Run(time.Second, nil)
	for end := r.Now.Add(2 * time.Minute); r.Now.Before(end); r.Now = r.Now.Add(time.Second) {
		r.monitor.Step(r.Now, r.truth, nil)
	}
	r.Run(time.Minute, nil)
	assert.Empty(t, r.Readings)
}

// A dead agent leaves the air to the monitor, which ends its determination by itself; one that comes back cancels before
// it does anything else.
func TestKilledInMidMeasurement(t *testing.T) {
	begun := func(o simulator.Options) *room {
		r := newRoom(t, rested, o)
		r.truth.CuffFault = devices.CuffTimeout // the determination does not even find an end
		r.open()
		require.NoError(t, r.Order(devices.CuffStart))
		r.Run(12*time.Second, nil)
		require.True(t, r.monitor.Inflated())
		return r
	}
	t.Run("monitor alone", func(t *testing.T) {
		r := begun(old)
		for end := r.Now.Add(135 * time.Second); r.Now.Before(end); r.Now = r.Now.Add(10 * time.Millisecond) {
			r.monitor.Step(r.Now, r.truth, nil)
		}
		assert.False(t, r.monitor.Inflated(), "the monitor lets the air out by itself")
	})
	for name, set := range map[string]devices.Settings{
		"new process": allow, "new conversation": {AllowStart: true, CuffUsed: devicetest.Start.Add(12 * time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			r := begun(old)
			again := newRoom(t, set, simulator.Options{})
			again.monitor, again.truth, again.Now = r.monitor, r.truth, r.Now.Add(2*time.Second)
			back := again.Now
			again.Run(12*time.Second, nil)
			require.Equal(t, stop, again.Tx[0].Bytes, "the first message lets the air out")
			assert.Equal(t, back, again.Tx[0].At)
			assert.False(t, again.monitor.Inflated())
			assert.ErrorIs(t, again.Order(devices.CuffStart), devices.ErrCuffTooSoon)
			again.Ready()
			assert.GreaterOrEqual(t, again.Now.Sub(back), time.Minute)
		})
	}
}

// TestWhateverTheMonitorSays is the property of the safety rules: orders at any time, a monitor that lies or is silent, a
// line that spoils. The witness fails on any message that is not on its list, any hurried or second start, any number
// without done.
func TestWhateverTheMonitorSays(t *testing.T) {
	var starts, stops, done, failed int
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		every := rapid.IntRange(2, 40).Draw(rt, "one answer spoilt in")
		set := devices.Settings{AllowStart: rapid.IntRange(0, 9).Draw(rt, "allowed") > 0}
		if rapid.Bool().Draw(rt, "rested") {
			set.CuffUsed = devicetest.Start.Add(-time.Hour)
		}
		r := newRoom(t, set, simulator.Options{
			Seed: rng.Uint64(), Deaf: rng.IntN(2) == 0, Quiet: rng.IntN(2) == 0, Refuses: rng.IntN(6) == 0,
		})
		r.T, r.Witness.T = rt, rt
		r.ToHost = func(rx []byte) []byte {
			if rng.IntN(every) != 0 {
				return rx
			}
			switch rng.IntN(5) {
			case 0:
				return nil
			case 1:
				return append(rx, rx...)
			case 2:
				return [][]byte{ack, nak, framed("TM2657"), framed("?")}[rng.IntN(4)]
			case 3:
				return framed(fakeText(rng))
			}
			rx[rng.IntN(len(rx))] = byte(rng.IntN(256))
			return rx
		}
		for range 40 {
			r.Run(time.Duration(1+rng.IntN(3000))*10*time.Millisecond, nil)
			r.truth.CuffPress = rng.IntN(10) == 0
			c := devices.CuffStart
			if rng.IntN(6) == 0 {
				c = devices.CuffStop
			}
			err := r.Order(c)
			require.True(rt, c == devices.CuffStart || err == nil, "stop was refused: %v", err)
			require.True(rt, set.AllowStart || err != nil || c == devices.CuffStop, "start without permission")
		}
		r.Run(220*time.Second, nil)
		require.False(rt, r.Witness.Ordered(), "an order without an outcome")
		require.Zero(rt, r.monitor.Counts().Unknown)
		starts, stops = starts+r.Witness.Starts, stops+r.Witness.Stops
		done, failed = done+r.Witness.Done, failed+r.Witness.Failed
	})
	t.Logf("%d starts, %d stops, %d done, %d failed", starts, stops, done, failed)
	require.Positive(t, starts)
	require.Positive(t, stops)
	require.Positive(t, done)
	require.Positive(t, failed)
}

func fakeText(rng *rand.Rand) string {
	return strings.NewReplacer("E00", "E0"+string(rune('0'+rng.IntN(2)*3)), "S127", fmt.Sprintf("S%3d", rng.IntN(320)),
		"D 76", fmt.Sprintf("D%3d", rng.IntN(150)), "M 97", fmt.Sprintf("M%3d", rng.IntN(200))).Replace(realText)
}
