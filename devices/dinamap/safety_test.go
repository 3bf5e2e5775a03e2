package dinamap_test

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

// A silent monitor is not asked to start, and one that falls silent while it measures is cancelled.
func TestSilence(t *testing.T) {
	r := newRoom(t, devicetest.Rested, old)
	r.Open()
	require.NoError(t, r.Order(devices.CuffStart))
	r.Run(5*time.Second, nil)
	r.ToHost = func([]byte) []byte { return nil }
	fell := r.Now
	r.Run(40*time.Second, nil)
	require.NotEmpty(t, r.When(stop))
	assert.Less(t, r.When(stop)[0].Sub(fell), 10*time.Second)
	assert.Equal(t, devices.CuffNoAnswer, r.Last().Class)
	assert.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrNotReady)
	r.ToHost = nil
	r.Ready()
	assert.False(t, r.monitor.Inflated())
}
