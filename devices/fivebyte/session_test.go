package fivebyte_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bedside/devices"
	"bedside/devices/devicetest"
	"bedside/devices/fivebyte"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// hear gives a new session the bytes, a sixtieth of a second for each five of them, and returns readings and frames.
func hear(t require.TestingT, rx []byte) (readings []string, frames int) {
	s := devicetest.Open(t, fivebyte.Driver(), devices.Settings{})
	now := start
	for len(rx) > 0 {
		n := min(5, len(rx))
		now = now.Add(time.Second / 60)
		out := s.Step(now, rx[:n])
		frames += out.Frames
		for _, r := range out.Readings {
			readings = append(readings, devicetest.ReadingText(&r))
		}
		require.Empty(t, out.Tx, "it never writes")
		rx = rx[n:]
	}
	return readings, frames
}

func repeat(n int, v shown) []byte {
	var b []byte
	for range n {
		b = v.frame(b)
	}
	return b
}

func TestEveryRateAndSaturation(t *testing.T) {
	for value := range 256 {
		v := shown{rate: value, sat: value & 0x7F}
		got, _ := hear(t, repeat(15, v))
		require.Len(t, got, 1, "%d", value)
		r := got[0]
		switch {
		case value == 0 || value == 255:
			assert.Contains(t, r, "pulse_rate:searching")
		case value < 18:
			assert.Contains(t, r, "pulse_rate:out_of_range")
		default:
			assert.Regexp(t, `pulse_rate=`+number(value)+`\b`, r)
		}
		switch sat := value & 0x7F; {
		case sat == 0 || sat == 127:
			assert.Contains(t, r, "spo2:searching")
		case sat > 100:
			assert.Contains(t, r, "spo2:out_of_range")
		default:
			assert.Regexp(t, `spo2=`+number(sat)+`\b`, r)
		}
	}
}

func number(n int) string {
	if n >= 10 {
		return number(n/10) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// At a wrong speed or parity bytes come that look like a frame here and there. They must not count as understood, or the agent
// would stay with the wrong variant.
func TestNoiseIsNeverUnderstood(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 3))
		noise := make([]byte, 200_000) // three minutes at 9600 baud
		for i := range noise {
			noise[i] = byte(rng.Uint32())
		}
		readings, frames := hear(t, noise)
		assert.Zero(t, frames)
		assert.Empty(t, readings)
	}
}

// What a wrong speed really makes of a stream is not noise: the same bytes come again with each frame. Each bit of a 4800
// baud stream is sampled four times at 19200, with the framing errors that a driver of the kernel gives as zeros; and the
// other way round a receiver sees some bits only.
func TestAWrongSpeedIsNeverUnderstood(t *testing.T) {
	for _, speed := range []struct{ sent, read int }{{4800, 19200}, {19200, 4800}, {115200, 19200}, {19200, 115200}, {115200, 4800}, {4800, 115200}} {
		for rate := 40; rate < 200; rate += 17 {
			var rx []byte
			for n := range 300 {
				rx = shown{rate: rate, sat: 90 + rate%11, pleth: byte(n*3) & 0x7F}.frame(rx)
			}
			readings, frames := hear(t, resample(rx, speed.sent, speed.read))
			assert.Zero(t, frames, "%v, rate %d", speed, rate)
			assert.Empty(t, readings, "%v, rate %d", speed, rate)
		}
	}
}

// resample returns what a receiver at one speed makes of bytes sent 8O1 at another, one after the other.
func resample(rx []byte, sent, read int) []byte {
	var line []bool
	for _, b := range rx {
		line = append(line, false)
		odd := true
		for i := range 8 {
			bit := b>>i&1 == 1
			line = append(line, bit)
			odd = odd != bit
		}
		line = append(line, odd, true, true) // parity, stop, and a pause
	}
	level := func(at float64) bool {
		i := int(at)
		return i >= len(line) || line[i]
	}
	step := float64(sent) / float64(read) // bits of the sender in one of the receiver
	var out []byte
	for at := 0.0; at < float64(len(line)); {
		if level(at) {
			at += min(step/4, 0.25)
			continue
		}
		var b byte
		odd := true
		for i := range 8 {
			bit := level(at + step*(float64(i)+1.5))
			if bit {
				b |= 1 << i
			}
			odd = odd != bit
		}
		if level(at+step*9.5) != odd || !level(at+step*10.5) {
			b = 0
		}
		out = append(out, b)
		at += step * 11
	}
	return out
}

// Whatever came before, good frames are understood soon.
func TestAnythingIsForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "before")
		got, _ := hear(t, append(before, repeat(150, shown{rate: 72, sat: 98})...))
		require.NotEmpty(t, got)
		require.Equal(t, "reading pulse_rate=72 spo2=98", got[len(got)-1])
	})
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	readings, _ := devicetest.SteadyState(t, fivebyte.Driver(), time.Second, repeat(500, shown{rate: 72, sat: 98}))
	assert.GreaterOrEqual(t, readings, 20*devicetest.Steps)
}
