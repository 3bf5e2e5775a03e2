package devicetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// Bounds of [Unprotected], about twice what many seeds gave; our choice.
const (
	mostWrong    = 0.3 // readings an hour with a tenth of the lines damaged
	worstSat     = 4   // %
	worstRate    = 30  // 1/min
	leastPercent = 75  // of the lines that give a reading
)

// Unprotected measures what the package comment of an oximeter states that prints lines without a check: ten hours on which a
// tenth of the lines is damaged, or a fiftieth lost, of a steady truth and of one that varies. A digit that turns into a
// neighbour looks like life, so only for what the device itself calls unusable is the bound zero.
func Unprotected(t *testing.T, steady Damage, varying func(seed uint64) Damage) {
	hours, seeds := 10.0, []uint64{1, 2}
	if brevity.Asked() {
		hours, seeds = 1, []uint64{1}
	}
	truths := map[string]func(uint64) Damage{"constant": func(uint64) Damage { return steady }, "varying": varying}
	for _, h := range []struct {
		name string
		do   Harm
		most float64 // wrong readings an hour
	}{{"a tenth damaged", Corrupt, mostWrong}, {"a fiftieth lost", Lose, 0}} {
		for kind, of := range truths {
			t.Run(h.name+", "+kind, func(t *testing.T) {
				wrong := 0
				for _, seed := range seeds {
					got := of(seed).Run(t, hours, h.do, seed)
					t.Logf("seed %d: %v", seed, got)
					wrong += got.Wrong
					assert.LessOrEqual(t, got.Worst[devices.SpO2], worstSat, "seed %d: %s", seed, got.Example)
					assert.LessOrEqual(t, got.Worst[devices.PulseRate], worstRate, "seed %d: %s", seed, got.Example)
					assert.Zero(t, got.Unusable, "seed %d: what the device says of its numbers decides", seed)
					assert.GreaterOrEqual(t, got.Readings*100, got.Frames*leastPercent, "seed %d", seed)
				}
				assert.LessOrEqual(t, float64(wrong), h.most*hours*float64(len(seeds))+1)
			})
		}
	}
}

// AllBelieved guards the other side for the same oximeters: on a clean line nothing is refused for longer than that.
func AllBelieved(t *testing.T, steady, varying Damage, longest time.Duration) {
	const hours, seed = 2, 9
	got := varying.Run(t, hours, Spare, seed)
	t.Log(got)
	assert.Zero(t, got.Wrong, got.Example)
	assert.LessOrEqual(t, got.Longest, longest)
	assert.GreaterOrEqual(t, got.Readings*100, got.Usable*96)
	same := steady.Run(t, hours, Spare, seed)
	assert.Equal(t, same.Frames-1, same.Readings, "all but the first")
}
