package alerts_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts"
	"bedside/alerts/profiles"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// adjustable is every condition that a session might want to change, some that it cannot, and one that is not there.
var adjustable = []string{
	"spo2_crit", "spo2_low", "spo2_drift", "hr_xhigh", "hr_high", "hr_rise", "hr_sustained", "hr_low", "hr_xlow", "bp_extreme",
	"bp_severe", "bp_surge", "bp_elev", "bp_low", "bp_xlow", "bp_persist", "symptom", "disk_full", "dragons",
}

// setting is an order of a person: sensible, careless or nonsense.
func setting() *rapid.Generator[alerts.Input] {
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		in := alerts.SetLimits{
			By:     rapid.SampledFrom([]string{"AK", "AK", "AK", ""}).Draw(t, "by"),
			Reason: rapid.SampledFrom([]string{"known", "known", ""}).Draw(t, "reason"), Beyond: rapid.Bool().Draw(t, "beyond"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "changes") {
			c := alerts.LimitChange{
				Condition: rapid.SampledFrom(adjustable).Draw(t, "condition"),
				Vital:     rapid.SampledFrom([]devices.Vital{0, devices.SpO2, devices.PulseRate, devices.Systolic, devices.Diastolic, devices.Mean}).Draw(t, "vital"),
				Side:      rapid.SampledFrom([]alerts.Side{0, 0, 0, alerts.AtLeast, alerts.Below}).Draw(t, "side"),
				Back:      rapid.IntRange(0, 9).Draw(t, "back") == 0,
				To:        rapid.IntRange(-5, 260).Draw(t, "to"),
			}
			if c.Vital == 0 {
				c.To *= 1000
			}
			in.Changes = append(in.Changes, c)
		}
		return in
	})
}

// likely is an order about a number that there is, near where it stands: most of these are carried out.
func likely(e *alerts.Engine) *rapid.Generator[alerts.SetLimits] {
	return rapid.Custom(func(t *rapid.T) alerts.SetLimits {
		in := alerts.SetLimits{By: "AK", Reason: "known", Beyond: rapid.Bool().Draw(t, "beyond")}
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			l := rapid.SampledFrom(e.Limits()).Draw(t, "limit")
			c := alerts.LimitChange{Condition: l.Condition, Vital: l.Vital, Side: l.Side}
			s := l.Setting
			if l.Delay != nil && (s == nil || rapid.Bool().Draw(t, "delay")) {
				c.Vital, c.Side, s = 0, 0, l.Delay
			}
			if s == nil {
				continue
			}
			c.To = rapid.IntRange(s.Least, s.Most).Draw(t, "to")
			in.Changes = append(in.Changes, c)
		}
		return in
	})
}

// holds checks what must be true of the limits at any time.
func holds(t require.TestingT, limits []alerts.Limit) {
	looser := func(l *alerts.Limit, a, b int) bool {
		return l.Side == alerts.Below && a < b || l.Side == alerts.AtLeast && a > b
	}
	for i := range limits {
		l := &limits[i]
		for _, s := range []*alerts.Setting{l.Setting, l.Delay} {
			if s == nil {
				continue
			}
			require.True(t, s.Least <= s.Min && s.Min <= s.Own && s.Own <= s.Max && s.Max <= s.Most, "%s: %+v", l.Condition, s)
			require.True(t, s.Least <= s.Set && s.Set <= s.Most, "%s: %+v", l.Condition, s)
			require.Equal(t, s.Beyond, s.Set < s.Min || s.Set > s.Max, "%s: %+v", l.Condition, s)
			require.Equal(t, s.Changed, s.Set != s.Own, "%s: %+v", l.Condition, s)
			require.Equal(t, s.Changed, s.By != "" && !s.At.IsZero(), "%s: %+v", l.Condition, s)
		}
		if l.Delay != nil && l.Priority == alerts.High {
			require.LessOrEqual(t, l.Delay.Set, l.Delay.Own, l.Condition)
		}
		if l.Setting == nil {
			continue
		}
		if l.Priority == alerts.High {
			require.False(t, looser(l, l.Setting.Set, l.Setting.Own), "%s is looser than its profile", l.Condition)
		}
		if looser(l, l.Setting.Set, l.Setting.Own) {
			require.NotEmpty(t, l.Setting.Reason, l.Condition)
		}
		for j := range limits {
			o := &limits[j]
			switch {
			case i == j || o.Setting == nil || o.Vital != l.Vital:
			case o.Side != l.Side && l.Side == alerts.AtLeast:
				require.Greater(t, l.Value, o.Value, "%s and %s", l.Condition, o.Condition)
			case o.Side == l.Side && o.Priority > l.Priority:
				require.True(t, looser(l, o.Setting.Set, l.Setting.Set), "%s %d and %s %d", l.Condition, l.Setting.Set, o.Condition, o.Setting.Set)
			}
		}
	}
}

// Whatever people order, in whatever order: limits stay where they may be, in their order, and nothing that is high is looser than
// its profile.
func TestNoSequenceOfChangesLoosensMoreThanMayBe(t *testing.T) {
	if brevity.Asked() {
		t.Skip("a hundred shifts of orders")
	}
	rapid.Check(t, func(t *rapid.T) {
		e := engine(t)
		contexts := []alerts.Context{
			{Marks: []string{"preparation"}},
			{Marks: []string{"peak"}},
			{Marks: []string{"peak"}, Tighter: map[devices.Vital]int{devices.SpO2: 1, devices.PulseRate: 5, devices.Systolic: 10, devices.Diastolic: 5}},
			{Marks: []string{"persist"}, Baseline: map[devices.Vital]int{devices.SpO2: 97, devices.PulseRate: 60, devices.Systolic: 130, devices.Diastolic: 80}},
		}
		e.Step(start, contexts[0])
		now := start
		for range rapid.IntRange(1, 40).Draw(t, "orders") {
			now = now.Add(time.Second)
			if rapid.IntRange(0, 5).Draw(t, "context") == 0 {
				e.Step(now, rapid.SampledFrom(contexts).Draw(t, "which"))
			}
			in := alerts.Input(likely(e).Draw(t, "likely"))
			if rapid.Bool().Draw(t, "any") {
				in = setting().Draw(t, "setting")
			}
			before, err := e.Limits(), e.Refuse(in)
			e.Step(now, in)
			if err != nil {
				require.Equal(t, before, e.Limits(), "a refusal changes nothing")
			}
			holds(t, e.Limits())
			if rapid.IntRange(0, 9).Draw(t, "killed") == 0 {
				want := e.Limits()
				e = reborn(t, e, now)
				require.Equal(t, want, e.Limits())
			}
		}
		e.Step(now, alerts.Context{})
		require.Empty(t, e.Snapshot().Limits, "with the session its limits end")
		for _, l := range e.Limits() {
			require.False(t, l.Setting != nil && l.Setting.Changed)
		}
	})
}

// An agent that is killed at any point of a session with changes goes on as if it had not been; what it was asked again changes
// nothing either.
func TestChangedLimitsSurviveRestartsAtAnyPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(anything(), anything(), anything(), setting(), setting(), told())
		list := shift(in).Draw(t, "shift")
		cut := rapid.IntRange(0, len(list)).Draw(t, "cut")
		whole, first := engine(t), engine(t)
		begin := []at{{start, alerts.Context{Marks: []string{"peak"}}}}
		want := feed(t, whole, append(slices.Clone(begin), list...))
		got := feed(t, first, append(slices.Clone(begin), list[:cut]...))
		now := start
		if cut > 0 {
			now = list[cut-1].when
		}
		again := reborn(t, first, now)
		assert.Equal(t, want, append(got, feed(t, again, list[cut:])...))
		assert.Equal(t, whole.Limits(), again.Limits())
	})
}

// What is shown judges, also where somebody has changed it.
func TestChangedLimitsJudge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := engine(rt)
		e.Step(start, alerts.Context{Marks: []string{"peak"}})
		for range 3 {
			e.Step(start, likely(e).Draw(rt, "order"))
		}
		value := rapid.IntRange(30, 180).Draw(rt, "value")
		violated := map[int]bool{}
		for _, l := range e.Limits() {
			b := alerts.Bound{Vital: l.Vital, Side: l.Side, Limit: l.Value}
			if l.Vital == devices.PulseRate && b.Violated(value) {
				violated[l.Value] = true
			}
		}
		raised := map[int]bool{}
		for s := range 130 {
			r := &devices.Reading{Measurements: []devices.Measurement{{Vital: devices.PulseRate, Value: value}}}
			for _, ev := range e.Step(start.Add(time.Duration(s)*time.Second), alerts.Observed{Device: "oximeter", Reading: r}) {
				if ev.Change == alerts.Raised && ev.Alert.Kind == alerts.Physiological {
					raised[ev.Alert.Limit] = true
				}
			}
		}
		assert.Equal(rt, len(violated) > 0, len(raised) > 0, "%d, limits %v, raised %v", value, violated, raised)
		for limit := range raised {
			assert.True(rt, violated[limit], "%d", limit)
		}
	})
}

// A profile that no longer allows what somebody set has its own limit after a restart.
func TestRestoredChangesMustStillBeAllowed(t *testing.T) {
	e := engine(t)
	e.Step(start, alerts.Context{Marks: []string{"peak"}})
	e.Step(start, alerts.SetLimits{By: "AK", Reason: "known", Changes: []alerts.LimitChange{
		{Condition: "hr_high", Vital: devices.PulseRate, To: 128}, {Condition: "spo2_low", Vital: devices.SpO2, To: 91},
	}})
	saved := e.Snapshot()
	require.Len(t, saved.Limits, 2)
	narrower := builtIn()
	for i := range narrower {
		for k := range narrower[i].Bounds {
			narrower[i].Bounds[k].Adjust = alerts.Adjust{}
		}
	}
	next, err := alerts.New(narrower, known...)
	require.NoError(t, err)
	require.NoError(t, next.Restore(start, saved))
	for _, l := range next.Limits() {
		switch l.Condition {
		case "hr_high":
			assert.Equal(t, 120, l.Value)
		case "spo2_low":
			assert.Equal(t, 91, l.Value, "tighter is always allowed")
		}
	}
	require.NoError(t, next.Reconfigure(builtIn()))
	assert.Empty(t, next.Snapshot().Limits, "another profile is another session")
}

// What follows the baseline is not set, and whoever asks is told to set a fixed limit nearer: for usual people that is possible with
// every shipped profile, by everybody, without a reason.
func TestFixedLimitCanBeSetWhereOneFollowsTheBaseline(t *testing.T) {
	for _, p := range profiles.Shipped() {
		t.Run(p.ID, func(t *testing.T) {
			found := 0
			rapid.Check(t, func(t *rapid.T) {
				e, err := alerts.New(p.Conditions())
				require.NoError(t, err)
				e.Step(start, alerts.Context{Marks: []string{"peak", "persist"}, Baseline: map[devices.Vital]int{
					devices.PulseRate: rapid.IntRange(55, 100).Draw(t, "pulse"), devices.SpO2: rapid.IntRange(93, 99).Draw(t, "oxygen"),
					devices.Systolic: rapid.IntRange(95, 150).Draw(t, "systolic"), devices.Diastolic: rapid.IntRange(55, 95).Draw(t, "diastolic"),
				}})
				limits := e.Limits()
				for i := range limits {
					l := &limits[i]
					if l.Setting != nil {
						continue
					}
					found++
					in := alerts.SetLimits{By: "AK", Reason: "known", Beyond: true, Changes: []alerts.LimitChange{{Condition: l.Condition, Vital: l.Vital, Side: l.Side, To: l.Value}}}
					if !slices.ContainsFunc(limits, func(o alerts.Limit) bool { return o.Setting != nil && o.Condition == l.Condition && o.Vital == l.Vital }) {
						require.ErrorIs(t, e.Refuse(in), alerts.ErrNotAllowed, "%s is set by nobody", l.Condition)
					}
					require.True(t, slices.ContainsFunc(limits, func(o alerts.Limit) bool {
						if o.Setting == nil || o.Vital != l.Vital || o.Side != l.Side {
							return false
						}
						if o.Value == l.Value || o.Value < l.Value == (l.Side == alerts.AtLeast) {
							return true // it lies there already
						}
						in := alerts.SetLimits{By: "AK", Changes: []alerts.LimitChange{{Condition: o.Condition, Vital: o.Vital, Side: o.Side, To: l.Value}}}
						return e.Refuse(in) == nil
					}), "no fixed limit of %v can be set to the %d of %s", l.Vital, l.Value, l.Condition)
				}
			})
			assert.Positive(t, found)
		})
	}
}
