package alerts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts"
	"bedside/alerts/transcripttest"
	"bedside/devices"
)

// What a screen shows beside a number is what the number is judged by: a pulse that stays where it is raises an alert if and
// only if it violates a limit that is shown, and the alert names that limit.
func TestLimitsAreThoseThatJudge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		vital := rapid.SampledFrom([]devices.Vital{devices.PulseRate, devices.SpO2}).Draw(rt, "vital")
		value := rapid.IntRange(30, 180).Draw(rt, "value")
		if vital == devices.SpO2 {
			value = rapid.IntRange(70, 100).Draw(rt, "saturation")
		}
		e, err := alerts.New(builtIn(), known...)
		require.NoError(rt, err)
		c := alerts.Context{Marks: []string{rapid.SampledFrom([]string{"baseline", "dosing", "peak", "recovery"}).Draw(rt, "phase")}}
		if rapid.Bool().Draw(rt, "measured") {
			c.Baseline = map[devices.Vital]int{vital: rapid.IntRange(50, 99).Draw(rt, "baseline")}
		} else {
			c.Tighter = map[devices.Vital]int{vital: rapid.IntRange(0, 10).Draw(rt, "tighter")}
		}
		e.Step(start, c)
		limits := e.Limits()
		violated := false
		for _, l := range limits {
			b := alerts.Bound{Vital: l.Vital, Side: l.Side, Limit: l.Value}
			violated = violated || l.Vital == vital && b.Violated(value)
		}
		for s := range 90 {
			r := &devices.Reading{Measurements: []devices.Measurement{{Vital: vital, Value: value}}}
			e.Step(start.Add(time.Duration(s)*time.Second), alerts.Observed{Device: "oximeter", Reading: r})
		}
		var raised []alerts.Alert
		for _, a := range e.Active() {
			if a.Kind == alerts.Physiological {
				raised = append(raised, a)
			}
		}
		assert.Equal(rt, violated, len(raised) > 0, "%d, limits %v", value, limits)
		for _, a := range raised {
			found := false
			for _, l := range limits {
				found = found || l.Condition == a.Condition && l.Vital == a.Vital && l.Value == a.Limit
			}
			assert.True(rt, found, "the limit %d of %s is not among those shown", a.Limit, a.Condition)
		}
	})
}

func TestLimitsSayWhatIsSwitchedOff(t *testing.T) {
	r := newRoom(t)
	transcripttest.Play(t, r, "+0s session peak pulse_rate=70\n")
	find := func(condition string) alerts.Limit {
		for _, l := range r.engine.Limits() {
			if l.Condition == condition {
				return l
			}
		}
		t.Fatalf("no limit of %s", condition)
		return alerts.Limit{}
	}
	assert.Equal(t, alerts.Limit{
		Condition: "hr_rise", Title: find("hr_rise").Title, Vital: devices.PulseRate, Side: alerts.AtLeast, Value: 100,
		Priority: find("hr_rise").Priority, MaySwitchOff: true, Delay: find("hr_rise").Delay,
	}, find("hr_rise"), "30 above the baseline, which nobody sets")
	assert.False(t, find("spo2_crit").MaySwitchOff, "it is high")
	assert.False(t, find("spo2_low").MaySwitchOff, "it can become high")
	r.engine.Step(r.now, alerts.SwitchOff{Condition: "hr_rise", By: "AK", Reason: "known"})
	assert.True(t, find("hr_rise").SwitchedOff)
	r.engine.Step(r.now, alerts.Context{})
	for _, l := range r.engine.Limits() {
		assert.NotEqual(t, "hr_rise", l.Condition, "without a baseline it judges nothing")
	}
}
