package monitor_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
)

// limit returns a limit as the status shows it.
func (r *room) limit(condition, vital string) wire.Limit {
	r.t.Helper()
	for _, l := range r.status().Limits {
		if l.Condition == condition && l.Vital == vital {
			return l
		}
	}
	require.Fail(r.t, "no such limit", condition)
	return wire.Limit{}
}

// last returns the newest event of the session.
func (r *room) last() wire.Session {
	list := r.sessions()
	return list[len(list)-1]
}

// A limit that somebody sets holds from then on, is shown with the profile's own, told with old and new, and judged at once.
func TestLimitsAreSetForASession(t *testing.T) {
	bubble(t, nil, func(r *room) {
		r.order("session-start", startSession)
		r.read("cuff", pressure(155))
		assert.Equal(t, []string{"profile_unapproved raised"}, r.changes())
		l := r.limit("bp_elev", "systolic")
		assert.False(t, l.Changed)
		assert.Equal(t, &wire.Setting{Value: "160", Default: "160", Min: "60", Max: "170", Least: "60", Most: "175"}, l.Setting)
		assert.Equal(t, json.Number("15"), r.limit("spo2_low", "spo2").Delay.Default)

		r.order("limits-set", `{"by":"AK","limits":[{"condition":"bp_elev","vital":"systolic","value":150},{"condition":"spo2_low","delay_s":10}]}`)
		assert.Equal(t, []string{"profile_unapproved raised", "bp_elev raised"}, r.changes())
		assert.Equal(t, json.Number("150"), *r.alerts()[1].Limit, "the limit that fired")
		told := r.last()
		assert.Equal(t, []string{"limits_set", "AK", wire.ViaPage, ""}, []string{told.Event, told.By, told.Via, told.Reason})
		assert.False(t, told.Beyond)
		assert.Equal(t, "Elevated blood pressure (systolic at or above): 160 -> 150; the delay of Low SpO2: 15s -> 10s", told.Text)
		assert.Equal(t, []wire.LimitChanged{
			{Condition: "bp_elev", Title: "Elevated blood pressure", Vital: "systolic", Side: "at_least", Unit: "mm[Hg]", Old: "160", New: "150", Default: "160"},
			{Condition: "spo2_low", Title: "Low SpO2", Unit: "s", Old: "15", New: "10", Default: "15"},
		}, told.Limits)
		l = r.limit("bp_elev", "systolic")
		assert.True(t, l.Changed)
		assert.Equal(t, "AK", l.Setting.By)
		assert.Equal(t, json.Number("150"), l.Value)
		assert.Equal(t, 2, wire.Changed(r.status().Limits))

		for payload, want := range map[string]wire.Reply{
			`{"by":"AK","limits":[{"condition":"hr_high","vital":"pulse_rate","value":125}]}`:                                     {Code: "refused", Text: "High heart rate (pulse rate at or above) 125 is not as careful as the profile's own 120: say why"},
			`{"by":"AK","reason":"athlete","limits":[{"condition":"hr_high","vital":"pulse_rate","value":135}]}`:                  {Code: "beyond", Text: "High heart rate (pulse rate at or above) may be set from 20 to 130 per minute; 135 needs a lead, and a reason"},
			`{"by":"AK","reason":"athlete","beyond":true,"limits":[{"condition":"hr_xhigh","vital":"pulse_rate","value":155}]}`:   {Code: "refused", Text: "Extremely high heart rate (pulse rate at or above) can be set from 20 to 150 per minute, not to 155; it is a high alert at once, and only made tighter"},
			`{"by":"AK","limits":[{"condition":"hr_high","vital":"pulse_rate","value":110},{"condition":"hr_low","delay_s":99}]}`: {Code: "refused", Text: "the delay of Low heart rate can be set from 2s to 30s, not to 1m39s"},
			`{"by":"AK"}`: {Code: "refused", Text: "say which limits change, 32 at most"},
		} {
			assert.Equal(t, want, r.Command(r.t.Context(), wire.ViaPage, "limits-set", []byte(payload)), payload)
		}
		assert.False(t, r.limit("hr_high", "pulse_rate").Changed, "all, or none")

		r.order("limits-set", `{"by":"BL","reason":"athlete","beyond":true,"limits":[{"condition":"hr_high","vital":"pulse_rate","value":135}]}`)
		assert.True(t, r.last().Beyond)
		assert.Equal(t, "athlete", r.last().Reason)
		assert.True(t, r.limit("hr_high", "pulse_rate").Setting.Beyond)

		r.order("session-end", `{"by":"AK"}`)
		r.order("session-start", `{"by":"AK","code":"K-2","route":"iv"}`)
		assert.Zero(t, wire.Changed(r.status().Limits), "a session never begins with the settings of another person")
	})
}

func TestChangedLimitsOutliveARestart(t *testing.T) {
	crash(t, func(r *room) {
		r.order("session-start", startSession)
		r.order("limits-set", `{"by":"AK","limits":[{"condition":"spo2_low","vital":"spo2","value":91}]}`)
	}, func(r *room) {
		l := r.limit("spo2_low", "spo2")
		assert.Equal(t, json.Number("91"), l.Value)
		assert.Equal(t, "AK", l.Setting.By)
		r.stream(90, 20*time.Second)
		assert.Contains(t, r.changes(), "spo2_low raised")
	})
}
