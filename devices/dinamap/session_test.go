package dinamap_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	simulator "bedside/simulators/dinamap"
)

func TestMeasuresWithSimulatedMonitor(t *testing.T) {
	for name, o := range map[string]simulator.Options{
		"first result": {}, "an old result before": old, "line feeds": {LineFeed: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, devicetest.Rested, o)
			r.Open()
			require.NoError(t, r.Order(devices.CuffStart))
			r.Run(2*time.Minute, r.Over)
			require.Equal(t, devices.CuffDone, r.Last().Phase)
			require.Len(t, r.Readings, 1)
			assert.True(t, r.Readings[0].Spot)
			assert.Equal(t, []devices.Measurement{
				{Vital: devices.Systolic, Value: 120}, {Vital: devices.Diastolic, Value: 80}, {Vital: devices.Mean, Value: 93},
			}, r.Readings[0].Measurements)
			r.Run(10*time.Minute, nil)
			assert.Len(t, r.Readings, 1, "once")
			assert.Empty(t, r.Faults, "a good line and a good monitor give no fault")
			assert.Zero(t, r.monitor.Device.Counts())
			assert.Equal(t, 1, r.monitor.Cycles())
			assert.Empty(t, r.When(stop))
		})
	}
}

// However often the last result is read, however old it is and whatever its age does at its end: it is not new.
func TestAnOldResultIsNeverNew(t *testing.T) {
	for _, age := range []time.Duration{0, 3 * time.Second, 9990 * time.Second, 5 * time.Hour} {
		for _, wraps := range []bool{false, true} {
			t.Run(fmt.Sprint(age, wraps), func(t *testing.T) {
				o := old
				o.OldAge, o.Wraps = age, wraps
				r := newRoom(t, devicetest.Rested, o)
				r.Run(3*time.Hour, nil)
				assert.Empty(t, r.Readings)
				assert.Equal(t, devices.CuffIdle, r.Last().Phase)
			})
		}
	}
}

// The age runs out while our measurement is under way, and the old numbers are those that would look good.
func TestTheEndOfTheAgeIsNoResult(t *testing.T) {
	for _, wraps := range []bool{false, true} {
		o := old
		o.OldAge, o.Wraps, o.Deaf = 9970*time.Second, wraps, true
		r := newRoom(t, devicetest.Rested, o)
		r.Open()
		require.NoError(t, r.Order(devices.CuffStart))
		r.Run(4*time.Minute, nil)
		assert.Empty(t, r.Readings, "wraps: %v", wraps)
		assert.Equal(t, devices.CuffFailed, r.Last().Phase)
		assert.Equal(t, devices.CuffTimeout, r.Last().Class)
	}
}

// An age that stands still at its end may be followed by a new result with the same numbers.
func TestSameNumbersAfterHours(t *testing.T) {
	r := newRoom(t, devicetest.Rested, simulator.Options{Old: simulator.Values{Systolic: 120, Diastolic: 80, Mean: 93}})
	r.Run(3*time.Hour, nil)
	assert.Equal(t, devices.CuffDone, r.Measure().Phase)
	assert.Len(t, r.Readings, 1)
}

func TestStaffPressedMeasurementIsFoundOnce(t *testing.T) {
	for name, set := range map[string]devices.Settings{"staff only": {}, "agent may start": devicetest.Rested} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, set, old)
			r.Open()
			r.Run(7*time.Second, nil)
			r.monitor.Press()
			r.Run(10*time.Minute, nil)
			require.Len(t, r.Readings, 1)
			sys, _ := r.Readings[0].Value(devices.Systolic)
			assert.Equal(t, 120, sys)
			assert.Equal(t, devices.CuffDone, r.Last().Phase)
			assert.Empty(t, r.When(stop), "nobody else's measurement is cancelled")
		})
	}
}

// Air that staff put in needs its rest as well.
func TestNoStartSoonAfterStaff(t *testing.T) {
	r := newRoom(t, devicetest.Rested, old)
	r.Open()
	r.monitor.Press()
	r.Run(2*time.Minute, func() bool { return len(r.Readings) == 1 })
	ended := r.Now
	assert.ErrorIs(t, r.Order(devices.CuffStart), devices.ErrCuffTooSoon)
	r.Ready()
	assert.InDelta(t, 60, r.Now.Sub(ended).Seconds(), 3)
}

// A failure shows in the status. Which code means what is not known: the class says so, and the code is kept.
func TestFailureStatus(t *testing.T) {
	for status, code := range map[byte]int{'3': 3, '9': 9, 'A': 'A', '~': '~'} {
		o := old
		o.Failure = status
		r := newRoom(t, devicetest.Rested, o)
		r.monitor.Truth.CuffLoose = true
		r.Open()
		require.NoError(t, r.Order(devices.CuffStart))
		r.Run(2*time.Minute, r.Over)
		last := r.Last()
		assert.Equal(t, devices.CuffState{
			At: last.At, Phase: devices.CuffFailed, Class: devices.CuffIndeterminate, Code: code,
		}, last)
		assert.Empty(t, r.Readings)
		assert.Empty(t, r.When(stop), "it is over")
		r.monitor.Truth.CuffLoose = false
		assert.Equal(t, devices.CuffDone, r.Measure().Phase, "and the next one is good")
	}
}

// Whatever a patient and a cuff do, the outcome is numbers or a failure, never an old result.
func TestEveryFaultOfACuff(t *testing.T) {
	for class := devices.CuffWeak; class <= devices.CuffHardware; class++ {
		r := newRoom(t, devicetest.Rested, old)
		r.monitor.Truth.CuffFault = class
		got := r.Measure()
		assert.Equal(t, devices.CuffFailed, got.Phase, class)
		assert.Equal(t, devices.CuffIndeterminate, got.Class, class)
		assert.Empty(t, r.Readings, class)
		r.Run(5*time.Second, nil)
		assert.False(t, r.monitor.Inflated())
	}
}

// A status that says that all is well is not believed beside numbers that are not.
func TestNumbersThatNobodyCanHave(t *testing.T) {
	for _, numbers := range []string{
		"301080093", "120029093", "120093093", "120080120", "120080079", "080120093", "000000000",
	} {
		s := &devicetest.BlindStub{Ack: checked(" NC")}
		s.Report = func(now time.Time) []byte {
			if len(s.Starts) == 0 || now.Sub(s.Starts[0]) < 30*time.Second {
				return checked(fmt.Sprintf(" NA100%04d150095113", now.Sub(devicetest.Start)/time.Second+500))
			}
			return checked(fmt.Sprintf(" NA100%04d%s", (now.Sub(s.Starts[0])-30*time.Second)/time.Second, numbers))
		}
		r := family.Stubbed(t, devicetest.Rested, s)
		got := r.Measure()
		assert.Equal(t, devices.CuffFailed, got.Phase, numbers)
		assert.Equal(t, devices.CuffIndeterminate, got.Class, numbers)
		assert.Empty(t, r.Readings, numbers)
	}
}

// A result that comes sooner than any cuff can measure belongs to somebody else's start. It is true all the same; what
// became of ours is not known, so it is cancelled.
func TestAResultTooSoonIsNotOfOurStart(t *testing.T) {
	s := &devicetest.BlindStub{Ack: checked(" NX")}
	s.Report = func(now time.Time) []byte {
		if len(s.Starts) == 0 || now.Sub(s.Starts[0]) < 6*time.Second {
			return checked(" NA0000000000000000")
		}
		return checked(fmt.Sprintf(" NA100%04d120080093", (now.Sub(s.Starts[0])-6*time.Second)/time.Second))
	}
	r := family.Stubbed(t, devicetest.Rested, s)
	r.Ready()
	r.Run(time.Minute, nil)
	require.Len(t, r.Readings, 1)
	require.Len(t, s.Stops, 1)
	assert.Equal(t, devices.CuffFailed, r.Last().Phase)
	assert.Equal(t, devices.CuffIndeterminate, r.Last().Class)
}

// Two reads in a row must agree. A single one with another face is asked for again.
func TestOneOddAnswerIsNotBelieved(t *testing.T) {
	reads := 0
	s := &devicetest.BlindStub{Ack: checked(" NC")}
	s.Report = func(now time.Time) []byte {
		if reads++; reads == 7 {
			return checked(" NA1000000131081095")
		}
		return checked(fmt.Sprintf(" NA100%04d150095113", now.Sub(devicetest.Start)/time.Second+60))
	}
	r := family.Stubbed(t, devices.Settings{}, s)
	r.Run(time.Minute, nil)
	assert.Empty(t, r.Readings)
	require.Len(t, r.Faults, 1)
	assert.Equal(t, devices.Inconsistent, r.Faults[0].Kind)
}
