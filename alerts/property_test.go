package alerts_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/alerts"
	"bedside/devices"
)

// at is an input with its moment.
type at struct {
	when time.Time
	in   alerts.Input
}

// shift is a run of inputs, a tenth of a second to two minutes apart, most of them a second.
func shift(inputs *rapid.Generator[alerts.Input]) *rapid.Generator[[]at] {
	return rapid.Custom(func(t *rapid.T) []at {
		steps := rapid.SliceOfN(inputs, 1, 120).Draw(t, "inputs")
		gaps := rapid.SliceOfN(rapid.SampledFrom([]time.Duration{
			0, 100 * time.Millisecond, time.Second, time.Second, time.Second, time.Second, time.Second, 3 * time.Second,
			7 * time.Second, 12 * time.Second, 31 * time.Second, 2 * time.Minute,
		}), len(steps), len(steps)).Draw(t, "gaps")
		now, list := start, make([]at, len(steps))
		for i := range steps {
			now = now.Add(gaps[i])
			list[i] = at{now, steps[i]}
		}
		return list
	})
}

var anyDevice = rapid.SampledFrom([]string{"oximeter", "cuff", "spare"})

func value(v devices.Vital, values ...int) *rapid.Generator[devices.Measurement] {
	return rapid.Map(rapid.SampledFrom(values), func(n int) devices.Measurement {
		return devices.Measurement{Vital: v, Value: n}
	})
}

// streamed is a reading of an oximeter in which each vital may be missing.
func streamed(missing bool) *rapid.Generator[alerts.Input] {
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		r := &devices.Reading{}
		for _, m := range []devices.Measurement{
			value(devices.SpO2, 78, 80, 84, 86, 89, 91, 93, 97).Draw(t, "spo2"),
			value(devices.PulseRate, 35, 42, 48, 52, 72, 117, 125, 147, 155, 165).Draw(t, "pulse"),
		} {
			if missing && rapid.IntRange(0, 3).Draw(t, "missing") == 0 {
				reason := devices.Reason(rapid.IntRange(int(devices.SensorOff), int(devices.NotMeasured)).Draw(t, "reason"))
				r.Absences = append(r.Absences, devices.Absence{Vital: m.Vital, Reason: reason})
				continue
			}
			r.Measurements = append(r.Measurements, m)
		}
		return alerts.Observed{Device: rapid.SampledFrom([]string{"oximeter", "oximeter", "oximeter", "spare"}).Draw(t, "device"), Reading: r}
	})
}

func measured() *rapid.Generator[alerts.Input] {
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		return alerts.Observed{Device: "cuff", Reading: &devices.Reading{Spot: true, Measurements: []devices.Measurement{
			value(devices.Systolic, 75, 85, 92, 120, 157, 165, 178, 185, 197, 205).Draw(t, "systolic"),
			value(devices.Diastolic, 50, 80, 98, 105, 108, 112, 118, 125).Draw(t, "diastolic"),
			value(devices.Mean, 55, 61, 90).Draw(t, "mean"),
			value(devices.PulseRate, 35, 72, 125, 155).Draw(t, "pulse"),
		}}}
	})
}

// dataless are the inputs that carry no value of a vital.
func dataless() *rapid.Generator[alerts.Input] {
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			cause := rapid.SampledFrom([]alerts.Trigger{alerts.PortLost, alerts.DeviceSilent}).Draw(t, "cause")
			reason := rapid.SampledFrom([]string{"unplugged", "permission denied"}).Draw(t, "reason")
			return alerts.SourceLost{Device: anyDevice.Draw(t, "device"), Cause: cause, Reason: reason}
		case 1:
			return alerts.SourceBack{Device: anyDevice.Draw(t, "device")}
		case 2:
			return alerts.LineQuality{
				Device: anyDevice.Draw(t, "device"), Good: 75, Bad: rapid.IntRange(0, 20).Draw(t, "bad"),
				PlethMoving: rapid.Bool().Draw(t, "moving"),
			}
		case 3:
			phase := devices.CuffPhase(rapid.IntRange(int(devices.CuffIdle), int(devices.CuffFailed)).Draw(t, "phase"))
			return alerts.CuffChanged{Device: "cuff", State: devices.CuffState{Phase: phase, Class: devices.CuffLeak}}
		case 4:
			id := rapid.SampledFrom([]string{"broker_lost", "disk_full"}).Draw(t, "fault")
			return alerts.Fault{Condition: id, Active: rapid.Bool().Draw(t, "active"), Text: "text"}
		case 5:
			reason := devices.Reason(rapid.IntRange(int(devices.SensorOff), int(devices.NotMeasured)).Draw(t, "reason"))
			return alerts.Observed{Device: anyDevice.Draw(t, "device"), Reading: &devices.Reading{
				Absences: []devices.Absence{{Vital: devices.SpO2, Reason: reason}, {Vital: devices.PulseRate, Reason: reason}},
				Spot:     rapid.Bool().Draw(t, "spot"),
			}}
		default:
			return alerts.Tick{}
		}
	})
}

func acknowledged() *rapid.Generator[alerts.Input] {
	return rapid.Custom(func(t *rapid.T) alerts.Input {
		id := rapid.SampledFrom([]string{"spo2_crit-", "spo2_low-", "hr_xhigh-", "bp_severe-", "broker_lost-"}).Draw(t, "condition")
		n := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "number")
		return alerts.Acknowledge{Occurrence: id + n, By: rapid.SampledFrom([]string{"AK", "JS", ""}).Draw(t, "by")}
	})
}

func anything() *rapid.Generator[alerts.Input] {
	return rapid.OneOf(streamed(true), streamed(true), streamed(true), streamed(true), measured(), dataless(), acknowledged())
}

func engine(t require.TestingT) *alerts.Engine {
	e, err := alerts.New(builtIn(), known...)
	require.NoError(t, err)
	return e
}

// feed feeds inputs as the shell does: a tick whenever Next asks for one.
func feed(t *rapid.T, e *alerts.Engine, list []at) []alerts.Event {
	var log []alerts.Event
	step := func(now time.Time, in alerts.Input) {
		log = append(log, e.Step(now, in)...)
		if due, ok := e.Next(); ok && !due.After(now) {
			t.Fatalf("Next is %v, not after %v", due, now)
		}
	}
	for _, x := range list {
		for {
			due, ok := e.Next()
			if !ok || due.After(x.when) {
				break
			}
			step(due, alerts.Tick{})
		}
		step(x.when, x.in)
	}
	return log
}

func TestSameInputsSameEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := shift(anything()).Draw(t, "shift")
		assert.Equal(t, feed(t, engine(t), list), feed(t, engine(t), list))
	})
}

func TestExtraTicksChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := shift(anything()).Draw(t, "shift")
		more := slices.Clone(list)
		for range rapid.IntRange(1, 40).Draw(t, "ticks") {
			i := rapid.IntRange(0, len(list)-1).Draw(t, "before")
			back := time.Duration(rapid.IntRange(1, 40000).Draw(t, "ms")) * time.Millisecond
			if when := list[i].when.Add(-back); !when.Before(start) {
				more = append(more, at{when, alerts.Tick{}})
			}
		}
		slices.SortStableFunc(more, func(a, b at) int { return a.when.Compare(b.when) })
		assert.Equal(t, feed(t, engine(t), list), feed(t, engine(t), more))
	})
}

func TestRestartAtAnyPointChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := shift(anything()).Draw(t, "shift")
		cut := rapid.IntRange(0, len(list)).Draw(t, "cut")
		want := feed(t, engine(t), list)

		e := engine(t)
		got := feed(t, e, list[:cut])
		now := start
		if cut > 0 {
			now = list[cut-1].when
		}
		e = reborn(t, e, now)
		assert.Equal(t, want, append(got, feed(t, e, list[cut:])...))
	})
}

func TestNoDataNeverEndsAnAlertOfThePatient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := engine(t)
		list := shift(rapid.OneOf(streamed(true), streamed(false), measured())).Draw(t, "shift")
		feed(t, e, list)
		now := list[len(list)-1].when
		for _, x := range shift(dataless()).Draw(t, "silence") {
			events := feed(t, e, []at{{now.Add(x.when.Sub(start)), x.in}})
			for i, ev := range events {
				if ev.Alert.Kind != alerts.Physiological || (ev.Change != alerts.Ended && ev.Change != alerts.Latched) {
					continue
				}
				// A latched occurrence may give way to a new one of its condition, whose hold time completed.
				if i+1 < len(events) && events[i+1].Change == alerts.Raised && events[i+1].Alert.Condition == ev.Alert.Condition {
					continue
				}
				t.Fatalf("%v by %T", ev, x.in)
			}
		}
	})
}

// TestNeverActiveBeforeItsHold compares with the plainest reading of a hold: an occurrence of a streamed vital needs a
// time as long as its hold without a value at the clear level, and a violating value at the beginning of it.
func TestNeverActiveBeforeItsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := engine(t)
		list := shift(rapid.OneOf(streamed(true), streamed(true), dataless())).Draw(t, "shift")
		for i := range list {
			for _, ev := range feed(t, e, list[i:i+1]) {
				if ev.Change != alerts.Raised || ev.Alert.Kind != alerts.Physiological {
					continue
				}
				c := condition(t, ev.Alert.Condition)
				b := c.Bounds[0]
				began := time.Time{}
				for _, x := range list[:i+1] {
					o, ok := x.in.(alerts.Observed)
					if !ok || x.when.After(ev.Alert.Since) {
						continue
					}
					v, ok := o.Reading.Value(b.Vital)
					if ok && violates(b, v) && began.IsZero() {
						began = x.when
					}
				}
				if began.IsZero() || ev.Alert.Since.Sub(began) < c.Hold {
					t.Fatalf("%v: violated since %v", ev, began)
				}
				for _, x := range list[:i+1] {
					o, ok := x.in.(alerts.Observed)
					if !ok || o.Device != "oximeter" || !x.when.Before(ev.Alert.Since) || ev.Alert.Since.Sub(x.when) >= c.Hold {
						continue
					}
					if v, ok := o.Reading.Value(b.Vital); ok && back(b, v) && !spareSpoke(list[:i+1]) {
						t.Fatalf("%v: the value was back at %v", ev, x.when)
					}
				}
			}
		}
	})
}

// TestDesaturationWithDropOutsIsHeard: whatever is missing between, a patient at 80 % is critical soon.
func TestDesaturationWithDropOutsIsHeard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := engine(t)
		missing := shift(dataless()).Draw(t, "missing")
		now := start
		low := alerts.Observed{Device: "oximeter", Reading: &devices.Reading{
			Measurements: []devices.Measurement{{Vital: devices.SpO2, Value: 80}},
		}}
		for i := 0; now.Sub(start) < 12*time.Second || i == 0; i++ {
			feed(t, e, []at{{now, low}})
			now = now.Add(time.Duration(rapid.IntRange(100, 29000).Draw(t, "gap")) * time.Millisecond)
			feed(t, e, []at{{now.Add(-50 * time.Millisecond), missing[i%len(missing)].in}})
		}
		feed(t, e, []at{{now, low}})
		for _, a := range e.Active() {
			if a.Condition == "spo2_crit" {
				return
			}
		}
		t.Fatalf("silent after %v at 80 %%", now.Sub(start))
	})
}

// TestWorseningIsNeverSwallowed: as long as a critical desaturation is active, acknowledged or not, the worst value that
// was seen has been told; and an acknowledgement never survives an escalation or a new occurrence.
func TestWorseningIsNeverSwallowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := engine(t)
		told, seen := map[string]int{}, map[string]int{}
		acked := map[string]bool{}
		for _, x := range shift(rapid.OneOf(streamed(true), streamed(true), acknowledged())).Draw(t, "shift") {
			for _, ev := range feed(t, e, []at{x}) {
				a := ev.Alert
				if ev.Change == alerts.Acknowledged {
					if x.in.(alerts.Acknowledge).By == "" {
						t.Fatalf("acknowledged by nobody: %v", ev)
					}
					acked[a.Occurrence] = true
				}
				if (ev.Change == alerts.Raised || ev.Change == alerts.Escalated) && a.Acknowledged {
					t.Fatalf("covered by an old acknowledgement: %v", ev)
				}
				if a.Condition == "spo2_crit" && (ev.Change == alerts.Raised || ev.Change == alerts.Updated) {
					if worst, ok := told[a.Occurrence]; !ok || a.Value < worst {
						told[a.Occurrence] = a.Value
					}
				}
			}
			o, ok := x.in.(alerts.Observed)
			if !ok {
				continue
			}
			v, ok := o.Reading.Value(devices.SpO2)
			for _, a := range e.Active() {
				if !ok || a.Condition != "spo2_crit" || a.State != alerts.Active || v >= 85 {
					continue
				}
				if worst, known := seen[a.Occurrence]; !known || v < worst {
					seen[a.Occurrence] = v
				}
				if seen[a.Occurrence] < told[a.Occurrence] {
					t.Fatalf("%s: saw %d, told %d", a.Occurrence, seen[a.Occurrence], told[a.Occurrence])
				}
			}
		}
	})
}

// TestAcknowledgingNeverChangesAState: with and without a person, the same occurrences are raised and escalated at the
// same moments. Faults are left out, whose declared priority depends on what waits for a person.
func TestAcknowledgingNeverChangesAState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := shift(anything()).Draw(t, "shift")
		quiet := slices.Clone(list)
		for i := range quiet {
			if _, ok := quiet[i].in.(alerts.Acknowledge); ok {
				quiet[i].in = alerts.Tick{}
			}
		}
		type mark struct {
			occurrence string
			when       time.Time
			priority   alerts.Priority
		}
		marks := func(list []at) (all []mark) {
			e := engine(t)
			for _, x := range list {
				for _, ev := range feed(t, e, []at{x}) {
					if ev.Alert.Condition != "broker_lost" && (ev.Change == alerts.Raised || ev.Change == alerts.Escalated) {
						all = append(all, mark{ev.Alert.Occurrence, ev.Alert.Since, ev.Alert.Priority})
					}
				}
			}
			return all
		}
		assert.Equal(t, marks(quiet), marks(list))
	})
}

func condition(t *rapid.T, id string) alerts.Condition {
	list := builtIn()
	i := slices.IndexFunc(list, func(c alerts.Condition) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no condition %s", id)
	}
	return list[i]
}

func violates(b alerts.Bound, v int) bool {
	if b.Side == alerts.Below {
		return v < b.Limit
	}
	return v >= b.Limit
}

func back(b alerts.Bound, v int) bool {
	if b.Side == alerts.Below {
		return v >= b.Clear
	}
	return v <= b.Clear
}

// spareSpoke reports whether a second oximeter had a say, which may see what the first does not.
func spareSpoke(list []at) bool {
	return slices.ContainsFunc(list, func(x at) bool {
		o, ok := x.in.(alerts.Observed)
		return ok && o.Device == "spare"
	})
}
