package nellcor_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/nellcor"
)

// truth gives what line n says.
type truth func(n int) says

func constant(int) says { return says{rate: 80, sat: 97, amplitude: 25} }

// varying follows a pulse that drifts, really changes every 40 s or so, at times within a few beats, and loses the finger
// for 20 s every 10 minutes, half of the time with numbers beside the code.
func varying(seed uint64) truth {
	rng := rand.New(rand.NewPCG(seed, 2))
	rate, sat := 80.0, 97.0
	target, targetSat := rate, sat
	off := 0
	return func(int) says {
		switch rng.IntN(120) {
		case 0:
			target = 45 + rng.Float64()*150
		case 1:
			targetSat = 75 + rng.Float64()*25
		case 2:
			rate = 45 + rng.Float64()*190
			target = rate
		}
		if off--; off < 0 && rng.IntN(300) == 0 {
			off = 10
		}
		rate += (target-rate)/8 + rng.NormFloat64()/2
		sat += (targetSat - sat) / 8
		v := says{rate: int(min(max(rate, 25), 240)), sat: min(int(sat+0.5), 100), amplitude: 1 + rng.IntN(201)}
		if off > 0 {
			v.state = "SO"
			if off%2 == 0 {
				v.rate, v.sat, v.amplitude = 0, 0, 0
			}
		}
		return v
	}
}

// harm damages a line in place of the cable.
type harm func(rng *rand.Rand, b []byte) []byte

// corrupt damages a tenth of the lines: in 70 % a byte is changed, in 15 % one is lost, in 15 % one is added.
func corrupt(rng *rand.Rand, b []byte) []byte {
	if rng.Float64() >= 0.10 {
		return b
	}
	i := rng.IntN(len(b))
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

// dropLines loses a fiftieth of the lines whole.
func dropLines(rng *rand.Rand, b []byte) []byte {
	if rng.Float64() < 0.02 {
		return nil
	}
	return b
}

// outcome is what came of a damaged stream.
type outcome struct {
	lines, readings, absent, unusable int // unusable: values although the codes said that there are none
	wrong                             int
	worstRate, worstSat               int           // how far the wrong ones were off
	longest                           time.Duration // without a value, the finger in
	example                           string
}

func (o *outcome) String() string {
	return fmt.Sprintf("%d lines, %d with values, %d without, %d wrong SpO2 or pulse rate (at most %d %% and %d/min off), %d beside SO, longest gap %v",
		o.lines, o.readings, o.absent, o.wrong, o.worstSat, o.worstRate, o.unusable, o.longest)
}

// judge compares a reading with what the last line said.
func (o *outcome) judge(r *devices.Reading, v says) {
	rate, ok := r.Value(devices.PulseRate)
	sat, ok2 := r.Value(devices.SpO2)
	if !ok && !ok2 {
		o.absent++
		return
	}
	o.readings++
	if v.state != "" {
		o.unusable++
	}
	offRate, offSat := max(rate-v.rate, v.rate-rate), max(sat-v.sat, v.sat-sat)
	if ok && offRate != 0 || ok2 && offSat != 0 {
		o.wrong++
		o.worstRate, o.worstSat = max(o.worstRate, offRate), max(o.worstSat, offSat)
		o.example = fmt.Sprintf("%d/%d, truth %+v", rate, sat, v)
	}
}

// run sends hours of lines through the harm, one a Step. A reading is wrong if a number in it is not that of the line
// just sent.
func run(t testing.TB, hours float64, tr truth, h harm, seed uint64) outcome {
	rng := rand.New(rand.NewPCG(seed, 1))
	s, err := nellcor.Driver().NewSession(devices.Settings{})
	require.NoError(t, err)
	res := outcome{lines: int(hours * 1800)}
	now, last := start, start
	for n := range res.lines {
		v := tr(n)
		now = now.Add(lineTime)
		before := res.readings
		for _, r := range s.Step(now, h(rng, line(now, v))).Readings {
			res.judge(&r, v)
		}
		if v.state == "" && res.readings == before {
			res.longest = max(res.longest, now.Sub(last))
			continue
		}
		last = now
	}
	return res
}

// TestDamage measures what the package comment states: ten hours of a line on which a tenth of the lines is damaged, or a
// fiftieth lost. No check protects a digit here, so the bounds are not zero: a digit that turns into a neighbour looks
// like life. They are about twice what many seeds gave (our choice).
func TestDamage(t *testing.T) {
	hours, seeds := 10.0, []uint64{1, 2}
	if testing.Short() {
		hours, seeds = 1, []uint64{1}
	}
	for _, kind := range []string{"constant", "varying"} {
		for _, h := range []struct {
			name string
			do   harm
			most float64 // wrong readings an hour
		}{{"a tenth damaged", corrupt, 0.3}, {"a fiftieth lost", dropLines, 0}} {
			t.Run(h.name+", "+kind, func(t *testing.T) {
				wrong := 0
				for _, seed := range seeds {
					tr := truth(constant)
					if kind == "varying" {
						tr = varying(seed)
					}
					got := run(t, hours, tr, h.do, seed)
					t.Logf("seed %d, %g h: %v", seed, hours, &got)
					wrong += got.wrong
					assert.LessOrEqual(t, got.worstSat, 4, "seed %d: %s", seed, got.example)
					assert.LessOrEqual(t, got.worstRate, 30, "seed %d: %s", seed, got.example)
					assert.Zero(t, got.unusable, "seed %d: the code decides", seed)
					assert.GreaterOrEqual(t, got.readings*100, got.lines*75, "seed %d", seed)
				}
				assert.LessOrEqual(t, float64(wrong), h.most*hours*float64(len(seeds))+1)
			})
		}
	}
}

// TestUndamagedIsAllBelieved guards the other side: on a clean line nothing is refused for long.
func TestUndamagedIsAllBelieved(t *testing.T) {
	clean := func(_ *rand.Rand, b []byte) []byte { return b }
	got := run(t, 2, varying(9), clean, 9)
	t.Log(&got)
	assert.Zero(t, got.wrong, got.example)
	assert.LessOrEqual(t, got.longest, 2*lineTime)
	steady := run(t, 2, constant, clean, 9)
	assert.Equal(t, steady.lines-1, steady.readings, "all but the first")
}
