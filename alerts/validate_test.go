package alerts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/devices"
)

func TestDefaultConditionsAreValid(t *testing.T) {
	_, err := alerts.New(builtIn())
	require.NoError(t, err)
}

func TestNewRefusesConditions(t *testing.T) {
	for _, tt := range []struct {
		name   string
		id     string // the condition of Default that is changed
		change func(c *alerts.Condition)
		ids    []string // conditions of the first problem
		text   string   // its text
	}{
		{
			"id", "hr_low", func(c *alerts.Condition) { c.ID = "HR low" },
			[]string{"HR low"},
			`id "HR low": want lower-case letters, digits and underscores`,
		},
		{"twice", "hr_low", func(c *alerts.Condition) { c.ID = "spo2_low" }, []string{"spo2_low"}, "declared twice"},
		{
			"clear level of a low limit", "spo2_low", func(c *alerts.Condition) { c.Bounds[0].Clear = 89 },
			[]string{"spo2_low"},
			"spo2 90: clear level 89 must not be below the limit",
		},
		{
			"clear level of a high limit", "hr_high", func(c *alerts.Condition) { c.Bounds[0].Clear = 120 },
			[]string{"hr_high"},
			"pulse_rate 120: clear level 120 must be below the limit",
		},
		{
			"escalation downwards", "spo2_low", func(c *alerts.Condition) { c.Escalations[0].Priority = alerts.Low },
			[]string{"spo2_low"},
			"escalates from medium to low: want upwards",
		},
		{
			"escalation for no reason", "spo2_low", func(c *alerts.Condition) { c.Escalations[0].After = 0 },
			[]string{"spo2_low"},
			"escalates to high for no reason",
		},
		{
			"high without latching", "hr_xlow", func(c *alerts.Condition) { c.Latching = false },
			[]string{"hr_xlow"},
			"can be high, so it must latch",
		},
		{
			"can become high without latching", "bp_severe", func(c *alerts.Condition) { c.Latching = false },
			[]string{"bp_severe"},
			"can be high, so it must latch",
		},
		{
			"technical and latching", "disk_full", func(c *alerts.Condition) { c.Latching = true },
			[]string{"disk_full"},
			"is technical, so it cannot latch",
		},
		{
			"same trigger", "frame_errors", func(c *alerts.Condition) { c.Trigger = alerts.SignalPoor },
			[]string{"frame_errors", "spo2_poor"},
			"both are about the same fault of a device",
		},
		{
			"technical with limits", "disk_full", func(c *alerts.Condition) { c.Trigger = alerts.Limits },
			[]string{"disk_full"},
			"is technical, so neither limits nor people can trigger it",
		},
		{
			"physiological without limits", "hr_low", func(c *alerts.Condition) { c.Bounds = nil },
			[]string{"hr_low"},
			"has 0 limits, want 1 to 8",
		},
		{
			"hold of a critical SpO2", "spo2_crit", func(c *alerts.Condition) { c.Hold = 16 * time.Second },
			[]string{"spo2_crit"},
			"hold 16s is longer than the 15s that a high SpO2 condition may wait",
		},
		{
			"negative hold", "hr_low", func(c *alerts.Condition) { c.ClearHold = -1 },
			[]string{"hr_low"},
			"a hold cannot be negative",
		},
		{
			"high limit at a low one", "hr_high",
			func(c *alerts.Condition) { c.Bounds[0].Limit, c.Bounds[0].Clear = 50, 49 },
			[]string{"hr_high", "hr_low"},
			"pulse_rate: high limit 50 is not above the low limit 50",
		},
		{
			"clear level behind the other limit", "hr_high", func(c *alerts.Condition) { c.Bounds[0].Clear = 49 },
			[]string{"hr_high", "hr_low"},
			"pulse_rate: clear level 49 of the high limit violates the low limit 50",
		},
		{
			"inner limit beyond the outer one", "spo2_low", func(c *alerts.Condition) { c.Bounds[0].Limit = 84 },
			[]string{"spo2_low", "spo2_crit"},
			"spo2: limit 84 with priority medium lies beyond limit 85 with priority high",
		},
		{
			"inner high limit beyond the outer one", "bp_elev", func(c *alerts.Condition) { c.Bounds[1].Limit = 125 },
			[]string{"bp_elev", "bp_extreme"},
			"diastolic: limit 125 with priority low lies beyond limit 120 with priority high",
		},
		{
			"unknown vital", "hr_low", func(c *alerts.Condition) { c.Bounds[0].Vital = devices.Pleth },
			[]string{"hr_low"},
			"pleth cannot have a limit",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list := builtIn()
			for i := range list {
				if list[i].ID == tt.id {
					tt.change(&list[i])
				}
			}
			e, err := alerts.New(list)
			require.Nil(t, e)
			var bad *alerts.ConditionsError
			require.ErrorAs(t, err, &bad)
			assert.Contains(t, bad.Problems, alerts.Problem{Conditions: tt.ids, Text: tt.text})
			assert.ErrorContains(t, err, tt.text)
		})
	}
}

func TestNewReportsEverythingThatIsWrong(t *testing.T) {
	list := builtIn()
	list[0].Latching, list[1].Bounds[0].Clear = false, 80
	_, err := alerts.New(list)
	var bad *alerts.ConditionsError
	require.ErrorAs(t, err, &bad)
	assert.Len(t, bad.Problems, 2)
}
