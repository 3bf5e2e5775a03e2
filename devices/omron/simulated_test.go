package omron_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/omron"
	"bedside/simulators"
	simulated "bedside/simulators/omron"
)

// couple lets a session listen to a simulated monitor, which was written independently, for an hour; its button is pressed
// every five minutes.
func couple(t *testing.T, o simulated.Options, truth simulators.Vitals) simulators.Trace {
	t.Helper()
	s := devicetest.Open(t, omron.Driver(), devices.Settings{})
	o.Repeat = 5 * time.Minute
	return simulators.Couple(simulators.Coupling{
		Session: s, Device: simulated.New(o), Truth: func(time.Time) simulators.Vitals { return truth },
		From: start, To: start.Add(time.Hour - time.Minute),
		Watch: func(_ time.Time, out *devices.Output) { require.Empty(t, out.Tx, "it never writes") },
	})
}

var healthy = simulators.Vitals{PulseRate: 72, PerfusionIndex: 2, Systolic: 124, Diastolic: 79, Mean: 96}

func TestSimulatedMonitors(t *testing.T) {
	for _, o := range []simulated.Options{{Seed: 1, Patient: "K-0412"}, {Seed: 2, HBP9020: true, Patient: "a code of more than 20"}} {
		trace := couple(t, o, healthy)
		require.Len(t, trace.Readings, 12)
		assert.Empty(t, trace.Faults)
		for _, r := range trace.Readings {
			assert.True(t, r.Spot)
			systolic, _ := r.Value(devices.Systolic)
			diastolic, _ := r.Value(devices.Diastolic)
			rate, _ := r.Value(devices.PulseRate)
			assert.InDelta(t, 124, systolic, 8)
			assert.InDelta(t, 79, diastolic, 8)
			assert.InDelta(t, 72, rate, 3)
			mean, ok := r.Value(devices.Mean)
			assert.Equal(t, o.HBP9020, ok, "a HBP-9030 gives none, and none is computed")
			if ok {
				assert.InDelta(t, 96, mean, 8)
			}
		}
		for _, c := range trace.Cuff {
			assert.Equal(t, devices.CuffDone, c.Phase)
		}
	}
}

func TestAFailureHasNoNumbers(t *testing.T) {
	loose := healthy
	loose.CuffLoose = true
	trace := couple(t, simulated.Options{Seed: 3}, loose)
	assert.Empty(t, trace.Readings)
	require.Len(t, trace.Cuff, 12)
	for _, c := range trace.Cuff {
		assert.Equal(t, devices.CuffFailed, c.Phase)
		assert.Equal(t, devices.CuffIndeterminate, c.Class)
		assert.Equal(t, 1, c.Code)
	}
}

func TestMovementIsFlagged(t *testing.T) {
	restless := healthy
	restless.Motion = 0.3
	for _, r := range couple(t, simulated.Options{Seed: 4}, restless).Readings {
		assert.True(t, r.Status.Has(devices.Motion))
	}
}

// The agent never moves air with a monitor that only tells.
func TestItTakesNoOrders(t *testing.T) {
	s := devicetest.Open(t, omron.Driver(), devices.Settings{AllowStart: true})
	_, takes := s.(devices.Commander)
	assert.False(t, takes)
	assert.False(t, omron.Driver().Starts)
}
