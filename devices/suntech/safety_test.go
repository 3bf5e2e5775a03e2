package suntech_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/suntech"
	simulator "bedside/simulators/suntech"
)

func TestWatchdogEndsEndlessMeasurement(t *testing.T) {
	m := &stub{begin: 'O', pressure: func(time.Duration) int { return 100 }}
	r := newRoom(t, allow, m)
	r.open()
	got := r.measure()
	assert.Equal(t, devices.CuffTimeout, got.Class)
	starts, aborts := r.sentFrames(startAdult), r.sentFrames(abort)
	require.Len(t, starts, 1)
	require.Len(t, aborts, 1)
	assert.InDelta(t, 180, aborts[0].Sub(starts[0]).Seconds(), 0.11, "the watchdog, and at most one gap between frames")
	assert.Empty(t, r.readings)
}

func TestWatchdogHoldsForAirFromElsewhere(t *testing.T) {
	m := &stub{pressure: func(time.Duration) int { return 100 }}
	r := newRoom(t, allow, m)
	r.open()
	m.running, m.started = true, r.now
	r.run(185*time.Second, nil)
	assert.Len(t, r.sentFrames(abort), 1)
	assert.Equal(t, devices.CuffIdle, r.last().Phase)
}

func TestStopIsSentWithinOneGap(t *testing.T) {
	for wait := 200 * time.Millisecond; wait < 5*time.Second; wait += 70 * time.Millisecond {
		r := newRoom(t, allow, nil)
		r.open()
		require.NoError(t, r.order(devices.CuffStart))
		r.run(wait, nil)
		ordered := r.now
		require.NoError(t, r.order(devices.CuffStop))
		r.run(10*time.Second, r.over)
		require.Equal(t, devices.CuffFailed, r.last().Phase, "after %v", wait)
		require.Equal(t, devices.CuffAborted, r.last().Class, "after %v", wait)
		require.Len(t, r.sentFrames(abort), 1)
		require.LessOrEqual(t, r.sentFrames(abort)[0].Sub(ordered), 100*time.Millisecond, "after %v", wait)
		require.Empty(t, r.readings)
	}
}

func TestRestOfOneMinute(t *testing.T) {
	r := newRoom(t, allow, nil)
	r.open()
	r.measure()
	ended := r.now
	for r.now.Sub(ended) < 58*time.Second {
		require.ErrorIs(t, r.order(devices.CuffStart), devices.ErrCuffTooSoon)
		r.run(time.Second, nil)
	}
	r.run(2*time.Second, nil)
	require.NoError(t, r.order(devices.CuffStart))
}

func TestRestHoldsAcrossReconnection(t *testing.T) {
	set := allow
	set.CuffUsed = epoch.Add(-40 * time.Second)
	r := newRoom(t, set, nil)
	r.open()
	require.ErrorIs(t, r.order(devices.CuffStart), devices.ErrCuffTooSoon)
	r.run(20*time.Second, nil)
	require.NoError(t, r.order(devices.CuffStart))

	set.CuffUsed = epoch.Add(400 * time.Hour) // by a clock that was wrong
	r = newRoom(t, set, nil)
	r.open()
	require.ErrorIs(t, r.order(devices.CuffStart), devices.ErrCuffTooSoon)
	r.run(60*time.Second, nil)
	require.NoError(t, r.order(devices.CuffStart))
}

func TestLostStartIsNeverRepeated(t *testing.T) {
	m := &stub{}
	r := newRoom(t, allow, m)
	r.open()
	got := r.measure()
	r.run(5*time.Minute, nil)
	assert.Equal(t, devices.CuffNoAnswer, got.Class)
	assert.Len(t, r.sentFrames(startAdult), 1)
	assert.Len(t, r.sentFrames(abort), 1)
}

func TestForgottenStartIsNotSentLater(t *testing.T) {
	r := newRoom(t, allow, nil)
	r.open()
	require.NoError(t, r.order(devices.CuffStart))
	r.now = r.now.Add(time.Hour) // the agent was asleep, with the look at the cuff outstanding
	r.run(time.Minute, nil)
	assert.Empty(t, r.sentFrames(startAdult))
	assert.Equal(t, devices.CuffNoAnswer, firstFailure(r).Class)
}

func firstFailure(r *room) devices.CuffState {
	for _, c := range r.cuff {
		if c.Phase == devices.CuffFailed {
			return c
		}
	}
	return devices.CuffState{}
}

// A dead agent leaves the cuff to the module's own limits; one that comes back makes an end of it.
func TestKilledInMidMeasurement(t *testing.T) {
	m := simulator.New(simulator.Options{})
	r := newRoom(t, allow, m)
	r.open()
	require.NoError(t, r.order(devices.CuffStart))
	r.run(6*time.Second, nil)
	require.True(t, m.Inflated())

	t.Run("module alone", func(t *testing.T) {
		m := simulator.New(simulator.Options{})
		m.Inject(88) // and it does not even find an end
		r := newRoom(t, allow, m)
		r.open()
		require.NoError(t, r.order(devices.CuffStart))
		r.run(6*time.Second, nil)
		require.True(t, m.Inflated())
		for end := r.now.Add(135 * time.Second); r.now.Before(end); r.now = r.now.Add(10 * time.Millisecond) {
			m.Step(r.now, healthy, nil)
		}
		assert.False(t, m.Inflated(), "the module lets the air out by itself")
	})
	t.Run("agent comes back", func(t *testing.T) {
		again := newRoom(t, allow, m)
		again.now = r.now.Add(2 * time.Second)
		back := again.now
		again.open()
		assert.False(t, m.Inflated())
		assert.Equal(t, moduleData, again.tx[0].bytes, "the first frame moves nothing")
		require.NotEmpty(t, again.sentFrames(abort))
		assert.Less(t, again.sentFrames(abort)[0].Sub(back), time.Second)
		assert.ErrorIs(t, again.order(devices.CuffStart), devices.ErrCuffTooSoon)
	})
}

func TestInitialPressure(t *testing.T) {
	for mmHg, frame := range map[int][]byte{120: inflate120, 140: inflate140, 160: inflate160, 180: inflate180, 200: inflate200} {
		m := simulator.New(simulator.Options{})
		r := newRoom(t, devices.Settings{AllowStart: true, InitialPressure: mmHg}, m)
		r.open()
		require.Equal(t, devices.CuffDone, r.measure().Phase)
		set, start := r.sentFrames(frame), r.sentFrames(startAdult)
		require.Len(t, set, 1, mmHg)
		require.Len(t, start, 1)
		assert.GreaterOrEqual(t, start[0].Sub(set[0]), 500*time.Millisecond)
		assert.Zero(t, m.Counts())
	}
	for _, mmHg := range []int{-1, 1, 119, 201, 65536 + 160} {
		_, err := suntech.Driver().NewSession(devices.Settings{InitialPressure: mmHg})
		assert.ErrorIs(t, err, suntech.ErrInflation, mmHg)
	}
}

func TestUnknownOrderIsRefused(t *testing.T) {
	r := newRoom(t, allow, nil)
	r.open()
	assert.ErrorIs(t, r.order(devices.Command(99)), devices.ErrUnsupported)
}
