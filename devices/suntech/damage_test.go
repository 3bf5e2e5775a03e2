package suntech_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	simulator "bedside/simulators/suntech"
)

// damager hurts one frame in so many: of those, 70 % have a byte changed, 15 % lose one and 15 % gain one.
func damager(rng func(int) int, oneIn int) func([]byte) []byte {
	return func(frame []byte) []byte {
		if rng(oneIn) != 0 {
			return frame
		}
		b, at := bytes.Clone(frame), rng(len(frame))
		switch kind := rng(100); {
		case kind < 70:
			b[at] ^= byte(1 + rng(255))
		case kind < 85:
			b = append(b[:at], b[at+1:]...)
		default:
			b = append(b[:at], append([]byte{byte(rng(256))}, b[at:]...)...)
		}
		return b
	}
}

// dropper loses one whole frame in so many.
func dropper(rng func(int) int, oneIn int) func([]byte) []byte {
	return func(frame []byte) []byte {
		if rng(oneIn) == 0 {
			return nil
		}
		return frame
	}
}

// TestDamagedLineForTenHours measures as often as the rest of a minute allows, with another truth each time, over a line
// that hurts 10 % of the frames in both directions, and over one that loses 2 %.
func TestDamagedLineForTenHours(t *testing.T) {
	for name, c := range map[string]struct {
		line func(func(int) int, int) func([]byte) []byte
		in   int
		most float64 // of the measurements may have no result
	}{"10 % damaged": {damager, 10, 0.3}, "2 % dropped": {dropper, 50, 0.1}} {
		t.Run(name, func(t *testing.T) {
			const seed = 7
			rng := randomly(seed)
			m := simulator.New(simulator.Options{Seed: seed})
			w := &witness{t: t}
			r := newRoom(t, allow, m)
			r.witness, r.toHost, r.toModule = w, c.line(rng, c.in), c.line(rng, c.in)
			orders, values, wrong := 0, 0, 0
			for r.now.Sub(epoch) < 10*time.Hour {
				r.run(time.Minute, nil)
				r.run(30*time.Second, func() bool { return r.order(devices.CuffStart) == nil })
				if w.ordered.IsZero() {
					continue // a damaged poll: the module counts as a stranger, or air seems to be in the cuff
				}
				orders++
				dia := 55 + rng(40)
				r.truth.Diastolic, r.truth.Systolic = float64(dia), float64(dia+25+rng(60))
				r.truth.Mean = r.truth.Diastolic + (r.truth.Systolic-r.truth.Diastolic)*0.4
				r.truth.PulseRate = float64(45 + rng(90))
				r.readings = r.readings[:0]
				r.run(4*time.Minute, func() bool { return w.ordered.IsZero() })
				require.True(t, w.ordered.IsZero(), "no outcome, seed %d", seed)
				for _, got := range r.readings {
					values++
					for vital, truth := range map[devices.Vital]float64{
						devices.Systolic: r.truth.Systolic, devices.Diastolic: r.truth.Diastolic,
						devices.Mean: r.truth.Mean, devices.PulseRate: r.truth.PulseRate,
					} {
						if n, _ := got.Value(vital); float64(n) < truth-0.5 || float64(n) > truth+0.5 {
							wrong++
						}
					}
				}
				require.Zero(t, m.Counts().Forbidden, "seed %d", seed)
			}
			t.Logf("%d orders, %d results, %d wrong values, %d cycles of the module", orders, values, wrong, m.Cycles())
			assert.Zero(t, wrong, "seed %d", seed)
			assert.Greater(t, float64(values), float64(orders)*(1-c.most))
			assert.LessOrEqual(t, m.Cycles(), orders, "each order moved air at most once")
		})
	}
}
