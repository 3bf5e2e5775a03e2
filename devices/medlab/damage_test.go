package medlab_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/devicetest/brevity"
	"bedside/simulators"
	simulator "bedside/simulators/medlab"
)

// TestDamagedLineForTenHours measures every two minutes, with another truth each time, over a line that damages a tenth of
// the packets in both directions, and over one that loses a fiftieth. The package comment has the figures.
func TestDamagedLineForTenHours(t *testing.T) {
	const between = 2 * time.Minute
	hours := 10.0
	if brevity.Asked() {
		hours = 2
	}
	for name, c := range map[string]struct {
		harm  devicetest.Harm
		least float64 // share of the orders that give a result
	}{
		"10 % damaged": {devicetest.Corrupt, 0.5},
		"2 % lost":     {devicetest.Lose, 0.85},
		"spared":       {devicetest.Spare, 1},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(3) {
				rng := rand.New(rand.NewPCG(seed, 3))
				m := simulator.New(simulator.Options{Seed: seed})
				var orders []simulators.Order
				length := time.Duration(hours * float64(time.Hour))
				for d := 10 * time.Second; d < length-between; d += between {
					orders = append(orders, at(d, devices.CuffStart))
				}
				var outcome devicetest.Outcome
				outcome.Begin(epoch)
				truth, next := healthy, time.Duration(0)
				r := couple(t, simulators.Coupling{
					Session: session(t, allow), Device: m, From: epoch, To: epoch.Add(length), Orders: orders,
					ToHost: c.harm.Cable(seed), ToDevice: c.harm.Cable(seed + 100),
					Truth: func(now time.Time) simulators.Vitals {
						if now.Sub(epoch) >= next {
							next += between
							dia := 55 + rng.IntN(40)
							sys := dia + 25 + rng.IntN(60)
							mean, rate := dia+(sys-dia)*2/5, 45+rng.IntN(90)
							truth.Diastolic, truth.Systolic = float64(dia), float64(sys)
							truth.Mean, truth.PulseRate = float64(mean), float64(rate)
							outcome.Say(now, devicetest.Says{Values: []devices.Measurement{
								{Vital: devices.Systolic, Value: sys},
								{Vital: devices.Diastolic, Value: dia},
								{Vital: devices.Mean, Value: mean},
								{Vital: devices.PulseRate, Value: rate},
							}})
						}
						return truth
					},
					Watch: outcome.Take,
				})
				t.Logf("seed %d: %v; %d orders, %d refused, %d cycles of the module", seed, &outcome, len(orders), len(r.Refused), m.Cycles())
				assert.Zero(t, outcome.Wrong, outcome.Example)
				assert.Zero(t, outcome.Repeated)
				assert.GreaterOrEqual(t, float64(len(r.Readings)), c.least*float64(len(orders)))
				assert.LessOrEqual(t, m.Cycles(), len(orders), "each order moved air at most once")
				assert.Zero(t, m.Counts().Forbidden)
				assert.False(t, m.Inflated())
			}
		})
	}
}
