package alerts_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts"
)

// suspended is a session whose heart-rate alert somebody suspends for so long.
func suspended(t require.TestingT, length time.Duration) *alerts.Engine {
	e := inSession()
	e.Step(start, alerts.Context{Marks: []string{"peak"}})
	in := alerts.SwitchOff{Condition: "hr_high", By: "AK", Reason: "anxious", For: length}
	require.NoError(t, e.Refuse(in))
	e.Step(start, in)
	return e
}

// over returns the conditions whose suspension the last Step has ended.
func over(e *alerts.Engine) (list []string) {
	for _, x := range e.Effects() {
		if x.Kind == alerts.SuspensionOver {
			list = append(list, x.Condition)
		}
	}
	return list
}

// Whatever happens, and however often the process is killed and for how long, a suspension is over a quarter of an hour after
// somebody ordered it, at the moment that was said, and its end is told once.
func TestNoSuspensionIsLongerThanItMayBe(t *testing.T) {
	in := rapid.OneOf(anything(), silencing(), silencing(), told())
	rapid.Check(t, func(t *rapid.T) {
		e, since := inSession(), map[string]time.Time{}
		look := func(now time.Time, in alerts.Input) {
			for _, id := range over(e) {
				require.Contains(t, since, id, "told twice, or never ordered")
				delete(since, id)
			}
			if x, ok := in.(alerts.SwitchOff); ok && slices.ContainsFunc(e.Silence().Off, func(s alerts.Switched) bool { return s.Condition == x.Condition }) {
				if _, known := since[x.Condition]; !known {
					since[x.Condition] = now
				}
			}
			off := map[string]bool{}
			for _, s := range e.Silence().Off {
				off[s.Condition] = true
				if !s.Until.IsZero() {
					require.True(t, s.Until.After(now), "%+v is over", s)
					require.LessOrEqual(t, s.Until.Sub(since[s.Condition]), alerts.MaxSuspension)
				}
			}
			for id := range since { // switched on by somebody, or the session has ended
				if !off[id] {
					delete(since, id)
				}
			}
		}
		away := time.Duration(0) // that the process was, in all
		for _, x := range shift(in).Draw(t, "shift") {
			if rapid.IntRange(0, 9).Draw(t, "kill") == 0 {
				gap := rapid.SampledFrom([]time.Duration{0, time.Second, 10 * time.Minute, time.Hour}).Draw(t, "away")
				e, away = reborn(t, e, x.when.Add(away+gap)), away+gap
				e.SetLadder(ladder)
				e.Step(x.when.Add(away), alerts.Tick{})
				look(x.when.Add(away), alerts.Tick{})
			}
			now := x.when.Add(away)
			for due, ok := e.Next(); ok && due.Before(now); due, ok = e.Next() {
				e.Step(due, alerts.Tick{})
				look(due, alerts.Tick{})
			}
			e.Step(now, x.in)
			look(now, x.in)
		}
	})
}

// What is or can be High is perceived, whatever anybody suspends.
func TestNothingThatCanBeHighIsHeldBack(t *testing.T) {
	high := map[string]bool{}
	for _, c := range builtIn() {
		high[c.ID] = c.Priority == alerts.High || slices.ContainsFunc(c.Escalations, func(x alerts.Escalation) bool { return x.Priority == alerts.High })
	}
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(e *alerts.Engine, _ time.Time, _ alerts.Input, events []alerts.Event) {
			for _, s := range e.Silence().Off {
				require.False(t, high[s.Condition], s.Condition)
			}
			for _, ev := range events {
				require.False(t, high[ev.Alert.Condition] && ev.Alert.Signal == alerts.SignalOff, "%+v", ev.Alert)
			}
			for _, l := range e.Limits() {
				require.False(t, high[l.Condition] && l.SwitchedOff, l.Condition)
			}
		})
	})
}

// Nor after a restart with rules by which it can be.
func TestWhatCanBeHighNowComesBackWithTheRestart(t *testing.T) {
	for name, length := range map[string]time.Duration{"for a while": 10 * time.Minute, "for the session": 0} {
		t.Run(name, func(t *testing.T) {
			saved := suspended(t, length).Snapshot()
			list := builtIn()
			i := slices.IndexFunc(list, func(c alerts.Condition) bool { return c.ID == "hr_high" })
			list[i].Escalations, list[i].Latching = []alerts.Escalation{{After: time.Minute, Priority: alerts.High}}, true
			e, err := alerts.New(list, known...)
			require.NoError(t, err)
			require.NoError(t, e.Restore(start, saved))
			e.Step(start, alerts.Tick{})
			assert.Equal(t, []string{"hr_high"}, over(e))
			assert.Empty(t, e.Silence().Off)
		})
	}
}

// The end stays where it is however long the process was away, and a clock that was set back or a record that is wrong does not
// put it off.
func TestASuspensionEndsWhenItWasSaidTo(t *testing.T) {
	for _, tt := range []struct {
		name        string
		ran, away   time.Duration
		left, wrong time.Duration
	}{
		{"killed at once", 0, 0, 10 * time.Minute, 0},
		{"away for a while", time.Minute, 4 * time.Minute, 5 * time.Minute, 0},
		{"away for longer than it was", time.Minute, time.Hour, 0, 0},
		{"away to the moment", 4 * time.Minute, 6 * time.Minute, 0, 0},
		{"the clock was set back", time.Minute, -time.Hour, 9 * time.Minute, 0},
		{"a record that says too much", 0, 0, 15 * time.Minute, 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := suspended(t, 10*time.Minute)
			e.Step(start.Add(tt.ran), alerts.Tick{})
			s := e.Snapshot()
			s.Silence.Off[0].Left += tt.wrong
			s.Silence.Off[0].Until = s.Silence.Off[0].Until.Add(tt.wrong)
			fresh := inSession()
			now := start.Add(tt.ran + tt.away)
			require.NoError(t, fresh.Restore(now, s))
			fresh.Step(now, alerts.Tick{})
			if tt.left == 0 {
				assert.Equal(t, []string{"hr_high"}, over(fresh))
				assert.Empty(t, fresh.Silence().Off)
				return
			}
			require.Len(t, fresh.Silence().Off, 1)
			assert.Equal(t, tt.left, fresh.Silence().Off[0].Until.Sub(now))
			var ended []string
			due := now
			for ok := true; ok && len(ended) == 0; ended = over(fresh) {
				due, ok = fresh.Next() // reminders come before it
				fresh.Step(due, alerts.Tick{})
			}
			assert.Equal(t, []string{"hr_high"}, ended)
			assert.Equal(t, tt.left, due.Sub(now))
		})
	}
}

// A snapshot of before there were suspensions is until the end of the session.
func TestWhatWasSwitchedOffBeforeSuspensionsStays(t *testing.T) {
	e := suspended(t, 0)
	e = reborn(t, e, start)
	e.Step(start.Add(24*time.Hour), alerts.Tick{})
	require.Len(t, e.Silence().Off, 1)
	assert.Zero(t, e.Silence().Off[0].Until)
	e.Step(start.Add(25*time.Hour), alerts.Context{})
	assert.Empty(t, e.Silence().Off)
	assert.Empty(t, over(e))
}
