package nonin_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/devices/nonin"
)

const packetTime = time.Second / 3

// truth gives the numbers of packet n.
type truth func(n int) numbers

func constant(int) numbers { return numbers{rate: 80, sat: 97} }

// varying drifts like a pulse that follows breathing and a drug, and jumps abruptly every 40 s or so; the averages lag
// as those of an instrument do: the 8-beat one behind the 4-beat one, the display refreshed every 1.5 s or so.
func varying(seed uint64) truth {
	rng := rand.New(rand.NewPCG(seed, 2))
	rate, sat, rate8, sat8 := 80.0, 97.0, 80.0, 97.0
	target, targetSat := 80.0, 97.0
	var shown numbers
	return func(n int) numbers {
		switch rng.IntN(120) {
		case 0: // the rate really changes within a few beats
			target = 45 + rng.Float64()*150
		case 1: // the saturation falls or recovers
			targetSat = 75 + rng.Float64()*25
		case 2: // everything jumps at once, as in the benchmark of latency
			rate = 45 + rng.Float64()*200
			target, rate8 = rate, rate
			shown = numbers{}
		}
		rate += (target - rate) / 12
		sat += (targetSat - sat) / 10
		rate8 += (rate - rate8) / 8
		sat8 += (sat - sat8) / 8
		now := numbers{rate: int(rate), sat: min(int(sat+0.5), 100), rate8: int(rate8), sat8: min(int(sat8+0.5), 100)}
		if shown.rateD == 0 || n%5 == 0 {
			shown = numbers{rateD: now.rate, satD: now.sat}
		}
		now.rateD, now.satD = shown.rateD, shown.satD
		return now
	}
}

// damage sends packets of that format, a packet a Step. A reading must be of one of the last two packets: the one that
// has just arrived, and the one that its sync frame proves.
func damage(o *oximeter, tr truth) devicetest.Damage {
	values := make([]devices.Measurement, 2)
	return devicetest.Damage{
		Driver: nonin.Driver(),
		Every:  packetTime,
		Rules:  devicetest.Rules{Reach: 2},
		Send: func(n int, _ time.Time) ([][]byte, devicetest.Says) {
			v := tr(n)
			values[0] = devices.Measurement{Vital: devices.PulseRate, Value: v.rate}
			values[1] = devices.Measurement{Vital: devices.SpO2, Value: v.sat}
			return o.packet(v), devicetest.Says{Values: values}
		},
	}
}

// TestDamage measures what the package comment states: ten hours of a line on which a tenth of the frames is damaged,
// or a fiftieth lost, without one wrong reading.
func TestDamage(t *testing.T) {
	hours, seeds := 10.0, []uint64{1, 2}
	if brevity.Asked() {
		hours, seeds = 1, []uint64{1}
	}
	harms := []struct {
		name string
		do   devicetest.Harm
	}{{"a tenth damaged", devicetest.Corrupt}, {"a fiftieth lost", devicetest.Lose}}
	for _, format := range []int{2, 7} {
		for _, h := range harms {
			for _, kind := range []string{"constant", "varying"} {
				t.Run(fmt.Sprintf("format %d, %s, %s", format, h.name, kind), func(t *testing.T) {
					t.Parallel()
					for _, seed := range seeds {
						o := &oximeter{format: format, rng: rand.New(rand.NewPCG(seed, 3))}
						tr := truth(constant)
						if kind == "varying" {
							tr = varying(seed)
						}
						got := damage(o, tr).Run(t, hours, h.do, seed)
						t.Logf("seed %d: %v", seed, got)
						assert.Zerof(t, got.Wrong, "seed %d: %s", seed, got.Example)
						assert.GreaterOrEqualf(t, got.Covered*100, got.Windows*60, "seed %d", seed)
					}
				})
			}
		}
	}
}

// TestUndamagedIsAllBelieved guards the other side: on a clean line no packet of a truth that varies as fast as any is
// refused for long. The longest gap allowed is the two packets that may ask for confirmation, and the one believed.
func TestUndamagedIsAllBelieved(t *testing.T) {
	for _, format := range []int{2, 7} {
		got := damage(&oximeter{format: format}, varying(9)).Run(t, 2, devicetest.Spare, 9)
		t.Logf("format %d: %v", format, got)
		assert.Zero(t, got.Wrong, got.Example)
		assert.LessOrEqual(t, got.Longest, 3*packetTime)
		assert.GreaterOrEqual(t, got.Readings*1000, got.Frames*999)
	}
}
