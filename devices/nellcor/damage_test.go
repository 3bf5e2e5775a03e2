package nellcor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/nellcor"
)

// truth gives what line n says.
type truth func(n int) says

func constant(int) says { return says{rate: 80, sat: 97, amplitude: 25} }

// varying follows a walk, half of the time with numbers beside the code that the finger is away.
func varying(seed uint64) truth {
	walk := devicetest.NewWalk(seed)
	return func(int) says {
		v := walk.Next()
		line := says{rate: v.Rate, sat: v.Sat, amplitude: 1 + walk.Rand.IntN(201)}
		if v.Away > 0 {
			line.state = "SO"
			if v.Away%2 == 0 {
				line.rate, line.sat, line.amplitude = 0, 0, 0
			}
		}
		return line
	}
}

// damage sends lines, one a Step. A number in a reading must be that of the line just sent.
func damage(tr truth) devicetest.Damage {
	return devicetest.Damage{
		Driver: nellcor.Driver(),
		Every:  lineTime,
		Send: func(n int, now time.Time) ([][]byte, devicetest.Says) {
			v := tr(n)
			return [][]byte{line(now, v)}, devicetest.Says{Gone: v.state != "", Values: []devices.Measurement{
				{Vital: devices.PulseRate, Value: v.rate}, {Vital: devices.SpO2, Value: v.sat},
			}}
		},
	}
}

// TestDamage measures what the package comment states: ten hours of a line on which a tenth of the lines is damaged, or a
// fiftieth lost. No check protects a digit here, so the bounds are not zero: a digit that turns into a neighbour looks
// like life. They are about twice what many seeds gave (our choice).
func TestDamage(t *testing.T) {
	hours, seeds := 10.0, []uint64{1, 2}
	if devicetest.Brief() {
		hours, seeds = 1, []uint64{1}
	}
	for _, kind := range []string{"constant", "varying"} {
		for _, h := range []struct {
			name string
			do   devicetest.Harm
			most float64 // wrong readings an hour
		}{{"a tenth damaged", devicetest.Corrupt, 0.3}, {"a fiftieth lost", devicetest.Lose, 0}} {
			t.Run(h.name+", "+kind, func(t *testing.T) {
				wrong := 0
				for _, seed := range seeds {
					tr := truth(constant)
					if kind == "varying" {
						tr = varying(seed)
					}
					got := damage(tr).Run(t, hours, h.do, seed)
					t.Logf("seed %d: %v", seed, got)
					wrong += got.Wrong
					assert.LessOrEqual(t, got.Worst[devices.SpO2], 4, "seed %d: %s", seed, got.Example)
					assert.LessOrEqual(t, got.Worst[devices.PulseRate], 30, "seed %d: %s", seed, got.Example)
					assert.Zero(t, got.Unusable, "seed %d: the code decides", seed)
					assert.GreaterOrEqual(t, got.Readings*100, got.Frames*75, "seed %d", seed)
				}
				assert.LessOrEqual(t, float64(wrong), h.most*hours*float64(len(seeds))+1)
			})
		}
	}
}

// TestUndamagedIsAllBelieved guards the other side: on a clean line nothing is refused for long.
func TestUndamagedIsAllBelieved(t *testing.T) {
	got := damage(varying(9)).Run(t, 2, devicetest.Spare, 9)
	t.Log(got)
	assert.Zero(t, got.Wrong, got.Example)
	assert.LessOrEqual(t, got.Longest, 3*lineTime, "a leap costs two lines")
	assert.GreaterOrEqual(t, got.Readings*100, got.Usable*96)
	steady := damage(constant).Run(t, 2, devicetest.Spare, 9)
	assert.Equal(t, steady.Frames-1, steady.Readings, "all but the first")
}
