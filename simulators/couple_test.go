package simulators_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	drivers "bedside/devices/catalog"
	drivernonin "bedside/devices/nonin"
	driversuntech "bedside/devices/suntech"
	"bedside/simulators"
	simulated "bedside/simulators/catalog"
	"bedside/simulators/fault"
	"bedside/simulators/nonin"
	"bedside/simulators/patient"
	"bedside/simulators/suntech"
)

var epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// echo is a host that asks every second and reports every answer, reusing its slices as real sessions do.
type echo struct {
	asked time.Time
	out   devices.Output
	one   [1]devices.Measurement
	tx    [1]byte
	times []time.Time
}

func (e *echo) Step(now time.Time, rx []byte) devices.Output {
	e.times = append(e.times, now)
	e.out = devices.Output{Readings: e.out.Readings[:0], Frames: len(rx), FramedBytes: len(rx)}
	for _, b := range rx {
		e.one[0] = devices.Measurement{Vital: devices.PulseRate, Value: int(b)}
		e.out.Readings = append(e.out.Readings, devices.Reading{At: now, Measurements: e.one[:]})
	}
	if e.asked.IsZero() || now.Sub(e.asked) >= time.Second {
		e.asked, e.tx[0] = now, byte(len(e.times))
		e.out.Tx = e.tx[:]
	}
	e.out.Wake = e.asked.Add(time.Second)
	return e.out
}

func (e *echo) Command(now time.Time, c devices.Command) (devices.Output, error) {
	if c == devices.CuffStart {
		return devices.Output{}, devices.ErrStartNotAllowed
	}
	return devices.Output{Tx: []byte{200}, Cuff: []devices.CuffState{{At: now, Phase: devices.CuffIdle}}}, nil
}

// parrot is a device that repeats every byte 30 ms later.
type parrot struct {
	due  time.Time
	held []byte
	out  []byte
}

func (p *parrot) Step(now time.Time, _ simulators.Vitals, rx []byte) ([]byte, time.Time) {
	p.out = p.out[:0]
	if !p.due.IsZero() && !now.Before(p.due) {
		p.out, p.held, p.due = append(p.out, p.held...), p.held[:0], time.Time{}
	}
	if len(rx) > 0 {
		p.held, p.due = append(p.held, rx...), now.Add(30*time.Millisecond)
	}
	return p.out, p.due
}

func still(time.Time) simulators.Vitals { return simulators.Vitals{} }

func TestCoupleStepsAtTheWakesOfBothSidesAndCopiesWhatItKeeps(t *testing.T) {
	host := &echo{}
	trace := simulators.Couple(simulators.Coupling{
		Session: host, Device: &parrot{}, Truth: still, From: epoch, To: epoch.Add(2500 * time.Millisecond),
		Orders: []simulators.Order{
			{At: epoch.Add(1500 * time.Millisecond), Command: devices.CuffStop},
			{At: epoch.Add(1600 * time.Millisecond), Command: devices.CuffStart},
		},
	})
	require.Len(t, trace.Readings, 4, "three questions and one order come back")
	for i, at := range []time.Duration{31, 1031, 1531, 2031} {
		assert.Equal(t, epoch.Add(at*time.Millisecond), trace.Readings[i].At, "1 ms there, 30 ms thinking")
	}
	values := map[int]bool{}
	for _, r := range trace.Readings {
		v, ok := r.Value(devices.PulseRate)
		require.True(t, ok)
		values[v] = true
	}
	assert.Len(t, values, 4, "later readings leave the earlier ones alone")
	require.Len(t, trace.Refused, 1)
	assert.ErrorIs(t, trace.Refused[0].Err, devices.ErrStartNotAllowed)
	assert.Equal(t, epoch.Add(1500*time.Millisecond), trace.Cuff[0].At)
	assert.Equal(t, 4, trace.Received)
	assert.Equal(t, 4, trace.Frames)
	assert.Less(t, trace.Steps, 20, "no step without a reason")
}

func TestCoupleKeepsAtLeastItsPace(t *testing.T) {
	host := &echo{}
	simulators.Couple(simulators.Coupling{
		Session: host, Device: &parrot{}, Truth: still, From: epoch, To: epoch.Add(time.Second), Every: 10 * time.Millisecond,
	})
	for i := 1; i < len(host.times); i++ {
		assert.LessOrEqual(t, host.times[i].Sub(host.times[i-1]), 10*time.Millisecond)
	}
	assert.GreaterOrEqual(t, len(host.times), 101)
}

func TestAnUnpluggedLineCarriesNothingEitherWay(t *testing.T) {
	trace := simulators.Couple(simulators.Coupling{
		Session: &echo{}, Device: &parrot{}, Truth: still, From: epoch, To: epoch.Add(5500 * time.Millisecond),
		ToHost: fault.New(fault.Options{
			Start: epoch, Windows: []fault.Window{{Kind: fault.Unplug, From: 1500 * time.Millisecond, For: 2 * time.Second}},
		}),
	})
	assert.Len(t, trace.Readings, 4, "seconds 0, 1, 4, 5")
}

// mute never says anything.
type mute struct{}

func (mute) Step(time.Time, []byte) devices.Output { return devices.Output{} }

func TestCoupleEndsWhenNothingCanHappenAnyMore(t *testing.T) {
	trace := simulators.Couple(simulators.Coupling{
		Session: mute{}, Device: &parrot{}, Truth: still, From: epoch, To: epoch.Add(1000 * time.Hour),
		Orders: []simulators.Order{{At: epoch.Add(time.Hour), Command: devices.CuffStop}},
	})
	require.Len(t, trace.Refused, 1)
	assert.ErrorIs(t, trace.Refused[0].Err, devices.ErrUnsupported)
	assert.LessOrEqual(t, trace.Steps, 2)
}

func session(t testing.TB, d devices.Driver) devices.Session {
	t.Helper()
	s, err := d.NewSession(devices.Settings{AllowStart: true})
	require.NoError(t, err)
	return s
}

func person(o patient.Options) func(time.Time) simulators.Vitals {
	p := patient.New(o)
	return func(now time.Time) simulators.Vitals { return p.At(now.Sub(epoch)) }
}

// Two readings of the same document, written apart, agree about every format.
func TestDriverAndSimulatedOximeterAgree(t *testing.T) {
	for _, format := range []int{2, 7, 8} {
		truth := person(patient.Options{Seed: 11, Route: patient.Intravenous, DoseAt: 5 * time.Minute})
		trace := simulators.Couple(simulators.Coupling{
			Session: session(t, drivernonin.Driver()), Device: nonin.New(nonin.Options{Format: format, Seed: 3}),
			Truth: truth, From: epoch, To: epoch.Add(20 * time.Minute),
		})
		if format == 8 {
			// Without a check byte a driver may doubt the first number after none, once.
			assert.LessOrEqual(t, len(trace.Faults), 1)
		} else {
			assert.Empty(t, trace.Faults, "format %d", format)
		}
		known := 0
		for i := range trace.Readings {
			r := &trace.Readings[i]
			rate, ok := r.Value(devices.PulseRate)
			if !ok {
				continue
			}
			known++
			sat, ok := r.Value(devices.SpO2)
			require.True(t, ok)
			// Averages lag: the truth of a few seconds ago is what they can know.
			v := truth(r.At.Add(-3 * time.Second))
			require.InDelta(t, v.PulseRate, rate, 9, "format %d at %v", format, r.At.Sub(epoch))
			require.InDelta(t, v.SpO2, sat, 2, "format %d", format)
		}
		assert.GreaterOrEqual(t, known, 1180, "format %d: at least one known value a second", format)
	}
}

func TestDriverAndSimulatedCuffAgree(t *testing.T) {
	truth := person(patient.Options{Seed: 11, Route: patient.Intravenous, DoseAt: 5 * time.Minute})
	var orders []simulators.Order
	for m := 2 * time.Minute; m < time.Hour; m += 10 * time.Minute {
		orders = append(orders, simulators.Order{At: epoch.Add(m), Command: devices.CuffStart})
	}
	cuff := suntech.New(suntech.Options{Seed: 3})
	trace := simulators.Couple(simulators.Coupling{
		Session: session(t, driversuntech.Driver()), Device: cuff,
		Truth: truth, From: epoch, To: epoch.Add(time.Hour), Orders: orders,
	})
	assert.Empty(t, trace.Refused)
	assert.Empty(t, trace.Faults)
	assert.Zero(t, cuff.Counts(), "a well-behaved host")
	assert.Equal(t, len(orders), cuff.Cycles())
	known := 0
	for i := range trace.Readings {
		r := &trace.Readings[i]
		systolic, ok := r.Value(devices.Systolic)
		if !ok {
			continue
		}
		known++
		v := truth(r.At.Add(-15 * time.Second))
		assert.InDelta(t, v.Systolic, systolic, 8)
		mean, _ := r.Value(devices.Mean)
		assert.InDelta(t, v.Mean, mean, 8)
	}
	assert.Equal(t, len(orders), known)
}

// Every instrument that can say that its battery is low says so when the truth does, and takes it back.
func TestLowBatteryIsSaid(t *testing.T) {
	for _, name := range []string{"nonin-df2", "nonin-df8", "masimo", "nellcor"} {
		entry, ok := simulated.Find(name)
		require.True(t, ok)
		driver, ok := drivers.Find(entry.Driver)
		require.True(t, ok)
		base := person(patient.Options{Seed: 2})
		trace := simulators.Couple(simulators.Coupling{
			Session: session(t, driver), Device: entry.New(1), From: epoch, To: epoch.Add(90 * time.Second),
			Truth: func(now time.Time) simulators.Vitals {
				v := base(now)
				v.BatteryLow = now.Sub(epoch) >= 30*time.Second && now.Sub(epoch) < time.Minute
				return v
			},
		})
		for i := range trace.Readings {
			at := trace.Readings[i].At.Sub(epoch)
			low := trace.Readings[i].Status.Has(devices.BatteryLow)
			switch {
			case at > 35*time.Second && at < 60*time.Second:
				require.True(t, low, "%s at %v", name, at)
			case at < 30*time.Second, at > 65*time.Second:
				require.False(t, low, "%s at %v", name, at)
			}
		}
	}
}

// One simulated hour of format 2, driver and all; the figure that matters is time per operation.
func BenchmarkHourOfFormat2(b *testing.B) {
	truth := person(patient.Options{Seed: 11, Route: patient.Intravenous})
	for b.Loop() {
		simulators.Couple(simulators.Coupling{
			Session: session(b, drivernonin.Driver()), Device: nonin.New(nonin.Options{Seed: 3}),
			Truth: truth, From: epoch, To: epoch.Add(time.Hour),
		})
	}
}
