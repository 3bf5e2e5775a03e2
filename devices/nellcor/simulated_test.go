package nellcor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
	"bedside/simulators"
	simulated "bedside/simulators/nellcor"
	"bedside/simulators/simulatortest"
)

// couple lets the simulated instrument, which was written independently, talk to a session.
func couple(t *testing.T, o simulated.Options, length time.Duration, truth simulatortest.Truth, cable simulators.Line) simulators.Trace {
	t.Helper()
	return simulatortest.Listen(simulators.Coupling{
		Session: devicetest.Open(t, nellcor.Driver(), devices.Settings{}), Device: simulated.New(o), From: start, ToHost: cable,
	}, length, truth)
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
	calm := simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2}
	for _, state := range []simulatortest.Says{
		{Name: "normal", Device: simulated.New(simulated.Options{}), Vitals: calm, Valued: true},
		{Name: "motion", Device: simulated.New(simulated.Options{}), Vitals: simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Motion: 0.5}, Status: devices.Motion, Valued: true},
		{Name: "more motion", Device: simulated.New(simulated.Options{}), Vitals: simulators.Vitals{PulseRate: 72, SpO2: 97, Motion: 1}, Status: devices.Motion | devices.OutOfTrack},
		{Name: "low perfusion", Device: simulated.New(simulated.Options{}), Vitals: simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 0.1}, Valued: true},
		{Name: "low battery", Device: simulated.New(simulated.Options{LowBattery: true}), Vitals: calm, Status: devices.BatteryLow, Valued: true},
		{Name: "desaturation", Device: simulated.New(simulated.Options{}), Vitals: simulators.Vitals{PulseRate: 72, SpO2: 82, PerfusionIndex: 2}, Status: devices.DeviceAlarm, Valued: true},
		{Name: "no pulse", Device: simulated.New(simulated.Options{}), Vitals: simulators.Vitals{}, Status: devices.PerfusionLow},
		{Name: "on battery, alarms off", Device: simulated.New(simulated.Options{OnBattery: true, AlarmsOff: true}), Vitals: calm, Status: devices.DeviceAlarmSilenced, Valued: true},
		{Name: "silenced", Device: simulated.New(simulated.Options{Silenced: true}), Vitals: simulators.Vitals{PulseRate: 172, SpO2: 97, PerfusionIndex: 2}, Status: devices.DeviceAlarm | devices.DeviceAlarmSilenced, Valued: true},
	} {
		state.Check(t, devicetest.Open(t, nellcor.Driver(), devices.Settings{}), start)
	}
}

func TestBadCable(t *testing.T) {
	slow := func(at time.Duration) simulators.Vitals { return rising(at / 4) }
	trace := couple(t, simulated.Options{Seed: 3}, simulatortest.Length, slow, simulatortest.BadCable(5, start))
	assert.NotEmpty(t, trace.Faults)
	values := simulatortest.RatesNear(t, &trace, start, slow, 5) // a stalled line is late
	assert.Greater(t, values, 90)
	_, last := simulatortest.Gaps(&trace, start)
	assert.Greater(t, last, simulatortest.Length-4*time.Second, "it came back")
}
