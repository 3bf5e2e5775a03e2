package nonin_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nonin"
	"bedside/simulators"
	simulated "bedside/simulators/nonin"
)

// listened is a reading with what was true when it came.
type listened struct {
	devices.Reading
	at    time.Duration
	truth simulators.Vitals
}

// listen couples the simulated instrument, which was written independently, to a session, frame by frame.
func listen(t *testing.T, format int, length time.Duration, truth func(time.Duration) simulators.Vitals) []listened {
	t.Helper()
	device := simulated.New(simulated.Options{Format: format, Seed: uint64(format)})
	s := devicetest.Open(t, nonin.Driver(), devices.Settings{})
	var all []listened
	for now := start; now.Before(start.Add(length)); {
		tr := truth(now.Sub(start))
		tx, wake := device.Step(now, tr, nil)
		for _, r := range s.Step(now, tx).Readings {
			r.Measurements = append([]devices.Measurement(nil), r.Measurements...)
			r.Absences = append([]devices.Absence(nil), r.Absences...)
			all = append(all, listened{r, now.Sub(start), tr})
		}
		require.True(t, wake.After(now))
		now = wake
	}
	return all
}

// TestSimulatedInstrument follows a slow rise with the finger out of the sensor and the sensor off for a while each.
func TestSimulatedInstrument(t *testing.T) {
	const outFrom, outTo, offFrom, offTo = 60 * time.Second, 80 * time.Second, 120 * time.Second, 140 * time.Second
	truth := func(at time.Duration) simulators.Vitals {
		beats := at.Seconds() * 1.4
		return simulators.Vitals{
			PulseRate: 70 + at.Seconds()/4, SpO2: 97, PerfusionIndex: 4, Pleth: 0.5 + 0.5*math.Sin(2*math.Pi*beats),
			FingerOut: at >= outFrom && at < outTo, SensorOff: at >= offFrom && at < offTo,
		}
	}
	for _, format := range []int{1, 2, 7, 8, simulated.ASCII} {
		t.Run(fmt.Sprintf("format %d", format), func(t *testing.T) {
			// At once: two frames in formats 2 and 7. The others have one frame a second.
			late, first := 2*time.Second/75, 15*time.Second
			streams := format == 2 || format == 7
			if !streams {
				late = time.Second
			}
			// Format 1 has no sensor alarm, and text has no flag at all.
			out, off := devices.FingerOut, devices.SensorOff
			switch format {
			case 1:
				out = devices.Artifact
			case simulated.ASCII:
				out, off = devices.Searching, devices.Searching
			}
			values := 0
			for _, r := range listen(t, format, 3*time.Minute, truth) {
				rate, ok := r.Value(devices.PulseRate)
				why, _ := r.Absent(devices.PulseRate)
				switch {
				case r.at >= outFrom+late && r.at < outTo:
					require.False(t, ok, "value at %v with the finger out", r.at)
					require.Equal(t, out, why, "at %v", r.at)
				case r.at >= offFrom+late && r.at < offTo:
					require.False(t, ok, "value at %v with the sensor off", r.at)
					require.Equal(t, off, why, "at %v", r.at)
				case ok:
					values++
					require.InDelta(t, r.truth.PulseRate, rate, 8, "at %v", r.at) // averages lag
					sat, _ := r.Value(devices.SpO2)
					require.InDelta(t, 97, sat, 1, "at %v", r.at)
				case r.at > first && r.at < outFrom:
					require.Fail(t, "no value", "at %v: %v", r.at, why)
				}
			}
			want := 3 * 120
			if !streams {
				want = 120
			}
			assert.Greater(t, values, want*8/10)
		})
	}
}

// TestSimulatedSpotChecks lets an instrument replay its memory and measure whenever a finger is put in.
func TestSimulatedSpotChecks(t *testing.T) {
	device := simulated.New(simulated.Options{Format: 13, Seed: 13, Stored: 3})
	s := devicetest.Open(t, nonin.Driver(), devices.Settings{})
	trace := simulators.Couple(simulators.Coupling{
		Session: s, Device: device, From: start, To: start.Add(10 * time.Minute),
		Truth: func(now time.Time) simulators.Vitals {
			at := now.Sub(start)
			return simulators.Vitals{
				PulseRate: 80 + at.Minutes(), SpO2: 97, PerfusionIndex: 4, FingerOut: at%(2*time.Minute) >= time.Minute,
				Pleth: 0.5 + 0.5*math.Sin(2*math.Pi*at.Seconds()*1.4),
			}
		},
	})
	require.Len(t, trace.Readings, 1+5, "one for the memory, and one for each finger")
	for i, r := range trace.Readings {
		assert.True(t, r.Spot)
		rate, ok := r.Value(devices.PulseRate)
		why, _ := r.Absent(devices.PulseRate)
		if i == 0 {
			assert.Equal(t, devices.HeldValue, why)
			continue
		}
		require.True(t, ok)
		assert.InDelta(t, 80+r.At.Sub(start).Minutes(), rate, 1)
	}
}
