package pulse_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"bedside/simulators"
	"bedside/simulators/internal/pulse"
)

const tick = 20 * time.Millisecond

// finger is a pulse oximeter on a finger, and what came of each packet.
type finger struct {
	pulse.Pulse
	rng   *rand.Rand
	beats int
}

func clip() *finger { return &finger{rng: rand.New(rand.NewPCG(1, 2))} }

// live passes time with that truth, and counts upstrokes of the beat flag.
func (f *finger) live(long time.Duration, truth simulators.Vitals) {
	for range int(long / tick) {
		before := f.Beat()
		f.Step(&truth, tick, f.rng)
		if f.Beat() && !before {
			f.beats++
		}
	}
}

func at(rate, sat float64) simulators.Vitals { return simulators.Vitals{PulseRate: rate, SpO2: sat} }

func TestFourGoodBeatsEndASearch(t *testing.T) {
	f := clip()
	f.live(2*time.Second, at(60, 97))
	assert.False(t, f.Tracking())
	f.live(3*time.Second, at(60, 97))
	assert.True(t, f.Tracking())
	rate, sat := f.Values()
	assert.EqualValues(t, 60, rate)
	assert.EqualValues(t, 97, sat)
	f.beats = 0
	f.live(time.Minute, at(60, 97))
	assert.InDelta(t, 60, f.beats, 1, "each beat is told once")
}

func TestFourBeatsAreAveraged(t *testing.T) {
	f := clip()
	f.live(10*time.Second, at(60, 97))
	f.live(time.Second, at(60, 93)) // one beat of four
	_, sat := f.Values()
	assert.EqualValues(t, 96, sat)
	f.live(5*time.Second, at(60, 93))
	_, sat = f.Values()
	assert.EqualValues(t, 93, sat)
}

func TestAPulseThatIsLostIsSearchedAndTheSearchGrowsLong(t *testing.T) {
	f := clip()
	f.live(10*time.Second, at(60, 97))
	f.live(3*time.Second, at(0, 97))
	assert.True(t, f.Tracking(), "not yet")
	f.live(2*time.Second, at(0, 97))
	assert.False(t, f.Tracking())
	assert.False(t, f.Long())
	f.live(10*time.Second, at(0, 97))
	assert.True(t, f.Long())
	f.live(10*time.Second, at(60, 97))
	assert.True(t, f.Tracking())
	assert.False(t, f.Long())
}

func TestWithoutAFingerNothingIsKept(t *testing.T) {
	f := clip()
	f.live(10*time.Second, at(60, 97))
	out := at(60, 97)
	out.FingerOut = true
	f.live(tick, out)
	assert.False(t, f.Tracking())
	assert.False(t, f.Beat())
	f.live(time.Second, at(60, 97))
	assert.False(t, f.Tracking(), "the next finger begins anew")
}

func TestMotionSpoilsBeatsAndFullMotionAllOfThem(t *testing.T) {
	f := clip()
	moved := at(60, 97)
	moved.Motion = 1
	f.live(time.Minute, moved)
	assert.Zero(t, f.beats)
	assert.False(t, f.Tracking())
	moved.Motion = 0.3
	f.live(2*time.Minute, moved)
	assert.InDelta(t, 60, f.beats, 25, "about every second one of 120")
}

func TestWhatCannotBeShownIsMissing(t *testing.T) {
	for _, c := range []struct{ sat, want float64 }{{100, 100}, {101, pulse.MissingSat}, {-1, pulse.MissingSat}, {math.NaN(), pulse.MissingSat}, {math.Inf(1), pulse.MissingSat}, {0, 0}} {
		f := clip()
		f.live(10*time.Second, at(60, c.sat))
		_, sat := f.Values()
		assert.EqualValues(t, c.want, sat, "%v", c.sat)
	}
	for _, rate := range []float64{0, 17, 255, math.NaN(), math.Inf(1), -60} {
		f := clip()
		f.live(20*time.Second, at(rate, 97))
		assert.False(t, f.Tracking(), "%v", rate)
	}
	f := clip()
	f.live(10*time.Second, at(254, 97))
	rate, _ := f.Values()
	assert.EqualValues(t, 254, rate)
	var never pulse.Pulse
	rate, _ = never.Values()
	assert.EqualValues(t, pulse.MissingRate, rate)
}

func TestVolumeAndStrengthStayInTheirRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := simulators.Vitals{Pleth: rapid.Float64().Draw(t, "pleth"), Motion: rapid.Float64().Draw(t, "motion")}
		v := pulse.Volume(&truth, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		assert.True(t, v >= 0 && v <= 1, v)
		s := pulse.Strength(rapid.Float64().Draw(t, "index"))
		assert.True(t, s >= 0 && s <= 8, s)
	})
	assert.Equal(t, 2, pulse.Strength(0.29), "weak, oximeters.md section 11")
	assert.Equal(t, 3, pulse.Strength(0.3))
	assert.Equal(t, 8, pulse.Strength(20))
	for _, index := range []float64{0, -1, math.NaN()} {
		assert.Zero(t, pulse.Strength(index))
	}
	assert.Equal(t, 8, pulse.Strength(math.Inf(1)))
}
