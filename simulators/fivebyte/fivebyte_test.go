package fivebyte_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/fivebyte"
)

var epoch = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

var healthy = simulators.Vitals{PulseRate: 72, SpO2: 98, PerfusionIndex: 0.5, Pleth: 0.3}

// frames lets the device run for that long and returns its frames.
func frames(t require.TestingT, d *fivebyte.Device, length time.Duration, truth simulators.Vitals) [][]byte {
	var all [][]byte
	for now := epoch; now.Before(epoch.Add(length)); {
		tx, wake := d.Step(now, truth, []byte("nobody listens"))
		require.Zero(t, len(tx)%5)
		for ; len(tx) > 0; tx = tx[5:] {
			all = append(all, append([]byte(nil), tx[:5]...))
		}
		require.True(t, wake.After(now))
		now = wake
	}
	return all
}

func TestPace(t *testing.T) {
	assert.Len(t, frames(t, fivebyte.New(fivebyte.Options{}), 10*time.Second, healthy), 600)
	assert.Len(t, frames(t, fivebyte.New(fivebyte.Options{Berry: true}), 10*time.Second, healthy), 1000)
}

// The scenarios of oximeters.md sections 3 and 11: bytes 1 without the beat, 3 without the bar, 4 and 5.
func TestScenarios(t *testing.T) {
	with := func(change func(*simulators.Vitals)) simulators.Vitals {
		v := healthy
		change(&v)
		return v
	}
	for _, c := range []struct {
		name    string
		options fivebyte.Options
		truth   simulators.Vitals
		want    [4]byte
	}{
		{"calm", fivebyte.Options{}, healthy, [4]byte{0x85, 0x00, 0x48, 0x62}},
		{"rate above 127", fivebyte.Options{}, with(func(v *simulators.Vitals) { v.PulseRate = 150; v.SpO2 = 97 }), [4]byte{0x85, 0x40, 0x16, 0x61}},
		{"finger out", fivebyte.Options{}, with(func(v *simulators.Vitals) { v.FingerOut = true }), [4]byte{0x90, 0x50, 0x7F, 0x7F}},
		{"finger out, Berry", fivebyte.Options{Berry: true}, with(func(v *simulators.Vitals) { v.FingerOut = true }), [4]byte{0x80, 0x50, 0x7F, 0x7F}},
		{"zeros", fivebyte.Options{Zeros: true}, with(func(v *simulators.Vitals) { v.FingerOut = true }), [4]byte{0x90, 0x10, 0x00, 0x00}},
		{"probe unplugged", fivebyte.Options{Berry: true}, with(func(v *simulators.Vitals) { v.SensorOff = true }), [4]byte{0xA0, 0x40, 0x7F, 0x7F}},
		{"motion", fivebyte.Options{}, with(func(v *simulators.Vitals) { v.Motion = 1; v.PulseRate = 0 }), [4]byte{0x95, 0x60, 0x7F, 0x7F}},
		{"low saturation", fivebyte.Options{}, with(func(v *simulators.Vitals) { v.SpO2 = 78 }), [4]byte{0xA5, 0x00, 0x48, 0x4E}},
		{"weak", fivebyte.Options{}, with(func(v *simulators.Vitals) { v.PerfusionIndex = 0.15 }), [4]byte{0x81, 0x00, 0x48, 0x62}},
		{"no signal", fivebyte.Options{Berry: true}, with(func(v *simulators.Vitals) { v.PerfusionIndex = 0 }), [4]byte{0x90, 0x00, 0x48, 0x62}},
	} {
		all := frames(t, fivebyte.New(c.options), 15*time.Second, c.truth)
		f := all[len(all)-1]
		assert.Equal(t, c.want, [4]byte{f[0] &^ 0x40, f[2] &^ 0x0F, f[3], f[4]}, c.name)
	}
}

func TestALateStepMakesUpForLittle(t *testing.T) {
	d := fivebyte.New(fivebyte.Options{})
	d.Step(epoch, healthy, nil)
	tx, wake := d.Step(epoch.Add(time.Hour), healthy, nil)
	assert.Len(t, tx, 2*60*5)
	assert.True(t, wake.After(epoch.Add(time.Hour)))
	tx, _ = d.Step(epoch, healthy, nil)
	assert.Empty(t, tx, "a clock that falls back")
}

// Whatever the truth, a frame has its form.
func TestAnyTruthGivesFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := fivebyte.Options{Berry: rapid.Bool().Draw(t, "Berry"), Zeros: rapid.Bool().Draw(t, "zeros")}
		number := rapid.Float64()
		v := simulators.Vitals{
			PulseRate: number.Draw(t, "rate"), SpO2: number.Draw(t, "SpO2"), PerfusionIndex: number.Draw(t, "perfusion"),
			Pleth: number.Draw(t, "pleth"), Motion: number.Draw(t, "motion"), FingerOut: rapid.Bool().Draw(t, "finger"),
		}
		for _, f := range frames(t, fivebyte.New(o), time.Second, v) {
			require.GreaterOrEqual(t, f[0], byte(0x80))
			require.LessOrEqual(t, f[0]&0x0F, byte(8))
			for _, b := range f[1:] {
				require.Less(t, b, byte(0x80))
			}
		}
	})
}
