package devicetest

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest/brevity"
)

// afterNoise puts noise before every run of bytes and checks that nothing is invented and that the driver finds its way
// back. A driver that asks must come to exactly the same readings; one that listens may lose the first of them to the
// proof that it is in step again, but must end with the same.
func afterNoise(t *testing.T, d devices.Driver, c Capture, plain Log, o options) {
	listens := c.listens()
	alphabet := o.noise
	if alphabet == nil {
		alphabet = []byte{0x00, 0xFF}
		for b := 0; listens && b < 256; b++ {
			alphabet = append(alphabet, byte(b))
		}
	}
	rapid.Check(t, brevity.Few(func(rt *rapid.T) {
		noise := rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 40).Draw(rt, "noise")
		got := play(rt, d, withNoise(c, noise, !listens), func(*player) {})
		if !c.Unchecked {
			requireNothingNew(rt, plain, got)
		}
		want, have := plain.Readings(), got.Readings()
		if !listens {
			require.Equal(rt, texts(want), texts(have))
			return
		}
		if len(want) > 1 {
			require.NotEmpty(rt, have)
			require.Equal(rt, ReadingText(&want[len(want)-1]), ReadingText(&have[len(have)-1]))
			require.GreaterOrEqual(rt, len(have), len(want)-1)
		}
	}))
}

func texts(rs []devices.Reading) []string {
	lines := make([]string, len(rs))
	for i := range rs {
		lines[i] = ReadingText(&rs[i])
	}
	return lines
}

// withNoise returns the capture with noise in front of its first bytes, or of all its runs of bytes.
func withNoise(c Capture, noise []byte, everywhere bool) Capture {
	out := c
	out.Events = nil
	done := false
	for _, e := range c.Events {
		if len(e.Rx) > 0 && (everywhere || !done) {
			e.Rx, done = append(slices.Clone(noise), e.Rx...), true
		}
		out.Events = append(out.Events, e)
	}
	return out
}

// falseStarts repeats the beginning of each listening capture, 1 to 24 bytes of it, before the whole: frames that begin
// and break off. A driver that skips a whole frame after a bad one, and not one byte, loses readings here.
func falseStarts(t *testing.T, d devices.Driver, captures []Capture) {
	for _, c := range captures {
		if !c.listens() {
			continue
		}
		plain := play(t, d, c, func(*player) {})
		want := plain.Readings()
		if len(want) < 2 {
			continue
		}
		rx := c.Bytes()
		for k := 1; k <= min(24, len(rx)); k++ {
			got := play(t, d, withNoise(c, rx[:k], false), func(*player) {})
			have := got.Readings()
			if !c.Unchecked {
				requireNothingNew(t, plain, got)
			}
			require.GreaterOrEqualf(t, len(have), len(want)-1, "%s, false start of %d bytes", c.Name, k)
			require.Equal(t, ReadingText(&want[len(want)-1]), ReadingText(&have[len(have)-1]))
		}
	}
}

// damage changes, removes or adds single bytes, far enough apart that a check of the protocol sees each by itself, and
// requires that no value appears which the undamaged capture did not have. Absent stays absent, because a capture that
// has only absences has no values.
func damage(t *testing.T, d devices.Driver, c Capture, plain Log) {
	least := max(30, 2*longestFrame(t, d, c)) // no two in one frame, whose check they could make right together
	rapid.Check(t, brevity.Few(func(rt *rapid.T) {
		gap := rapid.IntRange(least, least+400).Draw(rt, "bytes between damage")
		kind := rapid.IntRange(0, 2).Draw(rt, "0 change, 1 remove, 2 add")
		seed := rapid.Uint64().Draw(rt, "seed")
		rng := rand.New(rand.NewPCG(seed, 1))
		next := rng.IntN(gap)
		at := 0
		hurt := c
		hurt.Events = nil
		for _, e := range c.Events {
			var rx []byte
			for _, b := range e.Rx {
				if at++; at <= next {
					rx = append(rx, b)
					continue
				}
				next += gap/2 + 1 + rng.IntN(gap)
				switch kind {
				case 0:
					rx = append(rx, b^byte(1+rng.IntN(255)))
				case 2:
					rx = append(rx, b, byte(rng.IntN(256)))
				}
			}
			e.Rx = rx
			hurt.Events = append(hurt.Events, e)
		}
		got := play(rt, d, hurt, func(*player) {})
		requireNothingNew(rt, plain, got)
	}))
}

// longestFrame returns how many bytes the driver waits for at most in the capture until it has a frame, by its own account.
func longestFrame(t *testing.T, d devices.Driver, c Capture) int {
	bytewise := playBytewise(t, d, c)
	return bytewise.MostPending + 1
}

// bounded feeds long runs of hostile bytes and checks the accounts after every Step: nothing is lost from them, and the
// driver never holds more than it says.
func bounded(t *testing.T, d devices.Driver, captures []Capture, o options) {
	rng := rand.New(rand.NewPCG(1, 2))
	streams := map[string]func(int) byte{
		"zeros":   func(int) byte { return 0 },
		"ones":    func(int) byte { return 0xFF },
		"count":   func(i int) byte { return byte(i) },
		"random":  func(int) byte { return byte(rng.Uint32()) },
		"bit7":    func(i int) byte { return byte(i&3) << 6 },
		"control": func(int) byte { return byte(rng.IntN(5)) },
	}
	for _, c := range captures {
		rx := c.Bytes()
		if len(rx) == 0 {
			continue
		}
		streams["broken "+c.Name] = func(i int) byte {
			if rng.IntN(12) == 0 {
				return byte(rng.Uint32())
			}
			return rx[i%len(rx)]
		}
		streams["stretched "+c.Name] = stretched(c)
		if len(rx) > 1 {
			streams["first byte of "+c.Name] = func(int) byte { return rx[0] }
		}
	}
	length := 1 << 16
	if brevity.Asked() {
		length = 1 << 13
	}
	for name, stream := range streams {
		p, err := newPlayer(d, captures[0].Settings)
		require.NoError(t, err)
		for i, sent := 0, 0; sent < length; i++ {
			rx := make([]byte, 1+rng.IntN(300))
			for k := range rx {
				rx[k] = stream(sent)
				sent++
			}
			p.begin(i)
			p.step(rx)
			p.now = p.now.Add(10_000_000)
		}
		assert.NoError(t, p.err(), name)
		assert.GreaterOrEqual(t, p.log.LeastPending, 0, "%s: accounts for more bytes than it received", name)
		assert.LessOrEqual(t, p.log.MostPending, o.pending, "%s: holds too many bytes", name)
	}
}

// stretched returns the first bytes of a capture over and over, each time with one byte in their middle once more: so a
// frame ends in every place of whatever holds it, the last one as well.
func stretched(c Capture) func(int) byte {
	var rx []byte
	for _, e := range c.Events {
		if len(rx) == 0 {
			rx = e.Rx
		}
	}
	const most = 300 // more than any driver holds of an unfinished frame
	var stream []byte
	for n := 0; n < most && len(rx) > 0; n++ {
		half := len(rx) / 2
		stream = append(stream, rx[:half]...)
		stream = append(stream, bytes.Repeat(rx[half:half+1], n)...)
		stream = append(stream, rx[half:]...)
	}
	return func(i int) byte { return stream[i%len(stream)] }
}
