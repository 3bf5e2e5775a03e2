package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/agent/wire"
	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
)

func orders(t require.TestingT, text string) []wire.LimitOrder {
	var r wire.Request
	require.NoError(t, json.Unmarshal([]byte(`{"limits":`+text+`}`), &r))
	return r.Limits
}

func TestLimitOrders(t *testing.T) {
	for text, want := range map[string][]alerts.LimitChange{
		`[{"condition":"hr_high","vital":"pulse_rate","value":125}]`:               {{Condition: "hr_high", Vital: devices.PulseRate, To: 125}},
		`[{"condition":"hr_high","vital":"pulse_rate","value":0}]`:                 {{Condition: "hr_high", Vital: devices.PulseRate}},
		`[{"condition":"hr_high","delay_s":45}]`:                                   {{Condition: "hr_high", To: 45000}},
		`[{"condition":"x","vital":"spo2","side":"below","value":88,"delay_s":9}]`: {{Condition: "x", Vital: devices.SpO2, Side: alerts.Below, To: 88}, {Condition: "x", To: 9000}},
		`[{"condition":"bp_elev","vital":"systolic","default":true}]`:              {{Condition: "bp_elev", Vital: devices.Systolic, Back: true}},
		`[{"condition":"hr_high","default":true}]`:                                 {{Condition: "hr_high", Back: true}},
	} {
		got, err := orders(t, text)[0].Inputs()
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for text, want := range map[string]string{
		`[{}]`:                                  `"condition" is missing: say which, such as "hr_high"`,
		`[{"condition":"hr_high"}]`:             `hr_high: say what changes: "value", "delay_s" or "default"`,
		`[{"condition":"hr_high","value":125}]`: `hr_high: "vital" is missing: say of which the limit is`,
		`[{"condition":"hr_high","vital":"heart","value":125}]`:                     `no vital is called "heart"`,
		`[{"condition":"hr_high","vital":"pulse_rate","side":"up","value":125}]`:    `no side is called "up"; there are at_least and below`,
		`[{"condition":"hr_high","vital":"pulse_rate","value":125,"default":true}]`: `hr_high: either another number or the default`,
	} {
		_, err := orders(t, text)[0].Inputs()
		assert.EqualError(t, err, want, text)
	}
}

func engine(t require.TestingT) *alerts.Engine {
	e, err := alerts.New(profiles.BuiltIn().Conditions())
	require.NoError(t, err)
	e.Step(noon, alerts.Context{Marks: []string{"peak"}})
	return e
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// What is recorded of a change is the change: given again to another engine, it sets the same.
func TestRecordedChangesCanBeMadeAgain(t *testing.T) {
	e, again := engine(t), engine(t)
	in := alerts.SetLimits{By: "AK", Reason: "known", Changes: []alerts.LimitChange{
		{Condition: "spo2_low", Vital: devices.SpO2, To: 88}, {Condition: "spo2_low", To: 12500}, {Condition: "bp_elev", Vital: devices.Diastolic, To: 95},
	}}
	list, err := e.Changes(in)
	require.NoError(t, err)
	e.Step(noon, in)
	text, err := json.Marshal(wire.NewLimitsChanged(list))
	require.NoError(t, err)
	assert.JSONEq(t, `[
		{"condition":"spo2_low","title":"Low SpO2","vital":"spo2","side":"below","unit":"%","old":90,"new":88,"default":90},
		{"condition":"spo2_low","title":"Low SpO2","unit":"s","old":15,"new":12.5,"default":15},
		{"condition":"bp_elev","title":"Elevated blood pressure","vital":"diastolic","side":"at_least","unit":"mm[Hg]","old":100,"new":95,"default":100}
	]`, string(text))
	var told []wire.LimitChanged
	require.NoError(t, json.Unmarshal(text, &told))
	repeated := alerts.SetLimits{By: "AK", Reason: "known"}
	for i := range told {
		c, err := told[i].Input()
		require.NoError(t, err)
		repeated.Changes = append(repeated.Changes, c)
	}
	again.Step(noon, repeated)
	assert.Equal(t, e.Limits(), again.Limits())
	shown := wire.NewLimits(e.Limits())
	assert.Equal(t, 3, wire.Changed(shown))
}

// FuzzLimitOrders gives an engine whatever somebody sends. What it takes is where it may be, and what it does not has changed nothing.
func FuzzLimitOrders(f *testing.F) {
	f.Add([]byte(`[{"condition":"hr_high","vital":"pulse_rate","value":125}]`), false)
	f.Add([]byte(`[{"condition":"spo2_low","vital":"spo2","side":"below","value":87,"delay_s":20}]`), true)
	f.Add([]byte(`[{"condition":"bp_elev","vital":"systolic","default":true},{"condition":"hr_high","delay_s":-1}]`), true)
	f.Fuzz(func(t *testing.T, text []byte, beyond bool) {
		var list []wire.LimitOrder
		if json.Unmarshal(text, &list) != nil {
			return
		}
		in := alerts.SetLimits{By: "AK", Reason: "known", Beyond: beyond}
		for i := range list {
			changes, err := list[i].Inputs()
			if err != nil {
				return
			}
			in.Changes = append(in.Changes, changes...)
		}
		e := engine(t)
		before, refused := e.Limits(), e.Refuse(in)
		e.Step(noon, in)
		after := e.Limits()
		if refused != nil {
			require.Equal(t, before, after)
			return
		}
		for i := range after {
			for _, s := range []*alerts.Setting{after[i].Setting, after[i].Delay} {
				if s != nil {
					require.True(t, s.Least <= s.Set && s.Set <= s.Most && (beyond || s.Min <= s.Set && s.Set <= s.Max), "%+v", after[i])
				}
			}
		}
	})
}
