package sessions_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts/profiles"
	"bedside/alerts/sessions"
	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

type at struct {
	when time.Time
	in   sessions.Input
}

// anything draws what may happen in a room, sensible or not.
func anything() *rapid.Generator[sessions.Input] {
	by := rapid.SampledFrom([]string{"AK", "AK", "JS", ""})
	reason := rapid.SampledFrom([]string{"because", ""})
	return rapid.Custom(func(t *rapid.T) sessions.Input {
		sys := rapid.IntRange(80, 210).Draw(t, "systolic")
		dia := rapid.IntRange(40, 130).Draw(t, "diastolic")
		switch rapid.IntRange(0, 19).Draw(t, "what") {
		case 0:
			return sessions.Start{
				Code: "K-1", Route: rapid.SampledFrom([]string{"iv", "intranasal", "im", "sublingual"}).Draw(t, "route"), By: "AK",
				Age:       rapid.IntRange(18, 90).Draw(t, "age"),
				Screening: map[string]sessions.Answer{sessions.EscortPresent: sessions.Yes},
			}
		case 1, 2:
			return sessions.Dose{Drug: "ketamine", Amount: "40 mg", By: by.Draw(t, "by")}
		case 3:
			return sessions.SetPhase{
				Phase: rapid.SampledFrom([]sessions.Phase{sessions.BaselineOf, sessions.Peak, sessions.Recovery}).Draw(t, "phase"),
				By:    by.Draw(t, "by"), Reason: reason.Draw(t, "reason"),
			}
		case 4:
			return sessions.Override{Gate: sessions.GatePredose, By: "AK", Prescriber: true, Reason: "because"}
		case 5:
			return sessions.Enter{Systolic: sys, Diastolic: dia, By: by.Draw(t, "by")}
		case 6:
			return sessions.Pause{For: time.Duration(rapid.IntRange(0, 400).Draw(t, "s")) * time.Second, By: "AK", Reason: "walk"}
		case 7:
			return sessions.End{By: by.Draw(t, "by"), Reason: reason.Draw(t, "reason")}
		case 8, 9:
			phase := devices.CuffPhase(rapid.IntRange(int(devices.CuffIdle), int(devices.CuffFailed)).Draw(t, "cuff"))
			return sessions.CuffChanged{Device: "cuff", State: devices.CuffState{Phase: phase, Class: devices.CuffMotion}}
		case 10:
			return sessions.Recheck{Condition: rapid.SampledFrom([]string{"bp_severe", "bp_elev"}).Draw(t, "condition"), After: 2 * time.Minute}
		case 11:
			return sessions.Observed{Device: "cuff", Reading: &devices.Reading{Spot: true, Measurements: []devices.Measurement{
				{Vital: devices.Systolic, Value: sys}, {Vital: devices.Diastolic, Value: min(dia, sys-10)},
			}}}
		case 12:
			return sessions.InfusionEnd{By: "AK"}
		case 13:
			return sessions.CuffRefused{Reason: "busy"}
		case 14:
			return sessions.Screen{
				Screening: map[string]sessions.Answer{
					rapid.SampledFrom(sessions.Questions()).Draw(t, "question"): rapid.SampledFrom([]sessions.Answer{sessions.Yes, sessions.No, "perhaps"}).Draw(t, "answer"),
				},
				By: by.Draw(t, "by"), Reason: reason.Draw(t, "reason"),
			}
		case 15:
			return sessions.Tick{}
		default:
			return sessions.Observed{Device: "oximeter", Reading: &devices.Reading{Measurements: []devices.Measurement{
				{Vital: devices.PulseRate, Value: rapid.IntRange(50, 160).Draw(t, "pulse")}, {Vital: devices.SpO2, Value: 97},
			}}}
		}
	})
}

func shift() *rapid.Generator[[]at] {
	return rapid.Custom(func(t *rapid.T) []at {
		inputs := rapid.SliceOfN(anything(), 1, 150).Draw(t, "inputs")
		now, list := begin, make([]at, len(inputs))
		for i, in := range inputs {
			gap := rapid.SampledFrom([]time.Duration{0, time.Second, time.Second, 10 * time.Second, time.Minute, 4 * time.Minute, 20 * time.Minute})
			now = now.Add(gap.Draw(t, "gap"))
			list[i] = at{now, in}
		}
		return list
	})
}

func machine() *sessions.Machine {
	return sessions.New(sessions.Options{Find: profiles.Find, AgentStarts: true})
}

// feed feeds inputs as the shell does and returns all events and asks.
func feed(t *rapid.T, m *sessions.Machine, list []at) (events []sessions.Event, asks []time.Time) {
	step := func(now time.Time, in sessions.Input) {
		out, err := m.Step(now, in)
		var refusal *sessions.Refusal
		require.True(t, err == nil || errors.As(err, &refusal) && refusal.Code != "" && refusal.Text != "", "%v", err)
		events = append(events, out.Events...)
		if out.Ask != nil {
			asks = append(asks, now)
		}
		due, ok := m.Next()
		require.True(t, !ok || due.After(now), "Next is in the past")
	}
	for _, x := range list {
		for due, ok := m.Next(); ok && due.Before(x.when); due, ok = m.Next() {
			step(due, sessions.Tick{})
		}
		step(x.when, x.in)
	}
	return events, asks
}

func TestARestartAtAnyPointChangesNothing(t *testing.T) {
	if brevity.Asked() {
		t.Skip("a hundred shifts, twice")
	}
	rapid.Check(t, func(t *rapid.T) {
		list := shift().Draw(t, "shift")
		cut := rapid.IntRange(1, len(list)).Draw(t, "cut")
		want, _ := feed(t, machine(), list)
		m := machine()
		got, _ := feed(t, m, list[:cut])
		text, err := m.Snapshot()
		require.NoError(t, err)
		m = machine()
		require.NoError(t, m.Restore(text))
		rest, _ := feed(t, m, list[cut:])
		assert.Equal(t, want, append(got, rest...))
	})
}

// The arm rests: whatever happens, the cuff is never asked within a minute of air in it, nor while it measures.
func TestTheCuffIsNeverAskedTooSoon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := shift().Draw(t, "shift")
		_, asks := feed(t, machine(), list)
		for _, ask := range asks {
			for _, x := range list {
				if x.when.After(ask) {
					break
				}
				c, ok := x.in.(sessions.CuffChanged)
				if !ok {
					continue
				}
				air := c.State.Phase.Busy() || c.State.Phase == devices.CuffDone || c.State.Phase == devices.CuffFailed
				require.False(t, air && x.when.Before(ask) && ask.Sub(x.when) < time.Minute, "air at %v, asked at %v", x.when, ask)
			}
		}
	})
}

// A session in which nothing is asked of anybody is a list that only grows, in order of time.
func TestEventsAreInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, _ := feed(t, machine(), shift().Draw(t, "shift"))
		for i := 1; i < len(events); i++ {
			require.False(t, events[i].At.Before(events[i-1].At))
		}
	})
}

func TestRefusalsChangeNothing(t *testing.T) {
	rapid.Check(t, brevity.Few(func(t *rapid.T) {
		list := shift().Draw(t, "shift")
		m := machine()
		for _, x := range list {
			_, err := m.Step(x.when, sessions.Tick{})
			require.NoError(t, err)
			before, err := m.Snapshot()
			require.NoError(t, err)
			out, err := m.Step(x.when, x.in)
			if err == nil {
				continue
			}
			after, failed := m.Snapshot()
			require.NoError(t, failed)
			require.Equal(t, string(before), string(after), "%+v: %v", x.in, err)
			require.Empty(t, out.Events)
		}
	}))
}

func TestRestoreRefusesWhatItCannotUse(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": "{", "version": `{"version":9}`, "profile": `{"version":1,"state":{"running":true,"profile":"dream"}}`,
		"stream": `{"version":1,"state":{"stream":{"pulse":[1]}}}`,
	} {
		m := machine()
		require.ErrorIs(t, m.Restore([]byte(text)), sessions.ErrSnapshot, name)
		assert.False(t, m.Running())
	}
}

// BenchmarkSession is a session of two hours: a reading a second, and a cuff that answers.
func BenchmarkSession(b *testing.B) {
	for b.Loop() {
		m := machine()
		now := begin
		step := func(in sessions.Input) sessions.Output {
			out, err := m.Step(now, in)
			require.NoError(b, err)
			return out
		}
		step(sessions.Start{Code: "K-1", Route: "iv", By: "AK"})
		step(sessions.Override{Gate: sessions.GatePredose, By: "AK", Reason: "benchmark"})
		r := &devices.Reading{Measurements: []devices.Measurement{{Vital: devices.PulseRate, Value: 80}, {Vital: devices.SpO2, Value: 97}}}
		for range 300 {
			now = now.Add(time.Second)
			step(sessions.Observed{Device: "oximeter", Reading: r})
		}
		step(sessions.Dose{Drug: "ketamine", Amount: "40 mg", By: "AK"})
		for range 7200 {
			now = now.Add(time.Second)
			if out := step(sessions.Observed{Device: "oximeter", Reading: r}); out.Ask != nil {
				step(sessions.Observed{Device: "cuff", Reading: &devices.Reading{Spot: true, Measurements: []devices.Measurement{
					{Vital: devices.Systolic, Value: 128}, {Vital: devices.Diastolic, Value: 80},
				}}})
			}
		}
	}
}
