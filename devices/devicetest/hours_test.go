package devicetest_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
)

// naive believes every frame of two bytes, rate and saturation. It has room for one reading.
func naive(wake time.Duration) devices.Driver {
	var m [2]devices.Measurement
	var r [1]devices.Reading
	return fake(func(now time.Time, rx []byte) devices.Output {
		var out devices.Output
		if wake > 0 {
			out.Wake = now.Add(wake)
		}
		if len(rx) < 2 {
			return out
		}
		m = [2]devices.Measurement{{Vital: devices.PulseRate, Value: int(rx[0])}, {Vital: devices.SpO2, Value: int(rx[1])}}
		r[0] = devices.Reading{At: now, Measurements: m[:]}
		out.Readings = r[:]
		return out
	}).driver()
}

// twoBytes sends the numbers of a walk, one frame a second.
func twoBytes(d devices.Driver, seed uint64) devicetest.Damage {
	walk := devicetest.NewWalk(seed)
	return devicetest.Damage{Driver: d, Every: time.Second, Send: func(int, time.Time) ([][]byte, devicetest.Says) {
		v := walk.Next()
		return [][]byte{{byte(v.Rate), byte(v.Sat)}}, devicetest.Says{Values: v.Values(), Gone: v.Away > 0}
	}}
}

func TestDamageFindsEveryWrongValue(t *testing.T) {
	got := twoBytes(naive(0), 1).Run(t, 10, devicetest.Corrupt, 1)
	t.Log(got)
	assert.Equal(t, 36000, got.Frames)
	// A tenth is damaged: a changed byte is wrong, an added one mostly, a lost one leaves nothing.
	share := float64(got.Wrong-got.Unusable) / float64(got.Usable)
	assert.InDelta(t, 0.1*0.84, share, 0.01)
	assert.Greater(t, got.Worst[devices.PulseRate], 100)
	assert.Positive(t, got.WrongOf[devices.PulseRate])
	assert.Positive(t, got.WrongOf[devices.SpO2])
	assert.Less(t, got.WrongOf[devices.SpO2], got.Wrong, "one damaged byte makes one vital wrong")
	assert.InDelta(t, 0.985*float64(got.Frames-got.Usable), got.Unusable, 30, "numbers while the finger is away")
	assert.NotEmpty(t, got.Example)

	clean := twoBytes(naive(0), 1).Run(t, 1, devicetest.Spare, 1)
	assert.Equal(t, clean.Unusable, clean.Wrong, "nothing but what was called unusable")
	assert.Equal(t, clean.Windows, clean.Covered)
	assert.Equal(t, time.Second, clean.Longest)

	lost := twoBytes(naive(0), 1).Run(t, 10, devicetest.Lose, 1)
	assert.Equal(t, lost.Unusable, lost.Wrong)
	assert.InDelta(t, 0.98, float64(lost.Readings)/float64(lost.Frames), 0.005)
	assert.InDelta(t, 0.98, float64(lost.Covered)/float64(lost.Windows), 0.005)
	assert.GreaterOrEqual(t, lost.Longest, 2*time.Second)
}

func TestWhatIsSaidTogetherIsReadTogether(t *testing.T) {
	rate := func(v int) devices.Measurement { return devices.Measurement{Vital: devices.PulseRate, Value: v} }
	sat := func(v int) devices.Measurement { return devices.Measurement{Vital: devices.SpO2, Value: v} }
	says := func(ms ...devices.Measurement) devicetest.Says { return devicetest.Says{Values: ms} }
	take := func(o *devicetest.Outcome, ms ...devices.Measurement) int {
		before := o.Wrong
		o.Take(devicetest.Start, &devices.Output{Readings: []devices.Reading{{Measurements: ms}}})
		return o.Wrong - before
	}
	o := devicetest.Outcome{Rules: devicetest.Rules{Reach: 2}}
	o.Begin(devicetest.Start)
	for i, s := range []devicetest.Says{says(rate(60), sat(90)), says(rate(70), sat(95)), says(rate(80), sat(99))} {
		o.Say(devicetest.Start.Add(time.Duration(i)*time.Second), s)
	}
	assert.Zero(t, take(&o, rate(80), sat(99)))
	assert.Zero(t, take(&o, sat(95), rate(70)))
	assert.Zero(t, take(&o, rate(70)))
	assert.Equal(t, 1, take(&o, rate(80), sat(95)), "two moments in one reading")
	assert.Equal(t, 1, take(&o, rate(60), sat(90)), "out of reach")
	assert.Equal(t, 10, o.Worst[devices.PulseRate])
	assert.Equal(t, 4, o.Repeated)

	alone := devicetest.Outcome{Rules: devicetest.Rules{Reach: 1, Alone: map[devices.Vital]int{devices.SpO2: 2}}}
	alone.Begin(devicetest.Start)
	alone.Say(devicetest.Start, says(rate(60), sat(90)))
	alone.Say(devicetest.Start, says(rate(70), sat(95)))
	assert.Zero(t, take(&alone, rate(70), sat(90)))
	assert.Equal(t, 1, take(&alone, rate(60), sat(90)))
	assert.Equal(t, 1, take(&alone, rate(70), sat(97)))
	assert.Equal(t, map[devices.Vital]int{devices.SpO2: 2, devices.PulseRate: 10}, alone.Worst)
}

func TestFalseAbsencesAreThoseWithoutAReason(t *testing.T) {
	o := devicetest.Outcome{Rules: devicetest.Rules{Settle: 2}}
	o.Begin(devicetest.Start)
	absent := func(why devices.Reason) {
		o.Take(devicetest.Start, &devices.Output{Readings: []devices.Reading{
			{Absences: []devices.Absence{{Vital: devices.PulseRate, Reason: why}}},
		}})
	}
	usable := devicetest.Says{Values: []devices.Measurement{{Vital: devices.PulseRate, Value: 60}}}
	o.Say(devicetest.Start, usable)
	absent(devices.FingerOut)
	assert.Zero(t, o.FalseAbsences, "it may still be about the frame before")
	o.Say(devicetest.Start, usable)
	absent(devices.Artifact)
	assert.Zero(t, o.FalseAbsences)
	absent(devices.FingerOut)
	assert.Equal(t, 1, o.FalseAbsences)
	o.Say(devicetest.Start, devicetest.Says{Gone: true})
	absent(devices.FingerOut)
	assert.Equal(t, 1, o.FalseAbsences)
	assert.Equal(t, 4, o.Absent)
}

func TestSleepersAreWoken(t *testing.T) {
	steps := 0
	d := fake(func(now time.Time, rx []byte) devices.Output {
		if len(rx) == 0 {
			steps++
		}
		return devices.Output{Wake: now.Add(250 * time.Millisecond)}
	}).driver()
	twoBytes(d, 1).Run(t, 1.0/360, devicetest.Spare, 1)
	assert.Equal(t, 9*3, steps, "three wakes between any two of ten frames; a fourth falls due with the frame")
}

func TestACableLeavesTheFramesOfTheSenderAlone(t *testing.T) {
	all := func(rng *rand.Rand, b []byte) []byte {
		b[0] = 0xFF
		return b
	}
	frame := []byte{1, 2, 3}
	cable := devicetest.Harm(all).Cable(1)
	got, wake := cable.Step(devicetest.Start, frame)
	assert.Equal(t, []byte{0xFF, 2, 3}, got)
	assert.Zero(t, wake)
	assert.Equal(t, []byte{1, 2, 3}, frame)
	assert.Empty(t, cable.Pass(nil))
}
