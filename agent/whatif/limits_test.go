package whatif_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
	"bedside/alerts/sessions"
)

// adjust is what staff do to limits, by the time since the first dose: tighter until nearly everything is an alert, looser with a
// reason, back, and beyond what the profile leaves to everybody.
func (e *evening) adjust(since time.Duration) {
	switch since {
	case -30 * time.Second:
		e.must(wire.VerbLimitsSet, wire.Request{Limits: []wire.LimitOrder{{Condition: "spo2_low", DelayS: new(10)}}})
	case 2*time.Minute + 3*time.Second:
		e.must(wire.VerbLimitsSet, wire.Request{Limits: []wire.LimitOrder{
			{Condition: "hr_high", Vital: "pulse_rate", Value: new(82), DelayS: new(20)},
			{Condition: "bp_elev", Vital: "systolic", Value: new(122)},
			{Condition: "spo2_drift", Vital: "spo2", Value: new(97)},
		}})
	case 8*time.Minute + 7*time.Second:
		e.must(wire.VerbLimitsSet, wire.Request{Reason: "always so", Limits: []wire.LimitOrder{
			{Condition: "hr_high", Vital: "pulse_rate", Value: new(128)}, {Condition: "bp_elev", Vital: "systolic", Value: new(165)},
		}})
	case 14*time.Minute + 11*time.Second:
		e.must(wire.VerbLimitsSet, wire.Request{Limits: []wire.LimitOrder{{Condition: "bp_elev", Vital: "systolic", Default: true}, {Condition: "spo2_drift", Vital: "spo2", Default: true}}})
	case 15*time.Minute + 1*time.Second:
		e.must(wire.VerbLimitsSet, wire.Request{Reason: "the lead knows him", Beyond: true, Limits: []wire.LimitOrder{{Condition: "hr_high", Vital: "pulse_rate", Value: new(138)}}})
		reply := e.order(wire.VerbLimitsSet, wire.Request{Reason: "too loud", Beyond: true, Limits: []wire.LimitOrder{{Condition: "spo2_crit", Vital: "spo2", Value: new(80)}}})
		require.Equal(e.t, "refused", reply.Code, reply.Text)
	}
}

// A session in which somebody changes limits is the same session when it is judged again, change by change and to the moment: what
// was changed holds from its moment on. That it makes a difference is seen without the changes.
func TestChangedLimitsAreChangedAgain(t *testing.T) {
	list := play(t, 2, func(e *evening) {
		e.quick, e.limits, e.latest = true, true, e.s.Dose()+20*time.Minute
	})
	c := replay(t, list, find(t, started(t, list)))
	same(t, c)
	var orders, beyond int
	var without []wire.Message
	for _, m := range list {
		var p wire.Session
		if wire.About(m.Subject) == wire.AboutSession {
			require.NoError(t, json.Unmarshal(m.Payload, &p))
		}
		if p.Event != wire.EventLimitsSet {
			without = append(without, m)
			continue
		}
		orders++
		if p.Beyond {
			beyond++
		}
		assert.Equal(t, wire.ViaPage, p.Via)
		assert.Equal(t, "AK", p.By)
		assert.NotEmpty(t, p.Text)
	}
	assert.Equal(t, 5, orders)
	assert.Equal(t, 1, beyond)
	fired := false
	for _, m := range list {
		if wire.About(m.Subject) != wire.AboutAlert {
			continue
		}
		var a wire.Alert
		require.NoError(t, json.Unmarshal(m.Payload, &a))
		fired = fired || a.Condition == "hr_high" && a.Limit != nil && a.Limit.String() == "82"
	}
	assert.True(t, fired, "the alert carries the limit that was set")
	assert.NotEqual(t, c.Other.Alerts, replay(t, without, find(t, started(t, list))).Other.Alerts)
}

// What another profile does not allow is said, and the rest is set.
func TestChangedLimitsThatAnotherProfileRefuses(t *testing.T) {
	s := begin(t)
	s.stream(70, 97, time.Minute)
	s.event(sessions.Kind(wire.EventLimitsSet), func(p *wire.Session) {
		p.Reason = "athlete"
		p.Limits = []wire.LimitChanged{
			{Condition: "hr_high", Title: "High heart rate", Vital: "pulse_rate", Side: "at_least", Old: "120", New: "130", Default: "120"},
			{Condition: "hr_low", Title: "Low heart rate", Vital: "pulse_rate", Side: "below", Old: "50", New: "60", Default: "50"},
			{Condition: "bp_elev", Title: "Elevated blood pressure", Vital: "systolic", Side: "at_least", Old: "155", New: "160", Default: "160"},
		}
	})
	s.stream(58, 97, time.Minute)
	s.end()
	c := replay(t, s.list, find(t, "conservative"))
	require.Equal(t, []string{"only_other hr_low"}, s.alerts(c))
	require.Len(t, c.Notes, 1)
	assert.Equal(t, "limits set: not with conservative@1: High heart rate 130: High heart rate (pulse rate at or above) may be set from 20 to 120 per minute; 130 needs a lead, and a reason",
		c.Notes[0].Text)
}
