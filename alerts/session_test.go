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

// Wherever the baseline lies, a limit that follows it is the outermost of its parts, and without a baseline only the
// absolute part is left.
func TestLimitsThatFollowTheBaseline(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		base := rapid.IntRange(40, 110).Draw(rt, "baseline")
		pulse := rapid.IntRange(30, 220).Draw(rt, "pulse")
		measured := rapid.Bool().Draw(rt, "measured")
		e, err := alerts.New(builtIn(), known...)
		require.NoError(rt, err)
		c := alerts.Context{Marks: []string{"peak"}}
		if measured {
			c.Baseline = map[devices.Vital]int{devices.PulseRate: base}
		}
		e.Step(start, c)
		raised := false
		for s := range 70 {
			r := &devices.Reading{Measurements: []devices.Measurement{{Vital: devices.PulseRate, Value: pulse}}}
			for _, ev := range e.Step(start.Add(time.Duration(s)*time.Second), alerts.Observed{Device: "oximeter", Reading: r}) {
				raised = raised || ev.Alert.Condition == "hr_rise"
			}
		}
		rise := pulse >= base+30 && 10*pulse >= 13*base
		covered := pulse >= 120
		if covered { // hr_high or hr_xhigh is more urgent and stands for it
			rt.Skip()
		}
		assert.Equal(rt, measured && rise, raised, "baseline %d, pulse %d", base, pulse)
	})
}

func TestReconfigureEndsWhatIsNotDeclared(t *testing.T) {
	r := newRoom(t)
	transcripttest.Play(t, r, "+0s session peak pulse_rate=70\n+0s pulse_rate=125 spo2=98\n+70s pulse_rate=125 spo2=86\n+20s spo2=86 pulse_rate=125\n")
	require.ElementsMatch(t, []string{"hr_high", "spo2_low"}, ids(r.engine.Active()))
	var oxygen []alerts.Condition
	for _, c := range builtIn() {
		if c.ID == "spo2_low" {
			oxygen = append(oxygen, c)
		}
	}
	require.NoError(t, r.engine.Reconfigure(oxygen))
	events := r.engine.Step(r.now, alerts.Tick{})
	require.Len(t, events, 1)
	assert.Equal(t, alerts.Ended, events[0].Change)
	assert.Equal(t, "hr_high", events[0].Alert.Condition)
	assert.Equal(t, []string{"spo2_low"}, ids(r.engine.Active()))

	bad := oxygen
	bad[0].Hold = -1
	var refused *alerts.ConditionsError
	require.ErrorAs(t, r.engine.Reconfigure(bad), &refused)
	assert.Equal(t, []string{"spo2_low"}, ids(r.engine.Active()), "a refusal changes nothing")
}

func ids(list []alerts.Alert) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Condition)
	}
	return out
}
