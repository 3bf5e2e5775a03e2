package cuff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/simulators"
	"bedside/simulators/cuff"
)

var healthy = simulators.Vitals{PulseRate: 72, SpO2: 97, PerfusionIndex: 2, Systolic: 120, Diastolic: 80, Mean: 93}

// run lives until the cycle ends.
func run(t require.TestingT, c *cuff.Cuff, truth simulators.Vitals) (cuff.Result, float64) {
	top := 0.0
	for range 40000 {
		r, over := c.Live(10*time.Millisecond, &truth)
		top = max(top, c.Pressure())
		if over {
			return r, top
		}
	}
	require.FailNow(t, "no end")
	return cuff.Result{}, 0
}

func TestAGoodCycle(t *testing.T) {
	for seed := range uint64(20) {
		c := cuff.New(seed)
		require.True(t, c.Begin(0))
		require.False(t, c.Begin(0), "one at a time")
		r, top := run(t, c, healthy)
		assert.Equal(t, cuff.Result{Systolic: 120, Diastolic: 80, Mean: 93, Rate: 72, Took: r.Took}, r)
		assert.InDelta(t, 162, top, 4)
		assert.InDelta(t, 27, r.Took.Seconds(), 10)
		c.Live(3*time.Second, &healthy)
		assert.False(t, c.Inflated())
		assert.True(t, c.Wake(time.Time{}).IsZero(), "nothing moves")
	}
}

func TestHowACycleFails(t *testing.T) {
	with := func(f func(*simulators.Vitals)) simulators.Vitals {
		v := healthy
		f(&v)
		return v
	}
	for name, c := range map[string]struct {
		truth simulators.Vitals
		fault devices.CuffClass
		want  devices.CuffClass
	}{
		"loose":        {with(func(v *simulators.Vitals) { v.CuffLoose = true }), 0, devices.CuffLeak},
		"motion":       {with(func(v *simulators.Vitals) { v.Motion = 1 }), 0, devices.CuffMotion},
		"no pulse":     {with(func(v *simulators.Vitals) { v.PulseRate = 0 }), 0, devices.CuffWeak},
		"weak":         {with(func(v *simulators.Vitals) { v.PerfusionIndex = 0.01 }), 0, devices.CuffWeak},
		"out of range": {with(func(v *simulators.Vitals) { v.PulseRate = 300 }), 0, devices.CuffRange},
		"leak":         {healthy, devices.CuffLeak, devices.CuffLeak},
		"overpressure": {healthy, devices.CuffOverpressure, devices.CuffOverpressure},
		"time limit":   {healthy, devices.CuffTimeout, devices.CuffTimeout},
		"blocked":      {healthy, devices.CuffBlocked, devices.CuffBlocked},
		"hardware":     {healthy, devices.CuffHardware, devices.CuffHardware},
		"by order":     {healthy, devices.CuffUnderinflated, devices.CuffUnderinflated},
	} {
		t.Run(name, func(t *testing.T) {
			cf := cuff.New(1)
			cf.Begin(c.fault)
			r, top := run(t, cf, c.truth)
			assert.Equal(t, cuff.Result{Class: c.want, Took: r.Took}, r, "no numbers")
			assert.LessOrEqual(t, top, cuff.SafetyPressure+2)
			assert.LessOrEqual(t, r.Took, cuff.SafetyTime+time.Second)
		})
	}
}

// Nobody has to say stop: whatever happens, the air is out soon after the safety limit.
func TestNoAirIsLeftBehind(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := cuff.New(rapid.Uint64().Draw(rt, "seed"))
		truth := healthy
		truth.Motion = rapid.Float64Range(0, 1).Draw(rt, "motion")
		truth.CuffLoose = rapid.Bool().Draw(rt, "loose")
		c.Begin(devices.CuffClass(rapid.IntRange(0, int(devices.CuffNoAnswer)).Draw(rt, "fault")))
		c.Live(cuff.SafetyTime+2*time.Second, &truth)
		c.Live(3*time.Second, &truth)
		require.False(rt, c.Inflated())
		require.False(rt, c.Measuring())
	})
}

func TestAbortLetsTheAirOut(t *testing.T) {
	c := cuff.New(1)
	assert.False(t, c.Abort(), "nothing was running")
	c.Begin(0)
	c.Live(8*time.Second, &healthy)
	require.True(t, c.Inflated())
	assert.True(t, c.Abort())
	_, over := c.Live(2*time.Second, &healthy)
	assert.False(t, over, "a cycle that was ended has no outcome")
	assert.False(t, c.Inflated())
	assert.Equal(t, 1, c.Cycles())
}
