package devicetest

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// whatever is the property of the safety rules: orders at any time, a monitor that lies or is silent, a line that spoils.
// The witness fails on any frame that is not on its list, any hurried or second start, any number without done.
func (b Blind) whatever(t *testing.T) {
	var starts, stops, done, failed int
	rapid.Check(t, brevity.Few(func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		every := rapid.IntRange(2, 40).Draw(rt, "one answer spoilt in")
		set := devices.Settings{AllowStart: rapid.IntRange(0, 9).Draw(rt, "allowed") > 0}
		if rapid.Bool().Draw(rt, "rested") {
			set.CuffUsed = Rested.CuffUsed
		}
		m := b.Odd(rng)
		r := b.beside(t, set, m)
		r.T, r.Witness.T = rt, rt
		r.ToHost = func(rx []byte) []byte {
			if rng.IntN(every) != 0 {
				return rx
			}
			switch rng.IntN(5) {
			case 0:
				return nil
			case 1:
				return append(rx, rx...)
			case 2, 3:
				return b.Lie(rng)
			}
			rx[rng.IntN(len(rx))] = byte(rng.IntN(256))
			return rx
		}
		for range 40 {
			r.Run(time.Duration(1+rng.IntN(3000))*10*time.Millisecond, nil)
			if rng.IntN(10) == 0 {
				m.Press()
			}
			c := devices.CuffStart
			if rng.IntN(6) == 0 {
				c = devices.CuffStop
			}
			err := r.Order(c)
			require.True(rt, c == devices.CuffStart || err == nil, "stop was refused: %v", err)
			require.True(rt, set.AllowStart || err != nil || c == devices.CuffStop, "start without permission")
		}
		r.Run(220*time.Second, nil)
		require.False(rt, r.Witness.Ordered(), "an order without an outcome")
		require.Zero(rt, m.Unknown())
		starts, stops = starts+r.Witness.Starts, stops+r.Witness.Stops
		done, failed = done+r.Witness.Done, failed+r.Witness.Failed
	}))
	t.Logf("%d starts, %d stops, %d done, %d failed", starts, stops, done, failed)
	require.Positive(t, starts)
	require.Positive(t, stops)
	require.Positive(t, done)
	require.Positive(t, failed)
}

// TenHours measures as often as it may, with another truth each time, over a line that hurts 10 % of the messages in both
// directions, and over one that loses 2 %. Now and then staff press the button themselves.
func (b Blind) TenHours(t *testing.T) {
	hours := 10 * time.Hour
	if brevity.Asked() {
		hours = time.Hour
	}
	for _, c := range []struct {
		name string
		harm Harm
		most float64 // of the orders may have no result
	}{{"10 % damaged", Corrupt, 0.2}, {"2 % lost", Lose, 0.05}} {
		t.Run(c.name, func(t *testing.T) {
			for seed := uint64(1); seed <= 2; seed++ {
				m := b.Simulated(seed)
				r := b.beside(t, Rested, m)
				r.ToHost, r.ToDevice = c.harm.Cable(seed).Pass, c.harm.Cable(seed+100).Pass
				rng := rand.New(rand.NewPCG(seed, 9))
				got := &Outcome{}
				got.Begin(r.Now)
				orders, results, pressed := 0, 0, 0
				for r.Now.Sub(Start) < hours {
					r.Run(40*time.Second, nil)
					got.Say(r.Now, Says{Values: b.another(rng, m)})
					r.Readings = r.Readings[:0]
					if rng.IntN(5) == 0 {
						pressed++
						m.Press()
						r.Run(70*time.Second, func() bool { return len(r.Readings) > 0 })
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
				if !brevity.Asked() { // an hour is too short for a share
					assert.GreaterOrEqual(t, float64(results), float64(orders)*(1-c.most))
				}
				assert.LessOrEqual(t, m.Cycles(), orders+pressed, "each order moved air at most once")
			}
		})
	}
}

// another gives the person other numbers, and returns those of them that the driver measures.
func (b Blind) another(rng *rand.Rand, m Monitor) []devices.Measurement {
	v := AnyPressures(rng)
	m.Set(v.Systolic, v.Diastolic, v.Mean, v.Rate)
	return slices.DeleteFunc(v.Values(), func(m devices.Measurement) bool { return !slices.Contains(b.Driver.Vitals, m.Vital) })
}
