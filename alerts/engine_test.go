package alerts_test

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/alerts"
	"bedside/devices"
)

func oximeter(device string, pulse int) alerts.Observed {
	return alerts.Observed{Device: device, Reading: &devices.Reading{
		Measurements: []devices.Measurement{{Vital: devices.SpO2, Value: 97}, {Vital: devices.PulseRate, Value: pulse}},
	}}
}

func changes(events []alerts.Event) (list []string) {
	for _, ev := range events {
		list = append(list, ev.Change.String()+" "+ev.Alert.Occurrence)
	}
	return list
}

func TestEarlierMomentCountsAsTheLast(t *testing.T) {
	e := engine(t)
	e.Step(start.Add(time.Minute), oximeter("oximeter", 155))
	assert.Empty(t, e.Step(start, oximeter("oximeter", 155)))
	due, ok := e.Next()
	require.True(t, ok)
	assert.Equal(t, start.Add(70*time.Second), due)
	assert.Empty(t, e.Step(start.Add(69*time.Second), oximeter("oximeter", 155)))
	assert.Equal(t, []string{"raised hr_xhigh-1"}, changes(e.Step(due, alerts.Tick{})))
}

func TestSecondDeviceDoesNotHideWhatTheFirstSees(t *testing.T) {
	e := engine(t)
	var got []string
	for s := range 20 {
		now := start.Add(time.Duration(s) * time.Second)
		got = append(got, changes(e.Step(now, oximeter("oximeter", 155)))...)
		got = append(got, changes(e.Step(now.Add(500*time.Millisecond), oximeter("spare", 70)))...)
	}
	require.Equal(t, []string{"raised hr_xhigh-1"}, got)

	// The first falls silent. For 30 s its last word stands; then the one that speaks is believed.
	for s := range 45 {
		now := start.Add(time.Duration(20+s) * time.Second)
		for _, change := range changes(e.Step(now, oximeter("spare", 70))) {
			got = append(got, now.Sub(start).String()+" "+change)
		}
	}
	// Last word at 19 s, believed after 49 s, clear hold until 60 s.
	assert.Equal(t, []string{"raised hr_xhigh-1", "1m0s latched hr_xhigh-1"}, got)
}

func TestFindAndActive(t *testing.T) {
	e := engine(t)
	now := start
	for _, in := range []alerts.Input{
		alerts.Fault{Condition: "disk_full", Active: true, Text: "Disk full"},
		alerts.Observed{Device: "cuff", Reading: parse(t, []string{"systolic=165", "diastolic=90"})},
		oximeter("oximeter", 155),
	} {
		reading := in
		if o, ok := reading.(alerts.Observed); ok && o.Device == "cuff" {
			o.Reading.Spot = true
		}
		e.Step(now, reading)
		now = now.Add(time.Second)
	}
	e.Step(start.Add(11*time.Second), oximeter("oximeter", 155))
	e.Step(start.Add(12*time.Second), oximeter("oximeter", 155))

	var order []string
	for _, a := range e.Active() {
		order = append(order, a.Occurrence)
	}
	assert.Equal(t, []string{"hr_xhigh-1", "disk_full-1", "bp_elev-1"}, order)

	a, ok := e.Find("bp_elev-1")
	require.True(t, ok)
	assert.Equal(t, alerts.Low, a.Priority)
	assert.Equal(t, "Systolic 165, limit 160", a.Text)
	_, ok = e.Find("bp_elev-2")
	assert.False(t, ok)
	_, ok = e.Find("")
	assert.False(t, ok)
}

func TestAcknowledgementHappensOnceAndHasAName(t *testing.T) {
	e := engine(t)
	e.Step(start, alerts.Fault{Condition: "disk_full", Active: true, Text: "Disk full"})
	assert.Empty(t, e.Step(start, alerts.Acknowledge{Occurrence: "disk_full-1", By: "  "}))
	assert.Empty(t, e.Step(start, alerts.Acknowledge{Occurrence: "disk_full-2", By: "AK"}))
	assert.Equal(t, []string{"acknowledged disk_full-1"}, changes(e.Step(start, alerts.Acknowledge{Occurrence: "disk_full-1", By: "AK"})))
	assert.Empty(t, e.Step(start, alerts.Acknowledge{Occurrence: "disk_full-1", By: "JS"}), "the first name stays")
	a, ok := e.Find("disk_full-1")
	require.True(t, ok)
	assert.Equal(t, "AK", a.AcknowledgedBy)
}

func TestEveryBuiltInConditionIsRaisedAndEndsInATranscript(t *testing.T) {
	all := readAll(t)
	shown := func(change, id string) {
		t.Helper()
		found := regexp.MustCompile(`(?m)^    @\S+ ` + change + ` ` + id + `-\d`).MatchString(all)
		assert.True(t, found, "%s is never %s", id, change)
	}
	for _, c := range builtIn() {
		shown("raised", c.ID)
		shown("(ended|latched)", c.ID)
		if len(c.Escalations) > 0 {
			shown("escalated", c.ID)
		}
		if c.Latching {
			shown("latched", c.ID)
			shown("reset", c.ID)
		}
	}
}

func TestWhatWasDueIsDoneBeforeALateInput(t *testing.T) {
	e := engine(t)
	for s := range 10 {
		require.Empty(t, e.Step(start.Add(time.Duration(s)*time.Second), oximeter("oximeter", 155)))
	}
	// Nobody ticked at 10 s. The value that is back comes later, and does not undo what was due.
	assert.Equal(t, []string{"raised hr_xhigh-1"}, changes(e.Step(start.Add(10100*time.Millisecond), oximeter("oximeter", 70))))
}

func TestNextKnowsWhenTheCuffNoLongerExcusesTheSensor(t *testing.T) {
	e := engine(t)
	e.Step(start, oximeter("oximeter", 70))
	cuff := func(p devices.CuffPhase) alerts.Input {
		return alerts.CuffChanged{Device: "cuff", State: devices.CuffState{Phase: p}}
	}
	e.Step(start, cuff(devices.CuffInflating))
	e.Step(start, alerts.Observed{Device: "oximeter", Reading: parse(t, []string{"spo2=finger_out", "pulse_rate=finger_out"})})
	e.Step(start.Add(40*time.Second), cuff(devices.CuffDone))
	due, ok := e.Next()
	require.True(t, ok)
	require.Equal(t, start.Add(55*time.Second), due)
	assert.Equal(t, []string{"raised spo2_sensor_off-1"}, changes(e.Step(due, alerts.Tick{})))
}

func TestReadingsInARow(t *testing.T) {
	e, err := alerts.New([]alerts.Condition{{
		ID: "fast", Title: "Fast", Kind: alerts.Physiological, Priority: alerts.Low, ClearHold: time.Minute,
		Bounds:      []alerts.Bound{{Vital: devices.PulseRate, Side: alerts.AtLeast, Limit: 120, Clear: 115}},
		Escalations: []alerts.Escalation{{Readings: 3, Priority: alerts.Medium}},
	}})
	require.NoError(t, err)
	var got []string
	for s, pulse := range []int{125, 125, 110, 125, 118, 125, 125} {
		for _, change := range changes(e.Step(start.Add(time.Duration(s)*time.Second), oximeter("oximeter", pulse))) {
			got = append(got, strconv.Itoa(s)+" "+change)
		}
	}
	assert.Equal(t, []string{"0 raised fast-1", "6 escalated fast-1"}, got, "110 ends the row, 118 does not")
}

func TestHoldOfZeroIsNoHold(t *testing.T) {
	list := builtIn()
	for i := range list {
		if list[i].Trigger != alerts.Lasting {
			list[i].Hold = 0
		}
	}
	e, err := alerts.New(list)
	require.NoError(t, err)
	assert.Equal(t, []string{"raised hr_xhigh-1"}, changes(e.Step(start, oximeter("oximeter", 155))))
}

func TestNoReadingIsNoInput(t *testing.T) {
	assert.Empty(t, engine(t).Step(start, alerts.Observed{Device: "oximeter"}))
}

func TestEngineKeepsNothingOfTheCaller(t *testing.T) {
	list := builtIn()
	e, err := alerts.New(list)
	require.NoError(t, err)
	for i := range list {
		for j := range list[i].Bounds {
			list[i].Bounds[j] = alerts.Bound{}
		}
	}
	in := alerts.Observed{Device: "cuff", Reading: parse(t, []string{"systolic=210"})}
	assert.Equal(t, []string{"raised bp_extreme-1"}, changes(e.Step(start, in)))
	in.Reading.Measurements[0].Value = 100
	assert.Equal(t, 210, e.Active()[0].Value)
}

// steady returns an engine with a patient who is well, and what happens in each second.
func steady(t require.TestingT) (*alerts.Engine, []alerts.Input) {
	e := engine(t)
	in := []alerts.Input{
		oximeter("oximeter", 72),
		alerts.LineQuality{Device: "oximeter", Good: 75, PlethMoving: true},
		alerts.CuffChanged{Device: "cuff", State: devices.CuffState{Phase: devices.CuffIdle}},
		alerts.Tick{},
	}
	for i := range 100 {
		e.Step(start.Add(time.Duration(i)*time.Second), in[i%len(in)])
	}
	return e, in
}

func TestStepWithoutEventAllocatesNothing(t *testing.T) {
	e, in := steady(t)
	now := start.Add(time.Hour)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		for _, x := range in {
			now = now.Add(250 * time.Millisecond)
			if events := e.Step(now, x); len(events) > 0 {
				t.Fatal(changes(events))
			}
			e.Next()
		}
	}))
}

func TestStepWithActiveAlertsAllocatesNothing(t *testing.T) {
	e, in := steady(t)
	now := start.Add(time.Hour)
	e.Step(now, alerts.Observed{Device: "cuff", Reading: parse(t, []string{"systolic=210"})})
	e.Step(now, alerts.SourceLost{Device: "spare", Cause: alerts.PortLost, Reason: "unplugged"})
	e.Step(now.Add(time.Minute), alerts.Tick{})
	require.Len(t, e.Active(), 2)
	now = now.Add(10 * time.Minute)
	e.Step(now, alerts.Tick{})
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		now = now.Add(time.Second)
		e.Step(now, in[0])
	}))
}

// The observation boxed into an interface is part of what a shell pays, so it is made anew in each round.
func BenchmarkStep(b *testing.B) {
	e, in := steady(b)
	observed := in[0].(alerts.Observed)
	now := start.Add(time.Hour)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		e.Step(now, observed)
		e.Next()
	}
}

func BenchmarkSnapshot(b *testing.B) {
	e, _ := steady(b)
	b.ReportAllocs()
	for b.Loop() {
		e.Snapshot()
	}
}
