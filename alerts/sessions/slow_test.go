package sessions_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
)

// An oximeter that says its values every two seconds gives a baseline as one does that says them every second; one that has a
// value only every other time does not.
func TestABaselineFromASlowOximeter(t *testing.T) {
	for _, c := range []struct {
		name    string
		every   time.Duration
		lacking int // every so many readings lack their values; 0 for none
		missing bool
	}{
		{"every second", time.Second, 0, false},
		{"every two seconds", 2 * time.Second, 0, false},
		{"every two seconds and a little", 2100 * time.Millisecond, 0, false},
		{"every second, without a value every other time", time.Second, 2, true},
		{"every two seconds, without a value every other time", 2 * time.Second, 2, true},
		{"every four seconds", 4 * time.Second, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := sessions.New(sessions.Options{Find: profiles.Find})
			now := begin
			step := func(in sessions.Input) sessions.Output {
				out, err := m.Step(now, in)
				require.NoError(t, err)
				return out
			}
			answers := map[string]sessions.Answer{}
			for _, q := range sessions.Questions() {
				answers[q] = sessions.No
			}
			answers[sessions.EscortPresent] = sessions.Yes
			step(sessions.Start{Code: "S-1", Route: "iv", By: "AK", Screening: answers})
			entered := begin
			for i := 1; now.Before(begin.Add(6 * time.Minute)); i++ {
				r := devices.Reading{At: now}
				if c.lacking == 0 || i%c.lacking == 0 {
					r.Measurements = []devices.Measurement{{Vital: devices.PulseRate, Value: 70}, {Vital: devices.SpO2, Value: 97}}
				}
				step(sessions.Observed{Device: "oximeter", Reading: &r})
				if now.Sub(entered) >= 2*time.Minute {
					entered = now
					step(sessions.Enter{Systolic: 120, Diastolic: 76, By: "AK"})
				}
				now = now.Add(c.every)
			}
			missing := false
			for _, f := range step(sessions.Dose{Drug: "ketamine", Amount: "40 mg", By: "AK"}).Faults {
				missing = missing || f.Condition == "no_baseline" && f.Active
			}
			assert.Equal(t, c.missing, missing)
		})
	}
}
