package suntech_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	simulator "bedside/simulators/suntech"
)

// TestDamagedLineForTenHours measures as often as the rest of a minute allows, with another truth each time, over a line
// that hurts 10 % of the frames in both directions, and over one that loses 2 %.
func TestDamagedLineForTenHours(t *testing.T) {
	hours := 10 * time.Hour
	if brevity.Asked() {
		hours = time.Hour
	}
	for name, c := range map[string]struct {
		harm devicetest.Harm
		most float64 // of the measurements may have no result
	}{"10 % damaged": {devicetest.Corrupt, 0.3}, "2 % dropped": {devicetest.Lose, 0.1}} {
		t.Run(name, func(t *testing.T) {
			const seed = 7
			rng := randomly(seed)
			m := simulator.New(simulator.Options{Seed: seed})
			w := &witness{t: t}
			r := newRoom(t, allow, m)
			r.witness, r.toHost, r.toModule = w, c.harm.Cable(seed).Pass, c.harm.Cable(seed+1).Pass
			orders, values, wrong := 0, 0, 0
			for r.now.Sub(epoch) < hours {
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
