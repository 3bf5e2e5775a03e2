package medlab_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/simulators"
)

func TestWatchdogEndsEndlessMeasurement(t *testing.T) {
	m := &stub{endless: true, pressure: func(time.Duration) int { return 100 }, result: resultPacket(120, 80, 93, 72, 0)}
	r := live(t, allow, m, 4*time.Minute, at(5*second, devices.CuffStart))
	assert.Equal(t, devices.CuffTimeout, r.outcome(t).Class)
	starts, aborts := r.written(startOrder), r.written(abortOrder)
	require.Len(t, starts, 1)
	require.Len(t, aborts, 1)
	assert.InDelta(t, 180, (aborts[0] - starts[0]).Seconds(), 0.11, "the watchdog, and at most one gap between writes")
	assert.Empty(t, r.Readings)
}

func TestWatchdogHoldsForAirFromElsewhere(t *testing.T) {
	m := &stub{endless: true, pressure: func(time.Duration) int { return 100 }, result: resultPacket(120, 80, 93, 72, 0)}
	s := session(t, allow)
	couple(t, simulators.Coupling{Session: s, Device: m, From: epoch, To: epoch.Add(5 * second)})
	m.running, m.started = true, epoch.Add(5*second)
	r := couple(t, simulators.Coupling{Session: s, Device: m, From: epoch.Add(5 * second), To: epoch.Add(200 * second)})
	require.Len(t, r.written(abortOrder), 1)
	assert.InDelta(t, 185, r.written(abortOrder)[0].Seconds(), 1)
	assert.Equal(t, devices.CuffIdle, r.Cuff[len(r.Cuff)-1].Phase)
	assert.Empty(t, r.Readings)
}

func TestStopIsSentWithinOneGap(t *testing.T) {
	for wait := 50 * time.Millisecond; wait < 5*second; wait += 70 * time.Millisecond {
		m := module()
		stop := 5*second + wait
		r := live(t, allow, m, 30*second, at(5*second, devices.CuffStart), at(stop, devices.CuffStop))
		got := r.outcome(t)
		require.Equal(t, devices.CuffFailed, got.Phase, "after %v", wait)
		require.Equal(t, devices.CuffAborted, got.Class, "after %v", wait)
		require.NotEmpty(t, r.written(abortOrder))
		require.LessOrEqual(t, r.written(abortOrder)[0]-stop, 100*time.Millisecond, "after %v", wait)
		require.Empty(t, r.Readings)
		require.False(t, m.Inflated())
	}
}

func TestAStopThatIsNotObeyedIsRepeatedFiveTimes(t *testing.T) {
	m := &stub{endless: true, stubborn: true, result: resultPacket(120, 80, 93, 72, 0)}
	r := live(t, allow, m, 25*second, at(5*second, devices.CuffStart), at(10*second, devices.CuffStop))
	assert.Equal(t, devices.CuffNoAnswer, r.outcomes()[0].Class)
	aborts := r.written(abortOrder)
	assert.Greater(t, len(aborts), 5, "a new conversation finds the air, and goes on")
	for i := range aborts[1:] {
		assert.GreaterOrEqual(t, aborts[i+1]-aborts[i], 100*time.Millisecond)
	}
}

func TestRestOfOneMinute(t *testing.T) {
	orders := []simulators.Order{at(5*second, devices.CuffStart)}
	for s := 40; s < 140; s++ {
		orders = append(orders, at(time.Duration(s)*second, devices.CuffStart))
	}
	r := live(t, allow, module(), 150*second, orders...)
	ended := r.outcomes()[0].At
	starts := r.written(startOrder)
	require.Len(t, starts, 2)
	assert.GreaterOrEqual(t, epoch.Add(starts[1]).Sub(ended), 58*second, "the marker came a little before the result")
	for _, refusal := range r.Refused {
		assert.True(t, errors.Is(refusal.Err, devices.ErrCuffTooSoon) || errors.Is(refusal.Err, devices.ErrCuffBusy))
	}
}

func TestRestHoldsAcrossReconnection(t *testing.T) {
	set := allow
	set.CuffUsed = epoch.Add(-40 * second)
	r := live(t, set, module(), 22*second, at(5*second, devices.CuffStart), at(20*second, devices.CuffStart))
	require.Len(t, r.Refused, 1)
	assert.ErrorIs(t, r.Refused[0].Err, devices.ErrCuffTooSoon)
	assert.Len(t, r.written(startOrder), 1)
}

func TestLostStartIsNeverRepeated(t *testing.T) {
	m := &stub{deaf: true, result: resultPacket(120, 80, 93, 72, 0)}
	r := live(t, allow, m, 5*time.Minute, at(5*second, devices.CuffStart))
	assert.Equal(t, devices.CuffNoAnswer, r.outcome(t).Class)
	assert.Len(t, r.written(startOrder), 1)
	assert.Len(t, r.written(abortOrder), 1)
}

func TestForgottenStartIsNotSentLater(t *testing.T) {
	s := session(t, allow)
	m := &stub{result: resultPacket(120, 80, 93, 72, 0)}
	couple(t, simulators.Coupling{Session: s, Device: m, From: epoch, To: epoch.Add(5 * second)})
	_, err := s.(devices.Commander).Command(epoch.Add(5*second), devices.CuffStart)
	require.NoError(t, err)
	// The agent was asleep for an hour, with the look at the module outstanding.
	r := couple(t, simulators.Coupling{Session: s, Device: m, From: epoch.Add(time.Hour), To: epoch.Add(61 * time.Minute)})
	assert.Empty(t, r.written(startOrder))
	assert.Equal(t, devices.CuffNoAnswer, r.outcome(t).Class)
}

// A dead agent leaves the cuff to the module's own limits; one that comes back makes an end of it.
func TestKilledInMidMeasurement(t *testing.T) {
	t.Run("module alone", func(t *testing.T) {
		m := module()
		m.Inject(19) // and it does not even find an end
		r := live(t, allow, m, 20*second, at(5*second, devices.CuffStart))
		require.True(t, m.Inflated())
		started := r.written(startOrder)[0]
		for now := epoch.Add(20 * second); now.Before(epoch.Add(started + 185*second)); now = now.Add(10 * time.Millisecond) {
			m.Step(now, healthy, nil)
		}
		assert.False(t, m.Inflated(), "the module lets the air out by itself")
	})
	t.Run("agent comes back", func(t *testing.T) {
		m := module()
		live(t, allow, m, 12*second, at(5*second, devices.CuffStart))
		require.True(t, m.Inflated())
		back := epoch.Add(14 * second)
		again := couple(t, simulators.Coupling{
			Session: session(t, allow), Device: m, From: back, To: back.Add(10 * second),
			Orders: []simulators.Order{{At: back.Add(8 * second), Command: devices.CuffStart}},
		})
		assert.False(t, m.Inflated())
		require.NotEmpty(t, again.tx)
		assert.Equal(t, abortOrder, again.tx[0].bytes, "nothing is written before the abort")
		assert.Less(t, epoch.Add(again.tx[0].at).Sub(back), second)
		require.Len(t, again.Refused, 1)
		assert.ErrorIs(t, again.Refused[0].Err, devices.ErrCuffTooSoon)
	})
}

func TestUnknownOrderIsRefused(t *testing.T) {
	r := live(t, allow, module(), 6*second, at(5*second, devices.Command(99)))
	require.Len(t, r.Refused, 1)
	assert.ErrorIs(t, r.Refused[0].Err, devices.ErrUnsupported)
}
