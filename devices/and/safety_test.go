package and_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
)

func TestSafety(t *testing.T) { family.Safety(t) }

func TestDamagedLineForTenHours(t *testing.T) { family.TenHours(t) }

// Nobody knows whether a monitor answers while it measures, so silence alone stops nothing; the watchdog does. Silence of
// an idle one forbids the next start.
func TestSilence(t *testing.T) {
	r := newRoom(t, devicetest.Rested, old)
	r.Open()
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
	r := newRoom(t, devicetest.Rested, o)
	got := r.Measure()
	assert.Equal(t, devices.CuffIndeterminate, got.Class)
	assert.Len(t, r.When(start), 1)
	assert.Len(t, r.When(stop), 1)
}
