package devicetest

import (
	"math/rand/v2"

	"bedside/devices"
)

// How a [Walk] moves, our choice: as averaged vital signs of a patient do who has been given something.
const (
	walkChance = 120 // one number in so many begins a change: with one a second, each kind comes every two minutes
	walkSpeed  = 8.0 // numbers until a change has come about, by its time constant
	walkLeave  = 300 // one number in so many, the finger leaves
	walkAway   = 10  // for so many numbers
)

// Walk is a truth that varies as averaged vital signs do: a pulse that drifts, really changes every two minutes or so and
// sometimes within one number, a saturation that falls and recovers, and a finger that leaves for ten numbers now and
// then. Equal seeds walk alike. Next is called once for each refresh of the device's numbers, not for each frame.
type Walk struct {
	Rand *rand.Rand // of the walk, for what else a device says

	rate, sat, target, targetSat float64
	away                         int
}

// NewWalk returns a walk that begins at 80/min and 97 %.
func NewWalk(seed uint64) *Walk {
	return &Walk{Rand: rand.New(rand.NewPCG(seed, 2)), rate: 80, sat: 97, target: 80, targetSat: 97}
}

// Numbers are what an oximeter measures.
type Numbers struct {
	Rate int // 1/min, 25..240
	Sat  int // %, 75..100
	Away int // for how many more numbers the finger is away; 0 or less is in place
}

// Values returns both numbers as a reading carries them.
func (n Numbers) Values() []devices.Measurement {
	return []devices.Measurement{{Vital: devices.PulseRate, Value: n.Rate}, {Vital: devices.SpO2, Value: n.Sat}}
}

// Next returns the next numbers.
func (w *Walk) Next() Numbers {
	switch w.Rand.IntN(walkChance) {
	case 0:
		w.target = 45 + w.Rand.Float64()*150
	case 1:
		w.targetSat = 75 + w.Rand.Float64()*25
	case 2:
		w.rate = 45 + w.Rand.Float64()*190
		w.target = w.rate
	}
	if w.away--; w.away < 0 && w.Rand.IntN(walkLeave) == 0 {
		w.away = walkAway
	}
	w.rate += (w.target-w.rate)/walkSpeed + w.Rand.NormFloat64()/2
	w.sat += (w.targetSat - w.sat) / walkSpeed
	return Numbers{Rate: int(min(max(w.rate, 25), 240)), Sat: min(int(w.sat+0.5), 100), Away: max(0, w.away)}
}
