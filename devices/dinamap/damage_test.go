package dinamap_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"bedside/devices"
	"bedside/devices/devicetest"
	simulator "bedside/simulators/dinamap"
)

// TestDamagedLineForTenHours measures as often as it may, with another truth each time, over a line that hurts 10 % of the
// messages in both directions, and over one that loses 2 %. Now and then staff press the button themselves.
func TestDamagedLineForTenHours(t *testing.T) {
	hours := 10 * time.Hour
	if devicetest.Brief() {
		hours = time.Hour
	}
	for _, c := range []struct {
		name string
		harm devicetest.Harm
		most float64 // of the orders may have no result
	}{{"10 % damaged", devicetest.Corrupt, 0.2}, {"2 % lost", devicetest.Lose, 0.05}} {
		t.Run(c.name, func(t *testing.T) {
			for seed := uint64(1); seed <= 2; seed++ {
				r := newRoom(t, rested, simulator.Options{Seed: seed})
				rng := rand.New(rand.NewPCG(seed, 9))
				r.ToHost, r.ToDevice = c.harm.Cable(seed).Pass, c.harm.Cable(seed+100).Pass
				got := &devicetest.Outcome{}
				got.Begin(r.Now)
				orders, results, pressed := 0, 0, 0
				for r.Now.Sub(devicetest.Start) < hours {
					r.Run(40*time.Second, nil)
					dia := 55 + rng.IntN(40)
					sys := dia + 25 + rng.IntN(60)
					mean := dia + (sys-dia)*2/5
					r.truth.Systolic, r.truth.Diastolic, r.truth.Mean = float64(sys), float64(dia), float64(mean)
					got.Say(r.Now, devicetest.Says{Values: []devices.Measurement{
						{Vital: devices.Systolic, Value: sys}, {Vital: devices.Diastolic, Value: dia}, {Vital: devices.Mean, Value: mean},
					}})
					r.Readings = r.Readings[:0]
					if rng.IntN(5) == 0 {
						pressed++
						r.press()
						r.Run(time.Minute, func() bool { return len(r.Readings) > 0 })
					} else {
						orders++
						r.Ready()
						r.Run(4*time.Minute, func() bool { return !r.Witness.Ordered() })
						results += len(r.Readings)
					}
					require.False(t, r.Witness.Ordered(), "no outcome, seed %d", seed)
					got.Take(r.Now, &devices.Output{Readings: r.Readings})
				}
				t.Logf("seed %d: %d orders, %d results, %d pressed; %v", seed, orders, results, pressed, got)
				assert.Zero(t, got.Wrong, got.Example)
				assert.Zero(t, got.Repeated)
				if !devicetest.Brief() { // an hour is too short for a share
					assert.GreaterOrEqual(t, float64(results), float64(orders)*(1-c.most))
				}
				assert.LessOrEqual(t, r.monitor.Cycles(), orders+pressed, "each order moved air at most once")
			}
		})
	}
}
