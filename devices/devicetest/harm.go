package devicetest

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"time"
)

// Harm is what a bad cable does to one frame: it may change the frame in place, and returns what is left of it, which
// may be nothing. Equal random numbers do equal harm.
type Harm func(rng *rand.Rand, frame []byte) []byte

// The shares of [Corrupt] and [Lose], our choice: far more than any cable does that somebody would leave in place.
const (
	corruptShare = 0.10
	changeShare  = 0.70 // of the corrupt ones
	removeShare  = 0.15 // of the corrupt ones; the rest gain a byte
	loseShare    = 0.02
)

// Corrupt damages a tenth of the frames: in 70 % a byte is changed, in 15 % one is lost, in 15 % one is added.
func Corrupt(rng *rand.Rand, frame []byte) []byte {
	if rng.Float64() >= corruptShare {
		return frame
	}
	i := rng.IntN(len(frame))
	switch x := rng.Float64(); {
	case x < changeShare:
		frame[i] ^= byte(1 + rng.IntN(255))
		return frame
	case x < changeShare+removeShare:
		return append(frame[:i], frame[i+1:]...)
	default:
		return slices.Insert(frame, i, byte(rng.IntN(256)))
	}
}

// Lose loses a fiftieth of the frames whole.
func Lose(rng *rand.Rand, frame []byte) []byte {
	if rng.Float64() < loseShare {
		return nil
	}
	return frame
}

// Spare does no harm: it guards the other side, that an undamaged stream is believed.
func Spare(_ *rand.Rand, frame []byte) []byte { return frame }

// Cable returns a line that does h to everything that enters it in one Step, which must be one frame then. The frames of
// the sender are left as they are.
func (h Harm) Cable(seed uint64) *Cable {
	return &Cable{harm: h, rng: rand.New(rand.NewPCG(seed, 1))}
}

// Cable is a line between two sides in virtual time; it satisfies the Line of package simulators, for devices with which
// a dialogue is held. It is not safe for concurrent use.
type Cable struct {
	harm Harm
	rng  *rand.Rand
}

// Step passes a frame on, at once. No bytes are no frame, and stay none.
func (c *Cable) Step(_ time.Time, frame []byte) ([]byte, time.Time) {
	return c.Pass(frame), time.Time{}
}

// Pass is Step for a caller without a clock.
func (c *Cable) Pass(frame []byte) []byte {
	if len(frame) == 0 {
		return nil
	}
	return c.harm(c.rng, bytes.Clone(frame))
}
