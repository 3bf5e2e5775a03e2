package nellcor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/nellcor"
	"bedside/simulators"
	"bedside/simulators/fault"
	simulated "bedside/simulators/nellcor"
)

// couple lets the simulated instrument, which was written independently, talk to a session.
func couple(t *testing.T, o simulated.Options, length time.Duration, truth func(time.Duration) simulators.Vitals, cable simulators.Line) simulators.Trace {
	t.Helper()
	s, err := nellcor.Driver().NewSession(devices.Settings{})
	require.NoError(t, err)
	return simulators.Couple(simulators.Coupling{
		Session: s, Device: simulated.New(o), From: start, To: start.Add(length), ToHost: cable,
		Truth: func(now time.Time) simulators.Vitals { return truth(now.Sub(start)) },
	})
}

func rising(at time.Duration) simulators.Vitals {
	return simulators.Vitals{PulseRate: 70 + at.Seconds()/3, SpO2: 97, PerfusionIndex: 4}
}

// TestSimulatedInstrument follows a slow rise past a rate of 128, with the finger out of the sensor and the sensor off for
// a while each, from every model.
func TestSimulatedInstrument(t *testing.T) {
	const outFrom, outTo, offFrom, offTo = 60 * time.Second, 80 * time.Second, 120 * time.Second, 140 * time.Second
	truth := func(at time.Duration) simulators.Vitals {
		v := rising(at)
		v.FingerOut, v.SensorOff = at >= outFrom && at < outTo, at >= offFrom && at < offTo
		return v
	}
	for _, model := range simulated.Models() {
		trace := couple(t, simulated.Options{Model: model, Seed: 3}, 4*time.Minute, truth, nil)
		assert.Empty(t, trace.Faults, model)
		values, searching := 0, 0
		for _, r := range trace.Readings {
			at := r.At.Sub(start)
			rate, ok := r.Value(devices.PulseRate)
			why, _ := r.Absent(devices.PulseRate)
			switch v := truth(at); {
			case v.FingerOut:
				require.Equal(t, devices.FingerOut, why, "%s at %v", model, at)
			case v.SensorOff:
				require.Equal(t, devices.SensorOff, why, "%s at %v", model, at)
			case ok:
				values++
				require.InDelta(t, v.PulseRate, rate, 3, "%s at %v", model, at) // averages lag
				sat, _ := r.Value(devices.SpO2)
				require.Equal(t, 97, sat)
			default:
				searching++
				require.Equal(t, devices.Searching, why, "%s at %v", model, at)
			}
		}
		lines := 100
		if model == "n-65" {
			lines = 200
		}
		assert.Greater(t, values, lines*9/10, model)
		assert.Equal(t, 4, searching, "%s: two lines after each loss", model)
	}
}

// TestStates follows every other row of the scenario matrix to its flag.
func TestStates(t *testing.T) {
	tests := []struct {
		name    string
		options simulated.Options
		vitals  simulators.Vitals
		status  devices.Status
		valued  bool
	}{
		{"normal", simulated.Options{}, simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2}, 0, true},
		{"motion", simulated.Options{}, simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Motion: 0.5}, devices.Motion, true},
		{"more motion", simulated.Options{}, simulators.Vitals{PulseRate: 72, SpO2: 97, Motion: 1}, devices.Motion | devices.OutOfTrack, false},
		{"low perfusion", simulated.Options{}, simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 0.1}, 0, true},
		{"low battery", simulated.Options{LowBattery: true}, simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2}, devices.BatteryLow, true},
		{"desaturation", simulated.Options{}, simulators.Vitals{PulseRate: 72, SpO2: 82, PerfusionIndex: 2}, devices.DeviceAlarm, true},
		{"no pulse", simulated.Options{}, simulators.Vitals{}, devices.PerfusionLow, false},
		{"on battery, alarms off", simulated.Options{OnBattery: true, AlarmsOff: true}, simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2}, devices.DeviceAlarmSilenced, true},
		{"silenced", simulated.Options{Silenced: true}, simulators.Vitals{PulseRate: 172, SpO2: 97, PerfusionIndex: 2}, devices.DeviceAlarm | devices.DeviceAlarmSilenced, true},
	}
	for _, tt := range tests {
		trace := couple(t, tt.options, 20*time.Second, func(time.Duration) simulators.Vitals { return tt.vitals }, nil)
		require.NotEmpty(t, trace.Readings, tt.name)
		last := trace.Readings[len(trace.Readings)-1]
		assert.Equal(t, tt.status.Names(), last.Status.Names(), tt.name)
		rate, ok := last.Value(devices.PulseRate)
		assert.Equal(t, tt.valued, ok, tt.name)
		if ok {
			assert.InDelta(t, tt.vitals.PulseRate, rate, 0.5, tt.name)
		}
	}
}

// TestBadCable passes a rise through a cable that cuts lines short, doubles, adds and changes bytes, and is pulled out.
func TestBadCable(t *testing.T) {
	var windows []fault.Window
	for i, kind := range []fault.Kind{fault.Corrupt, fault.Drop, fault.Add, fault.Double, fault.DropFrame, fault.Split, fault.Stall, fault.Unplug} {
		windows = append(windows, fault.Window{Kind: kind, From: time.Duration(20+30*i) * time.Second, For: 20 * time.Second, Rate: 0.003})
	}
	cable := fault.New(fault.Options{Seed: 5, Start: start, Windows: windows})
	slow := func(at time.Duration) simulators.Vitals { return rising(at / 4) }
	trace := couple(t, simulated.Options{Seed: 3}, 5*time.Minute, slow, cable)
	assert.NotEmpty(t, trace.Faults)
	values := 0
	for _, r := range trace.Readings {
		if rate, ok := r.Value(devices.PulseRate); ok {
			values++
			assert.InDelta(t, slow(r.At.Sub(start)).PulseRate, rate, 5, "at %v", r.At.Sub(start)) // a stalled line is late
		}
	}
	assert.Greater(t, values, 90)
	assert.Less(t, start.Add(5*time.Minute).Sub(trace.Readings[len(trace.Readings)-1].At), 4*time.Second, "it came back")
}
