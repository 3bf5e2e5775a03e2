package nonin_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
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

// harm damages a frame in place of the line.
type harm func(rng *rand.Rand, frame []byte) []byte

// corrupt damages a tenth of the frames: in 70 % a byte is changed, in 15 % one is lost, in 15 % one is added.
func corrupt(rng *rand.Rand, b []byte) []byte {
	if rng.Float64() >= 0.10 {
		return b
	}
	i := rng.IntN(5)
	switch x := rng.Float64(); {
	case x < 0.70:
		b[i] ^= byte(1 + rng.IntN(255))
		return b
	case x < 0.85:
		return append(b[:i], b[i+1:]...)
	default:
		return slices.Insert(b, i, byte(rng.IntN(256)))
	}
}

// dropFrames loses a fiftieth of the frames whole.
func dropFrames(rng *rand.Rand, b []byte) []byte {
	if rng.Float64() < 0.02 {
		return nil
	}
	return b
}

// outcome is what came of a damaged stream.
type outcome struct {
	packets, readings, wrong, seconds, covered, absent, contradictions int
	samples, badSamples                                                int
	longest                                                            time.Duration // without a value
	example                                                            string
}

func (o *outcome) String() string {
	return fmt.Sprintf("%d packets, %d readings, %d wrong, %.1f %% of seconds with a value, longest gap %v, %d readings without value, %d contradictions, %.2f %% of samples lost",
		o.packets, o.readings, o.wrong, 100*float64(o.covered)/float64(o.seconds), o.longest, o.absent, o.contradictions,
		100*float64(o.badSamples)/float64(max(1, o.samples)))
}

// run sends hours of a stream through the harm, a packet a Step. A reading is wrong if its two values are not together
// those of one of the last two packets: the one that has just arrived, and the one that its sync frame proves.
func run(t testing.TB, hours float64, o *oximeter, tr truth, h harm, seed uint64) outcome {
	rng := rand.New(rand.NewPCG(seed, 1))
	s, err := nonin.Driver().NewSession(devices.Settings{})
	require.NoError(t, err)
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	res := outcome{packets: int(hours * 3600 * 3)}
	last, covered := start, int64(-1)
	var past [2]numbers
	var rx []byte
	for n := range res.packets {
		past[n%2] = tr(n)
		rx = rx[:0]
		for _, f := range o.packet(past[n%2]) {
			rx = append(rx, h(rng, f)...)
		}
		now := start.Add(time.Duration(n+1) * packetTime)
		out := s.Step(now, rx)
		for _, w := range out.Waves {
			for _, v := range w.Samples {
				res.samples++
				if v == devices.MissingSample {
					res.badSamples++
				}
			}
		}
		for _, f := range out.Faults {
			if f.Kind == devices.Inconsistent {
				res.contradictions++
			}
		}
		for _, r := range out.Readings {
			rate, ok := r.Value(devices.PulseRate)
			sat, ok2 := r.Value(devices.SpO2)
			if !ok && !ok2 {
				res.absent++
				continue
			}
			res.readings++
			right := false
			for _, p := range past {
				right = right || p.rate == rate && p.sat == sat
			}
			if !right {
				res.wrong++
				res.example = fmt.Sprintf("packet %d: %d/%d, truth %+v", n, rate, sat, past)
			}
			res.longest = max(res.longest, now.Sub(last))
			last = now
			if sec := int64(now.Sub(start) / time.Second); sec != covered {
				covered = sec
				res.covered++
			}
		}
	}
	res.seconds = res.packets / 3
	return res
}

// TestDamage measures what the package comment states: ten hours of a line on which a tenth of the frames is damaged,
// or a fiftieth lost, without one wrong reading.
func TestDamage(t *testing.T) {
	hours, seeds := 10.0, []uint64{1, 2}
	if testing.Short() {
		hours, seeds = 1, []uint64{1}
	}
	harms := []struct {
		name string
		do   harm
	}{{"a tenth damaged", corrupt}, {"a fiftieth lost", dropFrames}}
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
						got := run(t, hours, o, tr, h.do, seed)
						t.Logf("seed %d, %g h: %v", seed, hours, &got)
						assert.Zerof(t, got.wrong, "seed %d: %s", seed, got.example)
						assert.GreaterOrEqualf(t, got.covered*100, got.seconds*60, "seed %d", seed)
					}
				})
			}
		}
	}
}

// TestUndamagedIsAllBelieved guards the other side: on a clean line no packet of a truth that varies as fast as any is
// refused for long. The longest gap allowed is the two packets that may ask for confirmation, and the one believed.
func TestUndamagedIsAllBelieved(t *testing.T) {
	clean := func(_ *rand.Rand, b []byte) []byte { return b }
	for _, format := range []int{2, 7} {
		got := run(t, 2, &oximeter{format: format}, varying(9), clean, 9)
		t.Logf("format %d: %v", format, &got)
		assert.Zero(t, got.wrong, got.example)
		assert.LessOrEqual(t, got.longest, 3*packetTime)
		assert.GreaterOrEqual(t, got.readings*1000, got.packets*999)
	}
}
