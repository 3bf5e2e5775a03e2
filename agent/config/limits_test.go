package config_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/agent/config"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

const head = "site: a\nroom: b\ndevices:\n  - {name: o, driver: nonin, port: /dev/o}\nlimits:\n"

// changed applies a limits section to the fixed conditions.
func changed(t *testing.T, text string) map[string]alerts.Condition {
	t.Helper()
	c, err := parse("x.yaml", head+text)
	require.NoError(t, err)
	base := conditions()
	got, err := c.Conditions(base)
	require.NoError(t, err)
	assert.Equal(t, conditions(), base, "the built-in list stays as it is")
	byID := map[string]alerts.Condition{}
	for _, one := range got {
		byID[one.ID] = one
	}
	return byID
}

func TestConditions(t *testing.T) {
	got := changed(t, `  hr_high: {limit: 125, hold: 0s, clear_hold: 20s}
  hr_low: {pulse_rate: 45, clear: 46}
  bp_severe: {systolic: 175, clear_diastolic: 100}
  spo2_low: {priority: high, limit: 91}
`)
	assert.Equal(t, alerts.Bound{Vital: devices.PulseRate, Side: alerts.AtLeast, Limit: 125, Clear: 120},
		got["hr_high"].Bounds[0], "the clear level moves with its limit")
	assert.Zero(t, got["hr_high"].Hold)
	assert.Equal(t, 20*time.Second, got["hr_high"].ClearHold)
	assert.Equal(t, alerts.Bound{Vital: devices.PulseRate, Side: alerts.Below, Limit: 45, Clear: 46}, got["hr_low"].Bounds[0])
	assert.Equal(t, []alerts.Bound{
		{Vital: devices.Systolic, Side: alerts.AtLeast, Limit: 175, Clear: 170},
		{Vital: devices.Diastolic, Side: alerts.AtLeast, Limit: 110, Clear: 100},
	}, got["bp_severe"].Bounds)
	assert.Equal(t, alerts.High, got["spo2_low"].Priority)
	assert.Empty(t, got["spo2_low"].Escalations, "nothing above high is left to reach")
	assert.True(t, changed(t, "  spo2_drift: {priority: high, hold: 15s, limit: 85}\n")["spo2_drift"].Latching)
	for i, c := range conditions() {
		if c.ID == "spo2_crit" || c.ID == "sensor_off" {
			assert.Equal(t, conditions()[i], got[c.ID], "what nobody changed")
		}
	}
}

// TestBuiltIn expects the built-in list to pass unchanged, and to take what the README shows.
func TestBuiltIn(t *testing.T) {
	got, err := config.Default().Conditions(profiles.BuiltIn().Conditions())
	require.NoError(t, err)
	assert.Equal(t, profiles.BuiltIn().Conditions(), got)

	c := config.Default()
	for _, one := range profiles.BuiltIn().Conditions() {
		if one.Trigger != alerts.Lasting { // that is its hold
			c.Limits = append(c.Limits, config.Change{Condition: one.ID, Hold: new(time.Duration(0))})
		}
	}
	got, err = c.Conditions(profiles.BuiltIn().Conditions())
	require.NoError(t, err, "a bench runs without any hold")
	for _, one := range got {
		assert.True(t, one.Hold == 0 || one.Trigger == alerts.Lasting, one.ID)
	}
}

func TestSpO2CanAlwaysEnd(t *testing.T) {
	got := changed(t, "  spo2_drift: {limit: 99}\n")
	assert.Equal(t, 100, got["spo2_drift"].Bounds[0].Clear)
}

func TestConditionsOfAHandMadeConfig(t *testing.T) {
	c := config.Default()
	c.Limits = []config.Change{{Condition: "hr_high", Levels: []config.Level{{Value: 300}}}}
	_, err := c.Conditions(conditions())
	require.EqualError(t, err, "config: limits.hr_high.limit: pulse_rate is from 20 to 250 /min with 0 decimals, not 300")
}

// TestNoChangeLoosensBeyondTheBounds draws changes of every kind and expects each accepted result to respect the ranges
// of alarms.md section 10, the priorities of section 2 and the longest hold.
func TestNoChangeLoosensBeyondTheBounds(t *testing.T) {
	ranges := map[devices.Vital][2]int{
		devices.PulseRate: {20, 250}, devices.SpO2: {70, 99}, devices.Systolic: {60, 250}, devices.Diastolic: {30, 150},
	}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		base := conditions()
		i := rapid.IntRange(0, len(base)-1).Draw(t, "condition")
		change := config.Change{Condition: base[i].ID}
		for _, b := range base[i].Bounds {
			if rapid.Bool().Draw(t, "set") {
				value := float64(rapid.IntRange(-10, 300).Draw(t, "value"))
				change.Levels = append(change.Levels,
					config.Level{Vital: b.Vital, Clear: rapid.Bool().Draw(t, "clear"), Value: value})
			}
		}
		if rapid.Bool().Draw(t, "hold") {
			change.Hold = new(time.Duration(rapid.IntRange(-5, 900).Draw(t, "seconds")) * time.Second)
		}
		if rapid.Bool().Draw(t, "priority") {
			change.Priority = new(alerts.Priority(rapid.IntRange(1, 3).Draw(t, "to")))
		}
		c := config.Default()
		c.Limits = []config.Change{change}
		got, err := c.Conditions(base)
		if err != nil {
			return
		}
		accepted++
		if _, err := alerts.New(got); err != nil {
			t.Fatalf("accepted, but the engine refuses it: %v", err)
		}
		after := got[i]
		for j, b := range after.Bounds {
			r := ranges[b.Vital]
			if b.Limit != base[i].Bounds[j].Limit && (b.Limit < r[0] || b.Limit > r[1]) {
				t.Fatalf("%s: limit %d outside %v", after.ID, b.Limit, r)
			}
			if b.Side == alerts.AtLeast && b.Clear >= b.Limit || b.Side == alerts.Below && b.Clear < b.Limit {
				t.Fatalf("%s: clear %d and limit %d", after.ID, b.Clear, b.Limit)
			}
		}
		wasHigh := base[i].Priority == alerts.High || slices.ContainsFunc(base[i].Escalations,
			func(e alerts.Escalation) bool { return e.Priority == alerts.High })
		if wasHigh && after.Priority < alerts.Medium {
			t.Fatalf("%s: high became %v", after.ID, after.Priority)
		}
		if wasHigh && len(after.Bounds) > 0 && after.Bounds[0].Vital == devices.SpO2 && after.Hold > 15*time.Second {
			t.Fatalf("%s: hold %v", after.ID, after.Hold)
		}
	})
	assert.Positive(t, accepted)
}
