package alerts_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts"
	"bedside/devices"
)

// The tests of this file are the invariants of alarms.md section 3, by its numbers.

var ladder = []alerts.Step{
	{Priority: alerts.High, Call: "station"},
	{Priority: alerts.High, After: 30 * time.Second, Call: "room_sound"},
	{Priority: alerts.High, After: 2 * time.Minute, Call: "everyone"},
	{Priority: alerts.Medium, After: time.Minute, Call: "station"},
}

func silencing() *rapid.Generator[alerts.Input] {
	by := rapid.SampledFrom([]string{"AK", "JS", ""})
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		length := rapid.SampledFrom([]time.Duration{0, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}).Draw(t, "for")
		condition := rapid.SampledFrom([]string{"hr_high", "spo2_drift", "bp_elev", "disk_full", "spo2_crit"}).Draw(t, "condition")
		switch rapid.IntRange(0, 4).Draw(t, "silence") {
		case 0:
			return alerts.PauseAudio{For: length, By: by.Draw(t, "by")}
		case 1:
			return alerts.PauseAlarms{For: length, By: by.Draw(t, "by"), Reason: "bathroom", Sensor: rapid.Bool().Draw(t, "sensor")}
		case 2:
			return alerts.Resume{By: by.Draw(t, "by")}
		case 3:
			return alerts.SwitchOff{Condition: condition, By: by.Draw(t, "by"), Reason: "anxious", For: length}
		default:
			return alerts.SwitchOn{Condition: condition, By: by.Draw(t, "by")}
		}
	})
}

// told is the part of a session that people tell: where it stands and what they see.
func told() *rapid.Generator[alerts.Input] {
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		name := rapid.SampledFrom([]string{"chest_pain", "severe_headache", "dragons"}).Draw(t, "symptom")
		switch rapid.IntRange(0, 3).Draw(t, "told") {
		case 0:
			return alerts.Symptom{Name: name, By: "AK"}
		case 1:
			return alerts.SymptomOver{Name: name}
		case 2:
			return alerts.Context{}
		default:
			c := alerts.Context{Marks: []string{rapid.SampledFrom([]string{"peak", "persist"}).Draw(t, "mark")}}
			if rapid.Bool().Draw(t, "baseline") {
				c.Baseline = map[devices.Vital]int{devices.Systolic: 120, devices.Diastolic: 75, devices.PulseRate: 72, devices.SpO2: 97}
			} else {
				c.Tighter = map[devices.Vital]int{devices.SpO2: 1, devices.Systolic: 10}
			}
			return c
		}
	})
}

func inSession() *alerts.Engine {
	e, err := alerts.New(builtIn(), known...)
	if err != nil {
		panic(err)
	}
	e.SetLadder(ladder)
	return e
}

// watch feeds a shift of all there is and calls look after every Step.
func watch(t *rapid.T, look func(e *alerts.Engine, now time.Time, in alerts.Input, events []alerts.Event)) {
	e := inSession()
	in := rapid.OneOf(anything(), anything(), anything(), silencing(), told())
	for _, x := range shift(in).Draw(t, "shift") {
		for due, ok := e.Next(); ok && due.Before(x.when); due, ok = e.Next() {
			look(e, due, alerts.Tick{}, e.Step(due, alerts.Tick{}))
		}
		look(e, x.when, x.in, e.Step(x.when, x.in))
	}
}

func TestInvariant1NothingIsPerceivedOfWhatIsOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(e *alerts.Engine, _ time.Time, _ alerts.Input, _ []alerts.Event) {
			off := e.Silence().Off
			for _, a := range e.Active() {
				switched := slices.ContainsFunc(off, func(s alerts.Switched) bool { return s.Condition == a.Condition })
				if a.State == alerts.Active {
					require.Equal(t, switched, a.Signal == alerts.SignalOff, "%+v", a)
				}
			}
		})
	})
}

func TestInvariant2EveryChangeHasItsMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(_ *alerts.Engine, now time.Time, _ alerts.Input, events []alerts.Event) {
			for _, ev := range events {
				require.False(t, ev.Alert.Since.IsZero())
				require.False(t, ev.Alert.Since.After(now))
			}
		})
	})
}

func TestInvariant3WhatIsPresentIsListedAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(e *alerts.Engine, _ time.Time, _ alerts.Input, events []alerts.Event) {
			last := map[string]alerts.Alert{}
			for _, ev := range events {
				last[ev.Alert.Occurrence] = ev.Alert
			}
			for id, a := range last {
				listed, ok := e.Find(id)
				require.Equal(t, a.State != alerts.Inactive, ok, id)
				if ok {
					require.Equal(t, a, listed, "the event has the state after it")
				}
			}
		})
	})
}

func TestInvariant4CountsNeverGoBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		highest := map[string]int{}
		watch(t, func(_ *alerts.Engine, _ time.Time, _ alerts.Input, events []alerts.Event) {
			for _, ev := range events {
				if ev.Change != alerts.Raised {
					continue
				}
				n, err := strconv.Atoi(ev.Alert.Occurrence[strings.LastIndexByte(ev.Alert.Occurrence, '-')+1:])
				require.NoError(t, err)
				require.Equal(t, highest[ev.Alert.Condition]+1, n)
				highest[ev.Alert.Condition] = n
			}
		})
	})
}

func TestInvariant5AnActiveLimitIsCarriedAndViolated(t *testing.T) {
	sides := map[string]alerts.Side{}
	for _, c := range builtIn() {
		for _, b := range c.Bounds {
			sides[c.ID] = b.Side
		}
		for _, r := range c.Relative {
			sides[c.ID] = r.Side
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(_ *alerts.Engine, _ time.Time, _ alerts.Input, events []alerts.Event) {
			for _, ev := range events {
				side, limited := sides[ev.Alert.Condition]
				if ev.Change != alerts.Raised || !limited {
					continue
				}
				require.True(t, ev.Alert.HasValue)
				if side == alerts.AtLeast {
					require.GreaterOrEqual(t, ev.Alert.Value, ev.Alert.Limit)
				} else {
					require.Less(t, ev.Alert.Value, ev.Alert.Limit)
				}
			}
		})
	})
}

func TestInvariant6TheWholeIsOnIfAnyIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(e *alerts.Engine, _ time.Time, _ alerts.Input, _ []alerts.Event) {
			active := e.Active()
			is := func(s alerts.Signal) func(alerts.Alert) bool {
				return func(a alerts.Alert) bool { return a.Signal == s }
			}
			all := func(s alerts.Signal) bool {
				return !slices.ContainsFunc(active, func(a alerts.Alert) bool { return a.Signal != s })
			}
			got := e.Compound()
			require.Equal(t, len(active) == 0 || slices.ContainsFunc(active, is(alerts.SignalOn)), got == alerts.SignalOn)
			require.Equal(t, len(active) > 0 && all(alerts.SignalOff), got == alerts.SignalOff)
		})
	})
}

// Silencing is compared with the same shift without it: what is true of the patient, and when, is the same.
func TestInvariant7SilencingChangesNoCondition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loud := shift(rapid.OneOf(streamed(true), measured(), dataless(), told())).Draw(t, "shift")
		quiet := slices.Clone(loud)
		for range rapid.IntRange(1, 20).Draw(t, "silences") {
			i := rapid.IntRange(0, len(loud)-1).Draw(t, "before")
			quiet = append(quiet, at{loud[i].when, silencing().Draw(t, "silence")})
		}
		slices.SortStableFunc(quiet, func(a, b at) int { return a.when.Compare(b.when) })
		type truth struct {
			change     alerts.Change
			occurrence string
			priority   alerts.Priority
		}
		truths := func(list []at) (out []truth) {
			for _, ev := range feed(t, inSession(), list) {
				if ev.Change != alerts.Updated {
					out = append(out, truth{ev.Change, ev.Alert.Occurrence, ev.Alert.Priority})
				}
			}
			return out
		}
		assert.Equal(t, truths(loud), truths(quiet))
	})
}

func TestInvariant8WorseningIsHeard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(e *alerts.Engine, _ time.Time, _ alerts.Input, events []alerts.Event) {
			for _, ev := range events {
				if ev.Change != alerts.Escalated {
					continue
				}
				off := slices.ContainsFunc(e.Silence().Off, func(s alerts.Switched) bool { return s.Condition == ev.Alert.Condition })
				require.False(t, ev.Alert.Acknowledged)
				require.Equal(t, off, ev.Alert.Signal != alerts.SignalOn, "%+v", ev.Alert)
			}
		})
	})
}

func TestInvariant9AnOldAcknowledgementCoversNothingNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(_ *alerts.Engine, _ time.Time, in alerts.Input, events []alerts.Event) {
			for _, ev := range events {
				if ev.Change == alerts.Raised {
					require.False(t, ev.Alert.Acknowledged)
					require.NotEqual(t, alerts.SignalAcknowledged, ev.Alert.Signal)
					require.True(t, ev.Alert.Priority < alerts.High || ev.Alert.Signal == alerts.SignalOn, "new and High breaks through: %+v", ev.Alert)
				}
			}
		})
	})
}

// An acknowledgement is for a while: whatever happens, no occurrence above Low stays acknowledged for longer.
func TestAcknowledgementsDoNotLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		since := map[string]time.Time{}
		watch(t, func(e *alerts.Engine, now time.Time, _ alerts.Input, _ []alerts.Event) {
			for _, a := range e.Active() {
				switch {
				case !a.Acknowledged:
					delete(since, a.Occurrence)
				case since[a.Occurrence].IsZero():
					since[a.Occurrence] = now
				case a.Priority >= alerts.Medium && a.State == alerts.Active:
					require.LessOrEqual(t, now.Sub(since[a.Occurrence]), 5*time.Minute)
				}
			}
		})
	})
}

// What people are called for is climbed in order, and by time alone.
func TestTheLadderIsClimbedInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watch(t, func(_ *alerts.Engine, _ time.Time, _ alerts.Input, events []alerts.Event) {
			for _, ev := range events {
				high := []string{}
				for _, s := range ladder {
					if s.Priority == alerts.High {
						high = append(high, s.Call)
					}
				}
				require.LessOrEqual(t, len(ev.Alert.Called), len(high))
				require.Equal(t, high[:len(ev.Alert.Called)], append([]string{}, ev.Alert.Called...))
			}
		})
	})
}

func TestAWholeSessionSurvivesARestartAtAnyPoint(t *testing.T) {
	in := rapid.OneOf(anything(), anything(), anything(), silencing(), told())
	rapid.Check(t, func(t *rapid.T) {
		list := shift(in).Draw(t, "shift")
		cut := rapid.IntRange(1, len(list)).Draw(t, "cut")
		want := feed(t, inSession(), list)
		e := inSession()
		got := feed(t, e, list[:cut])
		e = reborn(t, e, list[cut-1].when)
		e.SetLadder(ladder)
		assert.Equal(t, want, append(got, feed(t, e, list[cut:])...))
	})
}
