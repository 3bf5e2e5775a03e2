package terumo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/terumo"
	"bedside/simulators"
	"bedside/simulators/fault"
	simulated "bedside/simulators/terumo"
)

var healthy = simulators.Vitals{PulseRate: 72, PerfusionIndex: 2, Systolic: 124, Diastolic: 79, Mean: 96}

// couple lets a session listen to a simulated monitor, which was written independently; its button is pressed every five
// minutes.
func couple(t *testing.T, length time.Duration, line simulators.Line) simulators.Trace {
	t.Helper()
	s := devicetest.Open(t, terumo.Driver(), devices.Settings{Variant: "19200"})
	return simulators.Couple(simulators.Coupling{
		Session: s, Device: simulated.New(simulated.Options{Seed: 1, Repeat: 5 * time.Minute}), ToHost: line,
		Truth: func(time.Time) simulators.Vitals { return healthy }, From: start, To: start.Add(length - time.Minute),
		Watch: func(_ time.Time, out *devices.Output) { require.Empty(t, out.Tx, "it never writes") },
	})
}

func check(t *testing.T, r *devices.Reading) {
	t.Helper()
	assert.True(t, r.Spot)
	for vital, want := range map[devices.Vital]float64{
		devices.Systolic: 124, devices.Diastolic: 79, devices.Mean: 96, devices.PulseRate: 72,
	} {
		got, ok := r.Value(vital)
		assert.True(t, ok, vital)
		assert.InDelta(t, want, got, 8, vital)
	}
}

func TestSimulatedMonitor(t *testing.T) {
	trace := couple(t, time.Hour, nil)
	require.Len(t, trace.Readings, 12)
	assert.Empty(t, trace.Faults)
	for i := range trace.Readings {
		check(t, &trace.Readings[i])
	}
}

func TestADayOnABadLine(t *testing.T) {
	var windows []fault.Window
	for i, kind := range []fault.Kind{fault.Corrupt, fault.Drop, fault.Add, fault.Double} {
		windows = append(windows, fault.Window{Kind: kind, From: time.Duration(i) * 6 * time.Hour, For: 6 * time.Hour, Rate: 0.003})
	}
	trace := couple(t, 24*time.Hour, fault.New(fault.Options{Seed: 5, Start: start, Windows: windows}))
	assert.NotEmpty(t, trace.Faults)
	assert.Greater(t, len(trace.Readings), 200)
	for i := range trace.Readings {
		check(t, &trace.Readings[i])
	}
}

func TestAnUnknownVariantIsRefused(t *testing.T) {
	_, err := terumo.Driver().NewSession(devices.Settings{Variant: "2400"})
	require.ErrorIs(t, err, terumo.ErrVariant)
}

// The agent never moves air with a monitor that only tells.
func TestItTakesNoOrders(t *testing.T) {
	s := devicetest.Open(t, terumo.Driver(), devices.Settings{AllowStart: true})
	_, takes := s.(devices.Commander)
	assert.False(t, takes)
	assert.False(t, terumo.Driver().Starts)
}

// A frame whose end stands in the last place of the buffer has no room for its check. A session that waited for it there
// would wait for ever.
func TestAnEndInTheLastPlaceIsNoFrame(t *testing.T) {
	for size := mostPending - 3; size <= mostPending+3; size++ {
		s := devicetest.Open(t, terumo.Driver(), devices.Settings{})
		long := "\x02" + strings.Repeat("A", size-2) + "\x03"
		whole := result(measured{at: start, systolic: 124, diastolic: 79, mean: 96, rate: 72})
		out := s.Step(start, append([]byte(long), whole...))
		assert.Equal(t, 1, out.Frames, "%d bytes", size)
		assert.Len(t, out.Readings, 1, "%d bytes", size)
	}
}
