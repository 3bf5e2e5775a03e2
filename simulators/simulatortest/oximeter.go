package simulatortest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/fault"
)

// Truth says what is true so long after the beginning.
type Truth func(since time.Duration) simulators.Vitals

// Always is a truth that does not change.
func Always(v simulators.Vitals) Truth { return func(time.Duration) simulators.Vitals { return v } }

// Listen couples a session and a device for a while, from the moment From of the coupling on.
func Listen(c simulators.Coupling, length time.Duration, truth Truth) simulators.Trace {
	c.To = c.From.Add(length)
	c.Truth = func(now time.Time) simulators.Vitals { return truth(now.Sub(c.From)) }
	return simulators.Couple(c)
}

// Says is one state of an oximeter, and what a session must make of it.
type Says struct {
	Name   string
	Device simulators.Device
	Vitals simulators.Vitals
	Status devices.Status
	Valued bool // there is a pulse rate, and it is true
}

// Check lets a session listen to the state for 20 s and judges its last reading.
func (s Says) Check(t *testing.T, session devices.Session, start time.Time) {
	t.Helper()
	trace := Listen(simulators.Coupling{Session: session, Device: s.Device, From: start}, 20*time.Second, Always(s.Vitals))
	require.NotEmpty(t, trace.Readings, s.Name)
	last := trace.Readings[len(trace.Readings)-1]
	assert.Equal(t, s.Status.Names(), last.Status.Names(), s.Name)
	rate, ok := last.Value(devices.PulseRate)
	assert.Equal(t, s.Valued, ok, s.Name)
	if ok {
		assert.InDelta(t, s.Vitals.PulseRate, rate, 0.5, s.Name)
	}
}

// Length is how long [BadCable] has something to do.
const Length = 5 * time.Minute

// BadCable cuts what passes short, doubles, adds and changes bytes, holds them back and is pulled out: each for 20 s, with
// 10 s of peace before it. The rates are our choice, for a few hundred bytes a second at most.
func BadCable(seed uint64, start time.Time) *fault.Line {
	var windows []fault.Window
	for i, kind := range []fault.Kind{
		fault.Corrupt, fault.Drop, fault.Add, fault.Double, fault.DropFrame, fault.Split, fault.Stall, fault.Unplug,
	} {
		windows = append(windows, fault.Window{Kind: kind, From: time.Duration(20+30*i) * time.Second, For: 20 * time.Second, Rate: 0.003})
	}
	return fault.New(fault.Options{Seed: seed, Start: start, Windows: windows})
}

// BadHour changes, loses, doubles and adds bytes, all at a time, for an hour. The rates are our choice.
func BadHour(seed uint64, start time.Time) *fault.Line {
	return fault.New(fault.Options{Seed: seed, Start: start, Windows: []fault.Window{
		{Kind: fault.Corrupt, For: time.Hour, Rate: 0.01},
		{Kind: fault.Drop, For: time.Hour, Rate: 0.005},
		{Kind: fault.Double, For: time.Hour, Rate: 0.005},
		{Kind: fault.Add, For: time.Hour, Rate: 0.005},
	}})
}

// Pulled is a cable that is out for a minute, 20 s after the start.
func Pulled(start time.Time) *fault.Line {
	return fault.New(fault.Options{Start: start, Windows: []fault.Window{{Kind: fault.Unplug, From: 20 * time.Second, For: time.Minute}}})
}

// RatesNear counts the pulse rates of a trace, and fails the test for one that is not near the truth of its moment.
func RatesNear(t *testing.T, trace *simulators.Trace, start time.Time, truth Truth, near float64) (values int) {
	t.Helper()
	for i := range trace.Readings {
		r := &trace.Readings[i]
		if rate, ok := r.Value(devices.PulseRate); ok {
			values++
			assert.InDelta(t, truth(r.At.Sub(start)).PulseRate, rate, near, "at %v", r.At.Sub(start))
		}
	}
	return values
}

// Only counts the values of a trace, and fails the test for one that is not the one wanted.
func Only(t *testing.T, trace *simulators.Trace, start time.Time, want map[devices.Vital]int) (values int) {
	t.Helper()
	for _, r := range trace.Readings {
		for _, m := range r.Measurements {
			values++
			require.Equal(t, want[m.Vital], m.Value, "%v at %v", m.Vital, r.At.Sub(start))
		}
	}
	return values
}

// Gaps returns the longest time without a reading, and when the last one came.
func Gaps(trace *simulators.Trace, start time.Time) (longest, last time.Duration) {
	for _, r := range trace.Readings {
		at := r.At.Sub(start)
		longest, last = max(longest, at-last), at
	}
	return longest, last
}
