package devicetest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
)

// fake is a driver whose session does what a function says.
type fake func(now time.Time, rx []byte) devices.Output

func (f fake) Step(now time.Time, rx []byte) devices.Output { return f(now, rx) }

func (f fake) driver() devices.Driver {
	return devices.Driver{
		Vitals:     []devices.Vital{devices.PulseRate, devices.SpO2},
		NewSession: func(devices.Settings) (devices.Session, error) { return f, nil },
	}
}

func TestParse(t *testing.T) {
	c, err := devicetest.Parse("x", "# prose\n= allow-start\n= initial-pressure 160\n\n@+250ms\n> 3A 79 # asked\n! cuff-stop\n3E 04\n0500\n")
	require.NoError(t, err)
	assert.Equal(t, devices.Settings{AllowStart: true, InitialPressure: 160}, c.Settings)
	assert.Equal(t, []byte{0x3E, 4, 5, 0}, c.Bytes())
	require.Len(t, c.Events, 5)
	assert.Equal(t, 250*time.Millisecond, c.Events[0].Wait)
	assert.Equal(t, []byte{0x3A, 0x79}, c.Events[1].Tx)
	assert.Equal(t, devices.CuffStop, c.Events[2].Order)
	assert.Equal(t, 8, c.Events[3].Line)
}

func TestParseErrorsNameTheLine(t *testing.T) {
	for _, text := range []string{"01\nxyz", "01\n@+soon", "01\n! calibrate", "01\n= allow-start", "\n= loud", "\n= initial-pressure high"} {
		_, err := devicetest.Parse("x", text)
		assert.ErrorContains(t, err, "devicetest: capture: x, line 2: ")
	}
}

func TestPlayNoticesABrokenContract(t *testing.T) {
	reading := func(r devices.Reading) fake {
		return func(now time.Time, _ []byte) devices.Output {
			if r.At.IsZero() {
				r.At = now
			}
			return devices.Output{Readings: []devices.Reading{r}}
		}
	}
	rate := devices.Measurement{Vital: devices.PulseRate, Value: 60}
	absent := devices.Absence{Vital: devices.PulseRate, Reason: devices.FingerOut}
	tests := []struct {
		name, want string
		session    fake
	}{
		{"old moment", "reading of", reading(devices.Reading{At: devicetest.Start.Add(-1), Absences: []devices.Absence{absent}})},
		{"empty", "empty reading", reading(devices.Reading{})},
		{"value and absence", "twice", reading(devices.Reading{Measurements: []devices.Measurement{rate}, Absences: []devices.Absence{absent}})},
		{"missing marker as a value", "not a measurement", reading(devices.Reading{Measurements: []devices.Measurement{{Vital: devices.SpO2, Value: 127}}})},
		{"foreign vital", "not a vital", reading(devices.Reading{Measurements: []devices.Measurement{{Vital: devices.Systolic, Value: 120}}})},
		{"reason of the agent", "absent for reason", reading(devices.Reading{Absences: []devices.Absence{{Vital: devices.SpO2, Reason: devices.Stale}}})},
		{"wake now", "wake at", func(now time.Time, _ []byte) devices.Output { return devices.Output{Wake: now} }},
		{"sample beyond scale", "sample 256", func(now time.Time, _ []byte) devices.Output {
			return devices.Output{Waves: []devices.Wave{{At: now, Vital: devices.Pleth, Rate: 75, FullScale: 255, Samples: []int32{256}}}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := devicetest.Play(tt.session.driver(), devicetest.Capture{})
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestAReadingIsOfOnePart(t *testing.T) {
	rate := []devices.Measurement{{Vital: devices.PulseRate, Value: 60}}
	tests := []struct {
		name, want string
		of         devices.Kind
		values     []devices.Measurement
	}{
		{"the right part", "", devices.Oximeter, rate},
		{"no part", "a part that the driver does not have", 0, rate},
		{"a part that is not there", "a part that the driver does not have", devices.Kind(9), rate},
		{"another part's vital", "not of that part", devices.Cuff, rate},
	}
	for _, tt := range tests {
		session := fake(func(now time.Time, _ []byte) devices.Output {
			return devices.Output{Readings: []devices.Reading{{At: now, Of: tt.of, Measurements: tt.values}}}
		})
		d := session.driver()
		d.Parts = []devices.Part{
			{Kind: devices.Oximeter, Vitals: d.Vitals}, {Kind: devices.Cuff, Vitals: []devices.Vital{devices.Systolic}},
		}
		_, err := devicetest.Play(d, devicetest.Capture{})
		if tt.want == "" {
			assert.NoError(t, err, tt.name)
			continue
		}
		assert.ErrorContains(t, err, tt.want, tt.name)
	}
	whole := fake(func(now time.Time, _ []byte) devices.Output {
		return devices.Output{Readings: []devices.Reading{{At: now, Of: devices.Oximeter, Measurements: rate}}}
	})
	_, err := devicetest.Play(whole.driver(), devicetest.Capture{})
	assert.ErrorContains(t, err, "a part that the driver does not have", "a driver that is one device")
}

func TestPlayServesWakesInTime(t *testing.T) {
	var at []time.Duration
	session := fake(func(now time.Time, _ []byte) devices.Output {
		at = append(at, now.Sub(devicetest.Start))
		return devices.Output{Wake: now.Add(100 * time.Millisecond), Tx: []byte{7}}
	})
	c, err := devicetest.Parse("x", "@+250ms\n01")
	require.NoError(t, err)
	log, err := devicetest.Play(session.driver(), c)
	require.NoError(t, err)
	ms := time.Millisecond
	assert.Equal(t, []time.Duration{0, 100 * ms, 200 * ms, 250 * ms}, at)
	assert.Equal(t, []byte{7, 7, 7, 7}, log.Tx)
	assert.Equal(t, 1, log.Pending())
}
